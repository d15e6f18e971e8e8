"""What goes with values that are trained into actors, and what to do about what does not."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from oversight.actors import Actor
from oversight.errors import Mistake
from oversight.policy import Policy
from oversight.quantities import LocatedError
from oversight.scenario.aimed import check_aims
from oversight.scenario.entry import Entry


def check_training(policy: Policy, population: Sequence[Entry]) -> None:
    """Hold the values that a policy trains to what the population can make of them.

    Raises:
        LocatedError: nothing that there is to do has such a value.
    """
    training = policy.training
    assert training is not None
    known = list(dict.fromkeys(name for entry in population for act in entry.scores for name in act))
    for name in training.names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            there = f"there are {', '.join(known)}" if known else "none is said to have any"
            message = f"nothing that there is to do has the value `{name}`; {there}"
            remedy = (
                f"Did you mean `{close[0]}`?"
                if close
                else f"Say `values: {{{name}: -1}}` of an option, or of `violating`."
            )
            mistake = Mistake.OTHER if known else Mistake.MISSING
            raise LocatedError(("policy", "training", training.named_in, name), message, mistake, remedy)
    if training.aims:
        check_aims(policy, population, training)
    overseer = policy.monitoring.overseer
    if training.drift is not None and overseer is not None and overseer.leads:
        message = "the response `leadership` commits to a rate by theory, in which no weights drift"
        remedy = "Leave `drift` out, or choose another response."
        raise LocatedError(("policy", "training", "drift"), message, Mistake.OTHER, remedy)
    if training.drift is not None and training.drift.shared and training.drift.walk is None:
        message = "is about the steps of a `walk`, and there are none"
        raise LocatedError(
            ("policy", "training", "drift", "shared"), message, Mistake.OTHER, "Leave it out, or say `walk`."
        )
    if training.saw is not None and policy.sanction.self_report is not None:
        message = "an act and its report would each have an error of its own"
        remedy = "Leave `proxy` out, or `policy.sanction.self_report`."
        raise LocatedError(("policy", "training", "proxy"), message, Mistake.OTHER, remedy)
    for index, entry in enumerate(population):
        if (training.partial or training.drift or training.saw) and "prospects" in entry.rule.uses:
            message = (
                f"kind {entry.kind} looks ahead over opportunities that are all like those of training, now and later"
            )
            remedy = "Let `coverage` be 1, and leave `drift` and `proxy` out."
            raise LocatedError(("population", index, "kind"), message, Mistake.OTHER, remedy)
        if training.answers and not entry.counts_nats:
            message = f"kind {entry.kind} {_other_than_by_chance(entry)}: all of its answers are alike"
            remedy = "Use `trained` or `quantal` actors, or leave `selection` out."
            raise LocatedError(("population", index, "kind"), message, Mistake.OTHER, remedy)
        if training.priced and not entry.counts_nats:
            why = _other_than_by_chance(entry)
            message = f"kind {entry.kind} {why}: nats do not measure what values change of its choice"
            remedy = "Use `trained` or `quantal` actors, or leave `price_per_nat` out."
            raise LocatedError(("population", index, "kind"), message, Mistake.OTHER, remedy)


def _other_than_by_chance(entry: Entry) -> str:
    return (
        "learns step by step how often it violates"
        if entry.rule.learn is not Actor.learn
        else "does not decide by chance"
    )
