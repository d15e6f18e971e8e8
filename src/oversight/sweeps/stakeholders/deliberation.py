"""What each rule of collective choice would choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from oversight.arrays import Vector
from oversight.choice import RULES, Majority, Profile, majority
from oversight.errors import InputError
from oversight.scenario.source import validated
from oversight.scenario.stakeholders import Assembly, CollectiveChoice, Stakeholder
from oversight.sweeps.results import Results
from oversight.sweeps.stakeholders.alternatives import levers, line_of, means_of, place_of, status_quo
from oversight.sweeps.stakeholders.assembly import document_of, measures_of, refuse_unknown, worths


@dataclass(frozen=True)
class Deliberation:
    """What every rule chooses.

    Alternatives are the settings of the levers that a sweep has, and what one is worth is the mean over all else: other
    swept parameters and starts.

    Args:
        stakeholders: the groups.
        settings: a row an alternative, a column `param.<path>` a lever.
        profile: what the alternatives are worth to the groups.
        chosen: by rule, the alternatives chosen: several where they tie, none where the rule gives none.
        majority: the alternatives two by two.
        left_out: alternatives at which a measure has no value.
    """

    stakeholders: Sequence[Stakeholder]
    settings: pd.DataFrame
    profile: Profile
    chosen: Mapping[str, list[int]]
    majority: Majority
    left_out: int

    @property
    def names(self) -> list[str]:
        """The groups."""
        return [each.name for each in self.stakeholders]

    @property
    def disagreeing(self) -> tuple[int, int]:
        """How many pairs of rules that choose have no choice in common, and how many pairs there are."""
        made = [set(found) for found in self.chosen.values() if found]
        pairs = [(a, b) for place, a in enumerate(made) for b in made[:place]]
        return sum(a.isdisjoint(b) for a, b in pairs), len(pairs)

    def standing(self, alternative: int) -> Vector:
        """How an alternative serves each group: from 0, its worst, to 1, its best."""
        found: Vector = self.profile.relative[:, alternative]
        return found

    def worst_off(self, alternative: int) -> str:
        """The group that it serves worst, by what it gains over what it falls back on, as a part of its range."""
        return self.names[int(self.profile.gains[:, alternative].argmin())]


def deliberation(results: Results, written: str | Path | Mapping[str, Any] | None = None) -> Deliberation | None:
    """What the stakeholders of an experiment, or of a file, would choose; None where there are none.

    Args:
        results: a finished sweep.
        written: the file, or its mapping; without it, the experiment's own `stakeholders` and `choice`.

    Raises:
        InputError: the file is wrong, a measure is unknown, or the status quo is no alternative.
    """
    experiment, document = results.experiment, results.source.document
    stakeholders, choice = experiment.stakeholders, experiment.choice
    if written is not None:
        document = document_of(written)
        assembly = validated(Assembly, document)
        stakeholders, choice = assembly.stakeholders, assembly.choice
    if not stakeholders:
        return None
    design, asked = results.design, choice or CollectiveChoice()
    measured = [name[len("metric.") : -len(".mean")] for name in results.columns if name.endswith(".mean")]
    refuse_unknown(stakeholders, measured, document)
    standing = status_quo(design, asked, document)
    worth = worths(experiment, stakeholders, document)
    means = means_of(results, measures_of(worth))
    finite = np.isfinite(means[measures_of(worth)].to_numpy(dtype=float)).all(axis=1)
    known = means[finite].reset_index(drop=True)
    if known.empty:
        raise InputError(document.problem(("stakeholders",), "no alternative has a value of every measure"))
    settings = known[levers(design)]
    profile = Profile.of(
        [each.constant + known[list(each.measures)].to_numpy() @ list(each.measures.values()) for each in worth],
        [each.weight for each in stakeholders],
        line_of(settings),
        place_of(settings, standing, document) if standing else None,
    )
    chosen: dict[str, list[int]] = {rule: RULES[rule](profile) for rule in asked.rules}
    return Deliberation(stakeholders, settings, profile, chosen, majority(profile), len(means) - len(known))
