"""What a choice between several options costs the simulation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from benchmarks.line import Line
from benchmarks.scenarios import Experiment, random_audits
from benchmarks.settings import Settings
from benchmarks.sweeps import marginal, warm_up
from benchmarks.timing import one_core

SIZE, PERIODS = 1000, 100
_OPTIONS: list[dict[str, Any]] = [
    {"name": "shortcut"},
    {"name": "sabotage", "gain": 2.0, "harm": 5.0, "severity": 2},
    {"name": "disguised", "cost": 0.3, "visibility": 0.2},
]


def three(settings: Settings) -> Iterator[Line]:
    """Three options against the one violation that there is without any, and against one option that says the same."""
    short, long = settings.some(1_600), settings.some(3_200)
    makers: list[Callable[[], Experiment]] = [lambda: _choosing(None), lambda: _choosing(1), lambda: _choosing(3)]
    rounds = []
    with one_core():
        for make in makers:
            warm_up(make)
        for turn in range(settings.rounds):
            rounds.append([marginal(make, short, long, seed=turn).seconds for make in makers])
    several = median(third / none for none, _, third in rounds)
    yield Line("options: three, time of none, 1,000 x 100", several, 2.5, "at most")
    yield Line("options: one, time of none, 1,000 x 100", median(one / none for none, one, _ in rounds))


def _choosing(options: int | None) -> Experiment:
    """Rational actors who believe what is announced, under random audits that err."""
    experiment = random_audits(SIZE, PERIODS)
    experiment["policy"]["detector"] = {"sensitivity": 0.9, "false_positive_rate": 0.05}
    (entry,) = experiment["population"]
    own = {**entry, "belief": {"kind": "announced"}} | ({"options": _OPTIONS[:options]} if options else {})
    return experiment | {"population": [own]}
