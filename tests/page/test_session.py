"""One session of the page, without a browser."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

import oversight
from library import LIBRARY
from oversight.app import session as module
from oversight.app.live.chart import chart
from oversight.app.live.course import course
from oversight.app.live.key_figures import in_theory, simulated
from oversight.app.live.transport import _Played
from oversight.app.serving import Served
from oversight.app.session import Session
from oversight.app.society import Society
from oversight.equilibrium import Solution, solve_all
from oversight.figures import Quantity
from oversight.scenario import Experiment

RATE = "policy.monitoring.rate"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Nothing is solved while this is cleared."""
    free = threading.Event()
    free.set()

    def solved(experiments: Sequence[Experiment], **how: Any) -> list[Solution]:
        assert free.wait(10)
        return solve_all(experiments, **how)

    monkeypatch.setattr(module, "solve_all", solved)
    yield free
    free.set()


@pytest.fixture
def session() -> Iterator[Session]:
    session = Session(Served(LIBRARY, LIBRARY.experiment("detection_by_penalty")), "")
    yield session
    session.close()


def wait_for(right: Callable[[], bool]) -> None:
    for _ in range(200):
        if right():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def known(session: Session) -> bool:
    theory = session.theory.value
    return theory.solution is not None and theory.experiment == session.scenario.value.experiment


def test_earlier_lines_are_those_of_the_policy_that_ruled(held: threading.Event, session: Session) -> None:
    wait_for(lambda: known(session))
    first = session.theory.value.solution
    session.society.value.step()
    held.clear()
    session.move({RATE: 0.11})
    session.society.value.step()
    session.move({RATE: 0.12})  # before that of 0.11 is solved
    assert first
    assert [(past.start, past.end, past.equilibria) for past in session.past] == [(0, 1, first.equilibria)]


def test_another_scenario_has_no_lines_of_the_last(held: threading.Event, session: Session) -> None:
    wait_for(lambda: known(session))
    held.clear()
    session.open(session.served.library.experiment("capacity_tipping"))
    assert session.theory.value.solution is None
    held.set()
    wait_for(lambda: known(session))


def test_a_link_plays_any_row_of_a_sweep() -> None:
    served = Served(LIBRARY, LIBRARY.first)
    session = Session(served, "?scenario=capacity_tipping&replicate=7&start=violating&periods=5&burn_in=0")
    session.society.value.step()
    short = {"periods": 5, "burn_in": 0}
    row = oversight.run("capacity_tipping", short, replicate=7, start="violating")
    assert session.society.value.series["misconduct_rate"][0] == row.series["misconduct_rate"][0]
    assert "replicate=7" in session.query
    session.move({"policy.sanction.amount": 3})
    assert session.replicate == 7
    session.open(LIBRARY.experiment("detection_by_penalty"))
    assert "replicate" not in session.query
    session.close()


@pytest.mark.slow
@pytest.mark.parametrize("replicate", ["-1", "1.5", "x", "", "9" * 30, "²"])
def test_a_link_to_no_replicate_is_told(replicate: str) -> None:
    session = Session(Served(LIBRARY, LIBRARY.first), f"?replicate={replicate}")
    assert "names no replicate" in session.notice.value
    session.close()


def test_a_changed_policy_is_never_shown_beside_anothers_numbers(held: threading.Event, session: Session) -> None:
    wait_for(lambda: known(session))
    society = session.society.value
    while society.running:
        society.step()
    held.clear()
    session.move({RATE: 0.9})
    cards = [*simulated(society), *in_theory(session.theory.value, society.experiment)]
    assert not society.over
    assert {card.value for card in cards} == {"–", "…"}
    assert {card.note for card in cards[:4]} == {"not played under this policy yet"}
    held.set()
    wait_for(lambda: known(session))
    society.step()
    cards = [*simulated(society), *in_theory(session.theory.value, society.experiment)]
    assert "…" not in {card.value for card in cards}
    assert cards[0].value != "–"


def test_key_figures_of_values_are_those_that_the_policy_has() -> None:
    loaded = LIBRARY.experiment("how_often_to_certify").changed({"policy.training.coverage": 0.5})
    society = Society(loaded.experiment)
    society.play_on()
    for _ in range(3):
        society.step()
    shown = {card.name: card.value for card in simulated(society)}
    names = {"value.honesty", "value.honesty.in", "value.honesty.out", "nats", "training_cost"}
    assert names <= shown.keys()
    assert "–" not in {shown[name] for name in names}
    plain = Society(LIBRARY.experiment("detection_by_penalty").experiment)
    assert not names & {card.name for card in simulated(plain)}


def test_the_page_plays_a_principal_until_a_hand_takes_over() -> None:
    """It shows what inspections show beside what is true; another number of the principal begins a new run."""
    session = Session(Served(LIBRARY, LIBRARY.experiment("regulator_that_reacts")), "")
    society = session.society.value
    for _ in range(120):
        society.step()
    alone = oversight.run("regulator_that_reacts", {"periods": 120}).series
    lever = f"lever.{RATE}"
    for name in ("misconduct_rate", "apparent_misconduct_rate", lever):
        assert list(society.series[name]) == pytest.approx(alone[name].tolist())
    shown = {card.name: card.value for card in simulated(society)}
    assert {"apparent_misconduct_rate", lever} <= shown.keys()
    assert "Inspection rate, as set" in [card.title for card in simulated(society)]
    assert shown[lever].endswith("%")
    assert "what inspections show" in chart(*drawn(society))
    under = json.loads(course(society.series[lever], 120, Quantity("Rate", percent=True), "week"))
    assert under["data"][0]["y"] == pytest.approx([100 * rate for rate in alone[lever]], rel=1e-5)
    assert under["layout"]["xaxis"]["title"]["text"] == "Week"
    assert under["layout"]["xaxis"]["range"] == json.loads(chart(*drawn(society)))["layout"]["xaxis"]["range"]
    session.move({RATE: 0.9})
    assert session.society.value is society
    assert society.engine.governing is None
    for _ in range(3):
        society.step()
    assert society.series["inspection_rate"][-1] > 0.8
    assert len(society.series[lever]) == 120
    session.move({"principal.slope": 0.2})
    assert session.society.value is not society
    session.close()


def drawn(society: Society) -> tuple[Any, ...]:
    return society.series["misconduct_rate"], (), (), {}, (), 240, 0.0, society.series["apparent_misconduct_rate"]


def test_mesas_loop_steps_no_society_that_began_while_it_waited(session: Session) -> None:
    played = _Played(session)
    first = played.value
    waits, goes_on = threading.Event(), threading.Event()

    def loop() -> None:
        assert played.pace.value > 0
        waits.set()
        assert goes_on.wait(10)
        played.value.step()

    mesas = threading.Thread(target=loop)
    mesas.start()
    assert waits.wait(10)
    played.value = second = Society(first.experiment)  # as its reset does
    goes_on.set()
    mesas.join()
    assert (first.period, second.period) == (1, 0)
    played.value.step()
    assert second.period == 1
