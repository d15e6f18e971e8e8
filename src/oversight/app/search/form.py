"""What a reader asks for: the section `search` of an experiment, changed a field at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from oversight.app.map.axes import Axis, first_two
from oversight.app.scenario import Scenario
from oversight.documents.yaml_file import Document
from oversight.scenario import Source

_GOAL, _BOUND = "social_cost", ("misconduct_rate", 0.05)


@dataclass(frozen=True, eq=False)
class Form:
    """A search of the scenario that was `written`: its section, as a file has it."""

    written: Document
    wanted: Mapping[str, Any]

    @property
    def levers(self) -> Mapping[str, Any]:
        """Each lever by its path: the ends of a range, or values."""
        levers: Mapping[str, Any] = self.wanted["levers"]
        return levers

    @property
    def objectives(self) -> Sequence[str]:
        """The measures that are to be least."""
        named = self.wanted.get("minimise", _GOAL)
        return [named] if isinstance(named, str) else list(named)

    @property
    def bounds(self) -> Mapping[str, Mapping[str, float]]:
        """The bounds of measures, by name."""
        bounds: Mapping[str, Mapping[str, float]] = self.wanted.get("subject_to") or {}
        return bounds

    @property
    def within(self) -> str:
        """Which of several equilibria settings are judged by."""
        return str(self.wanted.get("in", "worst"))

    def asking(self, **keys: Any) -> Form:
        """The same with other keys of the section."""
        return replace(self, wanted={**self.wanted, **keys})

    def with_lever(self, path: str, lever: Mapping[str, Any] | None) -> Form:
        """The same with a lever, or without it."""
        return self.asking(levers=_changed(self.levers, path, lever))

    def with_bound(self, measure: str, bound: Mapping[str, float] | None) -> Form:
        """The same with a bound, or without it."""
        return self.asking(subject_to=_changed(self.bounds, measure, bound))

    def with_objective(self, place: int, measure: str) -> Form:
        """The same with another measure at a place among the objectives, or with none there."""
        names = [*self.objectives[:place], measure, *self.objectives[place + 1 :]]
        return self.asking(minimise=[name for name in dict.fromkeys(names) if name])

    def source(self, scenario: Scenario) -> Source:
        """The scenario with this search, by theory.

        Raises:
            InputError: when its experiment is asked for, where the search is wrong.
        """
        data = {**scenario.data, "search": {**self.wanted, "by": "theory"}}
        return Source(Document(data, Path()), scenario.source.model, scenario.source.plugins)


def begun(scenario: Scenario, axes: Sequence[Axis]) -> Form:
    """The scenario's own search, or else two numbers of its policy and the least social cost with rare misconduct."""
    own = scenario.data.get("search")
    if own:
        return Form(scenario.written, own)
    of_policy = [axis for axis in axes if axis.path.startswith("policy.")]
    pair = first_two(of_policy) or of_policy
    measure, most = _BOUND
    wanted = {
        "levers": {axis.path: lever(axis) for axis in pair},
        "minimise": [_GOAL],
        "subject_to": {measure: {"at_most": most}},
    }
    return Form(scenario.written, wanted)


def lever(axis: Axis) -> dict[str, Any]:
    """A number's whole range, in steps of 1 where it is a whole number."""
    low, high = float(axis.values[0]), float(axis.values[-1])
    return {"low": low, "high": high, **({"step": 1} if axis.whole else {})}


def _changed(known: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """A mapping with a key at its place or at the end, or without it where the value is None."""
    return {name: held for name, held in {**known, key: value}.items() if held is not None}
