"""What sanctions promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from oversight.arrays import Floats, arrayed
from oversight.contract.kits.promise import MEMBERS, NUMBER, PICKLABLE, KindPromise, fixed, must, rows_agree, told
from oversight.contract.kits.theory import agrees, experiment
from oversight.policy.sanctions import Offence, Sanction
from oversight.scenario.stacking import stack

_PARTS = ("gain", "harm", "record", "wealth", "turnover")


def _offence(rng: np.random.Generator, shape: tuple[int, int]) -> Offence:
    return Offence(
        gain=fixed(rng.normal(1, 1, shape)),
        harm=fixed(rng.exponential(1, shape)),
        record=fixed(rng.integers(0, 6, shape).astype(float)),
        wealth=fixed(rng.lognormal(1, 1, shape)),
        turnover=fixed(rng.lognormal(3, 1, shape)),
    )


def _reads(made: Sequence[Sanction]) -> None:
    rng = np.random.default_rng(5)
    for one in made:
        single, offence = stack([one]), _offence(rng, (1, 400))
        amount = _amount(single, offence)
        must(np.isfinite(amount) & (amount >= 0), f"of {told(one)} some amounts are negative or not finite")
        for part in set(_PARTS) - one.measured_by:
            moved: Any = {part: fixed(rng.permutation(getattr(offence, part)[0])[None, :] + 1.0)}
            other = replace(offence, **moved)
            must(
                _amount(single, other) == amount,
                f"the amount of {told(one)} moves with the {part}, which it does not name in `reads`",
            )


def _linear(made: Sequence[Sanction]) -> None:
    rng = np.random.default_rng(6)
    for one in made:
        if not one.linear:
            continue
        single, offence = stack([one]), _offence(rng, (1, 200))
        offence = replace(offence, gain=fixed(np.abs(offence.gain)))

        def at(part: float, single: Any = single, offence: Offence = offence) -> Floats:
            return _amount(single, replace(offence, gain=fixed(offence.gain * part), harm=fixed(offence.harm * part)))

        bend = np.abs(at(2.0) - 2 * at(1.0) + at(0.0))
        must(bend <= 1e-9 * (1 + at(2.0)), f"the amount of {told(one)} is not linear in gain and harm, as it says")


def _records(made: Sequence[Sanction]) -> None:
    rng = np.random.default_rng(7)
    for one in made:
        if not one.reads_record or type(one).records is Sanction.records:
            continue
        single, offence = stack([one]), _offence(rng, (1, 50))
        last = float(one.records - 1)
        amounts = [_amount(single, replace(offence, record=fixed(np.full((1, 50), last + more)))) for more in (0, 1, 5)]
        must(amounts[1] == amounts[0], f"{told(one)} tells records beyond {last:.0f} apart, and says it does not")
        must(amounts[2] == amounts[0], f"{told(one)} tells records beyond {last:.0f} apart, and says it does not")


def _batches(made: Sequence[Sanction]) -> None:
    offence = _offence(np.random.default_rng(8), (NUMBER, MEMBERS))

    def of(kind: Sanction, rows: slice) -> Floats:
        return arrayed(kind.schedule(Offence(**{part: getattr(offence, part)[rows] for part in _PARTS})))

    rows_agree(made, of, "`schedule`")
    whole = np.broadcast_to(of(stack(made), slice(None)), (NUMBER, MEMBERS))
    some = Offence(**{part: getattr(offence, part)[:, 3:9] for part in _PARTS})
    part = np.broadcast_to(stack(made).schedule(some), (NUMBER, 6))
    must(whole[:, 3:9] == part, "what some actors pay depends on who else is there")


def _theory(made: Sequence[Sanction]) -> None:
    for one in made:
        # Records that never lapse take longer than a short run to come to their law.
        lapsing = one.model_copy(update={"record_lifetime": one.record_lifetime or 4})
        agrees(experiment({"sanction": lapsing}, {}))


def _amount(single: Any, offence: Offence) -> Floats:
    return np.broadcast_to(single.schedule(offence), np.shape(offence.gain))


SANCTION_PROMISES = (
    KindPromise("reads", "It is measured by what it says it reads, and takes no negative sum.", _reads),
    KindPromise("linear", "It is linear in gain and harm if it says so.", _linear),
    KindPromise("records", "It tells no more records apart than it says.", _records),
    KindPromise("batches", "The same amount in any batch, whoever else is there; offences are not changed.", _batches),
    PICKLABLE,
    KindPromise("theory", "Theory equals simulation under it.", _theory, quick=False),
)
