"""Targets as they are written: a number, the base's mean, or a quantile of its answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import Self

import numpy as np

from oversight.arrays import Vector
from oversight.errors import InputError, Problem

_QUANTILE = re.compile(r"q(\d+(?:\.\d+)?)")
_FORMS = "Write a number, `mean`, or a quantile such as `q80`: --target humor=q80."


@dataclass(frozen=True)
class Target:
    """What a value should be at least: `written` is `1.2`, `mean` or `q80`."""

    name: str
    written: str

    @classmethod
    def parsed(cls, text: str) -> Self:
        """From `humor=q80`.

        Raises:
            InputError: it is no target.
        """
        name, equals, written = text.rpartition("=")
        if not (equals and name and _is_target(written.strip())):
            raise InputError(Problem(f"`{text}` is no target", "--target", remedy=_FORMS))
        return cls(name.strip(), written.strip())

    @property
    def is_of_the_base(self) -> bool:
        """Whether the level that it asks for follows from the base's answers."""
        return self.written == "mean" or bool(_QUANTILE.fullmatch(self.written))

    def of(self, scores: Vector, shares: Vector) -> float:
        """The level that it asks for, of answers with these scores and shares under the base model.

        Equal shares give the usual quantile, between two answers where it falls there; others the least score that
        so much of the base does not exceed.
        """
        if self.written == "mean":
            return float(shares @ scores)
        quantile = _QUANTILE.fullmatch(self.written)
        if not quantile:
            return float(self.written)
        share = float(quantile[1]) / 100
        if np.ptp(shares) == 0:
            return float(np.quantile(scores, share))
        return float(np.quantile(scores, share, method="inverted_cdf", weights=shares))


def _is_target(written: str) -> bool:
    quantile = _QUANTILE.fullmatch(written)
    if written == "mean" or quantile:
        return not quantile or float(quantile[1]) <= 100
    try:
        return isfinite(float(written))
    except ValueError:
        return False
