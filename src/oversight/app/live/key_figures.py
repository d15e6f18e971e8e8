"""The numbers of a running scenario, with what they mean."""

from __future__ import annotations

from math import isfinite

from oversight.app.session import Theory
from oversight.app.society import Society
from oversight.app.widgets import KeyFigure
from oversight.environments import environment_of
from oversight.equilibrium.prices import Price
from oversight.figures.words import measure
from oversight.measures import APPARENT, CUSTOMERS, ERRORS, PAYOFFS, REPORTS, WITNESSED
from oversight.scenario import Experiment, levels

SIMULATED = ("misconduct_rate", "detection_rate", "false_sanction_rate", "social_cost")

PRICES = {
    "anarchy_share": (
        "Anarchy share",
        "What the costliest equilibrium loses of what oversight could save: 0\u00a0% is the planner's optimum, "
        "100\u00a0% as costly as no oversight.",
    ),
    "price_of_anarchy": (
        "Price of anarchy, worst",
        "Social cost of the costliest equilibrium over the planner's optimum.",
    ),
    "price_of_stability": (
        "Price of anarchy, best",
        "Social cost of the cheapest equilibrium over the planner's optimum.",
    ),
}
"""Prices of the solver's: their titles, and what they mean."""


def simulated(society: Society) -> list[KeyFigure]:
    """Measures since the policy last changed; in the burn-in, those of the last period alone."""
    experiment, figures = society.experiment, society.figures()
    words = environment_of(experiment).words(experiment)
    cards = []
    for name in (
        *SIMULATED,
        *_besides(experiment),
        *_of_values(experiment),
        *(asked.label for asked in experiment.measures),
    ):
        quantity = measure(name, experiment.policy.units.model_dump(), words)
        value, note = float("nan"), "nothing played yet"
        if figures:
            value = figures.get(name, float("nan"))  # until a policy that has it is played
            note = quantity.missing if value != value else quantity.unit.removeprefix("% ")
        elif society.untried:
            note = "not played under this policy yet"
        elif name in society.series:
            value, note = society.series[name][-1], f"last period; burn-in of {experiment.burn_in:,}"
        cards.append(KeyFigure(name, quantity.title, quantity.bare(value), quantity.description, note))
    return cards


def _besides(experiment: Experiment) -> list[str]:
    """Measures that only some policies have, or who moves them."""
    policy, principal = experiment.policy, experiment.principal
    there = {
        **dict.fromkeys(APPARENT, policy.forewarns or principal is not None),
        **dict.fromkeys(REPORTS, policy.sanction.self_report is not None),
        **dict.fromkeys(WITNESSED, policy.witnesses is not None),
        "bribery_rate": policy.inspectors is not None,
        **dict.fromkeys(CUSTOMERS, policy.market is not None),
        **dict.fromkeys(ERRORS, any(entry.errors for entry in experiment.population)),
        **dict.fromkeys(PAYOFFS, policy.payoffs is not None),
        "answers": policy.sanction.resample is not None,
        "withheld_rate": policy.sanction.withhold,
    }
    moved = [] if principal is None else [*(f"lever.{path}" for path in principal.levers), *principal.counted]
    return [*(name for name, measured in there.items() if measured), *moved]


def _of_values(experiment: Experiment) -> list[str]:
    """Levels of values, and what training them comes to."""
    training, population = experiment.policy.training, experiment.population
    found = levels.measures_of(population, training)
    if training is None:
        return found
    # Where all opportunities are like those of training, a level is one number.
    found = [name for name in found if training.partial or not name.endswith((".in", ".out"))]
    counted = all(entry.counts_nats for entry in population)
    return [*found, *["nats"] * counted, *["training_cost"] * bool(training.priced or training.recertify)]


def in_theory(theory: Theory, experiment: Experiment) -> list[KeyFigure]:
    """Prices of anarchy at the running policy, from the solver; none while it still has those of another."""
    solution = theory.solution if theory.experiment == experiment else None
    cards = []
    for name, (title, words) in PRICES.items():
        value, note = "…", ""
        if theory.failure or (solution and solution.not_covered):
            value, note = "–", "theory does not cover this"
        elif solution:
            price: Price = getattr(solution, name)
            value = shown_price(name, price.value)
            note = price.note
        cards.append(KeyFigure(name, title, value, words, note))
    return cards


def shown_price(name: str, value: float) -> str:
    """A price of `PRICES` as a reader sees it."""
    if name == "anarchy_share":
        return measure("share", {}).bare(value)
    return f"{value:.4g}" if isfinite(value) else "–"
