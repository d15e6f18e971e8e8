"""Few inspections over many periods, and one violation to hide among them: Dresher's game."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import nan
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from oversight.finite_games.chance import Chance
from oversight.finite_games.game import Game, Played, Solved
from oversight.games.dresher import Stage, stages
from oversight.measures import Words
from oversight.quantities import Count, PositiveCount, quantity

_PAYOFF = "payoff per game"
_ROUNDING = 1e-9


class DresherGame(Game):
    """An inspector with a number of inspections for a number of periods, against one who may violate once.

    Dresher (1962, RAND RM-2972): 1 for a violation that is inspected, -1 for one that is not, 0 for none. With n
    periods and m < n inspections the value to the inspector is -C(n - 1, m) / sum over i <= m of C(n, i).
    """

    title: ClassVar[str] = "Dresher's inspection game"
    main = "missed"
    subject = "the share of games with a violation that is missed"
    ranked = ("missed", "inspections_made")
    price = "inspections_made"
    words: ClassVar[Mapping[str, Words]] = {
        "missed": Words(
            "Violations missed", "% of games", "Games in which one is not inspected.", percent=True, least=0, most=1
        ),
        "caught": Words(
            "Violations caught", "% of games", "Games in which one is inspected.", percent=True, least=0, most=1
        ),
        "value": Words(
            "Inspector's payoff", _PAYOFF, "Caught less missed violations.", more_is_better=True, least=-1, most=1
        ),
        "inspect": Words(
            "Inspections in the first period",
            "% of games",
            "How often it begins with one.",
            percent=True,
            least=0,
            most=1,
        ),
        "violate": Words(
            "Violations in the first period",
            "% of games",
            "How often it begins with one.",
            percent=True,
            least=0,
            most=1,
        ),
        "inspections_made": Words(
            "Inspections made", "inspections per game", "Until the violation, or the end.", least=0
        ),
    }
    facts: ClassVar[Mapping[str, Words]] = {
        "least_value": Words("What the inspector is sure of", _PAYOFF, "By its strategy, whatever the other does."),
        "most_value": Words("What the other holds it to", _PAYOFF, "By its strategy, whatever the inspector does."),
    }

    kind: Literal["dresher"] = "dresher"
    periods: Annotated[PositiveCount, Field(le=200)] = quantity("Periods", "Of one game.", "periods")
    inspections: Annotated[Count, Field(le=200)] = quantity(
        "Inspections", "That the inspector may make in a game.", "inspections"
    )
    rounds: Annotated[PositiveCount, Field(le=1_000_000)] = quantity(
        "Games", "That are played in a run, each anew.", "games", default=1_000
    )

    @property
    def work(self) -> int:
        return 4 * self.rounds * self.periods

    @property
    def horizon(self) -> str:
        return f"{self.rounds:,} games of {self.periods} periods"

    def play(self, chance: Chance, start: str) -> Played:
        inspector, other = (chance.of(player).random((self.periods, self.rounds)) for player in ("inspector", "other"))
        known = stages(self.periods, self.inspections)
        left = np.full(self.rounds, self.inspections)
        playing, caught, missed = np.ones(self.rounds, dtype=bool), 0, 0
        first = nan, nan
        for passed in range(self.periods):
            here = known[self.periods - passed - 1]
            chances = np.array([(each.inspect, each.violate) for each in here])[left]
            inspects, violates = (
                playing & (draws < chances[:, place]) for place, draws in enumerate((inspector[passed], other[passed]))
            )
            if passed == 0:
                first = float(inspects.mean()), float(violates.mean())
            caught += int((inspects & violates).sum())
            missed += int((violates & ~inspects).sum())
            left = left - inspects
            playing = playing & ~violates
        measures = {
            "missed": missed / self.rounds,
            "caught": caught / self.rounds,
            "value": (caught - missed) / self.rounds,
            "inspect": first[0],
            "violate": first[1],
            "inspections_made": self.inspections - float(left.mean()),
        }
        return Played(measures=measures)

    def solved(self) -> Solved:
        first = stages(self.periods, self.inspections)[-1][-1]
        caught, missed, made = (self._backwards(step) for step in (_caught, _missed, _made))
        sure, held = self._backwards(_by_inspector), self._backwards(_by_other)
        return Solved(
            equilibria=[
                {
                    "missed": missed,
                    "caught": caught,
                    "value": first.value,
                    "inspect": first.inspect,
                    "violate": first.violate,
                    "inspections_made": made,
                }
            ],
            complete=0 < self.inspections < self.periods,
            facts={"least_value": sure, "most_value": held},
            certified=abs(sure - first.value) <= _ROUNDING and abs(held - first.value) <= _ROUNDING,
        )

    def _backwards(self, step: Callable[[Stage, float, float], float]) -> float:
        """A number of the game from its end: `step` makes it from those after an inspection and without one."""
        values = [0.0] * (self.inspections + 1)
        for here in stages(self.periods, self.inspections):
            values = [step(each, values[max(left - 1, 0)], values[left]) for left, each in enumerate(here)]
        return values[self.inspections]


def _caught(here: Stage, after: float, without: float) -> float:
    return here.violate * here.inspect + (1 - here.violate) * _mean(here.inspect, after, without)


def _missed(here: Stage, after: float, without: float) -> float:
    return here.violate * (1 - here.inspect) + (1 - here.violate) * _mean(here.inspect, after, without)


def _made(here: Stage, after: float, without: float) -> float:
    return here.inspect + (1 - here.violate) * _mean(here.inspect, after, without)


def _by_inspector(here: Stage, after: float, without: float) -> float:
    """The other does what is worst for the inspector, who keeps to its strategy."""
    return min(2 * here.inspect - 1, _mean(here.inspect, after, without))


def _by_other(here: Stage, after: float, without: float) -> float:
    """The inspector does what is best, against the other's strategy; with no inspection left both come to the same."""
    inspecting = here.violate + (1 - here.violate) * after
    resting = -here.violate + (1 - here.violate) * without
    return max(inspecting, resting) if here.inspect > 0 else resting


def _mean(chance: float, one: float, other: float) -> float:
    return chance * one + (1 - chance) * other
