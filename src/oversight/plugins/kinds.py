"""Which kinds files may name, seam by seam."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from oversight.actors import ACTORS
from oversight.actors.beliefs import BELIEFS
from oversight.distributions import DISTRIBUTIONS, HARMS
from oversight.errors import InputError, Problem
from oversight.measures import ASKED
from oversight.plugins.load import load_plugins
from oversight.policy.monitoring import MONITORING, RESPONSES
from oversight.policy.sanctions import SANCTIONS
from oversight.seams import Seam, stranger
from oversight.welfare import WELFARE

SEAMS: dict[str, Seam] = {
    seam.name: seam
    for seam in (ACTORS, BELIEFS, MONITORING, RESPONSES, SANCTIONS, DISTRIBUTIONS, HARMS, ASKED, WELFARE)
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

    def own(self, seam: Seam) -> dict[str, type[Any]]:
        """The kinds of a seam that are not built in."""
        return dict(self.more.get(seam.name, {}))

    def all(self, seam: Seam) -> dict[str, type[Any]]:
        """All kinds of a seam, the built-in ones first."""
        return {**seam.classes, **self.own(seam)}

    def union(self, seam: Seam) -> Any:
        """The type of a section of this seam."""
        return seam.union({**self.own(seam), **{kind: stranger(seam, kind) for kind in sorted(self.strangers)}})


def words(data: Any) -> Iterator[str]:
    """Every text in plain data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from words(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from words(value)


def known_kinds(plugins: Iterable[str | Path] = (), data: Any = None) -> Kinds:
    """The kinds of these files or packages, and those of installed distributions that `data` names.

    Raises:
        InputError: a file cannot be imported or holds no kind, or two of them bring the same one.
    """
    more: dict[str, dict[str, type[Any]]] = {name: {} for name in SEAMS}
    for file in plugins:
        for name, classes in load_plugins(file, SEAMS.values()).items():
            more[name].update(classes)
    named = set(words(data))
    for name, seam in SEAMS.items():
        for point in installed(seam):
            if point.name in named and point.name not in seam.built_in:
                more[name][point.name] = _loaded(seam, point)
    return Kinds(more)


def with_strangers(kinds: Kinds, data: Any) -> Kinds:
    """`kinds`, and all that `data` names as `module:Class` and they do not have."""
    found = {word for word in words(data) if _OWN.fullmatch(word)}
    known = {kind for classes in kinds.more.values() for kind in classes}
    return Kinds(kinds.more, frozenset(found - known))


def installed(seam: Seam) -> list[EntryPoint]:
    """Entry points of installed distributions, not imported."""
    return sorted(entry_points(group=f"{GROUP}.{seam.name}"), key=lambda point: point.name)


def _loaded(seam: Seam, point: EntryPoint) -> type[Any]:
    from oversight.plugins.load import as_kind

    try:
        member = point.load()
    except Exception as error:
        message = f"the entry point {point.name} = {point.value} cannot be imported: {type(error).__name__}: {error}"
        raise InputError(Problem(message, remedy="Mend or remove the distribution that brings it.")) from error
    return as_kind(seam, member, point.name, f"entry point {point.value}")
