"""From a file to a validated replication."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from oversight.documents.bundled import file_of, shown_of
from oversight.documents.extends import neighbours
from oversight.documents.schema import nearest
from oversight.documents.yaml_file import Document, Mark, beside, read_yaml
from oversight.errors import InputError, Problem
from oversight.measures import MEASURES
from oversight.replications.functions import FUNCTIONS, call
from oversight.replications.replication import Cheapest, Claim, Game, Replication, Simulated, Solved
from oversight.replications.solved import RESULTS
from oversight.scenario import Source, load_experiment
from oversight.scenario.source import validated
from oversight.sweeps import check

Point = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One of the file's experiments, valid at every point that a claim asks for.

    `points` are those that are swept, and `sweep` the experiment with a list sweep of them, None if there are none.
    """

    source: Source
    points: list[Point]
    sweep: Source | None


@dataclass(frozen=True)
class Loaded:
    """A replication whose every experiment is valid at every point, and whose functions exist."""

    replication: Replication
    experiments: dict[str, Asked]


def load_replication(file: str | Path, quick: bool = False) -> Loaded:
    """Read and validate a replication file.

    Args:
        file: a YAML file, or the name of one here or of a bundled one.
        quick: apply what the file says under `quick`.

    Raises:
        InputError: with one problem for each mistake.
    """
    path = file_of("replications", file)
    document = read_yaml(path, shown_of(file, path))
    replication = validated(Replication, document)
    problems = [
        problem for index, claim in enumerate(replication.claims) for problem in _of_claim(document, index, claim)
    ]
    experiments = {}
    for name, written in replication.experiments.items():
        try:
            experiments[name] = _asked(document, replication, name, written, quick)
        except InputError as error:
            problems += [_within(problem, f"experiments.{name}") for problem in error.problems]
    if problems:
        raise InputError(problems)
    return Loaded(replication, experiments)


def points_of(claim: Claim) -> list[Point]:
    """The design points of its experiment that a claim asks for."""
    if isinstance(claim.ours, Cheapest):
        axes = {path: axis.expand() for path, axis in claim.ours.over.items()}
        return [{**claim.ours.set, **dict(zip(axes, values, strict=True))} for values in product(*axes.values())]
    return [] if isinstance(claim.ours, Game) else [dict(claim.ours.set)]


def _asked(document: Document, replication: Replication, name: str, written: Any, quick: bool) -> Asked:
    source = load_experiment(_experiment(document, name, written), replication.quick.get(name, {}) if quick else {})
    every: list[Point] = []
    swept: list[Point] = []
    for index, claim in enumerate(replication.claims):
        if isinstance(claim.ours, Game) or claim.ours.experiment != name:
            continue
        start = claim.ours.start if isinstance(claim.ours, Simulated) else None
        if start and start not in source.experiment.starts:
            where = ("claims", index, "ours", "start")
            raise InputError(document.problem(where, f"no run starts {start}", "See `start` of the experiment."))
        for point in points_of(claim):
            if point not in every:
                _mark(source.document, document, index, len(every), point)
                every.append(point)
            if point not in swept and isinstance(claim.ours, Simulated | Cheapest):
                swept.append(point)
    if not every:
        raise InputError(document.problem(("experiments", name), "is used by no claim", "Remove it."))
    check(_listed(source, every))
    return Asked(source, swept, _listed(source, swept) if swept else None)


def _experiment(document: Document, name: str, written: Any) -> Document:
    """The experiment without a sweep of its own, and without those who choose among its points."""
    where = ("experiments", name)
    if isinstance(written, str):
        if not os.path.isfile(document.folder / written):
            remedy = neighbours(document, written)
            raise InputError(document.problem(where, f"there is no experiment file `{written}`", remedy))
        found = read_yaml(document.folder / written, beside(document.mark(()).file, written))
    elif isinstance(written, Mapping):
        found = document.part(where, {"name": name, **written})
    else:
        raise InputError(document.problem(where, "is no experiment", "Name an experiment file, or write the mapping."))
    for section in ("sweep", "stakeholders", "choice"):
        found.data.pop(section, None)
    return found


def _listed(source: Source, points: list[Point]) -> Source:
    data = {**source.document.data, "sweep": {"kind": "list", "points": points}}
    return Source(replace(source.document, data=data), source.model, overrides=source.overrides)


def _mark(target: Document, document: Document, claim: int, place: int, point: Point) -> None:
    """Let mistakes in a point be told at the claim that it comes from."""
    for path in point:
        for key in ("set", "over"):
            mark = document.marks.get(("claims", claim, "ours", key, path))
            if mark:
                target.marks[("sweep", "points", place, path)] = mark
    target.marks.setdefault(("sweep",), Mark(document.mark(()).file, document.mark(("claims", claim)).line))


def _of_claim(document: Document, index: int, claim: Claim) -> list[Problem]:
    where = ("claims", index, "ours")
    if isinstance(claim.ours, Solved):
        first = claim.ours.result.partition(".")[0]
        if first in RESULTS:
            return []
        remedy = _meant(first, RESULTS)
        return [document.problem((*where, "result"), f"a solution has no `{first}`", remedy)]
    if not isinstance(claim.ours, Game):
        measures = [claim.ours.measure, *([claim.ours.times] if isinstance(claim.ours, Simulated) else [])]
        known = list(MEASURES)
        return [
            document.problem((*where, "measure"), f"there is no measure `{measure}`", _meant(measure, known))
            for measure in filter(None, measures)
            if measure.partition(".")[0] not in known
        ]
    if claim.ours.function not in FUNCTIONS:
        remedy = _meant(claim.ours.function, list(FUNCTIONS))
        return [document.problem((*where, "function"), f"there is no function `{claim.ours.function}`", remedy)]
    try:
        numbers = call(claim.ours.function, claim.ours.arguments)
    except (TypeError, ValueError, ArithmeticError) as error:
        return [document.problem((*where, "arguments"), f"{claim.ours.function} refuses them: {error}")]
    if claim.ours.result not in numbers:
        remedy = _meant(claim.ours.result, list(numbers))
        return [document.problem((*where, "result"), f"there is no result `{claim.ours.result}`", remedy)]
    return []


def _meant(word: str, known: list[str]) -> str:
    close = nearest(word, known)
    return f"Did you mean `{close}`?" if close else f"One of: {', '.join(known)}."


def _within(problem: Problem, prefix: str) -> Problem:
    return problem if problem.path.startswith(prefix) else replace(problem, path=f"{prefix}.{problem.path}".rstrip("."))
