"""An experiment as it was written: what design points are made from."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ValidationError

from oversight.caller import by_caller
from oversight.documents.bundled import file_of
from oversight.documents.extends import extended, neighbours, read_policy
from oversight.documents.overrides import Override, overridden
from oversight.documents.paths import resolved
from oversight.documents.problems import problems
from oversight.documents.yaml_file import Document, Mark, Path_, beside
from oversight.errors import InputError, Problem, short
from oversight.plugins import Kinds
from oversight.scenario.base import BaseExperiment
from oversight.scenario.schemas import schema_of


@dataclass
class Source:
    """A document with its base policy read in, and the schema that it is held against.

    `policies` caches the other policies that a sweep names. `overrides` are those that the document holds already.
    `kinds` are those that it may name beside the built-in ones, `unchecked` those of them that break their contract.
    """

    document: Document
    model: type[BaseExperiment]
    plugins: tuple[str, ...] = ()
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    overrides: dict[str, Any] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=Kinds)
    unchecked: tuple[str, ...] = ()
    _experiment: BaseExperiment | None = None

    def __getstate__(self) -> dict[str, Any]:
        # The schema was made for this process, and so was what it validated.
        made = ("model", "_experiment", "swept", "again")
        return {name: value for name, value in vars(self).items() if name not in made}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, model=schema_of(state["document"].data, state["kinds"]), _experiment=None)

    @property
    def experiment(self) -> BaseExperiment:
        """The validated base point, sweep included."""
        if self._experiment is None:
            self._experiment = validated(self.model, self.document)
        return self._experiment

    @cached_property
    def swept(self) -> list[str]:
        """Dotted paths of the swept parameters, in the order of the file."""
        sweep = self.experiment.sweep
        return list(sweep.axes()) if sweep else []

    @cached_property
    def again(self) -> list[Override]:
        """Overrides of a part of something swept, which are laid over each of its values too."""
        data = self.document.data
        places = [resolved(data, path) for path in self.swept]
        return [
            Override(path, value, Mark(by_caller("--set", "overrides")))
            for path, value in self.overrides.items()
            if any(resolved(data, path)[: len(place)] == place for place in places)
        ]

    def at(self, point: Mapping[str, Any], index: int = 0) -> BaseExperiment:
        """The experiment at a design point, the `index`-th, without its sweep and its search.

        Raises:
            InputError: a path does not exist, or a value is out of range.
        """
        base = {key: value for key, value in self.document.data.items() if key not in ("sweep", "search", "against")}
        document = Document(base, self.document.folder, self.document.marks, self.document.overrides)
        swept = [
            Override(path, self.policy(value, place) if path == "policy" else value, self.document.mark(place))
            for path, value in point.items()
            for place in [self.where(path, index)]
        ]
        return validated(self.model, overridden(self.model, document, [*swept, *self.again]), point)

    def shown(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """A design point as tables show it: a swept policy by its name."""
        return {path: self.policy(value)["name"] if path == "policy" else value for path, value in point.items()}

    def policy(self, value: Any, place: Path_ = ("sweep",)) -> Any:
        """The data of a swept policy: of a file by its name, or of a mapping, whose `name` may be left out."""
        known = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        if known not in self.policies:
            self.policies[known] = policy_data(self.document, value, place, f"policy_{len(self.policies) + 1}").data
        return self.policies[known]

    def where(self, path: str, index: int = 0) -> Path_:
        """Where the document says what `path` is swept over."""
        sweep = self.experiment.sweep
        return sweep.where(path, index) if sweep else ("sweep", "parameters", path)


def policy_data(document: Document, value: Any, where: Path_, name: str) -> Document:
    """A policy that `document` holds at `where`: a file's name, or the mapping itself.

    Raises:
        InputError: there is no such file, or it is wrong.
    """
    if isinstance(value, str):
        path = file_of("policies", value, document.folder)
        if not os.path.isfile(path):
            raise InputError(document.problem(where, f"there is no policy file `{value}`", neighbours(document, value)))
        return read_policy(path, beside(document.mark(()).file, value))
    if not isinstance(value, Mapping):
        remedy = "Name a policy file, or write the mapping."
        raise InputError(document.problem(where, f"`{value}` is no policy", remedy))
    inner = extended(document.part(where, value))
    return Document({"name": name, **inner.data}, inner.folder, inner.marks)


def validated[M: BaseModel](model: type[M], document: Document, point: Mapping[str, Any] | None = None) -> M:
    """The document as an object of the schema.

    Raises:
        InputError: with one problem for each mistake; `point` names the design point in them.
    """
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        found = problems(error, model, document)
        raise InputError([_at_point(problem, point) for problem in found] if point else found) from None


def _at_point(problem: Problem, point: Mapping[str, Any]) -> Problem:
    """The problem with the swept values that it comes from: one if one is to blame, all otherwise."""
    to_blame = {path: value for path, value in point.items() if f"{problem.path}.".startswith(f"{path}.")} or point
    at = ", ".join(f"{path} = {short(str(value))}" for path, value in to_blame.items())
    return Problem(
        f"{problem.message} (at {at})", problem.path, problem.file, problem.line, problem.remedy, problem.mistake
    )
