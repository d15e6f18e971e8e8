"""Policy files: `extends` resolved, so that a policy may state only its difference from another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from oversight.documents.bundled import bundled, file_of
from oversight.documents.schema import nearest
from oversight.documents.yaml_file import Document, Path_, beside, read_yaml
from oversight.errors import InputError


def read_policy(path: Path, shown: str | None = None, chain: tuple[Path, ...] = ()) -> Document:
    """A policy file as one document, with whatever it extends merged in.

    Raises:
        InputError: the file is wrong, missing, or extends itself.
    """
    document = read_yaml(path, shown)
    return extended(document, (*chain, path.resolve()))


def extended(document: Document, chain: tuple[Path, ...] = ()) -> Document:
    """`document` merged over the policy that its `extends` key names, if it has one."""
    if "extends" not in document.data:
        return document
    base_name = document.data["extends"]
    if not isinstance(base_name, str):
        raise InputError(document.problem(("extends",), "is not a file name", "Name one policy file."))
    target = file_of("policies", base_name, document.folder).resolve()
    if target in chain:
        names = " -> ".join(file.name for file in (*chain[chain.index(target) :], target))
        raise InputError(document.problem(("extends",), f"extends itself: {names}", "Break the circle."))
    shown = beside(document.mark(()).file, base_name)
    if not os.path.isfile(target):
        raise InputError(document.problem(("extends",), f"there is no file `{shown}`", neighbours(document, base_name)))
    base = read_policy(target, shown, chain)
    difference = {key: value for key, value in document.data.items() if key != "extends"}
    marks = dict(base.marks)
    data = _merge(base.data, difference, (), document, marks)
    return Document(_without_stale_sources(data, base.data, difference), document.folder, marks)


def neighbours(document: Document, name: str) -> str:
    """A remedy for a file that is not where `document` says."""
    parent = Path(name).parent
    beside_it = [str(parent / file.name) for file in (document.folder / parent).glob("*.yaml")]
    close = nearest(name, [*beside_it, *(bundled("policies") if parent == Path() else ())])
    return f"Did you mean `{close}`?" if close else "Paths are relative to the file that holds them."


def _merge(base: Any, over: Any, path: Path_, source: Document, marks: dict[Path_, Any]) -> Any:
    """`over` laid on `base`. A mapping of another `kind` replaces the old one whole."""
    mappings = isinstance(base, dict) and isinstance(over, dict)
    if mappings and over.get("kind", base.get("kind")) == base.get("kind"):
        marks[path] = source.mark(path)
        merged = dict(base)
        for key, value in over.items():
            merged[key] = _merge(base.get(key), value, (*path, key), source, marks)
        return merged
    for known in [known for known in marks if known[: len(path)] == path]:
        del marks[known]
    marks.update({known: mark for known, mark in source.marks.items() if known[: len(path)] == path})
    return over


def _without_stale_sources(data: dict[str, Any], base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """A number that the difference changes no longer has the source of the old one."""
    own = over.get("sources") or {}
    inherited = base.get("sources") or {}
    if not isinstance(own, dict) or not isinstance(inherited, dict):
        return data
    kept = {path: source for path, source in inherited.items() if _reaches(data, base, path)}
    return {**data, "sources": {**kept, **own}}


def _reaches(data: Any, base: Any, path: str) -> bool:
    """Whether the number at `path` is still the one of the base."""
    for part in path.split("."):
        if isinstance(data, dict) and isinstance(base, dict):
            if data.get("kind") != base.get("kind"):
                return False
            data, base = data.get(part), base.get(part)
    return bool(data == base) and data is not None
