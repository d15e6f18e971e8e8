"""A scenario that the page plays: self-contained, validated, and changed one value at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from oversight.app.society import MAX_SHOWN
from oversight.documents.overrides import Override, overridden
from oversight.documents.paths import holds, resolved, value_at
from oversight.documents.values import plain
from oversight.documents.written import as_yaml
from oversight.documents.yaml_file import Document, Mark
from oversight.errors import InputError, Problem
from oversight.foresight import FOREVER
from oversight.scenario import BaseExperiment, Experiment, Source, enforced
from oversight.sweeps import Design, check

MAX_PERIODS = 100_000
MAX_ENTRIES = 20
MAX_SUSPENSION = 1_000
MAX_RECORD = 100
MAX_OVERSEERS = 10_000
MAX_REVISIONS = 10_000
MAX_POINTS = 2_000
"""Design points of a sweep that are tried for a text that is written."""


@dataclass(frozen=True, eq=False)
class Scenario:
    """An experiment that names no file and is within the page's limits.

    `changes` maps dotted paths to the values that are laid over the `written` experiment, or over the bundled one
    that `base` names.
    """

    written: Document
    source: Source
    base: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def experiment(self) -> Experiment:
        """The validated base point."""
        return enforced(self.source.experiment)

    @property
    def title(self) -> str:
        """Title, or the name made readable."""
        return self.experiment.heading

    @property
    def data(self) -> dict[str, Any]:
        """The experiment as plain data, changes included, without what is left at its default."""
        return self.source.document.data

    @cached_property
    def opened(self) -> Experiment:
        """The experiment before single values were changed, with the kinds that were chosen since."""
        chosen = {path: value for path, value in self.changes.items() if isinstance(value, dict | list)}
        try:
            return _laid_over(self.written, self.source, self.base, chosen).experiment
        except InputError:  # a single value had made room for a kind
            return self.experiment

    def changed(self, changes: Mapping[str, Any]) -> Scenario:
        """This scenario with other values at dotted paths; None takes an optional value away.

        Raises:
            InputError: a path does not exist, or a value is wrong.
        """
        merged = dict(self.changes)
        for path, value in sorted(changes.items(), key=lambda item: item[0].count(".")):
            where = ".".join(map(str, resolved(self.data, path)))
            merged = {known: old for known, old in merged.items() if not f"{known}.".startswith(f"{where}.")}
            inside = any(where.startswith(f"{known}.") for known in merged)
            if inside or not (holds(self.written.data, where) and value_at(self.written.data, where) == value):
                merged[where] = plain(value)
        return _laid_over(self.written, self.source, self.base, merged)

    def text(self) -> str:
        """Self-contained YAML of the experiment, for the command line and for `from_text`."""
        return as_yaml(self._self_contained)

    @cached_property
    def _self_contained(self) -> dict[str, Any]:
        """The data with as much of the sweep as still fits: another kind has other parameters to sweep."""
        if not self.changes or "sweep" not in self.data:
            return self.data
        rest = {key: value for key, value in self.data.items() if key != "sweep"}
        sweep = self.data["sweep"]
        candidates = [sweep]
        if "parameters" in sweep:
            kept = {path: axis for path, axis in sweep["parameters"].items() if self._has(path)}
            if kept:
                candidates.append({**sweep, "parameters": kept})
        fitting = (data for part in candidates if _can_be_swept(data := {**rest, "sweep": part}, self.source))
        return next(fitting, rest)

    def _has(self, path: str) -> bool:
        try:
            overridden(self.source.model, self.source.document, [Override(path, None, Mark(""))])
        except InputError:
            return False
        return True


def scenario(
    document: Document, model: type[BaseExperiment], plugins: tuple[str, ...], base: str | None = None
) -> Scenario:
    """The scenario of a document that names no file.

    Raises:
        InputError: it is wrong, or beyond the page's limits.
    """
    bare = Document(_trimmed(document.data), Path())
    return _laid_over(bare, Source(bare, model, plugins), base, {})


def _laid_over(written: Document, like: Source, base: str | None, changes: Mapping[str, Any]) -> Scenario:
    refused = [Problem("cannot be set here", path, remedy="Edit the text.") for path in changes if _is_fixed(path)]
    if refused:
        raise InputError(refused)
    document = overridden(like.model, written, [Override(path, value, Mark("")) for path, value in changes.items()])
    source = Source(document, like.model, like.plugins)
    refuse_too_large(enforced(source.experiment), document)
    return Scenario(written, source, base, changes)


def _is_fixed(path: str) -> bool:
    """A sweep and a search may name files, which only a text can have checked."""
    return path.partition(".")[0] in ("sweep", "search", "against")


def refuse_too_large(experiment: Experiment, document: Document) -> None:
    """Refuse what would keep the page from playing smoothly, or its theory from being quick.

    Raises:
        InputError: with one problem for each limit that is passed.
    """
    policy = experiment.policy
    suspended = policy.sanction.suspension % FOREVER  # those who are out for ever are one number to keep
    sizes: list[tuple[tuple[str | int, ...], int, int, str]] = [
        (("population",), experiment.actors, MAX_SHOWN, "actors"),
        (("population",), len(experiment.population), MAX_ENTRIES, "population entries"),
        (("periods",), experiment.periods, MAX_PERIODS, "periods"),
        (("policy", "sanction", "suspension"), suspended, MAX_SUSPENSION, "periods of suspension"),
        (("policy", "monitoring"), policy.monitoring.records - 1, MAX_RECORD, "steps of the record"),
    ]
    overseer = policy.monitoring.overseer
    if overseer:
        where = ("policy", "monitoring")
        sizes.append(((*where, "overseers"), overseer.number, MAX_OVERSEERS, "overseers"))
        sizes.append(((*where, "response"), overseer.turns, MAX_REVISIONS, "revisions a period"))
    for index, entry in enumerate(experiment.population):
        turns = entry.rule.turns(entry.rule_parameters())
        sizes.append((("population", index, "kind"), turns, MAX_REVISIONS, "revisions a period"))
    problems = [
        document.problem(
            path,
            f"{size:,} {what} are too many for the page",
            f"The page takes up to {most:,}; the command line takes more.",
        )
        for path, size, most, what in sizes
        if size > most
    ]
    if problems:
        raise InputError(problems)


def _can_be_swept(data: dict[str, Any], like: Source) -> bool:
    source = Source(Document(data, Path()), like.model, like.plugins)
    try:
        few = len(Design(source)) <= MAX_POINTS
        return few and bool(check(source))
    except InputError:
        return False


def _trimmed(value: Any) -> Any:
    """Plain data whose texts end without the line break of a YAML block."""
    if isinstance(value, dict):
        return {key: _trimmed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_trimmed(item) for item in value]
    return value.strip() if isinstance(value, str) else value
