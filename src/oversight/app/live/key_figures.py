"""The numbers of a running scenario, with what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, isinf

from oversight.app.session import Theory
from oversight.app.widgets import KeyFigure
from oversight.equilibrium.prices import Price
from oversight.figures.words import measure

SIMULATED = ("misconduct_rate", "detection_rate", "false_sanction_rate", "social_cost")


def simulated(figures: Mapping[str, float], units: Mapping[str, str]) -> list[KeyFigure]:
    """Measures of the society, over the periods that they are taken over."""
    cards = []
    for name in SIMULATED:
        quantity = measure(name, units)
        value = figures.get(name, float("nan"))
        note = (quantity.missing if value != value else quantity.unit.removeprefix("% ")) if figures else ""
        cards.append(KeyFigure(name, quantity.title, quantity.bare(value), quantity.description, note))
    return cards


def in_theory(theory: Theory) -> list[KeyFigure]:
    """Prices of anarchy at the running policy, from the solver."""
    rows = (
        ("price_of_anarchy", "Price of anarchy, worst", "Social cost of the costliest equilibrium over the planner's optimum."),
        ("price_of_stability", "Price of anarchy, best", "Social cost of the cheapest equilibrium over the planner's optimum."),
    )  # fmt: skip
    solution = theory.solution
    cards = []
    for name, title, words in rows:
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
