"""Oversight's sweep against the same model in Mesa, per actor-period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import pandas as pd

from benchmarks.agreement import z_score
from benchmarks.line import Line
from benchmarks.mesa_baseline import RandomAudits, VectorisedDraws, mesa_rows
from benchmarks.scenarios import AUDIT_RATE, AUDIT_RATES, FINE, FINES, Experiment, random_audit_grid, random_audits
from benchmarks.settings import Settings
from benchmarks.sweeps import marginal, warm_up
from benchmarks.timing import cpu_seconds, one_core

MEASURES = ("misconduct_rate", "social_cost")


@dataclass(frozen=True)
class Case:
    """One comparison: replicates of the short and the long sweep, and seeds that Mesa runs in a round."""

    size: int
    periods: int
    shared: bool
    short: int
    long: int
    mesa_seeds: int

    @property
    def name(self) -> str:
        sharing = "shared draws" if self.shared else "no sharing"
        return f"{self.size:,} x {self.periods}, {sharing}"

    def experiment(self) -> Experiment:
        return (random_audit_grid if self.shared else random_audits)(self.size, self.periods)

    def mesa(self, model: type[RandomAudits], turn: int) -> pd.DataFrame:
        rates, fines = (AUDIT_RATES, FINES) if self.shared else ([AUDIT_RATE], [FINE])
        seeds = range(turn * self.mesa_seeds, (turn + 1) * self.mesa_seeds)
        return mesa_rows(model, self.size, self.periods, rates, fines, seeds)


@dataclass(frozen=True)
class Round:
    """Seconds per actor-period, and rows."""

    ours: float
    plain: float
    vectorised: float
    our_rows: pd.DataFrame
    their_rows: pd.DataFrame


def large(settings: Settings) -> Iterator[Line]:
    """1,000 actors x 100 periods."""
    some = settings.some
    yield from _compare(Case(1000, 100, True, some(80), some(160), 1), 40.0, settings)
    yield from _compare(Case(1000, 100, False, some(6_400), some(12_800), some(40)), None, settings)


def small(settings: Settings) -> Iterator[Line]:
    """20 actors x 50 periods."""
    some = settings.some
    yield from _compare(Case(20, 50, True, some(1_000), some(3_000), some(20)), 25.0, settings)
    yield from _compare(Case(20, 50, False, some(30_000), some(90_000), some(1_500)), 25.0, settings)


def _compare(case: Case, target: float | None, settings: Settings) -> Iterator[Line]:
    with one_core():
        warm_up(case.experiment)
        mesa_rows(RandomAudits, 20, 5, [AUDIT_RATE], [FINE], range(1))
        rounds = [_round(case, turn) for turn in range(settings.rounds)]
    ratio = median(each.plain / each.ours for each in rounds)
    ours, theirs = (1e-6 / median(times) for times in ([e.ours for e in rounds], [e.plain for e in rounds]))
    detail = f"{ours:.1f} against {theirs:.2f} million actor-periods/s"
    yield Line(f"mesa: {case.name}", ratio, target, detail=detail)
    hand = median(each.vectorised / each.ours for each in rounds)
    yield Line(f"mesa, handed its draws: {case.name}", hand)
    worst = max((abs(_z(case, rounds, measure)), measure) for measure in MEASURES)
    yield Line(f"mesa: {case.name}, |z| of statistics", worst[0], 4.0, "at most", f"{worst[1]}")


def _round(case: Case, turn: int) -> Round:
    ours = marginal(case.experiment, case.short, case.long, seed=turn)
    plain, rows = _mesa_seconds(case, lambda: case.mesa(RandomAudits, turn))
    vectorised, _ = _mesa_seconds(case, lambda: case.mesa(VectorisedDraws, turn))
    return Round(ours.seconds, plain, vectorised, ours.rows, rows)


def _mesa_seconds(case: Case, work: Callable[[], pd.DataFrame]) -> tuple[float, pd.DataFrame]:
    kept: list[pd.DataFrame] = []
    seconds = cpu_seconds(lambda: kept.append(work()))
    return seconds / (len(kept[0]) * case.size * case.periods), kept[0]


def _z(case: Case, rounds: list[Round], measure: str) -> float:
    ours = [each.our_rows.groupby("replicate")[f"metric.{measure}"].mean() for each in rounds]
    theirs = [each.their_rows.groupby("iteration")[measure].mean() for each in rounds]
    return z_score(pd.concat(ours, ignore_index=True), pd.concat(theirs, ignore_index=True))
