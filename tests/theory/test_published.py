"""Closed forms and published results, reproduced by simulation through the public API.

Each expected number is computed here from its formula, or stated with its source; none comes from the package.
A simulated mean is held to its expectation by Student's t over replicates (whose runs are independent; periods are not)
at a two-sided false-alarm rate of 1e-5 a test. Seeds are fixed, so a test that passes keeps passing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm, t

import oversight
from statistical import FALSE_ALARM, assert_mean

Estimate = Callable[..., Any]

UNIFORM = {"kind": "uniform", "low": 0, "high": 1}


def audits(rate: float, **keys: Any) -> dict[str, Any]:
    return {"kind": "random_audit", "rate": rate, **keys}


def fine(amount: float, **keys: Any) -> dict[str, Any]:
    return {"kind": "fixed", "amount": amount, **keys}


def experiment(monitoring: Any, sanction: Any, *population: Any, detector: Any = None, **keys: Any) -> dict[str, Any]:
    policy = {"monitoring": monitoring, "sanction": sanction, "detector": detector or {}}
    entries = [
        {"kind": "rational", "size": 1000, "gain": UNIFORM, "name": f"e{i}", **e} for i, e in enumerate(population)
    ]
    return {"name": "test", "policy": policy, "population": entries, "replicates": 40, **keys}


@pytest.fixture
def rows(tmp_path: Path) -> Estimate:
    def sweep(spec: dict[str, Any]) -> Any:
        return oversight.sweep(spec, out=tmp_path / str(len(list(tmp_path.iterdir()))), workers=1).runs()

    return sweep


# Becker (1968); Polinsky and Shavell (2007)


def test_b1_share_that_violates(rows: Estimate) -> None:
    """m = 1 - F(p f)."""
    assert_mean(rows(experiment(audits(0.2), fine(2), {}))["metric.misconduct_rate"], 1 - 0.2 * 2)


def test_b2_welfare_counts_gains_and_harms(rows: Estimate) -> None:
    """Welfare is the integral of (g - h) over g > p f."""
    entry = {"harm": {"kind": "constant", "value": 0.6}}
    found = rows(experiment(audits(0.2), fine(2), entry, social_cost={"gain_weight": 1}))
    assert_mean(-found["metric.social_cost"], (1 - 0.4**2) / 2 - 0.6 * (1 - 0.4))


def test_b6_constant_absolute_risk_aversion(rows: Estimate) -> None:
    """T = ln(1 - p + p e^(a f)) / a."""
    threshold = log(1 - 0.2 + 0.2 * exp(2.0))
    found = rows(experiment(audits(0.2), fine(2), {"kind": "risk_averse", "form": "cara", "coefficient": 1}))
    assert_mean(found["metric.misconduct_rate"], 1 - threshold)


def test_b6_a_risk_lover_is_deterred_less(rows: Estimate) -> None:
    threshold = log(1 - 0.2 + 0.2 * exp(-2.0)) / -1
    found = rows(experiment(audits(0.2), fine(2), {"kind": "risk_averse", "form": "cara", "coefficient": -1}))
    assert_mean(found["metric.misconduct_rate"], 1 - threshold)


def test_b6b_constant_relative_risk_aversion(rows: Estimate) -> None:
    """E u(10 + T - f or nothing) = u(10) for u(c) = -1/c; solved here by bisection."""

    def surplus(gain: float) -> float:
        return -0.8 / (10 + gain) - 0.2 / (10 + gain - 5) + 1 / 10

    threshold = brentq(surplus, 0, 4)
    assert threshold == pytest.approx(1.531129, abs=1e-6)
    entry = {
        "kind": "risk_averse",
        "form": "crra",
        "coefficient": 2,
        "wealth": {"kind": "constant", "value": 10},
        "gain": {"kind": "uniform", "low": 0, "high": 4},
    }
    assert_mean(rows(experiment(audits(0.2), fine(5), entry))["metric.misconduct_rate"], 1 - threshold / 4)


def test_b6q_innocents_sanctioned(rows: Estimate) -> None:
    """T = [ln(1 - p + p e^(a f)) - ln(1 - q + q e^(a f))] / a."""
    p, q, f = 0.5 * 0.9, 0.5 * 0.2, 1.0
    threshold = log(1 - p + p * exp(f)) - log(1 - q + q * exp(f))
    found = rows(
        experiment(
            audits(0.5),
            fine(f),
            {"kind": "risk_averse", "form": "cara", "coefficient": 1},
            detector={"sensitivity": 0.9, "false_positive_rate": 0.2},
        )
    )
    assert_mean(found["metric.misconduct_rate"], 1 - threshold)


def test_b7_errors_weaken_deterrence(rows: Estimate) -> None:
    """T = p f (1 - false positives - misses); precision by Bayes' rule."""
    p, f, false, miss = 0.5, 1.0, 0.1, 0.2
    violators = 1 - p * f * (1 - false - miss)
    detector = {"sensitivity": 1 - miss, "false_positive_rate": false}
    found = rows(experiment(audits(p), fine(f), {}, detector=detector))
    assert_mean(found["metric.misconduct_rate"], violators)
    assert_mean(
        found["metric.sanction_precision"],
        violators * (1 - miss) / (violators * (1 - miss) + (1 - violators) * false),
    )


def test_b12_limited_liability(rows: Estimate) -> None:
    """Violate iff g > p min(f, wealth)."""
    entry = {"wealth": {"kind": "empirical", "values": [0.4, 4]}}
    found = rows(experiment(audits(0.5), fine(2, limited_liability=True), entry))
    assert_mean(found["metric.misconduct_rate"], 0.5 * (1 - 0.2) + 0.5 * 0)


@pytest.mark.parametrize("periods_out", [1, 4])
def test_b15_suspension_takes_actors_out_of_play(rows: Estimate, periods_out: int) -> None:
    """misconduct rate x active share = e / (1 + e p D)."""
    entry = {"kind": "unconditional", "rate": 0.8}
    found = rows(experiment(audits(0.5), fine(0, suspension=periods_out), entry, periods=300, burn_in=60))
    product = found["metric.misconduct_rate"] * found["metric.active_share"]
    assert_mean(product, 0.8 / (1 + 0.8 * 0.5 * periods_out))


def test_quantal_choice(rows: Estimate) -> None:
    """The integral of 1 / (1 + exp(-l (g - p f))) over g in [0, 1]."""
    precision, threshold = 3.0, 0.4
    expected = (log(1 + exp(precision * (1 - threshold))) - log(1 + exp(-precision * threshold))) / precision
    found = rows(experiment(audits(0.2), fine(2), {"kind": "quantal", "precision": precision}))
    assert_mean(found["metric.misconduct_rate"], expected)


def test_prospect_theory(rows: Estimate) -> None:
    """Threshold of w+(1 - p) g^0.88 = 2.25 w-(p) (f - g)^0.88, Tversky and Kahneman (1992)."""

    def weight(p: float, c: float) -> float:
        return p**c / (p**c + (1 - p) ** c) ** (1 / c)

    def surplus(gain: float) -> float:
        return weight(0.9, 0.61) * gain**0.88 - 2.25 * weight(0.1, 0.69) * (2 - gain) ** 0.88

    threshold = brentq(surplus, 1e-9, 1)
    assert_mean(rows(experiment(audits(0.1), fine(2), {"kind": "prospect"}))["metric.misconduct_rate"], 1 - threshold)


# Many actors


@pytest.mark.parametrize(("start", "expected"), [("compliant", 0.1), ("violating", (1 + sqrt(1 - 4 * 0.9 * 0.2)) / 2)])
def test_p1_two_stable_equilibria_of_a_capacity(rows: Estimate, start: str, expected: float) -> None:
    """m = 1 - f and (1 +- sqrt(1 - 4 f C)) / 2, in the limit of a large population: 20,000 actors here."""
    monitoring = {"kind": "investigation_capacity", "investigators": 4000}
    found = rows(experiment(monitoring, fine(0.9), {"size": 20_000}, start=start, burn_in=60, replicates=12))
    assert_mean(found["metric.misconduct_rate"], expected)


def carlaw(investigators: float, size: int, window: int, **keys: Any) -> dict[str, Any]:
    """Bekar, Carlaw and Eaton (2022): pooled beliefs about a limited capacity, gains N(0.6, 0.2), sanction 1."""
    entry = {
        "size": size,
        "gain": {"kind": "normal", "mean": 0.6, "sd": 0.2},
        "harm": {"kind": "proportional", "factor": 4},
        "belief": {"kind": "pooled_window", "window": window, "prior_caught": 1, "prior_violations": 1.25},
    }
    monitoring = {"kind": "investigation_capacity", "investigators": investigators, "cost_per_investigator": 2}
    return experiment(monitoring, fine(1), entry, detector={"sensitivity": 0.8}, **keys)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("resources", "published", "error"), [(43, 148.74, 0.034), (44, 148.23, 0.016), (45, 149.23, 0.011)]
)
def test_d1_published_costs(rows: Estimate, resources: int, published: float, error: float) -> None:
    """Their simulated cost a period, with its own standard error added to ours."""
    found = rows(carlaw(resources, 100, 2, periods=20_000, burn_in=500, replicates=60))
    costs = 100 * found["metric.social_cost"]
    ours = costs.std(ddof=1) / sqrt(len(costs))
    bound = t.isf(FALSE_ALARM / 2, len(costs) - 1) * sqrt(ours**2 + error**2)
    assert abs(costs.mean() - published) <= bound, f"{costs.mean():.3f} +- {ours:.3f}, published {published}"


@pytest.mark.slow
@pytest.mark.parametrize("resources", [pytest.param(5, marks=pytest.mark.slow), 45])
def test_d6_stationary_law_of_the_exact_chain(rows: Estimate, resources: int) -> None:
    """The chain over (violations, caught) of 50 actors with a window of one period, solved by linear algebra."""
    expected = mean_violations(50, resources)
    assert expected == pytest.approx({5: 49.655540, 45: 9.854538}[resources], abs=1e-5)
    found = rows(carlaw(resources, 50, 1, periods=2_000, burn_in=200, replicates=60))
    assert_mean(50 * found["metric.misconduct_rate"], expected)


def mean_violations(size: int, resources: float) -> float:
    """E[v] of v ~ B(size, 1 - F(q)), caught ~ B(v, 0.8 min(1, R / v)), q their ratio with priors, in the long run."""
    from scipy.stats import binom

    states = [(v, a) for v in range(size + 1) for a in range(v + 1)]
    caught = [
        binom.pmf(np.arange(v + 1), v, 0.8 * min(1.0, resources / v)) if v else np.ones(1) for v in range(size + 1)
    ]
    perceived = np.array([(1 + a) / (1.25 + v) for v, a in states])
    violating = binom.pmf(np.arange(size + 1)[None, :], size, norm.sf((perceived[:, None] - 0.6) / 0.2))
    # Only the number of violations matters a step later, through how many were caught: a chain over v alone.
    onward = np.zeros((size + 1, size + 1))
    for row, (v, a) in enumerate(states):
        onward[v] += caught[v][a] * violating[row]
    system = np.vstack([onward.T - np.eye(size + 1), np.ones(size + 1)])
    law = np.linalg.lstsq(system, np.append(np.zeros(size + 1), 1.0), rcond=None)[0]
    return float(law @ np.arange(size + 1))


# Control of AI systems


@pytest.mark.slow
@pytest.mark.parametrize(("share", "printed"), [(1e-4, None), (0.005, 0.3464)])
def test_a2_auditing_the_highest_scores(rows: Estimate, share: float, printed: float | None) -> None:
    """(1 - m)(1 - F(t)) + m (1 - F(t - d)) = b, caught 1 - F(t - d); d = 2, b = 0.01."""

    def excess(threshold: float) -> float:
        return (1 - share) * norm.sf(threshold) + share * norm.sf(threshold - 2) - 0.01

    caught = norm.sf(brentq(excess, 0, 6) - 2)
    assert caught == pytest.approx(printed or 0.37208, abs=2e-3 if printed is None else 5e-5)
    monitoring = {"kind": "targeted_audit", "inspections": 1000, "separation": 2}
    entry = {"kind": "unconditional", "rate": share, "size": 100_000}
    found = rows(experiment(monitoring, fine(0), entry, periods=20, replicates=20))
    assert_mean(found["metric.detection_rate"], caught)


def test_a5_an_attack_of_many_steps(rows: Estimate) -> None:
    """1 - (1 - t)^k."""
    entry = {"kind": "unconditional", "rate": 1.0}
    assert_mean(rows(experiment(audits(0.1), fine(0), entry, periods=10))["metric.ever_sanctioned_share"], 1 - 0.9**10)


# Negative controls


def test_inspection_without_sanction_changes_no_decision(rows: Estimate) -> None:
    watched = rows(experiment(audits(1.0), fine(0), {"kind": "quantal", "precision": 2}, replicates=3))
    free = rows(experiment(audits(0.0), fine(0), {"kind": "quantal", "precision": 2}, replicates=3))
    assert watched["metric.misconduct_rate"].tolist() == free["metric.misconduct_rate"].tolist()
    assert watched["metric.inspection_rate"].min() == 1.0


def test_no_tipping_at_a_fixed_detection_probability(rows: Estimate) -> None:
    """Both starts settle in the same state, to the bit, since they see the same draws."""
    found = rows(experiment(audits(0.3), fine(1.5), {}, start="both", burn_in=1, replicates=5))
    by_start = found.groupby("start")["metric.misconduct_rate"].apply(list)
    assert by_start["compliant"] == by_start["violating"]


@pytest.mark.parametrize("kind", ["rational", "prospect"])
def test_scaling_all_money_changes_no_decision(rows: Estimate, kind: str) -> None:
    def at(factor: float) -> Any:
        entry = {"kind": kind, "gain": {"kind": "uniform", "low": 0, "high": factor}}
        return rows(experiment(audits(0.2), fine(2 * factor), entry, replicates=5))["metric.misconduct_rate"].tolist()

    assert at(1.0) == at(4.0)


def test_fines_are_transfers(rows: Estimate) -> None:
    """Social cost holds harm, never the fines themselves."""
    found = rows(experiment(audits(0.5), fine(1), {}, replicates=3))
    assert found["metric.social_cost"].tolist() == found["metric.harm"].tolist()
    assert found["metric.sanctions_paid"].min() > 0
