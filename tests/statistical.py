"""Sample means against expected values."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
from scipy.stats import t

FALSE_ALARM = 1e-5
"""Chance that a right mean is refused."""


def assert_mean(values: Any, expected: float) -> None:
    """The replicates' mean is `expected`, up to sampling error at the false-alarm rate."""
    values = np.asarray(values, dtype=float)
    error = values.std(ddof=1) / sqrt(len(values))
    bound = t.isf(FALSE_ALARM / 2, len(values) - 1) * error
    assert abs(values.mean() - expected) <= bound, f"{values.mean():.6f} +- {error:.6f}, expected {expected:.6f}"
