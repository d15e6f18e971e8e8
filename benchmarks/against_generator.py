"""Oversight's sweep, every run with draws of its own, against the draws alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.generator import generator_seconds
from benchmarks.line import Line
from benchmarks.scenarios import Experiment, random_audits, richest, targeted_audits
from benchmarks.settings import Settings
from benchmarks.sweeps import marginal, warm_up
from benchmarks.timing import one_core

SIZE, PERIODS = 1000, 100


def plain(settings: Settings) -> Iterator[Line]:
    """Moving-average beliefs, random audits: a gain and an inspection each."""
    short, long = settings.some(6_400), settings.some(12_800)

    def experiment() -> Experiment:
        return random_audits(SIZE, PERIODS)

    ratios, times = _rounds(experiment, short, long, settings, {"exponential": 1, "uniform": 1})
    yield Line("generator: 1,000 x 100, no sharing", median(ratios), 1.8, "at most", _speed(times))


def rich(settings: Settings) -> Iterator[Line]:
    """The richest built-in scenario: a gain, a decision, an inspection and a detection each."""
    yield from _other("richest", lambda: richest(SIZE, PERIODS), {"exponential": 1, "uniform": 3}, settings)


def sorting(settings: Settings) -> Iterator[Line]:
    """Targeted audits: a gain and a score each, and a sort of every run and period."""
    yield from _other(
        "sorting audit", lambda: targeted_audits(SIZE, PERIODS), {"exponential": 1, "normal": 1}, settings
    )


def _other(name: str, make: Callable[[], Experiment], draws: dict[str, int], settings: Settings) -> Iterator[Line]:
    short, long = settings.some(3_200), settings.some(6_400)
    ratios, times = _rounds(make, short, long, settings, draws)
    yield Line(f"generator: {name}, 1,000 x 100, no sharing", median(ratios), detail=_speed(times))


def _rounds(
    make: Callable[[], Experiment], short: int, long: int, settings: Settings, draws: dict[str, int]
) -> tuple[list[float], list[float]]:
    ratios, times = [], []
    with one_core():
        warm_up(make)
        for turn in range(settings.rounds):
            ours = marginal(make, short, long, seed=turn)
            alone = generator_seconds(ours.actor_periods, **draws) / ours.actor_periods
            ratios.append(ours.seconds / alone)
            times.append(ours.seconds)
    return ratios, times


def _speed(times: list[float]) -> str:
    return f"{1e-6 / median(times):.1f} million actor-periods/s"
