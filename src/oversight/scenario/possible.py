"""Which options go with which actors, beliefs and policies, and what to do about those that do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oversight.actors import Actor
from oversight.actors.choice import Manner
from oversight.errors import Mistake
from oversight.policy import Policy
from oversight.quantities import LocatedError
from oversight.scenario.entry import Entry

Refused = tuple[tuple[str | int, ...], str, str]
"""A key of the entry, what is wrong with it, and what would be right."""


def check_options(policy: Policy, population: Sequence[Entry]) -> None:
    """Hold entries' options to what their classes, their beliefs and the policy can make of them.

    Raises:
        LocatedError: nobody could say what some of them would come to.
    """
    for index, entry in enumerate(population):
        for key, message, remedy in _refused(policy, entry, population):
            raise LocatedError(("population", index, *key), message, Mistake.OTHER, remedy)


def _refused(policy: Policy, entry: Entry, population: Sequence[Entry]) -> Iterator[Refused]:
    names = [option.name for option in entry.options]
    chosen = entry.rule_parameters().get("option") or None
    if chosen is not None and chosen not in names:
        there = f"there are {', '.join(names)}" if names else "the entry has no `options`"
        yield ("option",), f"names `{chosen}`, and {there}", "Name one of its `options`, or leave it out."
    if entry.options:
        yield from _of_class(entry, chosen)
        yield from _of_sanction(policy, entry)
        overseer = policy.monitoring.overseer
        if overseer is not None and overseer.leads:
            yield ("options",), "the response `leadership` commits to a rate by theory, which knows no options", _NONE
        if overseer is not None and not _plain(entry, overseer.takes_payoffs):
            reason = f"a strategic overseer is paid for open violations, and by no rule that there is for {_HIDDEN}"
            yield ("options",), reason, _OPEN
    # A belief that pools what all do is about the options of all.
    known = population if entry.belief.remembers else [entry]
    if not entry.belief.reads_announced and not all(map(_plain, known)):
        reason = f"a belief that does not go by what is announced says nothing of {_HIDDEN}"
        yield ("belief",), reason, "Let it be `announced`."
    if not entry.belief.reads_announced and entry.options and policy.monitoring.by_severity:
        reason = "a belief that does not go by what is announced is about one chance, which triage makes several of"
        yield ("belief",), reason, "Let it be `announced`, or leave `triage` out."


_HIDDEN = "options that show in part (`visibility`) or are no violations"
_NONE = "Leave the options out, or choose another response."
_OPEN = "Leave `visibility` and `violation` out of them."


def _of_class(entry: Entry, chosen: str | None) -> Iterator[Refused]:
    if entry.rule is Actor:  # it is not loaded
        return
    if entry.rule.drifts and not _plain(entry):
        yield ("options",), f"kind {entry.kind} learns of open violations alone, and not of {_HIDDEN}", _OPEN
    for place, option in enumerate(entry.options):
        if "prospects" in entry.rule.uses and option.gain < 0:
            reason = f"is {option.gain:g}, and kind {entry.kind} values gains that rise with what is drawn"
            yield ("options", place, "gain"), reason, "Let it be 0 or more, and say a loss as a `cost`."
    if entry.manner is Manner.ONE and len(entry.options) > 1 and chosen is None:
        names = ", ".join(f"`option: {option.name}`" for option in entry.options[:2])
        if "option" in entry.rule_parameters():
            yield (
                ("option",),
                f"kind {entry.kind} takes one option, and there are {len(entry.options)}",
                f"Say {names} ...",
            )
        yield (
            ("options",),
            f"kind {entry.kind} decides about one option, and there are {len(entry.options)}: it has no `advantage` to "
            "compare them by, or goes by more than that",
            "Give it one option, or write a class that has `advantage`, and neither `violates` nor `probability`.",
        )


def _of_sanction(policy: Policy, entry: Entry) -> Iterator[Refused]:
    most = policy.sanction.severities
    for place, option in enumerate(entry.options):
        if most is not None and option.severity > most:
            yield (
                ("options", place, "severity"),
                f"is {option.severity}, and the sanction has amounts for {most} only",
                f"Give policy.sanction.amounts {option.severity} amounts.",
            )


def _plain(entry: Entry, abstaining: bool = False) -> bool:
    """Whether all options are violations in the open, or, if that is allowed, abstain."""
    return all(
        (option.violation and option.visibility == 1) or (abstaining and option.abstains) for option in entry.options
    )
