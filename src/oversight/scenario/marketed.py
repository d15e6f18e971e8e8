"""What goes with customers who leave, and what to do about what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oversight.errors import Mistake
from oversight.policy import Policy
from oversight.quantities import LocatedError
from oversight.scenario.entry import Entry

_Refused = tuple[tuple[str | int, ...], str, Mistake, str]
"""A key, what is wrong with it, what kind of mistake that is, and what would be right."""
_LOSSES: tuple[str | int, ...] = ("policy", "market", "losses")
_ADD = "Say `losses: add`."


def check_market(policy: Policy, population: Sequence[Entry]) -> None:
    """Hold a policy under which customers leave to what it can say.

    Raises:
        LocatedError: an entry has no income that it could lose, or what it loses cannot be reckoned with.
    """
    for where, message, mistake, remedy in (*_of_entries(population), *_of_losses(policy, population)):
        raise LocatedError(where, message, mistake, remedy)


def _of_entries(population: Sequence[Entry]) -> Iterator[_Refused]:
    for index, entry in enumerate(population):
        if "income" not in entry.model_fields_set:
            where, remedy = ("population", index, "income"), "Add `income: ...` (money per period)."
            yield where, "is missing, and `policy.market` takes a share of it", Mistake.MISSING, remedy


def _of_losses(policy: Policy, population: Sequence[Entry]) -> Iterator[_Refused]:
    overseer = policy.monitoring.overseer
    if not policy.restarts:
        return
    if overseer is not None and overseer.leads:
        message = "the response `leadership` commits to a rate by theory, which takes losses to `add` up"
        yield _LOSSES, message, Mistake.OTHER, "Say `losses: add`, or choose another response."
    if not (policy.reads_record or policy.sanction.suspension):
        return
    for entry in population:
        if "prospects" in entry.rule.uses:
            message = f"kind {entry.kind} looks ahead over losses that start anew, or over records and suspensions"
            yield _LOSSES, f"{message}, and not over both", Mistake.OTHER, _ADD
