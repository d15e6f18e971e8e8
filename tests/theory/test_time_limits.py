"""Theory of whatever is accepted ends soon, or says why not."""

from __future__ import annotations

from importlib import import_module
from time import process_time
from typing import Any

import pytest

import oversight
from oversight.deadline import OutOfTimeError, keep_to_time, time_limit
from oversight.equilibrium import solve_all
from oversight.scenario import load_experiment
from posed import UNIFORM, capacity, fine, rates, solved, spec

pytestmark = pytest.mark.clock

SOLVE = import_module("oversight.equilibrium.solve")
SLOW: dict[str, Any] = {
    "monitoring": {"kind": "audit_capacity", "inspections": 0.5},
    "sanction": {"kind": "turnover_cap", "amount": 0, "share": 0.2, "rule": "lesser", "suspension": 10},
}
AHEAD = {"kind": "forward_looking", "size": 2, "discount": 0.1, "turnover": {"kind": "normal", "mean": 5, "sd": 1}}


@pytest.mark.parametrize(("step", "number"), [(1e-9, "800,000,001"), (1e-40, "1,000,000,000,000,001")])
def test_steps_too_small_to_tell_apart_are_counted_and_refused(step: float, number: str) -> None:
    before = process_time()
    found = oversight.solve(spec({"kind": "record_based", "base_rate": 0.2, "rate_per_record": step}, fine(2), {}))
    assert process_time() - before < 5
    assert f"tells {number} records apart (at most 1,001 are solved)" in found.not_covered


def test_no_more_records_are_told_apart_than_can_stand() -> None:
    """At steps of 1e-9 and a lifetime of 3 the chance is that of a clean record: 1 - .2 x 2 violate."""
    audits = {"kind": "record_based", "base_rate": 0.2, "rate_per_record": 1e-9}
    assert rates(solved(audits, fine(2, record_lifetime=3), {"gain": UNIFORM})) == pytest.approx([0.6], abs=1e-8)


def test_a_record_that_lapses_is_as_long_as_its_lifetime() -> None:
    """Chances .1 and .5 at records 0 and 1, at a lifetime of one period: a chain of two states."""
    audits = {"kind": "record_based", "base_rate": 0.1, "rate_per_record": 0.4, "max_rate": 0.9}
    clean, marked = 0.1 * 0.8, 0.5 * 0.0  # at a fine of 2 those with a record never violate
    share = clean / (1 + clean - marked)
    assert rates(solved(audits, fine(2, record_lifetime=1), {})) == pytest.approx([0.8 * (1 - share)], abs=1e-9)


def test_equilibria_that_take_too_long_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SOLVE, "_SECONDS", 0.0)
    found = oversight.solve(spec(capacity(20), fine(2), {}, {}))
    assert not found.equilibria
    assert found.not_covered.startswith("Its equilibria take more than 0 seconds to find, with 2 entries and 1 records")


def test_one_of_many_that_takes_long_does_not_take_the_others_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack that is out of time is solved one by one."""
    experiments = [load_experiment(spec(capacity(n), fine(2), {})).experiment for n in (5, 10)]
    together = solve_all(experiments)
    monkeypatch.setattr(SOLVE, "_SECONDS", 60.0)
    limit = SOLVE.time_limit
    monkeypatch.setattr(SOLVE, "time_limit", lambda seconds: limit(-1 if not alone else seconds))
    alone: list[int] = []
    original = SOLVE._solved

    def counted(part: Any, *rest: Any) -> Any:
        alone[:] = [1] if len(part) == 1 else []
        return original(part, *rest)

    monkeypatch.setattr(SOLVE, "_solved", counted)
    apart = solve_all(experiments)
    assert [rates(each) for each in apart] == [pytest.approx(rates(each), abs=1e-9) for each in together]


def test_what_can_be_done_without_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: Any) -> Any:
        raise OutOfTimeError

    for part in ("courses", "stability", "optima"):
        monkeypatch.setattr(SOLVE, part, late)
    found = oversight.solve(spec(capacity(20), fine(2), {}))
    assert found.equilibria
    assert not found.paths
    assert found.equilibria[0].stable is None
    assert found.price_of_anarchy.note == "it takes too long to work out"
    assert (
        "Left out, since it takes too long to work out: the optimum, stability, where each start leads." in found.notes
    )


def test_the_nearer_of_two_limits_counts() -> None:
    keep_to_time()
    with time_limit(-1), pytest.raises(OutOfTimeError), time_limit(60):
        keep_to_time()
    keep_to_time()


@pytest.mark.slow
def test_a_forward_looking_actor_under_a_turnover_cap_with_a_suspension_ends_in_time() -> None:
    before = process_time()
    found = oversight.solve({"name": "x", "policy": SLOW, "population": [AHEAD]})
    assert process_time() - before < 12
    assert "differ for good in `turnover`, and who is suspended depends on it" in found.not_covered
