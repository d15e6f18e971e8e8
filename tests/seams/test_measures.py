"""Measures that an experiment asks for: docs/extending/measures.md as it stands, against pairwise differences."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import oversight
from helpers import ROOT, Command
from oversight.app.live.key_figures import simulated
from oversight.app.society import Society
from oversight.errors import InputError, KindError
from oversight.measures import ASKED, MEASURES
from oversight.report.study import Study
from oversight.scenario import load_experiment
from oversight.simulation import Granularity, Run, batch, play, simulate
from oversight.sweeps import load_results

Write = Callable[..., Path]
PAGE = (ROOT / "docs" / "extending/measures.md").read_text()
MEASURES_FILE, WELFARE_FILE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
EXPERIMENT = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]  # type: ignore[index]
ASKED_FOR = ["gini", "recidivism", "hardened", "harm_concentration"]


@pytest.fixture(autouse=True)
def _forget_module() -> Iterator[None]:
    yield
    for name in ("my_measures", "my_welfare"):
        sys.modules.pop(name, None)


@pytest.fixture
def files(write: Write) -> tuple[Path, Path]:
    """The page's experiment and the file of its measures."""
    return write("inequality.yaml", EXPERIMENT), write("my_measures.py", MEASURES_FILE)


def gini(payoff: Any) -> float:
    """Mean absolute difference over all pairs, over twice the mean; missing where the mean is not positive."""
    values = np.asarray(payoff, dtype=float)
    if values.mean() <= 0:
        return float("nan")
    return float(np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean()))


def test_each_period_is_what_the_actors_say(files: tuple[Path, Path]) -> None:
    experiment, plugin = files
    harsh = {"policy.monitoring.rate": 0.5, "policy.sanction.amounts": [8, 9]}
    done = oversight.run(experiment, harsh, plugins=[plugin], agents=True)
    assert done.agents is not None
    actors = done.agents.assign(
        payoff=done.agents["gain"] * done.agents["violated"] - done.agents["paid"],
        harmed=done.agents["harm"] * done.agents["violated"],
    )
    periods = [rows for _, rows in actors.groupby("period")]
    expected = [gini(rows["payoff"]) for rows in periods]
    assert np.isnan(expected).any()
    assert not np.isnan(expected).all()
    np.testing.assert_allclose(done.series["gini"], expected, rtol=1e-12)
    measured = actors[actors["period"] >= 5]
    assert done.metrics["gini"] == pytest.approx(np.nanmean(expected[5:]), rel=1e-12)
    for name, least in (("recidivism", 1), ("hardened", 2)):
        share = measured.loc[measured["record"] >= least, "violated"].sum() / measured["violated"].sum()
        assert done.metrics[name] == pytest.approx(share, rel=1e-12)
    top = sum(rows["harmed"].nlargest(20).sum() for _, rows in measured.groupby("period"))
    assert done.metrics["harm_concentration"] == pytest.approx(top / measured["harmed"].sum(), rel=1e-12)


def test_largest_harm_is_a_mean_over_the_periods_with_a_violation() -> None:
    entry = {"kind": "rational", "size": 3, "harm": {"kind": "exponential", "mean": 1}}
    spec = {
        "name": "worst",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.8}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [entry],
        "measures": ["largest_harm"],
        "periods": 40,
    }
    done = oversight.run(spec, agents=True)
    assert done.agents is not None
    worst = done.agents[done.agents["violated"]].groupby("period")["harm"].max()
    assert 0 < len(worst) < 40
    assert done.metrics["largest_harm"] == pytest.approx(worst.mean(), rel=1e-12)


def test_spending_is_what_oversight_and_training_cost() -> None:
    monitoring = {"kind": "random_audit", "rate": 1.0, "cost_per_inspection": 0.25}
    training = {"weights": {"honesty": 1.0}, "drift": {"decay": 0.1}, "recertify": {"every": 4, "cost": 2.0}}
    alarm = {"kind": "threshold", "threshold": 0.5, "then": {"set": {"policy.sanction.amount": 0.0}, "cost": 3.0}}
    spec = {
        "name": "spent",
        "policy": {"monitoring": monitoring, "sanction": {"kind": "fixed", "amount": 0.0}, "training": training},
        "population": [
            {"kind": "trained", "size": 5, "temperature": 0.1, "gain": {"kind": "constant", "value": 9.0}}
            | {"violating": {"values": {"honesty": -1.0}}}
        ],
        "principal": alarm,
        "measures": ["spending"],
        "periods": 8,
    }
    done = oversight.run(spec)
    # All are audited, two certifications, and an alarm in the first of every two periods, paid for in the second.
    assert done.series["spending"].to_numpy() == pytest.approx(0.25 + np.array([2, 3, 0, 3, 2, 3, 0, 3]))
    assert done.metrics["spending"] == pytest.approx(done.metrics["oversight_cost"] + done.metrics["training_cost"])


@pytest.mark.parametrize("granularity", ["entry", "actor"])
def test_batches_and_granularity_change_nothing(granularity: Granularity, files: tuple[Path, Path]) -> None:
    experiment, plugin = files
    source = load_experiment(experiment, plugins=[plugin])
    points = [{"policy.monitoring.rate": rate, "measures.3.top": top} for rate, top in ((0.2, 0.1), (0.45, 0.33))]
    runs = [Run(source.at(point), replicate, "compliant") for replicate in range(4) for point in points]
    together = simulate(runs)
    for place, run in enumerate(runs):
        alone = play(batch([run]), granularity).measures()
        for name, values in together.items():
            np.testing.assert_array_equal(values[place], alone[name][0], err_msg=name)


@pytest.mark.slow
def test_workers_resuming_and_the_report_have_them(files: tuple[Path, Path], command: Command) -> None:
    tables = []
    for out, words in (("one", ("--workers", "1")), ("two", ("--workers", "2")), ("more", ("--set", "replicates=1"))):
        answer = command("sweep", "inequality.yaml", "--plugins", "my_measures.py", "--out", out, *words)
        assert answer.code == 0, answer.err
        if out == "more":
            answer = command("sweep", "inequality.yaml", "--plugins", "my_measures.py", "--out", out)
            assert answer.code == 0, answer.err
        tables.append(pd.read_parquet(f"{out}/runs.parquet"))
    for table in tables[1:]:
        pd.testing.assert_frame_equal(tables[0], table, check_exact=True)
    assert not tables[0][[f"metric.{name}" for name in ASKED_FOR]].isna().any(axis=None)
    summary = pd.read_csv("one/summary.csv")
    means = tables[0].groupby("point")["metric.gini"].mean()
    np.testing.assert_allclose(summary["metric.gini.mean"], means, rtol=1e-12)
    report = Path("one/report.html").read_text()
    assert "Gini coefficient of payoffs" in report
    assert "Concentration of harm" in report


def test_results_can_be_opened_without_the_class(files: tuple[Path, Path], command: Command) -> None:
    command("sweep", "inequality.yaml", "--plugins", "my_measures.py", "--workers", "1")
    sys.modules.pop("my_measures")
    study = Study(load_results("results/inequality"))
    assert study.measure("gini").title == "Gini"
    assert study.measure("harm_concentration").unit == "% of harm"
    assert command("report", "results/inequality").code == 0
    assert "my_measures" not in sys.modules
    assert command("sweep", "inequality.yaml").code == 2


def test_the_command_line_has_them(files: tuple[Path, Path], command: Command) -> None:
    answer = command("run", "inequality.yaml", "--plugins", "my_measures.py", "--json", "--out", "trial")
    metrics = json.loads(answer.out)["metrics"]
    assert set(ASKED_FOR) < set(metrics)
    assert set(ASKED_FOR) < set(pd.read_csv("trial/series.csv").columns)
    listed = command("list", "measures", "--plugins", "my_measures.py").out
    assert "my_measures:Gini" in listed
    assert all(kind in listed for kind in ASKED.built_in)


def test_the_page_has_them(files: tuple[Path, Path]) -> None:
    experiment, plugin = files
    source = load_experiment(experiment, {"sweep": None}, plugins=[plugin])
    society = Society(source.experiment)
    for _ in range(30):
        society.step()
    cards = {card.name: card for card in simulated(society)}
    assert cards["gini"].title == "Gini coefficient of payoffs"
    expected = oversight.run(experiment, plugins=[plugin])
    assert society.figures()["gini"] == expected.metrics["gini"]
    np.testing.assert_array_equal(society.series["gini"], expected.series["gini"])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("{kind: largest_harm, name: harm}", "a measure called `harm` is built in; give this one another name"),
        ("{kind: largest_harm, name: gap}", "a measure called `gap` is built in"),
        ("largest_harm, largest_harm", "measures.1.name: a measure called `largest_harm` is there already"),
        ("largest_ham", "unknown kind `largest_ham`. Did you mean `largest_harm`?"),
        ("my_measures:Gini", "Name the file that defines it: --plugins my_measures.py"),
        ("{kind: harm_concentration, top: 2}", "measures.0.top: 2 is above the most allowed"),
    ],
)
def test_a_wrong_measure_is_told(asked: str, says: str, command: Command, write: Write) -> None:
    text = re.sub(r"measures:\n(  - .*\n)+", f"measures: [{asked}]\n", EXPERIMENT)
    answer = command("run", write("wrong.yaml", text).name)
    assert answer.code == 2
    assert says in answer.err


BROKEN = """import numpy as np
from oversight.measures import Measure

class Broken(Measure):
    def of(self, period):
        return {answer}
"""


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("period.gane", r"Broken \(.*broken.*\.py:6\) raised AttributeError: .*gane"),
        ("period.gain.__imul__(0)", r"Broken \(.*\.py:6\) raised ValueError: .*read-only"),
        ("period.totals.harm.__imul__(0)", r"Broken \(.*\.py:6\) raised ValueError: .*read-only"),
        ("period.gain.mean()", "Broken.of returned float64 of shape no array for 3 runs"),
        ("period.gain.mean(axis=1)", "Broken.of returned float64 of shape 3 for 3 runs"),
        ("(period.active,) * 3", "Broken.of returned 3 values"),
        ("period.perceived.max() + 0 * period.totals.harm", "another number alone than among others"),
        ("np.cumsum(period.totals.harm, axis=0)", "another number alone than among others"),
    ],
)
def test_a_measure_that_is_none_says_how(answer: str, says: str, write: Write) -> None:
    name = f"broken{abs(hash(answer))}"
    source = load_experiment(
        write(
            "wrong.yaml",
            EXPERIMENT.replace("my_measures:Gini", f"{name}:Broken")
            .replace("  - my_measures", "#")
            .replace("  - {kind: my_measures", "#"),
        ),
        plugins=[write(f"{name}.py", BROKEN.format(answer=answer))],
    )
    points = [source.at({"policy.monitoring.rate": rate}) for rate in (0.1, 0.4, 0.8)]
    with pytest.raises(KindError, match=says):
        simulate([Run(point, 0, "compliant") for point in points])


def test_rows_of_a_measure_that_raises_fail_and_name_it(command: Command, write: Write) -> None:
    """Only where it raises: the other design point's runs stand."""
    write(
        "my_measures.py",
        MEASURES_FILE.replace("        payoff = np", "        [period][1 - period.caught.any()]\n        payoff = np"),
    )
    write("inequality.yaml", EXPERIMENT.replace("values: [0.2, 0.4]", "values: [0.0, 0.4]"))
    answer = command("sweep", "inequality.yaml", "--plugins", "my_measures.py", "--workers", "1")
    assert answer.code == 1
    table = pd.read_parquet("results/inequality/runs.parquet")
    assert table["status"].tolist() == [
        {0.0: "failed", 0.4: "ok"}[rate] for rate in table["param.policy.monitoring.rate"]
    ]
    (error,) = set(table["error"].dropna())
    assert re.search(r"KindError: Gini \(.*my_measures\.py:\d+\) raised IndexError", error)


def test_every_measure_of_a_run_stands_in_the_table(write: Write) -> None:
    done = oversight.run(write("plain.yaml", re.sub(r"measures:\n(  - .*\n)+", "", EXPERIMENT)))
    own = {name for name in done.metrics if name.startswith("misconduct_rate.")}
    assert set(done.metrics) - own == set(MEASURES)


def test_a_sweep_refuses_runs_of_other_measures(files: tuple[Path, Path], command: Command) -> None:
    words = ("sweep", "inequality.yaml", "--plugins", "my_measures.py", "--workers", "1", "--out", "same")
    assert command(*words).code == 0
    answer = command(*words, "--set", "measures.3.top=0.5")
    assert answer.code != 0
    assert "measures.3.top: was 0.2, is 0.5" in answer.err


def test_wrong_welfare_says_how() -> None:
    with pytest.raises(InputError, match="there is no population entry `tiny`; there are small, large"):
        load_experiment(
            {
                "name": "wrong",
                "policy": {
                    "monitoring": {"kind": "random_audit", "rate": 0.5},
                    "sanction": {"kind": "fixed", "amount": 1},
                },
                "population": [{"kind": "rational", "size": 6, "name": name} for name in ("small", "large")],
                "social_cost": {"kind": "weights", "entries": {"tiny": {"harm": 2}}},
            }
        )


@pytest.mark.parametrize("kind", ["my_measures:Gini", "my_measures:Recidivism", "harm_concentration", "largest_harm"])
def test_the_kit_is_kept(kind: str, files: tuple[Path, Path], command: Command) -> None:
    answer = command("check", kind, "--plugins", "my_measures.py")
    assert (answer.code, "✗" in answer.out) == (0, False), answer.out


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("0 * period.totals.harm + period.harm.max()", "another number alone than among others"),
        ("period.totals.harm + np.random.random()", "another number when it is asked again"),
        ("period.harm.__imul__(2).sum(axis=1, keepdims=True)", "read-only"),
    ],
)
def test_the_kit_refutes(answer: str, says: str, command: Command, write: Write) -> None:
    name = f"refuted{abs(hash(answer))}"
    write(f"{name}.py", BROKEN.format(answer=answer))
    found = command("check", f"{name}:Broken", "--plugins", f"{name}.py")
    assert found.code == 1
    assert says in found.out
