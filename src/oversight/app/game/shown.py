"""Which game a reader looks at: an experiment of the library, a point of its sweep, and numbers laid over that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from oversight.app.control import Control, Group
from oversight.app.fields import Fields
from oversight.app.library import Item, Library
from oversight.app.session import Session
from oversight.app.upload import MAX_VALUES, refuse_monsters
from oversight.documents.paths import holds, value_at
from oversight.documents.schema import keys
from oversight.documents.yaml_file import parse_value
from oversight.errors import InputError, Problem, short
from oversight.figures.words import capital, category, parameter, plain
from oversight.quantities import Section
from oversight.scenario import BaseExperiment, Source
from oversight.sweeps import Design

MAX_LISTED = 500
"""Design points that a reader may choose from."""
MAX_WORK = 40_000_000
"""What a run may take, in periods of one actor: about a second."""
_DIGITS = 10
_SET = "set."
_SECTION = "game"


@dataclass(frozen=True, eq=False)
class Opened:
    """An experiment of the library."""

    name: str
    source: Source

    @cached_property
    def design(self) -> Design:
        """The points of its sweep."""
        return Design(self.source)

    @cached_property
    def points(self) -> list[str]:
        """Those to choose from, in words; a single one where nothing is swept."""
        return [self._told(self.design[place]) for place in range(self._listed)]

    @cached_property
    def own(self) -> int:
        """The point that is the experiment as it stands in its file, or else the first."""
        known = {path: value_at(self._data, path) for path in self.design.paths if holds(self._data, path)}
        return next((place for place in range(self._listed) if self.design[place] == known), 0)

    @property
    def _listed(self) -> int:
        return min(len(self.design), MAX_LISTED)

    @cached_property
    def _data(self) -> dict[str, Any]:
        return self.source.experiment.model_dump(mode="json", by_alias=True)

    def _told(self, point: Mapping[str, Any]) -> str:
        parts = []
        for path, value in point.items():
            words = parameter(self.source.model, self._data, path, {})
            title = words.title if words else plain(path.rpartition(".")[2])
            number = words and isinstance(value, int | float) and not isinstance(value, bool)
            shown = words.bare(value) if words and number else category(_cell(value), {})
            parts.append(f"{title.lower()} {shown}")
        return capital(", ".join(parts))


@dataclass(frozen=True, eq=False)
class Shown:
    """A run to look at."""

    opened: Opened
    point: int
    changes: Mapping[str, Any]
    replicate: int
    experiment: BaseExperiment

    @property
    def key(self) -> tuple[Any, ...]:
        """The same for all that are played alike."""
        return self.opened.name, self.point, self.replicate, json.dumps(self.changes)

    @cached_property
    def groups(self) -> list[Group]:
        """Its numbers as controls, by the sections of the game. Kinds and tables are chosen in a file."""
        at = self.opened.design[self.point]
        fields = Fields(self.experiment, self.opened.source.at(at, self.point), {})
        game = getattr(self.experiment, _SECTION)
        found: dict[str, list[Control]] = {}
        for key, field in keys(type(game)).items():
            if key in ("kind", "sources"):
                continue
            title = field.title or plain(key).capitalize()
            inside = isinstance(getattr(game, key), Section)
            numbers = [
                control
                for control in fields.field(f"{_SECTION}.{key}", field, type(game), key)
                if control.kind in ("number", "integer", "note")
            ]
            found.setdefault(title if inside else "Game", []).extend(numbers)
        return [Group(title, tuple(controls)) for title, controls in found.items() if controls]


def shown(opened: Opened, view: Mapping[str, str]) -> Shown:
    """What a link or the reader chose of an experiment.

    Raises:
        InputError: a value is wrong, or a run would take long.
    """
    point = _number(view.get("point", ""), len(opened.points), opened.own)
    changes = {}
    for name, text in view.items():
        if name.startswith(_SET) and text:
            path = name.removeprefix(_SET)
            refuse_monsters(text, path)
            changes[path] = parse_value(text, path, MAX_VALUES)
    outside = next((path for path in changes if not path.startswith(f"{_SECTION}.")), None)
    if outside is not None:
        raise InputError(Problem("cannot be set here", outside, remedy="Numbers of the game can."))
    try:
        experiment = opened.source.at({**opened.design[point], **changes}, point)
    except InputError as error:
        # Where the file has it is of no use to who changed it, and no matter of other machines.
        raise InputError([replace(each, file=None, line=None) for each in error.problems]) from None
    if experiment.work > MAX_WORK:
        raise InputError(Problem("takes too long for the page", _SECTION, remedy="Say less, or use `oversight run`."))
    return Shown(opened, point, changes, _number(view.get("draw", ""), 10**_DIGITS, 0), experiment)


def games(library: Library) -> list[Item]:
    """Those that can be played."""
    return [item for item in library.games if not item.problem]


def chosen(library: Library, view: Mapping[str, str]) -> Item | None:
    """The game that the reader chose, or else the first; None where there is none."""
    there = games(library)
    return next((item for item in there if item.name == view.get("game")), next(iter(there), None))


def missed(library: Library, view: Mapping[str, str]) -> str:
    """Why the game that a link names is not the one that is shown; empty where it is."""
    name = view.get("game")
    item = next((item for item in library.games if item.name == name), None)
    if item is None:
        return f"There is no game called `{short(name)}` here." if name else ""
    return item.problem and f"`{name}` cannot be opened. {item.problem}"


def game_of(source: Source, library: Library) -> str:
    """The game of the library that results are of.

    Raises:
        InputError: there is none with these numbers.
    """
    name = source.experiment.name
    for item in games(library):
        if item.name == name and library.game(name).document.data == source.document.data:
            return name
    raise InputError(Problem(f"`{name}` is no game of the library as it is now", remedy="Sweep it again."))


def opened(library: Library, name: str) -> Opened:
    """An experiment of the library by its name.

    Raises:
        InputError: its file is wrong.
    """
    return Opened(name, library.game(name))


def show(session: Session, name: str, point: int | None = None) -> None:
    """Open the tab at a point of a game's sweep, or at the game as its file has it."""
    place = "" if point is None else str(point)
    session.look(**unchanged(session.view.value), game=name, point=place, draw="")
    session.tab.value = _SECTION


def varied(shown: Shown, values: Mapping[str, Any]) -> BaseExperiment:
    """The experiment with other numbers at these paths.

    Raises:
        InputError: a number is wrong.
    """
    opened = shown.opened
    laid = {path: int(value) if float(value).is_integer() else float(value) for path, value in values.items()}
    return opened.source.at({**opened.design[shown.point], **shown.changes, **laid}, shown.point)


def changed(values: Mapping[str, Any]) -> dict[str, str]:
    """What `shown` reads of numbers that were set, by path."""
    return {f"{_SET}{path}": json.dumps(value) for path, value in values.items()}


def unchanged(view: Mapping[str, str]) -> dict[str, str]:
    """What takes all changes back."""
    return {name: "" for name in view if name.startswith(_SET)}


def _number(text: str, most: int, otherwise: int) -> int:
    """A number below `most`, or what there is where a link says none."""
    return int(text) if text.isdecimal() and len(text) < _DIGITS and int(text) < most else otherwise


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value
