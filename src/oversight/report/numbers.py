"""Every number of an experiment, such as those of policy and population, with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from oversight.documents.paths import resolved
from oversight.documents.schema import keys, named
from oversight.environments import Group, Part
from oversight.figures.words import of_unit, plain
from oversight.quantities import Citation, unit_of
from oversight.report.study import Dimension, Study
from oversight.seams import title_of

_TAGS = {"statute": "statute", "paper": "paper", "data": "data", "assumption": "assumption"}


@dataclass
class Row:
    """A number in words, and its tag: swept, statute, paper, data or assumption."""

    name: str
    value: str
    tag: str
    source: str = ""
    note: str = ""
    default: bool = False


@dataclass
class Card:
    """A part of an experiment. `defaults` are options that the files leave alone."""

    heading: str
    meaning: str
    rows: list[Row] = field(default_factory=list)
    defaults: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Put a row where it belongs."""
        (self.defaults if row.default else self.rows).append(row)


def cards(study: Study, group: Group) -> list[Card]:
    """The parts of a group."""
    return [_card(study, group, part) for part in group.parts]


def _card(study: Study, group: Group, part: Part) -> Card:
    swept = _swept(study, part)
    card = Card(part.heading, part.meaning)
    for path in ("", "kind"):
        if path in swept:
            own = f"What follows is the file's own: {part.kind}." if part.kind else "What follows is the file's own."
            card.add(Row(part.kind_of, _range(swept[path]), "swept", note=own))
    for key, info, value, given in _fields(part.section):
        if key not in ("name", "sources") and (value != () or _within(swept, key)):
            card.add(_row(group.units, part, key, info, value, swept, given))
    return card


def _within(swept: Mapping[str, Dimension], key: str) -> dict[str, Dimension]:
    """What is swept of a key, or of a section that it holds."""
    return {path: each for path, each in swept.items() if path == key or path.startswith(f"{key}.")}


def _row(
    units: Mapping[str, str],
    part: Part,
    key: str,
    info: FieldInfo,
    value: Any,
    swept: Mapping[str, Dimension],
    given: bool,
) -> Row:
    """A number, or a section of numbers in one line: what is swept in it has its range there."""
    ranges = _within(swept, key)
    own = _described(units, info, value, {})
    text = _range(ranges[key]) if key in ranges else _described(units, info, value, ranges)
    row = Row(info.title or plain(key), text, "assumption", default=not given and not ranges)
    _cite(row, [source for path, source in part.sources.items() if f"{path}.".startswith(f"{key}.")])
    if ranges:
        row.tag, row.note = "swept", f"The file's own value is {own}. {row.note}".strip()
    return row


def _cite(row: Row, sources: Sequence[Citation]) -> None:
    """Say where the numbers in a row come from; one that is assumed in part is marked as an assumption."""
    tags = [_TAGS[source.kind] for source in sources]
    if tags:
        row.tag = "assumption" if "assumption" in tags else tags[0]
    row.source = "; ".join(dict.fromkeys(source.reference for source in sources if source.reference))
    row.note = " ".join(dict.fromkeys(source.note for source in sources if source.note))


def _described(units: Mapping[str, str], info: FieldInfo, value: Any, swept: Mapping[str, Dimension]) -> str:
    """A value in one line; a section as its kind and its numbers."""
    if isinstance(value, dict):
        inside = FieldInfo.from_annotation(named(info.annotation))
        return (
            "; ".join(f"{plain(name)}: {_described(units, inside, item, {})}" for name, item in value.items()) or "none"
        )
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        return "; ".join(_member(units, place, each, swept) for place, each in enumerate(value))
    if not isinstance(value, BaseModel):
        return _text(units, info, value)
    by_key = {path.rpartition(".")[2]: dimension for path, dimension in swept.items()}
    parts = [
        f"{'' if key == 'value' else f'{(inner.title or key).lower()} '}"
        f"{_range(by_key[key]) if key in by_key else _text(units, inner, item)}"
        for key, inner, item, _ in _fields(value)
        if item is not None
    ]
    kind = _range(by_key["kind"]) if "kind" in by_key else title_of(getattr(value, "kind", ""), type(value))
    return ": ".join(filter(None, [kind, ", ".join(parts)]))


def _member(units: Mapping[str, str], place: int, value: BaseModel, swept: Mapping[str, Dimension]) -> str:
    """One of a list of named sections: its name, and the keys that its file gives or a sweep varies."""
    name = getattr(value, "name", str(place))
    own = {
        path.rpartition(".")[2]: each for path, each in swept.items() if path.split(".")[1:2] in ([name], [str(place)])
    }
    parts = [
        f"{(info.title or key).lower()} {_range(own[key]) if key in own else _text(units, info, item)}"
        for key, info, item, given in _fields(value)
        if key != "name" and (given or key in own)
    ]
    return ": ".join(filter(None, [plain(name), ", ".join(parts)]))


def _fields(section: BaseModel) -> Iterator[tuple[str, FieldInfo, Any, bool]]:
    """Key, words, value and whether a file gives it, of all fields but `kind`."""
    names = {info.alias or name: name for name, info in type(section).model_fields.items()}
    for key, info in keys(type(section)).items():
        if key != "kind":
            yield key, info, getattr(section, names[key]), names[key] in section.model_fields_set


def _text(units: Mapping[str, str], info: FieldInfo, value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return plain(value)
    unit = unit_of(info)
    quantity = of_unit(info.title or "", unit, units)
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return "; ".join(f"({_text({}, FieldInfo(), row)})" for row in value)
    if isinstance(value, tuple):
        if len(value) > 6:
            return f"{len(value)} values from {quantity.text(min(value))} to {quantity.text(max(value))}"
        return ", ".join(map(quantity.bare, value)) + (quantity.suffix if not quantity.percent else "")
    if isinstance(value, BaseModel):
        return _described(units, info, value, {})
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in value.items()) or "none"
    if not isinstance(value, int | float):
        return plain(str(value))
    return quantity.bare(value) if unit == (info.title or "").lower() else quantity.full(value)


def _range(dimension: Dimension) -> str:
    if not dimension.numeric or len(dimension.cells) < 5:
        return (", " if dimension.numeric else "; ").join(dimension.labels)
    low, high = dimension.cells[0], dimension.cells[-1]
    return f"{dimension.quantity.bare(low)} to {dimension.quantity.full(high)}, {len(dimension.cells)} values"


def _swept(study: Study, part: Part) -> dict[str, Dimension]:
    """Swept parameters of a part, by the path inside it; empty where all of it is swept."""
    data, place = study.results.source.document.data, tuple(part.path.split("."))
    found = {}
    for dimension in study.swept:
        where = tuple(map(str, resolved(data, dimension.path)))
        if where[: len(place)] == place:
            found[".".join(where[len(place) :])] = dimension
    return found
