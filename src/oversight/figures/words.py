"""Titles and units of measures and of parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from oversight.documents.schema import field_at, member
from oversight.figures.quantity import Quantity, local_unit
from oversight.measures import WORDS, Words, words_in
from oversight.numerals import number
from oversight.quantities import shown_unit, unit_of


def measure(name: str, units: Mapping[str, str], words: Mapping[str, Words] = WORDS) -> Quantity:
    """The words of a measure, in the policy's own units. `misconduct_rate.<entry>` is that of one entry.

    `words` has those of every measure that there is, by its name.
    """
    base = name.partition(".")[0]
    known = words_in({base: Words(plain(base).capitalize())} | dict(words), name) or Words(name)
    unit = local_unit(known.unit, units)
    return Quantity(
        known.title, unit, known.percent, known.sentence, known.missing, more_is_better=known.more_is_better
    )


def parameter(model: type[BaseModel], data: Mapping[str, Any], path: str, units: Mapping[str, str]) -> Quantity | None:
    """The words of the number at a dotted path, None where the schema has none for these data."""
    if path == "policy":
        return Quantity("Policy")
    field = field_at(model, data, path)
    if field is None:
        return None
    head, *inner = path.split(".")
    title = field.title or plain(inner[-1] if inner else head).capitalize()
    if inner and inner[-1].isdigit():
        title += f", no.\u00a0{int(inner[-1]) + 1}"
    if head == "population" and len(inner) > 1:
        title = _of_entry(model, data, inner, title)
    unit = unit_of(field)
    if unit == "money":
        unit = _drawn_in(model, data, path) or unit
    return of_unit(title, unit, units, field.description or "")


def _drawn_in(model: type[BaseModel], data: Mapping[str, Any], path: str) -> str:
    """The unit of what a distribution's number belongs to, empty where that has none of its own."""
    parent, _, _ = path.rpartition(".")
    return unit_of(field_at(model, data, parent) if parent else None)


def of_unit(title: str, unit: str, units: Mapping[str, str], description: str = "") -> Quantity:
    """A parameter of a schema unit: probabilities and shares are shown as percentages."""
    shown, share = shown_unit(unit)
    # "Inspections: 300 per period" rather than "300 inspections per period".
    shown = shown.removeprefix(f"{title.lower()} ")
    return Quantity(title, local_unit(shown, units), share, description, digits=6)


def category(value: Any, names: Mapping[str, str]) -> str:
    """A swept value that is no number, in words; `names` gives policies their titles."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if text in names:
        return names[text]
    if text.startswith(("{", "[")):
        return _in_words(json.loads(text))
    return plain(text)


def listed(words: Sequence[str]) -> str:
    """Words as the parts of a sentence."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def capital(text: str) -> str:
    """The text with a capital letter first, and the others as they are."""
    return f"{text[:1].upper()}{text[1:]}"


def plain(text: str) -> str:
    """A name of a file or a key as words."""
    return text.replace("_", " ")


def _of_entry(model: type[BaseModel], data: Mapping[str, Any], inner: list[str], title: str) -> str:
    """The title with the section that it belongs to, and with the population entry where there are several."""
    entries = data["population"]
    index = member(entries, inner[0])
    entry = entries[index] if index is not None else {}
    whose = f" of {plain(str(entry.get('name') or entry.get('kind')))}" if len(entries) > 1 else ""
    listed = entry.get(inner[1]) if len(inner) > 3 else None
    if isinstance(listed, list) and (place := member(listed, inner[2])) is not None and "name" in listed[place]:
        return f"{plain(listed[place]['name']).capitalize()}{whose}: {title.lower()}"
    parent = field_at(model, data, ".".join(["population", *inner[:-1]])) if len(inner) > 2 else None
    if parent is None or parent.title is None:
        return f"{title}{whose}"
    match inner[-1]:
        case "value":
            return f"{parent.title}{whose}"
        case "mean":
            return f"Mean {parent.title.lower()}{whose}"
        case _:
            return f"{parent.title}{whose}: {title.lower()}"


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        kind = [plain(str(value["kind"]))] if "kind" in value else []
        return ", ".join([*kind, *(f"{plain(key)} {_in_words(item)}" for key, item in value.items() if key != "kind")])
    if isinstance(value, list):
        return " / ".join(map(_in_words, value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value, 6)
    return category(value, {})
