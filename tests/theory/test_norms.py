"""Theory of actors who go by their neighbours: the mean field, against closed forms and equations solved here."""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import beta, norm

import oversight
from oversight.equilibrium.solve import solve_all
from oversight.scenario import load_experiment

HALF = {"kind": "random_audit", "rate": 0.5}


def experiment(*population: dict[str, Any], sanction: float = 0.0, **keys: Any) -> dict[str, Any]:
    policy = {"monitoring": HALF, "sanction": {"kind": "fixed", "amount": sanction}, **keys.pop("policy", {})}
    return {"name": "norms", "policy": policy, "population": population, "network": {"kind": "everyone"}, **keys}


def rational(weight: float, **keys: Any) -> dict[str, Any]:
    return {"kind": "conformist", "weight": weight, "size": 1000, **keys}


def quantal(weight: float, utility: float, **keys: Any) -> dict[str, Any]:
    gain = {"kind": "constant", "value": utility}
    return rational(weight, base="quantal", precision=2, gain=gain, **keys)


def silence(outspoken: int, threshold: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """So many of 10,000 who always act, and others with thresholds, Beta(2, 2) unless others are given."""
    traits = {"threshold": threshold or {"kind": "beta", "a": 2.0, "b": 2.0}}
    always = {"kind": "unconditional", "rate": 1.0, "size": outspoken}
    return [*([always] if outspoken else []), {"kind": "threshold", "size": 10_000 - outspoken, "traits": traits}]


def found(spec: dict[str, Any]) -> list[tuple[float, bool | None]]:
    """Rates and stability of certified equilibria."""
    solution = oversight.solve(spec)
    assert not solution.not_covered
    for each in solution.equilibria:
        assert each.certificate is not None
        assert each.certificate.holds, each
    return [(each.misconduct_rate, each.stable) for each in solution.equilibria]


def assert_found(spec: dict[str, Any], expected: list[tuple[float, bool]], digits: float = 1e-9) -> None:
    rates, stable = zip(*found(spec), strict=True)
    assert rates == pytest.approx([rate for rate, _ in expected], abs=digits)
    assert list(stable) == [rests for _, rests in expected]


def fixed_points(response: Callable[[float], float]) -> list[float]:
    """Interior solutions of m = response(m), found on a grid of its own."""
    grid = np.linspace(0.0005, 0.9995, 4001)
    signs = [response(m) - m for m in grid]
    return [
        brentq(lambda m: response(m) - m, low, high, xtol=1e-14)
        for low, high, one, other in zip(grid, grid[1:], signs, signs[1:], strict=False)
        if one * other < 0
    ]


def test_n1_and_n2_rational_conformists() -> None:
    """m = clip(1 - p s + J (2 m - 1)); the linear norm g - p s + J m is the same at weight J / 2 and p s less J / 2."""
    assert_found(experiment(rational(0.3), sanction=1.2), [(0.25, True)])
    assert_found(experiment(rational(0.7), sanction=1.2), [(0.0, True), (0.75, False), (1.0, True)])
    assert_found(experiment(rational(0.25), sanction=1.1), [(0.4, True)])
    slope = (found(experiment(rational(0.25), sanction=1.1 + 2e-4))[0][0] - 0.4) / 1e-4
    assert slope == pytest.approx(-2, abs=1e-6)


@pytest.mark.parametrize(
    ("utility", "weight", "expected"),
    [
        (0.0, 0.8, [(0.5, True)]),
        (0.0, 1.5, [(0.07072, True), (0.5, False), (0.92928, True)]),
        (0.1, 1.5, [(0.09946, True), (0.39701, False), (0.946928, True)]),
    ],
)
def test_n3_logit_conformists(utility: float, weight: float, expected: list[tuple[float, bool]]) -> None:
    assert_found(experiment(quantal(weight, utility)), expected, 6e-7)


@pytest.mark.parametrize(("utility", "number"), [(0.2074, 3), (0.2077, 1), (-0.2074, 3), (-0.2077, 1)])
def test_n3_two_norms_vanish_at_the_critical_utility(utility: float, number: int) -> None:
    """|u| = .207546 at precision 2 and weight 1.5."""
    assert len(found(experiment(quantal(1.5, utility)))) == number


@pytest.mark.slow
def test_f2_silence_breaks_at_one_ninth() -> None:
    assert_found(experiment(*silence(800)), [(0.112081, True), (0.387919, False), (1.0, True)], 6e-7)
    assert_found(experiment(*silence(0)), [(0.0, True), (0.5, False), (1.0, True)])
    assert len(found(experiment(*silence(1110)))) == 3
    assert len(found(experiment(*silence(1112)))) == 1


@pytest.mark.parametrize(("mean", "sd"), [(0.25, 0.12), (0.3, 0.2), (0.52, 0.1)])
def test_granovetters_normal_thresholds(mean: float, sd: float) -> None:
    """Below zero is at once, above one is never."""
    expected = fixed_points(lambda m: float(norm.cdf((m - mean) / sd)))
    rates = [rate for rate, _ in found(experiment(*silence(0, {"kind": "normal", "mean": mean, "sd": sd})))]
    assert [rate for rate in rates if 0.0005 < rate < 0.9995] == pytest.approx(expected, abs=1e-9)


def test_a_threshold_of_one_s_own_takes_any_gains_and_harms() -> None:
    """Gains and harms of those who act are those of everyone, since nobody goes by them: x = .08 + .92 F(x)."""
    entry = silence(800)
    entry[1] |= {"gain": {"kind": "exponential", "mean": 2.0}, "harm": {"kind": "proportional", "factor": 3.0}}
    entry[0] |= {"harm": {"kind": "constant", "value": 0.0}}
    quiet = oversight.solve(experiment(*entry)).equilibria[0]
    silent = float(beta.cdf(quiet.misconduct_rate, 2, 2))
    assert quiet.social_cost == pytest.approx(0.92 * silent * 6.0, rel=1e-9)


def test_where_detection_answers_the_share_both_are_found() -> None:
    """g > p s - J (2 m - 1) with p = min(1, .2 / m), so that m = 1 - .9 min(1, .2 / m) + .2 (2 m - 1)."""
    monitoring = {"kind": "investigation_capacity", "investigators": 200.0}
    spec = experiment(rational(0.2), sanction=0.9, policy={"monitoring": monitoring})
    inside = fixed_points(lambda m: min(max(1 - 0.9 * min(1, 0.2 / m) + 0.2 * (2 * m - 1), 0.0), 1.0))
    assert_found(spec, [(0.0, True), (inside[0], False), (1.0, True)])
    assert oversight.solve(spec).equilibria[1].detection_probability == pytest.approx(0.2 / inside[0])


def test_several_options_one_of_which_only_looks_like_a_violation() -> None:
    """Logit over two options at the same draw, u = .4 + J (2 m - 1) and .2; m is the share of the first."""
    options = [{"name": "act"}, {"name": "alike", "violation": False, "gain": 0.5}]
    entry = quantal(1.8, 0.4, options=options)

    def response(m: float) -> float:
        act, alike = exp(2 * (0.4 + 1.8 * (2 * m - 1))), exp(2 * 0.2)
        return act / (1 + act + alike)

    expected = fixed_points(response)
    assert len(expected) == 3
    assert [rate for rate, _ in found(experiment(entry))] == pytest.approx(expected, abs=1e-9)


def test_indifferent_conformists_split() -> None:
    """Gains are .5 and p s is .5: all follow the majority, and at an even one they are indifferent."""
    solution = oversight.solve(experiment(rational(0.7, gain={"kind": "constant", "value": 0.5}), sanction=1.0))
    assert [each.misconduct_rate for each in solution.equilibria] == pytest.approx([0.0, 0.5, 1.0])
    assert [each.mixing for each in solution.equilibria] == [False, True, False]
    assert [each.stable for each in solution.equilibria] == [True, False, True]


def test_where_every_share_sustains_itself_the_ends_are_told() -> None:
    """p s = J = 1 / 2."""
    solution = oversight.solve(experiment(rational(0.5), sanction=1.0))
    assert [each.misconduct_rate for each in solution.equilibria] == [0.0, 1.0]
    assert not solution.complete
    assert "Responses agree with what is seen over a whole interval" in str(solution)


def test_two_entries_see_one_another() -> None:
    """Half go by the others with weight 1.5, half do not."""
    spec = experiment(quantal(1.5, 0.0), {**quantal(0.0, -0.3), "name": "others"})

    def response(m: float) -> float:
        return 0.5 / (1 + exp(-2 * 1.5 * (2 * m - 1))) + 0.5 / (1 + exp(0.6))

    assert [rate for rate, _ in found(spec)] == pytest.approx(fixed_points(response), abs=1e-9)


@pytest.mark.parametrize("revision", [1.0, 0.3])
def test_slow_revision_moves_no_equilibrium(revision: float) -> None:
    spec = experiment(quantal(1.5, 0.0)) | {"network": {"kind": "everyone", "revision": revision}}
    assert_found(spec, [(0.07072, True), (0.5, False), (0.92928, True)], 6e-7)


def test_slow_revision_calms_a_cycle() -> None:
    """Nobody is inspected after quiet periods, nearly all after others: they alternate, or stay about the threshold."""
    crackdown = {"kind": "crackdown", "threshold": 400, "investigators_low": 0, "investigators_high": 900}
    steep = {**quantal(0.0, 0.5), "precision": 12}
    spec = experiment(steep, policy={"monitoring": crackdown}, sanction=1.0, periods=400, burn_in=200)
    hasty = oversight.solve(spec).paths[0]
    assert hasty.length == 2
    assert hasty.highest - hasty.lowest > 0.9
    slow = spec | {"network": {"kind": "everyone", "revision": 0.2}}
    path = oversight.solve(slow).paths[0]
    assert path.highest - path.lowest < 0.4
    assert oversight.run(slow).metrics["misconduct_rate"] == pytest.approx(path.misconduct_rate, abs=0.02)


def test_points_of_a_sweep_are_solved_as_they_are_alone() -> None:
    source = load_experiment(experiment(quantal(1.5, 0.0), sanction=1.0))
    points = [
        source.at({"policy.monitoring.rate": rate, "population.0.weight": w}) for rate in (0.0, 0.1) for w in (1, 2)
    ]
    together = solve_all(points, certified=False)  # type: ignore[arg-type]
    for point, solution in zip(points, together, strict=True):
        (alone,) = solve_all([point], certified=False)  # type: ignore[list-item]
        assert [each.misconduct_rate for each in solution.equilibria] == pytest.approx(
            [each.misconduct_rate for each in alone.equilibria], abs=1e-12
        )


@pytest.mark.parametrize("start", ["compliant", "violating"])
def test_a_large_crowd_is_where_theory_says(start: str) -> None:
    spec = experiment(quantal(1.5, 0.1, size=40_000), start=start, periods=60, burn_in=30)
    path = next(path for path in oversight.solve(spec).paths if path.start == start)
    assert oversight.run(spec).metrics["misconduct_rate"] == pytest.approx(path.misconduct_rate, abs=0.003)


def test_elsewhere_theory_is_told_as_an_approximation() -> None:
    words = "on this network it is an approximation"
    for network, told in (({"kind": "everyone"}, False), ({"kind": "ring"}, True), ({"kind": "scale_free"}, True)):
        assert (words in str(oversight.solve(experiment(quantal(1.5, 0.0)) | {"network": network}))) == told


CLASS = '''
from oversight import Actor

class Deterred(Actor):
    """Violates unless it saw a neighbour sanctioned."""
    uses = frozenset({"neighbours_sanctioned"})

    def violates(self, now):
        return (now.gain > now.expected_sanction) & (now.neighbours_sanctioned == 0)
'''


def test_what_is_not_covered_says_why(tmp_path: Path) -> None:
    strategic = {"kind": "strategic", "inspection_cost": 0.2, "bounty": 1.0, "response": {"kind": "best"}}
    records = {"kind": "record_based", "base_rate": 0.1, "rate_per_record": 0.1, "max_rate": 0.3}
    capacity = {"kind": "investigation_capacity", "investigators": 100.0}
    suspends = {"kind": "fixed", "amount": 1.0, "suspension": 2}
    slow = {"network": {"kind": "everyone", "revision": 0.5}}
    for spec, words in (
        (experiment(rational(0.5), policy={"monitoring": strategic}), "depends on more than they see"),
        (experiment(rational(0.5), policy={"monitoring": records}), "depends on more than they see"),
        (
            experiment(rational(0.5), policy={"monitoring": capacity, "sanction": suspends}),
            "beside suspensions, options or reports",
        ),
        (experiment(rational(0.5)) | slow, "at a gain that they did not choose"),
        (experiment(quantal(0.5, 0.0), policy={"sanction": suspends}) | slow, "depends on what became of them"),
    ):
        assert words in oversight.solve(spec).not_covered
    (tmp_path / "seeing.py").write_text(CLASS)
    spec = experiment({"kind": "seeing:Deterred", "size": 10})
    solution = oversight.solve(spec, plugins=[tmp_path / "seeing.py"])
    assert "how many of their neighbours were sanctioned" in solution.not_covered
    assert oversight.run(spec, plugins=[tmp_path / "seeing.py"]).metrics["misconduct_rate"] > 0


def test_suspended_neighbours_do_not_count_in_theory() -> None:
    """Of those in play a share m violates, whatever the share in play: m = s(2 (u - p s + J (2 m - 1)))."""
    suspends = {"kind": "fixed", "amount": 0.2, "suspension": 3}
    spec = experiment(quantal(1.5, 0.1), policy={"sanction": suspends})
    assert_found(spec, [(0.07072, True), (0.5, False), (0.92928, True)], 6e-7)
