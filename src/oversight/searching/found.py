"""What a search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from oversight.scenario import Source
from oversight.scenario.search import Wanted
from oversight.searching.branches import Branch
from oversight.searching.judge import Judge
from oversight.searching.prices import Price
from oversight.searching.setting import Setting
from oversight.searching.worlds import Worlds


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A setting next to the best one: one lever a step lower or higher, or another choice with its own best."""

    moved: Sequence[str]
    """Dotted paths of the levers that differ."""
    setting: Setting


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best setting of a search, what holds it there, and what lies beside it."""

    source: Source
    search: Wanted
    judge: Judge
    branches: Sequence[Branch]
    worlds: Worlds
    best: Setting
    """Of several objectives, the setting of the front that is nearest to having the least of everything."""
    neighbours: Sequence[Neighbour]
    front: Sequence[Setting] = ()
    """The efficient settings for several objectives, by the first of them."""
    prices: Sequence[Price] = ()
    """Of the bounds that bind."""
    tried: int
    """Settings that were judged."""
    how: Sequence[str]
    """How they were chosen, in words."""
    before: Found | None = None
    """What theory found, where simulation departed from it and the search went on by simulation."""

    @property
    def recommended(self) -> dict[str, Any]:
        """The value of every lever, as tables show it."""
        return self.values(self.best)

    @property
    def objective(self) -> str:
        """The measure that is to be least, or greatest; the first of several."""
        return self.search.objectives[0]

    def value(self, setting: Setting) -> float:
        """What a setting is ordered by: the measure itself, or its regret."""
        return -setting.objective if self.search.seeks_most else setting.objective

    def values(self, setting: Setting) -> dict[str, Any]:
        """The values of a setting's levers in the order of the file, its choices among them."""
        held = {**self.branches[setting.branch].chosen, **setting.point}
        return {path: held[path] for path in self.search.levers if path in held}

    @property
    def binding(self) -> list[str]:
        """Bounds that a neighbour with a better objective misses: without them the search would have gone on."""
        better = [each.setting for each in self.neighbours if each.setting.objective < self.best.objective]
        return [name for name in self.search.subject_to if any(self._misses(name, each) for each in better)]

    @property
    def missing(self) -> list[str]:
        """Bounded measures that are missing at the best setting, and so count as met."""
        return [name for name in self.search.subject_to if self.best.outcome[name] != self.best.outcome[name]]

    @property
    def straining(self) -> Sequence[str]:
        """Levers at an end from which every step back is worse: beyond the end there may be better."""
        back = {
            path: [each.setting.rank for each in self.neighbours if list(each.moved) == [path]] for path in self.ends
        }
        return [path for path, ranks in back.items() if ranks and min(ranks) > self.best.rank]

    @property
    def ends(self) -> Mapping[str, str]:
        """Levers that are at the lowest or the highest value that the search allows, and which of the two."""
        ends = {dimension.path: dimension for dimension in self.branches[self.best.branch].dimensions}
        places = {path: ends[path].coordinate(value) / ends[path].top for path, value in self.best.point.items()}
        return {path: "lowest" if place == 0 else "highest" for path, place in places.items() if place in (0, 1)}

    def _misses(self, name: str, setting: Setting) -> bool:
        return self.judge.excess(name, setting.outcome.get(name, nan)) > 0
