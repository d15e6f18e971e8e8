"""A number's words: its title, its unit, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from oversight.arrays import Values
from oversight.numerals import MISSING, NO_BREAK, number, percent


@dataclass(frozen=True)
class Quantity:
    """What a number is called and measured in. `percent` quantities are held as shares and shown times 100."""

    title: str
    unit: str = ""
    percent: bool = False
    description: str = ""
    missing: str = ""
    """Why the number may be missing."""
    digits: int = 3
    more_is_better: bool = False
    about_zero: bool = False
    """Whether it is a difference: written with its sign, and drawn about zero."""

    @property
    def axis(self) -> str:
        """Title with unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def suffix(self) -> str:
        """The unit as it follows a number."""
        unit = "%" if self.percent else self.unit
        return f"{NO_BREAK}{unit}" if unit else ""

    def shown(self, values: Any) -> Values:
        """Values as an axis shows them: percentages times 100."""
        numbers: Values = np.asarray(values, dtype=float)
        return numbers * 100 if self.percent else numbers

    def bare(self, value: Any) -> str:
        """The number without its unit, except for the sign of a percentage."""
        if value is None or not isfinite(value):
            return MISSING
        written = percent(value, self.digits) if self.percent else number(value, self.digits)
        return f"+{written}" if self.about_zero and value > 0 else written

    def text(self, value: Any) -> str:
        """The number with its unit."""
        if value is None or not isfinite(value):
            return MISSING
        return self.bare(value) if self.percent else f"{self.bare(value)}{self.suffix}"

    def full(self, value: Any) -> str:
        """The number with all of its unit, what a percentage is of included."""
        return f"{self.bare(value)}{self.unit.removeprefix('%')}" if self.percent else self.text(value)


def local_unit(unit: str, names: Mapping[str, str]) -> str:
    """The schema's unit with the policy's own names for `money` and `period`."""
    parts = re.split(r"\b(money|periods?)\b", unit)
    return "".join(f"{names[part[:-1]]}s" if part[:-1] in names else names.get(part, part) for part in parts)
