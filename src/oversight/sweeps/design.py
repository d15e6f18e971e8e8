"""The design points of a sweep."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from math import prod
from typing import Any

from pydantic import BaseModel

from oversight.errors import InputError, Problem
from oversight.scenario import Experiment, Grid, Points, Source

MAX_POINTS = 1_000_000
WORDS = {"name", "title", "question", "description", "sweep", "replicates", "start"}
"""Keys of an experiment that do not change what a run computes, or that only say how many rows there are."""
POLICY_WORDS = {"name", "title", "description", "units", "sources"}
"""Keys of a policy that do not change what a run computes."""

LATER: dict[str, Any] = {"measures": [], "kind": "standard", "traits": {}, "income": 0.0}
"""Keys of an experiment, its social cost and its entries that came after the first results, with their defaults: a
point that leaves them there is the one that it was before."""


class Design:
    """A sequence of design points, each a mapping of dotted paths to values. Without a sweep it is the base point.

    Raises:
        InputError: there are too many points.
    """

    def __init__(self, source: Source):
        self.source = source
        sweep = source.experiment.sweep
        self.listed = list(sweep.points) if isinstance(sweep, Points) else [{}]
        self.axes = {path: axis.expand() for path, axis in sweep.parameters.items()} if isinstance(sweep, Grid) else {}
        self.size = prod(map(len, self.axes.values())) if self.axes else len(self.listed)
        if self.size > MAX_POINTS:
            raise InputError(
                Problem(f"{self.size:,} design points; at most {MAX_POINTS:,}", "sweep", remedy="Take fewer values.")
            )

    @property
    def paths(self) -> list[str]:
        """Dotted paths of the swept parameters, in the order of the file."""
        return self.source.swept

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[index] for index in range(self.size))

    def __getitem__(self, index: int) -> dict[str, Any]:
        if not self.axes:
            return dict(self.listed[index])
        point: dict[str, Any] = {}
        for path, values in reversed(self.axes.items()):
            index, place = divmod(index, len(values))
            point[path] = values[place]
        return {path: point[path] for path in self.axes}

    def shown(self, index: int) -> dict[str, Any]:
        """A point as result tables show it: `param.<path>` to a number, a truth value or a text.

        Where a listed point leaves a parameter alone, it is shown as it stands at that point, if it does.
        """
        point = self.source.shown(self[index])
        if len(point) < len(self.paths):
            experiment = self.experiment(index)
            point = {path: point.get(path, _standing(experiment, path)) for path in self.paths}
        return {f"param.{path}": _cell(point[path]) for path in self.paths}

    def experiment(self, index: int) -> Experiment:
        """The validated experiment at a point."""
        return self.source.at(self[index], index)


def essence(experiment: Experiment) -> dict[str, Any]:
    """All that an experiment's runs depend on, but replicate and start; defaults are written out."""
    words: dict[str, Any] = {**dict.fromkeys(WORDS, True), "policy": POLICY_WORDS}
    return experiment.model_dump(mode="json", by_alias=True, exclude=words)


def key(experiment: Experiment) -> str:
    """What identifies a design point across designs: a hash of its essence."""
    data = essence(experiment)
    for section in (data, data["social_cost"], *data["population"]):
        for name, default in LATER.items():
            if section.get(name) == default:
                del section[name]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _standing(value: Any, path: str) -> Any:
    """The value at a dotted path of a validated experiment; None where there is none, or a whole section."""
    if path == "policy":
        return value.policy.name
    for part in path.split("."):
        if isinstance(value, tuple):
            labels = [getattr(item, "label", None) for item in value]
            place = int(part) if part.isdecimal() else labels.index(part) if part in labels else len(value)
            value = value[place] if place < len(value) else None
        else:
            names = {field.alias or name: name for name, field in getattr(type(value), "model_fields", {}).items()}
            value = getattr(value, names[part]) if part in names else None
    return None if isinstance(value, BaseModel | tuple) else value


def _cell(value: Any) -> Any:
    return value if isinstance(value, int | float | bool | str | None) else json.dumps(value, sort_keys=True)
