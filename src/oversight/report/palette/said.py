"""A palette in sentences, and as data."""

from __future__ import annotations

from math import isfinite
from typing import Any

from oversight.numerals import number, percent
from oversight.scores import Aimed

_FEW = 100
"""Equally likely answers below which what an aligned model does is hardly known."""


def sentences(aimed: Aimed) -> list[str]:
    """Whether the targets are met, and at what price."""
    found = aimed.palette
    said = [_met(aimed)]
    if len(aimed.answers.occurrence) > 1:
        contexts = f"{len(aimed.answers.occurrence):,} contexts"
        said.append(f"Weights act within each of {contexts}, whose shares they leave as they are.")
    told = f"The aligned model is {number(found.aligned.kl)} nats from its base (KL divergence)."
    heaviest = max(range(len(aimed.names)), key=lambda k: found.aligned.weights[k] * aimed.answers.scale[k])
    if found.aligned.weights[heaviest] > 0:
        name, price = aimed.names[heaviest], number(found.aligned.weights[heaviest])
        told += f" The dearest target, for its range, is that of {name}: a little more costs {price} nats per unit."
    return [*said, told]


def _met(aimed: Aimed) -> str:
    found = aimed.palette
    if (found.targets != aimed.asked).any():
        return (
            f"The targets cannot be met together: at most {percent(found.largest_share)} of the way from the base's "
            f"levels to them is feasible. These are the levels at 95\u00a0% of that."
        )
    if not isfinite(found.largest_share):
        return "The base meets every target: no value needs a weight."
    spare = f", and every target could be higher by {number(found.slack)}" if found.slack > 0 else ""
    return f"The targets can be met together{spare}."


def cautions(aimed: Aimed) -> list[str]:
    """Where the numbers are of few answers."""
    many = aimed.resting_on
    if many >= _FEW:
        return []
    all_of_them = f"{len(aimed.answers.values):,}"
    return [
        f"The aligned model rests on few of the {all_of_them} answers, as if on {number(many)} equally likely ones. "
        "Other answers of the same base give other weights."
    ]


def facts(aimed: Aimed) -> dict[str, Any]:
    """The same for programs."""
    found = aimed.palette
    values = {
        name: {
            "base": float(aimed.answers.base.levels[k]),
            "asked": float(aimed.asked[k]),
            "target": float(found.targets[k]),
            "level": float(found.aligned.levels[k]),
            "weight": float(found.aligned.weights[k]),
        }
        for k, name in enumerate(aimed.names)
    }
    traded = {"values": list(aimed.traded), "points": [vars(point) for point in aimed.front]} if aimed.traded else None
    return {
        "answers": len(aimed.answers.values),
        "values": values,
        "kl": found.aligned.kl,
        "slack": found.slack,
        "largest_share": found.largest_share,
        "resting_on": aimed.resting_on,
        "sensitivity": found.sensitivity.tolist(),
        "front": traded,
    }
