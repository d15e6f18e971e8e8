"""Two sweeps compared: which points are the same, what they differ by, and how sure that is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import oversight
from helpers import Command
from oversight.errors import InputError, UnfinishedError
from oversight.report.diff import method, scope, studies_of
from oversight.sweeps import Results
from oversight.sweeps.diff import compared, opened
from oversight.sweeps.diff.intervals import paired, welch
from statistical import FALSE_ALARM

RATES = {"policy.monitoring.rate": {"values": [0.2, 0.4, 0.6]}}


def spec(parameters: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A small experiment whose misconduct rate varies between replicates."""
    return {
        "name": "trial",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [{"kind": "rational", "size": 40}],
        "periods": 5,
        "replicates": 6,
        "theory": False,
        "sweep": {"kind": "grid", "parameters": RATES if parameters is None else parameters},
        **more,
    }


def swept(*arguments: Any, out: Path | None = None, **more: Any) -> Results:
    return oversight.sweep(spec(*arguments, **more), out=out, workers=1)


def listed(*points: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "list", "points": list(points)}


def fined(amount: float) -> dict[str, Any]:
    return {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": amount}}


def samples(results: Results, measure: str) -> list[np.ndarray[Any, Any]]:
    """Of each point, the measure's replicates."""
    return [rows[f"metric.{measure}"].to_numpy() for _, rows in results.runs().groupby("point")]


@pytest.fixture(scope="module")
def before() -> Results:
    return swept()


@pytest.fixture(scope="module")
def after() -> Results:
    return swept(policy=fined(1.5))


@pytest.mark.parametrize("measure", ["misconduct_rate", "social_cost", "sanctions_paid"])
def test_runs_of_one_seed_are_paired_by_replicate(before: Results, after: Results, measure: str) -> None:
    table = oversight.diff(before, after, measures=[measure])
    assert set(table["by"]) == {"paired"}
    for row, a, b in zip(table.itertuples(), samples(before, measure), samples(after, measure), strict=True):
        known = stats.ttest_rel(b, a)
        assert row.p == pytest.approx(known.pvalue)
        assert (row.ci_low, row.ci_high) == pytest.approx(tuple(known.confidence_interval(0.95)))
        assert (row.a, row.b, row.difference) == pytest.approx((a.mean(), b.mean(), (b - a).mean()))
        assert (row.n_a, row.n_b) == (6, 6)


def test_runs_of_two_seeds_are_independent_samples_even_of_two_sizes(before: Results) -> None:
    other = swept(policy=fined(1.5), seed=7, replicates=9)
    table = oversight.diff(before, other, measures=["misconduct_rate"])
    assert set(table["by"]) == {"Welch"}
    pairs = zip(samples(before, "misconduct_rate"), samples(other, "misconduct_rate"), strict=True)
    for row, (a, b) in zip(table.itertuples(), pairs, strict=True):
        known = stats.ttest_ind(b, a, equal_var=False)
        assert row.p == pytest.approx(known.pvalue)
        assert (row.ci_low, row.ci_high) == pytest.approx(tuple(known.confidence_interval(0.95)))
        assert (row.n_a, row.n_b) == (6, 9)


def test_pairing_narrows_the_interval(before: Results) -> None:
    near, apart = swept(policy=fined(1.05)), swept(policy=fined(1.05), seed=7)
    pair, independent = (oversight.diff(before, each, measures=["misconduct_rate"]) for each in (near, apart))
    assert ((pair["ci_high"] - pair["ci_low"]) < (independent["ci_high"] - independent["ci_low"])).all()


def test_it_is_told_for_each_point_whether_it_is_paired() -> None:
    a = swept(sweep=listed({"policy.monitoring.rate": 0.2, "seed": 0}, {"policy.monitoring.rate": 0.4, "seed": 1}))
    b = swept(sweep=listed({"policy.monitoring.rate": 0.2}, {"policy.monitoring.rate": 0.4}))
    found = compared(opened("A", a), opened("B", b), ["misconduct_rate"])
    assert list(found.table["by"]) == ["paired", "Welch"]
    (study,) = studies_of(found, ["misconduct_rate"])
    assert "Seeds differ for 1 of 2, whose intervals are Welch's." in " ".join(method(study))
    assert "Only A sweeps `seed`: points are matched without." in scope(study)


def test_of_more_replicates_the_first_are_paired(before: Results) -> None:
    more = swept(policy=fined(1.5), replicates=8)
    table = oversight.diff(before, more, measures=["misconduct_rate"])
    expected = [b[:6].mean() for b in samples(more, "misconduct_rate")]
    assert list(table["b"]) == pytest.approx(expected)
    assert set(table["n_b"]) == {6}


def test_changes_are_adjusted_over_the_points_of_a_measure(before: Results, after: Results) -> None:
    table = oversight.diff(before, after)
    for _, rows in table.dropna(subset="p").groupby("measure"):
        p = rows["p"].to_numpy()
        # Benjamini and Hochberg (1995): reject up to the last k with p_(k) <= 0.05 k / m.
        ordered = np.sort(p)
        passed = np.flatnonzero(ordered <= 0.05 * np.arange(1, len(p) + 1) / len(p))
        bound = ordered[passed[-1]] if len(passed) else -1.0
        assert list(rows["change"].isin(["lower", "higher"])) == list(p <= bound)
    told = table[table["change"] == "lower"]
    assert len(told)
    assert (told["difference"] < 0).all()
    assert (table.loc[table["change"] == "higher", "difference"] > 0).all()


@pytest.mark.parametrize(("estimate", "correlation"), [(paired, 0.9), (paired, 0.0), (welch, 0.0)])
def test_intervals_cover_the_truth_as_often_as_they_say(estimate: Callable[..., Any], correlation: float) -> None:
    random, pairs = np.random.default_rng(1), 40_000
    luck = random.standard_normal((pairs, 8))
    own = [random.standard_normal((pairs, 8)) for _ in range(2)]
    a, b = (np.sqrt(correlation) * luck + np.sqrt(1 - correlation) * each for each in own)
    rows = (np.arange(pairs), np.arange(pairs))
    found = estimate(a, 0.3 + 2.0 * b if estimate is welch else 0.3 + b, rows)
    covered = int(((found.low <= 0.3) & (found.high >= 0.3)).sum())
    # Welch's degrees of freedom are approximate: coverage is within a third of a percentage point.
    slack = pairs * 0.003 if estimate is welch else 0
    low, high = stats.binom.interval(1 - FALSE_ALARM, pairs, 0.95)
    assert low - slack <= covered <= high + slack


def test_what_does_not_vary_is_certain_and_never_missing() -> None:
    a, b = (np.full((2, 4), value) for value in (0.1, 0.3))
    b[1] = 0.1
    for estimate in (paired, welch):
        found = estimate(a, b, (np.arange(2), np.arange(2)))
        assert list(found.difference) == pytest.approx([0.2, 0.0])
        assert found.difference[1] == 0.0
        assert list(found.low) == list(found.high) == pytest.approx([0.2, 0.0])
        assert list(found.p) == [0.0, 1.0]


def test_errors_of_rounding_are_no_difference() -> None:
    a = np.full((1, 3), 0.1 + 0.2)
    for estimate in (paired, welch):
        found = estimate(a, np.array([[0.3, 0.3, 0.30000000000000004]]), (np.array([0]), np.array([0])))
        assert (found.difference[0], found.p[0]) == (0.0, 1.0)


def test_one_replicate_gives_no_interval() -> None:
    a, b = swept(replicates=1), swept(replicates=1, policy=fined(1.5))
    table = oversight.diff(a, b, measures=["misconduct_rate", "inspection_rate"])
    assert table["p"].isna().all()
    assert set(table.loc[table["measure"] == "misconduct_rate", "change"]) == {"unclear"}
    assert set(oversight.diff(a, a, measures=["misconduct_rate"])["change"]) == {"equal"}


def test_missing_measures_are_no_numbers() -> None:
    never = [{"kind": "unconditional", "rate": 0.0, "size": 10}]
    a, b = swept(), swept(population=never)
    table = oversight.diff(a, b, measures=["detection_rate"])
    assert set(table["change"]) == {"missing"}
    assert table["b"].isna().all()


def test_differences_of_rates_stay_within_what_is_possible() -> None:
    a = swept(sweep=None, population=[{"kind": "unconditional", "rate": 0.02, "size": 2}], periods=3, replicates=2)
    b = swept(
        sweep=None, population=[{"kind": "unconditional", "rate": 0.98, "size": 2}], periods=3, replicates=2, seed=3
    )
    table = oversight.diff(a, b)
    rates = table[table["measure"].isin(["misconduct_rate", "detection_rate"])].dropna(subset="ci_high")
    assert (rates["ci_high"] <= 1).all()
    assert len(rates)


def test_the_price_of_anarchy_has_an_interval_too() -> None:
    both = {"start": "both", "theory": True, "periods": 12, "population": [{"kind": "rational", "size": 30}]}
    capacity = {"kind": "investigation_capacity", "investigators": 6, "cost_per_investigator": 0.02}
    over = {"policy.monitoring.investigators": {"values": [3, 6, 12]}}
    a, b = (
        swept(over, policy={"monitoring": capacity, "sanction": {"kind": "fixed", "amount": amount}}, **both)
        for amount in (0.8, 0.9)
    )
    for name in ("anarchy.price", "anarchy.gap", "anarchy.share"):
        table = oversight.diff(a, b, measures=[name]).set_index("point_a")
        assert set(table["start"]) == {"worse"}
        for side, results in (("a", a), ("b", b)):
            once = results.summary.drop_duplicates("point").set_index("point")
            assert list(table[side]) == pytest.approx(list(once[name]))
        for point, row in table.iterrows():
            costs = [_worse(each, point) for each in (a, b)]
            lines = {
                "anarchy.price": lambda cost, opt, ref: cost / opt,
                "anarchy.gap": lambda cost, opt, ref: cost - opt,
                "anarchy.share": lambda cost, opt, ref: (cost - opt) / (ref - opt),
            }
            low, high = stats.ttest_rel(*(lines[name](*cost) for cost in reversed(costs))).confidence_interval(0.95)
            assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high))


def _worse(results: Results, point: Any) -> tuple[Any, float, float]:
    """Social costs of the replicates from the worse start, the optimum and the reference."""
    runs = results.runs().query("point == @point")
    sets = [rows["metric.social_cost"].to_numpy() for _, rows in runs.groupby("start")]
    row = results.summary.query("point == @point").iloc[0]
    return max(sets, key=lambda costs: costs.mean()), row["anarchy.optimum"], row["anarchy.reference"]


def test_points_are_matched_by_the_parameters_that_both_sweep(before: Results) -> None:
    more = {"policy.monitoring.rate": {"values": [0.6, 0.4, 0.9]}, "policy.sanction.amount": {"values": [1]}}
    table = oversight.diff(before, swept(more), measures=["misconduct_rate"])
    both = table.dropna(subset=["point_a", "point_b"])
    assert list(both["param.policy.monitoring.rate"]) == [0.4, 0.6]
    assert list(both["point_b"]) == [1, 0]
    assert set(both["change"]) == {"equal"}
    only = table[table["by"] == ""].set_index("change")
    assert only.loc["only in A", "param.policy.monitoring.rate"] == 0.2
    assert only.loc["only in B", "param.policy.monitoring.rate"] == 0.9
    assert only.loc["only in A", "a"] > 0
    assert (only.loc["only in A", "n_b"], only.loc["only in B", "n_a"]) == (0, 0)
    assert only["difference"].isna().all()


def test_values_that_are_equal_but_for_rounding_match() -> None:
    a = swept({"policy.monitoring.rate": {"start": 0.0, "stop": 1.0, "num": 11}}, replicates=2)
    b = swept({"policy.monitoring.rate": {"values": [0.1, 0.3, 0.7]}}, replicates=2)
    table = oversight.diff(a, b, measures=["misconduct_rate"])
    assert list(table.loc[table["by"] == "paired", "point_a"]) == [1, 3, 7]


def test_parameters_that_are_no_numbers_match() -> None:
    kinds = {"policy.sanction": {"values": [{"kind": "fixed", "amount": 1}, {"kind": "fixed", "amount": 2}]}}
    table = oversight.diff(swept(kinds), swept(kinds), measures=["misconduct_rate"])
    assert list(table["change"]) == ["equal", "equal"]


def test_single_points_are_compared() -> None:
    a, b = swept(sweep=None), swept(sweep=None, policy=fined(1.5))
    assert len(oversight.diff(a, b, measures=["misconduct_rate"])) == 1


def test_several_points_for_one_are_refused(before: Results) -> None:
    many = swept({**RATES, "policy.sanction.amount": {"values": [1, 2]}})
    with pytest.raises(
        InputError, match=r"has 2 design points for one of A .*: points 0, 1 at policy.monitoring.rate = 0.2"
    ):
        oversight.diff(before, many)
    with pytest.raises(InputError, match=r"Only A sweeps `policy.sanction.amount`: sweep it in both"):
        oversight.diff(many, before)
    twice = swept(sweep=listed({"policy.monitoring.rate": 0.2}, {"policy.monitoring.rate": 0.2}))
    with pytest.raises(InputError, match="Give each of its points values of its own"):
        oversight.diff(before, twice)


def test_nothing_in_common_is_refused_with_what_each_sweeps(before: Results) -> None:
    fines = swept({"policy.sanction.amount": {"values": [1, 2]}})
    with pytest.raises(
        InputError, match=r"sweep no parameter in common: A sweeps policy.monitoring.rate \(0.2, 0.4, 0.6\)"
    ):
        oversight.diff(before, fines)
    others = swept({"policy.monitoring.rate": {"start": 0.7, "stop": 0.9, "num": 6}})
    with pytest.raises(
        InputError, match=r"no design point in common: .*; B sweeps policy.monitoring.rate \(0.7 to 0.9, 6 values\)"
    ):
        oversight.diff(before, others)


def test_a_start_of_one_side_is_kept_apart() -> None:
    a, b = swept(start="both"), swept(start="violating")
    table = oversight.diff(a, b, measures=["misconduct_rate"])
    assert list(table.loc[table["start"] == "compliant", "change"].unique()) == ["only in A"]
    assert set(table.loc[table["start"] == "violating", "change"]) == {"equal"}


def test_identical_results_are_the_same_bit_for_bit(before: Results, after: Results) -> None:
    same = compared(opened("A", before), opened("B", swept()))
    assert same.identical
    assert set(same.table["change"]) <= {"equal", "missing"}
    assert not compared(opened("A", before), opened("B", after)).identical
    more = compared(opened("A", before), opened("B", swept(replicates=7)))
    assert not more.identical
    assert (more.runs.a, more.runs.b, more.runs.both, more.runs.same) == (18, 21, 18, 18)


def test_folders_and_results_give_the_same_table(tmp_path: Path, before: Results, after: Results) -> None:
    swept(out=tmp_path / "a")
    swept(out=tmp_path / "b", policy=fined(1.5))
    table = oversight.diff(tmp_path / "a", str(tmp_path / "b"))
    pd.testing.assert_frame_equal(table, oversight.diff(before, after))


def unfinished(folder: Path, parts: int) -> None:
    """Leave a finished folder as a sweep that was stopped would, without the last parts."""
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "status": "running"}))
    for part in sorted((folder / "runs.parquet").glob("part-*"))[-parts:]:
        part.unlink()


def test_of_an_unfinished_sweep_what_is_there_is_compared(command: Command, tmp_path: Path) -> None:
    swept(out=tmp_path / "a")
    swept(out=tmp_path / "b")
    parts = len(list((tmp_path / "b" / "runs.parquet").glob("part-*")))
    unfinished(tmp_path / "b", 1)
    answer = command("diff", "a", "b")
    assert answer.code == 0
    assert "B is unfinished: 16 of its 18 runs are there, and these are compared." in answer.out
    assert "equal at all 3 points" in answer.out
    unfinished(tmp_path / "b", parts - 1)
    answer = command("diff", "a", "b")
    assert answer.code == 2
    assert "unfinished sweep without any finished part" in answer.err


def test_what_is_no_sweep_is_refused(command: Command, tmp_path: Path) -> None:
    swept(out=tmp_path / "a")
    (tmp_path / "empty").mkdir()
    answer = command("diff", "a", "empty")
    assert (answer.code, answer.err) == (2, "error: empty: is no results folder: it has no manifest.json\n")
    (tmp_path / "a" / "runs.parquet" / "part-00000001.parquet").unlink()
    answer = command("diff", "a", "a")
    assert answer.code == 1
    assert "Give the same sweep command again" in answer.err
    with pytest.raises(UnfinishedError):
        oversight.diff(tmp_path / "a", tmp_path / "a")


def test_a_measure_that_is_none_is_told_with_its_remedy(command: Command, tmp_path: Path, before: Results) -> None:
    swept(out=tmp_path / "a")
    answer = command("diff", "a", "a", "--measure", "misconduct")
    assert answer.code == 2
    assert "--measure: `misconduct` is no measure that both results have. Did you mean `misconduct_rate`?" in answer.err
    with pytest.raises(InputError, match=r"measures: `anarchy.price` is no measure"):
        oversight.diff(before, before, measures=["anarchy.price"])


def test_what_the_command_says(command: Command, tmp_path: Path) -> None:
    swept(out=tmp_path / "a")
    swept({"policy.monitoring.rate": {"values": [0.2, 0.4, 0.9]}}, out=tmp_path / "b", policy=fined(1.5))
    answer = command("diff", "a", "b")
    assert answer.code == 0
    assert "2 design points are in both, matched by inspection rate." in answer.out
    assert "Not compared: 1 only in A and 1 only in B." in answer.out
    assert "Misconduct rate: lower in B at all 2 points; largest fall −" in answer.out
    assert "differences are paired by replicate" in answer.out
    assert "B differs from A in `policy.sanction.amount` (1, 1.5)." in answer.out
    assert "Social cost:" in answer.out
    assert "Detection rate" not in answer.out
    facts = json.loads(command("diff", "a", "b", "--json", "--measure", "detection_rate").out)
    assert facts["points"] == {"both": 2, "only_a": 1, "only_b": 1}
    assert list(facts["measures"]) == ["detection_rate"]
    assert not facts["identical"]


def test_the_command_says_what_is_identical_and_where_seeds_differ(command: Command, tmp_path: Path) -> None:
    swept(out=tmp_path / "a")
    swept(out=tmp_path / "b", seed=5)
    assert (
        "A and B are identical: all 18 runs are the same in every measure, bit for bit."
        in command("diff", "a", "a").out
    )
    said = command("diff", "a", "b").out
    assert "`seed` (0, 5)" in said
    assert "Seeds differ: replicates are independent, and intervals are Welch's." in said
    assert "identical" not in said


class Fails(oversight.Actor):
    """Fails under low fines."""

    def violates(self, now: Any) -> Any:
        if now.sanction.max() < 1:
            raise ValueError("a slip")
        return now.gain > now.expected_sanction


def test_failed_runs_are_missing_and_counted(command: Command, tmp_path: Path) -> None:
    over = {"policy.sanction.amount": {"values": [0.5, 1]}}
    own = spec(over, population=[{"kind": Fails, "size": 40}])
    failing = oversight.sweep(own, unchecked=True, workers=1)
    found = compared(opened("A", swept(over)), opened("B", failing), ["misconduct_rate"])
    assert list(found.table["change"]) == ["missing", "equal"]
    (study,) = studies_of(found, ["misconduct_rate"])
    assert "6 runs of B failed, and are left out." in scope(study)


def test_differences_without_spread_are_counted_where_few_replicates_vouch_for_them(
    command: Command, tmp_path: Path
) -> None:
    for name, rate in (("a", 0.0), ("b", 1.0)):
        swept(out=tmp_path / name, replicates=2, population=[{"kind": "unconditional", "rate": rate, "size": 4}])
    said = command("diff", "a", "b", "--measure", "misconduct_rate").out
    assert "higher in B at all 3 points; largest rise +100\u00a0percentage points" in said
    assert "3 differences are the same in every replicate, and are taken for certain. With 2 replicates that" in said


def test_another_version_and_other_units_are_told(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oversight.sweeps import manifest

    swept(out=tmp_path / "a")
    with monkeypatch.context() as changed:
        changed.setattr(manifest, "version", lambda name: "9.9")
        swept(out=tmp_path / "b", policy={**fined(1), "units": {"money": "EUR", "period": "week"}})
    said = command("diff", "a", "b").out
    assert "B with 9.9" in said
    assert "B in EUR a week: amounts are compared as they stand" in said


def test_the_folder_has_every_measure_with_all_its_digits(command: Command, tmp_path: Path) -> None:
    swept(out=tmp_path / "a")
    swept(out=tmp_path / "b", policy=fined(1.5))
    assert command("diff", "a", "b", "--out", "found").code == 0
    table = oversight.diff(tmp_path / "a", tmp_path / "b")
    written = pd.read_csv(tmp_path / "found" / "diff.csv", keep_default_na=False, na_values=[""])
    pd.testing.assert_frame_equal(written, table, check_dtype=False)
