"""Beliefs that remember a window of periods: equal periods in a row are not rest while the window still moves."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import pytest

import oversight

SIZE, RATE, LOW, HIGH = 2_000, 0.3, 0.9, 1.1
CAUGHT, ALL = 1.0, 4.0
"""The prior."""


def solved(window: int, fine: float) -> oversight.Solution:
    experiment: dict[str, Any] = {
        "name": "windows",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": RATE},
            "sanction": {"kind": "fixed", "amount": fine},
        },
        "population": [
            {
                "kind": "rational",
                "size": SIZE,
                "gain": {"kind": "uniform", "low": LOW, "high": HIGH},
                "belief": {
                    "kind": "pooled_window",
                    "window": window,
                    "prior_caught": CAUGHT,
                    "prior_violations": ALL,
                },
            }
        ],
        "start": "both",
    }
    return oversight.solve(experiment)


def followed(window: int, fine: float, violating: bool) -> tuple[float, int]:
    """The mean of a cycle and its length, by the recursion written out: beliefs pool the last periods' violations."""
    past = deque([float(violating)], maxlen=window)
    shares: list[float] = []
    for _ in range(6_000):
        many = SIZE * sum(past)
        perceived = (CAUGHT + RATE * many) / (ALL + many)
        shares.append(min(1.0, max(0.0, (HIGH - perceived * fine) / (HIGH - LOW))))
        past.append(shares[-1])
    last = np.array(shares[-3_000:])
    length = next(n for n in range(1, 1_500) if np.allclose(last[n:], last[:-n], atol=1e-9))
    return float(last[-length:].mean()), length


@pytest.mark.parametrize("window", [1, 2, 3, 4, 7, 20, 45])
@pytest.mark.parametrize("fine", [2.0, 3.7, 4.0, 4.3])
def test_theory_repeats_when_the_whole_window_does(window: int, fine: float) -> None:
    for path in solved(window, fine).paths:
        mean, length = followed(window, fine, path.start == "violating")
        assert path.length == (length if length <= 60 else 0)
        if path.length:
            assert path.misconduct_rate == pytest.approx(mean, abs=1e-7)
