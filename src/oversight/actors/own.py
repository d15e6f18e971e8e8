"""What an actor is shown by name: its own traits, and the public terms of the policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel

from oversight.arrays import Floats
from oversight.errors import ActorError


class Traits:
    """An entry's own traits, each drawn once per actor: `now.traits.morality` broadcasts to (runs, members)."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Floats]):
        self._values = dict(values)

    def __getattr__(self, name: str) -> Floats:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._values:
            known = f"it has {', '.join(self._values)}" if self._values else "it has none"
            raise ActorError(f"reads `now.traits.{name}`, which the population entry does not state; {known}")
        return self._values[name]

    def part(self, cut: Callable[[Any], Any]) -> Traits:
        """The same for some of the actors."""
        return Traits({name: cut(value) for name, value in self._values.items()})


class Terms:
    """The policy as it is published: `now.policy.sanction.amount`, and so on.

    Numbers are (runs, 1) arrays, lists of numbers tuples of them.
    """

    __slots__ = ("_cut", "_section")

    def __init__(self, section: BaseModel, cut: Callable[[Any], Any] | None = None):
        self._section = section
        self._cut = cut

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._section, name, None)
        if value is None and name not in type(self._section).model_fields:
            raise ActorError(f"reads `now.policy...{name}`, which {type(self._section).__name__} does not have")
        if isinstance(value, BaseModel):
            return Terms(value, self._cut)
        if not isinstance(value, np.ndarray):
            return value
        numbers = tuple(value[:, place : place + 1] for place in range(value.shape[1]))
        shown = tuple(map(self._cut, numbers)) if self._cut else numbers
        return shown[0] if len(shown) == 1 else shown

    def part(self, cut: Callable[[Any], Any]) -> Terms:
        """The same for some of the runs."""
        before = self._cut
        return Terms(self._section, cut if before is None else lambda value: cut(before(value)))
