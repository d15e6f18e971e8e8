"""Becker's social loss, with a weight for gains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from oversight.arrays import Number
from oversight.quantities import NonNegative, quantity
from oversight.welfare.accounts import Item
from oversight.welfare.welfare import WeightedSum


class Standard(WeightedSum):
    """Harm less weighted gains, plus the costs of oversight, sanctions and suspensions."""

    unnamed: ClassVar[bool] = True

    kind: Literal["standard"] = "standard"
    gain_weight: NonNegative = quantity(
        "Weight of gains",
        "How much an actor's gain counts in social welfare (0: not at all; 1: like harm).",
        default=0.0,
    )

    def weight(self, item: Item, label: str) -> Number:
        return self.gain_weight if item == "gain" else 1.0

    def told(self, swept: Mapping[str, str]) -> str:
        gains = _gains(self.gain_weight, swept.get("gain_weight"))
        return (
            f"Harm{gains}, plus cost of oversight, cost of sanctions and value lost to suspensions; fines are transfers"
        )


def _gains(weight: float, swept: str | None) -> str:
    if swept:
        return f", less what violators gain, weighted by {swept} (swept)"
    if weight == 0:
        return " (what violators gain does not count)"
    return ", less what violators gain" if weight == 1 else f", less {weight:g} times what violators gain"
