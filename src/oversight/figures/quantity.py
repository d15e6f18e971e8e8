"""A number's words: its title, its unit, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import Any

import numpy as np

from oversight.arrays import Array

NO_BREAK = "\u00a0"
MISSING = "–"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


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

    @property
    def axis(self) -> str:
        """Title with unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def suffix(self) -> str:
        """The unit as it follows a number."""
        unit = "%" if self.percent else self.unit
        return f"{NO_BREAK}{unit}" if unit else ""

    def shown(self, values: Any) -> Array:
        """Values as an axis shows them: percentages times 100."""
        numbers: Array = np.asarray(values, dtype=float)
        return numbers * 100 if self.percent else numbers

    def bare(self, value: Any) -> str:
        """The number without its unit, except for the sign of a percentage."""
        if value is None or not isfinite(value):
            return MISSING
        return f"{number(value * 100, self.digits)}{NO_BREAK}%" if self.percent else number(value, self.digits)

    def text(self, value: Any) -> str:
        """The number with its unit."""
        if value is None or not isfinite(value):
            return MISSING
        return self.bare(value) if self.percent else f"{self.bare(value)}{self.suffix}"

    def full(self, value: Any) -> str:
        """The number with all of its unit, what a percentage is of included."""
        return f"{self.bare(value)}{self.unit.removeprefix('%')}" if self.percent else self.text(value)


def number(value: float, digits: int = 3) -> str:
    """A number with that many significant digits, thousands set apart; in powers of ten only where it is extreme."""
    if value == 0:
        return "0"
    if float(value).is_integer() and abs(value) < 10 ** max(digits, 6):
        return _signed(f"{int(value):,}")
    magnitude = floor(log10(abs(value)))
    if magnitude >= 15 or magnitude < -9:
        factor, _, power = f"{value:.{digits - 1}e}".partition("e")
        factor = factor.rstrip("0").rstrip(".") if "." in factor else factor
        return f"{_signed(factor)}{NO_BREAK}×{NO_BREAK}10{str(int(power)).translate(_RAISED)}"
    places = max(0, digits - 1 - magnitude)
    rounded = round(value, digits - 1 - magnitude)
    text = f"{rounded:,.{places}f}"
    return _signed(text.rstrip("0").rstrip(".") if "." in text else text)


def local_unit(unit: str, names: Mapping[str, str]) -> str:
    """The schema's unit with the policy's own names for `money` and `period`."""
    parts = re.split(r"\b(money|periods?)\b", unit)
    return "".join(f"{names[part[:-1]]}s" if part[:-1] in names else names.get(part, part) for part in parts)


def _signed(text: str) -> str:
    return text.replace("-", "−")
