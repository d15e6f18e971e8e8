"""The numbers of a running scenario, with what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, isinf

from oversight.app.session import Theory
from oversight.app.widgets import KeyFigure
from oversight.equilibrium.prices import Price
from oversight.figures.words import measure

SIMULATED = ("misconduct_rate", "detection_rate", "false_sanction_rate", "social_cost")

PRICES = {
    "price_of_anarchy": ("Price of anarchy, worst", "costliest"),
    "price_of_stability": ("Price of anarchy, best", "cheapest"),
}
"""Prices of the solver's: their titles, and the equilibria that they value."""


def simulated(figures: Mapping[str, float], burn_in: int, units: Mapping[str, str]) -> list[KeyFigure]:
    """Measures of the society; without any, in a burn-in of so many periods or before the first one."""
    cards = []
    for name in SIMULATED:
        quantity = measure(name, units)
        value = figures.get(name, float("nan"))
        note = quantity.missing if value != value else quantity.unit.removeprefix("% ")
        if not figures:
            note = f"measured after a burn-in of {burn_in}" if burn_in else "nothing played yet"
        cards.append(KeyFigure(name, quantity.title, quantity.bare(value), quantity.description, note))
    return cards


def in_theory(theory: Theory) -> list[KeyFigure]:
    """Prices of anarchy at the running policy, from the solver."""
    solution = theory.solution
    cards = []
    for name, (title, which) in PRICES.items():
        words = f"Social cost of the {which} equilibrium over the planner's optimum."
        value, note = "…", ""
        if theory.failure or (solution and solution.not_covered):
            value, note = "–", "theory does not cover this"
        elif solution:
            price: Price = getattr(solution, name)
            value = _price(price.value)
            note = price.note
        cards.append(KeyFigure(name, title, value, words, note))
    return cards


def _price(value: float) -> str:
    if isinf(value):
        return "∞"
    return f"{value:.4g}" if isfinite(value) else "–"
