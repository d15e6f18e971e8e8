"""The controls of sections, from the schema, for whichever kinds they have chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from math import floor, log10
from typing import Any, ClassVar

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from oversight.app.control import Choice, Control
from oversight.app.kinds import bounds
from oversight.documents.paths import resolved, value_at
from oversight.documents.schema import items, keys, kind_of, named, sections
from oversight.figures.quantity import Quantity
from oversight.figures.words import parameter, plain
from oversight.quantities import unit_of
from oversight.scenario import BaseExperiment, Grid
from oversight.seams import meaning, written

STEPS = 100
"""About how many steps a slider has."""

MAX_LISTED = 20
"""How many numbers of a list have controls: observed values may be thousands, which only a text can hold."""


class Fields[E: BaseExperiment]:
    """The values of an experiment as controls."""

    where: ClassVar[str] = "in the file"
    """Where what has no control is edited."""

    def __init__(self, experiment: E, opened: BaseExperiment, units: Mapping[str, str]):
        """`opened` is the experiment as it was before single values were changed: ends of sliders come from it."""
        self.experiment = experiment
        self.model = type(experiment)
        self.opened = opened
        self.units = units

    @property
    def money(self) -> float:
        """The scale of money where nothing else says it."""
        return 1.0

    def resets(self, path: str) -> bool:
        """Whether a change of this value begins the run anew, where others do not."""
        return False

    def section(self, path: str, title: str, holder: type[BaseModel]) -> Iterator[Control]:
        """The controls of the section at a path, and the choice of its kind where there are several."""
        field = keys(holder)[path.rpartition(".")[2]]
        if len(sections(field.annotation)) > 1:
            yield self.kind(path, title, field)
        yield from self.fields(path, value_at(self.experiment, path))

    def fields(self, path: str, section: BaseModel) -> Iterator[Control]:
        """The controls of all keys of a section."""
        known = {key: field for key, field in keys(type(section)).items() if key not in ("kind", "name", "sources")}
        # What the kind declares itself comes before what it shares with others.
        shared = {key for base in written(type(section)).__bases__ for key in getattr(base, "model_fields", ())}
        for key in sorted(known, key=shared.__contains__):
            yield from self.field(f"{path}.{key}", known[key], type(section), key)

    def field(self, path: str, field: FieldInfo, holder: type[BaseModel], key: str) -> Iterator[Control]:
        """The controls of one key of a section, `holder`."""
        value = value_at(self.experiment, path)
        title = field.title or plain(key).capitalize()
        schema = bounds(holder, key)
        if schema.get("type") == "string" and "enum" not in schema:
            return  # free text is edited in the file
        if not field.is_required() and field.default is None:
            on = value is not None
            yield Control(path, title, "", field.description or "", "switch", on, resets=self.resets(path))
        if value is None:
            return
        if isinstance(value, BaseModel):
            yield from self.section(path, title, holder)
        elif isinstance(value, dict):
            yield from self._named(path, field, value, schema)
        elif isinstance(value, bool):
            yield Control(path, title, "", field.description or "", "switch", value, resets=self.resets(path))
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
            if isinstance(item, tuple):
                yield from self._listed(f"{path}.{name}", plain(name).capitalize(), field, item, {})
                continue
            if not sections(inside.annotation):
                any_name = schema.get("additionalProperties")
                number = any_name or next(iter(schema["patternProperties"].values()))
                yield self._number(f"{path}.{name}", field, number)
                continue
            if len(sections(inside.annotation)) > 1:
                yield self.kind(f"{path}.{name}", plain(name).capitalize(), inside)
            yield from self.fields(f"{path}.{name}", item)

    def _listed(
        self, path: str, title: str, field: FieldInfo, value: tuple[Any, ...], schema: dict[str, Any]
    ) -> Iterator[Control]:
        """The controls of the members of a list: of each number, or of the numbers in each section."""
        if value and isinstance(value[0], BaseModel):
            for place, each in enumerate(value):
                yield from self._member(f"{path}.{place}", each, place)
            return
        if value and isinstance(value[0], tuple):
            rest = f"{len(value):,} rows: edit them {self.where}."
            yield Control(path, title, "", rest, "note", None, resets=self.resets(path))
            return
        for place, _ in enumerate(value[:MAX_LISTED]):
            yield self._number(f"{path}.{place}", field, schema.get("items", {}))
        if len(value) > MAX_LISTED:
            rest = f"{len(value) - MAX_LISTED:,} more of {len(value):,}: edit them {self.where}."
            yield Control(f"{path}.{MAX_LISTED}", title, "", rest, "note", None, resets=self.resets(path))

    def _member(self, path: str, section: BaseModel, place: int) -> Iterator[Control]:
        """The controls of one of a list of sections, called by its name or its number."""
        whose = plain(getattr(section, "name", "")).capitalize() or f"No.\u00a0{place + 1}"
        for control in self.fields(path, section):
            named = control.title.startswith(f"{whose}: ")
            yield control if named else replace(control, title=f"{whose}: {control.title.lower()}")

    def kind(self, path: str, title: str, field: FieldInfo) -> Control:
        """The choice of a kind at a path."""
        value = value_at(self.experiment, path)
        annotation = items(field.annotation) or field.annotation
        choices = tuple(
            Choice(kind, plain(kind.rpartition(":")[2]), meaning(section))
            for section in sections(annotation)
            if (kind := kind_of(section))
        )
        return self._choice(f"{path}.kind", title, field, value.kind, choices)

    def _choice(self, path: str, title: str, field: FieldInfo, value: str, choices: tuple[Choice, ...]) -> Control:
        help_ = field.description or ""
        return Control(path, title, "", help_, "choice", value, choices=choices, resets=self.resets(path))

    def _number(self, path: str, field: FieldInfo, schema: dict[str, Any]) -> Control:
        value = value_at(self.experiment, path)
        words = self.words(path)
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
            resets=self.resets(path),
        )

    def words(self, path: str) -> Quantity:
        """What the number at a path is called."""
        found = parameter(self.model, self.data, path, self.units)
        assert found is not None
        return found

    def _range(self, path: str, value: float, schema: dict[str, Any], money: bool) -> tuple[float, float]:
        """Ends of a slider: the schema's bounds; where there is none, what is swept, or zero to three times the value.

        The value is that of the scenario as it was opened, so that the ends stay while a slider is dragged; they
        widen for a value beyond them. A bound of a whole number is a technical limit, and so an end only if it is near.
        """
        whole = schema.get("type") == "integer"
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        high = schema.get("maximum", schema.get("exclusiveMaximum"))
        opened = value_at(self.opened, path)
        size = abs(opened if isinstance(opened, int | float) else value)
        most = nice(3 * size) if size else self.money if money else 10.0 if whole else 1.0
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
    def data(self) -> dict[str, Any]:
        return self.experiment.model_dump(mode="json", by_alias=True)

    @cached_property
    def _swept(self) -> dict[str, list[float]]:
        sweep = self.experiment.sweep
        axes = sweep.parameters if isinstance(sweep, Grid) else {}
        found = {path: [value for value in axis.expand() if type(value) in (int, float)] for path, axis in axes.items()}
        return {".".join(map(str, resolved(self.data, path))): values for path, values in found.items() if values}


def nice(value: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below a positive value."""
    power = floor(log10(value))
    # As text, so that 0.3 is 0.3 and no fraction near it.
    numbers = (float(f"{factor}e{power}") for factor in (1, 2, 5, 10))
    return next((number for number in numbers if number >= value * (1 - 1e-12)), value)


def _step(width: float) -> float:
    return nice(width / STEPS)
