"""Experiments are played and solved while every array of every call is held to its annotation.

Run as a script, in a process of its own: jaxtyping's hook rewrites the modules of oversight as they are imported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import signature
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
from jaxtyping import AbstractArray, install_import_hook

KNOWN: set[str] = set()
"""Functions whose annotations name a shaped array."""
HELD: set[str] = set()
"""Those among them that were called."""


def names_array(hint: Any) -> bool:
    """Whether an annotation names a shaped array anywhere."""
    if isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
        return any(map(names_array, get_type_hints(hint).values()))
    return (isinstance(hint, type) and issubclass(hint, AbstractArray)) or any(map(names_array, get_args(hint)))


def fits(value: Any, hint: Any) -> bool:
    """Whether the arrays of a value have the shapes and dtypes of its annotation; other types are mypy's affair."""
    if isinstance(hint, type) and issubclass(hint, AbstractArray):
        # A class that is asked one actor at a time is asked on numpy scalars.
        alone = isinstance(value, np.generic | np.ndarray) and value.ndim == 0
        return isinstance(np.full((1, 1), value) if alone else value, hint)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(fits(value, part) for part in parts)
    if origin is tuple and parts[-1] is not Ellipsis:
        return len(value) == len(parts) and all(map(fits, value, parts))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return all(fits(item, parts[1]) for item in value.values())
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return all(fits(item, parts[0]) for item in value)
    if isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
        return isinstance(value, hint) and all(map(fits, value, get_type_hints(hint).values()))
    return isinstance(value, hint) if isinstance(hint, type) and hint is not Any else True


def holds(function: Callable[..., Any]) -> Callable[..., Any]:
    """The type checker that the hook applies to each function: it looks at annotations that name a shaped array."""
    known = signature(function)
    shaped = {name: each.annotation for name, each in known.parameters.items() if names_array(each.annotation)}
    result = known.return_annotation
    if not shaped and not names_array(result):
        return function
    KNOWN.add(f"{function.__module__}:{function.__qualname__}")

    @wraps(function)
    def held(*args: Any, **keys: Any) -> Any:
        HELD.add(f"{function.__module__}:{function.__qualname__}")
        given = known.bind(*args, **keys)
        for name, hint in shaped.items():
            # A default may stand for what there is not.
            value = given.arguments.get(name, default := known.parameters[name].default)
            if value is not default and not fits(value, hint):
                raise TypeError(f"{name} is no {hint}")
        found = function(*args, **keys)
        if names_array(result) and not fits(found, result):
            raise TypeError(f"what is returned is no {result}")
        return found

    return held


def main() -> None:
    """Play the experiments that standard input holds, solve some, and print which functions were held, as JSON.

    An experiment is its file or mapping, overrides, and whether to solve it; arguments are plug-ins.
    """
    install_import_hook("oversight", "array_types.holds")
    import array_types  # this file, as the hook knows it
    from oversight.environments import environment_of
    from oversight.equilibrium import solve
    from oversight.scenario import Experiment, load_experiment
    from oversight.simulation import Run, batches, simulate
    from oversight.sweeps import Design

    for written, overrides, solved in json.load(sys.stdin):
        source = load_experiment(written, overrides, sys.argv[1:])
        design = Design(source)
        points = [source.at(design[index]) for index in sorted({0, len(design) // 2, len(design) - 1})]
        if not isinstance(points[0], Experiment):
            environment = environment_of(points[0])
            environment.single(points[0], 0, points[0].starts[0], agents=False)
            environment.solve(points[:1])
            continue
        runs = [Run(point, replicate, start) for point in points for start in point.starts for replicate in range(2)]
        for positions in batches(runs):
            simulate([runs[position] for position in positions])
        if solved:
            solve(points[0])
    print(json.dumps([sorted(array_types.HELD), sorted(array_types.KNOWN)]))


if __name__ == "__main__":
    main()
