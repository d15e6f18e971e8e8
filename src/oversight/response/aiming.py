"""The weights with which a population reaches the levels of values that its training aims at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.arrays import Column, Floats, Number, Table, Vector, arrayed, spread
from oversight.palettes import NEAREST, Answers, Met, largest_share, levels_at, weights_for
from oversight.policy import Policy, Training
from oversight.response.share import Facing, Responder
from oversight.scenario import Entry

Meeting = tuple[float | Column, Entry, Facing]
"""The share of all opportunities in which members of an entry face this."""

UNTOUCHED = np.zeros((1, 1))
_BEYOND = 1e-9


def unaudited(entry: Entry) -> Facing:
    """What members face where nobody is sanctioned."""
    return Facing(perceived=UNTOUCHED, false_detection=UNTOUCHED, options=[UNTOUCHED for _ in entry.acts])


def aimed(training: Training, policy: Policy, meetings: Sequence[Meeting], rows: int, fine: bool = True) -> Training:
    """The training with the weights by which its levels are reached, (rows, 1) each, in what actors so meet.

    Args:
        training: which states levels.
        policy: under which.
        meetings: all that actors meet there, the shares summing to 1.
        rows: scenarios.
        fine: asks for digits rather than speed.
    """
    names = training.names
    plain = policy.model_copy(update={"training": None})
    met = [_met(share, entry, Responder(entry, plain), facing, names, rows, fine) for share, entry, facing in meetings]
    targets = _table([training.aims[name] for name in names], rows)
    if training.nearest:
        targets = _nearest(met, targets)
    found = weights_for(met, targets)
    return training.loading({name: found[:, [place]] for place, name in enumerate(names)})


def _met(
    share: float | Column,
    entry: Entry,
    responder: Responder,
    facing: Facing,
    names: Sequence[str],
    rows: int,
    fine: bool,
) -> Met:
    logs, often = responder.leanings(facing, rows, fine)
    base = _table([entry.restraint.get(name, 0.0) for name in names], rows)
    scores = [base + _table([act.get(name, 0.0) for name in names], rows) for act in entry.scores[: len(logs)]]
    precision = arrayed(entry.rule.precision_of(entry.rule_parameters()))
    return Met(
        share=spread(arrayed(share), (rows, 1)),
        temperature=spread(1 / precision, (rows, 1)),
        logs=[np.zeros((rows, often.shape[1])), *logs],
        often=spread(often, (rows, often.shape[1])),
        scores=[base, *scores],
    )


def _table(numbers: Sequence[Number], rows: int) -> Table:
    """Numbers side by side, (rows, numbers)."""
    each: list[Floats] = [spread(arrayed(number), (rows, 1)) for number in numbers]
    return np.concatenate(each, axis=1)


def _nearest(met: Sequence[Met], targets: Table) -> Table:
    """The targets, where they are within reach, and elsewhere .95 of the way to them that is feasible."""
    levels = levels_at(met, np.zeros(targets.shape))
    found = targets.copy()
    for row, (here, aim) in enumerate(zip(levels, targets, strict=True)):
        share = largest_share(_hull(met, row), aim, here)
        if share <= 1 + _BEYOND:
            found[row] = here + NEAREST * share * (aim - here)
    return found


def _hull(met: Sequence[Met], row: int) -> Answers:
    """What there is to do, with its scores; of the same hull as all that is met, whatever the incentives."""
    scores = np.array([score[row] for each in met for score in each.scores])
    context = np.array([place for place, each in enumerate(met) for _ in each.scores])
    shares: Vector = np.array([float(each.share[row, 0]) / len(each.scores) for each in met for _ in each.scores])
    return Answers.of(scores, np.maximum(shares, np.finfo(float).tiny), context)
