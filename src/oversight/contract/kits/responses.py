"""What the responses of strategic overseers promise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.arrays import Floats
from oversight.contract.kits.promise import NUMBER, PICKLABLE, KindPromise, fixed, must, told
from oversight.contract.kits.theory import agrees, experiment
from oversight.policy.chances import Stance
from oversight.policy.monitoring.responses import Response
from oversight.policy.monitoring.strategic import Overseers, Strategic
from oversight.scenario.stacking import stack

_PERIODS = 6
_LONG = 5_000


def _led(response: Response, benefits: Floats) -> list[Floats]:
    """The rates of an overseer to whom an inspection is worth `benefits`, (periods, runs, 1)."""
    stance = response.begins(benefits[0])
    rates = [np.broadcast_to(stance.rate, benefits[0].shape)]
    for benefit in benefits[1:]:
        stance = response.follows(stance, benefit, np.full((1, 1), 1.0))
        rates.append(np.broadcast_to(stance.rate, benefit.shape))
    return rates


def _follows(response: Response) -> bool:
    """Whether the response is one to a benefit: leaders commit, and those who copy look at one another."""
    return not (response.leads or response.copies)


def _benefits(seed: int, rows: int) -> Floats:
    return fixed(np.random.default_rng(seed).normal(0, 1, (_PERIODS, rows, 1)))


def _rates(made: Sequence[Response]) -> None:
    for one in filter(_follows, made):
        for rate in _led(stack([one]), _benefits(1, 1)):
            must((rate >= 0) & (rate <= 1), f"{told(one)} inspects at a rate outside [0, 1]")


def _batches(made: Sequence[Response]) -> None:
    if not _follows(made[0]):
        return
    benefits = _benefits(2, NUMBER)
    together = _led(stack(made), benefits)
    for row, one in enumerate(made):
        alone = _led(stack([one]), fixed(benefits[:, row : row + 1]))
        must(
            np.array_equal([rate[row : row + 1] for rate in together], alone),
            f"{told(one)} inspects otherwise in a batch with other design points than alone",
        )


def _rests(made: Sequence[Response]) -> None:
    for one in filter(_follows, made):
        single = stack([one])
        for worth in (-0.7, 0.4):
            benefit = np.full((1, 1), worth)
            stance = _long(single, benefit)
            stated = single.rests_at(benefit)
            if one.maximises:
                ends = float(np.ravel(stance.rate)[0])
                must(
                    abs(ends - (worth > 0)) < 1e-2,
                    f"{told(one)} says that it maximises, and inspects at {ends:.4f} where that is worth {worth}",
                )
            elif stated is not None:
                must(
                    np.abs(np.asarray(stated) - stance.rate) < 1e-6,
                    f"{told(one)} rests at {np.ravel(stance.rate)[0]:.6f} where an inspection is worth {worth}, and "
                    f"`rests_at` says {np.ravel(stated)[0]:.6f}",
                )


def _memory(made: Sequence[Response]) -> None:
    for one in filter(_follows, made):
        if one.memoryless:
            single, rate, benefit = stack([one]), np.full((1, 1), 0.3), np.full((1, 1), 0.2)
            kept = single.kept(rate)
            must(
                (kept is not None) == one.keeps,
                f"{told(one)} keeps what `kept` does not know, or the reverse",
            )
            after = single.follows(Stance(rate, kept), benefit, np.full((1, 1), 1.0))
            must(np.isfinite(after.rate), f"{told(one)} cannot go on from its rate alone, as it says")


def _theory(made: Sequence[Response]) -> None:
    for one in made:
        several = Overseers(size=5) if one.copies else None
        rule = Strategic.model_construct(inspection_cost=0.2, bounty=0.7, response=one, overseers=several)
        if _follows(one) and not one.maximises:  # the others circle the point where they are indifferent
            agrees(experiment({"monitoring": rule}, {}))


def _long(single: Response, benefit: Floats) -> Stance:
    stance = single.begins(benefit)
    for _ in range(_LONG):
        stance = single.follows(stance, benefit, np.full((1, 1), 1.0))
    return stance


RESPONSE_PROMISES = (
    KindPromise("rates", "It inspects with a probability.", _rates),
    KindPromise("batches", "The same rates in any batch; benefits are not changed.", _batches),
    KindPromise("rests", "It rests where it says, or at what pays if it says that it maximises.", _rests),
    KindPromise("memory", "It goes on from its rate alone if it says so.", _memory),
    PICKLABLE,
    KindPromise("theory", "Theory equals simulation under an overseer who responds so.", _theory, quick=False),
)
