"""The tab itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import solara

from oversight.app.game.shown import game_of, show
from oversight.app.latest import Latest
from oversight.app.results.explore import NONE, Choice, Explorer, chosen, explorable, wanted, written
from oversight.app.results.folders import Folder, folders, newest_of, open_study
from oversight.app.session import Session
from oversight.app.widgets import Column, Downloads, Figure, Select, Table
from oversight.errors import InputError, OversightError
from oversight.report.findings import headline
from oversight.report.frontier import frontier
from oversight.report.study import Dimension, Study, rows_of

_FORMS = {"curves": "Curves", "heat map": "Map", "comparison": "Bars"}
MAX_LISTED = 500
"""Points that a list offers to play; any can be clicked."""


@dataclass(frozen=True)
class Opened:
    """A folder's study, or why there is none."""

    name: str
    study: Study | None = None
    problem: str = ""


@solara.component
def ResultsTab(session: Session) -> None:
    """The folders of results, and what is in the one that is open."""
    library = session.served.library
    root = library.folder / "results"
    found = solara.use_memo(lambda: folders(root), [])
    opened = solara.use_reactive(Opened(""))
    view = session.view.value
    names = [folder.name for folder in found]
    own = newest_of(found, session.scenario.value.experiment.name)
    named = view.get("folder") in names
    asked = view["folder"] if named else own or next(iter(names), "")

    def load(name: str, overtaken: Callable[[], bool]) -> Opened:
        try:
            return Opened(name, open_study(root, name, library.plugins))
        except InputError as error:
            return Opened(name, problem=str(error))

    now = solara.use_ref(asked)
    now.current = asked

    def failed(words: str) -> None:
        opened.value = Opened(now.current, problem=words)

    latest = solara.use_memo(lambda: Latest(load, lambda name, done: opened.set(done), failed), [])
    solara.use_effect(lambda: latest.cancel, [])
    solara.use_effect(lambda: latest.ask(asked) if asked else None, [asked])

    def ask(name: str) -> None:
        session.look(**dict.fromkeys(chosen(view), ""), folder=name)

    def choose(choice: Choice) -> None:
        session.look(**{**dict.fromkeys(chosen(view), ""), **written(choice)})

    if not found:
        with solara.Div(classes=["ov-empty"]):
            Unswept(session)
        return
    study = opened.value.study if opened.value.name == asked else None
    explorer = Explorer(study, wanted(view)) if study and explorable(study) else None
    with solara.Div(classes=["ov-live", "ov-results"]):
        with solara.Div(classes=["ov-card", "ov-choices"]):
            solara.HTML("h2", "Results")
            Select("Folder", asked, _offered(found), ask)
            if explorer:
                Choices(explorer, choose)
        with solara.Div(classes=["ov-live-main"]):
            if not named and not own:
                Unswept(session)
            if opened.value.name != asked:
                solara.HTML("div", escape(f"Opening {asked} …"), classes=["ov-empty"], attributes={"role": "status"})
            elif study is None:
                solara.HTML("div", escape(opened.value.problem), classes=["ov-notice"], attributes={"role": "alert"})
            elif explorer is None:
                Numbers(study)
            else:
                Shown(session, explorer)


def _offered(found: list[Folder]) -> dict[str, list[tuple[str, str]]]:
    """Folders as a list of choices; those that cannot be opened say why when they are chosen."""
    groups: dict[str, list[tuple[str, str]]] = {"": [], "Unfinished or broken": []}
    for folder in found:
        name = folder.name if folder.title == folder.name else f"{folder.name}: {folder.title}"
        groups["Unfinished or broken" if folder.problem else ""].append((folder.name, name))
    return {title: options for title, options in groups.items() if options}


@solara.component
def Unswept(session: Session) -> None:
    """That the open scenario has no finished results, and how it gets them."""
    experiment = session.scenario.value.experiment
    file = session.served.library.argument(session.scenario.value)
    how = "makes them" if file else "makes them of the file that Scenarios lets you download"
    command = f"oversight sweep {file or f'{experiment.name}.yaml'}"
    said = f"There are no finished results of {escape(experiment.name)}, which is open in Live."
    solara.HTML("p", f"{said} <code>{escape(command)}</code> {how}.", classes=["ov-quiet"])


@solara.component
def Choices(explorer: Explorer, choose: Callable[[Choice], None]) -> None:
    """What is shown, and what the rest is held at."""
    study, choice = explorer.study, explorer.choice
    with solara.Div():
        measures = [(name, study.measure(name).title) for name in explorer.measures]
        Select("Measure", choice.measure, {"": measures}, lambda name: choose(replace(choice, measure=name)))
        if len(explorer.forms) > 1:
            forms = [(form, _FORMS[form]) for form in explorer.forms]
            Select("Show as", choice.form, {"": forms}, lambda form: choose(replace(choice, form=form)))
        is_map = choice.form == "heat map"
        if len(explorer.across) > 1:
            bars = choice.form == "comparison"
            _Dimensions("Rows" if bars else "Across", explorer.across, choice.x, lambda x: choose(_across(explorer, x)))
        if explorer.seconds:
            title = {"heat map": "Up", "curves": "A line for each", "comparison": "A bar for each"}[choice.form]
            none = [] if is_map else [(NONE, "nothing else")]
            _Dimensions(title, explorer.seconds, choice.second, lambda y: choose(replace(choice, second=y)), none)
        if explorer.held:
            solara.HTML("h2", "Filter", style="margin-top: 8px")
        for dimension in explorer.held:
            _Held(dimension, choice, choose)


def _across(explorer: Explorer, x: str) -> Choice:
    """The choice with another horizontal dimension, which trades places where it was the second."""
    choice = explorer.choice
    return replace(choice, x=x, second=choice.x if x == choice.second else choice.second)


def _Dimensions(
    title: str,
    options: list[Dimension],
    column: str,
    choose: Callable[[str], None],
    none: Sequence[tuple[str, str]] = (),
) -> None:
    Select(title, column, {"": [*none, *((one.column, one.quantity.title) for one in options)]}, choose)


def _Held(dimension: Dimension, choice: Choice, choose: Callable[[Choice], None]) -> None:
    options = [(str(place), label) for place, label in enumerate(dimension.labels)]

    def hold(place: str) -> None:
        if place.isdecimal() and int(place) < len(dimension.cells):
            choose(replace(choice, held={**choice.held, dimension.column: dimension.cells[int(place)]}))

    place = dimension.cells.index(choice.held[dimension.column])
    Select(dimension.quantity.title, str(place), {"": options}, hold)


@solara.component
def Shown(session: Session, explorer: Explorer) -> None:
    """The figure; a click on it plays the point."""
    study = explorer.study

    def play(row: Mapping[str, Any]) -> None:
        try:
            if explorer.is_played_live:
                session.open(explorer.opened(row, session.served.library))
            else:
                show(session, game_of(study.results.source, session.served.library), int(row["point"]))
        except OversightError as error:
            session.notice.value = f"This point cannot be played here. {error}"

    def clicked(point: Mapping[str, Any]) -> None:
        row = explorer.nearest(point.get("x"), point.get("y"))
        if row is not None:
            play(row)

    with solara.Div(classes=["ov-live-main"]):
        solara.HTML("p", escape(headline(study, frontier(study))), classes=["ov-headline"])
        with solara.Div(classes=["ov-card"]):
            words = study.measure(explorer.choice.measure)
            solara.HTML("h2", escape(words.title))
            solara.HTML("p", escape(_about(explorer)), classes=["ov-quiet"])
            try:
                figure, alt = explorer.figure()
            except InputError as error:
                solara.HTML("div", escape(str(error)), classes=["ov-empty"])
                return
            Figure(figure, alt, 0, clicked)
            Downloads(f"{explorer.study.experiment.name}_{explorer.choice.measure}", explorer.csv)
        Playable(explorer, play)


def _about(explorer: Explorer) -> str:
    said = ["Means over replicates"]
    if explorer.choice.form != "heat map" and explorer.rows["low"].notna().any():
        said.append("with 95\u00a0% confidence intervals")
    gap = explorer.rows["value"].isna().any() and explorer.drawing.words.missing
    what = {"heat map": "cell", "curves": "point", "comparison": "bar"}[explorer.choice.form]
    missing = f" Missing where {explorer.drawing.words.missing}." if gap else ""
    return f"{', '.join(said)}. Click a {what} to play its scenario in {_where(explorer)}.{missing}"


def _where(explorer: Explorer) -> str:
    return "Live" if explorer.is_played_live else "Game"


@solara.component
def Playable(explorer: Explorer, play: Callable[[Mapping[str, Any]], None]) -> None:
    """The points that are shown as a list, for those who cannot click the figure."""
    rows = list(rows_of(explorer.rows.drop_duplicates(["point", "start"]).head(MAX_LISTED + 1)))
    place, choose = solara.use_state("0")
    if len(rows) > MAX_LISTED:
        return
    number = int(place) if place.isdecimal() and int(place) < len(rows) else 0
    study = explorer.study
    columns = ["point", *(dimension.column for dimension in study.parameters)]
    points = study.summary[list(dict.fromkeys(columns))].drop_duplicates("point").set_index("point", drop=False)
    options = []
    for index, row in enumerate(rows):
        words = study.place(points.loc[row["point"]].to_dict()) or "the base point"
        start = f", {study.start.label(row['start'])}" if study.start and explorer.choice.measure != "gap" else ""
        options.append((str(index), f"{words}{start}"))
    with solara.Div(classes=["ov-card", "ov-playable"]):
        Select("Point", str(number), {"": options}, choose)
        solara.Button(f"Play in {_where(explorer)}", on_click=lambda: play(rows[number]), outlined=True)


@solara.component
def Numbers(study: Study) -> None:
    """A sweep of one point: its measures."""
    solara.HTML("p", escape(headline(study, frontier(study))), classes=["ov-headline"])
    rows = []
    for name in study.metrics:
        words = study.measure(name)
        mean, low, high = (study.summary[f"metric.{name}.{part}"].iloc[0] for part in ("mean", "ci_low", "ci_high"))
        rows.append([words.axis, words.bare(mean), f"{words.bare(low)} to {words.bare(high)}" if low < high else "–"])
    with solara.Div(classes=["ov-card"]):
        solara.HTML("h2", "Measures")
        Table("Measures", [Column("Measure", numeric=False), Column("Mean"), Column("95\u00a0% interval")], rows)
