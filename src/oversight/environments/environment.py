"""The environment seam: all that sweeps, summaries and reports know of a model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, ClassVar

import pyarrow as pa

from oversight.arrays import Indices, Table, Vector
from oversight.environments.answer import Asked
from oversight.environments.chapters import Chapter
from oversight.equilibrium.forecast import Forecast
from oversight.equilibrium.threshold import Along, Threshold
from oversight.measures import Words
from oversight.scenario import BaseExperiment, Source
from oversight.scenario.family import Placed


class Environment[E: BaseExperiment](Asked[E], ABC):
    """A model, by what is asked of it. It only composes: what has a formula stands in a package of its own.

    An environment holds no state. Its experiments say in their schema which `starts` they have, and what a run takes.
    """

    main: ClassVar[str]
    """The measure that a report begins with. `<main>.<part>` are measures of parts, such as population entries."""
    subject: ClassVar[str]
    """What it measures, in the middle of a sentence: misconduct."""
    ranked: ClassVar[tuple[str, ...]]
    """Measures that design points are compared by: what is to be low first, then ties, then what is shown beside."""
    price: ClassVar[str] = ""
    """Which of `ranked` is spent on the levers to keep `main` low; empty where nothing is."""
    levels: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """By a measure that is kept of every period, those that figures draw as level lines beside it."""
    levers: ClassVar[frozenset[str]]
    """Sections that are somebody's choice; all others are circumstances."""
    starts: ClassVar[Mapping[str, str]]
    """What each start is, as the end of a sentence: from a compliant past."""
    columns: ClassVar[Mapping[str, Words]] = {}
    """The words of the columns that `theory` sets beside measures, by name."""
    theory_is: ClassVar[str] = ""
    """What theory is of, as the end of a sentence; empty where it is of the runs themselves."""
    caveat: ClassVar[str]
    """What the numbers are and are not, in sentences."""

    def of(self, experiment: E) -> Environment[E]:
        """The environment of one experiment, where what stands above is not the same for all of them."""
        return self

    @abstractmethod
    def measures(self, experiment: E, points: Sequence[E]) -> list[str]:
        """Names of the measures of every run of a sweep, in the order of its tables, `main` among them.

        Args:
            experiment: the base point.
            points: one experiment of every structure that the sweep has.
        """

    def pooled(self, experiment: E, points: Sequence[E]) -> Mapping[str, Mapping[str, float]]:
        """What is kept of every measured period of a run, and the quantiles that a summary takes of it.

        By the name of what is kept, which begins with "path.", a measure and the share of the periods of all replicates
        that it is not exceeded in.
        """
        return {}

    @abstractmethod
    def words(self, experiment: E) -> Mapping[str, Words]:
        """The words of measures by name, units in the schema's words; those of parts have the words of the whole."""

    @abstractmethod
    def shape(self, experiment: E) -> tuple[Hashable, int]:
        """What runs must share to be played together, and how many of them are best played at a time."""

    def ahead(self, experiment: E) -> Any:
        """What has to be known of a point before its runs are played. It is kept for other runs of the point."""
        return None

    @abstractmethod
    def play(
        self, points: Placed[E], replicates: Indices, starts: Indices, ahead: Callable[[int], Any]
    ) -> Mapping[str, Vector | Table]:
        """Measures of runs of one shape, (runs,) each, NaN where a run has none; they depend on no other run.

        What is `pooled` is beside them, (runs, periods).

        Args:
            points: the design point of each run.
            replicates: which replicate each is, (runs,), from 0.
            starts: which of the experiment's `starts`, (runs,).
            ahead: what `ahead` says of the point of a run, by the run's place.

        Raises:
            Exception: whatever a class of one's own raises; the run that it comes from becomes a failed row.
        """

    def theory(self, design: Placed[E], points: Indices, means: Mapping[str, Table]) -> tuple[pa.Table, list[str]]:
        """Columns that a summary sets beside its measures, and what classes of one's own raised on the way.

        Args:
            design: all points of a sweep.
            points: those that are asked for.
            means: by measure, its simulated mean from each start, (points, starts); empty before anything is played.

        Returns:
            a table with a row a design point and start, starts fastest, whose columns have the same types for any
            points. It has no columns where there is no theory.
        """
        return pa.table({}), []

    def forecasts(self, points: Placed[E], starts: bool) -> list[Forecast]:
        """What theory expects of each point; with `starts`, where each start leads as well, which takes longer."""
        return [Forecast(note="There is no theory of this model.")] * len(points)

    def units(self, experiment: E) -> Mapping[str, str]:
        """Local names of the schema's units, such as `money` and `period`."""
        return {}

    @abstractmethod
    def chapters(self, experiments: Sequence[E]) -> list[Chapter]:
        """What a report lists the numbers of: the base point, or that of each file that the sweep compares."""

    @abstractmethod
    def method(self, experiment: E, swept: Mapping[str, str], units: Mapping[str, str]) -> Mapping[str, str]:
        """Facts of how runs were played and weighed, by their names.

        Args:
            experiment: the base point.
            swept: by swept path, its values in words.
            units: as `units` has them, where all that is compared agrees on a name.
        """

    def thresholds(
        self, source: Source, part: str | None, fixed: Mapping[str, Any], x: Along, y: Along | None
    ) -> list[Threshold]:
        """Where `main`, of one of its parts or of all, turns in closed form over one swept parameter or two.

        Args:
            source: the experiment.
            part: the part; None for all.
            fixed: the other swept parameters, by path.
            x: path and values of a parameter.
            y: the same of another, if there are two.
        """
        return []
