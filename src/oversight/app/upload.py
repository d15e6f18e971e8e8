"""Texts that come from a browser: bounded, strict, and never opening a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from oversight.actors import ACTORS
from oversight.app.library import Library, without_files
from oversight.app.scenario import MAX_POINTS, Scenario, refuse_too_large, scenario
from oversight.documents.extends import extended
from oversight.documents.syntax import BadSyntaxError, decoded
from oversight.documents.yaml_file import Document, Path_, read_text
from oversight.errors import InputError, Problem, short
from oversight.scenario import enforced, load_experiment
from oversight.scenario.schemas import DEFAULT, section_of
from oversight.sweeps import Design

MAX_BYTES = 64_000
"""Reading a text within these limits takes at most half a second."""
MAX_VALUES = 5_000
MAX_NESTING = 20
_BUNDLED = re.compile(r"(?:(?:\.\./)?policies/)?([A-Za-z_][A-Za-z0-9_-]*)\.yaml")


def from_text(text: str | bytes, shown: str, library: Library) -> Scenario:
    """The scenario of a text that someone wrote or uploaded: an experiment, or a policy alone.

    It may name the library's policies, and no other file. `shown` is what messages call the text.

    Raises:
        InputError: with one problem for each mistake.
    """
    document = read_untrusted(text, shown)
    section = section_of(document.data)
    if section != DEFAULT:
        said = f"an experiment with `{section}` is played in tab Game, and from a file"
        raise InputError(document.problem((section,), said, "Save it: `oversight serve FILE` opens it there."))
    _refuse_files(document, library)
    if not {"population", "policy", "sweep"} & set(document.data):
        policy = extended(Document(document.data, library.folder / "policies", document.marks))
        return library.with_assumed_population(policy)
    _refuse_kinds(document, library)
    document.folder = library.folder / "policies"
    loaded = load_experiment(document, plugins=library.plugins)
    size = len(Design(loaded))
    if size > MAX_POINTS:
        remedy = f"The page reads up to {MAX_POINTS:,}; leave the sweep out, or run it from the command line."
        raise InputError(document.problem(("sweep",), f"{size:,} design points are too many for the page", remedy))
    refuse_too_large(enforced(loaded.experiment), loaded.document)
    return scenario(without_files(loaded), library.model, library.plugins)


def read_untrusted(text: str | bytes, shown: str) -> Document:
    """A text from a browser as plain data with marks, in bounded time.

    Raises:
        InputError: it is too large, nested too deeply, or no YAML mapping.
    """
    if isinstance(text, bytes):
        try:
            text = decoded(text)
        except BadSyntaxError as error:
            raise InputError(Problem(error.message, file=shown, line=error.line, remedy=error.remedy)) from None
    refuse_monsters(text, shown)
    return read_text(text, shown, Path(), MAX_VALUES)


def refuse_monsters(text: str, shown: str) -> None:
    """Refuse a text that would take long to parse.

    Raises:
        InputError: it is too large, or nested too deeply.
    """
    if len(text) > MAX_BYTES:
        remedy = f"The page reads up to {MAX_BYTES // 1000} kB; the command line reads more."
        raise InputError(Problem(f"is too large, {len(text) / 1000:,.0f} kB", file=shown, remedy=remedy))
    if max(text.count(","), text.count("\n")) > MAX_VALUES:
        raise InputError(Problem(f"holds more than {MAX_VALUES:,} values", file=shown, remedy="Take fewer."))
    depth = 0
    for sign in _BRACKETS.findall(text):
        depth = depth + 1 if sign in "[{" else max(0, depth - 1)
        if depth > MAX_NESTING:
            raise InputError(Problem("is nested too deeply", file=shown, remedy="Scenarios nest a few levels."))


_BRACKETS = re.compile(r"[\[\]{}]")


def _refuse_files(document: Document, library: Library) -> None:
    """Refuse a text that names a file, but for the library's policies, whose names are left as bare ones."""
    problems: list[Problem] = []
    known = {item.name for item in library.policies}

    def bare(name: str, path: tuple[str | int, ...]) -> str:
        match = _BUNDLED.fullmatch(name)
        if match and match[1] in known:
            return f"{match[1]}.yaml"
        remedy = "Write the policy itself, or name one of those on the page, such as `policies/name.yaml`."
        problems.append(document.problem(path, f"`{short(name)}` is a file, which the page does not open", remedy))
        return name

    def policy(value: Any, path: tuple[str | int, ...]) -> Any:
        return bare(value, path) if isinstance(value, str) else value

    def cleaned(value: Any, path: tuple[str | int, ...]) -> Any:
        if isinstance(value, list):
            return [cleaned(item, (*path, index)) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        result = {key: cleaned(item, (*path, key)) for key, item in value.items()}
        if "file" in result:
            remedy = "Write `values: [...]`."
            problems.append(document.problem((*path, "file"), "a file of values cannot be opened here", remedy))
        if isinstance(result.get("extends"), str):
            result["extends"] = bare(result["extends"], (*path, "extends"))
        if "policy" in result:
            held = result["policy"]
            if isinstance(held, dict) and isinstance(held.get("values"), list):
                each = [policy(item, (*path, "policy", "values", place)) for place, item in enumerate(held["values"])]
                result["policy"] = {**held, "values": each}
            else:
                result["policy"] = policy(held, (*path, "policy"))
        return result

    document.data = cleaned(document.data, ())
    if problems:
        raise InputError(problems)


def _refuse_kinds(document: Document, library: Library) -> None:
    """Refuse classes that the command line did not name, of whatever seam."""
    known = {kind for classes in library.kinds.more.values() for kind in classes}
    problems = [
        document.problem(
            path,
            f"the page does not load `{short(kind)}`",
            f"One of: {', '.join(library.kinds.all(ACTORS))}."
            if path[0] == "population" and len(path) == 3
            else "Start it with --plugins FILE.",
        )
        for path, kind in _kinds(document.data, ())
        if ":" in kind and kind not in known
    ]
    if problems:
        raise InputError(problems)


def _kinds(data: Any, path: Path_) -> Iterator[tuple[Path_, str]]:
    """Every `kind` in plain data, and where it stands."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == "kind":
                yield (*path, key), str(value)
            yield from _kinds(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _kinds(value, (*path, index))
