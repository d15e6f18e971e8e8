"""What monitoring rules promise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from oversight.arrays import Column, Flags, Floats, count, present
from oversight.contract.kits.promise import MEMBERS, NUMBER, PICKLABLE, KindPromise, fixed, must, told
from oversight.contract.kits.theory import agrees, experiment
from oversight.policy import Detector
from oversight.policy.chances import Chances, State
from oversight.policy.monitoring import Monitoring
from oversight.scenario.stacking import stack

_SIZE, _MANY, _PERIODS = 400, 200, 9
_SIGMAS = 5.5
"""Normal deviations beyond which a frequency counts as wrong: once in some 25 million looks."""


def _states(single: Any, size: int, runs: int, seed: int) -> Iterator[tuple[Flags, Flags, State]]:
    """Periods of a population: who violates and who is active, (runs, size), and the state they are in."""
    rng = np.random.default_rng(seed)
    rate = np.full((runs, 1), 0.3) if single.overseer else None
    for period in range(_PERIODS):
        active = rng.random((1, size)) < 0.9
        violating = (rng.random((1, size)) < rng.choice([0.1, 0.4, 0.8])) & active
        record = fixed(np.broadcast_to(rng.integers(0, 4, (1, size)).astype(float), (runs, size)))
        both = [fixed(np.broadcast_to(array, (runs, size)).copy()) for array in (violating, active)]
        known = State(count(both[0]), count(both[1]), size, record, rate=rate, period=period)
        yield both[0], both[1], known


def _played(made: Sequence[Monitoring]) -> list[Monitoring]:
    """Those that are played as they are: a leader is replaced by the audits that it commits to."""
    return [one for one in made if one.overseer is None or not one.overseer.leads]


def _chances(made: Sequence[Monitoring]) -> None:
    for one in _played(made):
        single = stack([one])
        for _, _, state in _states(single, _SIZE, 1, 1):
            for chance in single.chances(state):
                must((chance >= 0) & (chance <= 1), f"{told(one)} inspects with a chance outside [0, 1]")


def _reads(made: Sequence[Monitoring]) -> None:
    for one in _played(made):
        single = stack([one])
        for _, _, state in _states(single, _SIZE, 1, 2):
            before = single.chances(state)
            others = {
                "violations": replace(state, violations=fixed(state.violations * 0.5)),
                "active": replace(state, active=fixed(np.maximum(state.active * 0.7, state.violations))),
                "record": replace(state, record=fixed(present(state.record) + 1)),
                "period": replace(state, period=state.period + 1),
            }
            for part in others.keys() - one.reads:
                must(
                    all(np.array_equal(*pair) for pair in zip(before, single.chances(others[part]), strict=True)),
                    f"the chances of {told(one)} move with `{part}`, which is not in `reads`: period {state.period}",
                )


def _frequency(made: Sequence[Monitoring]) -> None:
    rng = np.random.default_rng(3)
    for one in _played(made):
        single = stack([one])
        last: State | None = None
        for violating, active, state in _states(single, _SIZE, _MANY, 3):
            last = last or state
            inspected = _inspected(single, rng, violating, active, state, last)
            for who, chance in zip((violating, active & ~violating), single.delivers(state, last), strict=True):
                expected = np.broadcast_to(chance, who.shape)
                total, variance = float((expected * who).sum()), float((expected * (1 - expected) * who).sum())
                found, asked = float((inspected & who).sum()), max(int(who.sum()), 1)
                # Chances are those of a large population: a finite one may be off by the order of one inspection a run.
                margin = _SIGMAS * np.sqrt(variance) + 1.5 * _MANY + 1e-9
                must(
                    abs(found - total) <= margin,
                    f"{told(one)} inspects {found / asked:.4f} in period {state.period}, and its chances "
                    f"say {total / asked:.4f}",
                )
            last = state


def _cost(made: Sequence[Monitoring]) -> None:
    rng = np.random.default_rng(4)
    for one in _played(made):
        single = stack([one])
        for violating, active, state in _states(single, _SIZE, _MANY, 4):
            inspected = _inspected(single, rng, violating, active, state, state) & active
            costs = np.broadcast_to(single.cost(count(inspected), state, state), (_MANY, 1))
            known = replace(state, record=state.record if single.reads_record else None)
            expected = np.asarray(single.expected_cost(replace(known, record=state.record)))
            if expected.shape[-1] > 1:
                continue  # a rule that goes by records has one for each
            margin = _SIGMAS * costs.std() / np.sqrt(_MANY) + 0.01 * max(1.0, abs(costs.mean()))
            must(
                abs(costs.mean() - expected.mean()) <= margin,
                f"{told(one)} costs {costs.mean():.4f} in period {state.period}, and expects {expected.mean():.4f}",
            )


def _batches(made: Sequence[Monitoring]) -> None:
    played = _played(made)
    if len(played) < NUMBER:
        return
    rng = np.random.default_rng(5)
    for violating, active, state in _states(stack(played), MEMBERS, NUMBER, 5):
        draw, rounding = _draws(played[0], rng, violating.shape)
        together = np.broadcast_to(
            stack(played).inspects(violating, active, state, state, draw, rounding), violating.shape
        )
        for row, one in enumerate(played):
            here = slice(row, row + 1)
            alone = stack([one]).inspects(
                violating[here], active[here], _row(state, here), _row(state, here), draw[here], rounding[here]
            )
            must(
                np.array_equal(together[here], np.broadcast_to(alone, (1, MEMBERS))),
                f"{told(one)} inspects others in a batch with other design points than alone",
            )


def _counterpart(made: Sequence[Monitoring]) -> None:
    for one in _played(made):
        single: Any = stack([one])
        if one.overseer is not None or not one.responsive or single.counterpart(np.full((1, 1), 0.5)) is None:
            continue
        for _, _, state in _states(single, _SIZE, 1, 6):
            chance = single.chances(state)
            if np.all((chance.violating > 0) & (chance.violating < 1)):
                stated: Chances = single.counterpart(np.atleast_2d(chance.violating))
                must(
                    np.abs(stated.complying - chance.complying) < 1e-9,
                    f"{told(one)} inspects who complies at {np.ravel(chance.complying)[0]:.6f} where violators are "
                    f"inspected at {np.ravel(chance.violating)[0]:.6f}, and its `counterpart` says "
                    f"{np.ravel(stated.complying)[0]:.6f}",
                )


def _theory(made: Sequence[Monitoring]) -> None:
    for one in _played(made):
        if one.overseer is not None and one.overseer.maximises:
            continue  # whoever maximises circles the point where it is indifferent
        for false in (0.0, 0.1):
            agrees(experiment({"monitoring": one, "detector": Detector(false_positive_rate=false)}, {}))


def _inspected(
    single: Any, rng: np.random.Generator, violating: Flags, active: Flags, state: State, last: State
) -> Flags:
    draw, rounding = _draws(single, rng, violating.shape)
    return np.broadcast_to(single.inspects(violating, active, state, last, draw, rounding), violating.shape) & active


def _draws(rule: Any, rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Floats, Column]:
    draw = rng.standard_normal(shape) if rule.draws == "normal" else rng.random(shape)
    return fixed(draw), fixed(rng.random((shape[0], 1)))


def _row(state: State, here: slice) -> State:
    rate = None if state.rate is None else state.rate[here]
    return replace(
        state,
        violations=state.violations[here],
        active=state.active[here],
        record=present(state.record)[here],
        rate=rate,
    )


MONITORING_PROMISES = (
    KindPromise("chances", "It inspects with a probability.", _chances),
    KindPromise("reads", "Its chances move with what it says it reads, and nothing else.", _reads),
    KindPromise("frequency", "It inspects as often as its chances say, period by period.", _frequency, quick=False),
    KindPromise("cost", "The cost that it expects is the mean of its cost.", _cost, quick=False),
    KindPromise("batches", "The same inspections in any batch; what is seen is not changed.", _batches),
    KindPromise("counterpart", "Its chances for who complies follow from those for who violates.", _counterpart),
    PICKLABLE,
    KindPromise("theory", "Theory equals simulation under it.", _theory, quick=False),
)
