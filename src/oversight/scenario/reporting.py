"""What goes with self-reports, witnesses and inspectors who can be bribed, and what to do about what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oversight.actors import Actor
from oversight.actors.choice import Manner
from oversight.errors import Mistake
from oversight.policy import Policy
from oversight.quantities import LocatedError
from oversight.scenario.entry import Entry

_Refused = tuple[tuple[str | int, ...], str, str]
"""A key, what is wrong with it, and what would be right."""
_SELF_REPORT: tuple[str | int, ...] = ("policy", "sanction", "self_report")
_WITNESSES: tuple[str | int, ...] = ("policy", "witnesses")
_INSPECTORS: tuple[str | int, ...] = ("policy", "inspectors")
_REWARD: tuple[str | int, ...] = ("policy", "inspectors", "reward")


def reports(policy: Policy) -> bool:
    """Whether somebody reports violations, or is paid for none."""
    return bool(policy.sanction.self_report or policy.witnesses or policy.inspectors)


def check_reports(policy: Policy, population: Sequence[Entry]) -> None:
    """Hold a policy in which somebody reports violations, or is paid for none, to what it can say.

    Raises:
        LocatedError: nobody could say what comes of a report, or whether there is one.
    """
    refused: list[_Refused] = []
    if policy.sanction.self_report:
        refused += [*_of_self_reports(policy), *_of_classes(population)]
    if policy.witnesses:
        refused += _of_witnesses(policy)
    if policy.inspectors:
        refused += _of_inspectors(policy, population)
    for where, reason, remedy in refused:
        mistake = Mistake.IDLE if where in (_SELF_REPORT, _WITNESSES, _INSPECTORS, _REWARD) else Mistake.OTHER
        raise LocatedError(where, reason, mistake, remedy)


def _of_self_reports(policy: Policy) -> Iterator[_Refused]:
    overseer = policy.monitoring.overseer
    if policy.forewarns:
        reason = "is about what is done, and with signals or honeypots inspections are drawn before that"
        yield _SELF_REPORT, reason, "Leave out `self_report`, or signals and honeypots."
    if overseer is not None and overseer.leads:
        reason = "the response `leadership` commits to a rate by theory, which knows no self-reports"
        yield _SELF_REPORT, reason, "Leave it out, or choose another response."
    if policy.inspectors:
        reason = "spares a share of a sanction, where an inspector may take a bribe instead of one"
        yield _SELF_REPORT, reason, "Leave out `self_report`, or `policy.inspectors`."


def _of_classes(population: Sequence[Entry]) -> Iterator[_Refused]:
    remedy = "Leave `self_report` out, or use a class that has `advantage`, and neither `violates` nor `probability`."
    for index, entry in enumerate(population):
        where = ("population", index, "kind")
        if "prospects" in entry.rule.uses:
            reason = f"kind {entry.kind} looks ahead over sanctions that it runs the risk of, and not over self-reports"
            yield where, reason, remedy
        elif entry.rule.drifts:
            yield where, f"kind {entry.kind} learns of violations that are not reported by itself", remedy
        elif entry.manner is Manner.ONE and entry.rule.advantage is not Actor.advantage:
            reason = f"kind {entry.kind} decides by more than its `advantage`, and does not say when to report itself"
            yield where, reason, remedy


def _of_witnesses(policy: Policy) -> Iterator[_Refused]:
    if policy.forewarns:
        reason = "report what is done, and with signals or honeypots inspections are drawn before that"
        yield _WITNESSES, reason, "Leave out `witnesses`, or signals and honeypots."
    if policy.monitoring.overseer is not None:
        reason = "report to an overseer who inspects for what it finds by itself, and by no rule that there is for them"
        yield _WITNESSES, reason, "Leave them out, or use monitoring that is committed to."
    if policy.monitoring.by_severity:
        reason = "are the first to be heard, and so are the most severe cases (`triage`)"
        yield _WITNESSES, reason, "Leave out `witnesses` or `triage`."


def _of_inspectors(policy: Policy, population: Sequence[Entry]) -> Iterator[_Refused]:
    monitoring = policy.monitoring
    inspectors, overseer = policy.inspectors, monitoring.overseer
    if overseer is None:
        yield from _of_ahead(population)
        return
    if overseer.leads:
        reason = "the response `leadership` commits to a rate by theory, which knows no bribes"
        yield _INSPECTORS, reason, "Leave them out, or choose another response."
    elif overseer.reward is None:
        yield _INSPECTORS, "the overseer has no `reward` that a bribe could stand for", "Leave them out."
    elif inspectors is not None and inspectors.reward is not None:
        reason = "a strategic overseer's reward for a report is its `bounty`"
        yield _REWARD, reason, "Leave it out, and say it as `policy.monitoring.bounty`."
    elif policy.sanction.depends_on or policy.sanction.severities is not None:
        reason = "a strategic overseer looks for one bribe, and the sanction differs with the opportunity or the act"
        yield _INSPECTORS, reason, "Use a `fixed` sanction, without `limited_liability` and `forfeit_gain`."
    yield from _of_ahead(population)


def _of_ahead(population: Sequence[Entry]) -> Iterator[_Refused]:
    for index, entry in enumerate(population):
        if "prospects" in entry.rule.uses:
            reason = f"kind {entry.kind} looks ahead over sanctions, and not over bribes"
            yield ("population", index, "kind"), reason, "Use another kind, or leave `policy.inspectors` out."
