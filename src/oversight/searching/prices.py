"""What bounds cost: the search again with a bound that is a little tighter, and a little looser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from oversight.scenario.search import Bound
from oversight.searching.field import Field
from oversight.searching.judge import Judge
from oversight.searching.setting import Setting

_STEP = 1e-3
"""Of a bound, by how much it is moved."""
_FINER = 0.1
"""Of that step: what a slope is compared on. At a jump it grows by as much as the step shrinks."""
_EXACT = 2e-6
"""Of an objective: the search finds it no more exactly than that."""
_KINK = 0.05
"""Slopes to both sides that differ by more, as shares of the larger, are told as two."""

Side = Literal["at_most", "at_least"]


@dataclass(frozen=True)
class Price:
    """What the objective falls by where a bound is one unit looser, and rises by where it is one unit tighter."""

    bound: str
    side: Side
    looser: float | None
    """None at a jump, where no number is the slope."""
    tighter: float | None
    """None at a jump, and where nothing meets a tighter bound."""
    out_of_reach: bool = False
    """Whether nothing meets a bound that is a little tighter."""

    @property
    def jump(self) -> bool:
        """Whether the objective jumps to one of the sides."""
        return self.looser is None or (self.tighter is None and not self.out_of_reach)

    @property
    def one(self) -> float | None:
        """The price where both sides agree on it."""
        if self.looser is None or self.tighter is None:
            return None
        low, high = sorted((self.looser, self.tighter))
        return (low + high) / 2 if high - low <= _KINK * max(abs(low), abs(high)) else None


def price(field: Field, judge: Judge, name: str, best: Setting) -> Price:
    """The shadow price of a bound that binds at the best setting, by searching again about what is known."""
    bound = judge.bounds[name]
    side: Side = "at_most" if _nearer_top(bound, best.outcome[name]) else "at_least"
    limit = getattr(bound, side)
    step = _STEP * (abs(limit) or 1.0)
    looser, coarse = (_slope(field, judge, name, side, best, size) for size in (step * _FINER, step))
    tighter, further = (_slope(field, judge, name, side, best, -size) for size in (step * _FINER, step))
    return Price(
        bound=name,
        side=side,
        looser=_unless_jump(looser, coarse),
        tighter=_unless_jump(tighter, further),
        out_of_reach=tighter is None,
    )


def _nearer_top(bound: Bound, value: float) -> bool:
    if bound.at_most is None or bound.at_least is None:
        return bound.at_most is not None
    return abs(bound.at_most - value) <= abs(value - bound.at_least)


def _slope(field: Field, judge: Judge, name: str, side: Side, best: Setting, step: float) -> float | None:
    """How much the objective falls per unit by which the bound is looser; None where nothing meets it."""
    outward = step if side == "at_most" else -step
    bound = judge.bounds[name]
    moved: Mapping[str, Bound] = {name: bound.model_copy(update={side: getattr(bound, side) + outward})}
    there = field.near(judge.bounded(moved))
    if not there.meets:
        return None
    gained = best.objective - there.objective
    return gained / step if abs(gained) > _EXACT * abs(best.objective) else 0.0


def _unless_jump(fine: float | None, coarse: float | None) -> float | None:
    """A slope, or None where it grows as the step shrinks, as it does at a jump: half of that growth tells."""
    if fine is None:
        return None
    return None if coarse is not None and abs(fine) > abs(coarse) / (2 * _FINER) and abs(fine) > 0 else fine
