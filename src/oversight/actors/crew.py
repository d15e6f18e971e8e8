"""Whether an actor class is run on arrays or one actor at a time: found once in a process, for all that ask it."""

from __future__ import annotations

from typing import Any

from oversight.actors.actor import Actor
from oversight.actors.comparison import NeedsOneByOne, compare, on_arrays
from oversight.actors.one_by_one import OneByOne
from oversight.actors.situation import Situation


class Crew:
    """What is known of classes so far. One object serves simulation and theory: `CREW`."""

    def __init__(self) -> None:
        self.one_by_one: set[type[Actor]] = set()
        """Classes that fail on arrays, or decide otherwise on them."""
        self.compared: set[type[Actor]] = set()
        """Classes that were tried both ways, and work on arrays."""

    def needs_scalars(self, rule: type[Actor]) -> bool:
        """Whether a class is asked one actor at a time."""
        return rule in self.one_by_one

    def employ(self, rule: type[Actor], parameters: dict[str, Any], shape: tuple[int, int]) -> Actor:
        """An object that stands for actors of this shape.

        Raises:
            NeedsOneByOne: the class cannot be made on arrays.
        """
        if rule in self.one_by_one:
            return OneByOne(rule, parameters, shape)
        with on_arrays(rule):
            return rule(parameters, shape)

    def try_out(self, rule: type[Actor], parameters: dict[str, Any], now: Situation, shape: tuple[int, int]) -> None:
        """Try a class that is new to this process both ways, in a situation that it meets anyway.

        Raises:
            NeedsOneByOne: it fails on arrays or decides otherwise on them.
            ActorError: it fails one by one as well, or answers the same question in two ways.
        """
        if rule.vectorised or rule in self.one_by_one or rule in self.compared:
            return
        # One actor of one run shows nothing about arrays.
        if compare(rule, parameters, now, shape):
            self.compared.add(rule)

    def found(self, failure: NeedsOneByOne) -> None:
        """From now on the class is run one actor at a time."""
        self.one_by_one.add(failure.rule)


CREW = Crew()
