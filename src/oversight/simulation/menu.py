"""The options of population entries in a running batch: what each offers, and what comes of those taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from oversight.arrays import (
    Choices,
    Flags,
    Floats,
    Number,
    Table,
    arrayed,
    columns_of,
    count,
    present,
    spread,
    weighted,
)
from oversight.policy import Acts, Deeds, Offence, Policy, State
from oversight.scenario.option import Option
from oversight.simulation.offer import Offer
from oversight.simulation.population import Group, History, joined


@dataclass(frozen=True, slots=True)
class Done:
    """What became of the options in a period, or in several: how often each was taken, and the harm of it, net.

    Both are (runs, acts), the acts in the order of entries and options.
    """

    counts: Table
    harm: Table

    def plus(self, other: Done) -> Done:
        """Both together."""
        return Done(self.counts + other.counts, self.harm + other.harm)


class Menu:
    """Lays the options out before the entries, and takes stock of what they take.

    Entries without options have one: the violation.
    """

    def __init__(self, groups: Sequence[Group], runs: int):
        self.groups = groups
        self.acts = tuple(act for group in groups for act in group.entry.acts)
        self.first = np.cumsum([0, *(len(group.entry.acts) for group in groups)]).tolist()
        self.hides = any(np.any(np.asarray(act.visibility) != 1) for act in self.acts)
        self.all_violate = all(option.violation for group in groups for option in group.entry.options)
        self.offers: dict[int, list[Offer]] = {}
        # A belief that moves is about one option.
        self.held = {
            group.columns.start: [group.entry.belief.begin((runs, group.members)) for _ in group.entry.options]
            for group in groups
            if group.entry.belief.adjusts
        }

    def before(self, violated: Sequence[Flags]) -> Acts:
        """The acts of the period before the first: whoever violated did the first violation of its options."""
        rows = max(len(row) for row in violated)
        counts = np.zeros((rows, len(self.acts)))
        for group, first, row in zip(self.groups, self.first[:-1], violated, strict=True):
            place = next((at for at, option in enumerate(group.entry.options) if option.violation), None)
            if place is not None or not group.entry.options:
                counts[:, first + (place or 0)] = count(np.ascontiguousarray(row))[:, 0]
        return Acts(self.acts, counts)

    def lay_out(
        self, policy: Policy, known: State, record: Floats | None, base: Offer, history: History | None
    ) -> Offer:
        """Make every entry's offers of the population's draws; the first of each entry, side by side.

        Args:
            policy: what is announced, and what is taken.
            known: last period's state.
            record: standing past sanctions, (runs, population).
            base: the draws of gain and harm, and what a sanction would take for them.
            history: what beliefs remember.
        """
        for group in self.groups:
            mine = group.columns
            gain, harm = columns_of(base.gain, mine), columns_of(base.harm, mine)
            innocent = columns_of(base.false_sanction, mine)
            if not group.entry.options:
                guilty = columns_of(base.sanction, mine)
                self.offers[mine.start] = [Offer(gain, harm, guilty, innocent, group.perceived)]
                continue
            own = None if record is None else record[:, mine]
            offers = []
            for place, option in enumerate(group.entry.options):
                earned, done = _times(option.gain, gain), _times(option.harm, harm)
                offence = Offence(earned, done, own, group.wealth, group.turnover, option.severity)
                guilty = arrayed(policy.sanction.taken(offence).violating)
                perceived = self._perceived(policy, known, group, place, option, history)
                offers.append(Offer(_less(earned, option.cost), done, guilty, innocent, perceived))
            group.perceived = offers[0].perceived
            self.offers[mine.start] = offers
        return self._side_by_side([self.offers[group.columns.start][0] for group in self.groups])

    def _perceived(
        self, policy: Policy, known: State, group: Group, place: int, option: Option, history: History | None
    ) -> Floats:
        announced = policy.flagging(known, option.act) if group.entry.belief.reads_announced else 0.0
        held = self.held.get(group.columns.start)
        return group.believed(announced, history, held[place] if held else None)

    def _side_by_side(self, each: Sequence[Offer]) -> Offer:
        parts = ([getattr(offer, item.name) for offer in each] for item in fields(Offer))
        return Offer(*(present(joined(part, self.groups)) for part in parts))

    # What is taken

    def taken(self, choice: Choices) -> Offer:
        """What was offered where it is taken, and the first option's where none is, side by side."""
        return self._side_by_side([self._of_group(group, choice[:, group.columns]) for group in self.groups])

    def _of_group(self, group: Group, choice: Choices) -> Offer:
        taken, *others = self.offers[group.columns.start]
        for place, offer in enumerate(others, start=2):
            here = choice == place
            gain, harm = _where(here, offer.gain, taken.gain), _where(here, offer.harm, taken.harm)
            guilty = _where(here, offer.sanction, taken.sanction)
            taken = Offer(gain, harm, guilty, taken.false_sanction, taken.perceived)
        return taken

    def violating(self, choice: Choices) -> Flags:
        """Who violates, rather than comply or do what only looks like it."""
        violating = choice > 0
        for group in self.groups if not self.all_violate else ():
            for place, option in enumerate(group.entry.options, start=1):
                if not option.violation:
                    violating[:, group.columns] &= choice[:, group.columns] != place
        return violating

    def counts(self, choice: Choices) -> Acts:
        """How often each option was taken."""
        counts = np.empty((len(choice), len(self.acts)))
        for group, first in zip(self.groups, self.first[:-1], strict=True):
            own = choice[:, group.columns]
            for place in range(len(group.entry.acts)):
                counts[:, first + place] = count(own == place + 1)[:, 0]
        return Acts(self.acts, counts)

    def deeds(self, choice: Choices, draw: Floats | None) -> Deeds:
        """What the overseer may see of it; `draw` says whose act shows, None where all do."""
        visibility = np.zeros(choice.shape)
        severity = np.zeros(choice.shape, dtype=np.int8)
        for group in self.groups:
            own = choice[:, group.columns]
            for place, act in enumerate(group.entry.acts, start=1):
                here = own == place
                np.copyto(visibility[:, group.columns], act.visibility, where=here)
                np.copyto(severity[:, group.columns], np.int8(act.severity), where=here)
        shown = choice > 0 if draw is None else spread(draw, choice.shape) < visibility
        return Deeds(shown, visibility, severity)

    def done(self, acts: Acts, choice: Choices, caught: Flags, averted: Number) -> Done:
        """What came of the options taken, the share `averted` of the harm of those `caught` taken off."""
        harm = np.empty(acts.counts.shape)
        for group, first in zip(self.groups, self.first[:-1], strict=True):
            own, seized = choice[:, group.columns], caught[:, group.columns]
            for place, offer in enumerate(self.offers[group.columns.start]):
                here = own == place + 1
                whole = weighted(offer.harm, here, acts.of(first + place))
                if np.any(averted):
                    stopped = here & seized
                    whole = whole - averted * weighted(offer.harm, stopped, count(stopped))
                harm[:, first + place] = whole[:, 0]
        return Done(acts.counts, harm)


def _times(multiple: Number, amount: Floats) -> Floats:
    return amount if np.all(np.equal(multiple, 1)) else multiple * amount


def _less(amount: Floats, cost: Number) -> Floats:
    return amount - cost if np.any(cost) else amount


def _where(here: Flags, one: Floats, other: Floats) -> Floats:
    """`np.where`, spared where both are the same."""
    return other if one is other else np.where(here, one, other)
