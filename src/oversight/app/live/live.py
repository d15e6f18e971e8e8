"""The tab itself."""

from __future__ import annotations

from array import array

import solara
from mesa.visualization.utils import update_counter

from oversight.app.controls import controls
from oversight.app.live.chart import chart, spoken
from oversight.app.live.key_figures import in_theory, simulated
from oversight.app.live.remarks import remarks, unchecked
from oversight.app.live.transport import Transport
from oversight.app.panel import ControlPanel
from oversight.app.session import Session
from oversight.app.space import SocietyRenderer
from oversight.app.widgets import Figure, KeyFigures, Space


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
                with solara.Div(classes=["ov-card"]):
                    solara.HTML("h2", "Actors")
                    Actors(session)
                with solara.Div(classes=["ov-card"]):
                    solara.HTML("h2", "Misconduct over time")
                    Chart(session)


@solara.component
def Controls(session: Session) -> None:
    """Controls of the chosen kinds."""
    scenario = session.scenario.value
    ControlPanel(controls(scenario), session.errors.value, session.edit)


@solara.component
def Numbers(session: Session) -> None:
    """Key figures, simulated and in theory."""
    update_counter.get()
    society = session.society.value
    experiment = society.experiment
    KeyFigures([*simulated(society), *in_theory(session.theory.value)], "Key figures")
    since = society.changes[-1] if society.changes else experiment.burn_in
    if society.period > since and since:
        why = "since the policy last changed" if society.changes else "after the burn-in"
        solara.Text(f"Means of periods {since + 1:,} to {society.period:,}, {why}.", classes=["ov-quiet"])


@solara.component
def Actors(session: Session) -> None:
    """Who did what in the last period."""
    update_counter.get()
    society = session.society.value
    renderer = solara.use_memo(lambda: SocietyRenderer(society), [society])
    Space(**renderer.drawn())


@solara.component
def Chart(session: Session) -> None:
    """The misconduct rate, and where theory sees it go."""
    update_counter.get()
    society, theory = session.society.value, session.theory.value
    equilibria = theory.solution.equilibria if theory.solution else []
    rates = society.series.get("misconduct_rate", array("d"))
    experiment = session.scenario.value.experiment
    units = experiment.policy.units.model_dump()
    figure = chart(rates, society.changes, equilibria, units, session.past)
    Figure(figure, spoken(rates, equilibria), 400)
    for sentence in [*unchecked(experiment), *remarks(theory, experiment.starts[0])]:
        solara.Text(sentence, classes=["ov-quiet", "ov-remark"])
