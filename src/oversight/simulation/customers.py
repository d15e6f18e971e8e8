"""Customers who leave actors whose violations they notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from oversight.arrays import Flags, Floats, arrayed, present
from oversight.distributions import Noise
from oversight.policy import Market
from oversight.simulation.population import Group, joined
from oversight.simulation.records import Records
from oversight.simulation.streams import Draws, Purpose


class Leaving:
    """Which violations customers notice, and what actors lose by it.

    `noticed` says whose violation they noticed in the last period, `taken` what those who had left took from each actor
    in it, in money, and `left` for how many periods each goes on to lose where losses start anew, (runs, population).
    """

    def __init__(self, market: Market, shape: tuple[int, int], draws: Callable[[Purpose, Noise, int], Draws | None]):
        self.market = market
        self._draw = present(draws(Purpose.MARKET, "uniform", shape[1]))
        self.noticed = np.zeros(shape, dtype=bool)
        self.taken = np.zeros(shape)
        self.left = np.zeros(shape, dtype=np.intp)
        self._losses = Records(shape, market.periods)

    def go_on_from(self, before: Leaving) -> None:
        """Losses that are under way run on, where they are of the same kind."""
        if self.market.restarts and before.market.restarts:
            self.left = np.minimum(before.left, self.market.periods)
        elif not self.market.restarts and not before.market.restarts:
            self._losses = before._losses
            self._losses.lapse_after(self.market.periods)

    def expected(self, group: Group) -> Floats:
        """What a violation is expected to cost members who do not look ahead, in money."""
        return arrayed(self.market.customers(group.entry.income).expected(self.left[:, group.columns]))

    def see(self, violating: Flags, groups: Sequence[Group]) -> None:
        """Let customers notice some of the period's violations, while those who left stay away."""
        self.noticed = violating & (self._draw.next() < self.market.notice)
        running = (self.left > 0).astype(float) if self.market.restarts else self._losses.standing
        each = [running[:, group.columns] * self.market.customers(group.entry.income).lost for group in groups]
        self.taken = present(joined(each, groups))

    def leave(self) -> None:
        """Those who noticed leave from the next period on."""
        if self.market.restarts:
            self.left = np.where(self.noticed, self.market.periods, np.maximum(self.left - 1, 0))
        else:
            self._losses.add(self.noticed)
