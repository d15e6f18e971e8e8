"""Policy and population: what an oversight policy comes to with actors who weigh gain against detection and penalty."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from math import nan
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from oversight.arrays import Indices, Table, Vector
from oversight.environments.chapters import Chapter
from oversight.environments.enforcement_chapters import chapters, played_and_weighed
from oversight.environments.environment import Environment
from oversight.equilibrium.column_words import COLUMNS
from oversight.equilibrium.columns import beside
from oversight.equilibrium.forecast import Forecast, forecasts
from oversight.equilibrium.near import NEAR, ahead
from oversight.equilibrium.solve import Solution, solve_all
from oversight.equilibrium.threshold import Along, Threshold, thresholds
from oversight.measures import (
    APPARENT,
    BRIBES,
    CUSTOMERS,
    DYNAMICS,
    ERRORS,
    MEASURES,
    PAYOFFS,
    REPORTS,
    RESAMPLED,
    TAILS,
    TRAINED,
    WATCHED,
    WITNESSED,
    WORDS,
    Words,
)
from oversight.scenario import Experiment, Source, levels
from oversight.scenario.counted import measures_of
from oversight.scenario.family import Placed
from oversight.scenario.governed import lever_words, paths, with_phases
from oversight.simulation import LEVELS, batch_of, play, room, shape_of


class Enforcement(Environment[Experiment]):
    """Experiments with `policy` and `population`."""

    main = "misconduct_rate"
    subject = "misconduct"
    ranked = ("social_cost", "misconduct_rate", "oversight_cost")
    price = "oversight_cost"
    levers = frozenset({"policy"})
    starts: ClassVar[Mapping[str, str]] = {
        "compliant": "from a compliant past",
        "violating": "from a violating past",
    }
    columns = COLUMNS
    theory_is = "in the limit of a large population"
    caveat = (
        "These numbers follow from the assumptions listed below, for simulated actors who weigh gain against the "
        "chance and cost of being caught. They show how a policy's parts work together; they do not predict what any "
        "real system or firm will do."
    )

    def solve(self, experiments: Sequence[Experiment]) -> Sequence[Solution]:
        return solve_all(experiments)

    def measures(self, experiment: Experiment, points: Sequence[Experiment]) -> list[str]:
        several = [each.population for each in points if len(each.population) > 1]
        entries = dict.fromkeys(entry.label for population in several for entry in population)
        near = [f"time_near.{place}" for place in range(NEAR)]
        found = [
            *MEASURES,
            *(measure.label for measure in experiment.measures),
            *((*DYNAMICS, *near) if experiment.dynamics else ()),
            *(TAILS if any(entry.copies for each in points for entry in each.population) else ()),
            *(WATCHED if any(each.policy.monitoring.signal for each in points) else ()),
            *(APPARENT if any(each.policy.forewarns or each.principal for each in points) else ()),
            *(REPORTS if any(each.policy.sanction.self_report for each in points) else ()),
            *(WITNESSED if any(each.policy.witnesses for each in points) else ()),
            *(BRIBES if any(each.policy.inspectors for each in points) else ()),
            *(CUSTOMERS if any(each.policy.market for each in points) else ()),
            *(ERRORS if any(entry.errors for each in points for entry in each.population) else ()),
            *(PAYOFFS if any(each.policy.payoffs for each in points) else ()),
            *(RESAMPLED if any(each.policy.sanction.resample for each in points) else ()),
            *(TRAINED if any(each.policy.training for each in points) else ()),
            *dict.fromkeys(
                name for each in points for name in levels.measures_of(each.population, each.policy.training)
            ),
            *(f"{self.main}.{entry}" for entry in entries),
            *dict.fromkeys(name for each in points for name in measures_of(each.population)),
        ]
        return with_phases(found, [each.principal for each in points], (*DYNAMICS, *near, *TAILS))

    def pooled(self, experiment: Experiment, points: Sequence[Experiment]) -> Mapping[str, Mapping[str, float]]:
        copied = any(entry.copies for each in points for entry in each.population)
        series = paths(experiment.keep, [each.principal for each in points])
        return {**({"path.misconduct_rate": LEVELS} if copied else {}), **series}

    def words(self, experiment: Experiment) -> Mapping[str, Words]:
        own = {measure.label: measure.words for measure in experiment.measures}
        return WORDS | lever_words(experiment.policy, experiment.principal) | own

    def shape(self, experiment: Experiment) -> tuple[Hashable, int]:
        return shape_of(experiment), room(experiment)

    def ahead(self, experiment: Experiment) -> tuple[tuple[float, ...], float]:
        return ahead(experiment)

    def play(
        self, points: Placed[Experiment], replicates: Indices, starts: Indices, ahead: Callable[[int], Any]
    ) -> Mapping[str, Vector | Table]:
        base = points.families[0].base
        watched = base.dynamics is not None or any(entry.copies for entry in base.population)
        known = [ahead(place) if watched else ((), nan) for place in range(len(points))]
        batch = batch_of(
            points.families,
            points.family,
            points.row,
            replicates=replicates,
            violating=np.array([start == "violating" for start in base.starts])[starts],
            near=[near for near, _ in known],
            edge=np.array([edge for _, edge in known]),
        )
        played = play(batch)
        return {**played.measures(), **played.ledger.paths}

    def theory(
        self, design: Placed[Experiment], points: Indices, means: Mapping[str, Table]
    ) -> tuple[pa.Table, list[str]]:
        return beside(design, points, means)

    def forecasts(self, points: Placed[Experiment], starts: bool) -> list[Forecast]:
        return forecasts(points, starts)

    def units(self, experiment: Experiment) -> Mapping[str, str]:
        found: dict[str, str] = experiment.policy.units.model_dump()
        return found

    def chapters(self, experiments: Sequence[Experiment]) -> list[Chapter]:
        return chapters(experiments)

    def method(self, experiment: Experiment, swept: Mapping[str, str], units: Mapping[str, str]) -> Mapping[str, str]:
        return played_and_weighed(experiment, swept, units)

    def thresholds(
        self, source: Source, part: str | None, fixed: Mapping[str, Any], x: Along, y: Along | None
    ) -> list[Threshold]:
        return thresholds(source, part, fixed, x, y)
