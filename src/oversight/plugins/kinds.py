"""Which kinds files may name, seam by seam."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import BaseModel

from oversight.actors import ACTORS
from oversight.actors.beliefs import BELIEFS
from oversight.distributions import DISTRIBUTIONS, HARMS
from oversight.errors import InputError, Problem
from oversight.finite_games import GAMES
from oversight.measures import ASKED
from oversight.plugins.load import as_kind, load_plugins
from oversight.plugins.objects import Plugin, is_object, kinds_of, name_of
from oversight.policy.monitoring import MONITORING, RESPONSES
from oversight.policy.sanctions import SANCTIONS
from oversight.principals import PRINCIPALS
from oversight.seams import Seam, kinded, stranger, written
from oversight.welfare import WELFARE

SEAMS: dict[str, Seam] = {
    seam.name: seam
    for seam in (
        ACTORS,
        BELIEFS,
        MONITORING,
        RESPONSES,
        SANCTIONS,
        DISTRIBUTIONS,
        HARMS,
        ASKED,
        WELFARE,
        GAMES,
        PRINCIPALS,
    )
}
"""Every seam by its name, which `oversight list` takes, and which names its group of entry points."""
GROUP = "oversight"
"""Entry points stand in the group `oversight.SEAM`: their name is the kind, their value `module:Class`."""
_OWN = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True)
class Kinds:
    """The kinds that files may name beside the built-in ones: `more[seam][kind]` is a class.

    `strangers` are kinds whose class is not loaded, which can be read but not run.
    """

    more: Mapping[str, Mapping[str, type[Any]]] = field(default_factory=dict)
    strangers: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.strangers) or any(self.more.values())

    def __hash__(self) -> int:
        return hash((frozenset(self.names), self.strangers))

    def __reduce__(self) -> tuple[Any, ...]:
        # Classes that were made for a kind are made again where they are read.
        rows = [(seam, kind, written(member)) for seam, kinds in self.more.items() for kind, member in kinds.items()]
        return _restored, (rows, self.strangers)

    @property
    def names(self) -> set[str]:
        """The kinds that are loaded, of whatever seam."""
        return {kind for kinds in self.more.values() for kind in kinds}

    @property
    def installed(self) -> set[str]:
        """Those of installed distributions: a file's or package's own have a colon."""
        return {kind for kind in self.names if ":" not in kind}

    def own(self, seam: Seam) -> dict[str, type[Any]]:
        """The kinds of a seam that are not built in."""
        return dict(self.more.get(seam.name, {}))

    def all(self, seam: Seam) -> dict[str, type[Any]]:
        """All kinds of a seam, the built-in ones first."""
        return {**seam.classes, **self.own(seam)}

    def union(self, seam: Seam, also: Mapping[str, type[Any]] | None = None) -> Any:
        """The type of a section of this seam, or of the kinds in `also`."""
        strangers = {kind: stranger(seam, kind) for kind in sorted(self.strangers)}
        return seam.union({**self.own(seam), **strangers, **(also or {})})


def _restored(rows: list[tuple[str, str, type[Any]]], strangers: frozenset[str]) -> Kinds:
    more: dict[str, dict[str, type[Any]]] = {name: {} for name in SEAMS}
    for seam, kind, member in rows:
        more[seam][kind] = kinded(member, kind) if issubclass(member, BaseModel) else member
    return Kinds(more, strangers)


def words(data: Any) -> Iterator[str]:
    """Every text in plain data, or in an iterator of them, that may be a kind."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if key not in _FREE:
                yield from words(value)
    elif isinstance(data, list | tuple | Iterator):
        for value in data:
            yield from words(value)


_FREE = {"name", "title", "question", "description", "reference", "note"}
"""Keys whose texts are for a reader."""


def known_kinds(plugins: Iterable[Plugin] = (), data: Any = None, importing: bool = True) -> Kinds:
    """The kinds of these files, packages or classes, and those of installed distributions that `data` names.

    Without `importing`, only those of distributions whose module this process has imported already.

    Raises:
        InputError: a file cannot be imported or holds no kind, or two distributions bring the same one.
    """
    more: dict[str, dict[str, type[Any]]] = {name: {} for name in SEAMS}
    for plugin in map(name_of, plugins):
        own = kinds_of if is_object(plugin) else load_plugins
        for name, classes in own(plugin, SEAMS.values()).items():
            more[name].update(classes)
    points = installed()
    named = set(words(data)) if any(points.values()) else set()
    for name, seam in SEAMS.items():
        for kind, point in _only(seam, points[name], named).items():
            if importing or point.module in sys.modules:
                more[name][kind] = _loaded(seam, point)
    return Kinds(more)


def with_strangers(kinds: Kinds, data: Any, installed: Iterable[str] = ()) -> Kinds:
    """`kinds`, and all that they lack of what `data` names as `module:Class`, and of the `installed` ones."""
    found = {word for word in words(data) if _OWN.fullmatch(word)} | set(installed)
    return Kinds(kinds.more, frozenset(found - kinds.names))


def installed() -> dict[str, list[EntryPoint]]:
    """Entry points of installed distributions by seam, not imported."""
    return _found_on(tuple((folder, *_state(folder)) for folder in sys.path))


def _state(folder: str) -> tuple[int, ...]:
    """What changes where a distribution comes to a folder or goes; nothing where there is no folder."""
    with suppress(OSError):
        found = os.stat(folder or ".")
        return found.st_ino, found.st_mtime_ns
    return ()


# It takes twenty times as long as all else about reading an experiment.
@lru_cache(maxsize=1)
def _found_on(path: tuple[tuple[str | int, ...], ...]) -> dict[str, list[EntryPoint]]:
    """The entry points of the distributions on this import path, as its folders are now."""
    points = entry_points()
    return {
        name: sorted(points.select(group=f"{GROUP}.{name}"), key=lambda point: (point.name, point.value))
        for name in SEAMS
    }


def package_of(kind: str) -> str:
    """The package that brings a kind of an installed distribution, for its version or hash."""
    points = (point for each in installed().values() for point in each)
    return next(point.module.partition(".")[0] for point in points if point.name == kind)


def _only(seam: Seam, points: Iterable[EntryPoint], named: Collection[str]) -> dict[str, EntryPoint]:
    """The entry points of these names; a built-in kind keeps its name to itself."""
    found: dict[str, EntryPoint] = {}
    for point in points:
        if point.name in named and point.name not in seam.built_in:
            other = found.setdefault(point.name, point)
            if other.value != point.value:
                message = f"two installed distributions bring it: {other.value} and {point.value}"
                raise InputError(Problem(message, point.name, remedy="Remove one of them."))
    return found


def _loaded(seam: Seam, point: EntryPoint) -> type[Any]:
    try:
        member = point.load()
    except Exception as error:
        message = f"the entry point {point.name} = {point.value} cannot be imported: {type(error).__name__}: {error}"
        raise InputError(Problem(message, remedy="Mend or remove the distribution that brings it.")) from error
    return as_kind(seam, member, point.name, f"entry point {point.value}")
