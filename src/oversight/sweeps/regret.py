"""Regret of a principal that tries policies: against each of them left in force, on the same draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from oversight.arrays import Table, present
from oversight.documents.paths import value_at
from oversight.documents.yaml_file import Document
from oversight.errors import InputError, Problem
from oversight.principals import Principal, Seen
from oversight.scenario import Experiment, Source, enforced
from oversight.sweeps.diff.intervals import Estimates, paired

_ELSEWHERE = ("search", "against", "mark", "burn_in", "dynamics", "stakeholders", "choice")
"""Sections about something else than every period of single runs."""
_KEPT = "path.series."
_WHAT = "regret is of a principal that tries policies, and"
_BANDIT = "Let `principal` be of kind `thompson`, `ucb`, `exp3` or `halving`."


@dataclass(frozen=True)
class Policy:
    """A policy that the principal is held against: its name, and the numbers that it leaves in force."""

    name: str
    settings: Mapping[str, float]


@dataclass(frozen=True, repr=False)
class Regret:
    """What a principal loses by trying policies, as `regret` of the package returns it."""

    principal: str
    """Its kind."""
    blocks: int
    every: int
    """Periods of a block."""
    replicates: int
    table: pd.DataFrame
    """A row a start and policy, the principal's own first, then those of its arms, then the file's (`default`):
    `start`, `policy`, the numbers in force by path, `loss` (mean over blocks and replicates), `misconduct_rate` and
    `oversight_cost`, `best` of the arms, and the principal's `regret` against it in all blocks with its 95 %
    interval from `ci_low` to `ci_high`, paired by replicate."""
    over_time: pd.DataFrame
    """A row a start, policy and block: the principal's `regret` against it so far, and its interval."""

    def to_data(self) -> dict[str, Any]:
        """All of it, as JSON."""
        facts = {"principal": self.principal, "blocks": self.blocks, "every": self.every, "replicates": self.replicates}
        tables = {"policies": self.table, "over_time": self.over_time}
        return {**facts, **{name: table.to_dict("records") for name, table in tables.items()}}

    def best(self, start: str) -> pd.Series[Any]:
        """The row of the arm that came to the least loss, of a start."""
        rows = self.table[(self.table["start"] == start) & self.table["best"]]
        return rows.iloc[0]


def fixed_policies(experiment: Experiment) -> list[Policy]:
    """The arms of an experiment's principal, and its policy as it stands.

    Raises:
        InputError: its principal tries none.
    """
    principal = experiment.principal
    if principal is None or not principal.profiles:
        found = "there is none" if principal is None else f"kind {principal.kind} tries none"
        raise InputError(Problem(f"{_WHAT} {found}", "principal", remedy=_BANDIT))
    if not _blocks(experiment, principal):
        message = f"{_WHAT} {experiment.periods} periods are not one whole block"
        raise InputError(Problem(message, "periods", remedy="Make the run longer, or `principal.every` shorter."))
    own = {path: float(value_at(experiment.policy, path.partition(".")[2])) for path in principal.levers}
    arms = [Policy(f"arm {place}", each) for place, each in enumerate(principal.profiles, start=1)]
    return [*arms, Policy("default", own)]


def _blocks(experiment: Experiment, principal: Principal) -> int:
    nothing = np.zeros((1, experiment.periods))
    seen = Seen(
        active=nothing,
        inspections=nothing,
        found=nothing,
        reported=nothing,
        spent=nothing,
        apparent=nothing,
        truth=nothing,
    )
    return len(principal.losses(seen)[0])


def replayed(source: Source) -> Source:
    """The experiment as a sweep over its principal and each fixed policy, all as long, every period kept.

    Raises:
        InputError: its principal tries no policies.
    """
    experiment = enforced(source.experiment)
    fixed, principal = fixed_policies(experiment), present(experiment.principal)
    document = source.document
    # Each in the principal's own blocks, which may begin where the run began.
    held = [principal.held_to(each.settings) for each in fixed]
    said = [each.model_dump(mode="json", by_alias=True, exclude_defaults=True) for each in held]
    points = [document.data["principal"], *({"kind": principal.kind, **each} for each in said)]
    data = {name: part for name, part in document.data.items() if name not in _ELSEWHERE}
    sweep = {"kind": "list", "points": [{"principal": point} for point in points]}
    made = {"sweep": sweep, "keep": "series", "theory": False, "replicates": experiment.least_replicates}
    # What was overridden of what is made anew is part of it.
    left = {"principal", *made, *_ELSEWHERE}
    overrides = {path: value for path, value in source.overrides.items() if path.partition(".")[0] not in left}
    again = Document({**data, **made}, document.folder, document.marks, document.overrides)
    return replace(source, document=again, overrides=overrides, _experiment=None)


def regret_of(experiment: Experiment, parts: Iterable[pa.Table]) -> Regret:
    """What the runs of `replayed` come to.

    Raises:
        InputError: runs failed.
    """
    principal, fixed = present(experiment.principal), fixed_policies(experiment)
    rows = pa.concat_tables(parts)
    tables, courses = [], []
    for start in experiment.starts:
        runs = [_runs(rows, start, point) for point in range(len(fixed) + 1)]
        losses = [_losses(principal, each) for each in runs]
        tables.append(_table(start, principal, fixed, runs, losses))
        courses += [_course(start, each.name, one, losses[0]) for each, one in zip(fixed, losses[1:], strict=True)]
    replicates, blocks = losses[0].shape
    every = experiment.periods // blocks
    return Regret(
        principal.kind,
        blocks,
        every,
        replicates,
        pd.concat(tables, ignore_index=True),
        pd.concat(courses, ignore_index=True),
    )


def _runs(rows: pa.Table, start: str, point: int) -> dict[str, Table]:
    """What was kept of the runs of a policy, (replicates, periods) each, by measure."""
    here = rows.filter((pa.compute.field("start") == start) & (pa.compute.field("point") == point)).sort_by("replicate")
    failed = [error for error in here["error"].to_pylist() if error]
    if failed:
        raise InputError(Problem(f"a run failed: {failed[0]}", "principal", remedy="Let `oversight run` say why."))
    names = [name for name in here.column_names if name.startswith(_KEPT)]
    return {name.removeprefix(_KEPT): np.array(here[name].to_pylist(), dtype=float) for name in names}


def _losses(principal: Principal, run: Mapping[str, Table]) -> Table:
    """What the principal would have been charged for each block, (replicates, blocks)."""
    unknown = np.full(run["oversight_cost"].shape, np.nan)
    return principal.losses(
        Seen(
            active=unknown,
            inspections=unknown,
            found=unknown,
            reported=unknown,
            spent=run["oversight_cost"],
            apparent=run["apparent_misconduct_rate"],
            truth=run["misconduct_rate"],
        )
    )


def _table(
    start: str,
    principal: Principal,
    fixed: Sequence[Policy],
    runs: Sequence[Mapping[str, Table]],
    losses: Sequence[Table],
) -> pd.DataFrame:
    table = pd.DataFrame({"start": start, "policy": [principal.kind, *(each.name for each in fixed)]})
    for path in principal.levers:
        table[path] = [np.nan, *(each.settings[path] for each in fixed)]
    table["loss"] = [float(loss.mean()) for loss in losses]
    for name in ("misconduct_rate", "oversight_cost"):
        table[name] = [float(np.nanmean(run[name])) for run in runs]
    arms = table["loss"].iloc[1 : 1 + len(principal.profiles)]
    table["best"] = table.index == arms.idxmin()
    totals = [loss.sum(axis=1) for loss in losses]
    found = _regrets(np.array(totals[1:]), np.tile(totals[0], (len(fixed), 1)))
    for name, values in (("regret", found.difference), ("ci_low", found.low), ("ci_high", found.high)):
        table[name] = [np.nan, *values]
    return table


def _course(start: str, name: str, of_fixed: Table, of_principal: Table) -> pd.DataFrame:
    """Regret so far after each block."""
    found = _regrets(of_fixed.cumsum(axis=1).T, of_principal.cumsum(axis=1).T)
    blocks = np.arange(1, of_fixed.shape[1] + 1)
    columns = {"block": blocks, "regret": found.difference, "ci_low": found.low, "ci_high": found.high}
    return pd.DataFrame({"start": start, "policy": name, **columns})


def _regrets(of_fixed: Table, of_principal: Table) -> Estimates:
    """The principal's losses less others, (groups, replicates) each, paired by replicate."""
    groups = np.arange(len(of_fixed))
    return paired(of_fixed, of_principal, (groups, groups))
