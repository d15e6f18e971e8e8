"""Population entries inside an engine: opportunities, traits and beliefs, a (runs, members) array each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from oversight.actors.beliefs import PublicHistory
from oversight.arrays import Column, Flags, Floats, Number, Values, arrayed, columns_of, count, present
from oversight.distributions import Distribution, Harm
from oversight.distributions.gain import ProportionalGain
from oversight.scenario import Entry
from oversight.simulation.copies import CommonFactor
from oversight.simulation.streams import Draws, Purpose, Streams


class Group:
    """One population entry of a batch: its columns, its draws and its beliefs."""

    def __init__(self, entry: Entry, index: int, columns: slice, runs: int, streams: Streams):
        self.entry = entry
        self.reads = entry.reads
        self.trusted = entry.trusted
        self.columns = columns
        self.members = columns.stop - columns.start
        self.gain_draws = _draws(entry.gain, Purpose.GAIN, self.members, index, streams)
        purpose = Purpose.COMMON_DRAW if entry.copied_draw else Purpose.COMMON_GAIN
        self.common = CommonFactor(entry.copies, purpose, index, streams) if entry.copies else None
        self.harm_draws = _draws(entry.harm, Purpose.HARM, self.members, index, streams)
        self.wealth = _trait(entry.wealth, Purpose.WEALTH, self.members, index, streams)
        self.turnover = _trait(entry.turnover, Purpose.TURNOVER, self.members, index, streams)
        self.traits = {
            name: present(_trait(trait, Purpose.TRAIT, self.members, index, streams, name))
            for name, trait in entry.traits.items()
        }
        self.gains = entry.gains_of(self.wealth, self.turnover)
        self.belief_state = entry.belief.begin((runs, self.members))
        self.perceived: Floats = np.zeros((1, 1))
        self.seen: PublicHistory | None = None
        self.habit: Flags | None = None
        self.opposite: Floats | None = None

    def before(self, violating_start: Flags) -> Flags:
        """Who violated in the period before the first, (runs or 1, members)."""
        own = self.entry.rule_parameters().get("start") if self.entry.rule.drifts else None
        if own is None:
            return np.broadcast_to(violating_start, (len(violating_start), self.members))
        begins: Flags = (np.arange(self.members) + 0.5) / self.members < own
        return begins

    def meet(self) -> None:
        """Set `opposite`, the share of the other members that last did otherwise, (runs, members)."""
        habit = present(self.habit)
        violators = count(habit)
        self.opposite = np.where(habit, self.members - violators, violators) / max(self.members - 1, 1)

    def opportunity(self, period: int) -> tuple[Floats, Floats]:
        """Gain and harm of this period, from 0."""
        noise = _next(self.gain_draws)
        if self.common is not None and not self.entry.copied_draw:
            noise = self.common.moves(self.entry.gain.noise, noise)
        gain = self.gains.values(noise)
        if self.entry.drift is not None:
            gain = gain + period * self.entry.drift.gain.per_period
        return gain, self.entry.harm.given(gain, _next(self.harm_draws))

    def believe(self, announced: Number, history: History | None) -> None:
        """Set `perceived`, the detection probability that the members believe in at the start of a period."""
        self.perceived = self.believed(announced, history)

    def believed(self, announced: Number, history: History | None, held: Values | None = None) -> Floats:
        """The detection probability that the members believe in, where the policy announces this one.

        `held` is the belief's state where it is not the entry's own.
        """
        window = self.entry.belief.remembers
        known: Any = self.seen
        if self.seen is None and history is not None and window:
            known = history.last(window)
        mine = columns_of(arrayed(announced), self.columns)
        state = self.belief_state if held is None else held
        return arrayed(self.entry.belief.perceived(state, mine, known))

    def perceived_total(self, active: Flags | None) -> Column:
        """Sum of the perceived probabilities of active members, shape (runs, 1)."""
        perceived = self.perceived
        if perceived.shape[1] == 1:
            members = float(self.members) if active is None else count(active[:, self.columns])
            return perceived * members
        if active is None:
            return np.add.reduce(perceived, axis=1, keepdims=True)
        return np.add.reduce(perceived * active[:, self.columns], axis=1, keepdims=True)


class History:
    """Public counts of the last periods, at most `window`, for beliefs that pool them."""

    def __init__(self, window: int, periods: int, caught: Column, violations: Column):
        """`periods` will be played, or more; the counts are those of the period before the first."""
        self.window = window
        room = min(window, periods + 1)
        self.caught = np.zeros((room, *caught.shape))
        self.violations = np.zeros((room, *violations.shape))
        self.period = 0
        self.add(caught, violations)

    def add(self, caught: Column, violations: Column) -> None:
        """Remember a period, and forget the oldest that no window reaches."""
        if self.period == len(self.caught) < self.window:
            more = min(self.period, self.window - self.period)
            self.caught, self.violations = (
                np.concatenate([counts, np.zeros((more, *counts.shape[1:]))])
                for counts in (self.caught, self.violations)
            )
        place = self.period % len(self.caught)
        self.caught[place], self.violations[place] = caught, violations
        self.period += 1

    def last(self, window: int) -> PublicHistory:
        """Sums over the last `window` periods."""
        places = [(self.period - 1 - back) % len(self.caught) for back in range(min(window, len(self.caught)))]
        # Not `sum`, which adds in another order where a batch holds a single run.
        return PublicHistory(self.caught[places].cumsum(axis=0)[-1], self.violations[places].cumsum(axis=0)[-1])


def joined[T: (Floats, Flags)](parts: Sequence[T | None], groups: Sequence[Group], default: float = np.nan) -> T | None:
    """The groups' arrays side by side, (runs or 1, population); None where no group has any."""
    if all(part is None for part in parts):
        return None
    if len(parts) == 1:
        return parts[0]
    there = [part for part in parts if part is not None]
    flags = len(there) == len(parts) and all(part.dtype == bool for part in there)
    row = np.full((max(map(len, there)), groups[-1].columns.stop), False if flags else default)
    for part, group in zip(parts, groups, strict=True):
        if part is not None:
            row[:, group.columns] = part
    return row


def _draws(
    distribution: Harm | ProportionalGain,
    purpose: Purpose,
    members: int,
    index: int,
    streams: Streams,
    periods: int | None = None,
    name: str = "",
) -> Draws | None:
    if distribution.noise == "none":
        return None
    return streams.draws(distribution.noise, purpose, members, index, periods, name=name)


def _next(draws: Draws | None) -> Floats:
    return np.zeros((1, 1)) if draws is None else draws.next()


def _trait(
    distribution: Distribution | None, purpose: Purpose, members: int, index: int, streams: Streams, name: str = ""
) -> Floats | None:
    if distribution is None:
        return None
    return distribution.values(_next(_draws(distribution, purpose, members, index, streams, periods=1, name=name)))
