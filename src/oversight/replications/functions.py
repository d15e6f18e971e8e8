"""Functions of the libraries of games and values as replication files name them: numbers in, named numbers out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

from oversight.choice import RULES, Profile
from oversight.games import (
    Copies,
    InspectionGame,
    ReviewerPanel,
    Skill,
    bargain,
    best_chain,
    best_self_reporting,
    bribed_inspection_game,
    bribed_oversight,
    critical_utility,
    dresher,
    expected,
    hedge_cycle,
    leadership,
    leniency,
    linear_norm,
    logit_conformists,
    logit_equilibria,
    public_opinion,
    ring_conformists,
    safety,
    shared_bounty,
    silence_breaks,
    small_cycle,
    social_costs,
    threshold_cascade,
    violation_takes_over,
    volunteers_dilemma,
)
from oversight.palettes import Answers, InfeasibleError, palette, sequential
from oversight.proxies import (
    OptimisationCurve,
    best_of_divergence,
    best_of_maximum,
    best_of_menu,
    best_of_value,
    tilted_menu,
)

Numbers = Mapping[str, float]


def inspection_game(**primitives: float) -> Numbers:
    """`violation` and `inspection` of the one Nash equilibrium."""
    (found,) = InspectionGame.from_primitives(**primitives).nash()
    return {"violation": found.violation[0], "inspection": found.inspection[0]}


def logit_inspection_game(precision: float, **primitives: float) -> Numbers:
    """`violation` and `inspection` of the one logit equilibrium, both players of this precision."""
    (found,) = logit_equilibria(InspectionGame.from_primitives(**primitives), precision, precision)
    return {"violation": found.violation, "inspection": found.inspection}


def commitment(harm: float, inspection_cost: float, harm_averted: float = 0.0, **primitives: float) -> Numbers:
    """Social cost at Nash, at the best inspection rate to commit to, and their ratio, the price of non-commitment."""
    game = InspectionGame.from_primitives(inspection_cost=inspection_cost, **primitives)
    costs = social_costs(harm, inspection_cost, harm_averted)
    (nash,) = game.nash()
    best = leadership(game, costs)
    at_nash = expected(costs, nash.violation[0], nash.inspection[0])
    return {
        "nash_cost": at_nash,
        "inspection": best.inspection,
        "violation": best.violation,
        "cost": best.cost,
        "price": at_nash / best.cost,
    }


def overseers(number: int, **primitives: float) -> Numbers:
    """`violation` and `each_looks` when several overseers share a bounty."""
    found = shared_bounty(number, **primitives)
    return {"violation": found.violation, "each_looks": found.each_looks}


def cycle(actor_rate: float, overseer_rate: float, **primitives: float) -> Numbers:
    """`period` and time averages of an infinitely small orbit of learners."""
    return vars(small_cycle(InspectionGame.from_primitives(**primitives), actor_rate, overseer_rate))


def hedge(violation: float, inspection: float, actor_rate: float, overseer_rate: float, **primitives: float) -> Numbers:
    """`period` and time averages over the first turn of two Hedge learners from a start."""
    game = InspectionGame.from_primitives(**primitives)
    return vars(hedge_cycle(game, violation, inspection, actor_rate, overseer_rate))


def imitation(actors: int, overseers: int, **primitives: float) -> Numbers:
    """`takes_over`, the chance that violation does, when finite populations imitate one at a time."""
    return {"takes_over": violation_takes_over(InspectionGame.from_primitives(**primitives), actors, overseers)}


def recursive_inspection(periods: int, inspections: int) -> Numbers:
    """`value`, `inspect` and `violate` of the first period of Dresher's game."""
    return vars(dresher(periods, inspections))


def upfront_audit(audited: float) -> Numbers:
    """`safety` when this share of many tasks is audited before it runs."""
    return {"safety": safety(audited)}


def nested_oversight(overseer: Sequence[float], system: Sequence[float], start: float, gap: float) -> Numbers:
    """Best number of `steps`, and `success`; a skill is [slope, intercept], or with [..., lowest, highest]."""
    return vars(best_chain(Skill(*overseer), Skill(*system), start, gap))


def witnesses(number: int, **primitives: float) -> Numbers:
    """`each` and `reported` in the volunteer's dilemma of so many witnesses."""
    return vars(volunteers_dilemma(number, **primitives))


def best_self_reports(**primitives: float) -> Numbers:
    """`inspection`, `violation` and `cost` of the best scheme of self-reports, and `cost_without` them."""
    return vars(best_self_reporting(**primitives))


def patience_of_colluders(**primitives: float) -> Numbers:
    """Least discount factors of colluders with `none`, with `amnesty` and with a `reward`."""
    return vars(leniency(**primitives))


def bribery(inspection: float, **primitives: float) -> Numbers:
    """What inspectors who can be bribed agree on with violators, and what committed inspections lead to then."""
    found = bargain(**primitives)
    return {**vars(found), **vars(bribed_oversight(inspection, found))}


def bribed_inspectors(gain: float, inspection_cost: float, **primitives: float) -> Numbers:
    """`violation` and `inspection` where strategic inspectors can be bribed."""
    (found,) = bribed_inspection_game(gain, inspection_cost, bargain(**primitives)).nash()
    return {"violation": found.violation[0], "inspection": found.inspection[0]}


def copies(probability: float, correlation: float, number: int = 1) -> Numbers:
    """Quantile `q99`, `sd` and `design_effect` of the share of copies that err, and the chance that `none` does."""
    found = Copies(probability, correlation)
    return {
        "q99": found.quantile(0.99),
        "sd": found.sd,
        "design_effect": found.design_effect(number),
        "none": found.none_of(number),
    }


def linear_norms(**primitives: float) -> Numbers:
    """`share` of violators and its `slope` in the sanction under a linear norm."""
    return vars(linear_norm(**primitives))


def logit_norms(utility: float, weight: float, precision: float) -> Numbers:
    """`number` of equilibria of logit conformists, the `lowest` and `highest`, and the `critical_utility`."""
    found = logit_conformists(utility, weight, precision)
    return {
        "number": len(found),
        "lowest": found[0].share,
        "highest": found[-1].share,
        "critical_utility": critical_utility(weight, precision),
    }


def ring_norm(number: int, **primitives: float) -> Numbers:
    """`share` of violators on a ring, covariances, and the `limit` of long rings."""
    return vars(ring_conformists(number, **primitives))


def crowd(thresholds: Sequence[float]) -> Numbers:
    """The `share` that acts in the end."""
    return {"share": threshold_cascade(thresholds)}


def silence(a: float, b: float, outspoken: float) -> Numbers:
    """The `lowest` public share, and where silence breaks: `breaks_at` outspoken, `breaks_from` a public share."""
    breaking = silence_breaks(a, b)
    return {
        "lowest": public_opinion(a, b, outspoken)[0].share,
        "breaks_at": breaking.outspoken,
        "breaks_from": breaking.share,
    }


def panel(principal: Sequence[float], reviewers: Sequence[Sequence[float]]) -> Numbers:
    """`rejection_depth` of a panel, and `worst_approved`, the worth of the worst proposal that all approve."""
    found = ReviewerPanel(tuple(principal), tuple(map(tuple, reviewers)))
    return {"rejection_depth": found.rejection_depth(), "worst_approved": found.worst_approved().worth}


def value_palette(values: Sequence[Sequence[float]], base: Sequence[float], targets: Sequence[float]) -> Numbers:
    """`weight_1`, `weight_2` ... of a palette, its `kl`, `slack` and `largest_share`; no weights if infeasible."""
    answers = Answers.of(values, base)
    try:
        found = palette(answers, targets)
    except InfeasibleError as error:
        return {"slack": error.slack, "largest_share": error.share}
    return {
        **_weights(found.aligned.weights),
        "kl": found.aligned.kl,
        "slack": found.slack,
        "largest_share": found.largest_share,
    }


def values_in_turn(
    values: Sequence[Sequence[float]], base: Sequence[float], targets: Sequence[float], passes: int
) -> Numbers:
    """`weight_1`, `weight_2` ... and `kl` after so many passes over the values, one set at a time."""
    answers = Answers.of(values, base)
    found = sequential(answers, targets, passes)[-1]
    return {**_weights(found), "kl": answers.at(found).kl}


def values_added_in_turn(
    values: Sequence[Sequence[float]], base: Sequence[float], targets: Sequence[float], passes: int
) -> Numbers:
    """The same where a step is a palette of one value on the last model, which can only add to its weight."""
    table = np.array(values, dtype=float)
    answers, added = Answers.of(table, base), np.zeros(table.shape[1])
    for _ in range(passes):
        for value, target in enumerate(targets):
            model = Answers.of(table[:, [value]], answers.at(added).shares)
            added[value] += palette(model, [target]).aligned.weights[0]
    return {**_weights(added), "kl": answers.at(added).kl}


def best_of(number: int) -> Numbers:
    """`maximum`, expected of so many standard normals, and `kl` of the best of so many from their base."""
    return {"maximum": best_of_maximum(number), "kl": best_of_divergence(number)}


def best_of_options(base: Sequence[float], proxy: Sequence[float], number: int) -> Numbers:
    """`share_1`, `share_2` ... and `kl` of the best of so many draws from a menu."""
    found = best_of_menu(base, proxy, number)
    return {**{f"share_{k}": share for k, share in enumerate(found.shares.tolist(), start=1)}, "kl": found.kl}


def best_of_noisy(number: int, freedom: float) -> Numbers:
    """`value` of the best of so many by a standard normal value plus an error of Student's t."""
    return {"value": best_of_value(number, 1.0, stats.t(freedom))}


def over_optimisation(a: float, b: float) -> Numbers:
    """Where the curves of Gao et al. peak: `learned_at`, `learned`, `best_of_at`, `best_of`."""
    curve = OptimisationCurve(a, b)
    (learned_at, learned), (best_of_at, best) = curve.learned_peak, curve.best_of_peak
    return {"learned_at": learned_at, "learned": learned, "best_of_at": best_of_at, "best_of": best}


def proxy_on_a_menu(base: Sequence[float], proxy: Sequence[float], value: Sequence[float]) -> Numbers:
    """`peak`, `value`, `kl`, `back` and `limit` of tilts on a proxy."""
    return vars(tilted_menu(base, proxy, value))


def collective_choice(utilities: Sequence[Sequence[float]], weights: Sequence[float], rule: str) -> Numbers:
    """`chosen`, the first of the alternatives that a rule chooses, counted from 1 and 0 without one, and how `many`."""
    found = RULES[rule](Profile.of(utilities, weights))
    return {"chosen": found[0] + 1 if found else 0, "many": len(found)}


def choice_on_a_lever(
    utilities: Sequence[Sequence[float]], weights: Sequence[float], lever: Sequence[float], rule: str
) -> Numbers:
    """`setting` of the lever that a rule chooses."""
    return {"setting": lever[RULES[rule](Profile.of(utilities, weights, lever))[0]]}


def _weights(found: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float]:
    return {f"weight_{place}": weight for place, weight in enumerate(found.tolist(), start=1)}


FUNCTIONS: dict[str, Callable[..., Numbers]] = {
    function.__name__: function
    for function in (
        inspection_game,
        logit_inspection_game,
        commitment,
        overseers,
        cycle,
        hedge,
        imitation,
        recursive_inspection,
        upfront_audit,
        nested_oversight,
        witnesses,
        best_self_reports,
        patience_of_colluders,
        bribery,
        bribed_inspectors,
        copies,
        linear_norms,
        logit_norms,
        ring_norm,
        crowd,
        silence,
        panel,
        value_palette,
        values_in_turn,
        values_added_in_turn,
        best_of,
        best_of_options,
        best_of_noisy,
        over_optimisation,
        proxy_on_a_menu,
        collective_choice,
        choice_on_a_lever,
    )
}


def call(function: str, arguments: Mapping[str, Any]) -> dict[str, float]:
    """The numbers that a function returns.

    Raises:
        TypeError: an argument is unknown, missing or of the wrong type.
        ValueError: the function is not defined for these arguments.
    """
    return {name: float(value) for name, value in FUNCTIONS[function](**arguments).items()}
