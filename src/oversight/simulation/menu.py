"""The options of population entries in a running batch: what each offers, and what comes of those taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np

from oversight.arrays import (
    Choices,
    Column,
    Flags,
    Floats,
    Number,
    Table,
    arrayed,
    columns_of,
    count,
    present,
    weighted,
)
from oversight.policy import Acts, Chances, Deeds, Offence, Policy, State
from oversight.scenario.option import Option
from oversight.scenario.reported import Reported
from oversight.simulation.offer import Offer
from oversight.simulation.population import Group, History, joined


@dataclass(frozen=True, slots=True)
class Done:
    """What became of the options in a period, or in several; each (runs, acts), in the order of entries and options.

    How often each was taken, what it earned, the harm of it, net, and what was paid for it.
    """

    counts: Table
    gain: Table
    harm: Table
    paid: Table

    def plus(self, other: Done) -> Done:
        """Both together."""
        return Done(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(Done)))

    def total(self, name: str) -> Column:
        """The sum of an amount over all acts, (runs, 1)."""
        each = getattr(self, name)
        whole: Column = each[:, :1]
        for place in range(1, each.shape[1]):
            whole = whole + each[:, place : place + 1]
        return whole


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
        self.reports = any(act.reported for act in self.acts)
        self.offers: dict[int, list[Offer]] = {}
        # A belief that moves is about one option.
        self.held = {
            group.columns.start: [group.entry.belief.begin((runs, group.members)) for _ in group.entry.options]
            for group in groups
            if group.entry.belief.adjusts
        }

    def go_on_from(self, before: Menu) -> None:
        """Keep the beliefs that were held of options that there were before."""
        for start, own in self.held.items():
            kept = before.held.get(start, [])
            own[: len(kept)] = kept[: len(own)]

    def begun(self, violated: Flags) -> Choices:
        """The option that each violator took in the period before the first: the first that is a violation."""
        choice = violated.view(np.int8).copy()
        for group in self.groups:
            if group.entry.options:
                place = next((at for at, option in enumerate(group.entry.options, 1) if option.violation), 0)
                choice[:, group.columns] *= np.int8(place)
        return choice

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
        self,
        policy: Policy,
        known: State,
        record: Floats | None,
        base: Offer,
        history: History | None,
        told: Chances | None = None,
    ) -> Offer:
        """Make every entry's offers of the population's draws; the first of each entry, side by side.

        Args:
            policy: what is announced, and what is taken.
            known: last period's state.
            record: standing past sanctions, (runs, population).
            base: the draws of gain and harm, and what a sanction would take for them.
            history: what beliefs remember.
            told: the chances of inspection that actors were told of; None where these are those announced.
        """
        for group in self.groups:
            mine = group.columns
            gain, harm = columns_of(base.gain, mine), columns_of(base.harm, mine)
            innocent = columns_of(base.false_sanction, mine)
            if not group.entry.options:
                guilty = columns_of(base.sanction, mine)
                bribed = (columns_of(base.bribed, mine), columns_of(base.falsely_bribed, mine))
                self.offers[mine.start] = [Offer(gain, harm, guilty, innocent, group.perceived, *bribed)]
                continue
            own = None if record is None else record[:, mine]
            offers: list[Offer] = []
            for place, option in enumerate(group.entry.options):
                if isinstance(option, Reported):
                    offers.append(_reported(offers[option.original], option, harm))
                    continue
                earned, done = _times(option.gain, gain), _times(option.harm, harm)
                offence = Offence(earned, done, own, group.wealth, group.turnover, option.severity)
                settled = policy.settled(offence)
                guilty = arrayed(settled.amounts.violating)
                perceived = self._perceived(policy, known, group, place, option, history, told)
                bribed = (settled.bribed, columns_of(base.falsely_bribed, mine))
                offers.append(Offer(_less(earned, option.cost), done, guilty, innocent, perceived, *bribed))
            group.perceived = offers[0].perceived
            self.offers[mine.start] = offers
        return self._side_by_side([self.offers[group.columns.start][0] for group in self.groups])

    def _perceived(
        self,
        policy: Policy,
        known: State,
        group: Group,
        place: int,
        option: Option,
        history: History | None,
        told: Chances | None,
    ) -> Floats:
        announced: Number = 0.0
        if told is not None:
            announced = policy.flagged(told, option.act)
        elif group.entry.belief.reads_announced:
            announced = policy.flagging(known, option.act)
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
            gain, harm = np.where(here, offer.gain, taken.gain), np.where(here, offer.harm, taken.harm)
            guilty = np.where(here, offer.sanction, taken.sanction)
            bribed = np.where(here, offer.bribed, taken.bribed)
            taken = Offer(gain, harm, guilty, taken.false_sanction, taken.perceived, bribed, taken.falsely_bribed)
        return taken

    def violating(self, choice: Choices) -> Flags:
        """Who violates, rather than comply or do what only looks like it."""
        violating = choice > 0
        for group in self.groups if not self.all_violate else ():
            for place, option in enumerate(group.entry.options, start=1):
                if not option.violation:
                    violating[:, group.columns] &= choice[:, group.columns] != place
        return violating

    def abstaining(self, choice: Choices) -> Flags:
        """Who does nothing at all."""
        abstaining = np.zeros(choice.shape, dtype=bool)
        for group in self.groups:
            for place, act in enumerate(group.entry.acts, start=1):
                if act.abstains:
                    abstaining[:, group.columns] |= choice[:, group.columns] == place
        return abstaining

    def reported(self, choice: Choices) -> Flags:
        """Who violates and reports itself."""
        reported = np.zeros(choice.shape, dtype=bool)
        for group in self.groups:
            silent = sum(not act.reported for act in group.entry.acts)
            reported[:, group.columns] = choice[:, group.columns] > silent  # reports come after all that they are of
        return reported

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
        shown = choice > 0 if not self.reports else (choice > 0) & ~self.reported(choice)
        for group, first in zip(self.groups, self.first[:-1], strict=True):
            for place in range(len(group.entry.acts)) if draw is not None else ():
                visibility = self.acts[first + place].visibility
                if np.any(np.asarray(visibility) != 1):
                    hides = present(draw)[:, group.columns] >= visibility
                    shown[:, group.columns] &= ~(hides & (choice[:, group.columns] == place + 1))
        return Deeds(shown, self.acts, partial(self._laid, choice))

    def _laid(self, choice: Choices, values: Sequence[Number]) -> Floats:
        """The number of the act that each does, 0 of those who comply, (runs, population)."""
        found = np.zeros(choice.shape)
        for group, first in zip(self.groups, self.first[:-1], strict=True):
            for place in range(len(group.entry.acts)):
                here = choice[:, group.columns] == place + 1
                np.copyto(found[:, group.columns], values[first + place], where=here)
        return found

    def done(self, acts: Acts, choice: Choices, caught: Flags, sanctioned: Flags, averted: Number) -> Done:
        """What came of the options taken, the share `averted` of the harm of those `caught` taken off."""
        gain, harm, paid = (np.empty(acts.counts.shape) for _ in range(3))
        stops = bool(np.any(averted))
        for group, first in zip(self.groups, self.first[:-1], strict=True):
            own, hit = choice[:, group.columns], sanctioned[:, group.columns]
            for at, offer in enumerate(self.offers[group.columns.start]):
                here, number = own == at + 1, acts.of(first + at)
                fined = here & hit
                whole = weighted(offer.harm, here, number)
                if stops:
                    stopped = here & caught[:, group.columns]
                    whole = whole - averted * weighted(offer.harm, stopped, count(stopped))
                gain[:, first + at] = weighted(offer.gain, here, number)[:, 0]
                harm[:, first + at] = whole[:, 0]
                paid[:, first + at] = weighted(offer.sanction, fined, count(fined))[:, 0]
        return Done(acts.counts, gain, harm, paid)


def _reported(silent: Offer, option: Reported, harm: Floats) -> Offer:
    """What it is to report oneself for what is offered."""
    done = _times(option.harm, harm)
    return replace(silent, harm=done, sanction=option.share * silent.sanction, perceived=np.ones((1, 1)))


def _times(multiple: Number, amount: Floats) -> Floats:
    return amount if np.all(np.equal(multiple, 1)) else multiple * amount


def _less(amount: Floats, cost: Number) -> Floats:
    return amount - cost if np.any(cost) else amount
