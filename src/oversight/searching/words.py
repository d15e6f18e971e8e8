"""How a search writes measures and settings."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from oversight.environments import environment_of
from oversight.measures import Words, words_in
from oversight.numerals import MISSING, number, percent
from oversight.scenario import BaseExperiment
from oversight.scenario.search import Bound


def written(experiment: BaseExperiment, name: str, value: float) -> str:
    """A measure's value, shares as percentages."""
    if not isfinite(value):
        return MISSING
    return percent(value, 4) if words_of(experiment, name).percent else number(value, 4)


def words_of(experiment: BaseExperiment, name: str) -> Words:
    """The words of a measure; those of a part are those of the whole, with its own title."""
    return words_in(environment_of(experiment).words(experiment), name) or Words(name)


def bound_text(experiment: BaseExperiment, name: str, bound: Bound) -> str:
    """A bound of a measure, in the middle of a sentence."""
    limits = (("at least", bound.at_least), ("at most", bound.at_most))
    said = " and ".join(f"{word} {written(experiment, name, limit)}" for word, limit in limits if limit is not None)
    return f"{lower(words_of(experiment, name).title)} {said}"


def lower(title: str) -> str:
    """A title in the middle of a sentence."""
    return f"{title[:1].lower()}{title[1:]}"


def setting_text(values: Mapping[str, Any]) -> str:
    """The values of levers on one line."""
    return ", ".join(f"{path} = {value_text(value)}" for path, value in values.items())


def value_text(value: Any) -> str:
    """The value of one lever."""
    return number(value, 4) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
