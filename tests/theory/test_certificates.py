"""Every equilibrium carries a certificate that holds, and what is no equilibrium is refused one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import oversight
import worlds
from helpers import ROOT
from oversight.documents.yaml_file import read_yaml
from oversight.equilibrium import Certificate
from oversight.equilibrium.certificate import certificates, tail_gap
from oversight.scenario import Experiment, load_experiment
from oversight.scenario.stacked import scenarios
from posed import capacity, constant, fine, spec, strategic

# Certificates, coverage, bundled files


def certified(experiment: Experiment, claimed: Sequence[float], looks: Sequence[float]) -> list[Certificate]:
    """Certificates of claimed misconduct rates and inspection rates of one experiment, all at once."""
    rates, inspections = (np.array(each, dtype=float).reshape(-1, 1) for each in (claimed, looks))
    stacked = scenarios([experiment]).take(np.zeros(len(rates), dtype=np.int64))
    found = certificates(stacked, [rates], inspections, np.full(len(rates), tail_gap(experiment.population)))
    assert all(each is not None for each in found)
    return [each for each in found if each is not None]


def test_certificates_refuse_what_is_no_equilibrium() -> None:
    experiment = load_experiment(spec(capacity(20), fine(0.9), {})).experiment
    right, near, far = certified(experiment, [0.1, 0.1001, 0.5], [np.nan] * 3)
    assert (right.holds, near.holds, far.holds) == (True, False, False)
    assert far.residual == pytest.approx(0.14, abs=1e-9)  # at C/m = .4 the rate would be 1 - .9 x .4
    game = load_experiment(spec(strategic(1, 4), fine(2), {"gain": constant(1)})).experiment
    right, off, unanswered = certified(game, [0.25, 0.5, 0.25], [0.5, 0.5, 0.4])
    assert right.holds
    assert off.overseer == pytest.approx(0.5)
    assert not unanswered.holds


def test_a_certificate_is_the_same_alone_and_among_others() -> None:
    """Across the edge of what is looked at together, claims right, a little off and far off in turn."""
    experiment = load_experiment(spec(capacity(20), fine(0.9), {})).experiment
    claims = [0.1, 0.1 + 1e-9, 0.1001, 0.5, 0.0, 1.0] * 12
    for one, claim in zip(certified(experiment, claims, [np.nan] * len(claims)), claims, strict=True):
        (alone,) = certified(experiment, [claim], [np.nan])
        for name in ("residual", "regret", "overseer", "tails"):
            assert getattr(one, name) == pytest.approx(getattr(alone, name), abs=1e-12), (claim, name)


@pytest.mark.parametrize("gap", ["residual", "overseer"])
def test_a_certificate_that_could_not_be_made_out_does_not_hold(gap: str) -> None:
    assert Certificate(residual=0.0, regret=np.nan, overseer=0.0).holds
    assert not replace(Certificate(residual=0.0, regret=np.nan, overseer=0.0), **{gap: np.nan}).holds


def test_learning_from_own_violations_is_not_covered() -> None:
    entry = {"belief": {"kind": "moving_average", "start": 0.2, "rate": 0.1}}
    found = oversight.solve(spec({"kind": "random_audit", "rate": 0.2}, fine(2), entry))
    assert found.equilibria == []
    assert "the simulation stands alone" in found.not_covered


BUNDLED = sorted((ROOT / "experiments").glob("*.yaml"))
GAMES = [file for file in BUNDLED if "game" in read_yaml(file).data]


@pytest.mark.parametrize("file", GAMES, ids=lambda file: file.stem)
def test_bundled_games_that_theory_covers_are_certified(file: Path) -> None:
    found: Any = oversight.solve(file)
    assert found.not_covered or (found.equilibria and found.solution.certified)


@pytest.mark.parametrize("file", [file for file in BUNDLED if file not in GAMES], ids=lambda file: file.stem)
def test_bundled_experiments_are_solved_and_certified(file: Path) -> None:
    found = oversight.solve(file)
    # Weights that are restored now and then go round, and do not rest.
    assert found.not_covered or found.equilibria or all(path.length > 1 for path in found.paths)
    for each in found.equilibria:
        assert each.certificate is not None
        assert each.certificate.holds, each


# Random worlds


def has_few_axes(world: dict[str, Any]) -> bool:
    """Whether no more than one quantity varies in what an entry's actors face, so that a solution takes no time."""
    varying = [
        sum(entry[name]["kind"] not in ("constant", "empirical") for name in ("gain", "wealth", "turnover", "harm"))
        for entry in world["population"]
    ]
    return max(varying) <= 1


def assert_certified(world: dict[str, Any]) -> None:
    found = oversight.solve(world)
    assert found.not_covered or found.equilibria or found.paths
    for each in found.equilibria:
        assert each.certificate is None or each.certificate.holds, each


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(world=worlds.experiments().filter(has_few_axes))
def test_equilibria_of_random_worlds_are_certified(world: dict[str, Any]) -> None:
    assert_certified(world)


@pytest.mark.slow
@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(world=worlds.experiments().filter(has_few_axes))
def test_equilibria_of_many_random_worlds_are_certified(world: dict[str, Any]) -> None:
    assert_certified(world)
