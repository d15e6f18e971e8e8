"""How numbers are written for people."""

from __future__ import annotations

from math import floor, isfinite, log10

NO_BREAK = "\u00a0"
MISSING = "–"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


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


def percent(share: float, digits: int = 3) -> str:
    """A share as a percentage with that many significant digits, which no line end parts from its sign."""
    return f"{number(100 * share, digits)}{NO_BREAK}%" if isfinite(share) else MISSING


def _signed(text: str) -> str:
    return text.replace("-", "−")
