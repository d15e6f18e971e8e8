"""Telling whether an actor, its class or a generator has changed."""

from __future__ import annotations

import random
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import numpy as np

from oversight.actors import Actor, OneByOne

_DATA = (list, dict, set, deque, np.ndarray, int, float, str, tuple, type(None))


@contextmanager
def untouched(rule: type[Actor]) -> Iterator[None]:
    """Put back what the class itself holds, so that no check sees what another left there."""
    held = [base for base in rule.__mro__ if base is not Actor and issubclass(base, Actor)]
    before = [{name: deepcopy(value) for name, value in _data(base).items()} for base in held]
    try:
        yield
    finally:
        for base, values in zip(held, before, strict=True):
            for name in set(_data(base)) - set(values):
                delattr(base, name)
            for name, value in values.items():
                if not same(vars(base).get(name), value):
                    setattr(base, name, value)


def changed(before: Actor, after: Actor) -> str | None:
    """The first attribute that differs between an actor and a copy that was made of it."""
    if isinstance(after, OneByOne) and isinstance(before, OneByOne):
        pairs = zip(before.actors, after.actors, strict=True)
        return next((name for pair in pairs if (name := changed(*pair))), None)
    old, new = vars(before), vars(after)
    return next((name for name in new if name not in old or not same(old[name], new[name])), None)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal all the way down."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple | deque):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.random.Generator):
        return same(one.bit_generator.state, other.bit_generator.state)
    if hasattr(one, "__dict__"):
        return same(vars(one), vars(other))
    return bool(one == other) or bool(one != one and other != other)


@contextmanager
def generators_watched() -> Iterator[list[str]]:
    """Lists the global generators that were used, and those that were made and in what line, while it lasts."""
    used: list[str] = []

    def watched(name: str, make: Callable[..., Any]) -> Callable[..., Any]:
        def made(*given: Any, **named: Any) -> Any:
            caller = sys._getframe(1)
            used.append(f"{name} ({caller.f_code.co_filename}:{caller.f_lineno})")
            return make(*given, **named)

        return made

    numbers, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002
    makers = [(np.random, "default_rng"), (np.random, "RandomState"), (random, "Random")]
    originals = [getattr(module, name) for module, name in makers]
    for (module, name), original in zip(makers, originals, strict=True):
        setattr(module, name, watched(f"{module.__name__}.{name}", original))
    try:
        yield used
    finally:
        for (module, name), original in zip(makers, originals, strict=True):
            setattr(module, name, original)
        if random.getstate() != numbers:
            used.append("the global generator of `random`")
        if not same(np.random.get_state(), legacy):  # noqa: NPY002
            used.append("the global generator of numpy")


def generators_of(actor: Actor) -> list[str]:
    """Attributes of an actor that are generators."""
    if isinstance(actor, OneByOne):
        return generators_of(actor.actors[0])
    kinds = (np.random.Generator, np.random.RandomState, random.Random)
    return [f"self.{name}" for name, value in vars(actor).items() if isinstance(value, kinds)]


def _data(base: type[Actor]) -> dict[str, Any]:
    return {name: value for name, value in vars(base).items() if isinstance(value, _DATA) and not name.startswith("__")}
