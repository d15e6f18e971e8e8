"""Scenarios (policy + population + horizon) and experiments on them (scenario + sweep)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, Union

import numpy as np
from pydantic import BeforeValidator, Field, create_model, model_validator

from oversight.actors import Actor
from oversight.caller import by_caller
from oversight.distributions import Distribution
from oversight.documents.schema import kind_of
from oversight.errors import InputError, Mistake, Problem
from oversight.foresight import MAX_LIFETIME
from oversight.measures import ASKED, WORDS, AnyMeasure, Measure
from oversight.networks import AnyNetwork
from oversight.plugins import Kinds
from oversight.policy import Policy
from oversight.policy.monitoring import MONITORING, RESPONSES, Monitoring
from oversight.policy.monitoring.responses import worded
from oversight.policy.sanctions import SANCTIONS
from oversight.principals import PRINCIPALS, AnyPrincipal
from oversight.quantities import (
    Count,
    LocatedError,
    PositiveCount,
    Section,
    Share,
    quantity,
    reads,
    retyped,
)
from oversight.scenario.aimed import worth_of
from oversight.scenario.base import BaseExperiment
from oversight.scenario.drifting import check_drift
from oversight.scenario.entry import MAX_ACTORS, Entry, population_type
from oversight.scenario.forewarned import check_forewarned
from oversight.scenario.governed import check_heard, check_principal
from oversight.scenario.marketed import check_market
from oversight.scenario.neighbourly import check_neighbours
from oversight.scenario.paid import check_outcomes, pays_outcomes
from oversight.scenario.possible import check_options
from oversight.scenario.reporting import check_reports, reports
from oversight.scenario.resampled import check_resampled
from oversight.scenario.stakeholders import Worth
from oversight.scenario.trained import check_training
from oversight.seams import remade, stranger, told_as
from oversight.welfare import WELFARE, AnyWelfare, Welfare
from oversight.welfare.standard import Standard

MAX_STEPS = 1_000
"""Steps of a record that an actor which looks ahead can take into account."""

MAX_MEASURES = 100
_LEAST = np.full((1, 1), 1e-9)
"""A place in a distribution below which hardly anyone is."""

Start = Literal["compliant", "violating"]


class Dynamics(Section):
    """What averages hide: measures of the last period, of the worst window, and of the time near equilibria."""

    window: Annotated[PositiveCount, Field(le=5_000)] = quantity(
        "Window", "Length of the stretch of a run whose worst mean is measured.", "periods", default=20
    )
    near: Share = quantity(
        "Near", "How far from an equilibrium's misconduct rate counts as near it.", "share", default=0.05
    )


def _written_out(value: Any) -> Any:
    """Social cost without a kind is the standard one."""
    return {"kind": "standard", **value} if isinstance(value, dict) and "kind" not in value else value


def _mapping(value: Any) -> Any:
    """A measure may be written as its kind alone."""
    return {"kind": value} if isinstance(value, str) else value


def _valued(kinds: Any) -> Any:
    return Annotated[kinds, BeforeValidator(_written_out)]


def _asked(kinds: Any) -> Any:
    item = Annotated[kinds, BeforeValidator(_mapping)]
    return Annotated[GenericAlias(tuple, (item, ...)), Field(strict=False, max_length=MAX_MEASURES)]


if TYPE_CHECKING:
    Valued = Welfare
    Asked = tuple[Measure, ...]
else:
    Valued, Asked = _valued(AnyWelfare), _asked(AnyMeasure)


class Experiment(BaseExperiment):
    """A question put to policy and population: scenario, horizon, randomness and sweep."""

    stacked: ClassVar[frozenset[str]] = frozenset({"policy", "population", "social_cost", "principal"})

    policy: Policy = quantity("Policy", "A policy file, or the mapping itself.")
    population: tuple[Entry, ...] = quantity("Population", "Who may violate.")
    network: AnyNetwork | None = quantity(
        "Network", "Who is whose neighbour, of all entries together; none without it.", default=None
    )
    periods: Annotated[PositiveCount, Field(le=10_000_000)] = quantity(
        "Periods", "Length of a run.", "periods", default=100
    )
    burn_in: Count = quantity("Burn-in", "First periods that are not measured.", "periods", default=0)
    start: Literal["compliant", "violating", "both"] = quantity(
        "Start", "What happened in the period before the first.", default="compliant"
    )
    social_cost: Valued = quantity(
        "Social cost", "What outcomes are worth; without a kind it is `standard`.", default=Standard()
    )
    principal: AnyPrincipal | None = quantity(
        "Principal", "Who moves numbers of the policy while a run goes on; absent: nobody.", default=None
    )
    measures: Asked = quantity(
        "Measures", "Measures besides those that every run has: kinds, or mappings with their keys.", default=()
    )
    keep: Literal["series"] | None = quantity(
        "Keep", "`series`: main measures of every measured period, of each run and in the report.", default=None
    )
    dynamics: Dynamics | None = quantity(
        "Dynamics", "Asks for measures of what learning does from period to period.", default=None
    )

    @property
    def starts(self) -> tuple[Start, ...]:
        """The starts that each replicate is run from."""
        return ("compliant", "violating") if self.start == "both" else (self.start,)

    @property
    def about(self) -> str:
        return f"{self.heading}: {self.policy.heading}"

    @property
    def possible(self) -> tuple[Start, ...]:
        return ("compliant", "violating")

    @property
    def actors(self) -> int:
        """Size of the whole population."""
        return sum(entry.size for entry in self.population)

    @property
    def drifts(self) -> bool:
        """Whether gains of any actors move while a run goes on."""
        return any(entry.drift is not None for entry in self.population)

    @property
    def work(self) -> int:
        return self.actors * self.periods

    def appraised(self, palette: Mapping[str, float]) -> Worth:
        return worth_of(self.population, palette)

    def cut(self, periods: int) -> Self:
        return self.model_copy(update={"periods": min(periods, self.periods), "burn_in": 0})

    @model_validator(mode="after")
    @reads("periods", "burn_in", "dynamics.window")
    def _horizon(self) -> Experiment:
        if self.burn_in >= self.periods:
            raise LocatedError(
                ("burn_in",), f"burn_in ({self.burn_in}) leaves nothing of {self.periods} periods to measure"
            )
        measured = self.periods - self.burn_in
        if self.dynamics and self.dynamics.window > measured:
            raise LocatedError(
                ("dynamics", "window"),
                f"a window of {self.dynamics.window} is longer than the {measured} measured periods",
            )
        return self

    @model_validator(mode="after")
    @reads("population.*.size")
    def _size(self) -> Experiment:
        if self.actors > MAX_ACTORS:
            raise LocatedError(("population",), f"{self.actors:,} actors in all; at most {MAX_ACTORS:,}")
        return self

    @model_validator(mode="after")
    @reads("population.*.name", "population.*.kind")
    def _names(self) -> Experiment:
        labels = [entry.label for entry in self.population]
        for index, label in enumerate(labels):
            if label in labels[:index]:
                raise LocatedError(("population", index, "name"), f"two entries are called `{label}`; give each a name")
        return self

    @model_validator(mode="after")
    @reads("measures")
    def _measured(self) -> Experiment:
        taken = dict.fromkeys(WORDS, "built in")
        for index, measure in enumerate(self.measures):
            if measure.label in taken:
                message = f"a measure called `{measure.label}` is {taken[measure.label]}; give this one another name"
                raise LocatedError(("measures", index, "name"), message)
            taken[measure.label] = "there already"
        return self

    @model_validator(mode="after")
    @reads("social_cost", "population.*.name", "population.*.kind")
    def _weighted(self) -> Experiment:
        refused = self.social_cost.refuses([entry.label for entry in self.population])
        if refused:
            raise LocatedError(("social_cost", refused[0]), refused[1])
        return self

    @model_validator(mode="after")
    @reads("policy.sanction", "population")
    def _traits(self) -> Experiment:
        sanction = self.policy.sanction
        of_all = {"wealth": "policy.sanction.limited_liability"} if sanction.limited_liability else {}
        for trait in sanction.needs:
            of_all.setdefault(trait, f"policy.sanction.kind {kind_of(type(sanction))}")
        for index, entry in enumerate(self.population):
            wanted = dict(of_all)
            if entry.gain.scales_with:
                wanted.setdefault(entry.gain.scales_with, "a gain in proportion to it")
                scale = entry.drawn(entry.gain.scales_with)
                if isinstance(scale, Distribution) and scale.quantile(_LEAST).min() < 0:
                    raise LocatedError(
                        ("population", index, entry.gain.scales_with),
                        "may be negative, and gains are in proportion to it: lognormal is not",
                    )
            for trait in entry.rule.needs(entry.rule_parameters()):
                head, _, own = trait.partition(".")
                if head not in ("wealth", "turnover", "traits") or bool(own) != (head == "traits"):
                    raise LocatedError(("population", index, "kind"), f"needs `{trait}`, which is no trait of an entry")
                if own and own not in entry.traits:
                    where = ("population", index, "traits", own)
                    raise _undrawn(where, f"kind {entry.kind}")
                if not own:
                    wanted.setdefault(trait, f"kind {entry.kind}")
            for trait, reader in wanted.items():
                if entry.drawn(trait) is None:
                    raise _undrawn(("population", index, trait), reader)
        return self

    @model_validator(mode="after")
    @reads("population", "periods")
    def _parameters_fit(self) -> Experiment:
        for index, entry in enumerate(self.population):
            refused = entry.rule.refuses(entry.rule_parameters(), self.periods)
            if refused:
                raise LocatedError(("population", index, refused[0]), refused[1])
        return self

    @model_validator(mode="after")
    @reads("policy", "population", "network")
    def _neighbours(self) -> Experiment:
        check_neighbours(self.network, self.policy, self.population)
        return self

    @model_validator(mode="after")
    @reads("policy", "population", where=lambda experiment: any(map(_chooses, experiment.population)))
    def _options_can_be_taken(self) -> Experiment:
        check_options(self.policy, self.population)
        return self

    @model_validator(mode="after")
    @reads("policy", "population", where=lambda experiment: experiment.policy.forewarns)
    def _known_before_the_act(self) -> Experiment:
        if self.policy.forewarns:
            check_forewarned(self.policy, self.population)
        return self

    @model_validator(mode="after")
    @reads("policy", "population", where=lambda experiment: reports(experiment.policy))
    def _reports_come_to_something(self) -> Experiment:
        if reports(self.policy):
            check_reports(self.policy, self.population)
        return self

    @model_validator(mode="after")
    @reads("policy", "population", "network", where=lambda experiment: experiment.policy.sanction.resample is not None)
    def _answers_can_be_drawn_again(self) -> Experiment:
        if self.policy.sanction.resample is not None:
            check_resampled(self.policy, self.population, self.network)
        return self

    @model_validator(mode="after")
    @reads("policy", "population", where=lambda experiment: experiment.policy.market is not None)
    def _customers_can_leave(self) -> Experiment:
        if self.policy.market:
            check_market(self.policy, self.population)
        return self

    @model_validator(mode="after")
    @reads("policy", "population", where=lambda it: pays_outcomes(it.policy, it.population))
    def _outcomes_can_be_paid(self) -> Experiment:
        if pays_outcomes(self.policy, self.population):
            check_outcomes(self.policy, self.population)
        return self

    @model_validator(mode="after")
    @reads("policy.sanction.retrain", "population.*.kind")
    def _somebody_is_retrained(self) -> Experiment:
        rules = [entry.rule for entry in self.population]
        if self.policy.sanction.retrain and all(rule is not Actor and rule.retrain is Actor.retrain for rule in rules):
            message = "trains again who learns step by step, and nobody here does"
            remedy = "Use `policy_gradient` actors, or leave it out."
            raise LocatedError(("policy", "sanction", "retrain"), message, Mistake.IDLE, remedy)
        return self

    @model_validator(mode="after")
    @reads("policy", "population", where=lambda experiment: experiment.policy.training is not None)
    def _values_can_be_trained(self) -> Experiment:
        if self.policy.training:
            check_training(self.policy, self.population)
        return self

    @model_validator(mode="after")
    @reads("policy", "population", where=lambda experiment: experiment.drifts)
    def _gains_can_drift(self) -> Experiment:
        check_drift(self.policy, self.population)
        return self

    @model_validator(mode="after")
    @reads("policy", "population", "principal", where=lambda experiment: experiment.principal is not None)
    def _policy_can_move(self) -> Experiment:
        if self.principal is not None:
            check_principal(self, self.policy, self.principal)
        return self

    @model_validator(mode="after")
    @reads("principal", "sweep", "search", "against", where=lambda experiment: experiment.principal is not None)
    def _numbers_are_heard(self) -> Experiment:
        if self.principal is not None:
            check_heard(self, self.principal)
        return self

    @model_validator(mode="after")
    @reads("policy", "population", where=lambda experiment: any(map(_looks_ahead, experiment.population)))
    def _future_can_be_valued(self) -> Experiment:
        for index, entry in enumerate(self.population):
            if _looks_ahead(entry):
                _check_prospects(self.policy, entry, index)
        return self


def enforced(experiment: BaseExperiment) -> Experiment:
    """The experiment, for what needs its policy and its population.

    Raises:
        InputError: it has none.
    """
    if not isinstance(experiment, Experiment):
        remedy = f"{by_caller('`oversight sweep`', '`sweep`')} takes every experiment."
        raise InputError(Problem(f"`{experiment.name}` has no policy and no population", remedy=remedy))
    return experiment


def _undrawn(where: tuple[str | int, ...], reader: str) -> LocatedError:
    """A trait that is not there, and what needs it."""
    remedy = f"Add `{where[-1]}: {{kind: lognormal, ...}}`."
    return LocatedError(where, f"is missing, and {reader} needs it", Mistake.MISSING, remedy)


def _chooses(entry: Entry) -> bool:
    return bool(entry.options) or "option" in entry.rule_parameters()


def _looks_ahead(entry: Entry) -> bool:
    return "prospects" in entry.rule.uses


def _check_prospects(policy: Policy, entry: Entry, index: int) -> None:
    """Refuse what the dynamic programme of an actor that looks ahead cannot value."""
    sanction = policy.sanction
    lifetime = sanction.record_lifetime
    if not np.all(np.isfinite(entry.gains.expectation)):
        raise LocatedError(("population", index, "gain"), f"kind {entry.kind} needs gains with a finite mean")
    if not sanction.linear:
        raise LocatedError(
            ("policy", "sanction", "kind"),
            f"kind {entry.kind} supports sanctions that are linear in gain and harm, which {kind_of(type(sanction))} "
            "does not say it is",
        )
    if policy.open_ended:
        raise LocatedError(
            ("policy",), f"kind {entry.kind} needs a policy that says how many records it tells apart, in `records`"
        )
    if policy.reads_record and lifetime is not None and lifetime > MAX_LIFETIME:
        raise LocatedError(
            ("policy", "sanction", "record_lifetime"),
            f"kind {entry.kind} supports records that lapse after at most {MAX_LIFETIME} periods, or never",
        )
    if policy.records > MAX_STEPS + 1:
        raise LocatedError(
            ("policy", "monitoring", "rate_per_record"), f"kind {entry.kind} supports {MAX_STEPS} steps of a record"
        )
    if "harm" in sanction.depends_on and entry.harm.noise != "none":
        raise LocatedError(
            ("population", index, "harm"),
            f"kind {entry.kind} supports a sanction by harm only where harm is constant or proportional to the gain",
        )


@lru_cache
def policy_model(kinds: Kinds) -> type[Policy]:
    """The schema of a policy when these kinds exist."""
    if not kinds:
        return Policy
    union: Any = Annotated[Union[tuple(_rules(kinds).values())], Field(discriminator="kind")]  # noqa: UP007
    fields = retyped(Policy, {"monitoring": union, "sanction": kinds.union(SANCTIONS)})
    return remade(create_model("Policy", __base__=Policy, **fields), policy_model, kinds)


@lru_cache
def _rules(kinds: Kinds) -> dict[str, type[Monitoring]]:
    """Monitoring rules by kind, whose overseers may respond in any way that exists."""
    more: dict[str, Any] = kinds.own(MONITORING)
    responses = worded(kinds.union(RESPONSES))
    rules = {
        kind: _answering(kinds, kind, rule, responses) if "response" in rule.model_fields else rule
        for kind, rule in {**MONITORING.classes, **more}.items()
    }
    return rules | {kind: stranger(MONITORING, kind) for kind in sorted(kinds.strangers)}


def _answering(kinds: Kinds, kind: str, rule: type[Monitoring], responses: Any) -> type[Monitoring]:
    made = create_model(rule.__name__, __base__=rule, __doc__=rule.__doc__, **retyped(rule, {"response": responses}))
    made.__module__, made.__qualname__ = rule.__module__, rule.__qualname__
    return remade(told_as(made, rule), _rule, kinds, kind)


def _rule(kinds: Kinds, kind: str) -> type[Monitoring]:
    return _rules(kinds)[kind]


@lru_cache
def experiment_model(kinds: Kinds) -> type[Experiment]:
    """The schema of an experiment when these kinds exist."""
    types: dict[str, Any] = {"policy": policy_model(kinds), "population": population_type(kinds)}
    if kinds:
        types |= {"social_cost": _valued(kinds.union(WELFARE)), "measures": _asked(kinds.union(ASKED))}
        types["principal"] = kinds.union(PRINCIPALS) | None
    fields = retyped(Experiment, types)
    return create_model("Experiment", __base__=Experiment, **fields)
