"""What goes with signals before the act and with honeypots, and what to do about what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from oversight.documents.schema import kind_of
from oversight.errors import Mistake
from oversight.policy import Policy, State
from oversight.quantities import LocatedError
from oversight.scenario.entry import Entry
from oversight.seams import is_stranger

_Refused = tuple[tuple[str | int, ...], str, str]
"""A key, what is wrong with it, and what would be right."""
_SIGNAL: tuple[str | int, ...] = ("policy", "monitoring", "signal")
_HONEYPOTS: tuple[str | int, ...] = ("policy", "honeypots")
BLIND = "Use `random_audit`, `audit_capacity` or `record_based`."


def check_forewarned(policy: Policy, population: Sequence[Entry]) -> None:
    """Hold a policy whose inspections are drawn before the act to what it can say.

    Raises:
        LocatedError: its inspections answer the act, or an entry makes nothing of what is known before it.
    """
    refused = [*_of_policy(policy)]
    for index, entry in enumerate(population):
        refused += [(("population", index, *key), why, remedy) for key, why, remedy in _of_entry(policy, entry)]
    for key, message, remedy in refused:
        # A policy that has one, and is given another kind of monitoring, can only do without it.
        mistake = Mistake.IDLE if key in (_SIGNAL, _HONEYPOTS) else Mistake.OTHER
        raise LocatedError(key, message, mistake, remedy)


def _of_policy(policy: Policy) -> Iterator[_Refused]:
    monitoring = policy.monitoring
    key = _SIGNAL if monitoring.signal else _HONEYPOTS
    kind = kind_of(type(monitoring))
    if is_stranger(type(monitoring)):
        return
    if monitoring.overseer is not None:
        reason = f"kind {kind} inspects for what it finds, which is not what all do where some notice its inspections"
        yield key, reason, BLIND
    elif "violations" in monitoring.reads:
        yield key, f"kind {kind} inspects by what is done in the period, and not before it", BLIND
    elif inspects_by_act(policy):
        yield key, f"kind {kind} inspects those who violate and those who comply with different chances", BLIND
    if policy.honeypots and policy.honeypots.gain == "void" and policy.sanction.forfeit_gain:
        reason = "a void gain is not there to be forfeited"
        yield ("policy", "honeypots", "gain"), reason, "Say `gain: kept`, or leave `policy.sanction.forfeit_gain` out."


def inspects_by_act(policy: Policy) -> bool:
    """Whether a rule that reads no violations has other chances for those who violate, tried at one state."""
    half, all_of_them = np.full((1, 1), 5.0), np.full((1, 1), 10.0)
    chances = policy.monitoring.chances(State(half, all_of_them, 10, np.zeros((1, 1))))
    return not np.array_equal(chances.violating, chances.complying)


def _of_entry(policy: Policy, entry: Entry) -> Iterator[_Refused]:
    what = "a signal" if policy.monitoring.signal else "honeypots"
    if not entry.belief.trusts and not is_stranger(type(entry.belief)):
        adjusts = ", without `adjustment`" if entry.belief.adjusts else ""
        reason = f"only a belief that is what is announced makes anything of {what}"
        yield ("belief",), reason, f"Let it be `announced`{adjusts}."
    if "prospects" in entry.rule.uses:
        reason = f"kind {entry.kind} looks ahead over chances that no signal moves"
        yield ("kind",), reason, f"Use another kind, or leave {what} out."
    if entry.rule.drifts:
        reason = f"kind {entry.kind} decides by habit, before anything is known of inspections"
        yield ("kind",), reason, f"Use another kind, or leave {what} out."
    if policy.honeypots and entry.options:
        reason = "honeypots plant the one violation that there is without options"
        yield ("options",), reason, "Leave `policy.honeypots` out, or the options."
