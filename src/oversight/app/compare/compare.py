"""The tab itself."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from io import StringIO

import solara

from oversight.app.compare.paired import Comparison, Difference, compare
from oversight.app.controls import controls
from oversight.app.kinds import repaired
from oversight.app.latest import Cancelled, Latest
from oversight.app.live.chart import chart, spoken
from oversight.app.live.key_figures import PRICES, shown_price
from oversight.app.panel import ControlPanel
from oversight.app.scenario import Scenario
from oversight.app.session import Session
from oversight.app.widgets import Column, Downloads, Figure, Progress, Select, Table
from oversight.environments import environment_of
from oversight.equilibrium import Solution, solve_all
from oversight.errors import InputError, OversightError
from oversight.figures.quantity import Quantity
from oversight.figures.words import measure
from oversight.numerals import MISSING, NO_BREAK, number
from oversight.scenario import Experiment

OPENED = "opened"
"""The baseline that is the policy as it was opened, before it was changed."""
MOST = 4
"""Bundled policies that are compared at once beside the baseline and the running one."""
_EVERY = 0.15
"""Seconds between two looks at the progress."""


@dataclass(frozen=True)
class Found:
    """Policies compared, by their `titles`, with what theory says of each; `failure` says why there is nothing."""

    titles: tuple[str, ...] = ()
    comparison: Comparison | None = None
    theory: tuple[Solution, ...] = ()
    failure: str = ""


Asked = dict[str, Experiment]
"""The policies by their titles, the baseline first."""


@dataclass
class Work:
    """The comparison under way."""

    found: solara.Reactive[Found | None] = field(default_factory=lambda: solara.Reactive(None))
    share: solara.Reactive[float | None] = field(default_factory=lambda: solara.Reactive(None))
    """How much is done, None where nothing is under way."""

    def __post_init__(self) -> None:
        self.latest: Latest[Asked, Found] = Latest(
            self._compared, self._know, lambda words: self._know(None, Found(failure=words))
        )

    def ask(self, policies: Asked) -> None:
        """Compare these, instead of what is under way."""
        self.share.value = 0.0
        self.latest.ask(policies)

    def cancel(self) -> None:
        """Stop, and forget what was found last: it is that of another policy."""
        self.latest.cancel()
        self.share.value = None
        self.found.value = None

    def _compared(self, policies: Asked, overtaken: Callable[[], bool]) -> Found:
        shown = time.monotonic()

        def progress(share: float) -> None:
            nonlocal shown
            if overtaken():
                raise Cancelled
            if time.monotonic() - shown > _EVERY:
                shown = time.monotonic()
                self.share.value = share

        experiments = list(policies.values())
        try:
            return Found(
                tuple(policies), compare(experiments, progress), tuple(solve_all(experiments, certified=False))
            )
        except Cancelled:
            return Found()
        except OversightError as error:
            return Found(failure=str(error))

    def _know(self, policies: Asked | None, found: Found) -> None:
        self.found.value = found
        self.share.value = None


def under(session: Session, choice: str) -> Scenario:
    """The running scenario under another policy: the one as it was opened, or a bundled one.

    Raises:
        InputError: the policy does not fit the population.
    """
    running = session.scenario.value
    source = running.written.data if choice == OPENED else session.served.library.policy(choice).data
    return repaired(running, {"policy": source["policy"]})


@solara.component
def Compare(session: Session) -> None:
    """The running policy, and others, beside a baseline."""
    policies = {item.name: item.title for item in session.served.library.policies if not item.problem}
    view = session.view.value
    choice = view.get("baseline", OPENED)
    choice = choice if choice in policies else OPENED
    others = [name for name in dict.fromkeys(view.get("others", "").split(",")) if name in policies][:MOST]
    work = solara.use_memo(Work, [])
    solara.use_effect(lambda: work.cancel, [])
    reform = session.scenario.value
    asked, problems = _asked(session, choice, {name: policies[name] for name in others})

    def ask() -> None:
        if asked:
            work.ask(asked)

    solara.use_effect(ask, [reform, choice, tuple(others)])
    with solara.Div(classes=["ov-live"]):
        with solara.Div(classes=["ov-card"]):
            solara.HTML("h2", "Baseline")
            opened = [(OPENED, "The policy as it was opened")]
            bundled = {"": opened, "Bundled policies": list(policies.items())}
            Select("Policy", choice, bundled, lambda name: session.look(baseline=name))
            Others(session, others, policies)
            solara.HTML("h2", "Reform: the running policy", style="margin-top: 16px")
            panel = [group for group in controls(reform) if not any(control.resets for control in group.controls)]
            ControlPanel(panel, session.errors.value, session.edit)
        with solara.Div(classes=["ov-live-main"]):
            for problem in problems:
                solara.HTML("div", escape(problem), classes=["ov-notice"], attributes={"role": "alert"})
            if not asked:
                return
            if work.share.value is not None:
                Progress("Playing all" if others else "Playing both", work.share.value, work.cancel)
            elif len({experiment.policy.model_dump_json() for experiment in asked.values()}) == 1:
                solara.Text("The reform is the baseline so far: move one of its controls.", classes=["ov-quiet"])
            Outcome(work, ask)


@solara.component
def Others(session: Session, others: Sequence[str], policies: dict[str, str]) -> None:
    """Bundled policies to compare as well."""

    def look(names: Sequence[str]) -> None:
        session.look(others=",".join(names))

    for name in others:
        with solara.Div(classes=["ov-playable"]):
            solara.Text(policies[name])
            rest = [one for one in others if one != name]
            solara.Button("Remove", on_click=lambda rest=rest: look(rest), text=True)
    left = [(name, title) for name, title in policies.items() if name not in others]
    if left and len(others) < MOST:
        Select(
            "Also compare",
            "",
            {"": [("", "Add a policy…")], "Bundled policies": left},
            lambda name: look([*others, name]),
        )


def _asked(session: Session, choice: str, others: dict[str, str]) -> tuple[Asked, list[str]]:
    """The policies to compare, none where the baseline does not fit, and what does not fit the population."""
    problems: list[str] = []
    found: Asked = {}
    named = {choice: "Baseline", **{name: title for name, title in others.items() if name != choice}}
    for name, title in named.items():
        try:
            found[title] = under(session, name).experiment
        except InputError as error:
            what = "This baseline" if name == choice else title
            problems.append(f"{what} does not fit the population. {error}")
            if name == choice:
                return {}, problems
        if name == choice:
            found["Reform"] = session.scenario.value.experiment
    return found, problems


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
    """Every policy's first run, over the same draws, on one scale."""
    comparison = found.comparison
    assert comparison is not None
    highest = max(
        [rate for line in comparison.series for rate in line if rate == rate]
        + [each.misconduct_rate for solution in found.theory for each in solution.equilibria],
        default=0.0,
    )
    shown = zip(found.titles, comparison.policies, comparison.series, found.theory, strict=True)
    with solara.Div(classes=["ov-side"]):
        for name, experiment, line, solution in shown:
            with solara.Div(classes=["ov-card"]):
                solara.HTML("h2", f"{escape(name)}: misconduct over time")
                units = experiment.policy.units.model_dump()
                figure = chart(line, (), solution.equilibria, units, longest=len(line), highest=highest)
                Figure(figure, f"{name}. {spoken(line, solution.equilibria)}", 300)


@solara.component
def Differences(found: Found) -> None:
    """The table of differences."""
    comparison = found.comparison
    assert comparison is not None
    baseline, titles = found.titles[0], found.titles[1:]
    first = comparison.policies[0]
    many = f"{comparison.replicates} runs of each" if comparison.replicates > 1 else "one run of each"
    with solara.Div(classes=["ov-card"]):
        solara.HTML("h2", f"Differences: means of {many} over the same draws")
        columns = [Column("Measure", numeric=False), Column(baseline)]
        for title in titles:
            columns += [
                Column(title),
                Column("Difference", f"{title} less baseline; of percentages, in percentage points"),
                Column(f"95{NO_BREAK}% interval", "Student's interval of the mean paired difference"),
            ]
        Table("Differences from the baseline", columns, rows(found))
        Downloads(f"{first.name}_comparison", lambda: as_csv(found), figure=False)
        solara.HTML(
            "p",
            f"Seed {first.seed}, the same draws for all. Differences of percentages are in percentage points. The "
            "prices of anarchy are the solver's, the rest are simulated, as a sweep over the policies would have them.",
            classes=["ov-quiet"],
        )


def rows(found: Found) -> list[list[str]]:
    """The table of differences: a measure a row, and its value, difference and interval under each policy."""
    comparison = found.comparison
    assert comparison is not None
    experiment = comparison.policies[0]
    units, words = experiment.policy.units.model_dump(), environment_of(experiment).words(experiment)
    known = [{one.measure: one for one in differences} for differences in comparison.differences]
    table = []
    for name in known[0]:
        quantity = measure(name, units, words)
        row = [quantity.axis, quantity.bare(known[0][name].baseline)]
        for differences in known:
            row += _apart(quantity, differences.get(name))
        table.append(row)
    return table + [_price(name, title, found) for name, (title, _) in PRICES.items()]


def _apart(quantity: Quantity, one: Difference | None) -> list[str]:
    """Value, difference and interval of a measure, which not every policy has."""
    if one is None:
        return [MISSING] * 3
    low, high = (gap(quantity, end) for end in (one.low, one.high))
    interval = MISSING if one.low != one.low else f"{low} to {high}"
    return [quantity.bare(one.reform), gap(quantity, one.difference), interval]


def gap(quantity: Quantity, value: float) -> str:
    """A difference of two values: of two percentages, in percentage points."""
    known = quantity.percent and value == value
    return f"{number(100 * value)}{NO_BREAK}points" if known else quantity.bare(value)


def as_csv(found: Found) -> str:
    """The differences with all their digits, a measure of a policy a row; shares are shares, not percentages."""
    comparison = found.comparison
    assert comparison is not None
    out = StringIO()
    written = csv.writer(out, lineterminator="\n")
    written.writerow(["policy", "measure", "baseline", "value", "difference", "low", "high"])
    for title, differences in zip(found.titles[1:], comparison.differences, strict=True):
        for one in differences:
            written.writerow([title, one.measure, one.baseline, one.reform, one.difference, one.low, one.high])
    before = found.theory[0]
    for title, solution in zip(found.titles[1:], found.theory[1:], strict=True):
        for name in PRICES:
            old, new = getattr(before, name).value, getattr(solution, name).value
            written.writerow([title, name, old, new, new - old, "", ""])
    return out.getvalue()


def _price(name: str, title: str, found: Found) -> list[str]:
    baseline, *others = (getattr(solution, name).value for solution in found.theory)
    row = [title, shown_price(name, baseline)]
    for value in others:
        apart = gap(measure("share", {}), value - baseline) if name == "anarchy_share" else ""
        row += [shown_price(name, value), apart or shown_price(name, value - baseline), MISSING]
    return row
