"""Values for the YAML keys that a class declares: those given, its defaults, and random ones where there is neither."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from oversight.actors import Actor, parameters
from oversight.caller import by_caller
from oversight.documents.problems import plainly
from oversight.errors import InputError, Problem
from oversight.quantities import JsonSchema
from oversight.scenario import Entry
from oversight.scenario.entry import entry_model

_TRIES = 50


def kind_of(rule: type[Actor]) -> str:
    """How files name a class of one's own."""
    return f"{rule.__module__}:{rule.__name__}"


def entries_of(
    rule: type[Actor], given: Mapping[str, Any], number: int, periods: int, rng: np.random.Generator
) -> list[Entry]:
    """Entries of a class: the first with the values given, the others with other numbers where there are any.

    Raises:
        InputError: a value given is refused, or one that is needed cannot be guessed.
    """
    model = entry_model(kind_of(rule), rule)
    hints = parameters(rule)
    for name in given:
        if name not in hints:
            close = get_close_matches(name, list(hints), n=1)
            remedy = f"Did you mean `{close[0]}`?" if close else f"It declares {', '.join(hints) or 'none'}."
            raise InputError(Problem("no parameter of this class", name, remedy=remedy))

    def guess() -> dict[str, Any]:
        needed = {name: hint for name, (hint, _) in hints.items() if model.model_fields[name].is_required()}
        return {name: _example(name, hint, rng) for name, hint in needed.items() if name not in given}

    def vary() -> dict[str, Any]:
        first = entries[0].rule_parameters()
        return {
            name: _example(name, hints[name][0], rng) if type(value) is float else value
            for name, value in first.items()
        }

    entries = [
        _accepted(
            rule, model, [{**guess(), **given} for _ in range(1 if set(given) >= set(hints) else _TRIES)], periods
        )
    ]
    while len(entries) < number:
        entries.append(
            _accepted(rule, model, [*(vary() for _ in range(_TRIES)), entries[0].rule_parameters()], periods)
        )
    return entries


def _accepted(rule: type[Actor], model: type[Entry], candidates: list[dict[str, Any]], periods: int) -> Entry:
    """The first of the candidates that the class takes."""
    problem: Problem | None = None
    for values in candidates:
        try:
            entry = model.model_validate({"kind": kind_of(rule), "size": 1, **values})
        except ValidationError as error:
            first = error.errors()[0]
            message, remedy = plainly(first)
            problem = problem or Problem(message, ".".join(map(str, first["loc"][-1:])), remedy=remedy)
            continue
        refused = rule.refuses(entry.rule_parameters(), periods)
        if not refused:
            return entry
        problem = problem or Problem(refused[1], refused[0])
    assert problem is not None
    raise InputError(problem)


def _example(name: str, hint: Any, rng: np.random.Generator) -> Any:
    """A random value of a declared type."""
    schema = TypeAdapter(hint).json_schema(schema_generator=JsonSchema)
    return of_schema(name, schema, rng)


def of_schema(
    name: str, schema: Mapping[str, Any], rng: np.random.Generator, known: Mapping[str, Any] | None = None
) -> Any:
    """A random value that a JSON schema allows, well inside its bounds; of a section, the keys that it needs.

    Args:
        name: of the key.
        schema: what it allows.
        rng: the chance.
        known: schemas of sections, by the end of their address.

    Raises:
        InputError: it is a text, or a section that is not among those known, which nobody can guess.
    """
    if "anyOf" in schema:
        return of_schema(name, schema["anyOf"][0], rng, known)
    if "oneOf" in schema:
        return of_schema(name, schema["oneOf"][rng.integers(len(schema["oneOf"]))], rng, known)
    if "$ref" in schema and known:
        return _section(known[schema["$ref"].rpartition("/")[2]], rng, known)
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    kind = schema.get("type")
    if kind == "boolean":
        return False
    if kind == "array":
        return [of_schema(name, schema["items"], rng, known) for _ in range(max(1, schema.get("minItems", 1)))]
    if kind not in ("number", "integer"):
        remedy = f"Give it: {by_caller(f'--set {name}=VALUE', f'{{{name!r}: ...}}')}."
        raise InputError(Problem("has no default and cannot be guessed", name, remedy=remedy))
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    high = schema.get("maximum", schema.get("exclusiveMaximum", low + 3))
    high = min(high, low + 30)  # technical limits lie far out
    value = low + (high - low) * (0.05 + 0.9 * rng.random())
    return round(value) if kind == "integer" else float(value)


def _section(schema: Mapping[str, Any], rng: np.random.Generator, known: Mapping[str, Any]) -> dict[str, Any]:
    """The kind of a section, and the keys without a default."""
    keys = schema["properties"]
    needed = [key for key in keys if key in schema.get("required", ()) or "const" in keys[key]]
    return {key: of_schema(key, keys[key], rng, known) for key in needed}
