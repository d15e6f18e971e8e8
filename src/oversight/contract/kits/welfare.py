"""What kinds of welfare promise."""

from __future__ import annotations

from collections.abc import Sequence

from oversight.contract.kits.promise import PICKLABLE, KindPromise
from oversight.contract.kits.theory import agrees, experiment
from oversight.welfare import Welfare


def _theory(made: Sequence[Welfare]) -> None:
    for one in made:
        agrees(experiment({}, {}).model_copy(update={"social_cost": one}))


WELFARE_PROMISES = (
    PICKLABLE,
    KindPromise("theory", "Theory equals simulation, where it says that it is linear.", _theory),
)
