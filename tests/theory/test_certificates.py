"""Every equilibrium carries a certificate that holds, and what is no equilibrium is refused one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import oversight
import worlds
from helpers import ROOT
from oversight.equilibrium import Certificate
from oversight.equilibrium.certificate import certify
from oversight.scenario import load_experiment
from posed import capacity, constant, fine, spec, strategic

# Certificates, coverage, bundled files


def test_certificates_refuse_what_is_no_equilibrium() -> None:
    experiment = load_experiment(spec(capacity(20), fine(0.9), {})).experiment
    for rate, holds in ((0.1, True), (0.1001, False), (0.5, False)):
        found = certify(experiment, experiment.policy, [np.array([rate])], np.nan)
        assert found.holds is holds
        if rate == 0.5:  # at C/m = .4 the rate would be 1 - .9 x .4
            assert found.residual == pytest.approx(0.14, abs=1e-9)
    game = load_experiment(spec(strategic(1, 4), fine(2), {"gain": constant(1)})).experiment
    assert certify(game, game.policy, [np.array([0.25])], 0.5).holds
    assert certify(game, game.policy, [np.array([0.5])], 0.5).overseer == pytest.approx(0.5)
    assert not certify(game, game.policy, [np.array([0.25])], 0.4).holds


@pytest.mark.parametrize("gap", ["residual", "overseer"])
def test_a_certificate_that_could_not_be_made_out_does_not_hold(gap: str) -> None:
    assert Certificate(residual=0.0, regret=np.nan, overseer=0.0).holds
    assert not replace(Certificate(residual=0.0, regret=np.nan, overseer=0.0), **{gap: np.nan}).holds


def test_learning_from_own_violations_is_not_covered() -> None:
    entry = {"belief": {"kind": "moving_average", "start": 0.2, "rate": 0.1}}
    found = oversight.solve(spec({"kind": "random_audit", "rate": 0.2}, fine(2), entry))
    assert found.equilibria == []
    assert "the simulation stands alone" in found.not_covered


@pytest.mark.parametrize("file", sorted((ROOT / "experiments").glob("*.yaml")), ids=lambda file: file.stem)
def test_bundled_experiments_are_solved_and_certified(file: Path) -> None:
    found = oversight.solve(file)
    assert found.not_covered or found.equilibria
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


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(world=worlds.experiments().filter(has_few_axes))
def test_equilibria_of_random_worlds_are_certified(world: dict[str, Any]) -> None:
    assert_certified(world)


@pytest.mark.slow
@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(world=worlds.experiments().filter(has_few_axes))
def test_equilibria_of_many_random_worlds_are_certified(world: dict[str, Any]) -> None:
    assert_certified(world)
