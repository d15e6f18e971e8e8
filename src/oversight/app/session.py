"""What one browser session has open. Nothing here is shared between sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import solara

from oversight.app.controls import controls, edited, message
from oversight.app.draft import Draft
from oversight.app.latest import Latest
from oversight.app.link import from_query, to_query
from oversight.app.scenario import Scenario
from oversight.app.serving import Served
from oversight.app.society import Society
from oversight.app.view import parted, with_view
from oversight.equilibrium import Equilibrium, Solution, solve_all
from oversight.errors import InputError, OversightError
from oversight.scenario import Experiment
from oversight.stepping.model import same_actors


@dataclass(frozen=True)
class Theory:
    """What the solver says of an experiment; `solution` is None until it is known, or where solving failed.

    While a moved policy is solved, the session keeps that of the policy before.
    """

    experiment: Experiment
    solution: Solution | None = None
    failure: str = ""


@dataclass(frozen=True)
class Past:
    """Equilibria of a policy that a society was under from the period after `start` to the period `end`."""

    society: Society
    start: int
    end: int
    equilibria: Sequence[Equilibrium]


class Session:
    """The scenario that runs, the society that plays it, and what theory says of it."""

    def __init__(self, served: Served, query: str):
        self.served = served
        self.notice = solara.Reactive("")
        """What went wrong, in words for the reader; empty where nothing did."""
        query, view = parted(query)
        if served.game and not query and not view:
            query, view = "tab=game", {"game": served.game}
        self.replicate = 0
        """Which replicate of the scenario is played."""
        scenario, tab = served.scenario, "live"
        society: Society | None = None
        if query:
            try:
                scenario, tab, self.replicate = from_query(query, served.library, served.scenario)
                society = Society(scenario.experiment, self.replicate)
            except OversightError as error:
                scenario, tab, self.replicate = served.scenario, "live", 0
                self.notice.value = f"This link cannot be opened. {error}"
        self.scenario = solara.Reactive(scenario)
        self.tab = solara.Reactive(tab)
        self.view = solara.Reactive(view)
        """What the tabs show, by the name of each choice: texts that a link may have brought, and so may be wrong."""
        self.errors: solara.Reactive[dict[str, str]] = solara.Reactive({})
        """What is wrong with the last change, by the key of its control."""
        self.draft: solara.Reactive[Draft | None] = solara.Reactive(None)
        """The text of a scenario that is being written."""
        self.society = solara.Reactive(society or Society(scenario.experiment))
        self.plays = solara.Reactive(0)
        """Counts the times that play was made possible again, which Mesa's controller does not look for itself."""
        self.theory = solara.Reactive(Theory(scenario.experiment))
        self._past: list[Past] = []
        self._solver = Latest(_solved, self._know, self._tell)
        self._solver.ask(scenario.experiment)

    @property
    def query(self) -> str:
        """The state as a link holds it."""
        return with_view(to_query(self.scenario.value, self.tab.value, self.replicate), self.view.value)

    def look(self, **choices: str) -> None:
        """Choose what a tab shows."""
        self.view.value = {**self.view.value, **choices}

    def watched(self) -> Society:
        """The society, for a component that is to be drawn anew where its policy moves or another one plays."""
        self.scenario.get()
        return self.society.value

    def move(self, changes: Mapping[str, Any]) -> None:
        """Lay values over the running scenario, by path: at once where only the policy changes."""
        self._attempt(lambda: self.scenario.value.changed(changes), next(iter(changes)))

    def edit(self, key: str, value: Any) -> None:
        """Do what one control asks for."""
        self._attempt(lambda: edited(self.scenario.value, key, value), key)

    def _attempt(self, change: Callable[[], Scenario], key: str) -> None:
        """Run the scenario that `change` makes, or show what is wrong with it at `key`."""
        try:
            self.open(change(), self.tab.value, self.replicate)
        except InputError as error:
            self.errors.value = {key: message(controls(self.scenario.value), key, error)}
        except OversightError as error:  # a class of the reader's own that breaks its contract
            self.notice.value = str(error)

    def open(self, scenario: Scenario, tab: str = "live", replicate: int = 0) -> None:
        """Run another scenario.

        Raises:
            InputError: the page cannot play it.
        """
        before, after = self.scenario.value.experiment, scenario.experiment
        plays_on = replicate == self.replicate and _plays_on(before, after)
        if plays_on:
            self._remember()
            self.society.value.adopt(after)
            self.play_on()
        else:
            stopped = not self.society.value.running
            self.society.value = Society(after, replicate)
            self.plays.value += stopped
        self.replicate = replicate
        self.errors.value = {}
        self.notice.value = ""
        self.scenario.value = scenario
        self.tab.value = tab
        if after != before:
            if not plays_on:
                self.theory.value = Theory(after)
            self._solver.ask(after)

    @property
    def past(self) -> list[Past]:
        """Equilibria of the policies that the running society was under before."""
        return [past for past in self._past if past.society is self.society.value]

    def _remember(self) -> None:
        society, solution = self.society.value, self.theory.value.solution
        start = society.changes[-1] if society.changes else 0
        if solution and self.theory.value.experiment == society.experiment and society.period > start:
            self._past = [*self.past, Past(society, start, society.period, solution.equilibria)]

    def play_on(self) -> None:
        """Let a run that is over be played past its end."""
        if not self.society.value.running:
            self.society.value.play_on()
            self.plays.value += self.society.value.running

    def close(self) -> None:
        """Stop what is under way."""
        self._solver.cancel()
        self.society.value.leave()

    def _tell(self, failure: str) -> None:
        self.theory.value = Theory(self.scenario.value.experiment, failure=failure)

    def _know(self, experiment: Experiment, theory: Theory) -> None:
        self.theory.value = theory


def _plays_on(before: Experiment, after: Experiment) -> bool:
    """Whether a change of policy is all the difference, so that the society need not begin anew."""
    run = ("seed", "start", "periods", "burn_in", "dynamics", "principal")
    return same_actors(before, after) and all(getattr(before, key) == getattr(after, key) for key in run)


def _solved(experiment: Experiment, overtaken: Callable[[], bool]) -> Theory:
    try:
        return Theory(experiment, solve_all([experiment], certified=False)[0])
    except OversightError as error:
        return Theory(experiment, failure=str(error))
