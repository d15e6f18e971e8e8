"""All branches of a search together, searched for one judge after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path

from oversight.scenario import Source
from oversight.scenario.search import Wanted
from oversight.searching.branches import Branch, branches
from oversight.searching.evaluations import Evaluations
from oversight.searching.judge import Judge
from oversight.searching.optimise import NEARLY_KNOWN, close_in, optimise
from oversight.searching.setting import Setting
from oversight.searching.trials import Trials
from oversight.searching.worlds import Worlds, worlds


class Field:
    """What is known of every branch.

    Args:
        source: the experiment.
        search: what is searched.
        workers: processes that simulate.
        folder: where evaluations are kept, if they are.
        told: called with how many settings are known, before more are tried; it may raise to end the search.
    """

    def __init__(
        self,
        source: Source,
        search: Wanted,
        workers: int | None,
        folder: Path | None,
        told: Callable[[int], None] = lambda tried: None,
    ):
        self.source = source
        self.search = search
        self.workers = workers
        self.folder = folder
        self._told = told
        self.seed: int = source.experiment.seed
        self.branches: Sequence[Branch] = branches(source, search)
        self.worlds = worlds(search.uncertainty, self.seed)
        self.evaluations = self._evaluations(self.worlds)
        self.how: list[str] = []
        """How settings were chosen, in words."""

    def _evaluations(self, facts: Worlds) -> list[Evaluations]:
        def before() -> None:
            self._told(self.tried)

        return [Evaluations(self.search, branch, facts, self.workers, self.folder, before) for branch in self.branches]

    @property
    def tried(self) -> int:
        """How many settings are known."""
        return sum(each.tried for each in self.evaluations)

    def trials(self, judge: Judge) -> list[Trials]:
        """All that is known of each branch, judged."""
        return [Trials(judge, number, each) for number, each in enumerate(self.evaluations)]

    def searched(self, judge: Judge) -> list[Trials]:
        """The branches after a search of each."""
        trials = self.trials(judge)
        self.how = list(dict.fromkeys([*self.how, *(optimise(each, self.seed) for each in trials)]))
        return trials

    def near(self, judge: Judge) -> Setting:
        """The best setting for a judge who asks for nearly the same as one before: looked for about what is known."""
        trials = self.trials(judge)
        for each in trials:
            if isfinite(each.best.excess):
                close_in(each, self.seed, NEARLY_KNOWN)
        return best_of(trials)

    def informed(self, judge: Judge) -> Judge:
        """The same judge with what was to be had in each world had one known it, where that is asked for."""
        uncertainty = self.search.uncertainty
        if uncertainty is None or uncertainty.robust != "regret":
            return judge
        least = []
        for world in self.worlds:
            alone = [Trials(judge, place, each) for place, each in enumerate(self._evaluations([world]))]
            for trials in alone:
                optimise(trials, self.seed)
            least.append(best_of(alone).objective)
        return judge.informed(least)


def best_of(trials: Sequence[Trials]) -> Setting:
    """The best setting of all branches, the first of several."""
    return min((each.best for each in trials), key=lambda setting: setting.rank)
