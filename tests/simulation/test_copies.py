"""Copies of one system err together: means stay, tails do not, and a capacity gives way."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import oversight
from oversight.errors import InputError
from oversight.games import correlated_tipping
from oversight.report import write_report
from oversight.scenario import load_experiment
from oversight.scenario.copies import Copies
from oversight.simulation.copies import CommonFactor
from oversight.simulation.streams import Purpose, Streams
from oversight.sweeps import check, run_sweep

AUDITS = {"kind": "random_audit", "rate": 0.5}


def spec(copies: dict[str, Any] | None, fine: float = 1.9, size: int = 1000, **keys: Any) -> dict[str, Any]:
    """Gains U[0, 1], audits of one half: independent actors violate with probability 1 - fine / 2."""
    own = {name: keys.pop(name) for name in ("kind", "gain", "precision", "rate", "belief", "options") if name in keys}
    gain = {"kind": "uniform", "low": 0, "high": 1}
    sanction = {"kind": "fixed", "amount": fine, **keys.pop("sanction", {})}
    return {
        "name": "copies",
        "policy": {"monitoring": keys.pop("monitoring", AUDITS), "sanction": sanction},
        "population": [{"kind": "rational", "size": size, "gain": gain, **own, "copies": copies}],
        "periods": 50,
        **keys,
    }


def series(experiment: dict[str, Any]) -> Any:
    return oversight.run(experiment).series["misconduct_rate"].to_numpy()


@pytest.mark.parametrize(
    ("noise", "law"), [("uniform", stats.uniform), ("normal", stats.norm), ("exponential", stats.expon)]
)
def test_each_draw_alone_is_as_before_and_two_are_correlated(noise: Any, law: Any) -> None:
    runs, members, rho = 4_000, 50, 0.3
    streams = Streams(7, range(runs), 1)
    draws = streams.draws(noise, Purpose.GAIN, members).next()
    moved = CommonFactor(Copies(correlation=rho), Purpose.COMMON_GAIN, 0, streams).moves(noise, draws)
    # One of each run: those are independent.
    assert stats.kstest(moved[:, 0], law.cdf).pvalue > 1e-4
    scores = stats.norm.ppf(law.cdf(moved))
    pairs = [np.corrcoef(scores[:, one], scores[:, one + 1])[0, 1] for one in range(0, members, 2)]
    assert np.mean(pairs) == pytest.approx(rho, abs=0.02)
    # What was high stays high: the own part is what was drawn.
    assert stats.spearmanr(moved[0], draws[0]).statistic == pytest.approx(1)


def test_means_stay_and_tails_are_vasiceks() -> None:
    """p = 0.05, rho = 0.2: sd 0.052397, 99th percentile 0.249575 (Vasicek 1987)."""
    experiment = spec({"correlation": 0.2}, size=2000, periods=2000, replicates=4)
    summary = oversight.sweep(experiment | {"theory": False}).summary.iloc[0]
    # The mean of 8,000 periods of sd .0524, and quantiles of 2,000 with densities about 0.25 and .03 there.
    assert summary["metric.misconduct_rate.mean"] == pytest.approx(0.05, abs=5 * 0.0524 / sqrt(8000))
    assert summary["metric.misconduct_q95.mean"] == pytest.approx(0.15468, abs=0.015)
    assert summary["metric.misconduct_q99.mean"] == pytest.approx(0.249575, abs=0.035)
    assert summary["metric.misconduct_peak.mean"] > 0.35
    rates = series(spec({"correlation": 0.2}, size=2000, periods=4000))
    assert rates.std() == pytest.approx(sqrt(0.052397**2 + (0.05 * 0.95 - 0.052397**2) / 2000), rel=0.08)


def test_a_correlation_of_zero_is_no_key_at_all() -> None:
    def runs(copies: dict[str, Any] | None, **keys: Any) -> Any:
        table = oversight.sweep(spec(copies, replicates=3, theory=False, size=40, **keys)).runs()
        names = [name for name in table if name.startswith("metric.") and "misconduct_" not in name[:18]]
        return table[[*names, "metric.misconduct_rate"]]

    without = runs(None)
    for name, own in {"uniform": {}, "normal": {"gain": {"kind": "normal", "mean": 1, "sd": 1}}}.items():
        plain, copied = runs(None, **own), runs({"correlation": 0.0}, **own)
        assert plain.equals(copied[plain.columns]), name
    swept = {"kind": "grid", "parameters": {"population.0.copies.correlation": {"values": [0.5, 0, 0.2]}}}
    mixed = runs({"correlation": 0.1}, sweep=swept)
    # A mixed batch leaves those at zero alone, element by element.
    table = oversight.sweep(spec({"correlation": 0.1}, replicates=3, theory=False, size=40, sweep=swept)).runs()
    zero = mixed[table["param.population.0.copies.correlation"] == 0].reset_index(drop=True)
    assert without.equals(zero[without.columns])


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"gain": {"kind": "exponential", "mean": 0.7}},
        {"kind": "quantal", "precision": 1, "gain": {"kind": "constant", "value": 1}},
        {"kind": "unconditional", "rate": 0.4, "gain": {"kind": "constant", "value": 1}},
    ],
    ids=["gains", "exponential gains", "a logit's draw", "a plain draw"],
)
def test_perfect_copies_all_do_the_same(own: dict[str, Any]) -> None:
    alike = series(spec({"correlation": 1.0}, fine=1.0, periods=400, size=30, **own))
    assert set(alike) == {0.0, 1.0}
    alone = series(spec(None, fine=1.0, periods=400, size=30, **own))
    assert alike.mean() == pytest.approx(alone.mean(), abs=5 * 0.5 / sqrt(400))


def test_a_constant_gain_leaves_the_draw_to_the_factor() -> None:
    """A logit violates with probability 1 / (1 + e^0.9): its share then has Vasicek's law."""
    own = {"kind": "quantal", "precision": 1, "gain": {"kind": "constant", "value": 0.05}}
    rates = series(spec({"correlation": 0.4}, size=4000, periods=3000, **own))
    chance = 1 / (1 + np.exp(0.9))
    assert rates.mean() == pytest.approx(chance, abs=0.02)
    common = stats.norm.cdf((stats.norm.ppf(chance) + sqrt(0.4) * stats.norm.ppf(0.9)) / sqrt(0.6))
    assert np.quantile(rates, 0.9) == pytest.approx(common, abs=0.03)


def test_a_family_shares_its_factor_and_others_do_not() -> None:
    def rates(*families: str | None) -> Any:
        experiment = spec({"correlation": 1.0}, fine=1.0, size=20, periods=300)
        (entry,) = experiment["population"]
        experiment["population"] = [
            entry | {"name": f"entry_{place}", "copies": {"correlation": 1.0, "family": family}}
            for place, family in enumerate(families)
        ]
        table = oversight.run(experiment, agents=True).agents
        shares = table.groupby(["period", "entry"])["violated"].mean().unstack()
        return shares.to_numpy()

    one = rates("model_a", "model_a", "model_b", None)
    assert (one[:, 0] == one[:, 1]).all()
    for place in (2, 3):
        assert 0.3 < (one[:, 0] == one[:, place]).mean() < 0.7


def test_a_persistent_factor_stays_for_the_run() -> None:
    experiment = spec({"correlation": 1.0, "persistent": True}, fine=1.0, size=10, replicates=40, theory=False)
    runs = oversight.sweep(experiment).runs()
    assert set(runs["metric.misconduct_rate"]) == {0.0, 1.0}
    assert runs[["metric.misconduct_q95", "metric.misconduct_q99"]].isna().all(axis=None)
    assert runs["metric.misconduct_peak"].notna().all()


@pytest.mark.parametrize(("capacity", "correlation"), [(0.2, 0.1), (0.25, 0.05)])
def test_the_law_of_a_capacity_is_that_of_the_chain_in_closed_form(capacity: float, correlation: float) -> None:
    monitoring = {"kind": "investigation_capacity", "investigators": 1000 * capacity}
    solution = oversight.solve(spec({"correlation": correlation}, fine=0.9, monitoring=monitoring))
    exact = correlated_tipping(0.9, capacity, correlation)
    assert solution.law is not None
    assert solution.law.edge == pytest.approx(exact.edge, abs=1e-9)
    assert solution.law.beyond_edge == pytest.approx(exact.share_over, abs=1e-5)
    assert solution.law.mean == pytest.approx(exact.misconduct, abs=1e-5)
    assert any("independent actors" in note for note in solution.notes)


@pytest.mark.slow
def test_a_capacity_that_holds_among_independent_actors_gives_way() -> None:
    """Capacity 0.2, fine 0.9, rho 0.1: over the edge in 99.133 % of periods in the long run, and 75 % misconduct."""
    monitoring = {"kind": "investigation_capacity", "investigators": 400}
    keys: dict[str, Any] = {"fine": 0.9, "size": 2000, "monitoring": monitoring, "periods": 1200, "burn_in": 200}
    copied = oversight.sweep(spec({"correlation": 0.1}, replicates=6, **keys)).summary.iloc[0]
    assert copied["metric.beyond_edge.mean"] == pytest.approx(0.99133, abs=0.02)
    assert copied["metric.misconduct_rate.mean"] == pytest.approx(0.749999, abs=0.02)
    assert copied["theory.beyond_edge"] == pytest.approx(0.99133, abs=1e-4)
    assert copied["theory.misconduct_q99"] == pytest.approx(copied["metric.misconduct_q99.mean"], abs=0.01)
    alone = oversight.sweep(spec(None, replicates=2, **keys)).summary.iloc[0]
    assert alone["metric.misconduct_rate.mean"] == pytest.approx(0.1, abs=0.005)


def test_the_law_at_constant_chances_is_vasiceks() -> None:
    """p = 0.4, rho = 0.2: 99th percentile 0.81055, sd 0.173858."""
    for own in ({}, {"kind": "quantal", "precision": 1, "gain": {"kind": "constant", "value": 0.6 + np.log(2 / 3)}}):
        law = oversight.solve(spec({"correlation": 0.2}, fine=1.2, **own)).law
        assert law is not None
        assert (law.mean, law.sd, law.q99) == pytest.approx((0.4, 0.173858, 0.81055), abs=1e-6)
        assert np.isnan([law.edge, law.beyond_edge]).all()


@pytest.mark.parametrize("correlation", [1e-6, 0.0005, 0.002, 0.999, 1.0])
def test_correlations_that_no_law_is_known_of_are_solved_without_one(correlation: float) -> None:
    """From some shares others are out of reach, or steps are too short to follow."""
    monitoring = {"kind": "investigation_capacity", "investigators": 50}
    law = oversight.solve(spec({"correlation": correlation}, fine=0.5, monitoring=monitoring)).law
    assert law is None or correlation == 0.999


@pytest.mark.parametrize(
    "keys",
    [
        {"copies": {"correlation": 0.2, "persistent": True}},
        {"sanction": {"suspension": 2}},
        {"kind": "quantal", "precision": 3},
        {"belief": {"kind": "pooled_window", "window": 3, "prior_caught": 1, "prior_violations": 2}},
        {"options": [{"name": "a"}, {"name": "b", "gain": 2}]},
        {"monitoring": {"kind": "investigation_capacity", "investigators": 2000}, "fine": 1.5},
    ],
    ids=["persistent", "suspension", "chance beside gains", "learning", "options", "nobody violates"],
)
def test_where_the_law_is_not_known_there_is_none(keys: dict[str, Any]) -> None:
    solution = oversight.solve(spec(**{"copies": {"correlation": 0.2}, **keys}))
    assert solution.equilibria
    assert solution.law is None


def test_the_report_says_how_far_copies_stray(tmp_path: Path) -> None:
    swept = {"kind": "grid", "parameters": {"population.0.copies.correlation": {"values": [0, 0.1, 0.2]}}}
    run_sweep(check(load_experiment(spec({"correlation": 0.1}, fine=1.2, size=50, sweep=swept))), tmp_path, 1)
    page = write_report(tmp_path).read_text()
    assert "varies most at copies: correlation 0.2, 40\u00a0% on average and up to 81" in page


@pytest.mark.parametrize(
    ("copies", "own", "said"),
    [
        ({"correlation": 1.2}, {}, "population.0.copies.correlation"),
        ({"correlation": 0.2, "familly": "a"}, {}, "population.0.copies.familly.*family"),
        (
            {"correlation": 0.2},
            {"gain": {"kind": "constant", "value": 1}},
            "moves nothing: the gain is constant, and kind",
        ),
    ],
)
def test_mistakes_are_told(copies: dict[str, Any], own: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_experiment(spec(copies, **own))
