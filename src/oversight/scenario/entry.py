"""A population entry: one kind of actor, how many, and what they face."""

from __future__ import annotations

from collections.abc import Mapping
from types import GenericAlias
from typing import Annotated, Any, ClassVar, Literal, Self, Union

from pydantic import ConfigDict, Field, create_model, model_validator

from oversight.actors import ACTORS, NEIGHBOURLY, Actor, parameters
from oversight.actors.beliefs import BELIEFS, AnyBelief
from oversight.actors.beliefs.announced import Announced
from oversight.actors.choice import Manner, manner_of
from oversight.arrays import Floats, Number
from oversight.distributions import DISTRIBUTIONS, HARMS, AnyDistribution, AnyHarm, Distribution, Harm
from oversight.distributions.constant import Constant
from oversight.distributions.gain import GAINS, AnyGain, ProportionalGain
from oversight.distributions.uniform import Uniform
from oversight.documents.paths import value_at
from oversight.errors import InputError, Problem
from oversight.foresight import Felt
from oversight.plugins import Kinds
from oversight.policy import OPEN, Act, Training
from oversight.quantities import (
    Citation,
    LocatedError,
    Money,
    Name,
    NonNegative,
    PositiveCount,
    Section,
    quantity,
    reads,
    retyped,
)
from oversight.scenario.copies import Copies
from oversight.scenario.drifting import Drift
from oversight.scenario.errors import Errors
from oversight.scenario.option import MOST_OPTIONS, Option, Valued
from oversight.seams import told_as

MAX_ACTORS = 10**7
_BUILT_IN = frozenset(ACTORS.classes.values())
Size = Annotated[PositiveCount, Field(le=MAX_ACTORS)]


class Entry(Section):
    """The keys that every kind of actor takes. `rule` is the actor class of the kind."""

    unread: ClassVar[frozenset[str]] = frozenset({"sources"})
    rule: ClassVar[type[Actor]]

    kind: str = quantity("Kind of actor", "A built-in kind, or module:ClassName of a file named with --plugins.")
    size: Size = quantity("Actors", "How many actors this entry has.", "actors")
    name: Name | None = quantity("Name", "For tables and paths; default: the kind.", default=None)
    gain: AnyGain = quantity(
        "Gain", "What a violation earns, drawn anew for each opportunity.", "money", default=Uniform(low=0.0, high=1.0)
    )
    harm: AnyHarm = quantity("Harm", "What a violation costs others.", "money", default=Constant(value=1.0))
    belief: AnyBelief = quantity("Belief", "What actors believe about being caught.", default=Announced())
    value: NonNegative = quantity(
        "Value of work",
        "What an active actor's legitimate work is worth to society in a period.",
        "money per period",
        default=0.0,
    )
    wealth: AnyDistribution | None = quantity("Wealth", "Drawn once for each actor.", "money", default=None)
    turnover: AnyDistribution | None = quantity(
        "Turnover", "Worldwide annual turnover, drawn once for each actor.", "money", default=None
    )

    traits: dict[Name, AnyDistribution] = quantity(
        "Traits", "What else tells actors apart, for the class to read: each drawn once for each actor.", default={}
    )
    income: Money = quantity(
        "Income",
        "What an actor earns in each period in play; lost in suspension, or to customers who leave, and counted by "
        "actors that look ahead.",
        "money per period",
        default=0.0,
    )

    options: Annotated[tuple[Option, ...], Field(strict=False, max_length=MOST_OPTIONS)] = quantity(
        "Options", "What there is to do with an opportunity; without them, one violation.", default=()
    )

    violating: Valued | None = quantity(
        "Violating", "What training makes of the one violation, of an entry without options.", default=None
    )
    complying: Valued | None = quantity("Complying", "What training makes of complying.", default=None)

    copies: Copies | None = quantity(
        "Copies", "Whether the actors are copies of one system, which err together.", default=None
    )
    drift: Drift | None = quantity("Drift", "What of the entry moves by itself from period to period.", default=None)

    errors: Errors | None = quantity(
        "Errors", "Whether acts that comply go wrong by accident; absent: none do.", default=None
    )

    sources: dict[str, Citation] = quantity(
        "Sources", "Dotted path of a number of this entry, or of a distribution, to its source.", default={}
    )

    @model_validator(mode="after")
    @reads("sources")
    def _sources_name_numbers(self) -> Self:
        for path in self.sources:
            if path == "sources" or value_at(self, path) is None:
                raise LocatedError(("sources", path), "names no number of this entry")
        return self

    @model_validator(mode="after")
    @reads("options.*.name")
    def _options_differ(self) -> Self:
        names = [option.name for option in self.options]
        for place, name in enumerate(names):
            if name in names[:place]:
                raise LocatedError(("options", place, "name"), f"two options are called `{name}`; name one otherwise")
        return self

    @model_validator(mode="after")
    @reads()
    def _one_violation(self) -> Self:
        if self.violating and self.options:
            remedy = "Say `values` and `base` of each option."
            raise LocatedError(
                ("violating",), "is about the one violation that there is without `options`", remedy=remedy
            )
        return self

    @model_validator(mode="after")
    @reads()
    def _copies_have_a_draw(self) -> Self:
        if self.copies and self.gain.noise == "none" and not self.copied_draw and self.rule is not Actor:
            message = f"moves nothing: the gain is constant, and kind {self.kind} does not decide by chance"
            raise LocatedError(("copies",), message, remedy="Give the gain a distribution, or leave it out.")
        return self

    # A mapping has no hash of its own.
    def __hash__(self) -> int:
        return hash(repr(self))

    @property
    def copied_draw(self) -> bool:
        """Whether what copies have in common moves the draw by which they decide, and not their gains."""
        return self.copies is not None and self.gain.noise == "none" and "draw" in self.rule.uses

    @property
    def gains(self) -> Distribution:
        """The distribution of gains over all of the entry's opportunities."""
        return self.gain.over(self._scale)

    def gains_of(self, wealth: Floats | None, turnover: Floats | None) -> Distribution:
        """The distribution of gains over the opportunities of actors with these traits."""
        scale = self.gain.scales_with
        return self.gain.of(wealth if scale == "wealth" else turnover)

    def gains_at(self, place: Floats) -> Distribution:
        """The distribution of gains over actors, in opportunities at one `place` in (0, 1) of their own draw."""
        return self.gain.along(self._scale, place)

    @property
    def _scale(self) -> Distribution | None:
        return {"wealth": self.wealth, "turnover": self.turnover}.get(self.gain.scales_with)

    def drawn(self, axis: str) -> Harm | ProportionalGain | None:
        """What "gain", "harm", "wealth", "turnover" or "traits.NAME" is drawn from; None where it states none."""
        head, _, name = axis.partition(".")
        if not head:
            return None
        found: Harm | ProportionalGain | None = self.traits.get(name) if name else getattr(self, head)
        return found

    @property
    def label(self) -> str:
        """The entry's name in tables."""
        return self.name or self.kind.rpartition(":")[2]

    @property
    def reads(self) -> frozenset[str]:
        """Which parts of a situation its class reads with these parameters."""
        return self.rule.uses | frozenset(self.rule.needs(self.rule_parameters()))

    @property
    def neighbourly(self) -> bool:
        """Whether its class or its belief goes by its neighbours."""
        return bool(self.reads & NEIGHBOURLY) or self.belief.of_neighbours

    @property
    def trusted(self) -> bool:
        """Whether its class is built in, and so known to change nothing that it is shown."""
        return self.rule in _BUILT_IN

    @property
    def manner(self) -> Manner:
        """How its class decides between options."""
        return manner_of(self.rule, self.rule_parameters())

    @property
    def only(self) -> int:
        """The place of the option that a class which knows one alone decides about."""
        named = self.rule_parameters().get("option")
        return next((place for place, option in enumerate(self.options) if option.name == named), 0)

    @property
    def wrong(self) -> tuple[bool, ...]:
        """Whether each of its acts is a violation."""
        return tuple(option.violation for option in self.options) or (True,)

    @property
    def acts(self) -> tuple[Act, ...]:
        """What monitoring can tell of what it may do: of its options, or of the one violation."""
        return tuple(option.act for option in self.options) or (OPEN,)

    @property
    def restraint(self) -> Mapping[str, Number]:
        """What complying has of each value."""
        return self.complying.values if self.complying else {}

    @property
    def scores(self) -> tuple[Mapping[str, Number], ...]:
        """What each of its acts has of each value, beyond complying."""
        acts = [option.values for option in self.options] or [self.violating.values if self.violating else {}]
        none = self.restraint
        return tuple(
            {name: act.get(name, 0.0) - none.get(name, 0.0) for name in dict.fromkeys([*act, *none])} for act in acts
        )

    def judged(self, training: Training) -> list[tuple[int, str]]:
        """The scores that training goes by: the place of an act, and the value."""
        return [(place, name) for place, scores in enumerate(self.scores) for name in training.names if name in scores]

    def felt(self, training: Training | None) -> Felt | None:
        """What its acts are worth to its members beside what they earn; None where nothing is trained into them."""
        if training is None:
            return None
        return Felt(training.worth(self.restraint), [training.worth(scores) for scores in self.scores])

    @property
    def heeds(self) -> bool:
        """Whether its class decides by what is expected in a period, and so by customers who leave too.

        A class that looks ahead asks its prospects about those.
        """
        return self.rule.advantage is not Actor.advantage and "prospects" not in self.rule.uses

    @property
    def counts_nats(self) -> bool:
        """Whether nats measure what values change of its choice: it decides by chance, or goes by no gain at all."""
        return not self.rule.weighs or self.rule.by_chance(self.rule_parameters())

    @property
    def bases(self) -> tuple[Number, ...]:
        """The weight of each of its acts in the choice of those who decide by chance, over that of complying."""
        acts = [option.base for option in self.options] or [self.violating.base if self.violating else 1.0]
        return tuple(act / self.complying.base for act in acts) if self.complying else tuple(acts)

    def rule_parameters(self) -> dict[str, Any]:
        """The parameters of the actor class itself, by name."""
        own = set(type(self).model_fields) - set(Entry.model_fields)
        return {name: getattr(self, name) for name in own}


class Stranger(Entry):
    """An entry whose actor class is not loaded: it can be read, but not run."""

    model_config = ConfigDict(extra="allow")
    rule: ClassVar[type[Actor]] = Actor


def open_entry(kinds: Kinds, base: type[Entry] = Entry) -> type[Entry]:
    """The keys that every kind of actor takes, when these kinds of gain, harm, belief and trait exist."""
    if not kinds:
        return base
    drawn, gain = kinds.union(DISTRIBUTIONS), kinds.union(DISTRIBUTIONS, GAINS)
    harm, belief = kinds.union(HARMS), kinds.union(BELIEFS)
    types: dict[str, Any] = {
        "gain": gain,
        "harm": harm,
        "belief": belief,
        "wealth": drawn | None,
        "turnover": drawn | None,
        "traits": GenericAlias(dict, (Name, drawn)),
    }
    return create_model(base.__name__, __base__=base, **retyped(base, types))


def stranger_model(kind: str, base: type[Entry] = Stranger) -> type[Entry]:
    """The schema of an entry of a kind whose class is not loaded."""
    fields: dict[str, Any] = {"kind": (Literal[kind], kind)}
    return create_model("StrangerEntry", __base__=base, **fields)


def entry_model(kind: str, actor: type[Actor], base: type[Entry] = Entry) -> type[Entry]:
    """The schema of a population entry of this kind: the shared keys and those that the class declares.

    Raises:
        InputError: the class declares a key that every entry already has, or one whose type has no schema.
    """
    declared = parameters(actor)
    taken = sorted(set(declared) & set(Entry.model_fields))
    if taken:
        raise InputError(
            Problem(f"declares `{taken[0]}`, which every population entry already has", kind, remedy="Rename it.")
        )
    fields: dict[str, Any] = {"kind": (Literal[kind], kind), **declared}
    try:
        model = create_model(f"{actor.__name__}Entry", __base__=base, __doc__=actor.__doc__, **fields)
    except Exception as error:
        raise InputError(
            Problem(f"its annotated attributes are no YAML keys: {error}", kind, remedy="Annotate plain types.")
        ) from error
    model.rule = actor
    return told_as(model, actor)


def population_type(kinds: Kinds) -> Any:
    """The type of `population` when these kinds exist."""
    base = open_entry(kinds)
    models = [entry_model(kind, actor, base) for kind, actor in kinds.all(ACTORS).items()]
    models += [stranger_model(kind, open_entry(kinds, Stranger)) for kind in sorted(kinds.strangers)]
    union: Any = Annotated[Union[tuple(models)], Field(discriminator="kind")]  # noqa: UP007
    return Annotated[GenericAlias(tuple, (union, ...)), Field(strict=False, min_length=1)]
