"""The branches of a search: one for each choice of kinds, files and words, with the levers that exist under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from oversight.documents.overrides import Override, overridden
from oversight.documents.paths import resolved, value_at
from oversight.documents.schema import annotation_at, chosen, field_at, keys, known_paths, nearest
from oversight.documents.yaml_file import Document, Path_
from oversight.errors import InputError, Problem
from oversight.scenario import Source
from oversight.scenario.search import Between, Wanted
from oversight.searching.dimension import Dimension

_MOST = 1_000
_SECTIONS = ("search", "against")
_SAID_OF_SETTINGS = ("sweep", *_SECTIONS)
"""Sections that repeat paths."""
_OF_SWEEPS = ("sweep", "mark", "stakeholders", "choice")
"""Sections that say something of a sweep's points."""


@dataclass(frozen=True)
class Branch:
    """An experiment whose choices without an order are made, and the levers that are left."""

    source: Source
    """The experiment with every lever at its lowest value, and without its sweep."""
    chosen: Mapping[str, Any]
    """What is chosen, as tables show it, by path of the lever."""
    dimensions: Sequence[Dimension]
    section: str
    """The experiment's key that the levers stand under."""

    def at(self, points: Sequence[Mapping[str, Any]], changes: Mapping[str, Any]) -> Source:
        """The experiment with these points of its levers as its design; `changes` are laid over its own keys."""
        document = self.source.document
        # Without levers the point is the experiment itself, which it says of one of its keys that changes nothing.
        listed = [dict(point) or {"seed": self.source.experiment.seed} for point in points]
        data = {**document.data, **changes, "sweep": {"kind": "list", "points": listed}}
        levers = {dimension.path for dimension in self.dimensions}
        marks = {
            ("sweep", "points", place, path): document.mark(
                (self.section, "levers" if path in levers else "uncertain", path)
            )
            for place, point in enumerate(listed)
            for path in point
        }
        return _with(self.source, Document(data, document.folder, document.marks | marks, document.overrides))


def branches(source: Source, search: Wanted) -> list[Branch]:
    """Every combination of the choices, in the order of the file.

    Raises:
        InputError: a lever names no key under any choice, or a choice is none.
    """
    unordered = {path: lever for path, lever in search.levers.items() if not _ordered(lever)}
    ways = list(product(*(lever.expand() for lever in unordered.values() if not isinstance(lever, Between))))
    if len(ways) > _MOST:
        message = f"{len(ways):,} combinations of choices; at most {_MOST:,}"
        raise InputError(source.document.problem((search.section, "levers"), message, "Take fewer values."))
    made = [_branch(source, search, dict(zip(unordered, way, strict=True))) for way in ways]
    known = {dimension.path for branch in made for dimension in branch.dimensions}
    lost = [path for path in search.levers if path not in unordered and path not in known]
    if lost:
        raise InputError([_no_such_path(source, (search.section, "levers", path)) for path in lost])
    return made


def _ordered(lever: Any) -> bool:
    """Whether a lever has several numbers to move along."""
    if isinstance(lever, Between):
        return True
    values = lever.expand()
    return all(type(value) in (int, float) for value in values) and len(set(values)) > 1


def _branch(source: Source, search: Wanted, choices: Mapping[str, Any]) -> Branch:
    document = source.document
    data = {key: value for key, value in document.data.items() if key not in _OF_SWEEPS}
    bare = Document(data, document.folder, document.marks, document.overrides)
    for path in sorted(choices, key=lambda path: path.count(".")):
        bare = _chosen(source, bare, path, choices[path], (search.section, "levers", path))
    dimensions = [
        Dimension.of(path, lever)
        for path, lever in search.levers.items()
        if path not in choices and field_at(source.model, bare.data, path) is not None
    ]
    lowest = [
        Override(each.path, each.lowest, document.mark((search.section, "levers", each.path))) for each in dimensions
    ]
    whole = overridden(source.model, bare, lowest)
    for section in _SECTIONS:
        whole.data.pop(section, None)
    return Branch(_with(source, whole), source.shown(choices), dimensions, search.section)


def _chosen(source: Source, document: Document, path: str, value: Any, where: Path_) -> Document:
    """The document with a choice made; a section of another kind keeps of the old one what the new one has too."""
    section, _, key = path.rpartition(".")
    old = value_at(document.data, section) if section else None
    if path == "policy":
        value = source.policy(value, where)
    elif key == "kind" and isinstance(old, dict):
        annotation, _ = annotation_at(source.model, resolved(document.data, section), document.data)
        model = chosen(annotation, {"kind": value})
        kept = keys(model) if model else {}
        path, value = (
            section,
            {"kind": value, **{name: held for name, held in old.items() if name in kept and name != key}},
        )
    return overridden(source.model, document, [Override(path, value, source.document.mark(where))])


def _no_such_path(source: Source, where: Path_) -> Problem:
    paths = known_paths(source.model, source.document.data)
    close = nearest(str(where[-1]), [path for path in paths if path.partition(".")[0] not in _SAID_OF_SETTINGS])
    remedy = f"Did you mean `{close}`?" if close else ""
    return source.document.problem(where, "there is no such path", remedy)


def _with(source: Source, document: Document) -> Source:
    """The same experiment in another document, which holds its overrides already."""
    return Source(document, source.model, source.plugins, source.policies, {}, source.kinds, source.unchecked)
