"""Play, pause, step, reset, speed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import solara
from mesa.visualization.solara_viz import ModelController
from mesa.visualization.utils import force_update, update_counter

from oversight.app.latest import Latest
from oversight.app.session import Session
from oversight.app.society import Society

FASTEST = 20
_EVERY = 0.2
"""Seconds between two looks at a run that is played to its end."""


@solara.component
def Transport(session: Session) -> None:
    """Mesa's controller, the speed, and the way to the end of the run."""
    speed, set_speed = solara.use_state(5)
    played = solara.use_memo(lambda: _Played(session), [])

    def change(steps: int) -> None:
        steps = min(max(steps, 1), FASTEST)
        set_speed(steps)
        played.pace.milliseconds = 1000 // steps

    with solara.Div(classes=["ov-card", "ov-transport"], attributes={"role": "group", "aria-label": "Play"}):
        # A controller whose model has stopped offers no play until it is made anew, for which a key does not suffice.
        controller = _Controller if session.plays.value % 2 == 0 else _ControllerAnew
        controller(session, played)
        ToTheEnd(session)
        with solara.Div(classes=["ov-speed"]):
            solara.SliderInt("Periods a second", value=speed, on_value=change, min=1, max=FASTEST)
        Clock(session)


@solara.component
def _Controller(session: Session, played: _Played) -> None:
    # Mesa's controller takes these as plain values only in its signature.
    threads, every = solara.use_reactive(False), solara.use_reactive(1)
    again = {"experiment": session.scenario.value.experiment, "replicate": session.replicate}
    parameters = solara.use_reactive(again)
    ModelController(
        played,
        model_parameters=parameters,
        play_interval=played.pace,
        render_interval=every,
        use_threads=threads,
    )


@solara.component
def _ControllerAnew(session: Session, played: _Played) -> None:
    _Controller(session, played)


class _Played:
    """The society that plays, for Mesa's controller.

    Its loop waits, and then steps what it is shown, even if it was told meanwhile to stop and begin anew. So it is
    shown the society that it began to wait for.
    """

    def __init__(self, session: Session):
        self.session = session
        self.waiting = threading.local()
        self.pace = _Pace(self)

    @property
    def value(self) -> Society:
        held: Society | None = getattr(self.waiting, "society", None)
        return held or self.session.society.value

    @value.setter
    def value(self, society: Society) -> None:
        self.session.society.value = society


class _Pace:
    """How long Mesa's loop waits before a step; nothing else asks for it."""

    def __init__(self, played: _Played):
        self.played = played
        self.milliseconds = 200

    @property
    def value(self) -> int:
        self.played.waiting.society = self.played.session.society.value
        return self.milliseconds


@solara.component
def ToTheEnd(session: Session) -> None:
    """Plays what is left of the run without showing every period."""
    update_counter.get()
    busy = solara.use_reactive(False)

    def finish(society: Society, overtaken: Callable[[], bool]) -> None:
        shown = time.monotonic()
        while society.period < society.experiment.periods and society.running and not overtaken():
            if session.society.value is not society:  # another has begun meanwhile
                return
            society.step()
            if time.monotonic() - shown > _EVERY:
                shown = time.monotonic()
                force_update()

    def done(society: Society, nothing: None) -> None:
        busy.value = False
        force_update()

    def failed(words: str) -> None:
        busy.value = False
        session.notice.value = words
        force_update()

    work = solara.use_memo(lambda: Latest(finish, done, failed), [])
    solara.use_effect(lambda: work.cancel, [])

    def start() -> None:
        busy.value = True
        work.ask(session.society.value)

    def stop() -> None:
        work.cancel()
        busy.value = False

    def play_on() -> None:
        session.play_on()
        force_update()

    society = session.watched()
    if busy.value:
        solara.Button("Stop", on_click=stop, outlined=True)
    elif society.period < society.experiment.periods:
        solara.Button("To the end", on_click=start, outlined=True, disabled=not society.running)
    elif not society.running:
        solara.Button("Play on", on_click=play_on, outlined=True)


@solara.component
def Clock(session: Session) -> None:
    """How far the run has come."""
    update_counter.get()
    society = session.watched()
    last = society.experiment.periods
    period = society.experiment.policy.units.period.capitalize()
    command = "oversight run"
    if session.replicate:
        command = f"oversight run --replicate {session.replicate}"
    if society.failure:
        words = f"{period} {society.period:,}: the run broke off. {society.failure}"
    elif society.over:
        words = f"{period} {last:,}: the run is over, and these are the numbers of `{command}`."
    elif society.period <= last:
        words = f"{period} {society.period:,} of {last:,}"
    else:
        words = f"{period} {society.period:,}, past the run's {last:,}"
    with solara.Div(classes=["ov-clock"], attributes={"role": "status"}):
        solara.Text(words)
