"""The share of an entry that violates at given chances, on the true distribution of its opportunities.

The decision is only asked, never assumed to have a form: along one axis of the opportunities' unit cube its switches
are found by bisection, and over the other axes their places are averaged by quadrature.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from oversight.actors import Actor, Situation, Terms, Traits, decision
from oversight.actors.choice import Manner
from oversight.actors.comparison import NeedsOneByOne, on_arrays, one_by_one_at
from oversight.actors.crew import CREW
from oversight.actors.situation import shown
from oversight.arrays import (
    Choices,
    Column,
    Cube,
    FlagCube,
    Flags,
    Floats,
    Number,
    Table,
    Values,
    Vector,
    arrayed,
    present,
)
from oversight.deadline import keep_to_time
from oversight.distributions import Distribution, Harm, unit_nodes, unit_points
from oversight.distributions.gain import ProportionalGain
from oversight.errors import InputError, Problem
from oversight.foresight import Felt, Prospects, prospects_of
from oversight.policy import Chances, Offence, Policy
from oversight.response.choosing import choice, leanings, option_chances
from oversight.response.divergence import nats
from oversight.response.opportunities import (
    STEP,
    CubeAxis,
    Opportunities,
    axes,
    drawn_along,
    error_axis,
    opportunities,
    reads_draw,
    trained_axes,
    walk_axis,
)
from oversight.response.resampling import redrawn
from oversight.response.selection import selected
from oversight.response.switches import between_options
from oversight.scenario import Entry
from oversight.scenario.option import Option
from oversight.scenario.reported import Reported

_TAIL = np.array([1e-12, 1e-9, 1e-6, 1e-4, 2e-3])
_STRATA = np.concatenate([_TAIL, (np.arange(48) + 0.5) / 48, 1 - _TAIL[::-1]])
_FEW_STRATA = np.concatenate([[1e-9, 1e-4], (np.arange(12) + 0.5) / 12, [1 - 1e-4, 1 - 1e-9]])
_HALVINGS, _QUICK_HALVINGS = 46, 22
_AT_ONCE, _AT_ONCE_BESIDE, _MOST_PARTS = 8_000, 1_000, 6
"""Decisions that one question should hold at least, if 2 to this power parts of a cell come to that many; fewer where
each costs more, beside other axes."""
_PARTS, _JUMP_PARTS = 64, 16
_LAST = 1 - 1e-13
_GOLDEN = 0.6180339887498949
_JUMP = 0.02
"""A difference between neighbouring quadrature nodes that is looked at as a jump."""
_STEEP = 1e-3
"""What a jump shrinks to, as its place is narrowed down, where it is none but a steep slope."""

_HALF = np.full((1, 1), 0.5)
_WHOLE = np.array([[[0.0, 1.0]]])
_VALUES = 5_000
_JUMPS = 3
_MANY, _FEW = 2**14, 2**9
"""Nodes at most over several axes, where every digit counts and where speed does."""


@dataclass(slots=True, kw_only=True)
class Facing:
    """What members of an entry with one record face, (rows, 1) each: beliefs and chances are per period."""

    perceived: Column
    false_detection: Column
    record: int = 0
    chances: Sequence[Chances] = ()
    """What is believed of every record, for a class that looks ahead."""
    prospects: dict[tuple[bytes | None, ...], Prospects] = field(default_factory=dict)
    """What follows from `chances`, once it is known, by the members' traits."""
    options: Sequence[Column] = ()
    """The chance that is believed of each option, of an entry that has some."""
    flagged: Sequence[Sequence[Column]] = ()
    """The same of every record, for a class that looks ahead."""
    neighbours: Column | None = None
    """The share of violators that is seen, of a class that goes by it."""
    signal: bool = False
    """Whether they noticed that they will be inspected."""
    real: Column | None = None
    """The share of a gain that they reckon with; None: all of it."""
    trained: bool = True
    """Whether it is about opportunities like those of training, where there is any."""
    looked: Number = 0.0
    """The chance that an opportunity is inspected, where flagged answers are drawn again."""
    losing: int = 0
    """How many periods are left of a loss of customers that a new notice starts anew."""
    rewards: Sequence[Number] = ()
    """What outcomes are expected to pay for each act beyond complying, in money, where they pay."""
    seen: Number = 1.0
    """The chance that customers could notice a violation: that it is no honeypot."""


@dataclass(slots=True, kw_only=True)
class Taken:
    """What becomes of an entry's opportunities, (rows, acts) each: the share taken, and their mean gain and harm.

    An entry without options has one act. Means are over all opportunities, those not taken counting zero.
    """

    share: Floats
    gain: Floats
    harm: Floats
    inside: Floats | None = None
    """The share of all opportunities that are taken and like those of training; None where nothing is trained."""
    nats: Column | None = None
    """How far values move the choice, a mean over all opportunities."""
    redrawn: Table | None = None
    """Where flagged answers are drawn again, (rows, acts + 3): the shares at which each act is done and flagged all the
    same, at which an answer that complies is, the answers drawn beyond the first, and the share withheld."""
    errors: Floats | None = None
    """The mean error with which training saw what is taken and like those of training, (rows, scores); None without."""


@dataclass(slots=True)
class _Pieces:
    """Violations along the inner axis: `ends` (rows, outer, pieces + 1) and `violating` (rows, outer, pieces).

    Of several options, where one of them is taken: all options have the same ends.
    """

    ends: Cube
    violating: Cube | FlagCube

    @property
    def measure(self) -> Floats:
        return (np.diff(self.ends, axis=2) * self.violating).sum(axis=2)


def _told(pieces: Sequence[_Pieces]) -> Floats:
    """A number that moves where the share of any option does: of one alone, its share."""
    measure = pieces[0].measure
    for place, each in enumerate(pieces[1:], start=2):
        measure = measure + place * each.measure
    return measure


class Responder:
    """An entry's response to chances of being sanctioned. Its numbers, and the sanction's, are (rows, 1) or (1, 1)."""

    def __init__(self, entry: Entry, policy: Policy):
        self.entry = entry
        self.policy = policy
        self.sanction = policy.sanction
        self.reads = entry.reads
        self.trusted = entry.trusted
        self.parameters = entry.rule_parameters()
        self.axes = axes(entry, policy.sanction)
        self.answers = policy.training.answers if policy.training else None
        self.drawn = drawn_along(entry, policy)
        # A class that knows one option decides about it as about the violation of an entry without options.
        self.compares = entry.manner is not Manner.ONE and (len(entry.options) > 1 or self._smooth)
        self.compares = self.compares and bool(entry.options)
        self.retrained = policy.sanction.retrain is not None and entry.rule.retrain is not Actor.retrain
        if entry.rule.weighs:
            known = range(len(entry.acts)) if self.compares else [entry.only]
            self.axes = [*self.axes, *trained_axes(entry, policy, known)]

    @cached_property
    def felt(self) -> Felt | None:
        """What acts are worth to members beside what they earn; None where nothing is trained into them."""
        return self.entry.felt(self.policy.training)

    @property
    def quick(self) -> bool:
        """Whether decisions depend on one random quantity at most, so that every digit costs little.

        Weights that walk until they are restored are none: the cycle is all that theory has of them.
        """
        training = self.policy.training
        walks = training is not None and training.spread is not None and training.recertify is not None
        return len(self.axes) <= 1 + walks

    @property
    def width(self) -> int:
        """About how many decisions one row of chances asks for at a time."""
        inner = 1 if self._smooth else len(_FEW_STRATA)
        outer = len(self.axes) - (0 if self._smooth or reads_draw(self.entry.rule) else 1)
        return len(self.entry.acts) * inner * (len(_STRATA) if outer < 1 else 2_200 if outer == 1 else _MANY)

    def share(self, facing: Facing, rows: int, fine: bool = True) -> Floats:
        """Shares of opportunities at which each act is done, (rows, acts). `fine` asks for digits rather than speed."""
        if self.entry.rule.drifts:
            return self._of_all_acts([(self.mean_advantage(facing, rows) > 0).astype(float)])
        if self.retrained:
            return self._of_all_acts([self._retrained_share(facing, rows)])

        def share(facing: Facing) -> Floats:
            pieces, *_, weights = self._answers(facing, rows, fine)
            return self._of_all_acts([_share(each.measure, weights) for each in pieces])

        return self._covered(facing, share)

    def _covered(self, facing: Facing, asked: Callable[[Facing], Floats]) -> Floats:
        """The mean of an answer over opportunities like those of training, and others."""
        training = self.policy.training
        if training is None or not training.partial:
            return asked(facing)
        inside, outside = asked(facing), asked(replace(facing, trained=False))
        return training.coverage * inside + (1 - training.coverage) * outside

    def taken(self, facing: Facing, rows: int) -> Taken:
        """The shares of opportunities at which each act is done, with their gains and harms."""
        done = self._in_the_end(facing, rows)
        if self.policy.sanction.resample is not None:
            done = replace(done, redrawn=self._covered(facing, partial(self._redrawn, rows)))
        return done

    def _in_the_end(self, facing: Facing, rows: int) -> Taken:
        training = self.policy.training
        if training is None:
            return self._taken(facing, rows)
        here = there = self._taken(facing, rows)
        if training.partial and not self.entry.rule.drifts:  # which do the same everywhere
            there = self._taken(replace(facing, trained=False), rows)
        inside, outside = arrayed(training.coverage), 1 - arrayed(training.coverage)
        return Taken(
            share=inside * here.share + outside * there.share,
            gain=_part_of(inside, here.gain) + _part_of(outside, there.gain),
            harm=_part_of(inside, here.harm) + _part_of(outside, there.harm),
            inside=inside * here.share,
            nats=_part_of(inside, self._nats(facing, rows)),
            errors=None if here.errors is None else inside * here.errors,
        )

    def _taken(self, facing: Facing, rows: int) -> Taken:
        if self.entry.rule.drifts or self.retrained:
            share, every = self.share(facing, rows), self.everything()
            known = share if self.compares else share[:, self.entry.only : self.entry.only + 1]
            pieces = [_Pieces(_WHOLE, part[:, :, None]) for part in np.hsplit(known, known.shape[1])]
            done = Taken(share=share, gain=_part_of(share, every.gain), harm=_part_of(share, every.harm))
            return self._priced(replace(done, errors=self._errors(pieces, None, {}, np.ones((1, 1)))))
        pieces, inner, outer, weights = self._answers(facing, rows, True)
        shares = [_share(each.measure, weights) for each in pieces]
        amounts = [self._amounts(each, inner, outer, weights) for each in pieces]
        harms = [harm for _, harm in amounts]
        if "harm" not in self.axes and not self.entry.harm.reads_gain:
            harms = [_part_of(share, self.everything().harm) for share in shares]
        gains = [gain for gain, _ in amounts]
        if not self.entry.rule.weighs:
            every = self.everything()
            gains, harms = ([_part_of(share, amount) for share in shares] for amount in (every.gain, every.harm))
        done = Taken(share=self._of_all_acts(shares), gain=self._of_all_acts(gains), harm=self._of_all_acts(harms))
        return self._priced(replace(done, errors=self._errors(pieces, inner, outer, weights)))

    def _of_all_acts(self, each: Sequence[Column]) -> Floats:
        """Columns of the acts that the class compares, or of the one it knows, among those of all acts."""
        acts = len(self.entry.acts)
        if acts == 1:
            return each[0]
        found = np.zeros((max(map(len, each)), acts))
        for place, column in enumerate(each, start=0 if self.compares else self.entry.only):
            found[:, place : place + 1] = column
        return found

    def _priced(self, done: Taken) -> Taken:
        """The same, where the draws of gain and harm come to what each option makes of them."""
        options = self.entry.options
        if not options:
            return done
        gain, harm, cost = (
            np.concatenate(np.broadcast_arrays(*(np.atleast_2d(getattr(option, name)) for option in options)), axis=1)
            for name in ("gain", "harm", "cost")
        )
        return replace(done, gain=done.gain * gain - done.share * cost, harm=done.harm * harm)

    def at_gains(self, facing: Facing, number: int) -> tuple[Vector, Vector, Vector]:
        """Gains of equally many opportunities, ascending, their chance of being taken, and the expected sanction.

        Each is of shape (number,). The last two are means over all else that is random; the chance is NaN of a class
        that drifts, or asks what others do.
        """
        scale = self.entry.gain.scales_with
        among = ["gain", scale] if scale else ["gain"]
        ranks = [(np.arange(number) + 0.5) / number, (np.arange(number) * _GOLDEN + 0.5) % 1.0][: len(among)]
        others, weights = quadrature(self.drawn, [axis for axis in self.axes if axis not in among], False)
        nodes = weights.shape[1]
        places = {axis: np.tile(values, number) for axis, values in others.items()}
        places |= {axis: np.repeat(rank, nodes)[None, :] for axis, rank in zip(among, ranks, strict=True)}
        members = number * nodes
        given = opportunities(self.entry, places)
        _, asked = self._ask(facing, 1, given, members, np.full((1, 1), 0.5))
        expected = np.broadcast_to(asked[0].expected_sanction, (1, members))
        if self.entry.rule.drifts or self.retrained or "peers" in self.reads:
            chance = np.full((1, members), np.nan)
        else:
            by_chance = not self._smooth and self.by_chance(facing, 1)

            def taken(facing: Facing) -> Floats:
                pieces = self._pieces(facing, 1, "draw" if by_chance else None, places, fine=False)
                measures: Floats = np.add.reduce([each.measure for each in pieces])
                return measures

            chance = self._covered(facing, taken)
        means = [(part.reshape(-1, nodes) * weights).sum(axis=1) for part in (chance, expected)]
        gains = np.broadcast_to(given.gain, (1, members)).reshape(-1, nodes)[:, 0]
        order = np.argsort(gains, kind="stable")
        return gains[order], means[0][order], means[1][order]

    def mean_advantage(self, facing: Facing, rows: int) -> Column:
        """Mean utility of violating less that of complying, (rows, 1), of a class that says what it is."""
        return self._covered(facing, partial(self._mean_advantage, rows))

    def leanings(self, facing: Facing, rows: int, fine: bool) -> tuple[list[Floats], Floats]:
        """Of each act that a logit chooses among, ln b + k u at the nodes, (rows, nodes), and these' weights."""
        outer, weights = quadrature(self.drawn, self.axes, fine)
        given = opportunities(self.entry, outer)
        actor, asked = self._ask(facing, rows, given, weights.shape[1], np.full((1, 1), 0.5))
        found = leanings(self.entry, actor, asked)
        return [np.broadcast_to(each, (rows, weights.shape[1])) for each in found], weights

    def _nats(self, facing: Facing, rows: int) -> Column:
        """How far values move the choice in opportunities like those of training, in nats, (rows, 1)."""
        if self._smooth:
            _, _, outer, weights = self._answers(facing, rows, True)
        else:
            outer, weights = quadrature(self.drawn, self.axes, False)
        given = opportunities(self.entry, outer)
        actor, asked = self._ask(facing, rows, given, weights.shape[1], np.full((1, 1), 0.5))
        felt = [self._worth(given, place) for place in self._places]
        return _mean(
            np.broadcast_to(nats(self.entry, actor, asked, felt, self.answers), (rows, weights.shape[1])), weights
        )

    def at_stake(self, facing: Facing) -> Number:
        """What customers who leave are expected to take for the first act, in money, where members decide by that."""
        return self._at_stake(facing, 0) if self.entry.heeds else 0.0

    def rewarded(self, facing: Facing) -> Number:
        """What outcomes are expected to pay for the first act beyond complying, where members decide by that."""
        return facing.rewards[0] if facing.rewards and self.entry.heeds else 0.0

    def _at_stake(self, facing: Facing, place: int) -> Number:
        """What an act is expected to cost members who do not look ahead as customers leave, in money."""
        if self.policy.market is None or not self.entry.wrong[place]:
            return 0.0
        return facing.seen * self.policy.market.customers(self.entry.income).expected(facing.losing)

    def _retrained_share(self, facing: Facing, rows: int) -> Column:
        """How often members violate who meet one opportunity again and again, and are trained again when caught."""
        given = opportunities(self.entry, {})
        actor, (now,) = self._ask(facing, rows, given, 1, np.full((1, 1), 0.5))
        gain = now.gain - self._at_stake(facing, self.entry.only)
        advantage, size = gain - now.expected_sanction, present(self.policy.sanction.retrain).size
        found = actor.retrained_share(advantage, now.detection, now.false_detection, size)
        return np.broadcast_to(found, (rows, 1))

    def _redrawn(self, rows: int, facing: Facing) -> Table:
        """What comes of answers that are drawn again, beside what is done: see `Taken.redrawn`."""
        _, _, outer, weights = self._answers(facing, rows, True)
        acts = [self.entry.acts[place] for place in self._places]
        came = redrawn(self.policy, acts, self._drawn_chances(facing, rows, outer), facing.looked)
        shape = (rows, weights.shape[1])
        flagged = self._of_all_acts([_mean(np.broadcast_to(part, shape), weights) for part in came.flagged])
        rest = [_mean(np.broadcast_to(part, shape), weights) for part in came[2:]]
        return np.concatenate([flagged, *rest], axis=1)

    def _mean_advantage(self, rows: int, facing: Facing) -> Column:
        outer, weights = quadrature(self.drawn, self.axes, True)
        given = opportunities(self.entry, outer)
        actor, asked = self._ask(facing, rows, given, weights.shape[1], np.full((1, 1), 0.5))
        return _mean(np.broadcast_to(actor.advantage(asked[0]), (rows, weights.shape[1])), weights)

    # The unit cube

    def _answers(
        self, facing: Facing, rows: int, fine: bool
    ) -> tuple[list[_Pieces], CubeAxis | None, dict[CubeAxis, Floats], Floats]:
        """Who does which act, the axis that was bisected along, the nodes of the others, and their weights."""
        others = list(self.axes)
        if self._smooth:
            inner: CubeAxis | None = None
        elif self.by_chance(facing, rows):
            inner = "draw"
        else:
            # Along an axis without atoms, if there is one: its switches can be anywhere.
            inner = next((axis for axis in others if not _has_few_values(self.drawn(axis))), None)
            others = [axis for axis in others if axis != inner]
        judged = self._judged_along(others) if fine and facing.trained else None
        outer, weights = quadrature(self.drawn, others, fine)
        if judged is not None:
            outer, weights = _parted(outer, weights, judged, self._as_good(judged))
        pieces = self._pieces(facing, rows, inner, outer, fine)
        jumps = inner is not None or self.answers is not None  # the best of answers may be another all of a sudden
        if fine and jumps and len(others) == 1 and not _has_few_values(self.drawn(others[0])):
            places = self._jumps(facing, rows, inner, outer, _told(pieces))
            if places is not None:
                outer, weights = _between_jumps(places, outer, weights)
                pieces = self._pieces(facing, rows, inner, outer)
        return pieces, inner, outer, weights

    def _judged_along(self, axes: Sequence[CubeAxis]) -> CubeAxis | None:
        """The one axis, beside others, of the error by which the best of answers is another all of a sudden."""
        if self.answers is None or len(self._places) > 1 or len(axes) < 2:
            return None
        names = list(self.entry.scores[self.entry.only])
        errors = [axis for axis in (error_axis(self.entry.only, name) for name in names) if axis in axes]
        walks = any(axis == walk_axis(name) for axis in axes for name in names)
        alone = len(errors) == 1 and not walks and not _has_few_values(self.drawn(errors[0]))
        return errors[0] if alone else None

    def _as_good(self, axis: CubeAxis) -> Column:
        """Where along the axis of its error an act scores as complying does, (rows, 1)."""

        def better(place: Column) -> Flags:
            scored: Flags = self._worth(opportunities(self.entry, {axis: place}), self.entry.only) > 0
            return scored

        low, high = np.zeros((1, 1)), np.ones((1, 1))
        before = better(low + _TAIL[0])
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            same = better(middle) == before
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        return low

    def by_chance(self, facing: Facing, rows: int) -> bool:
        """Whether anyone's decision depends on its draw."""
        if not reads_draw(self.entry.rule):
            return False
        draws = np.array([1e-9, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 1 - 1e-9])
        places, _ = quadrature(self.drawn, self.axes, False)
        members = len(next(iter(places.values()))[0]) if places else 1
        tiled: dict[CubeAxis, Floats] = {axis: np.repeat(values, len(draws), axis=1) for axis, values in places.items()}
        tiled["draw"] = np.tile(draws, members)[None, :]
        answers = self._answer(facing, rows, tiled).reshape(rows, members, len(draws))
        return bool((answers != answers[:, :, :1]).any())

    def _jumps(
        self, facing: Facing, rows: int, inner: CubeAxis | None, outer: dict[CubeAxis, Floats], share: Floats
    ) -> Table | None:
        """Where the `share` (rows, nodes) jumps most over the one outer axis, (rows, jumps); None where it does not."""
        ((axis, nodes),) = outer.items()
        steps = np.abs(np.diff(share, axis=1))
        jumps = min(int((steps > _JUMP).sum(axis=1).max(initial=0)), _JUMPS)
        if not jumps:
            return None
        cell = np.sort(np.argpartition(-steps, jumps - 1, axis=1)[:, :jumps], axis=1)
        low, high = nodes[0][cell], nodes[0][cell + 1]
        left, right = np.take_along_axis(share, cell, 1), np.take_along_axis(share, cell + 1, 1)
        # Where there are few rows, a few large questions cost less than many small ones.
        parts = _JUMP_PARTS if rows * jumps <= _PARTS else 2
        steps = np.arange(1, parts) / parts
        for _ in range(int(np.ceil(_HALVINGS / np.log2(parts)))):
            # Each row by itself, or its result would depend on the rows beside it.
            jumping = np.abs(right - left) > _STEEP
            if not jumping.any():
                return None
            nodes = low[:, :, None] + (high - low)[:, :, None] * steps
            # Which side a node is on needs no more digits than a jump has.
            asked = _told(self._pieces(facing, rows, inner, {axis: nodes.reshape(rows, -1)}, fine=False))
            found = np.broadcast_to(asked, (rows, nodes[0].size)).reshape(nodes.shape)
            is_left = np.abs(found - left[:, :, None]) <= np.abs(found - right[:, :, None])
            first = np.where(is_left.all(axis=2), parts - 1, (~is_left).argmax(axis=2))[:, :, None]
            edges = np.concatenate([low[:, :, None], nodes, high[:, :, None]], axis=2)
            shares = np.concatenate([left[:, :, None], found, right[:, :, None]], axis=2)
            low, left = (np.where(jumping, _picked(part, first), old) for part, old in ((edges, low), (shares, left)))
            high, right = (
                np.where(jumping, _picked(part, first + 1), old) for part, old in ((edges, high), (shares, right))
            )
        places: Table = low
        return places

    def _pieces(
        self, facing: Facing, rows: int, inner: CubeAxis | None, outer: dict[CubeAxis, Floats], fine: bool = True
    ) -> list[_Pieces]:
        members = len(next(iter(outer.values()))[0]) if outer else 1
        if inner is None:
            ends = np.broadcast_to(np.array([0.0, 1.0]), (rows, members, 2))
            return [_Pieces(ends, answer[:, :, None]) for answer in self._at_once(facing, rows, outer)]
        strata = _STRATA if members == 1 else _FEW_STRATA
        halvings = _HALVINGS if fine else _QUICK_HALVINGS
        tiled: dict[CubeAxis, Floats] = {axis: np.repeat(values, len(strata), axis=1) for axis, values in outer.items()}
        tiled[inner] = np.tile(strata, members)[None, :]
        answers = self._answer(facing, rows, tiled).reshape(rows, members, len(strata))
        switch = partial(self._switch, facing, inner, outer, halvings=halvings)
        if not self.compares:
            return [_between_two(answers, strata, switch)]

        def at(place: Floats) -> Choices:
            taken: Choices = self._answer(facing, rows, {**outer, inner: place})
            return taken

        ends, chosen = between_options(answers, strata, switch, at)
        return [_Pieces(ends, chosen == place) for place in range(1, len(self.entry.options) + 1)]

    def _at_once(self, facing: Facing, rows: int, places: dict[CubeAxis, Floats]) -> Sequence[Floats | Flags]:
        """The chance of each act at these places, or whether it is done."""
        if self._smooth:
            return self._chances(facing, rows, places)
        answer = self._answer(facing, rows, places)
        if not self.compares:
            return [answer]
        return [answer == place for place in range(1, len(self.entry.options) + 1)]

    def _switch(
        self,
        facing: Facing,
        inner: CubeAxis,
        outer: dict[CubeAxis, Floats],
        low: Floats,
        high: Floats,
        before: Flags | Choices,
        halvings: int,
    ) -> Floats:
        """Where along the inner axis decisions stop being as `before`, between `low` and `high`, (rows, outer)."""
        rows = len(low)
        worth = (_AT_ONCE_BESIDE if outer else _AT_ONCE) / low.size
        parts = int(2 ** np.clip(np.floor(np.log2(worth)), 1, _MOST_PARTS))
        if parts == 2 or CREW.needs_scalars(self.entry.rule):
            for _ in range(halvings):
                middle = 0.5 * (low + high)
                same = self._answer(facing, rows, {**outer, inner: middle}) == before
                low, high = np.where(same, middle, low), np.where(same, high, middle)
            return high
        # Where there are few rows, a few large questions cost less than many small ones.
        steps = np.arange(1, parts) / parts
        repeated = {axis: np.repeat(values, parts - 1, axis=1) for axis, values in outer.items()}
        for _ in range(int(np.ceil(halvings / np.log2(parts)))):
            nodes = low[:, :, None] + (high - low)[:, :, None] * steps
            asked = self._answer(facing, rows, {**repeated, inner: nodes.reshape(rows, -1)})
            same = asked.reshape(nodes.shape) == before[:, :, None]
            first = np.where(same.all(axis=2), parts - 1, (~same).argmax(axis=2))[:, :, None]
            edges = np.concatenate([low[:, :, None], nodes, high[:, :, None]], axis=2)
            low, high = _picked(edges, first), _picked(edges, first + 1)
        return high

    # The rule

    @property
    def _smooth(self) -> bool:
        """Whether the class says with what probability it violates."""
        return self.entry.rule.by_chance(self.parameters)

    def _chances(self, facing: Facing, rows: int, places: dict[CubeAxis, Floats]) -> list[Floats]:
        """The chance that each act is done."""
        drawn = self._drawn_chances(facing, rows, places)
        if self.policy.sanction.resample is None:
            return drawn
        return redrawn(self.policy, [self.entry.acts[place] for place in self._places], drawn, facing.looked).done

    def _drawn_chances(self, facing: Facing, rows: int, places: dict[CubeAxis, Floats]) -> list[Floats]:
        """The same when an answer is drawn."""
        given = opportunities(self.entry, places)
        members = max((values.shape[1] for values in places.values()), default=1)
        actor, asked = self._ask(facing, rows, given, members, np.full((1, 1), 0.5))
        if self.answers is not None and facing.trained and self.entry.rule.weighs:
            scores = [self._worth(given, place) for place in self._places]
            (_, *found), _ = selected(self.entry, actor, asked, scores, self.answers)
        else:
            found = (
                option_chances(self.entry, actor, asked) if self.compares else [arrayed(actor.probability(asked[0]))]
            )
        return [np.broadcast_to(chance, (rows, members)) for chance in found]

    def _answer(self, facing: Facing, rows: int, places: dict[CubeAxis, Floats]) -> Any:
        """Whether each violates, `Flags`; the option that it takes, `Choices`, of a class that compares several."""
        given = opportunities(self.entry, places)
        members = max((values.shape[1] for values in places.values()), default=1)
        rule = self.entry.rule
        while True:
            actor, asked = self._ask(facing, rows, given, members, places.get("draw", np.full((1, 1), 0.5)))
            try:
                with on_arrays(rule):
                    if not self.compares:
                        return decision(actor, asked[0])
                    return choice(self.entry, actor, asked, [option.harm * given.harm for option in self.entry.options])
            except NeedsOneByOne as found:
                # A class that fails one by one as well has a fault, and says so.
                for now in asked:
                    one_by_one_at(rule, self.parameters, now, (rows, members))
                CREW.found(found)

    def _ask(
        self, facing: Facing, rows: int, given: Opportunities, members: int, draw: Floats
    ) -> tuple[Actor, list[Situation]]:
        """An actor that stands for the members of every row, and what it knows of each option that it compares."""
        keep_to_time()
        rule, shape = self.entry.rule, (rows, members)
        asked = [self._situation(facing, given, draw, place) for place in self._places]
        while True:
            try:
                for now in asked:
                    CREW.try_out(rule, self.parameters, now, shape)
                return CREW.employ(rule, self.parameters, shape), asked
            except NeedsOneByOne as found:
                CREW.found(found)

    @property
    def _places(self) -> Sequence[int]:
        """The places of the acts that the class compares, or of the one that it knows."""
        return range(len(self.entry.options)) if self.compares else [self.entry.only]

    def _situation(self, facing: Facing, given: Opportunities, draw: Floats, place: int) -> Situation:
        """What members know of the option at a place, or of the one violation."""
        record = np.full((1, 1), float(facing.record))
        offence = given.offence(record)
        taken = self.policy.settled(offence).amounts
        now = Situation(
            gain=given.gain,
            detection=facing.perceived,
            false_detection=facing.false_detection,
            sanction=arrayed(taken.violating),
            false_sanction=arrayed(taken.complying),
        )
        self._show(now, given, record, draw)
        if "signal" in self.reads:
            now.signal = np.full((1, 1), facing.signal)
        if facing.real is not None:
            now.gain = given.gain * facing.real
        if self.entry.options:
            now.detection = facing.options[place] if facing.options else facing.perceived
            self._offer(now, offence, self.entry.options[place])
        if "base" in self.reads:
            now.base = self.entry.bases[place]
        if self.felt is not None and facing.trained and self.answers is None:
            now.gain = now.gain + self._worth(given, place)
        if self.policy.market is not None and self.entry.heeds:
            now.gain = now.gain - self._at_stake(facing, place)
        if facing.rewards and self.entry.heeds:
            now.gain = now.gain + facing.rewards[place]
        if "neighbours" in self.reads:
            now.neighbours = present(facing.neighbours)
        if "prospects" in self.reads:
            now.prospects = self._prospects(facing, given)
        return now if self.trusted else shown(now)

    def _worth(self, given: Opportunities, place: int) -> Floats:
        """What an act is worth to members beside what it earns, as training saw it."""
        training, found = present(self.policy.training), arrayed(present(self.felt).acts[place])
        for name, score in self.entry.scores[place].items():
            if name not in training.loads:
                continue
            walked: Number = 0.0
            if training.spread is not None:
                walked = training.spread * STEP.quantile(given.trained.get(walk_axis(name), _HALF))
                found = found + walked * score
            if training.saw is not None and self.entry.rule.weighs:
                error = training.saw.error.quantile(given.trained.get(error_axis(place, name), _HALF))
                found = found + (training.loads[name] + walked) * error
        return found

    def _offer(self, now: Situation, drawn: Offence, option: Option) -> None:
        """What an option makes of what is drawn."""
        if isinstance(option, Reported):
            self._offer(now, drawn, self.entry.options[option.original])
            now.detection, now.sanction = np.ones((1, 1)), option.share * now.sanction
            return
        gain, harm = option.gain * drawn.gain, option.harm * drawn.harm
        offence = replace(drawn, gain=gain, harm=harm, severity=option.severity)
        now.gain, now.sanction = gain - option.cost, arrayed(self.policy.settled(offence).amounts.violating)
        now.violation = option.violation
        if "harm" in self.reads:
            now.harm = harm

    def _show(self, now: Situation, given: Opportunities, record: Floats, draw: Floats) -> None:
        """What the class reads beside gain, chances and sanctions."""
        reads = self.reads
        if "harm" in reads:
            now.harm = given.harm
        if "record" in reads:
            now.record = record
        if "wealth" in reads:
            now.wealth = given.wealth
        if "turnover" in reads:
            now.turnover = given.turnover
        if "draw" in reads:
            now.draw = draw
        if "traits" in reads:
            now.traits = Traits(given.traits)
        if "income" in reads:
            now.income = self.entry.income
        if "policy" in reads:
            now.policy = Terms(self.policy)

    def _prospects(self, facing: Facing, given: Opportunities) -> Prospects:
        # The dynamic programme is the same wherever the bisection asks.
        traits = tuple(None if trait is None else trait.tobytes() for trait in (given.wealth, given.turnover))
        made = facing.prospects.get(traits)
        if made is None:
            made = prospects_of(
                self.sanction,
                self.entry.gains_of(given.wealth, given.turnover),
                self.entry.harm,
                facing.chances,
                given.wealth,
                given.turnover,
                self.entry.income,
                self.entry.options,
                facing.flagged,
                self.felt,
                self.policy.customers(self.entry.income),
            )
            if made.lifetime is not None:
                reason = f"kind {self.entry.kind} decides by history where records lapse: theory does not follow it"
                raise InputError(Problem(reason, "policy.sanction.record_lifetime"))
            facing.prospects[traits] = made
        return made.at(facing.record, losing=facing.losing)

    # Amounts

    def _amounts(
        self, pieces: _Pieces, inner: CubeAxis | None, outer: dict[CubeAxis, Floats], weights: Floats
    ) -> tuple[Column, Column]:
        """Mean gain and harm of the opportunities taken, the others counting zero."""
        given, caused = opportunities(self.entry, outer), self.entry.harm
        # Where the decision does not depend on the harm's own draw, its mean over that counts.
        each = given.harm if "harm" in self.axes or not caused.reads_gain else caused.expected(given.gain)
        gain, harm = given.gain * pieces.measure, each * pieces.measure
        if inner in ("gain", self.entry.gain.scales_with):
            gains = self._gains_along(inner, outer, pieces.ends.shape[2])
            gain = _sum_of(pieces, _between(pieces, gains.quantile, lambda x: gains.above(x)[1]))
            if caused.reads_gain:
                place = outer.get("harm")
                held = None if place is None else np.repeat(place, pieces.ends.shape[2], axis=1)
                harm = _sum_of(pieces, _between(pieces, gains.quantile, lambda x: caused.beyond(gains, x, held)))
        elif inner == "harm" and isinstance(caused, Distribution):
            harm = _sum_of(pieces, _between(pieces, caused.quantile, lambda x: caused.above(x)[1]))
        elif inner == "harm":
            harm = _sum_of(pieces, _averages(pieces, lambda place: caused.at(given.gain[..., None, None], place)))
        return _mean(gain, weights), _mean(harm, weights)

    def _errors(
        self, pieces: Sequence[_Pieces], inner: CubeAxis | None, outer: dict[CubeAxis, Floats], weights: Floats
    ) -> Floats | None:
        """Mean errors of the scores that training saw of what is taken, (rows, scores); None without a proxy."""
        training, proxy = self.policy.training, self.policy.training.saw if self.policy.training else None
        if training is None or proxy is None:
            return None
        first = 0 if self.compares else self.entry.only
        found = [np.zeros((len(pieces[0].ends), 0))]
        for place, name in self.entry.judged(training):
            if not first <= place < first + len(pieces):
                found.append(np.zeros((1, 1)))  # what the class does not know of is not done
                continue
            known = np.isfinite(proxy.error.expectation)
            mean = np.where(known, proxy.error.expectation, 0.0)
            own, axis = pieces[place - first], error_axis(place, name)
            if axis == inner:
                error = _sum_of(own, _between(own, proxy.error.quantile, lambda x: proxy.error.above(x)[1]))
            elif axis in outer:
                # Of a long tail, in which all do the same, the mean is known better than the quadrature has it.
                last = own.measure[:, -1:] if len(outer) == 1 else np.zeros((1, 1))
                error = proxy.error.quantile(outer[axis]) * (own.measure - last) + last * mean
            else:
                error = own.measure * mean
            found.append(np.where(known, _mean(error, weights), np.nan))
        rows = max(map(len, found))
        return np.concatenate([np.broadcast_to(each, (rows, each.shape[1])) for each in found], axis=1)

    def everything(self) -> Taken:
        """All opportunities, as if they were all taken."""
        gains = self.entry.gains
        harm = np.atleast_2d(self.entry.harm.beyond(gains, np.full((1, 1), -np.inf)))
        return Taken(share=np.ones_like(gains.expectation), gain=gains.expectation, harm=harm)

    def _gains_along(self, inner: CubeAxis, outer: dict[CubeAxis, Floats], ends: int) -> Distribution:
        """The distribution of gains along the inner axis, where each of the outer nodes is repeated `ends` times."""
        repeated = {axis: np.repeat(place, ends, axis=1) for axis, place in outer.items()}
        if inner == "gain":
            given = opportunities(self.entry, repeated)
            return self.entry.gains_of(given.wealth, given.turnover)
        return self.entry.gains_at(repeated.get("gain", np.full((1, 1), 0.5)))


def _between_two(answers: FlagCube, strata: Vector, switch: Callable[..., Floats]) -> _Pieces:
    """Pieces between the switches of a decision of which the `answers` at the strata are known."""
    rows, members = answers.shape[:2]
    changes = answers[:, :, 1:] != answers[:, :, :-1]
    most = int(changes.sum(axis=2).max(initial=0))
    ends = np.ones((rows, members, most + 2))
    ends[:, :, 0] = 0.0
    violating = np.empty((rows, members, most + 1), dtype=bool)
    violating[:, :, 0] = answers[:, :, 0]
    left = changes.copy()
    for number in range(most):
        has = left.any(axis=2)
        cell = left.argmax(axis=2)
        np.put_along_axis(left, cell[:, :, None], False, axis=2)
        before = np.take_along_axis(answers, cell[:, :, None], 2)[:, :, 0]
        place = switch(strata[cell], strata[cell + 1], before)
        ends[:, :, number + 1] = np.where(has, place, 1.0)
        violating[:, :, number + 1] = ~violating[:, :, number]
    return _Pieces(ends, violating)


def _between_jumps(jumps: Table, outer: dict[CubeAxis, Table], weights: Table) -> tuple[dict[CubeAxis, Table], Table]:
    """Nodes between the jumps (rows, jumps) along the one outer axis, so that none straddles one, and their weights."""
    ((axis, nodes),) = outer.items()
    rows = len(jumps)
    ends = np.concatenate([np.zeros((rows, 1)), jumps, np.ones((rows, 1))], axis=1)
    places = (ends[:, :-1, None] + np.diff(ends)[:, :, None] * nodes).reshape(rows, -1)
    return {axis: places}, (np.diff(ends)[:, :, None] * weights).reshape(rows, -1)


def _parted(
    outer: dict[CubeAxis, Table], weights: Table, axis: CubeAxis, place: Column
) -> tuple[dict[CubeAxis, Table], Table]:
    """The nodes once on either side of a place (rows, 1) on one of their axes, and their weights."""
    rows = len(place)
    parted = {name: np.tile(np.broadcast_to(nodes, (rows, nodes.shape[1])), 2) for name, nodes in outer.items()}
    nodes = outer[axis]
    parted[axis] = np.concatenate([place * nodes, place + (1 - place) * nodes], axis=1)
    return parted, np.concatenate([place * weights, (1 - place) * weights], axis=1)


def _picked(cells: Cube, place: Any) -> Table:
    """One of each row's and column's cells, at `place` (rows, columns, 1)."""
    each = cells.reshape(-1, cells.shape[2])
    # As np.take_along_axis, which takes longer than all else that there is to do with few rows.
    picked: Table = each[np.arange(len(each)), place.ravel()].reshape(cells.shape[:2])
    return picked


def _mean(values: Floats, weights: Floats) -> Column:
    """Weighted mean over the nodes, (rows, 1)."""
    return (values * weights).sum(axis=1, keepdims=True)


def _share(measures: Floats, weights: Floats) -> Floats:
    """The mean of shares, which weights that sum to 1 only nearly do not take beyond 1."""
    return np.minimum(_mean(measures, weights), 1.0)


def _part_of(share: Floats, amount: Floats) -> Floats:
    """A share of an amount: nothing of an infinite one too, where the share is nothing."""
    return np.where(share > 0, share * np.where(share > 0, amount, 0.0), 0.0)


def _sum_of(pieces: _Pieces, amounts: Cube) -> Floats:
    """The amounts of those pieces in which opportunities are taken, (rows, outer)."""
    return np.where(pieces.violating, amounts, 0.0).sum(axis=2)


def _between(pieces: _Pieces, quantile: Callable[[Values], Values], beyond: Callable[[Values], Values]) -> Cube:
    """Partial means (rows, outer, pieces) of an amount whose mean over all values above x is `beyond(x)`."""
    rows, members, ends = pieces.ends.shape
    inside = np.clip(pieces.ends, 1e-300, _LAST)
    values = np.broadcast_to(quantile(inside.reshape(rows, -1)), (rows, members * ends))
    # The outermost ends go to infinity, so that a distribution of one value lies between them.
    values = np.where(pieces.ends == 0, -np.inf, np.where(pieces.ends == 1, np.inf, values.reshape(pieces.ends.shape)))
    above = beyond(values.reshape(rows, -1))
    with np.errstate(invalid="ignore"):  # of an infinite mean every piece counts as infinite
        return np.nan_to_num(
            -np.diff(np.broadcast_to(above, (rows, members * ends)).reshape(pieces.ends.shape), axis=2),
            nan=np.inf,
            posinf=np.inf,
        )


def _averages(pieces: _Pieces, amount: Callable[[Values], Values]) -> Cube:
    """Partial means (rows, outer, pieces) of an `amount` along the inner axis, by quadrature."""
    nodes, weights = unit_nodes()
    low, width = pieces.ends[:, :, :-1], np.diff(pieces.ends, axis=2)
    places = np.minimum(low[..., None] + width[..., None] * nodes, _LAST)
    return width * (amount(places) * weights).sum(axis=-1)


def _has_few_values(drawn: Harm | ProportionalGain | None) -> bool:
    return drawn is not None and 0 < drawn.distinct <= _VALUES


def _nodes(distribution: Harm | ProportionalGain | None, fine: bool, panels: int) -> tuple[Vector, Vector]:
    """Nodes and weights, (nodes,) each, for the mean over one axis; exact where there are few distinct values."""
    if distribution is not None and _has_few_values(distribution):
        number = distribution.distinct
        return (np.arange(number) + 0.5) / number, np.full(number, 1 / number)
    if not fine:
        return unit_nodes(1)
    return unit_nodes(4, panels) if panels else unit_nodes(2, 16, 20)


def quadrature(
    drawn: Callable[[CubeAxis], Harm | ProportionalGain | None], names: list[CubeAxis], fine: bool
) -> tuple[dict[CubeAxis, Floats], Floats]:
    """Nodes over the unit cube of these axes, (1, nodes) each, and their weights."""
    if not names:
        return {}, np.ones((1, 1))
    continuous = sum(not _has_few_values(drawn(axis)) for axis in names)
    panels = 0 if continuous > 1 else 256
    each = [_nodes(drawn(axis), fine, panels) for axis in names]
    if np.prod([len(nodes) for nodes, _ in each]) <= (_MANY if fine else _FEW):
        places = list(np.meshgrid(*(nodes for nodes, _ in each), indexing="ij"))
        weights = np.prod(np.meshgrid(*(weights for _, weights in each), indexing="ij"), axis=0)
    else:
        places = list(unit_points(len(names), _MANY if fine else _FEW))
        weights = np.full(len(places[0]), 1 / len(places[0]))
    return {axis: place.reshape(1, -1) for axis, place in zip(names, places, strict=True)}, weights.reshape(1, -1)
