"""What distributions promise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.arrays import Floats
from oversight.contract.kits.promise import MEMBERS, NUMBER, PICKLABLE, KindPromise, fixed, must, rows_agree, told
from oversight.contract.kits.theory import agrees, experiment
from oversight.distributions import Distribution
from oversight.distributions.harm import standard_quantile
from oversight.scenario.stacking import stack

_PLACES = (np.arange(200_000) + 0.5) / 200_000


def _rises(made: Sequence[Distribution]) -> None:
    for one in made:
        values = np.ravel(stack([one]).quantile(fixed(np.linspace(1e-6, 1 - 1e-6, 1_000)[None, :])))
        must(np.isfinite(values), f"of {told(one)} some values are not finite")
        must(np.diff(values) >= 0, f"the values of {told(one)} do not rise with the draw")


def _tail(made: Sequence[Distribution]) -> None:
    for one in made:
        single = stack([one])
        values = np.broadcast_to(np.ravel(single.quantile(_PLACES[None, :])), _PLACES.shape)
        for x in (-np.inf, *np.quantile(values, [0.05, 0.3, 0.6, 0.9]), np.inf):
            chance, mean = (np.ravel(part)[0] for part in single.above(np.full((1, 1), x)))
            must(
                np.mean(values > x) - 2e-5 <= chance <= np.mean(values >= x) + 2e-5,
                f"of {told(one)} `above({x:.6g})` says P(X > x) = {chance:.6g}, its values {np.mean(values > x):.6g}",
            )
            _, far = (np.ravel(part)[0] for part in single.above(np.full((1, 1), float(values[-200]))))
            between = np.mean(values * ((values > x) & (values <= values[-200])))
            if np.isfinite(mean) and x < values[-200]:
                must(
                    abs(mean - far - between) <= 1e-3 * max(1.0, abs(mean)),
                    f"of {told(one)} `above({x:.6g})` says E[X; X > x] = {mean:.6g}, which its values do not have",
                )


def _batches(made: Sequence[Distribution]) -> None:
    draws = fixed(np.random.default_rng(1).random((NUMBER, MEMBERS)))
    noise = fixed(standard_quantile(made[0].noise, draws))
    rows_agree(made, lambda kind, rows: kind.values(noise[rows]), "`values`")
    whole = np.broadcast_to(stack(made).values(noise), noise.shape)

    def columns(part: slice) -> Floats:
        return np.broadcast_to(stack(made).values(noise[:, part]), noise[:, part].shape)

    must(
        np.array_equal(whole[:, 3:9], columns(slice(3, 9))),
        "the values of some actors are others where there are fewer: each depends on its own draw alone",
    )


def _theory(made: Sequence[Distribution]) -> None:
    for one in made:
        agrees(experiment({}, {"gain": one, "harm": one}))


DISTRIBUTION_PROMISES = (
    KindPromise("rises", "Its values are finite and rise with the draw.", _rises),
    KindPromise("tail", "Its tail, if it states one, is that of its values.", _tail, quick=False),
    KindPromise("batches", "The same values in any batch, each from its own draw; draws are not changed.", _batches),
    PICKLABLE,
    KindPromise("theory", "Theory equals simulation where gains and harms are drawn from it.", _theory, quick=False),
)
