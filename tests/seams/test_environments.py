"""Sweeps, summaries and reports know no model: a coin that is tossed goes through all of them.

The coin has neither policy nor population. What it comes to is counted here from its draws.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import oversight
from helpers import ROOT
from oversight import InputError
from oversight.app.results.explore import Explorer
from oversight.app.results.folders import open_study
from oversight.arrays import Indices, Table, Vector
from oversight.environments import ENVIRONMENTS, Chapter, Environment, Group, Part, environment_of
from oversight.measures import Words
from oversight.quantities import PositiveCount, Probability, Section, quantity
from oversight.scenario import BaseExperiment, Experiment, load_experiment
from oversight.scenario.family import Placed
from oversight.scenario.schemas import SCHEMAS
from oversight.sweeps.estimate import estimate

EXPERIMENT: dict[str, Any] = {
    "name": "tossed",
    "coin": {"bias": 0.5, "tosses": 40},
    "seed": 7,
    "replicates": 3,
    "sweep": {
        "kind": "grid",
        "parameters": {"coin.bias": {"values": [0.2, 0.4, 0.6]}, "coin.tosses": {"values": [40, 80]}},
    },
}


class Coin(Section):
    """A coin."""

    bias: Probability = quantity("Bias", "Chance of heads.", "probability")
    tosses: PositiveCount = quantity("Tosses", "Tosses of a run.", "tosses")


class CoinExperiment(BaseExperiment):
    """A question put to a coin."""

    stacked: ClassVar[frozenset[str]] = frozenset({"coin"})

    coin: Coin = quantity("Coin")

    @property
    def starts(self) -> tuple[str, ...]:
        return ("fresh", "worn")

    @property
    def work(self) -> int:
        return self.coin.tosses


class Tossing(Environment[CoinExperiment]):
    """Runs of tosses; a worn coin falls on tails in the first."""

    main = "heads"
    subject = "heads"
    ranked = ("heads",)
    levers = frozenset({"coin"})
    starts: ClassVar[Mapping[str, str]] = {"fresh": "from a fresh coin", "worn": "from a worn coin"}
    caveat = "It is a coin."

    def measures(self, experiment: CoinExperiment, points: Sequence[CoinExperiment]) -> list[str]:
        return ["heads", "runs"]

    def words(self, experiment: CoinExperiment) -> Mapping[str, Words]:
        return {
            "heads": Words(
                "Share of heads", "% of tosses", "Tosses that fall on heads.", percent=True, least=0, most=1
            ),
            "runs": Words("Changes of side", "per run", "Tosses that fall otherwise than the one before."),
        }

    def shape(self, experiment: CoinExperiment) -> tuple[int, int]:
        return experiment.coin.tosses, 4

    def play(
        self, points: Placed[CoinExperiment], replicates: Indices, starts: Indices, ahead: Callable[[int], Any]
    ) -> Mapping[str, Vector]:
        assert len(points) <= 4
        fallen = [
            tossed(points.experiment(place), replicate, start)
            for place, (replicate, start) in enumerate(zip(replicates.tolist(), starts.tolist(), strict=True))
        ]
        return {
            "heads": np.array([each.mean() for each in fallen]),
            "runs": np.array([float(np.count_nonzero(each[1:] != each[:-1])) for each in fallen]),
        }

    def theory(
        self, design: Placed[CoinExperiment], points: Indices, means: Mapping[str, Table]
    ) -> tuple[pa.Table, list[str]]:
        bias = [design.experiment(point).coin.bias for point in points.tolist()]
        return pa.table({"theory.heads": np.repeat(bias, 2)}), []

    def chapters(self, experiments: Sequence[CoinExperiment]) -> list[Chapter]:
        coins = [Part(path="coin", section=each.coin, heading="A coin", meaning="It falls.") for each in experiments]
        return [Chapter(name="coin", short="Coin", title="The coin", groups=[Group(parts=coins, units={})])]

    def method(
        self, experiment: CoinExperiment, swept: Mapping[str, str], units: Mapping[str, str]
    ) -> Mapping[str, str]:
        return {"Hand": "The left one"}


def tossed(experiment: CoinExperiment, replicate: int, start: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    draws = np.random.default_rng([experiment.seed, replicate]).random(experiment.coin.tosses)
    draws[0] = max(draws[0], start)
    return draws < experiment.coin.bias


@pytest.fixture
def coins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Experiments may have a coin."""
    monkeypatch.setitem(SCHEMAS, "coin", lambda kinds: CoinExperiment)
    monkeypatch.setitem(ENVIRONMENTS, CoinExperiment, Tossing())


@pytest.mark.usefixtures("coins")
def test_a_coin_goes_through_sweep_summary_and_report(tmp_path: Path) -> None:
    results = oversight.sweep(EXPERIMENT, out=tmp_path, workers=1)
    experiment = load_experiment(EXPERIMENT).at({"coin.bias": 0.4, "coin.tosses": 80})
    assert isinstance(experiment, CoinExperiment)
    here = "`param.coin.bias` == 0.4 and `param.coin.tosses` == 80"
    runs, rows = results.runs().query(here), results.summary.query(here)
    for start, name in enumerate(experiment.starts):
        expected = [np.mean(tossed(experiment, replicate, start)) for replicate in range(3)]
        assert runs.loc[runs["start"] == name, "metric.heads"].tolist() == expected
        row = rows[rows["start"] == name].iloc[0]
        assert row["metric.heads.mean"] == pytest.approx(np.mean(expected))
        assert 0 <= row["metric.heads.ci_low"] < row["metric.heads.ci_high"] <= 1
        assert row["theory.heads"] == 0.4
    page = (tmp_path / "report.html").read_text()
    text = re.sub(r"<script.*?</script>|<style.*?</style>|data:[^\"]*", "", page, flags=re.DOTALL)
    for said in ("Share of heads", "Heads is as low as", "The coin", "It falls.", "It is a coin.", "The left one"):
        assert said in text
    assert "from a fresh coin; then again from a worn coin" in text
    for foreign in ("misconduct", "sanction", "population", "social cost", "compliant", "anarchy"):
        assert foreign not in text.lower()


@pytest.mark.usefixtures("coins")
def test_the_page_draws_the_results_of_a_coin(tmp_path: Path) -> None:
    results = oversight.sweep(EXPERIMENT, out=tmp_path / "tossed", workers=1)
    explorer = Explorer(open_study(tmp_path, "tossed"))
    figure, said = explorer.figure()
    assert figure.data
    assert "share of heads" in said
    shown = pd.read_csv(StringIO(explorer.csv()))["metric.heads.mean"]
    assert set(shown) <= set(results.summary["metric.heads.mean"])


@pytest.mark.usefixtures("coins")
def test_a_coin_is_extended_compared_and_foreseen(tmp_path: Path) -> None:
    first = oversight.sweep(EXPERIMENT, out=tmp_path, workers=1).in_memory()
    more = oversight.sweep(EXPERIMENT, {"replicates": 5}, out=tmp_path, workers=1)
    assert more.manifest["simulated_runs"] == 6 * 2 * 2
    kept = more.runs().query("replicate < 3").reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, first.runs())
    table = oversight.diff(more, oversight.sweep(EXPERIMENT, {"seed": 8}, workers=1))
    assert set(table["measure"]) == {"heads", "runs"}
    foreseen = estimate(load_experiment(EXPERIMENT), 1)
    assert (foreseen["points"], foreseen["runs"]) == (6, 36)


@pytest.mark.usefixtures("coins")
def test_a_coin_travels_to_workers() -> None:
    """Threads share the tables of environments, and are sent the sweep as other machines are."""
    with ThreadPoolExecutor(1) as executor:
        away = oversight.sweep(EXPERIMENT, cluster=executor)
    pd.testing.assert_frame_equal(away.runs(), oversight.sweep(EXPERIMENT, workers=1).runs())


@pytest.mark.usefixtures("coins")
def test_what_needs_a_policy_says_that_a_coin_has_none() -> None:
    for verb in (oversight.run, oversight.solve, oversight.model):
        with pytest.raises(InputError, match="`tossed` has no policy and no population"):
            verb(EXPERIMENT)


def test_an_experiment_finds_its_environment_by_its_schema() -> None:
    source = load_experiment("capacity_tipping")
    assert type(source.experiment) is not Experiment  # it was made for the kinds that there are
    assert environment_of(source.experiment) is ENVIRONMENTS[Experiment]


def test_environments_only_compose() -> None:
    """Formulas stand elsewhere: files are short, and of numpy there is what makes and shapes arrays."""
    for file in (ROOT / "src/oversight/environments").glob("*.py"):
        text = file.read_text()
        assert len(text.splitlines()) <= 150, file
        assert set(re.findall(r"\bnp\.(\w+)", text)) <= {"array"}, file


def test_sweeps_and_reports_name_no_environment() -> None:
    names = [type(environment).__name__ for environment in ENVIRONMENTS.values()]
    for folder in ("sweeps", "report"):
        for file in (ROOT / "src/oversight" / folder).rglob("*.py"):
            assert not [name for name in names if name in file.read_text()], file
