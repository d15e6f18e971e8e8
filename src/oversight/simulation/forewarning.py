"""Inspections that are drawn before actors decide: the honeypots among them, and who notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from oversight.arrays import Column, Flags, Floats, Number, arrayed, columns_of, count, present, spread
from oversight.distributions import Noise
from oversight.policy import Act, Chances, Notice, Policy
from oversight.simulation.population import Group
from oversight.simulation.streams import Draws, Purpose


class _Drawn(NamedTuple):
    """Of a period, each (runs, population): who will be inspected, has a honeypot before it, and gets the signal."""

    inspected: Flags
    planted: Flags
    signal: Flags


class Foreseen(NamedTuple):
    """Counts of a period, (runs, 1) each: the last of `Totals`."""

    planted: Column
    planted_violations: Column
    planted_caught: Column
    watched_violations: Column


class Forewarning:
    """Draws honeypots and signals, and says what actors make of a signal."""

    def __init__(self, policy: Policy, size: int, draws: Callable[[Purpose, Noise, int], Draws | None]):
        self.policy = policy
        signals, plants = policy.monitoring.signal is not None, policy.honeypots is not None
        self._signal = draws(Purpose.SIGNAL, "uniform", size * signals)
        self._honeypot = draws(Purpose.HONEYPOT, "uniform", size * plants)
        self._notices: tuple[Notice, ...] = ()
        nobody = np.zeros((1, 1), dtype=bool)
        self.drawn = _Drawn(nobody, nobody, nobody)

    def look(self, audited: Flags, active: Flags | None) -> None:
        """Draw the period's honeypots and signals, where these are the inspections of real opportunities."""
        planted = signal = np.zeros((1, 1), dtype=bool)
        if self._honeypot is not None:
            planted = self._honeypot.next() < present(self.policy.honeypots).rate
        inspected = audited | planted
        if active is not None:
            planted, inspected = planted & active, inspected & active
        if self._signal is not None:
            rates = present(self.policy.monitoring.signal)
            signal = self._signal.next() < np.where(inspected, rates.hit_rate, rates.false_alarm_rate)
        self.drawn = _Drawn(*(spread(each, audited.shape) for each in (inspected, planted, signal)))

    def announce(self, inspection: Chances) -> Chances:
        """What each makes of the announced chances of inspection of real opportunities, which are alike for all."""
        self._notices = self.policy.notices(inspection.violating)
        told = self._told([notice.inspection for notice in self._notices])
        return Chances(told, told)

    def hoped(self, gain: Floats) -> Floats:
        """The part of the gain that actors reckon with: of a honeypot that may be void, what is likely to be real."""
        return gain * self.real if self._voids else gain

    @property
    def real(self) -> Floats:
        """The chance that actors give an opportunity to be no honeypot."""
        return self._told([notice.real for notice in self._notices])

    def came(self, gain: Floats, harm: Floats) -> tuple[Floats, Floats]:
        """What opportunities really offer, and would do to others."""
        if self._honeypot is None:
            return gain, harm
        real = ~self.drawn.planted
        return gain * real if self._voids else gain, harm * real

    def perceived(self, groups: Sequence[Group], active: Flags | None) -> Column:
        """Sum of the perceived chances of active actors, (runs, 1)."""
        return sum((self._perceived(group, active) for group in groups), np.zeros((1, 1)))

    def _perceived(self, group: Group, active: Flags | None) -> Column:
        each = [arrayed(self._flagged(notice, group.entry.acts[0])) for notice in self._notices]
        if len(each) == 1 or any(chance.shape[1] > 1 for chance in each):
            return group.perceived_total(active)
        # Counted rather than summed, so that a signal that says nothing changes no bit.
        off, on = each
        warned = self.drawn.signal[:, group.columns]
        there = float(group.members) if active is None else count(active[:, group.columns])
        warned = warned if active is None else warned & active[:, group.columns]
        return off * there + (on - off) * count(np.ascontiguousarray(warned))

    def _flagged(self, notice: Notice, act: Act) -> Number:
        return self.policy.flagged(Chances(notice.inspection, notice.inspection), act)

    def _told(self, each: list[Number]) -> Floats:
        """What follows from what each actor was told, (runs, population) where that differs."""
        if len(each) == 1:
            return arrayed(each[0])
        without, with_signal = each
        return np.where(self.drawn.signal, with_signal, without)

    def counts(self, violating: Flags, caught: Flags) -> Foreseen:
        """What became of honeypots, and of real opportunities that were inspected."""
        inspected, planted, _ = self.drawn
        each = (planted, planted & violating, planted & caught, inspected & ~planted & violating)
        return Foreseen(*(count(np.ascontiguousarray(flags)) for flags in each))

    def cost(self, planted: Column) -> Number:
        """What so many honeypots cost to plant, in money."""
        return planted * self.policy.honeypots.cost if self.policy.honeypots else np.zeros((1, 1))

    def signal(self, columns: slice) -> Flags:
        """Whether these actors got the signal."""
        return columns_of(self.drawn.signal, columns)

    @property
    def _voids(self) -> bool:
        return self.policy.honeypots is not None and self.policy.honeypots.gain == "void"
