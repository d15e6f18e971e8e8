"""What goes with self-reports, and what to do about what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oversight.actors import Actor
from oversight.actors.choice import Manner
from oversight.errors import Mistake
from oversight.policy import Policy
from oversight.quantities import LocatedError
from oversight.scenario.entry import Entry

_SELF_REPORT: tuple[str | int, ...] = ("policy", "sanction", "self_report")
_OUT = "Leave `self_report` out, or "


def check_self_reports(policy: Policy, population: Sequence[Entry]) -> None:
    """Hold a policy that lets violators report themselves to what they can make of it.

    Raises:
        LocatedError: nobody could say whether some of them report.
    """
    overseer = policy.monitoring.overseer
    if policy.forewarns:
        reason = "inspections that some notice are drawn before there is anything to report"
        raise _refused(_SELF_REPORT, reason, _OUT + "signals and honeypots.")
    if overseer is not None and overseer.leads:
        reason = "the response `leadership` commits to a rate by theory, which knows no self-reports"
        raise _refused(_SELF_REPORT, reason, _OUT + "choose another response.")
    for index, entry in enumerate(population):
        for reason in _of_class(entry):
            remedy = _OUT + "use a class that has `advantage`, and neither `violates` nor `probability`."
            raise _refused(("population", index, "kind"), reason, remedy)


def _of_class(entry: Entry) -> Iterator[str]:
    if "prospects" in entry.rule.uses:
        yield f"kind {entry.kind} looks ahead over sanctions that it runs the risk of, and not over reports"
    elif entry.rule.drifts:
        yield f"kind {entry.kind} learns of violations that are not reported"
    elif entry.manner is Manner.ONE and entry.rule.advantage is not Actor.advantage:
        yield f"kind {entry.kind} decides by more than its `advantage`, and so does not say whether to report"


def _refused(where: tuple[str | int, ...], reason: str, remedy: str) -> LocatedError:
    return LocatedError(where, reason, Mistake.IDLE if where == _SELF_REPORT else Mistake.OTHER, remedy)
