"""The card that says what is searched: levers, what is to be least, and what must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import solara

from oversight.app.map.axes import Axis
from oversight.app.search.form import Form, lever
from oversight.app.search.measures import Known
from oversight.app.widgets import Number, Select
from oversight.environments import environment_of
from oversight.errors import Problem
from oversight.figures import Quantity
from oversight.figures.words import listed, parameter
from oversight.scenario import Experiment
from oversight.scenario.search import MAX_OBJECTIVES
from oversight.searching.words import lower

_ENDS = {"low": "Lowest", "high": "Highest"}
_SIDES = {"at_most": "At most", "at_least": "At least"}


@dataclass(frozen=True, eq=False)
class Sheet:
    """A form with all that its fields offer, and what changes it."""

    form: Form
    experiment: Experiment
    axes: Mapping[str, Axis]
    measures: Mapping[str, Known]
    problems: Sequence[Problem]
    change: Callable[[Form], None]

    @property
    def said(self) -> str:
        """What is asked for, in a sentence."""
        goals = listed([lower(self.measure(name).title) for name in self.form.objectives])
        bounds = [
            f"{lower(self.measure(name).title)} {_SIDES[side].lower()} {self.measure(name).text(value)}"
            for name, bound in self.form.bounds.items()
            for side, value in bound.items()
        ]
        levers = listed([lower(self.title(path).title) for path in self.form.levers] or ["nothing"])
        return f"For the least {goals}{f' with {listed(bounds)}' if bounds else ''}, set {levers}."

    def wrong(self, *path: str) -> bool:
        """Whether a part of the section is wrong, or a value that it would set."""
        here = (".".join(("search", *path, "")), f"{path[-1]}.")
        return any(f"{each.path}.".startswith(here) for each in self.problems)

    def place(self, problem: Problem) -> str:
        """What a problem is about, as the beginning of a sentence."""
        titled = [
            *((("levers", path), self.title(path).title) for path in self.form.levers),
            *((("subject_to", name), self.measure(name).title) for name in self.form.bounds),
        ]
        own = replace(self, problems=[problem])
        return next((f"{title}: " for path, title in titled if own.wrong(*path)), "")

    def title(self, path: str) -> Quantity:
        """The words of a lever, which the running policy may not have, but another one that is searched."""
        if path in self.axes:
            return self.axes[path].words
        data = self.experiment.model_dump(mode="json", by_alias=True)
        units = environment_of(self.experiment).units(self.experiment)
        others = [each for each in self.form.levers.get("policy", {}).get("values", ()) if isinstance(each, Mapping)]
        tried = (
            parameter(type(self.experiment), {**data, "policy": policy}, path, units)
            for policy in (data["policy"], *others)
        )
        return next((words for words in tried if words), Quantity(path))

    def measure(self, name: str) -> Quantity:
        """The words of a measure, which the running scenario may not have."""
        known = self.measures.get(name)
        return known.words if known else Quantity(name)


@solara.component
def Asked(sheet: Sheet) -> None:
    """All fields of the form."""
    Levers(sheet)
    Objectives(sheet)
    Bounds(sheet)
    Rest(sheet)


@solara.component
def Levers(sheet: Sheet) -> None:
    """What may be set, and between which values."""
    solara.HTML("h2", "What may be set")
    for path, held in sheet.form.levers.items():
        Lever(sheet, path, held).key(path)
    left = [(path, axis.words.title) for path, axis in sheet.axes.items() if path not in sheet.form.levers]

    def add(path: str) -> None:
        if path in sheet.axes:
            sheet.change(sheet.form.with_lever(path, lever(sheet.axes[path])))

    if left:
        Select("Set also", "", {"": [("", "Add a number…"), *left]}, add)


@solara.component
def Lever(sheet: Sheet, path: str, held: Mapping[str, Any]) -> None:
    """One lever: a range, or the values that a file lists."""
    words = sheet.title(path)

    def change(lever: Mapping[str, Any] | None) -> None:
        sheet.change(sheet.form.with_lever(path, lever))

    with solara.Div(classes=["ov-asked-for"], attributes={"data-lever": path}):
        Heading(words.axis, lambda: change(None))
        if "low" in held and "high" in held:
            Limits(held, _ENDS, words, sheet.wrong("levers", path), change)
        else:
            values = held.get("values", [])
            named = [str(each.get("name", "policy")) if isinstance(each, Mapping) else str(each) for each in values]
            solara.Text(f"One of {listed(named)}" if named else "As the file says", classes=["ov-quiet"])


@solara.component
def Objectives(sheet: Sheet) -> None:
    """What is to be least: one measure, or several with a front."""
    form, objectives = sheet.form, sheet.form.objectives
    solara.HTML("h2", "What is to be least", style="margin-top: 16px")
    names = list(dict.fromkeys([*sheet.measures, *objectives]))

    def put(place: int) -> Callable[[str], None]:
        return lambda name: sheet.change(form.with_objective(place, name))

    for place in range(min(len(objectives) + 1, MAX_OBJECTIVES)):
        now = objectives[place] if place < len(objectives) else ""
        free = [(name, sheet.measure(name).title) for name in names if name == now or name not in objectives]
        none = [("", "nothing else")] if place else []
        Select(
            "And" if place else "Measure",
            now,
            {"": [*none, *free]},
            put(place),
        )


@solara.component
def Bounds(sheet: Sheet) -> None:
    """What measures must keep to."""
    solara.HTML("h2", "What must hold", style="margin-top: 16px")
    for name, bound in sheet.form.bounds.items():
        Bound(sheet, name, bound).key(name)
    left = [(name, known.words.title) for name, known in sheet.measures.items() if name not in sheet.form.bounds]

    def add(name: str) -> None:
        if name in sheet.measures:
            sheet.change(sheet.form.with_bound(name, {"at_most": sheet.measures[name].now}))

    if left:
        Select("Bound also", "", {"": [("", "Add a measure…"), *left]}, add)


@solara.component
def Bound(sheet: Sheet, name: str, bound: Mapping[str, float]) -> None:
    """The limits of one measure."""
    words = sheet.measure(name)

    def change(bound: Mapping[str, float] | None) -> None:
        sheet.change(sheet.form.with_bound(name, bound))

    with solara.Div(classes=["ov-asked-for"], attributes={"data-bound": name}):
        Heading(words.axis, lambda: change(None))
        Limits(bound, {side: _SIDES[side] for side in bound}, words, sheet.wrong("subject_to", name), change)


@solara.component
def Limits(
    held: Mapping[str, float],
    titles: Mapping[str, str],
    words: Quantity,
    wrong: bool,
    change: Callable[[Mapping[str, float]], None],
) -> None:
    """Fields for some of the numbers of a mapping, by their titles."""

    def give(key: str) -> Callable[[float], None]:
        return lambda value: change({**held, key: value})

    with solara.Div(classes=["ov-ends"]):
        for key, title in titles.items():
            Number(title, held[key], give(key), words.percent, wrong)


@solara.component
def Rest(sheet: Sheet) -> None:
    """Which equilibrium counts, and what a file says beside that."""
    form, ways = sheet.form, environment_of(sheet.experiment).starts
    options = [
        ("worst", "The worst"),
        ("best", "The best"),
        *((start, f"Where it leads {way}") for start, way in ways.items()),
    ]
    Select(
        "Where there are several equilibria",
        form.within,
        {"": options},
        lambda way: sheet.change(form.asking(**{"in": way})),
    )
    uncertain = form.wanted.get("uncertain") or {}
    if uncertain:
        facts = listed([sheet.title(path).title for path in uncertain])
        said = f"Nobody knows {facts}: settings are judged over draws of that, as the file has it."
        solara.HTML("p", escape(said), classes=["ov-quiet"])
    if form.wanted.get("by") == "simulation":
        said = "The file asks for simulation, as oversight search does it; here theory judges the settings."
        solara.HTML("p", said, classes=["ov-quiet"])


@solara.component
def Heading(title: str, remove: Callable[[], None]) -> None:
    """What a row is about, and a button that takes it away."""
    with solara.Div(classes=["ov-playable"]):
        solara.Text(title)
        solara.Button("Remove", on_click=remove, text=True, small=True, attributes={"aria-label": f"Remove {title}"})
