"""Levels of values that training aims at: whether they can be reached, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import numpy as np

from oversight.actors.choice import Manner
from oversight.arrays import Number, Vector
from oversight.errors import Mistake
from oversight.numerals import number
from oversight.palettes import Answers, InfeasibleError, largest_share, palette, slack
from oversight.policy import Policy, Training
from oversight.quantities import LocatedError
from oversight.scenario.entry import Entry
from oversight.scenario.levels import values_of
from oversight.scenario.stakeholders import Worth

_BEYOND = 1e-9
"""How much further than to the targets the way must go: with less, weights cannot be told from infinite ones."""


def answers_of(population: Sequence[Entry], names: Sequence[str]) -> Answers:
    """What the actors of stated entries may do, with its scores: each entry is a context, at its reference shares."""
    rows: list[tuple[int, float, Vector]] = []
    size = sum(entry.size for entry in population)
    for place, entry in enumerate(population):
        bases = np.array([1.0, *entry.bases], dtype=float)
        complying = _scores(entry.restraint, names)
        each = [complying, *(complying + _scores(act, names) for act in entry.scores)]
        shares = entry.size / size * bases / bases.sum()
        rows += [(place, share, values) for share, values in zip(shares.tolist(), each, strict=True)]
    context, shares, values = zip(*rows, strict=True)
    return Answers.of(values, shares, context)


def _scores(given: Mapping[str, Number], names: Sequence[str]) -> Vector:
    return np.array([float(given.get(name, 0.0)) for name in names])


def worth_of(population: Sequence[Entry], targets: Mapping[str, float]) -> Worth:
    """What levels are worth to who would train the reference model of a population to its palette.

    The palette's weights w value levels v as w . (v - v0) / w . (c - v0): at the reference model, without incentives,
    that is 0, and at the palette c it is 1.

    Raises:
        LocatedError: nothing has such a value, or the palette is out of reach or there already.
    """
    known = values_of(population)
    for name in targets:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            there = f"there are {', '.join(known)}" if known else "none is said to have any"
            message = f"nothing that there is to do has the value `{name}`; {there}"
            remedy = f"Did you mean `{close[0]}`?" if close else "Say `values` of an option, or of `violating`."
            raise LocatedError((name,), message, Mistake.OTHER, remedy)
    names = list(targets)
    answers = answers_of(population, names)
    try:
        found = palette(answers, list(targets.values())).aligned
    except InfeasibleError as error:
        raise LocatedError((), f"{error}: the slack is {number(error.slack)}", Mistake.OTHER, "Lower one.") from None
    gained = float(found.weights @ (found.levels - answers.base.levels))
    if gained <= 0:
        message = "is what the reference model does without training: there is nothing that it values"
        raise LocatedError((), message, Mistake.IDLE, "Raise a level, or say a `utility`.")
    weights = found.weights / gained
    measures = {f"value.{name}": weight for name, weight in zip(names, weights.tolist(), strict=True) if weight > 0}
    return Worth(-float(weights @ answers.base.levels), measures)


def check_aims(policy: Policy, population: Sequence[Entry], training: Training) -> None:
    """Hold the levels that a policy trains to to what the population can do and training can know.

    Raises:
        LocatedError: actors have no reference model, what they expect is not known, or levels are out of reach.
    """
    for index, entry in enumerate(population):
        if entry.manner is not Manner.LOGIT or "base" not in entry.rule.uses:
            message = f"kind {entry.kind} is no model that is held near a reference: no weights are found for it"
            remedy = "Use `trained` actors, or state `weights`."
            raise LocatedError(("population", index, "kind"), message, Mistake.OTHER, remedy)
    if policy.restarts:
        message = "incentives differ by what is left of a loss of customers, which follows from what is trained"
        raise LocatedError(("policy", "market", "losses"), message, Mistake.OTHER, "Say `losses: add`.")
    if training.audited:
        _check_incentives(policy, population, training)
    _check_reach(population, training)


def _check_incentives(policy: Policy, population: Sequence[Entry], training: Training) -> None:
    remedy = "Say `at: no_audits`."
    where = ("policy", "training", "at")
    if policy.records > 1 or policy.open_ended:
        message = "incentives differ by the record, and who has which follows from what is trained"
        raise LocatedError(where, message, Mistake.OTHER, remedy)
    answers = policy.monitoring.responsive
    leads = policy.monitoring.overseer is not None and policy.monitoring.overseer.leads
    if policy.forewarns and answers:
        message = "actors know something of inspections that answer what is done, before they act"
        raise LocatedError(where, message, Mistake.OTHER, remedy)
    if answers and not leads and not training.again:
        message = "what is inspected follows from what is done, which is not known before the first period"
        raise LocatedError(
            ("policy", "training", "when"), message, Mistake.OTHER, "Say `when: each_period`, or `at: no_audits`."
        )
    for index, entry in enumerate(population):
        own = entry.belief.learns or entry.belief.of_neighbours
        if entry.belief.limit(np.full((1, 1), 0.5)) is None or (training.again and own):
            message = "differs from actor to actor with what it has seen: training does not know what they expect"
            raise LocatedError(("population", index, "belief", "kind"), message, Mistake.OTHER, remedy)


def _check_reach(population: Sequence[Entry], training: Training) -> None:
    if training.nearest:
        return
    names = training.names
    answers = answers_of(population, names)
    targets: Vector = np.array([training.aims[name] for name in names], dtype=float)
    share = largest_share(answers, targets)
    if share > 1 + _BEYOND:
        return
    together = " together" * (len(names) > 1)
    message = (
        f"cannot be reached{together}, whatever the weights: the slack is {number(slack(answers, targets))}, and "
        f"at most {number(share)} of the way from the reference model is feasible"
        if share < 1 - _BEYOND
        else f"cannot be reached{together} with finite weights: the way from the reference model ends there"
    )
    remedy = "Lower a target, or say `infeasible: nearest`."
    raise LocatedError(("policy", "training", training.named_in), message, Mistake.OTHER, remedy)
