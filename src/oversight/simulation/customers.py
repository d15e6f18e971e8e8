"""Customers who leave actors whose violations they notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from oversight.arrays import Column, Flags, Floats, Number, arrayed, count, present
from oversight.distributions import Noise
from oversight.policy import Market
from oversight.simulation.population import Group
from oversight.simulation.records import Records
from oversight.simulation.streams import Draws, Purpose


class Leaving:
    """Which violations customers notice, and what actors lose by it.

    `left` is how many periods of its loss each actor has left, (runs, population), this one included; where losses add
    up, `running` counts those of each.
    """

    def __init__(self, market: Market, shape: tuple[int, int], draws: Callable[[Purpose, Noise, int], Draws | None]):
        self.market = market
        self._draw = present(draws(Purpose.MARKET, "uniform", shape[1]))
        self.noticed = np.zeros(shape, dtype=bool)
        self.left = np.zeros(shape, dtype=np.intp)
        self._losses = Records(shape, market.periods)

    def go_on_from(self, before: Leaving) -> None:
        """Losses that are under way run on, where they are of the same kind."""
        if self.market.restarts and before.market.restarts:
            self.left = np.minimum(before.left, self.market.periods)
        elif not self.market.restarts and not before.market.restarts:
            self._losses = before._losses
            self._losses.lapse_after(self.market.periods)

    @property
    def running(self) -> Floats:
        """How many losses each actor has in this period, (runs, population)."""
        return (self.left > 0).astype(float) if self.market.restarts else self._losses.standing

    def expected(self, group: Group) -> Number:
        """What a violation is expected to cost members who do not look ahead, in money."""
        return arrayed(self.market.customers(group.entry.income).expected(self.left[:, group.columns]))

    def lost(self, groups: Sequence[Group]) -> Column:
        """What customers who left take from all actors in this period, in money, (runs, 1)."""
        running, lost = self.running, np.zeros((1, 1))
        for group in groups:
            each = running[:, group.columns].sum(axis=1, keepdims=True)
            lost = lost + each * self.market.customers(group.entry.income).lost
        return lost

    def see(self, violating: Flags) -> None:
        """Let customers notice some of the period's violations."""
        self.noticed = violating & (self._draw.next() < self.market.notice)

    def leave(self) -> None:
        """Those who noticed leave from the next period on."""
        if self.market.restarts:
            self.left = np.where(self.noticed, self.market.periods, np.maximum(self.left - 1, 0))
        else:
            self._losses.add(self.noticed)

    def number(self) -> Column:
        """How many violations are noticed in this period, (runs, 1)."""
        return count(self.noticed)
