"""Play, pause, step, reset, speed."""

from __future__ import annotations

import solara
from mesa.visualization.solara_viz import ModelController
from mesa.visualization.utils import update_counter

from oversight.app.session import Session

FASTEST = 20


@solara.component
def Transport(session: Session) -> None:
    """Mesa's controller, and the speed."""
    speed, set_speed = solara.use_state(5)
    interval = solara.use_reactive(200)
    # Mesa's controller takes these as plain values only in its signature.
    threads, every = solara.use_reactive(False), solara.use_reactive(1)
    parameters = solara.use_reactive({"experiment": session.scenario.value.experiment})

    def change(steps: int) -> None:
        set_speed(steps)
        interval.value = 1000 // steps

    with solara.Div(classes=["ov-card", "ov-transport"], attributes={"role": "group", "aria-label": "Play"}):
        ModelController(
            session.society,
            model_parameters=parameters,
            play_interval=interval,
            render_interval=every,
            use_threads=threads,
        )
        solara.SliderInt("Speed (periods a second)", value=speed, on_value=change, min=1, max=FASTEST)
        Clock(session)


@solara.component
def Clock(session: Session) -> None:
    """How far the run has come."""
    update_counter.get()
    society, experiment = session.society.value, session.scenario.value.experiment
    period = experiment.policy.units.period
    over = society.period > experiment.periods
    beyond = f"beyond the run's {experiment.periods:,}" if over else f"of {experiment.periods:,}"
    solara.Text(f"{period.capitalize()} {society.period:,} {beyond}", classes=["ov-clock"])
