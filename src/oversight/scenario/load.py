"""From a file, or a Python mapping, to a validated experiment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from oversight.caller import by_caller
from oversight.documents.bundled import file_of, shown_of
from oversight.documents.columns import with_columns
from oversight.documents.extends import read_policy
from oversight.documents.links import with_links
from oversight.documents.overrides import Override, overridden, parsed
from oversight.documents.points import with_points
from oversight.documents.tables import with_tables
from oversight.documents.values import plain
from oversight.documents.yaml_file import Document, Mark, read_yaml
from oversight.errors import InputError
from oversight.plugins import Plugin, known_kinds, name_of
from oversight.plugins.objects import with_names
from oversight.policy import Policy
from oversight.scenario.experiment import policy_model
from oversight.scenario.schemas import refuse_mixed, schema_of
from oversight.scenario.source import Source, policy_data, validated


def load_experiment(
    experiment: str | Path | Mapping[str, Any] | Document,
    overrides: Mapping[str, Any] | Sequence[str] = (),
    plugins: Sequence[Plugin] = (),
) -> Source:
    """Read and validate an experiment.

    Args:
        experiment: a YAML file, the name of one here or of a bundled one, or the mapping itself; its paths are
            relative to the file, or to the working folder. A document is the part of a file that holds it.
        overrides: `{dotted.path: value}`, or `dotted.path=value` texts as on the command line.
        plugins: kinds of one's own: Python files or packages, or classes themselves.

    Raises:
        InputError: with one problem for each mistake.
    """
    classes: dict[str, type[Any]] = {}
    if isinstance(experiment, Mapping):
        experiment = with_names(experiment, classes)
        plugins = [*plugins, *classes.values()]
    document = _document(experiment)
    changes = parsed(overrides)
    laid_over = [
        Override(path, _policy_here(path, value), Mark(by_caller("--set", "overrides")))
        for path, value in changes.items()
    ]
    changed = [override.value for override in laid_over]
    kinds = known_kinds(plugins, [document.data, changed, _swept_policies(document)])
    model = schema_of(document.data, kinds)
    refuse_mixed(document, model)
    document = overridden(model, document, laid_over)
    document.data = with_links(with_columns(with_points(document), document), document)
    document.data = with_tables(document.data, document)
    source = Source(document, model, tuple(map(name_of, plugins)), overrides=changes, kinds=kinds)
    _ = source.experiment
    return source


def load_policy(path: str | Path, plugins: Sequence[Plugin] = ()) -> Policy:
    """Read and validate one policy file, and whatever it extends."""
    file = file_of("policies", path)
    document = read_policy(file, shown_of(path, file))
    return validated(policy_model(known_kinds(plugins, document.data)), document)


def _document(experiment: str | Path | Mapping[str, Any] | Document) -> Document:
    """The experiment with its base policy in place of the policy's file name."""
    if isinstance(experiment, Document):
        document = experiment
    elif isinstance(experiment, Mapping):
        document = Document(plain(experiment), Path.cwd())
    else:
        file = file_of("experiments", experiment)
        document = read_yaml(file, shown_of(experiment, file))
    if "monitoring" in document.data and "population" not in document.data:
        raise InputError(document.problem((), "is a policy", "Name an experiment, whose `policy` may be this file."))
    written = document.data.get("policy", _first_swept_policy(document.data))
    if written is not None:
        policy = policy_data(document, written, ("policy",), str(document.data.get("name", "policy")))
        document.data["policy"] = policy.data
        document.marks.update({("policy", *path): mark for path, mark in policy.marks.items()})
    return document


def _swept_policies(document: Document) -> Iterator[Any]:
    """The data of the policy files that a sweep names; a file that cannot be read is told later, with its point."""
    match document.data.get("sweep"):
        case {"parameters": {"policy": {"values": list(values)}}}:
            swept = values
        case {"points": list(points)}:
            swept = [point.get("policy") for point in points if isinstance(point, dict)]
        case _:
            swept = []
    for name in dict.fromkeys(value for value in swept if isinstance(value, str)):
        with suppress(InputError):
            yield policy_data(document, name, ("sweep",), "policy").data


def _first_swept_policy(data: Mapping[str, Any]) -> Any:
    """The first swept policy stands in for an absent base policy."""
    match data.get("sweep"):
        case {"parameters": {"policy": {"values": [first, *_]}}}:
            return first
        case {"points": [{"policy": first}, *_]}:
            return first
    return None


def _policy_here(path: str, value: Any) -> Any:
    """A policy given on the command line or from Python, whose paths start in the working folder."""
    return policy_data(Document({}, Path.cwd()), value, (), "policy").data if path == "policy" else value
