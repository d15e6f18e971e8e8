"""The tab itself."""

from __future__ import annotations

from array import array

import solara
from mesa.visualization.utils import update_counter

from oversight.app.controls import controls
from oversight.app.live.becker import drawn, picture, words
from oversight.app.live.chart import chart, spoken
from oversight.app.live.course import HEIGHT, course
from oversight.app.live.key_figures import in_theory, simulated
from oversight.app.live.remarks import remarks, unchecked
from oversight.app.live.transport import Transport
from oversight.app.panel import ControlPanel
from oversight.app.session import Session
from oversight.app.space import SocietyRenderer
from oversight.app.widgets import Column, Figure, KeyFigures, Select, Space, Table
from oversight.environments import environment_of
from oversight.errors import OversightError
from oversight.figures.words import measure, plain


@solara.component
def Live(session: Session) -> None:
    """The running society with its controls."""
    with solara.Div(classes=["ov-live"]):
        with solara.Div(classes=["ov-card"]):
            Controls(session)
        with solara.Div(classes=["ov-live-main"]):
            Transport(session)
            Numbers(session)
            with solara.Div(classes=["ov-stage"]):
                with solara.Div(classes=["ov-stacked"]):
                    with solara.Div(classes=["ov-card"]):
                        solara.HTML("h2", "Actors")
                        Actors(session)
                    ByEntry(session)
                with solara.Div(classes=["ov-stacked"]):
                    with solara.Div(classes=["ov-card"]):
                        solara.HTML("h2", "Misconduct over time")
                        Chart(session)
                    with solara.Div(classes=["ov-card"], attributes={"data-becker": "true"}):
                        solara.HTML("h2", "Who is deterred")
                        Deterred(session)


@solara.component
def Controls(session: Session) -> None:
    """Controls of the chosen kinds."""
    scenario = session.scenario.value
    ControlPanel(controls(scenario), session.errors.value, session.edit)


@solara.component
def Numbers(session: Session) -> None:
    """Key figures, simulated and in theory."""
    update_counter.get()
    society = session.watched()
    experiment = society.experiment
    KeyFigures([*simulated(society), *in_theory(session.theory.value, experiment)], "Key figures")
    since = society.changes[-1] if society.changes else experiment.burn_in
    if society.period > since and since:
        why = "since the policy last changed" if society.changes else "after the burn-in"
        solara.Text(f"Means of periods {since + 1:,} to {society.period:,}, {why}.", classes=["ov-quiet"])


@solara.component
def Actors(session: Session) -> None:
    """Who did what in the last period."""
    update_counter.get()
    society = session.watched()
    renderer = solara.use_memo(lambda: SocietyRenderer(society), [society])
    Space(**renderer.drawn())
    solara.Text(_SIGHT[renderer.sight], classes=["ov-quiet"])


_SIGHT = {
    "none": "A place is for looking only: nobody has neighbours in this model.",
    "some": "Lines join neighbours; point at an actor for what it sees. Its place is for looking only.",
    "many": "There are too many links to draw. A place is for looking only.",
    "all": "Everyone sees everyone; point at an actor for what it sees. Its place is for looking only.",
}


@solara.component
def ByEntry(session: Session) -> None:
    """The misconduct of each population entry, where there are several."""
    update_counter.get()
    society = session.watched()
    population = society.experiment.population
    if len(population) < 2:
        return
    figures = {} if society.untried else society.figures()
    rate = measure("misconduct_rate", society.experiment.policy.units.model_dump())
    rows = []
    for entry in population:
        name = f"misconduct_rate.{entry.label}"
        last = society.series[name][-1] if name in society.series else float("nan")
        rows.append([plain(entry.label), f"{entry.size:,}", *map(rate.bare, (figures.get(name, float("nan")), last))])
    with solara.Div(classes=["ov-card"]):
        solara.HTML("h2", "Misconduct by entry")
        columns = [
            Column("Entry", numeric=False),
            Column("Actors"),
            Column("Mean", "Over the periods of the key figures"),
            Column("Last", "In the last period, under whichever policy it was"),
        ]
        Table("Misconduct rate of each population entry", columns, rows)


@solara.component
def Deterred(session: Session) -> None:
    """Becker's picture of one entry under the running policy."""
    update_counter.get()
    society = session.watched()
    population = society.experiment.population
    labels = [entry.label for entry in population]
    chosen = session.view.value.get("entry", labels[0])
    chosen = chosen if chosen in labels else labels[0]
    if len(labels) > 1:
        options = {"": [(label, plain(label)) for label in labels]}
        Select("Entry", chosen, options, lambda label: session.look(entry=label))
    money = society.experiment.policy.units.money
    try:
        seen = picture(society, labels.index(chosen))
    except OversightError as error:
        solara.Text(f"It cannot be drawn. {error}", classes=["ov-quiet"])
        return
    kind = plain(population[labels.index(chosen)].kind.rpartition(":")[2])
    sentences = words(seen, money, kind)
    Figure(drawn(seen, money), " ".join(sentences), 0)
    solara.Text(" ".join(sentences), classes=["ov-quiet", "ov-remark"])


@solara.component
def Chart(session: Session) -> None:
    """The misconduct rate, and where theory sees it go."""
    update_counter.get()
    society, theory = session.watched(), session.theory.value
    equilibria = theory.solution.equilibria if theory.solution else []
    rates = society.series.get("misconduct_rate", array("d"))
    experiment = session.scenario.value.experiment
    units = experiment.policy.units.model_dump()
    apparent = society.series.get("apparent_misconduct_rate", ()) if society.engine.governing else ()
    figure = chart(rates, society.changes, equilibria, units, session.past, apparent=apparent)
    Figure(figure, spoken(rates, equilibria), 400)
    if experiment.principal:
        known = environment_of(experiment).words(experiment)
        for path in experiment.principal.levers:
            values, words = society.series.get(f"lever.{path}", array("d")), measure(f"lever.{path}", units, known)
            said = f"{words.title}: {words.text(values[-1])} now." if values else f"{words.title}: not yet set."
            Figure(course(values, len(rates), words, units.get("period", "period")), said, HEIGHT)
    for sentence in [*unchecked(experiment), *remarks(theory, experiment.starts[0])]:
        solara.Text(sentence, classes=["ov-quiet", "ov-remark"])
