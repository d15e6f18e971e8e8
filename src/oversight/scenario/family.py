"""Design points that differ in real numbers alone: one experiment, and what each of them has in place of its numbers.

A number is validated once for each of its values, a check across keys once for each combination of what it reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from oversight.arrays import Indices, Vector
from oversight.documents.paths import assign, value_at
from oversight.documents.schema import fields_by_key, member
from oversight.scenario.base import BaseExperiment
from oversight.scenario.stacking import structural


@dataclass(frozen=True)
class Number:
    """A swept number: the values that it takes, and which of them each row has."""

    values: Vector
    at: Indices


@dataclass(frozen=True, kw_only=True)
class Family[E: BaseExperiment]:
    """Experiments that equal `base` but for `numbers`, by their dotted paths: a row each."""

    base: E
    numbers: Mapping[str, Number]
    rows: int

    def experiment(self, row: int) -> E:
        """The experiment of a row, which was validated with its family."""
        made: E = self.base
        for path, number in self.numbers.items():
            made = assign(made, path, float(number.values[number.at[row]]))
        return made

    def values(self, path: str, rows: Indices) -> Vector:
        """What a number is in these rows."""
        number = self.numbers.get(path)
        if number is None:
            return np.full(len(rows), float(value_at(self.base, path)))
        return number.values[number.at[rows]]


@dataclass(frozen=True)
class Placed[E: BaseExperiment]:
    """Design points in their families: `family` says which, `row` which row there, (points,) each."""

    families: Sequence[Family[E]]
    family: Indices
    row: Indices

    @classmethod
    def of(cls, experiments: Sequence[E]) -> Placed[E]:
        """Experiments as they are, a family each."""
        families = [Family(base=experiment, numbers={}, rows=1) for experiment in experiments]
        return cls(families, np.arange(len(families)), np.zeros(len(families), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.row)

    def at(self, points: Indices) -> Placed[E]:
        """Some of the points, in this order; one may be there several times."""
        return Placed(self.families, self.family[points], self.row[points])

    def experiment(self, index: int) -> E:
        """The experiment at a point, which was validated with its family."""
        family: Family[E] = self.families[self.family[index]]
        return family.experiment(int(self.row[index]))


class _Node(NamedTuple):
    """A section of an experiment, and the keys that lead to it."""

    path: tuple[str, ...]
    section: BaseModel


def canonical(experiment: BaseExperiment, path: str) -> str | None:
    """The dotted path of a number that a family may vary, list elements by their places; None where it is no such."""
    nodes = _nodes(experiment, path)
    if nodes is None or not all(map(_is_open, nodes)):
        return None
    holder, key = nodes[-1], path.rpartition(".")[2]
    name = fields_by_key(type(holder.section)).get(key)
    if name is None or type(getattr(holder.section, name)) is not float or name in structural(type(holder.section)):
        return None
    found = ".".join((*holder.path, key))
    return found if found.partition(".")[0] in experiment.stacked else None


def family[E: BaseExperiment](
    base: E, written: Mapping[str, tuple[Sequence[Any], Indices]], rows: int
) -> tuple[Family[E], list[int]]:
    """The experiments that equal `base` but for numbers at `canonical` paths, and the rows that look wrong.

    Args:
        base: a valid experiment.
        written: by path, a number's values as they are written, and which of them each row has.
        rows: how many experiments.

    Returns:
        the family, and of each value and each combination of values that is refused one row.
    """
    numbers, wrong, sound = {}, [], np.full(rows, True)
    for path, (values, at) in written.items():
        kept, refused = _validated(base, path, values)
        numbers[path] = Number(kept, at)
        wrong += [int(np.flatnonzero(at == place)[0]) for place in refused if (at == place).any()]
        sound &= ~np.isin(at, refused)
    made = Family(base=base, numbers=numbers, rows=rows)
    return made, sorted({*wrong, *_contradictions(made, np.flatnonzero(sound))})


def _nodes(experiment: BaseExperiment, path: str) -> list[_Node] | None:
    """The sections that a path leads through, outermost first; None where it leads through anything else."""
    nodes: list[_Node] = []
    here: Any = experiment
    place: tuple[str, ...] = ()
    for key in path.split("."):
        if isinstance(here, BaseModel):
            nodes.append(_Node(place, here))
            name = fields_by_key(type(here)).get(key)
            here = getattr(here, name) if name is not None else None
        elif isinstance(here, tuple):
            index = member(here, key)
            if index is None:
                return None
            key, here = str(index), here[index]
        elif isinstance(here, dict):
            here = here.get(key)
        else:
            return None
        place = (*place, key)
    # The last key is one of the innermost section, not of a list or a mapping of numbers.
    return nodes if nodes and len(nodes[-1].path) == len(place) - 1 else None


def _is_open(node: _Node) -> bool:
    """Whether all that a section demands of its numbers can be asked number by number, and then of the whole."""
    kind = type(node.section)
    asked = kind.__pydantic_decorators__
    after = all(check.info.mode == "after" for check in asked.model_validators.values())
    return after and not asked.validators and not asked.field_validators and not kind.__pydantic_post_init__


def _validated(base: BaseExperiment, path: str, values: Sequence[Any]) -> tuple[Vector, list[int]]:
    """A number's values as its schema reads them, and the places of those that it refuses."""
    nodes = _nodes(base, path)
    assert nodes is not None
    kind = type(nodes[-1].section)
    field = kind.model_fields[fields_by_key(kind)[path.rpartition(".")[2]]]
    config = ConfigDict(strict=kind.model_config.get("strict", False), allow_inf_nan=False)
    one: Any = field.annotation
    for constraint in field.metadata:
        one = Annotated[one, constraint]
    adapter: Any = TypeAdapter(list[one], config=config)
    found = np.full(len(values), np.nan)
    refused: set[int] = set()
    try:
        found[:] = adapter.validate_python(list(values))
    except ValidationError as error:
        refused = {int(item["loc"][0]) for item in error.errors()}
        kept = [place for place in range(len(values)) if place not in refused]
        found[kept] = adapter.validate_python([values[place] for place in kept])
    return found, sorted(refused)


def _contradictions(made: Family[Any], rows: Indices) -> list[int]:
    """Those of the rows in which a check across keys fails, the first of each combination of what it reads."""
    nodes = {node.path: node for path in made.numbers for node in _nodes(made.base, path) or ()}
    found = []
    for node in nodes.values():
        for check in type(node.section).__pydantic_decorators__.model_validators.values():
            read = {path: number for path, number in made.numbers.items() if _is_read(check.func, node, path)}
            for row in rows[_first_of_each([number.at[rows] for number in read.values()])].tolist():
                here = {path: float(number.values[number.at[row]]) for path, number in read.items()}
                if not _holds(check.func, node, here):
                    found.append(row)
    return found


def _is_read(check: Any, node: _Node, path: str) -> bool:
    """Whether a check of a section may look at a number."""
    keys = path.split(".")
    if tuple(keys[: len(node.path)]) != node.path:
        return False
    reads, where = getattr(check, "reads", None), getattr(check, "where", None)
    if where is not None and not where(node.section):
        return False
    own = keys[len(node.path) :]
    return reads is None or any(_covers(each.split("."), own) for each in reads)


def _covers(pattern: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether the pattern, in which `*` is any key, leads to these keys or to something that holds them."""
    pairs = zip(pattern, keys, strict=False)
    return len(pattern) <= len(keys) and all(wanted in ("*", key) for wanted, key in pairs)


def _first_of_each(columns: Sequence[Indices]) -> list[int]:
    """The first row of each combination; none of no columns and of no rows."""
    if not columns or not columns[0].size:
        return []
    code = columns[0]
    for column in columns[1:]:
        code = code * (int(column.max()) + 1) + column
        # Numbered anew, so that many columns stay within an integer's range.
        code = np.unique(code, return_inverse=True)[1]
    rows: list[int] = np.unique(code, return_index=True)[1].tolist()
    return rows


def _holds(check: Any, node: _Node, numbers: Mapping[str, float]) -> bool:
    section: Any = node.section
    for path, value in numbers.items():
        section = assign(section, ".".join(path.split(".")[len(node.path) :]), value)
    try:
        check(section)
    except Exception:  # whatever it is, it is raised again where the point is read as a file is
        return False
    return True
