"""The seam of measures: what is counted of a period."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, ClassVar

import numpy as np

from oversight.arrays import Column
from oversight.documents.schema import kind_of
from oversight.errors import KindError
from oversight.measures.period import Period
from oversight.measures.totals import ratio
from oversight.measures.words import Words
from oversight.quantities import Name, Section, quantity

Found = Column | tuple[Column, Column]


class Measure(Section):
    """A number for each run, made of its periods. The keys that a file gives it are annotated attributes.

    Numbers among the keys are (runs, 1) arrays, so that design points may differ by them.
    """

    title: ClassVar[str] = ""
    """What a reader sees; empty: the name in words."""
    unit: ClassVar[str] = ""
    """In words of the schema, such as `money per actor`; for shares, what they are a percentage of."""
    missing: ClassVar[str] = ""
    """Why it may be missing, such as `nobody violated`."""
    percent: ClassVar[bool] = False
    """Whether it is a share, shown times 100."""
    more_is_better: ClassVar[bool] = False

    name: Name | None = quantity("Name", "Of the column, after `metric.`; default: that of the class.", default=None)

    @abstractmethod
    def of(self, period: Period) -> Found:
        """What a period comes to: a value, or a numerator and a denominator, each of shape (runs, 1).

        Values are averaged over the periods in which they are present: NaN is missing. Numerators and denominators are
        summed over the periods before they are divided: what the denominator counts weighs the same in any period.
        Each run is counted for itself: sums and means go along `axis=1`, with `keepdims=True`.
        """

    @property
    def label(self) -> str:
        """The name of its column."""
        kind = kind_of(type(self)) or type(self).__name__
        return self.name or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.rpartition(":")[2]).lower()

    @property
    def words(self) -> Words:
        """What it is called; the sentence is the first of its documentation."""
        title = self.title or self.label.replace("_", " ").capitalize()
        sentence = cleandoc(type(self).__doc__ or "").partition("\n")[0].replace("`", "")
        return Words(title, self.unit, sentence, self.missing, self.percent, self.more_is_better)


@dataclass(slots=True)
class Part:
    """What a measure comes to in one period, or in several: a numerator and a denominator, (runs, 1) each."""

    numerator: Column
    denominator: Column

    def add(self, other: Part) -> None:
        """Add a period's."""
        self.numerator = self.numerator + other.numerator
        self.denominator = self.denominator + other.denominator

    @property
    def value(self) -> Column:
        """The measure, (runs, 1); NaN where it is missing."""
        return ratio(self.numerator, self.denominator)


def part_of(measure: Measure, period: Period) -> Part:
    """What a measure comes to in a period.

    Raises:
        KindError: it is no number for each run.
    """
    runs = len(period.violating)
    found = measure.of(period)
    if isinstance(found, tuple):
        if len(found) != 2:
            raise _wrong(measure, f"returned {len(found)} values", "a value, or a numerator and a denominator")
        numerator, denominator = (_checked(measure, each, runs) for each in found)
        return Part(numerator, denominator)
    value = _checked(measure, found, runs)
    present = ~np.isnan(value)
    return Part(np.where(present, value, 0.0), present.astype(float))


def tried(measure: Measure, period: Period) -> None:
    """Hold a measure to counting each run for itself, in the first run and the last.

    Raises:
        KindError: it gives a run alone another number than among others, which the size of batches would decide.
    """
    together = part_of(measure, period).value
    for index in {0, len(period.violating) - 1}:
        alone = part_of(_of_run(measure, index), period.run(index)).value
        if not np.array_equal(alone, together[index : index + 1], equal_nan=True):
            raise _wrong(measure, "gives a run another number alone than among others", "sums along `axis=1`")


def _of_run(measure: Measure, index: int) -> Measure:
    """The measure with one run's own numbers for keys."""
    own: dict[str, Any] = {
        name: value[index : index + 1] if isinstance(value, np.ndarray) and len(value) > 1 else value
        for name, value in measure.__dict__.items()
    }
    return type(measure).model_construct(**own)


def _checked(measure: Measure, found: Column, runs: int) -> Column:
    array = np.asarray(found)
    if array.dtype.kind not in "bif" or array.shape not in ((runs, 1), (1, 1)):
        shape = " x ".join(map(str, array.shape)) or "no array"
        raise _wrong(measure, f"returned {array.dtype} of shape {shape} for {runs} runs", f"numbers, {runs} x 1")
    return np.broadcast_to(array.astype(float), (runs, 1))


def _wrong(measure: Measure, what: str, instead: str) -> KindError:
    return KindError(f"{type(measure).__name__}.of {what}: it must be {instead}")
