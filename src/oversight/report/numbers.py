"""Every number of the policy and the population, with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from oversight.documents.schema import keys, member, named
from oversight.figures.words import of_unit, plain
from oversight.policy import Citation, Policy
from oversight.report.kinds import capital, title
from oversight.report.study import Dimension, Study
from oversight.scenario import Entry
from oversight.seams import meaning

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
    """A part of the policy or of the population. `defaults` are options that the files leave alone."""

    heading: str
    meaning: str
    rows: list[Row] = field(default_factory=list)
    defaults: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Put a row where it belongs."""
        (self.defaults if row.default else self.rows).append(row)


def policy_cards(study: Study, policy: Policy) -> list[Card]:
    """Monitoring, detector and sanction of a policy."""
    swept = {path.removeprefix("policy."): d for path, d in _swept(study).items() if path.startswith("policy.")}
    cards = []
    for part in ("monitoring", "detector", "sanction"):
        section = getattr(policy, part)
        kind = getattr(section, "kind", "")
        heading = f"{part.capitalize()}: {title(kind, type(section))}" if kind else part.capitalize()
        card = Card(heading, meaning(type(section)))
        for path in (part, f"{part}.kind"):
            if path in swept:
                own = f"What follows is the policy's own: {title(kind, type(section))}."
                card.add(Row(part.capitalize(), _range(swept[path]), "swept", note=own))
        for key, info, value, given in _fields(section):
            card.add(_policy_row(study, policy, f"{part}.{key}", info, value, swept, given))
        cards.append(card)
    return cards


def _policy_row(
    study: Study, policy: Policy, path: str, info: FieldInfo, value: Any, swept: dict[str, Dimension], given: bool
) -> Row:
    name = info.title or plain(path)
    values = [dimension for key, dimension in swept.items() if key == path or key.startswith(f"{path}.")]
    source = policy.sources.get(path)
    text = _described(policy.units.model_dump(), info, value, {})
    if values:
        own = f"The policy's own value is {text}. {source.note if source else ''}".strip()
        return Row(name, "; ".join(map(_range, values)), "swept", source.reference if source else "", own)
    if source is None:
        return Row(name, text, "assumption", default=not given)
    return Row(name, text, _TAGS[source.kind], source.reference, source.note)


def population_cards(study: Study) -> list[Card]:
    """The entries of the population."""
    return [_entry_card(study, index, entry) for index, entry in enumerate(study.experiment.population)]


def _entry_card(study: Study, index: int, entry: Entry) -> Card:
    swept = _swept_of_entry(study, index)
    about = ": ".join(filter(None, [capital(title(entry.kind, entry.rule)), _sentence(meaning(entry.rule))]))
    card = Card(plain(entry.label), about)
    for path in ("", "kind"):
        if path in swept:
            card.add(Row("Kind of actor", _range(swept[path]), "swept", note="What follows is the file's own."))
    for key, info, value, given in _fields(entry):
        if key in ("name", "sources"):
            continue
        ranges = {path: d for path, d in swept.items() if path == key or path.startswith(f"{key}.")}
        text = _range(ranges[key]) if key in ranges else _described(study.units, info, value, ranges)
        if ranges or value is not None:
            row = Row(info.title or plain(key), text, "assumption", default=not given and not ranges)
            _cite(row, [source for path, source in entry.sources.items() if f"{path}.".startswith(f"{key}.")])
            row.tag = "swept" if ranges else row.tag
            card.add(row)
    return card


def _cite(row: Row, sources: Sequence[Citation]) -> None:
    """Say where the numbers in a row come from; one that is assumed in part is marked as an assumption."""
    tags = [_TAGS[source.kind] for source in sources]
    if tags:
        row.tag = "assumption" if "assumption" in tags else tags[0]
    row.source = "; ".join(dict.fromkeys(source.reference for source in sources if source.reference))
    row.note = " ".join(dict.fromkeys(source.note for source in sources if source.note))


def _described(units: Mapping[str, str], info: FieldInfo, value: Any, swept: dict[str, Dimension]) -> str:
    """A value in one line; a section as its kind and its numbers."""
    if isinstance(value, dict):
        inside = FieldInfo.from_annotation(named(info.annotation))
        return (
            "; ".join(f"{plain(name)}: {_described(units, inside, item, {})}" for name, item in value.items()) or "none"
        )
    if not isinstance(value, BaseModel):
        return _text(units, info, value)
    by_key = {path.rpartition(".")[2]: dimension for path, dimension in swept.items()}
    parts = [
        f"{'' if key == 'value' else f'{(inner.title or key).lower()} '}"
        f"{_range(by_key[key]) if key in by_key else _text(units, inner, item)}"
        for key, inner, item, _ in _fields(value)
        if item is not None
    ]
    kind = _range(by_key["kind"]) if "kind" in by_key else title(getattr(value, "kind", ""), type(value))
    return ": ".join(filter(None, [kind, ", ".join(parts)]))


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
    extra = info.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    quantity = of_unit(info.title or "", unit, units)
    if isinstance(value, tuple):
        if len(value) > 6:
            return f"{len(value)} values from {quantity.text(min(value))} to {quantity.text(max(value))}"
        return ", ".join(map(quantity.bare, value)) + (quantity.suffix if not quantity.percent else "")
    if isinstance(value, BaseModel):
        return _described(units, info, value, {})
    if not isinstance(value, int | float):
        return plain(str(value))
    return quantity.bare(value) if unit == (info.title or "").lower() else quantity.full(value)


def _range(dimension: Dimension) -> str:
    if not dimension.numeric or len(dimension.cells) < 5:
        return (", " if dimension.numeric else "; ").join(dimension.labels)
    low, high = dimension.cells[0], dimension.cells[-1]
    return f"{dimension.quantity.bare(low)} to {dimension.quantity.full(high)}, {len(dimension.cells)} values"


def _swept(study: Study) -> dict[str, Dimension]:
    return {dimension.path: dimension for dimension in study.swept}


def _swept_of_entry(study: Study, index: int) -> dict[str, Dimension]:
    """Swept parameters of an entry, by the path inside it."""
    listed = study.results.source.document.data["population"]
    found = {}
    for path, dimension in _swept(study).items():
        head, _, rest = path.partition(".")
        which, _, inner = rest.partition(".")
        if head == "population" and which and member(listed, which) == index:
            found[inner] = dimension
    return found


def _sentence(text: str) -> str:
    """The text as it goes on after a colon; words in capitals, such as AI, keep them."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"
