"""The tab itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

import solara

from oversight.app.compare.paired import Cancelled, Comparison, compare
from oversight.app.controls import controls
from oversight.app.kinds import repaired
from oversight.app.latest import Latest
from oversight.app.live.chart import chart, spoken
from oversight.app.live.key_figures import PRICES
from oversight.app.panel import ControlPanel
from oversight.app.scenario import Scenario
from oversight.app.session import Session
from oversight.app.widgets import Column, Figure, Progress, Select, Table
from oversight.equilibrium import Solution, solve_all
from oversight.errors import InputError, OversightError
from oversight.figures.words import measure
from oversight.scenario import Experiment

OPENED = "opened"
"""The baseline that is the policy as it was opened, before it was changed."""
_EVERY = 0.15
"""Seconds between two looks at the progress."""


@dataclass(frozen=True)
class Found:
    """Two policies compared, with what theory says of each; `failure` says why there is nothing."""

    comparison: Comparison | None = None
    theory: tuple[Solution, ...] = ()
    failure: str = ""


@dataclass
class Work:
    """The comparison under way."""

    found: solara.Reactive[Found | None] = field(default_factory=lambda: solara.Reactive(None))
    share: solara.Reactive[float | None] = field(default_factory=lambda: solara.Reactive(None))
    """How much is done, None where nothing is under way."""

    def __post_init__(self) -> None:
        self.latest: Latest[tuple[Experiment, Experiment], Found] = Latest(
            self._compared, self._know, lambda words: self._know(None, Found(failure=words))
        )

    def ask(self, baseline: Experiment, reform: Experiment) -> None:
        """Compare these two, instead of what is under way."""
        self.share.value = 0.0
        self.latest.ask((baseline, reform))

    def cancel(self) -> None:
        """Stop, and forget what was found last: it is that of another policy."""
        self.latest.cancel()
        self.share.value = None
        self.found.value = None

    def _compared(self, pair: tuple[Experiment, Experiment], overtaken: Callable[[], bool]) -> Found:
        shown = time.monotonic()

        def progress(share: float) -> None:
            nonlocal shown
            if overtaken():
                raise Cancelled
            if time.monotonic() - shown > _EVERY:
                shown = time.monotonic()
                self.share.value = share

        try:
            return Found(compare(*pair, progress), tuple(solve_all(pair, certified=False)))
        except Cancelled:
            return Found()
        except OversightError as error:
            return Found(failure=str(error))

    def _know(self, pair: tuple[Experiment, Experiment] | None, found: Found) -> None:
        self.found.value = found
        self.share.value = None


def baseline_of(session: Session, choice: str) -> Scenario:
    """The running scenario under the policy that is the baseline.

    Raises:
        InputError: the policy does not fit the population.
    """
    running = session.scenario.value
    source = running.written.data if choice == OPENED else session.served.library.policy(choice).data
    return repaired(running, {"policy": source["policy"]})


@solara.component
def Compare(session: Session) -> None:
    """The running policy beside a baseline."""
    policies = [(item.name, item.title) for item in session.served.library.policies if not item.problem]
    choice = session.view.value.get("baseline", OPENED)
    choice = choice if choice in dict(policies) else OPENED
    work = solara.use_memo(Work, [])
    solara.use_effect(lambda: work.cancel, [])
    reform = session.scenario.value
    baseline, problem = _baseline(session, choice)

    def ask() -> None:
        if baseline is not None:
            work.ask(baseline.experiment, reform.experiment)

    solara.use_effect(ask, [reform, choice])
    with solara.Div(classes=["ov-live"]):
        with solara.Div(classes=["ov-card"]):
            solara.HTML("h2", "Baseline")
            opened = [(OPENED, "The policy as it was opened")]
            Select(
                "Policy", choice, {"": opened, "Bundled policies": policies}, lambda name: session.look(baseline=name)
            )
            solara.HTML("h2", "Reform: the running policy", style="margin-top: 16px")
            panel = [group for group in controls(reform) if not any(control.resets for control in group.controls)]
            ControlPanel(panel, session.errors.value, session.edit)
        with solara.Div(classes=["ov-live-main"]):
            if problem:
                solara.HTML("div", escape(problem), classes=["ov-notice"], attributes={"role": "alert"})
                return
            if work.share.value is not None:
                Progress("Playing both", work.share.value, work.cancel)
            elif baseline is not None and baseline.experiment.policy == reform.experiment.policy:
                solara.Text("The reform is the baseline so far: move one of its controls.", classes=["ov-quiet"])
            Outcome(work, ask)


def _baseline(session: Session, choice: str) -> tuple[Scenario | None, str]:
    try:
        return baseline_of(session, choice), ""
    except InputError as error:
        return None, f"This baseline does not fit the population. {error}"


@solara.component
def Outcome(work: Work, again: Callable[[], None]) -> None:
    """What was found last."""
    found = work.found.value
    if found is None:
        if work.share.value is None:
            with solara.Div(classes=["ov-empty"]):
                solara.Text("Nothing has been compared yet.")
                solara.Button("Compare", on_click=again)
        return
    if found.failure or found.comparison is None:
        solara.HTML("div", escape(found.failure), classes=["ov-notice"], attributes={"role": "alert"})
        return
    Charts(found)
    Differences(found)


@solara.component
def Charts(found: Found) -> None:
    """Both first runs, over the same draws, on one scale."""
    comparison = found.comparison
    assert comparison is not None
    pairs = list(zip(("Baseline", "Reform"), (comparison.baseline, comparison.reform), strict=True))
    highest = max(
        [rate for line in comparison.series for rate in line if rate == rate]
        + [each.misconduct_rate for solution in found.theory for each in solution.equilibria],
        default=0.0,
    )
    with solara.Div(classes=["ov-side"]):
        for (name, experiment), line, solution in zip(pairs, comparison.series, found.theory, strict=True):
            with solara.Div(classes=["ov-card"]):
                solara.HTML("h2", f"{name}: misconduct over time")
                units = experiment.policy.units.model_dump()
                figure = chart(line, (), solution.equilibria, units, longest=len(line), highest=highest)
                Figure(figure, f"{name}. {spoken(line, solution.equilibria)}", 300)


@solara.component
def Differences(found: Found) -> None:
    """The table of differences."""
    comparison = found.comparison
    assert comparison is not None
    units = comparison.reform.policy.units.model_dump()
    rows = []
    for row in comparison.differences:
        quantity = measure(row.measure, units, comparison.reform.measures)
        interval = "–" if row.low != row.low else f"{quantity.bare(row.low)} to {quantity.bare(row.high)}"
        numbers = (quantity.bare(value) for value in (row.baseline, row.reform, row.difference))
        rows.append([quantity.axis, *numbers, interval])
    rows += [_price(name, title, found) for name, (title, _) in PRICES.items()]
    many = (
        f"{comparison.replicates} pairs of runs over the same draws"
        if comparison.replicates > 1
        else "one pair of runs"
    )
    with solara.Div(classes=["ov-card"]):
        solara.HTML("h2", f"Differences: means of {many}")
        columns = [
            Column("Measure", numeric=False),
            Column("Baseline"),
            Column("Reform"),
            Column("Difference", "Reform less baseline"),
            Column("95 % interval", "Student's interval of the mean paired difference"),
        ]
        Table("Differences between baseline and reform", columns, rows)
        solara.HTML(
            "p",
            f"Seed {comparison.reform.seed}, the same draws for both. The prices of anarchy are the solver's, the rest "
            "are simulated, as a sweep over the two policies would have them.",
            classes=["ov-quiet"],
        )


def _price(name: str, title: str, found: Found) -> list[str]:
    values = [getattr(solution, name).value for solution in found.theory]
    shown = ["–" if value != value else f"{value:.4g}" for value in (*values, values[1] - values[0])]
    return [title, *shown, "–"]
