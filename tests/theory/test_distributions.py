"""Bounded distributions against scipy's, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, triang

from oversight.distributions import Distribution
from oversight.distributions.beta import Beta
from oversight.distributions.triangular import Triangular
from oversight.errors import InputError
from oversight.scenario import load_experiment

CASES: list[tuple[Distribution, Any]] = [
    (Beta(a=2, b=2), beta(2, 2)),
    (Beta(a=0.5, b=3, low=-1, high=4), beta(0.5, 3, loc=-1, scale=5)),
    (Beta(a=30, b=0.7, low=2, high=2.5), beta(30, 0.7, loc=2, scale=0.5)),
    (Triangular(low=-1, mode=0.5, high=2), triang(0.5, loc=-1, scale=3)),
    (Triangular(low=0, mode=0, high=2), triang(0, loc=0, scale=2)),
    (Triangular(low=1, mode=3, high=3), triang(1, loc=1, scale=2)),
]


@pytest.mark.parametrize(
    ("ours", "theirs"), CASES, ids=lambda case: repr(case) if isinstance(case, Distribution) else ""
)
def test_quantiles_and_tails_are_those_of_scipy(ours: Distribution, theirs: Any) -> None:
    u = np.linspace(0, 1, 1001)[None, :-1]
    assert ours.values(u) == pytest.approx(theirs.ppf(u), abs=1e-12)
    assert float(ours.expectation[0, 0]) == pytest.approx(theirs.mean())
    low, high = theirs.support()
    for x in (*np.linspace(low - 0.5, high + 0.5, 24), low, high):
        chance, mean = (float(np.squeeze(part)) for part in ours.above(np.full((1, 1), x)))
        assert chance == pytest.approx(theirs.sf(x), abs=1e-12)
        # By substitution of the quantile, since densities may be infinite at an end.
        assert mean == pytest.approx(quad(theirs.ppf, theirs.cdf(x), 1, epsabs=1e-11)[0], abs=1e-7)


@pytest.mark.parametrize("made", [Beta(a=2, b=3, low=0.7, high=0.7), Triangular(low=0.7, mode=0.7, high=0.7)])
def test_one_value_is_an_atom(made: Distribution) -> None:
    assert made.values(np.array([[0.0, 0.5]])).tolist() == [[0.7, 0.7]]
    for x, there in ((0.69, 1), (0.7, 0), (np.inf, 0), (-np.inf, 1)):
        chance, mean = made.above(np.full((1, 1), x))
        assert (float(np.squeeze(chance)), float(np.squeeze(mean))) == (there, 0.7 * there)


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        ({"kind": "triangular", "low": 0, "mode": 3, "high": 2}, "low .0., mode .3. and high .2. do not rise"),
        ({"kind": "beta", "a": 2, "b": 2, "low": 2}, "high .1. is below low .2."),
        ({"kind": "beta", "a": 0.01, "b": 2}, "gain.a: .*0.1"),
        ({"kind": "beta", "a": 2, "b": 1e9}, "gain.b: .*100000"),
        ({"kind": "beta", "a": 2}, "gain.b: is missing"),
        ({"kind": "triangular", "low": 0, "high": 2}, "gain.mode: is missing"),
    ],
)
def test_what_is_no_distribution_is_refused(gain: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        load_experiment(
            {
                "name": "trial",
                "policy": {
                    "monitoring": {"kind": "random_audit", "rate": 0.2},
                    "sanction": {"kind": "fixed", "amount": 1},
                },
                "population": [{"kind": "rational", "size": 5, "gain": gain}],
            }
        )
