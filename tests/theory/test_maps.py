"""Many policies are solved together, and each as it would be beside others."""

from __future__ import annotations

from dataclasses import asdict
from itertools import product
from typing import Any

import numpy as np
import pytest

from oversight.equilibrium import Solution, solve_all
from oversight.equilibrium.courses import courses
from oversight.equilibrium.fixed_points import _told_apart
from oversight.response.posed import posed
from oversight.scenario import Experiment, load_experiment
from posed import UNIFORM, capacity, fine, spec

INVESTIGATORS, FINES = np.linspace(1, 60, 8), np.linspace(0.4, 3, 6)
WORLDS: dict[str, dict[str, Any]] = {
    "announced": {},
    "suspended": {"sanction": {"suspension": 2}},
    "errors": {"detector": {"sensitivity": 0.8, "false_positive_rate": 0.05}},
}


def cells(world: str) -> list[Experiment]:
    """A map of investigators by fine."""
    more = WORLDS[world]
    pairs = (
        (capacity(many), fine(amount, **more.get("sanction", {}))) for many, amount in product(INVESTIGATORS, FINES)
    )
    specs = [spec(*pair, {"gain": UNIFORM}, detector=more.get("detector")) for pair in pairs]
    return [load_experiment(each).experiment for each in specs]


def numbers(found: Solution) -> dict[str, Any]:
    """All that is said, the lists of equilibria and paths flat."""
    flat: dict[str, Any] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, (dict, list, tuple)):
            for name, item in value.items() if isinstance(value, dict) else enumerate(value):
                walk(item, f"{path}.{name}")
        else:
            flat[path] = value

    walk(asdict(found), "")
    return flat


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_a_cell_is_solved_as_it_is_beside_others(world: str) -> None:
    """Paths settle beside it sooner or later, and actors answer for more cells or fewer."""
    every = cells(world)
    together = solve_all(every)
    assert any(found.equilibria for found in together)
    for first in range(0, len(every), 5):
        for one, other in zip(together[first : first + 5], solve_all(every[first : first + 5]), strict=True):
            alone = numbers(other)
            for path, value in numbers(one).items():
                # Where a path is still on its way to rest, it is known to the distance it is followed to.
                near = 1e-7 if ".paths" in path else 1e-11
                expected = (
                    pytest.approx(alone[path], abs=near, nan_ok=True) if isinstance(value, float) else alone[path]
                )
                assert value == expected, path


def test_actors_are_asked_once_where_only_the_investigators_differ() -> None:
    few, like = _told_apart(posed(cells("announced")))
    assert few.rows == len(FINES)
    np.testing.assert_array_equal(few.policy.sanction.amount[like][:, 0], np.tile(FINES, len(INVESTIGATORS)))


def test_actors_are_asked_of_each_sensitivity() -> None:
    """What an inspection delivers differs between cells of equal fines."""
    policies = [spec(capacity(9), fine(2), {"gain": UNIFORM}, detector={"sensitivity": each}) for each in (0.5, 0.9, 1)]
    few, like = _told_apart(posed([load_experiment(each).experiment for each in policies]))
    np.testing.assert_array_equal(few.policy.detector.sensitivity[like][:, 0], [0.5, 0.9, 1])


def test_a_path_goes_on_where_others_have_come_to_rest() -> None:
    """At the tipping point the approach is slow: it takes longer than at any policy beside it."""
    slow, quick = (load_experiment(spec(capacity(25), fine(a), {"gain": UNIFORM})).experiment for a in (1.0001, 3.0))
    both = courses(posed([slow, *[quick] * 9]), True)
    alone = courses(posed([slow]), True)
    assert both.length[0] == alone.length[0]
    assert both.misconduct_rate[0] == pytest.approx(alone.misconduct_rate[0], abs=1e-12)
    assert both.misconduct_rate[1:].max() < 0.1
