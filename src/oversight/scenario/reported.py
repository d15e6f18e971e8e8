"""Violations that are reported by those who commit them: one more way to do what an option does."""

from __future__ import annotations

from functools import lru_cache

from oversight.actors.choice import Manner
from oversight.policy import Act, Policy
from oversight.scenario.entry import Entry
from oversight.scenario.option import Option
from oversight.scenario.stacking import stack

VIOLATION = ""
"""The name of the one option of an entry without options, which no measure goes by."""


class Reported(Option):
    """An option that is reported. It earns what the option earns; its harm is less by what the report averts."""

    original: int
    """The place of the option among those of its entry."""
    share: float
    """What is taken, as a share of the sanction for the option."""

    @property
    def act(self) -> Act:
        return Act(self.visibility, self.severity, reported=True)


def with_reports(entry: Entry, policy: Policy) -> Entry:
    """A stacked entry whose violations may be reported under a stacked policy, each an option after the others.

    Entries whose class does not weigh what it does keep silent.
    """
    scheme = policy.sanction.self_report
    if scheme is None or entry.manner is Manner.ONE:
        return entry
    options = entry.options or (_violation_of(entry),)
    reports = [
        Reported.model_construct(
            **{**option.__dict__, "harm": option.harm * (1 - scheme.harm_averted)}, original=place, share=scheme.share
        )
        for place, option in enumerate(options)
        if option.violation
    ]
    return entry.model_copy(update={"options": (*options, *reports)})


def _violation_of(entry: Entry) -> Option:
    """The one violation of an entry without options, with what training makes of it."""
    if entry.violating is None:
        return _violation()
    base = entry.violating.base if "base" in entry.reads else _violation().base
    return _violation().model_copy(update={"values": entry.violating.values, "base": base})


@lru_cache
def _violation() -> Option:
    """The one violation of an entry without options."""
    alone = Option.model_construct(**{**Option(name="violation").__dict__, "name": VIOLATION})
    return stack([alone])
