"""Choosing another kind: what is carried over, what starts where, and what else is then needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin

import numpy as np
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from oversight.app.scenario import Scenario
from oversight.distributions import Distribution, Harm
from oversight.documents.paths import assign, resolved, value_at
from oversight.documents.problems import problems
from oversight.documents.schema import field_at, items, keys, kind_of, named, sections
from oversight.documents.yaml_file import Document
from oversight.errors import InputError, Mistake, Problem
from oversight.policy import Policy
from oversight.policy.chances import State
from oversight.policy.monitoring.strategic import Overseers
from oversight.policy.sanctions import Offence
from oversight.quantities import unit_of
from oversight.scenario import Entry, Experiment
from oversight.scenario.aimed import answers_of
from oversight.scenario.levels import values_of

REPAIRS = 8
_STRATA = (np.arange(100_000).reshape(1, -1) + 0.5) / 100_000


def with_kind(scenario: Scenario, path: str, kind: str) -> Scenario:
    """The scenario with another kind at `path`, such as `policy.sanction.kind`, and whatever that kind needs.

    Keys of the same name and unit are carried over; others have their default, or start at what suits the scenario:
    distributions keep mean and spread, monitoring its chance of inspection, sanctions the fine of a first offence.

    Raises:
        InputError: there is no such kind there, or it does not go with another choice.
    """
    data = _dump(scenario.experiment)
    parent, _, last = ".".join(map(str, resolved(data, path))).rpartition(".")
    field = field_at(scenario.source.model, data, parent) if last == "kind" else None
    found = _annotation(field, parent) if field else None
    section = next((one for one in sections(found) if kind_of(one) == kind), None)
    if section is None:
        raise InputError(Problem(f"there is no kind `{kind[:60]}` here", path))
    old = value_at(scenario.experiment, parent)
    if kind_of(type(old)) == kind:
        return scenario
    world = World(scenario.experiment, parent)
    try:
        return repaired(scenario, {parent: {"kind": kind, **world.filled(section, old)}})
    except InputError:
        if isinstance(old, Entry):
            raise
        # What was carried over may not go together in the new kind.
        return repaired(scenario, {parent: {"kind": kind, **world.filled(section, None)}})


def with_option(scenario: Scenario, path: str, on: bool) -> Scenario:
    """The scenario with a switch turned: a truth value, or a section or number that may be absent.

    Raises:
        InputError: it does not go with another choice.
    """
    data = _dump(scenario.experiment)
    path = ".".join(map(str, resolved(data, path)))
    field = field_at(scenario.source.model, data, path)
    if field is None:
        raise InputError(Problem("there is no such path", path))
    if field.annotation is bool:
        return repaired(scenario, {path: on})
    if not on:
        return repaired(scenario, {path: None})
    if value_at(scenario.experiment, path) is not None:
        return scenario
    return repaired(scenario, {path: World(scenario.experiment, path).start(field, path.rpartition(".")[2])})


def repaired(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """`scenario.changed(changes)`, with what these changes need and without what no longer goes with them.

    Raises:
        InputError: the changes conflict with something that nobody but the user can decide.
    """
    made = dict(changes)
    for _ in range(REPAIRS):
        try:
            return scenario.changed(made)
        except InputError as error:
            more = _repairs(error.problems, scenario.experiment, made)
            if not more:
                raise
            made.update(more)
    return scenario.changed(made)


def completed(document: Document, model: type[Experiment]) -> Document:
    """The experiment with the traits and incomes that its policy asks for and its population lacks.

    Raises:
        InputError: anything else is wrong.
    """
    data = document.data
    for _ in range(REPAIRS):
        try:
            model.model_validate(data)
            break
        except ValidationError as error:
            found = problems(error, model, document)
            missing = [problem.path for problem in found if _lacks_trait(problem) or _lacks_income(problem)]
            if not missing or len(missing) < len(found):
                raise InputError(found) from None
            sanction = Policy.model_validate(data["policy"]).sanction
            for path in missing:
                income = path.endswith(".income")
                data = assign(data, path, 1.0 if income else {"kind": "constant", "value": _trait(path, sanction, 1.0)})
            document = Document(data, document.folder, document.marks)
    return document


@lru_cache
def json_schema(section: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a section class."""
    return section.model_json_schema()


def bounds(section: type[BaseModel], key: str) -> dict[str, Any]:
    """The JSON Schema of a section's key, without `null`: `type`, `minimum`, `exclusiveMaximum` and so on."""
    schema: dict[str, Any] = json_schema(section)["properties"][key]
    return next((part for part in schema.get("anyOf", ()) if part.get("type") != "null"), schema)


@dataclass(frozen=True)
class World:
    """What a value that nobody has chosen yet may be derived from. `path` is where it will stand."""

    experiment: Experiment
    path: str

    @property
    def entry(self) -> Entry:
        """The population entry that the path is in, the first one otherwise."""
        head, _, rest = self.path.partition(".")
        index = int(rest.partition(".")[0]) if head == "population" else 0
        return self.experiment.population[index]

    @cached_property
    def gain(self) -> float:
        """The mean gain, which sets the scale of money; 1 where it is not positive."""
        mean = mean_of(self.entry.gains)
        return mean if mean > 0 else 1.0

    @cached_property
    def fine(self) -> float:
        """What a first offence of mean gain and harm costs now; the mean gain where that is nothing."""
        caused = float(np.mean(self.entry.harm.expected(np.full((1, 1), self.gain))))
        turnover = self.entry.turnover
        size = mean_of(turnover) if turnover is not None else 0.0
        offence = Offence(
            gain=np.full((1, 1), self.gain),
            harm=np.full((1, 1), caused),
            record=np.zeros((1, 1)),
            turnover=np.full((1, 1), size),
        )
        fine = float(np.max(self.experiment.policy.sanction.schedule(offence)))
        return fine if fine > 0 else self.gain

    @cached_property
    def violations(self) -> float:
        """Violations in a period in which half of the actors violate."""
        return max(1.0, self.experiment.actors / 2)

    @cached_property
    def inspected(self) -> float:
        """The chance that a violator is inspected where half of the actors violate, a strategic overseer half the time.

        One half where there is no such chance.
        """
        state = State(
            violations=np.full((1, 1), self.violations),
            active=np.full((1, 1), float(self.experiment.actors)),
            size=self.experiment.actors,
            record=np.zeros((1, 1)),
            rate=np.full((1, 1), 0.5),
        )
        chance = float(np.max(self.experiment.policy.monitoring.chances(state).violating))
        return chance if chance > 0 else 0.5

    def filled(self, section: type[BaseModel], old: Any) -> dict[str, Any]:
        """Values for the keys of `section`, in the place of the section `old`, but for those left at their default."""
        if issubclass(section, Harm):
            return self._matched(section, old)
        known = keys(type(old)) if isinstance(old, BaseModel) else {}
        free = {key: field for key, field in known.items() if key not in keys(section)}
        held = old.model_dump(mode="json", by_alias=True, exclude_none=True) if isinstance(old, BaseModel) else {}
        result: dict[str, Any] = {}
        for key, field in keys(section).items():
            same = known.get(key)
            if key == "kind":
                continue
            if same is not None and unit_of(same) == unit_of(field) and same.annotation == field.annotation:
                if key in held and getattr(old, key) != field.get_default():
                    result[key] = held[key]
            elif field.is_required():
                alike = [other for other, its in free.items() if unit_of(its) == unit_of(field) != ""]
                value = held.get(alike[0]) if alike and "items" not in bounds(section, key) else None
                if isinstance(value, int | float) and value > 0:
                    free.pop(alike[0])
                    result[key] = self._within(section, key, value)
                else:
                    result[key] = self.start(field, key, section)
        return result

    def start(self, field: FieldInfo, key: str, section: type[BaseModel] | None = None) -> Any:
        """A value to start from for one key."""
        inner = sections(field.annotation)
        if inner:
            kind = kind_of(inner[0])
            return {**({"kind": kind} if kind else {}), **self._inside(key).filled(inner[0], None)}
        if get_origin(field.annotation) is Literal:
            return get_args(field.annotation)[0]
        if named(field.annotation) is not None:
            known = list(values_of(self.experiment.population))
            if unit_of(field).startswith("money"):
                return dict.fromkeys(known or ["honesty"], rounded(self.gain))
            # What the reference model does can be reached.
            levels = answers_of(self.experiment.population, known).base.levels if known else [-0.5]
            return {name: rounded(float(level)) for name, level in zip(known or ["honesty"], levels, strict=True)}
        if items(field.annotation) is not None:
            return [rounded(self.fine), rounded(2 * self.fine)]
        return self._within(section or type(self._parent), key, self._guess(unit_of(field), key))

    @property
    def _parent(self) -> Any:
        return value_at(self.experiment, self.path.rpartition(".")[0])

    def _inside(self, key: str) -> World:
        return self if self.path.endswith(key) else World(self.experiment, f"{self.path}.{key}")

    def _guess(self, unit: str, key: str) -> float:
        """A number of this unit that suits the scenario."""
        in_policy = self.path.startswith("policy")
        if unit == "money per unit of it":
            return 1.0 / _TRAIT_BY_GAIN
        if unit.startswith("money"):
            # Looking then pays from a violator in five on.
            return self.fine / 5 if "per inspection" in unit else self.fine
        if unit.startswith("per unit of money"):
            return 1.0 / self.gain
        if unit == "multiple of the base":
            return self.fine / self.gain
        if unit.startswith("probability"):
            return self.inspected if in_policy or "belief" in self.path else 0.5
        if unit.startswith("inspections"):
            return self.inspected * self.experiment.actors
        if unit.startswith("cases"):
            return self.inspected * self.violations * (2.0 if key.endswith("high") else 1.0)
        if unit == "overseers":
            return max(2.0, self.experiment.actors / 10)
        if unit == "violations":
            return self.violations if in_policy else 1.0
        if unit.startswith("periods"):
            return float(self.experiment.periods if key == "horizon" else min(10, self.experiment.periods))
        return 0.5 if unit.startswith(("share", "weight")) else 1.0

    def _within(self, section: type[BaseModel], key: str, value: float) -> float | int:
        """The value, rounded, and moved into the bounds of the schema."""
        limits = bounds(section, key)
        least = limits.get("minimum", limits.get("exclusiveMinimum", -np.inf))
        most = limits.get("maximum", limits.get("exclusiveMaximum", np.inf))
        inside = float(np.clip(rounded(value), least, most))
        if limits.get("type") == "integer":
            return max(1, round(inside))
        open_ended = inside in (limits.get("exclusiveMinimum"), limits.get("exclusiveMaximum"))
        return (least + min(most, least + 2.0)) / 2 if open_ended else inside

    def _matched(self, section: type[Harm], old: Any) -> dict[str, Any]:
        """Parameters with the mean and the standard deviation of what was there before.

        A constant becomes as wide as the uniform distribution from zero to twice its value.
        """
        mean, sd = self._old_moments(old)
        if sd == 0:
            sd = (abs(mean) or self.gain) / np.sqrt(3)
        found = section.matching(mean, sd, self.gain)
        if found is None:
            required = {key: field for key, field in keys(section).items() if field.is_required() and key != "kind"}
            return {key: self.start(field, key, section) for key, field in required.items()}
        return {key: np.vectorize(rounded)(value).tolist() for key, value in found.items()}

    def _old_moments(self, old: Any) -> tuple[float, float]:
        if isinstance(old, Distribution):
            return moments(old)
        if isinstance(old, Harm):
            # Where gains grow with a trait, each quantile takes a search.
            strata = _STRATA[:, ::100] if self.entry.gain.scales_with else _STRATA
            caused = old.expected(self.entry.gains.quantile(strata))
            return float(np.mean(caused)), float(np.std(caused))
        if self.path.endswith(_TRAITS):
            return _trait(self.path, self.experiment.policy.sanction, _TRAIT_BY_GAIN * self.gain), 0.0
        return self.gain, 0.0


def moments(distribution: Distribution) -> tuple[float, float]:
    """Mean and standard deviation; of the part between extreme quantiles where they are infinite."""
    return mean_of(distribution), float(np.std(distribution.quantile(_STRATA)))


def mean_of(distribution: Distribution) -> float:
    """The mean; of the part between extreme quantiles where it is infinite."""
    mean = float(np.ravel(distribution.expectation)[0])
    return mean if np.isfinite(mean) else float(np.mean(distribution.quantile(_STRATA)))


def rounded(value: float) -> float:
    """Three significant digits: a number that was derived is not precise."""
    return float(f"{value:.3g}")


_TRAITS = ("wealth", "turnover")
_TRAIT_BY_GAIN = 10.0
"""An actor's wealth or turnover, where nothing says what it is, as a multiple of its mean gain."""


def _trait(path: str, sanction: Any, otherwise: float) -> float:
    """A trait's value: what the sanction is made for, or another."""
    suited = sanction.suits(path.rpartition(".")[2]) if sanction is not None else None
    return rounded(otherwise if suited is None else suited)


def _sanction(experiment: Experiment, made: Mapping[str, Any]) -> Any:
    """The sanction after the changes, None where it is not yet a whole one."""
    if "policy.sanction" not in made:
        return experiment.policy.sanction
    field = type(experiment.policy).model_fields["sanction"]
    kinds: Any = Annotated[field.annotation, Field(discriminator="kind")]
    try:
        return TypeAdapter(kinds).validate_python(made["policy.sanction"])
    except ValidationError:
        return None


def _repairs(found: list[Problem], experiment: Experiment, made: Mapping[str, Any]) -> dict[str, Any]:
    """Changes that would mend the problems: what is missing, or an option that no longer has a meaning."""
    more: dict[str, Any] = {}
    for problem in found:
        parent, _, key = problem.path.rpartition(".")
        if _lacks_trait(problem):
            world = World(experiment, problem.path)
            others = [held for entry in experiment.population if (held := getattr(entry, key)) is not None]
            if others:
                more[problem.path] = others[0].model_dump(mode="json", by_alias=True)
                continue
            value = _trait(problem.path, _sanction(experiment, made), _TRAIT_BY_GAIN * world.gain)
            more[problem.path] = {"kind": "constant", "value": value}
        elif problem.mistake is Mistake.MISSING and key in ("overseers", "income", "network"):
            more[problem.path] = _lacking(key, World(experiment, problem.path))
        elif problem.mistake is Mistake.MISSING and parent in ("policy.training.weights", "policy.training.targets"):
            more |= _wrong(experiment, key)
        elif problem.path in _MENDED:
            more[problem.path] = _MENDED[problem.path]
        elif problem.mistake is Mistake.MISSING and parent.endswith(".traits"):
            held = value_at(_dump(experiment), parent) or {}
            more[parent] = {**held, key: {"kind": "uniform", "low": 0.0, "high": 1.0}}
        elif parent == "policy.monitoring" and problem.mistake is Mistake.IDLE:
            more[problem.path] = None if key in ("overseers", "signal") else 1.0
        elif (problem.path in _OPTIONAL or key == "errors") and problem.mistake is Mistake.IDLE:
            more[problem.path] = None
        elif parent in ("policy.witnesses", "policy.inspectors"):
            more |= _of_reports(problem, World(experiment, problem.path), made)
    return {path: value for path, value in more.items() if path not in made}


def _lacking(key: str, world: World) -> Any:
    """What a strategic overseer, customers who may leave or actors who see one another cannot do without."""
    if key == "overseers":
        return world.filled(Overseers, None)
    return rounded(world.gain) if key == "income" else {"kind": "everyone"}


_MENDED: dict[str, Any] = {
    "policy.training.when": "each_period",
    "policy.market.losses": "add",
    "policy.payoffs.overseer": {},
}
"""What a key had better say where it does not go with another choice."""
_OPTIONAL = (
    "policy.honeypots",
    "policy.witnesses",
    "policy.inspectors",
    "policy.payoffs",
    "policy.sanction.self_report",
    "policy.training.drift",
)
"""Parts that a policy can do without where they do not go with another choice."""


def _of_reports(problem: Problem, world: World, made: Mapping[str, Any]) -> dict[str, Any]:
    """The same inside witnesses and inspectors: a stake or a bounty, a precision where there is a logit, a reward."""
    stake, bounty = "policy.witnesses.stake", "policy.witnesses.bounty"
    if problem.path == stake and problem.mistake is Mistake.MISSING:
        return {bounty if stake in made else stake: rounded(world.gain)}
    if problem.path == bounty and problem.mistake is Mistake.IDLE:
        return {stake: None}
    if problem.mistake is Mistake.IDLE:
        return {"policy.witnesses.response": "logit"} if problem.path in made else {problem.path: None}
    key = problem.path.rpartition(".")[2]
    found = {"precision": 1.0 / world.gain, "reward": world.fine / 2}
    return {problem.path: rounded(found[key])} if key in found else {}


def _wrong(experiment: Experiment, name: str) -> dict[str, Any]:
    """A score of -1 on a value for whatever is a violation."""
    found: dict[str, Any] = {}
    for index, entry in enumerate(experiment.population):
        places = [f"options.{place}" for place, wrong in enumerate(entry.wrong) if wrong] if entry.options else []
        found |= {f"population.{index}.{place}.values": {name: -1.0} for place in places}
        if not entry.options:
            found[f"population.{index}.violating"] = {"values": {name: -1.0}}
    return found


def _lacks_trait(problem: Problem) -> bool:
    """Whether all that is wrong is that the actors have no turnover, or no wealth."""
    head, _, key = problem.path.rpartition(".")
    return problem.mistake is Mistake.MISSING and head.startswith("population.") and key in _TRAITS


def _lacks_income(problem: Problem) -> bool:
    """Whether all that is wrong is that the actors have no income that customers could take."""
    return problem.mistake is Mistake.MISSING and problem.path.endswith(".income")


def _annotation(field: FieldInfo, path: str) -> Any:
    """What may stand at a path: of a list's element, what its elements may be."""
    return items(field.annotation) if path.rpartition(".")[2].isdecimal() else field.annotation


def _dump(experiment: Experiment) -> dict[str, Any]:
    return experiment.model_dump(mode="json", by_alias=True)
