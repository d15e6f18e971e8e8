"""Random situations for an actor class, and short lives in them: the same for every check of the class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from oversight.actors import Actor, Experience, OneByOne, Situation, Terms, Traits, faults_of
from oversight.actors.situation import shown
from oversight.arrays import Flags, Floats, read_only
from oversight.contract.parameters import entries_of
from oversight.contract.patience import check_time
from oversight.contract.state import untouched
from oversight.distributions.uniform import Uniform
from oversight.errors import ActorError
from oversight.foresight.prospects import AtRecord, Prospects
from oversight.policy import Policy
from oversight.policy.monitoring.random_audit import RandomAudit
from oversight.policy.sanctions.fixed import Fixed
from oversight.scenario import Entry
from oversight.scenario.stacking import stack

RUNS, MEMBERS, PERIODS = 3, 12, 5
ALL = slice(None)
WRITES = "it changes what it is shown, which others read too"
_SEED = 1968
_GOLDEN, _SILVER = 0.6180339887, 0.4142135624


POLICY: ContextVar[Policy | None] = ContextVar("policy", default=None)
"""The policy whose public terms classes are shown; None: an ordinary one."""
_ORDINARY = Policy(name="ordinary", monitoring=RandomAudit(rate=0.3), sanction=Fixed(amount=1.0))


class InventedTraits(Traits):
    """A trait of any name: what entries state is not known to a class on its own."""

    __slots__ = ("_cut",)

    def __init__(self, cut: Callable[[Any], Any] = lambda array: array):
        super().__init__({})
        self._cut = cut

    def __getattr__(self, name: str) -> Floats:
        if name.startswith("_"):
            raise AttributeError(name)
        # No generator, which would look like one that the class has made.
        places = np.arange(RUNS * MEMBERS).reshape(RUNS, MEMBERS)
        shown: Floats = self._cut(read_only((places * _GOLDEN + sum(name.encode()) * _SILVER) % 1.0))
        return shown

    def part(self, cut: Callable[[Any], Any]) -> InventedTraits:
        before = self._cut
        return InventedTraits(lambda array: cut(before(array)))


@dataclass(slots=True)
class Luck:
    """What befalls actors in a period, whatever they are: (runs, members) each."""

    active: Flags
    inspected: Flags
    mistaken: Flags


class Trial:
    """An actor class on random situations, in `RUNS` runs whose numeric parameters differ."""

    def __init__(self, rule: type[Actor], parameters: Mapping[str, Any]):
        rng = np.random.default_rng(_SEED)
        self.rule = rule
        self.entries: list[Entry] = entries_of(rule, parameters, RUNS, PERIODS, rng)
        self.days = [shown(_situation(rng, self.entries[0].reads, period)) for period in range(PERIODS)]
        shape = (RUNS, MEMBERS)
        self.luck = [
            Luck(rng.random(shape) < 0.9, rng.random(shape) < 0.5, rng.random(shape) < 0.2) for _ in range(PERIODS)
        ]

    def parameters(self, runs: slice = ALL) -> dict[str, Any]:
        """The class's parameters in these runs, as the simulation hands them over."""
        return stack(self.entries[runs]).rule_parameters()

    @cached_property
    def works_on_arrays(self) -> bool:
        """Whether the class lives through its days on arrays, or says that it does.

        Raises:
            ActorError: it writes to what it is shown.
        """
        if not self.rule.vectorised:
            try:
                with untouched(self.rule), faults_of(self.rule):
                    self.live(self.on_arrays())
            except ActorError as error:  # whatever a class raises on arrays asks for plain numbers
                if "read-only" in str(error.__cause__):
                    raise ActorError(f"{error}: {WRITES}") from error
                return False
        return True

    @cached_property
    def same_one_by_one(self) -> bool:
        """Whether the class lives the same life on arrays as one actor at a time."""
        return self.works_on_arrays and differing(self.live(self.on_arrays()), self.live(self.one_by_one())) is None

    def on_arrays(self, runs: slice = ALL, members: slice = ALL) -> Actor:
        """One object for these actors."""
        return self.rule(self.parameters(runs), _shape(runs, members))

    def one_by_one(self, runs: slice = ALL, members: slice = ALL) -> Actor:
        """One object for each of these actors, on plain numbers."""
        single = OneByOne(self.rule, self.parameters(runs), _shape(runs, members))
        single.between = check_time
        return single

    def actor(self, runs: slice = ALL) -> Actor:
        """These actors as the simulation would run them."""
        return (self.on_arrays if self.works_on_arrays else self.one_by_one)(runs)

    def live(self, actor: Actor, runs: slice = ALL, members: slice = ALL) -> list[Flags]:
        """The decisions of a life of `PERIODS`, (runs, members) each, as `violates` returned them."""
        return [self.day(period, actor, runs, members) for period in range(PERIODS)]

    def day(self, period: int, actor: Actor, runs: slice = ALL, members: slice = ALL) -> Flags:
        """One period of these actors: their decisions, and what they learn."""
        check_time()
        now, luck = part(self.days[period], runs, members), part(self.luck[period], runs, members)
        answer = np.broadcast_to(np.asarray(actor.violates(now)), actor.shape).copy()
        actor.learn(experience(now, answer, luck))
        return answer

    def told(self, period: int, place: tuple[int, ...]) -> str:
        """The situation of one actor in words."""
        now = self.days[period]
        known = {
            field.name: np.broadcast_to(getattr(now, field.name), (RUNS, MEMBERS))[place]
            for field in fields(now)
            if isinstance(getattr(now, field.name), np.ndarray)
        }
        given = self.entries[place[0]].rule_parameters()
        words = ", ".join(f"{name} {_number(value)}" for name, value in (given | known).items())
        return f"period {period}, run {place[0]}, actor {place[1]}: {words}"


def experience(now: Situation, violates: Flags, luck: Luck) -> Experience:
    """What becomes of decisions."""
    violated = violates.astype(bool) & luck.active
    caught = violated & luck.inspected
    sanctioned = caught | (luck.active & ~violated & luck.inspected & luck.mistaken)
    payoff = now.gain * violated - np.where(violated, now.sanction, now.false_sanction) * sanctioned
    advantage = now.gain - now.expected_sanction
    return Experience(
        active=luck.active,
        violated=violated,
        caught=caught,
        sanctioned=sanctioned,
        inspected=luck.inspected & luck.active,
        payoff=payoff,
        advantage=advantage,
    )


def part[T: (Situation, Luck)](known: T, runs: slice, members: slice) -> T:
    """The same for some runs and members, in arrays of its own."""

    def cut(value: Any) -> Any:
        if isinstance(value, Prospects | Terms | Traits):
            return value.part(cut)
        return read_only(value[runs, members].copy()) if isinstance(value, np.ndarray) else value

    return type(known)(**{field.name: cut(getattr(known, field.name)) for field in fields(known)})


def differing(some: Sequence[Flags], others: Sequence[Flags]) -> tuple[int, tuple[int, ...]] | None:
    """The first period and place at which two lives differ."""
    for period, (one, other) in enumerate(zip(some, others, strict=True)):
        if not np.array_equal(one, other):
            run, member = np.argwhere(one != other)[0]
            return period, (int(run), int(member))
    return None


def _situation(rng: np.random.Generator, uses: frozenset[str], period: int) -> Situation:
    """Ordinary opportunities among extreme ones: no gain, no sanction, certain and impossible detection, ties."""
    shape = (RUNS, MEMBERS)

    def often(usual: Floats, *rare: float) -> Floats:
        return np.where(rng.random(shape) < 0.8, usual, rng.choice(rare, shape))

    detection = often(rng.random(shape), 0.0, 1.0)
    sanction = often(rng.exponential(1.5, shape), 0.0)
    false_detection = often(detection * rng.random(shape) * 0.5, 0.0)
    false_sanction = sanction * rng.random(shape)
    tie = detection * sanction - false_detection * false_sanction
    record = rng.integers(0, 4, shape).astype(float)
    faced = AtRecord(detection, false_detection, sanction)
    now = Situation(
        gain=np.where(rng.random(shape) < 0.1, tie, often(rng.normal(0.6, 0.6, shape), 0.0)),
        detection=detection,
        false_detection=false_detection,
        sanction=sanction,
        false_sanction=false_sanction,
    )
    known = {
        "harm": often(rng.exponential(1.0, shape), 0.0),
        "record": record.astype(float),
        "wealth": rng.lognormal(1.0, 1.0, shape),
        "turnover": rng.lognormal(4.0, 1.0, shape),
        "draw": rng.random(shape),
        "traits": InventedTraits(),
        "neighbours": rng.integers(0, 5, shape) / 4,
        "neighbours_sanctioned": rng.integers(0, 5, shape) / 4,
        "income": np.linspace(0.5, 1.5, RUNS)[:, None],
        "base": np.broadcast_to(np.linspace(0.25, 4.0, RUNS)[:, None], shape),
        "policy": Terms(stack([POLICY.get() or _ORDINARY] * RUNS)),
    }
    for name in known.keys() & uses:
        setattr(now, name, known[name])
    if "signal" in uses:
        now.signal = rng.random(shape) < 0.3
    if "prospects" in uses:
        now.prospects = Prospects(
            (faced, faced), Uniform(low=0.0, high=1.0), 2, standing=np.minimum(record, 1), period=period
        )
    if "peers" in uses:
        now.habit, now.opposite, now.largest = rng.random(shape) < 0.5, rng.random(shape), np.full(shape, 3.0)
    return now


def _shape(runs: slice, members: slice) -> tuple[int, int]:
    return len(range(RUNS)[runs]), len(range(MEMBERS)[members])


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
