"""What stakeholders choose among: the settings of the levers of a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from oversight.arrays import Vector
from oversight.documents.yaml_file import Document
from oversight.environments import environment_of
from oversight.errors import InputError
from oversight.scenario.stakeholders import CollectiveChoice
from oversight.sweeps.design import Design
from oversight.sweeps.results import Results

MOST = 2_000
"""Alternatives that rules compare: each with each."""


def levers(design: Design) -> list[str]:
    """The columns of what somebody sets; of all that is swept where nobody sets any of it."""
    sections = environment_of(design.source.experiment).levers
    own = [path for path in design.paths if path.partition(".")[0] in sections]
    return [f"param.{path}" for path in own or design.paths]


def refuse_too_many(design: Design, document: Document) -> None:
    """Refuse more settings of the levers than rules compare.

    Raises:
        InputError: there are more.
    """
    points = np.arange(len(design))
    places = [design.places(column.removeprefix("param."), points) for column in levers(design)]
    many = np.unique(np.stack(places), axis=1).shape[1]
    if many > MOST:
        said = f"there are {many:,} settings to choose from; at most {MOST:,} are compared"
        raise InputError(document.problem(("stakeholders",), said, "Sweep fewer levers, or fewer values of them."))


def status_quo(design: Design, choice: CollectiveChoice, document: Document) -> dict[str, Any]:
    """The cells of the levers in the status quo; empty without one.

    Raises:
        InputError: there is nothing to choose from, or it is none of the values that are swept.
    """
    columns = levers(design)
    if not columns:
        raise InputError(document.problem(("stakeholders",), "there is nothing to choose from: nothing is swept"))
    if choice.status_quo is None:
        return {}
    where, given = ("choice", "status_quo"), choice.status_quo
    if not isinstance(given, Mapping):
        if len(columns) > 1:
            paths = ", ".join(column.removeprefix("param.") for column in columns)
            remedy = f"Write a mapping of {paths} to their values."
            raise InputError(document.problem(where, f"`{given}` is no setting of {len(columns)} levers", remedy))
        given = {columns[0].removeprefix("param."): given}
    cells = design.cells(np.arange(len(design)))
    found = {}
    for column in columns:
        path, values = column.removeprefix("param."), list(dict.fromkeys(cells[column]))
        if path not in given or given[path] not in values:
            said = f"`{path}` is missing" if path not in given else f"`{given[path]}` is none of the values of `{path}`"
            raise InputError(document.problem(where, said, f"There are {', '.join(map(str, values[:20]))}."))
        found[column] = given[path]
    for path in given:
        if f"param.{path}" not in columns:
            raise InputError(document.problem(where, f"`{path}` is no lever that is swept", "Leave it out."))
    return found


def means_of(results: Results, measures: Sequence[str]) -> pd.DataFrame:
    """The means of the measures at each setting of the levers, in the order of the design.

    Raises:
        InputError: there are too many settings.
    """
    refuse_too_many(results.design, results.source.document)
    columns = levers(results.design)
    named = {f"metric.{name}.mean": name for name in measures}
    table = results.read(columns=["point", *columns, *named]).rename(columns=named)
    # A setting that has no value somewhere has none at all, rather than the mean of the rest.
    return table.groupby(columns, sort=False, dropna=False)[list(measures)].mean(skipna=False).reset_index()


def line_of(settings: pd.DataFrame) -> Vector | None:
    """Where the settings lie on the lever, if they have one of numbers."""
    numeric = len(settings.columns) == 1 and pd.api.types.is_numeric_dtype(settings.iloc[:, 0].dtype)
    return settings.iloc[:, 0].to_numpy(dtype=float) if numeric else None


def place_of(settings: pd.DataFrame, standing: Mapping[str, Any], document: Document) -> int:
    """Which of the settings the status quo is.

    Raises:
        InputError: it is none of them.
    """
    found = np.flatnonzero(np.logical_and.reduce([settings[name] == cell for name, cell in standing.items()]))
    if not len(found):
        remedy = "It has to be one of the design points, with a value of every measure."
        raise InputError(document.problem(("choice", "status_quo"), "is no alternative", remedy))
    return int(found[0])
