"""The controls of a scenario, from the schema, for whichever kinds it has chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import floor, log10
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from oversight.app.kinds import bounds, mean_of, repaired, unit_of, with_kind, with_option
from oversight.app.scenario import Scenario
from oversight.documents.paths import resolved, value_at
from oversight.documents.schema import items, keys, kind_of, named, sections
from oversight.errors import InputError, Mistake, Problem
from oversight.figures.quantity import Quantity
from oversight.figures.words import parameter, plain
from oversight.scenario import Grid
from oversight.seams import meaning, written

STEPS = 100
"""About how many steps a slider has."""

MAX_LISTED = 20
"""How many numbers of a list have controls: observed values may be thousands, which only a text can hold."""

ControlKind = Literal["number", "integer", "switch", "choice", "note"]


@dataclass(frozen=True)
class Choice:
    """One of the values of a choice: as a file has it, in words, and what it means."""

    value: str
    title: str
    help: str = ""


@dataclass(frozen=True)
class Control:
    """One value of a scenario, and how it is set.

    A switch at the path of a number or section says whether that is there at all; a note says what has no control.
    Percentages are held as shares.
    `least` and `most` are the ends of a slider; a number beyond them may be typed, and the schema judges it.
    """

    path: str
    title: str
    unit: str
    help: str
    kind: ControlKind
    value: Any
    least: float = 0.0
    most: float = 1.0
    step: float = 1.0
    choices: tuple[Choice, ...] = ()
    percent: bool = False
    resets: bool = False

    @property
    def key(self) -> str:
        """What identifies the control on a page: a number that may be absent shares its path with a switch."""
        return f"{self.path}?" if self.kind == "switch" else self.path


@dataclass(frozen=True)
class Group:
    """Controls under one heading."""

    title: str
    controls: tuple[Control, ...]


def controls(scenario: Scenario) -> list[Group]:
    """The controls of a scenario, grouped: the policy's parts, each population entry, the run."""
    return _Panel(scenario).groups()


def edited(scenario: Scenario, key: str, value: Any) -> Scenario:
    """The scenario after a control, named by its `key`, was set to `value`.

    Raises:
        InputError: there is no such control, or the value is wrong or conflicts with another.
    """
    if key.endswith("?"):
        if not isinstance(value, bool):
            raise InputError(Problem("a switch is on or off", key.rstrip("?")))
        return with_option(scenario, key.removesuffix("?"), value)
    if key.rpartition(".")[2] == "kind":
        return with_kind(scenario, key, str(value))
    return repaired(scenario, {key: value}) if isinstance(value, str) else scenario.changed({key: value})


def message(groups: Sequence[Group], key: str, error: InputError) -> str:
    """Why the control `key` did not take a value, in the words and units that the page shows."""
    known = {control.key: control for group in groups for control in group.controls}
    return " ".join(_worded(problem, key, known) for problem in error.problems)


def _worded(problem: Problem, key: str, known: Mapping[str, Control]) -> str:
    control = known.get(problem.path)
    text = f"{problem.message}. {problem.remedy}".strip()
    if control is None:
        return text
    if control.percent and problem.mistake is Mistake.OUT_OF_BOUNDS:
        ends = "more than 0\u00a0% and " if control.least > 0 else "at least 0\u00a0% and "
        text = f"It must be {ends}{'less than' if control.most < 1 else 'at most'} 100\u00a0%."
    return text if control.key == key else f"{control.title}: {text}"


class _Panel:
    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.experiment = scenario.experiment
        self.model = type(scenario.experiment)
        self.units = scenario.experiment.policy.units.model_dump()

    def groups(self) -> list[Group]:
        policy, labels = self.experiment.policy, [entry.label for entry in self.experiment.population]
        named = [
            ("Monitoring", self._monitoring(type(policy))),
            ("Detection", self._section("policy.detector", "Detector", type(policy))),
            ("Sanction", self._sanction(type(policy))),
            (
                "Training",
                self._field("policy.training", type(policy).model_fields["training"], type(policy), "training"),
            ),
            ("Social cost", self._section("social_cost", "Social cost", self.model)),
            *(
                (f"Actors: {plain(label)}" if len(labels) > 1 else "Actors", self._entry(index))
                for index, label in enumerate(labels)
            ),
            ("Run", self._run()),
        ]
        return [Group(title, tuple(each)) for title, each in named]

    def _monitoring(self, policy: type[BaseModel]) -> Iterator[Control]:
        yield from self._section("policy.monitoring", "Monitoring", policy)
        for key in ("honeypots", "witnesses"):
            yield from self._field(f"policy.{key}", policy.model_fields[key], policy, key)

    def _sanction(self, policy: type[BaseModel]) -> Iterator[Control]:
        yield from self._section("policy.sanction", "Sanction", policy)
        for key in ("inspectors", "market"):
            yield from self._field(f"policy.{key}", policy.model_fields[key], policy, key)

    def _entry(self, index: int) -> Iterator[Control]:
        path = f"population.{index}"
        yield self._kind(path, "Kind of actor", self.model.model_fields["population"])
        yield from self._fields(path, self.experiment.population[index])

    def _run(self) -> Iterator[Control]:
        for key in ("start", "periods", "burn_in", "seed", "dynamics"):
            yield from self._field(key, self.model.model_fields[key], type(self.experiment), key)

    def _section(self, path: str, title: str, holder: type[BaseModel]) -> Iterator[Control]:
        field = keys(holder)[path.rpartition(".")[2]]
        if len(sections(field.annotation)) > 1:
            yield self._kind(path, title, field)
        yield from self._fields(path, value_at(self.experiment, path))

    def _fields(self, path: str, section: BaseModel) -> Iterator[Control]:
        known = {key: field for key, field in keys(type(section)).items() if key not in ("kind", "name", "sources")}
        # What the kind declares itself comes before what it shares with others.
        shared = {key for base in written(type(section)).__bases__ for key in getattr(base, "model_fields", ())}
        for key in sorted(known, key=shared.__contains__):
            yield from self._field(f"{path}.{key}", known[key], type(section), key)

    def _field(self, path: str, field: FieldInfo, holder: type[BaseModel], key: str) -> Iterator[Control]:
        value = value_at(self.experiment, path)
        title = field.title or plain(key).capitalize()
        schema = bounds(holder, key)
        if schema.get("type") == "string" and "enum" not in schema:
            return  # free text is edited in the file
        if not field.is_required() and field.default is None:
            on = value is not None
            yield Control(path, title, "", field.description or "", "switch", on, resets=_resets(path))
        if value is None:
            return
        if isinstance(value, BaseModel):
            yield from self._section(path, title, holder)
        elif isinstance(value, dict):
            yield from self._named(path, field, value, schema)
        elif isinstance(value, bool):
            yield Control(path, title, "", field.description or "", "switch", value, resets=_resets(path))
        elif isinstance(value, str):
            choices = tuple(Choice(one, plain(one)) for one in schema.get("enum", ()))
            if choices:
                yield self._choice(path, title, field, value, choices)
        elif isinstance(value, tuple):
            yield from self._listed(path, title, field, value, schema)
        else:
            yield self._number(path, field, schema)

    def _named(self, path: str, field: FieldInfo, value: dict[str, Any], schema: dict[str, Any]) -> Iterator[Control]:
        """The controls of a free mapping's values: numbers, or sections."""
        inside = FieldInfo.from_annotation(named(field.annotation))
        for name, item in value.items():
            if not sections(inside.annotation):
                (number,) = schema["patternProperties"].values()
                yield self._number(f"{path}.{name}", field, number)
                continue
            if len(sections(inside.annotation)) > 1:
                yield self._kind(f"{path}.{name}", plain(name).capitalize(), inside)
            yield from self._fields(f"{path}.{name}", item)

    def _listed(
        self, path: str, title: str, field: FieldInfo, value: tuple[Any, ...], schema: dict[str, Any]
    ) -> Iterator[Control]:
        """The controls of the members of a list: of each number, or of the numbers in each section."""
        if value and isinstance(value[0], BaseModel):
            for place, each in enumerate(value):
                yield from self._member(f"{path}.{place}", each)
            return
        for place, _ in enumerate(value[:MAX_LISTED]):
            yield self._number(f"{path}.{place}", field, schema.get("items", {}))
        if len(value) > MAX_LISTED:
            rest = f"{len(value) - MAX_LISTED:,} more of {len(value):,}: edit them in the text, under Scenarios."
            yield Control(f"{path}.{MAX_LISTED}", title, "", rest, "note", None, resets=_resets(path))

    def _member(self, path: str, section: BaseModel) -> Iterator[Control]:
        """The controls of one of a list of sections, called by its name."""
        whose = plain(getattr(section, "name", "")).capitalize()
        for control in self._fields(path, section):
            named = control.title.startswith(f"{whose}: ")
            yield control if named else replace(control, title=f"{whose}: {control.title.lower()}")

    def _kind(self, path: str, title: str, field: FieldInfo) -> Control:
        value = value_at(self.experiment, path)
        annotation = items(field.annotation) or field.annotation
        choices = tuple(
            Choice(kind, plain(kind.rpartition(":")[2]), meaning(section))
            for section in sections(annotation)
            if (kind := kind_of(section))
        )
        return self._choice(f"{path}.kind", title, field, value.kind, choices)

    @staticmethod
    def _choice(path: str, title: str, field: FieldInfo, value: str, choices: tuple[Choice, ...]) -> Control:
        help_ = field.description or ""
        return Control(path, title, "", help_, "choice", value, choices=choices, resets=_resets(path))

    def _number(self, path: str, field: FieldInfo, schema: dict[str, Any]) -> Control:
        value = value_at(self.experiment, path)
        words = self._words(path)
        integer = schema.get("type") == "integer"
        least, most = self._range(path, value, schema, unit_of(field).startswith("money"))
        return Control(
            path=path,
            title=words.title,
            unit=words.unit,
            help=words.description,
            kind="integer" if integer else "number",
            value=value,
            least=least,
            most=most,
            step=1 if integer else _step(most - least),
            percent=words.percent,
            resets=_resets(path),
        )

    def _words(self, path: str) -> Quantity:
        head, *inner = path.split(".")
        if head == "population":  # an entry's words without its name, which its group has
            data = {**self._data, head: [self._data[head][int(inner[0])]]}
            words = parameter(self.model, data, ".".join([head, "0", *inner[1:]]), self.units)
        else:
            words = parameter(self.model, self._data, path, self.units)
        assert words is not None
        return words

    def _range(self, path: str, value: float, schema: dict[str, Any], money: bool) -> tuple[float, float]:
        """Ends of a slider: the schema's bounds; where there is none, what is swept, or zero to three times the value.

        The value is that of the scenario as it was opened, so that the ends stay while a slider is dragged; they
        widen for a value beyond them. A bound of a whole number is a technical limit, and so an end only if it is near.
        """
        whole = schema.get("type") == "integer"
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        high = schema.get("maximum", schema.get("exclusiveMaximum"))
        opened = value_at(self.scenario.opened, path)
        size = abs(opened if isinstance(opened, int | float) else value)
        most = nice(3 * size) if size else self._mean_gain if money else 10.0 if whole else 1.0
        swept = self._swept.get(path, [])
        if high is not None and not whole:
            most = high
        elif swept and max(swept) > 0:
            most = max(swept)
        most = min(most, high) if high is not None else most
        if low is None:
            low = 0.0 if money and min(value, *swept, 0.0) == 0 else -most
        step = 1 if whole else _step(most - low)
        least = low + step if "exclusiveMinimum" in schema and low == schema["exclusiveMinimum"] else low
        most = most - step if most == schema.get("exclusiveMaximum") else most
        if value > most:
            most = nice(value)
        return min(least, value), max(most, least + step)

    @cached_property
    def _data(self) -> dict[str, Any]:
        return self.experiment.model_dump(mode="json", by_alias=True)

    @cached_property
    def _mean_gain(self) -> float:
        return nice(abs(mean_of(self.experiment.population[0].gains)) or 1.0)

    @cached_property
    def _swept(self) -> dict[str, list[float]]:
        sweep = self.experiment.sweep
        axes = sweep.parameters if isinstance(sweep, Grid) else {}
        found = {path: [value for value in axis.expand() if type(value) in (int, float)] for path, axis in axes.items()}
        return {".".join(map(str, resolved(self._data, path))): values for path, values in found.items() if values}


def nice(value: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below a positive value."""
    power = floor(log10(value))
    # As text, so that 0.3 is 0.3 and no fraction near it.
    numbers = (float(f"{factor}e{power}") for factor in (1, 2, 5, 10))
    return next((number for number in numbers if number >= value * (1 - 1e-12)), value)


def _step(width: float) -> float:
    return nice(width / STEPS)


def _resets(path: str) -> bool:
    """Whether the run starts over: a policy, and how outcomes are valued, change while it plays."""
    return path.partition(".")[0] not in ("policy", "social_cost")
