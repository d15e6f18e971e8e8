"""What goes with innocent acts that go wrong and with payoffs of outcomes, and what to do about what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oversight.documents.schema import kind_of
from oversight.errors import Mistake
from oversight.policy import Outcomes, Policy
from oversight.quantities import LocatedError
from oversight.scenario.entry import Entry
from oversight.seams import is_stranger

_Where = tuple[str | int, ...]
_PAYOFFS: _Where = ("policy", "payoffs")
_OUT = "Leave one of the two out."


def pays_outcomes(policy: Policy, population: Sequence[Entry]) -> bool:
    """Whether outcomes pay, or some innocent act may go wrong."""
    return policy.payoffs is not None or any(entry.errors is not None for entry in population)


def check_outcomes(policy: Policy, population: Sequence[Entry]) -> None:
    """Hold errors and payoffs to what actors, overseers and the policy can make of them.

    Raises:
        LocatedError: nobody could say what they would come to.
    """
    erring = [index for index, entry in enumerate(population) if entry.errors is not None]
    for where in [*([_PAYOFFS] if policy.payoffs else []), *(("population", index, "errors") for index in erring)]:
        for reason, remedy in _of_all(policy, population):
            raise LocatedError(where, reason, Mistake.IDLE, remedy)
    for index in erring:
        for reason, remedy in _of_errors(policy, population):
            raise LocatedError(("population", index, "errors"), reason, Mistake.IDLE, remedy)
    if policy.payoffs and policy.payoffs.overseer != Outcomes():
        overseer, kind = policy.monitoring.overseer, kind_of(type(policy.monitoring))
        if not is_stranger(type(policy.monitoring)) and (overseer is None or not overseer.takes_payoffs):
            rule = kind if overseer is None else f"{kind} with the response {overseer.answers}"
            reason = f"pays overseers by outcomes, which nobody counts under the monitoring rule {rule}"
            remedy = "Use `strategic` monitoring that responds by itself, or leave it out."
            raise LocatedError((*_PAYOFFS, "overseer"), reason, Mistake.IDLE, remedy)


def _of_all(policy: Policy, population: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Why neither goes with the policy or the actors."""
    others = {
        "a signal or honeypot": policy.forewarns,
        "`resample`": policy.sanction.resample is not None,
        "`self_report`": policy.sanction.self_report is not None,
        "`witnesses`": policy.witnesses is not None,
        "`inspectors`": policy.inspectors is not None,
        "`training` towards targets": policy.training is not None and policy.training.aims,
    }
    for other, there in others.items():
        if there:
            yield f"is about what inspections find of an act, and {other} comes in between", _OUT
    overseer = policy.monitoring.overseer
    if overseer is not None and overseer.leads:
        reason = "is simulated alone, and the response `leadership` commits to a rate by theory"
        yield reason, "Leave it out, or choose another response."
    for entry in population:
        if "prospects" in entry.reads:
            reason = f"is nothing that kind {entry.kind} reckons with: it looks ahead over sanctions"
            yield reason, "Use another kind, or leave it out."
        if entry.rule.turns(entry.rule_parameters()):
            reason = f"is nothing that kind {entry.kind} reckons with: it revises one at a time"
            yield reason, "Use `revision`, or leave it out."


def _of_errors(policy: Policy, population: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Why errors do not."""
    monitoring = policy.monitoring
    if is_stranger(type(monitoring)):
        return
    cases = monitoring.by_severity or ("violations" in monitoring.reads and monitoring.overseer is None)
    if cases and any(entry.options for entry in population):
        kind = kind_of(type(monitoring))
        yield f"is one more thing to find among options, and kind {kind} ranks or counts what is done", _OUT
    if monitoring.overseer is not None and not monitoring.overseer.takes_payoffs:
        kind = kind_of(type(monitoring))
        yield f"looks like a violation, and the overseers of kind {kind} do not tell what it earns them", _OUT
