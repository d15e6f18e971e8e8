"""What goes with answers that are drawn again, and what to do about what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oversight.actors import Actor
from oversight.documents.schema import kind_of
from oversight.errors import Mistake
from oversight.networks import Network
from oversight.policy import Policy
from oversight.quantities import LocatedError
from oversight.scenario.entry import Entry
from oversight.scenario.forewarned import BLIND, inspects_by_act
from oversight.seams import is_stranger

_Refused = tuple[tuple[str | int, ...], str, str]
"""A key, what is wrong with it, and what would be right."""
_RESAMPLE: tuple[str | int, ...] = ("policy", "sanction", "resample")


def check_resampled(policy: Policy, population: Sequence[Entry], network: Network | None) -> None:
    """Hold a policy under which flagged answers are drawn again to what it can say.

    Raises:
        LocatedError: some actor would give the same answer again, or inspections are not of answers.
    """
    refused = [*_of_policy(policy, network)]
    for index, entry in enumerate(population):
        refused += [(("population", index, *key), why, remedy) for key, why, remedy in _of_entry(entry)]
    for key, message, remedy in refused:
        raise LocatedError(key, message, Mistake.IDLE if key == _RESAMPLE else Mistake.OTHER, remedy)


def _of_policy(policy: Policy, network: Network | None) -> Iterator[_Refused]:
    monitoring, kind = policy.monitoring, kind_of(type(policy.monitoring))
    if is_stranger(type(monitoring)):
        return
    if monitoring.overseer is not None or "violations" in monitoring.reads or inspects_by_act(policy):
        reason = f"kind {kind} inspects by what is done, and answers are drawn again before anything is"
        yield _RESAMPLE, reason, BLIND
    others = {
        "a signal or honeypot": policy.forewarns,
        "`self_report`": policy.sanction.self_report is not None,
        "`witnesses`": policy.witnesses is not None,
        "`inspectors`": policy.inspectors is not None,
    }
    for other, there in others.items():
        if there:
            yield _RESAMPLE, f"lets answers be drawn again, and {other} is about what is done once", _OUT
    if network is not None and network.revision < 1:
        yield _RESAMPLE, "draws answers again, and with a `revision` below 1 some do as before", _OUT


_OUT = "Leave one of the two out."


def _of_entry(entry: Entry) -> Iterator[_Refused]:
    chancy = entry.rule.by_chance(entry.rule_parameters()) or "draw" in entry.rule.uses
    if entry.rule is not Actor and (not chancy or entry.rule.drifts):
        reason = f"kind {entry.kind} does not decide by chance alone: drawn again, its answer would be the same"
        yield ("kind",), reason, "Use `trained` or `quantal` actors, or leave `policy.sanction.resample` out."
    if entry.belief.learns or entry.belief.remembers:
        reason = "a belief that learns from what was caught says nothing of answers that are drawn again"
        yield ("belief",), reason, "Let it be `announced` or `fixed`."
