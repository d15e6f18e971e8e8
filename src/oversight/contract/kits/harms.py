"""What harms promise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.contract.kits.promise import MEMBERS, NUMBER, PICKLABLE, KindPromise, fixed, must, rows_agree, told
from oversight.contract.kits.theory import agrees, experiment
from oversight.distributions import Harm
from oversight.distributions.harm import standard_quantile
from oversight.distributions.uniform import Uniform
from oversight.policy.sanctions.proportional import Proportional
from oversight.scenario.stacking import stack

_PLACES = (np.arange(20_000) + 0.5) / 20_000
_GAINS = Uniform(low=-0.5, high=1.5)


def _reads(made: Sequence[Harm]) -> None:
    rng = np.random.default_rng(2)
    for one in made:
        single = stack([one])
        gain, draw = fixed(rng.normal(1, 1, (1, 200))), fixed(standard_quantile(one.noise, rng.random((1, 200))))
        harm = np.broadcast_to(single.given(gain, draw), gain.shape)
        must(np.isfinite(harm), f"of {told(one)} some harms are not finite")
        if not one.reads_gain:
            other = np.broadcast_to(single.given(fixed(gain + 1.0), draw), gain.shape)
            must(harm == other, f"the harm of {told(one)} moves with the gain, which it says it does not read")
        if one.noise == "none":
            other = np.broadcast_to(single.given(gain, fixed(draw * 0.5)), gain.shape)
            must(harm == other, f"the harm of {told(one)} moves with a draw, and it says that it has none")


def _means(made: Sequence[Harm]) -> None:
    rng = np.random.default_rng(3)
    for one in made:
        single = stack([one])
        for gain in (-0.2, 0.4, 1.3):
            here = np.full((1, 1), gain)
            direct = float(np.mean(np.broadcast_to(single.at(here, _PLACES[None, :]), (1, len(_PLACES)))))
            stated = float(np.ravel(single.expected(here))[0])
            if np.isfinite(stated):
                must(abs(stated - direct) <= 5e-3 * max(1.0, abs(direct)), _says(one, "expected", stated, direct))
        gains = np.ravel(_GAINS.quantile(_PLACES))
        harm = np.broadcast_to(single.at(gains[None, :], rng.permutation(_PLACES)[None, :]), (1, len(gains)))[0]
        for x in (-np.inf, 0.1, 0.9):
            stated = float(np.ravel(single.beyond(_GAINS, np.full((1, 1), x)))[0])
            direct = float(np.mean(harm * (gains > x)))
            if np.isfinite(stated):
                must(abs(stated - direct) <= 5e-2 * max(1.0, abs(direct)), _says(one, f"beyond {x}", stated, direct))


def _says(one: Harm, what: str, stated: float, direct: float) -> str:
    return f"of {told(one)} `{what}` says {stated:.6g}, the mean of what is `given` is {direct:.6g}"


def _batches(made: Sequence[Harm]) -> None:
    rng = np.random.default_rng(4)
    gain = fixed(rng.normal(0.5, 1, (NUMBER, MEMBERS)))
    noise = fixed(standard_quantile(made[0].noise, rng.random((NUMBER, MEMBERS))))
    rows_agree(made, lambda kind, rows: kind.given(gain[rows], noise[rows]), "`given`")


def _theory(made: Sequence[Harm]) -> None:
    for one in made:
        agrees(experiment({}, {"harm": one}))
        agrees(experiment({"sanction": Proportional(factor=0.8, base="harm")}, {"harm": one}))


HARM_PROMISES = (
    KindPromise("reads", "It depends on the gain, and on a draw, only if it says so; neither is changed.", _reads),
    KindPromise("means", "The means that it states are those of what is given.", _means, quick=False),
    KindPromise("batches", "The same harm in any batch.", _batches),
    PICKLABLE,
    KindPromise("theory", "Theory equals simulation, also where the harm measures the sanction.", _theory, quick=False),
)
