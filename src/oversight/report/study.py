"""What the parts of a report read: the results with the words of every parameter and measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan, prod
from typing import Any

import pandas as pd

from oversight.environments import Chapter, environment_of
from oversight.figures import Quantity, category, measure, parameter
from oversight.figures.words import plain
from oversight.scenario import BaseExperiment
from oversight.sweeps import Results

SHOWN = 50_000
"""Design points that a report looks at one by one; of more, it takes a coarser grid."""
EVERYONE = "All actors"
OUTCOMES = {"gap": ("gap",), "costs": ("worst", "best", "optimum")}
THEORY = ("theory.states", "theory.equilibria", "theory.cycle", "theory.cycle_lowest", "theory.cycle_highest")
_LOW = 0.05
"""Share of worlds below the range that figures show, and above it."""
_SAME = 0.005
"""Main measures closer than this are the same outcome."""


@dataclass(frozen=True)
class Dimension:
    """Something that results differ by. `cells` are its values in tables, `raw` those of the experiment file."""

    column: str
    quantity: Quantity
    cells: tuple[Any, ...]
    labels: tuple[str, ...]
    raw: tuple[Any, ...] = ()
    numeric: bool = False
    lever: bool = False
    """Whether somebody sets it, rather than circumstances."""

    @property
    def path(self) -> str:
        """Dotted path of a swept parameter."""
        return self.column.removeprefix("param.")

    def label(self, cell: Any) -> str:
        """A value in words, without the dimension's name."""
        if self.numeric:
            return self.quantity.text(cell)
        return self.labels[self.cells.index(cell)]

    def bare(self, cell: Any) -> str:
        """A value as a table shows it under a heading with the unit; empty where a point has none."""
        if _missing(cell):
            return ""
        return self.quantity.bare(cell) if self.numeric else self.label(cell)

    def phrase(self, cell: Any) -> str:
        """A value with the dimension's name, as part of a sentence."""
        if self.path == "policy":
            return f"“{self.label(cell)}”"
        title = self.quantity.title
        if self.numeric and self.quantity.unit == title.lower():
            return f"{title.lower()} {self.quantity.bare(cell)}"
        colon = ":" if title[-1:].isdigit() else ""
        return f"{title[:1].lower()}{title[1:]}{colon} {self.label(cell)}"


class Study:
    """A finished sweep in words and tidy tables; `rows` are those of its summary that are looked at, by default all."""

    def __init__(self, results: Results, rows: pd.DataFrame | None = None):
        self.results = results
        self.design = results.design
        self.environment = environment_of(results.experiment)
        self.main, self.subject = self.environment.main, self.environment.subject
        grown = len(self.design) > self.design.grid_size and len(self.design.paths) > 1
        self.is_coarse = rows is None and (grown or len(self.design) > SHOWN)
        """Whether there are more design points than figures can show, so that only some are looked at."""
        if rows is None:
            rows = results.read(self.design.coarse(SHOWN)) if self.is_coarse else results.summary
        self.summary = self.named(rows)

    @cached_property
    def whole(self) -> pd.DataFrame:
        """All design points, for what has to be said of all of them.

        Where they lie, the measures that they are compared by, and the parts of the main one.
        """
        if not self.is_coarse:
            return self.summary
        measures = [
            f"metric.{name}.{part}" for name in self.environment.ranked for part in ("mean", "ci_low", "ci_high")
        ]
        measures += [f"metric.{self.main}.{entry}.mean" for entry in self.entries]
        places = [f"param.{path}" for path in self.design.paths]
        return self.named(self.results.read(columns=["point", *places, "start", *measures]))

    def named(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table of design points, by their `point`, with words for null."""
        for path in self.design.paths:
            table = self._with_nulls_named(table, path)
        return table

    def _with_nulls_named(self, table: pd.DataFrame, path: str) -> pd.DataFrame:
        """Where a parameter takes null as one of its values, all of them become words; blank is for points without."""
        if None not in self.design.axes[path].values:
            return table
        points = [self.design[int(index)] for index in table["point"]]
        words, column = self.parameter(path), f"param.{path}"

        def named(point: Mapping[str, Any], cell: Any) -> str | None:
            if path not in point:
                return None
            return "not set" if point[path] is None else cell if isinstance(cell, str) else words.text(cell)

        cells = list(map(named, points, table[column]))
        return table.assign(**{column: pd.Series(cells, index=table.index, dtype=object)})

    @property
    def experiment(self) -> BaseExperiment:
        """The base point."""
        return self.results.experiment

    @cached_property
    def compared(self) -> list[BaseExperiment]:
        """The base point with each of the policy files that are compared, or alone."""
        if "policy" not in self.design.paths:
            return [self.experiment]
        first = {repr(raw): raw for raw in self.design.axes["policy"].values}
        return [self.results.source.at({"policy": raw}) for raw in first.values()]

    @cached_property
    def names_of_units(self) -> dict[str, list[str]]:
        """What files call each unit: one name each, unless policies disagree."""
        found: dict[str, set[str]] = {}
        for experiment in self.compared:
            for word, name in self.environment.units(experiment).items():
                found.setdefault(word, set()).add(name)
        return {word: sorted(names) for word, names in found.items()}

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Names of the units; policies that disagree leave the schema's own word."""
        return {word: names[0] for word, names in self.names_of_units.items() if len(names) == 1}

    @cached_property
    def chapters(self) -> list[Chapter]:
        """The sections whose numbers are listed."""
        return self.environment.chapters(self.compared)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Titles of what is compared, such as policies, by name."""
        return {group.name: group.heading for chapter in self.chapters for group in chapter.groups if group.name}

    @cached_property
    def entries(self) -> list[str]:
        """Names of the parts of the main measure, such as population entries, where there are several."""
        labels = [label for label in self._parts if label not in self.acts]
        return labels if len(labels) > 1 else []

    @cached_property
    def acts(self) -> list[str]:
        """Names of the parts of the main measure that are something to do: they have a harm of their own."""
        return [label for label in self._parts if f"metric.harm.{label}.mean" in self.summary.columns]

    @cached_property
    def _parts(self) -> list[str]:
        prefix, suffix = f"metric.{self.main}.", ".mean"
        return [
            name.removeprefix(prefix).removesuffix(suffix)
            for name in self.summary.columns
            if name.startswith(prefix) and name.endswith(suffix) and name != f"{prefix}mean"
        ]

    @cached_property
    def metrics(self) -> list[str]:
        """Measures of the whole population."""
        columns = [name for name in self.summary.columns if name.startswith("metric.") and name.endswith(".mean")]
        found = [name.removeprefix("metric.").removesuffix(".mean") for name in columns]
        return [
            # What figures of the main measure show beside it is no measure of its own.
            name
            for name in found
            if not name.startswith(f"{self.main}.") or (self.entries and name.partition(".")[2] in self.acts)
        ]

    def measure(self, name: str) -> Quantity:
        """The words of a measure in the policy's units."""
        return measure(name, self.units, self.environment.words(self.experiment))

    def parameter(self, path: str) -> Quantity:
        """The words of a parameter; with swept policies, as the first of them that has it says."""
        source = self.results.source
        data = source.document.data
        for each in [data, *({**data, "policy": policy} for policy in source.policies.values())]:
            found = parameter(source.model, each, path, self.units)
            if found is not None:
                return found
        return Quantity(plain(path.rpartition(".")[2]).capitalize())

    @cached_property
    def swept(self) -> list[Dimension]:
        """All swept parameters, in the order of the file."""
        return [self._dimension(path) for path in self.design.paths]

    @property
    def parameters(self) -> list[Dimension]:
        """The swept parameters that take more than one value."""
        return [dimension for dimension in self.swept if len(dimension.cells) > 1]

    def _dimension(self, path: str) -> Dimension:
        column = f"param.{path}"
        quantity = self.parameter(path)
        raw: dict[Any, Any] = {}
        kind = self.summary[column].dtype
        numeric = pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)
        # A number has words of its own; of texts, all have to be known.
        once = (self.summary if numeric else self.whole).drop_duplicates(column)
        for index, cell in zip(once["point"], once[column], strict=True):
            if not _missing(cell):
                raw.setdefault(cell, self.design[int(index)].get(path))
        cells = sorted(raw) if numeric else list(raw)
        labels = [quantity.text(cell) if numeric else category(cell, self.titles) for cell in cells]
        lever = path.partition(".")[0] in self.environment.levers and path not in self._drawn_apart
        return Dimension(
            column, quantity, tuple(cells), tuple(labels), tuple(raw[cell] for cell in cells), numeric, lever
        )

    @cached_property
    def is_grid(self) -> bool:
        """Whether the points are all combinations of the parameters' values, in each world if there are several."""
        size = max(1, self.worlds) * prod(len(dimension.cells) for dimension in self._crossed)
        return size == self.summary["point"].nunique() and not self.summary[self._columns].isna().any(axis=None)

    @cached_property
    def worlds(self) -> int:
        """How many draws of uncertain facts every setting of the levers meets; 0 where there are no such."""
        settings = self.summary[[dimension.column for dimension in self._crossed]].drop_duplicates()
        return self.summary["point"].nunique() // len(settings) if self._facts and len(self._crossed) else 0

    @cached_property
    def _drawn_apart(self) -> set[str]:
        """Paths that are drawn where others are not: facts, whichever section they stand in."""
        sweep = self.experiment.sweep
        drawn = {path for path in self.design.paths if sweep is not None and sweep.draws(path)}
        return drawn if len(drawn) < len(self.design.paths) else set()

    @property
    def _facts(self) -> list[Dimension]:
        return [each for each in self.parameters if each.path in self._drawn_apart]

    @property
    def uncertain(self) -> list[Dimension]:
        """Parameters whose values are drawn from distributions, so that nobody chose them."""
        return self.parameters if self.is_sampled else self._facts

    @cached_property
    def _crossed(self) -> list[Dimension]:
        """The parameters that figures can have for axes: neither facts of worlds, nor what varies with another."""
        once = self.summary.drop_duplicates("point")
        kept: list[Dimension] = []
        for each in self.parameters:
            pairs = [len(once[[other.column, each.column]].drop_duplicates()) for other in kept]
            follows = any(pair == len(other.cells) for pair, other in zip(pairs, kept, strict=True))
            if each not in self._facts and not (follows and not self.is_sampled):
                kept.append(each)
        return kept

    @cached_property
    def is_sampled(self) -> bool:
        """Whether the points are a sample of several numbers' ranges."""
        sweep = self.experiment.sweep
        return sweep is not None and all(map(sweep.draws, self.design.paths)) and len(self.parameters) > 1

    @property
    def _columns(self) -> list[str]:
        return [dimension.column for dimension in self.parameters]

    @cached_property
    def axes(self) -> list[Dimension]:
        """What figures vary over: the parameters, or, where points are no grid, the points themselves."""
        if self.is_grid or len(self.parameters) < 2:
            return self._crossed
        points = list(dict.fromkeys(self.summary["point"]))
        rows = self.summary.drop_duplicates("point")
        labels = tuple(self.place(row) for row in rows_of(rows))
        return [Dimension("point", Quantity("Design point"), tuple(points), labels)]

    @cached_property
    def start(self) -> Dimension | None:
        """The two starts, where there are two and the outcome depends on them."""
        found = list(dict.fromkeys(self.summary["start"]))
        if len(found) < 2 or not self.tipping.any():
            return None
        return Dimension(
            "start", Quantity("Start"), tuple(found), tuple(self.environment.starts[name] for name in found)
        )

    @cached_property
    def who(self) -> Dimension | None:
        """The population entries, where there are several; of one, what there is to do."""
        if not self.entries and not self.acts:
            return None
        cells = (EVERYONE, *(self.entries or self.acts))
        if self.entries:
            return Dimension("who", Quantity("Actors"), cells, tuple(map(plain, cells)))
        return Dimension("who", Quantity("Violations"), cells, ("All violations", *map(plain, self.acts)))

    @cached_property
    def outcomes(self) -> Dimension:
        """What the price of anarchy compares."""
        cells = OUTCOMES["costs"]
        return Dimension("who", Quantity("Outcome"), cells, tuple(self.measure(cell).title for cell in cells))

    @cached_property
    def tipping(self) -> pd.Series[bool]:
        """For each design point, whether the main measure depends on the start."""
        rates = self.whole.groupby("point")[f"metric.{self.main}.mean"]
        return (rates.max() - rates.min()) > _SAME

    @property
    def only_policies(self) -> bool:
        """Whether policies are all that is compared."""
        return [parameter.path for parameter in self.parameters] == ["policy"]

    def place(self, row: Mapping[str, Any]) -> str:
        """A design point in words."""
        phrases = [d.phrase(row[d.column]) for d in self.parameters if not _missing(row[d.column])]
        return ", ".join(phrases)

    def tidy(self, name: str) -> pd.DataFrame:
        """A measure's mean and confidence interval, a row a design point, start and, of the main measure, part.

        `gap` and `costs` are the anarchy gap and the three costs that it compares; they have no start and no interval.
        """
        if name in OUTCOMES:
            table = pd.concat([self._outcome(outcome) for outcome in OUTCOMES[name]], ignore_index=True)
            return _one_start(table)
        whose = {EVERYONE: name}
        if name == self.main:
            whose |= {part: f"{name}.{part}" for part in self.entries or self.acts}
        both = pd.concat([self._part(who, metric) for who, metric in whose.items()], ignore_index=True)
        both = self._over_worlds(both) if self.worlds else both
        return both if self.start else _one_start(both)

    def _over_worlds(self, table: pd.DataFrame) -> pd.DataFrame:
        """The mean over worlds of each setting of the levers, with the range of nine worlds of ten."""
        by = [*(axis.column for axis in self.axes), "start", "who"]
        grouped = table.groupby(by, sort=False)
        value = grouped["value"]
        over = {"value": value.mean(), "low": value.quantile(_LOW), "high": value.quantile(1 - _LOW)}
        return pd.DataFrame({"point": grouped["point"].first(), **over}).reset_index().assign(states="")

    def _outcome(self, name: str) -> pd.DataFrame:
        return self._places(name).assign(value=self.summary[f"anarchy.{name}"], low=float("nan"), high=float("nan"))

    def _places(self, who: str) -> pd.DataFrame:
        columns = [dimension.column for dimension in (*self.axes, *(self.parameters if self.is_sampled else ()))]
        theory = [name for name in THEORY if name in self.summary]
        return self.summary[list(dict.fromkeys(["point", *columns, "start", "states", *theory]))].assign(who=who)

    def _part(self, who: str, metric: str) -> pd.DataFrame:
        part = self._places(who)
        for column, statistic in (("value", "mean"), ("low", "ci_low"), ("high", "ci_high")):
            part[column] = self.summary[f"metric.{metric}.{statistic}"]
        return part


def rows_of(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of a table as mappings."""
    records: Iterable[dict[Any, Any]] = table.to_dict("records")
    return ({str(key): value for key, value in record.items()} for record in records)


def _one_start(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the first start alone."""
    return table.loc[table["start"].eq(table["start"].iloc[0])]


def _missing(cell: Any) -> bool:
    return cell is None or (isinstance(cell, float) and isnan(cell))
