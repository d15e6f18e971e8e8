"""What welfare promises."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.contract.kits.promise import NUMBER, PICKLABLE, KindPromise, fixed, must, told
from oversight.contract.kits.theory import agrees, experiment
from oversight.scenario.stacking import stack
from oversight.welfare import ITEMS, Account, Accounts, Welfare

_LABELS = ("rational", "others")


def _accounts(rows: slice = slice(None)) -> Accounts:
    rng = np.random.default_rng(12)
    amounts = rng.exponential(1, (len(_LABELS) * len(ITEMS) + 1, NUMBER, 1))
    *by_item, oversight = (fixed(each[rows]) for each in amounts)
    parts = [by_item[first : first + len(ITEMS)] for first in range(0, len(by_item), len(ITEMS))]
    entries = {label: Account(*part) for label, part in zip(_LABELS, parts, strict=True)}
    return Accounts(entries, oversight)


def _batches(made: Sequence[Welfare]) -> None:
    together = np.broadcast_to(stack(made).cost(_accounts()), (NUMBER, 1))
    must(np.isfinite(together), "some costs are not finite")
    for row, one in enumerate(made):
        alone = np.broadcast_to(stack([one]).cost(_accounts(slice(row, row + 1))), (1, 1))
        must(alone == together[row : row + 1], f"`cost` of {told(one)} is another in a batch than alone")


def _means(made: Sequence[Welfare]) -> None:
    for one in made:
        single, sums = stack([one]), _accounts()
        close = np.isclose(single.mean_cost(sums, 7.0), single.cost(sums.per(7.0)), rtol=1e-9, atol=1e-12)
        must(close, f"`mean_cost` of {told(one)} is not `cost` of the means")


def _theory(made: Sequence[Welfare]) -> None:
    one, other = (experiment({}, entry).population[0] for entry in ({}, {"name": "others", "value": 0.5}))
    for each in made:
        agrees(experiment({}, {}).model_copy(update={"population": (one, other), "social_cost": each}))


WELFARE_PROMISES = (
    KindPromise("batches", "The same cost in any batch; accounts are not changed.", _batches),
    KindPromise("means", "The cost of sums over many actors is that of their means.", _means, quick=False),
    PICKLABLE,
    KindPromise("theory", "Theory equals simulation of what is a weighted sum.", _theory, quick=False),
)
