"""A weight for each account, also of single population entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from oversight.arrays import Number
from oversight.quantities import Name, NonNegative, Section, quantity
from oversight.welfare.accounts import ITEMS, Item
from oversight.welfare.welfare import WeightedSum

_HARM = ("Weight of harm", "How much harm counts.")
_GAIN = ("Weight of gains", "How much an actor's gain counts in social welfare.")
_SANCTIONS = ("Weight of sanctions", "How much the cost of imposing sanctions counts.")
_VALUE = ("Weight of value lost", "How much work lost to suspensions counts.")


class EntryWeights(Section):
    """Weights of one population entry; absent: those of all."""

    harm: NonNegative | None = quantity(*_HARM, default=None)
    gain: NonNegative | None = quantity(*_GAIN, default=None)
    sanction_cost: NonNegative | None = quantity(*_SANCTIONS, default=None)
    value_lost: NonNegative | None = quantity(*_VALUE, default=None)


class Weights(WeightedSum):
    """A weight for each account: harm and costs, less gains; of single population entries too."""

    kind: Literal["weights"] = "weights"
    harm: NonNegative = quantity(*_HARM, default=1.0)
    gain: NonNegative = quantity(*_GAIN, default=0.0)
    oversight_cost: NonNegative = quantity("Weight of oversight", "How much the cost of oversight counts.", default=1.0)
    sanction_cost: NonNegative = quantity(*_SANCTIONS, default=1.0)
    value_lost: NonNegative = quantity(*_VALUE, default=1.0)
    entries: dict[Name, EntryWeights] = quantity(
        "Entries", "Weights of single population entries, by name; what they leave out is as for all.", default={}
    )

    def weight(self, item: Item, label: str) -> Number:
        own = getattr(self.entries[label], item) if label in self.entries else None
        weight: float = getattr(self, item) if own is None else own
        return weight

    def oversight_weight(self) -> Number:
        return self.oversight_cost

    def refuses(self, labels: Sequence[str]) -> tuple[str, str] | None:
        unknown = next((label for label in self.entries if label not in labels), None)
        if unknown is None:
            return None
        return "entries", f"there is no population entry `{unknown}`; there are {', '.join(labels)}"

    def told(self, swept: Mapping[str, str]) -> str:
        items = (*ITEMS, "oversight_cost")
        weights = [f"{_plain(item)} {swept.get(item) or f'{getattr(self, item):g}'}" for item in items]
        parts = [", ".join(weights)]
        for label, entry in self.entries.items():
            own = [
                f"{_plain(item)} {swept.get(f'entries.{label}.{item}') or f'{value:g}'}"
                for item, value in entry
                if value is not None
            ]
            parts.append(f"of {_plain(label)} {', '.join(own)}")
        return f"Harm and costs less gains, weighted: {'; '.join(parts)}; fines are transfers"


def _plain(name: str) -> str:
    return name.replace("_", " ")
