"""What measures promise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.contract.kits.promise import MEMBERS, NUMBER, PICKLABLE, KindPromise, fixed, must, told
from oversight.contract.promises import BrokenPromise
from oversight.errors import KindError
from oversight.measures import Measure, Period, Totals
from oversight.measures.measure import Part, part_of, tried
from oversight.scenario.stacking import stack


def _period() -> Period:
    """A period of as many runs as there are examples, of two population entries."""
    rng = np.random.default_rng(11)
    shape = (NUMBER, MEMBERS)
    active = rng.random(shape) < 0.9
    violating = active & (rng.random(shape) < 0.4)
    inspected = active & (rng.random(shape) < 0.5)
    caught = violating & inspected
    sanctioned = caught | (inspected & (rng.random(shape) < 0.2))
    gain, paid = rng.exponential(1, shape), np.where(sanctioned, 0.5, 0.0)
    half = MEMBERS // 2
    return Period(
        active=fixed(active),
        violating=fixed(violating),
        inspected=fixed(inspected),
        caught=fixed(caught),
        sanctioned=fixed(sanctioned),
        gain=fixed(gain),
        harm=fixed(rng.exponential(1, shape)),
        perceived=fixed(rng.random(shape)),
        paid=fixed(paid),
        payoff=fixed(gain * violating - paid),
        record=fixed(rng.integers(0, 3, shape).astype(float)),
        wealth=fixed(rng.lognormal(1, 1, shape)),
        turnover=fixed(rng.lognormal(3, 1, shape)),
        columns={"first": slice(0, half), "second": slice(half, MEMBERS)},
        totals=Totals(*(fixed(rng.exponential(10, (NUMBER, 1))) for _ in range(len(Totals.__slots__)))),
    )


def _numbers(made: Sequence[Measure]) -> None:
    for one in made:
        part = _kept(one)
        must(np.isfinite(part.numerator) & np.isfinite(part.denominator), f"of {told(one)} some numbers are infinite")
        again = _kept(one)
        same = np.array_equal(part.value, again.value, equal_nan=True)
        must(same, f"{told(one)} gives another number when it is asked again about the same period")


def _runs(made: Sequence[Measure]) -> None:
    try:
        tried(stack(made), _period())
    except KindError as error:
        raise BrokenPromise(str(error)) from error


def _kept(one: Measure) -> Part:
    try:
        return part_of(stack([one]), _period())
    except KindError as error:
        raise BrokenPromise(str(error)) from error


MEASURE_PROMISES = (
    KindPromise("numbers", "A finite number for each run, or two, and the same again; no array is changed.", _numbers),
    KindPromise("runs", "A run's number is the same alone and among others.", _runs),
    PICKLABLE,
)
