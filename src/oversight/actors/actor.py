"""The actor seam: who may violate, and by what rule."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar, NoReturn, get_origin

import numpy as np

from oversight.actors.situation import Experience, Situation
from oversight.arrays import Column, Flags, Floats, Number, spread
from oversight.errors import ActorError
from oversight.quantities import declared

NEIGHBOURLY = frozenset({"neighbours", "neighbours_sanctioned"})
"""What a class knows of its neighbours, in an experiment with a network."""


class Actor:
    """One rule for when to violate. Subclass it in a file of your own.

    A subclass declares its YAML keys as annotated class attributes (`rate: Probability = 0.2`) and writes
    `violates`. One object stands for one actor of one run, for a whole population entry, or for that entry in many
    runs at once: parameters are arrays of shape (runs, 1), state that `begin` makes has shape (runs, members).
    Write the rule with numpy operations and it runs at full speed; a rule that branches with `if` on a value is run
    one actor at a time, on numpy scalars.
    """

    uses: ClassVar[frozenset[str]] = frozenset(
        {"draw", "record", "harm", "wealth", "turnover", "traits", "income", "policy"}
    )
    """Which parts of a `Situation` the rule reads, beside gain, chances and sanctions: "draw", "record", "harm",
    "wealth", "turnover", "traits", "income", "policy", "base", "signal", "prospects", "peers", "neighbours",
    "neighbours_sanctioned". What is not named is not handed over; naming fewer saves its making, and lets theory leave
    it out."""
    records: ClassVar[tuple[str, ...]] = ()
    """Names of the class's own state that is recorded after each period: in the rows of actors, and by its mean in the
    series, as `state.NAME`."""
    drifts: ClassVar[bool] = False
    """True for a class whose members learn what to do by the mean of `advantage`: the share that violates rests
    where that mean is zero, or where all do what pays. Its key `start`, if it has one, is the share that violated in
    the period before the first."""
    monotone: ClassVar[bool] = False
    """True for a class that never violates more when the sanction rises, other things equal."""
    risk_neutral: ClassVar[bool] = False
    """True for a class that violates exactly where the gain exceeds the expected sanction."""
    weighs: ClassVar[bool] = True
    """False for a class that goes neither by gains nor by sanctions, but by others alone."""
    vectorised: ClassVar[bool] = False
    """True for a class known to work on arrays: it is spared the comparison with one-by-one calls."""

    def __init_subclass__(cls, **given: Any) -> None:
        super().__init_subclass__(**given)
        declared(cls, "uses", Actor.uses | {"signal", "prospects", "peers", "base"} | NEIGHBOURLY)

    def __init__(self, parameters: dict[str, Any], shape: tuple[int, ...]):
        """`shape` is (runs, members), or () for one actor on scalars."""
        self.shape = shape
        for name, value in parameters.items():
            setattr(self, name, value)
        self.begin()

    def begin(self) -> None:
        """Make the actor's own state, arrays of shape `self.shape`. The default has none."""

    def violates(self, now: Situation) -> Flags:
        """Booleans that broadcast to (runs, members): who violates. A tie complies. Must not change any state.

        The default violates with `probability` of a class that has one, and otherwise iff `advantage` is positive.
        """
        if type(self).probability is not Actor.probability:
            return now.draw < self.probability(now)
        if type(self).advantage is Actor.advantage:
            raise ActorError(f"{type(self).__name__} has no `violates(self, now)`: write one that returns booleans")
        return self.advantage(now) > 0

    def probability(self, now: Situation) -> Number:
        """Chance of violating, of a class that decides by chance. Broadcasts to (runs, members).

        A class may leave it out and use `now.draw` in `violates`: theory then takes longer to find it.
        """
        raise ActorError(f"{type(self).__name__} has no `probability(self, now)`")

    def advantage(self, now: Situation) -> Floats:
        """Utility of violating less that of complying, of a class that maximises one. Broadcasts to (runs, members).

        A class that has none writes `violates` instead. Theory holds a class that has one to it: a certified
        equilibrium leaves no regret.
        """
        raise ActorError(f"{type(self).__name__} has no `advantage(self, now)`")

    def drift(self, share: Column, advantage: Column) -> Column:
        """The share that violates next, of many members of a class that `drifts`: theory's view of `learn`.

        `share` is the share that did, and `advantage` its mean. Without it, theory says nothing of stability.
        """
        raise ActorError(f"{type(self).__name__} has no `drift(self, share, advantage)`")

    def learn(self, seen: Experience) -> None:
        """Update the actor's own state after a period. The default learns nothing."""

    def retrain(self, whom: Flags, size: Number | None) -> None:
        """Train some again, those who were sanctioned, after `learn`: `whom` broadcasts to (runs, members).

        They are as at the start, or, if there is a `size`, (runs, 1) or a number, it is taken off their log-odds of
        violating. By default nothing comes of it.
        """

    @classmethod
    def settles(cls, parameters: dict[str, Any], stepwise: bool) -> bool:
        """Whether the class says where its members rest who are trained again (`retrained_share`)."""
        return False

    def retrained_share(self, advantage: Column, caught: Column, innocent: Column, size: Number | None) -> Column:
        """How often members violate in the long run who are trained again whenever they are sanctioned.

        `advantage` is what violating is worth beyond complying in every period, `caught` and `innocent` the chances
        of a sanction of who violates and of who complies, (runs, 1) each.
        """
        raise ActorError(f"{type(self).__name__} has no `retrained_share(self, advantage, caught, innocent, size)`")

    def state(self, name: str) -> Floats:
        """State of the actor's own that its class `records`, as numbers that broadcast to (runs, members).

        Raises:
            ActorError: it has none of that name, or of another shape.
        """
        try:
            return np.broadcast_to(np.asarray(getattr(self, name), dtype=float), self.shape)
        except (AttributeError, TypeError, ValueError) as error:
            raise ActorError(
                f"{type(self).__name__} records `{name}`, which is no state of its actors: {error}"
            ) from error

    @classmethod
    def needs(cls, parameters: dict[str, Any]) -> tuple[str, ...]:
        """Traits ("wealth", "turnover", "traits.NAME") that a population entry with these parameters must state."""
        return ()

    @classmethod
    def refuses(cls, parameters: dict[str, Any], periods: int) -> tuple[str, str] | None:
        """The key and the mistake of parameters that do not go together, or not with a run of `periods`."""
        return None

    @classmethod
    def by_chance(cls, parameters: dict[str, Any]) -> bool:
        """Whether it decides by `probability`; by default, if it has one. Else it does what pays."""
        return cls.probability is not Actor.probability

    @classmethod
    def precision_of(cls, parameters: dict[str, Any]) -> Any:
        """Precision of the multinomial logit by which a class that decides by chance takes one of several options.

        By default its key `precision`; None of a class that has none, and knows one option.
        """
        return parameters.get("precision")

    @classmethod
    def turns(cls, parameters: dict[str, Any]) -> int:
        """Revisions of habits that the model makes one at a time in a period, of a class that uses "peers"; 0: none."""
        return 0

    @classmethod
    def unsettled(cls, parameters: dict[str, Any]) -> str:
        """Why a population with these parameters never comes to rest, after "the actors of ..."; empty where it may."""
        return ""

    @property
    def random(self) -> NoReturn:
        raise ActorError(_NO_GENERATOR.format(type(self).__name__, "random"))

    @property
    def rng(self) -> NoReturn:
        raise ActorError(_NO_GENERATOR.format(type(self).__name__, "rng"))


_NO_GENERATOR = (
    "{} uses self.{}: actors own no generator, or a run would depend on how it is batched. "
    "Use `now.draw`, one uniform draw for each actor and period"
)


def parameters(actor: type[Actor]) -> dict[str, tuple[Any, Any]]:
    """The YAML keys that a class declares: name to (type, default), `...` where there is no default."""
    declared: dict[str, tuple[Any, Any]] = {}
    for base in reversed(actor.__mro__):
        if base is Actor or not issubclass(base, Actor):
            continue
        for name, hint in inspect.get_annotations(base, eval_str=True).items():
            # A type checker cannot know that an annotation may be ClassVar itself.
            origin: Any = get_origin(hint)
            if not name.startswith("_") and origin is not ClassVar:
                declared[name] = (hint, getattr(actor, name, ...))
    return declared


def decision(actor: Actor, now: Situation) -> Flags:
    """`actor.violates(now)` as booleans of the actor's shape, or an error that says what came instead."""
    answer = np.asarray(actor.violates(now))
    if answer.dtype != np.bool_:
        raise ActorError(
            f"{type(actor).__name__}.violates returned {answer.dtype} instead of booleans: return a comparison"
        )
    try:
        return spread(answer, actor.shape)
    except ValueError:
        raise ActorError(
            f"{type(actor).__name__}.violates returned shape {answer.shape} for actors of shape {actor.shape}"
        ) from None
