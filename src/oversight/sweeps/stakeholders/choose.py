"""The table of what each rule chooses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from oversight.errors import InputError, Problem
from oversight.sweeps.results import Results, load_results
from oversight.sweeps.stakeholders.deliberation import Deliberation, deliberation


def choose(results: Results | str | Path, stakeholders: str | Path | Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Which policy of a sweep each rule of collective choice would choose, and how that serves each group.

    Args:
        results: a finished sweep, or its folder.
        stakeholders: a YAML file with `stakeholders` and `choice`, or its mapping; by default the experiment's own.

    Returns:
        A row a rule and alternative that it chooses, several where they tie, one without an alternative where it gives
        none: `rule`, the levers (`param.*`), `worst_off`, and for each group `utility.<name>` and `relative.<name>`,
        from 0, what is worst for it, to 1, what is best.

    Raises:
        InputError: there are no stakeholders, the file is wrong, or a measure is unknown.
    """
    opened = results if isinstance(results, Results) else load_results(results)
    return table_of(deliberated(opened, stakeholders))


def deliberated(results: Results, written: str | Path | Mapping[str, Any] | None) -> Deliberation:
    """What the stakeholders would choose.

    Raises:
        InputError: there are none, the file is wrong, or a measure is unknown.
    """
    found = deliberation(results, written)
    if found is None:
        remedy = "Name a file of stakeholders, or write `stakeholders` in the experiment."
        raise InputError(Problem(f"`{results.experiment.name}` has no stakeholders", remedy=remedy))
    return found


def table_of(found: Deliberation) -> pd.DataFrame:
    """The rows that `choose` returns."""
    rows: list[dict[str, Any]] = []
    for rule, chosen in found.chosen.items():
        rows += [{"rule": rule, **_of(found, each)} for each in chosen] or [{"rule": rule}]
    columns = ["rule", *map(str, found.settings), "worst_off"]
    columns += [f"{part}.{name}" for part in ("utility", "relative") for name in found.names]
    return pd.DataFrame(rows, columns=columns)


def _of(found: Deliberation, alternative: int) -> dict[str, Any]:
    row: dict[str, Any] = {str(name): cell for name, cell in found.settings.iloc[alternative].items()}
    row["worst_off"] = found.worst_off(alternative)
    row |= {f"utility.{name}": found.profile.utilities[k, alternative] for k, name in enumerate(found.names)}
    return row | {f"relative.{name}": found.standing(alternative)[k] for k, name in enumerate(found.names)}
