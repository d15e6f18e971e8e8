"""docs/extending.md, run as it stands."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from math import sqrt
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import oversight
import oversight.simulation.run as run_module
from helpers import ROOT, Command
from oversight.actors import ACTORS, OneByOne
from oversight.actors.crew import CREW
from oversight.contract import PROMISES
from oversight.errors import ActorError, InputError
from oversight.plugins import known_kinds
from oversight.scenario import load_experiment
from oversight.simulation import Run, batch, simulate

PAGE = (ROOT / "docs" / "extending.md").read_text()
ARRAYS, BRANCHES, LEARNER, CONSCIENCE, CHOOSER, CONTRACT = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
EXPERIMENT, CONSCIENTIOUS, HEADS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(autouse=True)
def _forget_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CREW, "one_by_one", set())
    monkeypatch.setattr(CREW, "compared", set())
    for name in ("my_actors", "my_conscience", "my_fixed", "my_heads"):
        sys.modules.pop(name, None)


def misconduct(threshold_low: float, threshold_high: float) -> float:
    """Share of U[0, 1] gains above the threshold that applies to them, loyal below 0.5."""
    loyal = max(0.0, 0.5 - threshold_low)
    return loyal + 1 - max(0.5, min(1.0, threshold_high))


def test_the_example_with_arrays(
    command: Command, write: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    write("my_actors.py", ARRAYS)
    write("wary_actors.yaml", EXPERIMENT)
    answer = command("sweep", "wary_actors.yaml", "--actors", "my_actors.py", "--workers", "1")
    assert answer.code == 0, answer.err
    assert "one actor at a time" not in caplog.text
    summary = pd.read_csv("results/wary_actors/summary.csv")
    for rate, found in zip(
        summary["param.policy.monitoring.rate"], summary["metric.misconduct_rate.mean"], strict=True
    ):
        assert found == pytest.approx(misconduct(2 * rate, 2 * (rate + (1 - rate) * 0.25)), abs=0.005)


@pytest.mark.slow
def test_the_example_with_branches_gives_the_same(
    command: Command, write: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    write("wary_actors.yaml", EXPERIMENT.replace("size: 1000", "size: 20"))
    tables = []
    for out, name, code in (("arrays", "my_actors.py", ARRAYS), ("branches", "other/my_actors.py", BRANCHES)):
        write(name, code)
        words = ("sweep", "wary_actors.yaml", "--actors", name, "--set", "periods=5", "--set", "replicates=3")
        answer = command(*words, "--out", out, "--workers", "1")
        assert answer.code == 0, answer.err
        assert caplog.text.count("one actor at a time") == (code == BRANCHES)
        tables.append(pd.read_parquet(f"{out}/runs.parquet").drop(columns="point_key"))
        del sys.modules["my_actors"]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def runs_of(file: Path, kind: str, replicates: int = 4) -> list[Run]:
    spec = {
        "name": "own",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": 0.3},
            "sanction": {"kind": "fixed", "amount": 0.5},
        },
        "population": [{"kind": kind, "size": 8}],
        "periods": 6,
    }
    source = load_experiment(spec, plugins=[file])
    return [Run(source.experiment, replicate, "compliant") for replicate in range(replicates)]


def test_a_class_that_learns(write: Callable[..., Path]) -> None:
    """Once everyone who violated has been sanctioned, nobody violates: sanctions are at most one an actor."""
    runs = runs_of(write("learners.py", LEARNER), "learners:OnceBitten")
    model = run_module.play(batch(runs))
    sanctions = np.asarray(model.ledger.sums.caught)[:, 0]
    np.testing.assert_array_equal(sanctions, model.measures()["ever_sanctioned_share"] * 8)
    assert not CREW.one_by_one


def test_traits_are_drawn_once_and_state_is_recorded(command: Command, write: Callable[..., Path]) -> None:
    """First period: P(g > .2 + m), m uniform on [0, .5], is .55; each violation takes a tenth of the qualms."""
    write("my_conscience.py", CONSCIENCE)
    name = write("conscience.yaml", CONSCIENTIOUS).name
    answer = command("run", name, "--plugins", "my_conscience.py", "--agents", "rows.csv", "--out", "out")
    assert answer.code == 0, answer.err
    rows = pd.read_csv("rows.csv")
    first = rows[rows["period"] == 0]
    assert first["violated"].mean() == pytest.approx(0.55, abs=5 * 0.5 / sqrt(1000))
    assert (rows.groupby("actor")["traits.morality"].nunique() == 1).all()
    assert first["traits.morality"].between(0, 0.5).all()
    expected = 0.9 ** rows.groupby("actor")["violated"].cumsum()
    assert rows["state.qualms"].to_numpy() == pytest.approx(expected.to_numpy())
    series = pd.read_csv("out/series.csv")
    assert series["state.qualms"].to_numpy() == pytest.approx(rows.groupby("period")["state.qualms"].mean().to_numpy())


def test_a_trait_that_is_missing_or_misspelt_is_told(command: Command, write: Callable[..., Path]) -> None:
    write("my_conscience.py", CONSCIENCE)
    words = ("--plugins", "my_conscience.py")
    missing = write(
        "missing.yaml", CONSCIENTIOUS.replace("    traits: {morality: {kind: uniform, low: 0, high: 0.5}}\n", "")
    )
    answer = command("run", missing.name, *words)
    assert (answer.code, answer.out) == (2, "")
    assert "population.0.traits.morality: is missing, and kind my_conscience:Conscientious needs it" in answer.err
    name = write("conscience.yaml", CONSCIENTIOUS).name
    answer = command("run", name, *words, "--set", "population.0.traits.moralty.high=1")
    assert "Did you mean `population.0.traits.morality.high`?" in answer.err
    write("my_conscience.py", CONSCIENCE.replace("now.traits.morality", "now.traits.moralty"))
    sys.modules.pop("my_conscience")
    answer = command("run", name, *words)
    assert answer.code == 2
    assert "now.traits.moralty" in answer.err


def test_adding_a_trait_moves_no_other_draw(write: Callable[..., Path]) -> None:
    spec: dict[str, Any] = {
        "name": "own",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.3}, "sanction": {"kind": "fixed", "amount": 0.5}},
        "population": [{"kind": "rational", "size": 8, "wealth": {"kind": "uniform", "low": 0, "high": 1}}],
        "periods": 6,
    }
    plain = oversight.run(spec, agents=True).agents
    drawn = []
    for traits in (
        {"a": {"kind": "normal", "mean": 0, "sd": 1}},
        {"b": UNIT, "a": {"kind": "normal", "mean": 0, "sd": 1}},
    ):
        spec["population"][0]["traits"] = traits
        drawn.append(oversight.run(spec, agents=True).agents)
        pd.testing.assert_frame_equal(plain, drawn[-1][plain.columns])
    np.testing.assert_array_equal(drawn[0]["traits.a"], drawn[1]["traits.a"])
    assert not np.array_equal(drawn[1]["traits.a"], drawn[1]["traits.b"])


def test_theory_integrates_over_traits(write: Callable[..., Path]) -> None:
    """P(g > .2 + m) for m uniform on [0, high], whatever else is random."""
    code = CONSCIENCE[: CONSCIENCE.index("    def learn")].replace("* self.qualms", "")
    file = write("my_fixed.py", code)
    text = CONSCIENTIOUS.replace("my_conscience", "my_fixed")
    for high, expected in ((0.5, 0.55), (1.0, 0.32)):
        path = write("fixed.yaml", text)
        solution = oversight.solve(path, {"population.0.traits.morality.high": high}, plugins=[file])
        (only,) = solution.equilibria
        assert only.misconduct_rate == pytest.approx(expected, abs=1e-6)
        assert only.certificate is not None
        assert only.certificate.holds


UNIT = {"kind": "uniform", "low": 0, "high": 1}


WRONG = """import numpy as np
from oversight import Actor
class Wrong(Actor):
    def violates(self, now):
        return {answer}
    def begin(self):
        self.count, self.drawn = 0, np.random.random()
    def counted(self):
        self.count += 1
        return self.count / 4
"""


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("now.gain", "returned float64 instead of booleans"),
        ("None", "instead of booleans"),
        ("self.rng.random() < 0.5", "now.draw"),
        ("self.random.random() < 0.5", "now.draw"),
        ("now.gian > 0", r"Wrong \(.*wrong.*\.py:5\) raised AttributeError: .*gian"),
        ("now.gain > now.wealth + 1", r"Wrong \(.*wrong.*\.py:5\) raised TypeError: .*NoneType"),
        ("now.gain > np.random.random(np.shape(now.gain))", "now.draw"),
        ("now.gain > self.counted()", "in `learn` only"),
        ("now.gain > self.drawn", "now.draw"),
    ],
)
def test_a_class_that_breaks_the_contract_says_how(
    answer: str, says: str, write: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    np.random.seed(1)  # noqa: NPY002 - what the wrong class draws from
    name = f"wrong{abs(hash(answer))}"
    runs = runs_of(write(f"{name}.py", WRONG.format(answer=answer)), f"{name}:Wrong", 1)
    with pytest.raises(ActorError, match=says):
        simulate(runs)
    assert "one actor at a time" not in caplog.text


def test_a_class_that_mixes_actors_is_run_one_by_one(write: Callable[..., Path]) -> None:
    """A mean over the whole array would depend on the batch; on plain numbers it cannot."""
    runs = runs_of(write("mixers.py", WRONG.format(answer="now.gain > now.gain.mean()")), "mixers:Wrong")
    assert simulate(runs)["misconduct_rate"].tolist() == [0.0] * 4
    assert {rule.__name__ for rule in CREW.one_by_one} == {"Wrong"}


def test_a_class_is_compared_once_whatever_the_number_of_actors(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its one-by-one calls are few, and none in later batches: they would take longer than the runs."""
    runs = runs_of(write("counted.py", ARRAYS), "counted:Wary", 200)
    made: list[int] = []
    original = OneByOne.__init__

    def counting(self: OneByOne, rule: Any, parameters: Any, shape: tuple[int, int]) -> None:
        made.append(shape[0] * shape[1])
        original(self, rule, parameters, shape)

    monkeypatch.setattr(OneByOne, "__init__", counting)
    simulate(runs)
    assert 0 < sum(made) <= 128
    before = len(made)
    simulate(runs)
    assert len(made) == before


def test_a_class_that_fails_on_arrays_later_is_run_one_by_one(write: Callable[..., Path]) -> None:
    """The trial cannot see what a class does once it has learned; the runs are then played again."""
    code = LEARNER.replace("~self.bitten", "(not self.bitten if np.any(self.bitten) else True)")
    runs = runs_of(write("late.py", code), "late:OnceBitten")
    expected = simulate(runs_of(write("early.py", LEARNER), "early:OnceBitten"))
    found = simulate(runs)
    assert {rule.__module__ for rule in CREW.one_by_one} == {"late"}
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)


def test_what_a_class_raises_while_learning_is_named(write: Callable[..., Path]) -> None:
    code = LEARNER.replace("seen.sanctioned", "seen.sanctionned")
    with pytest.raises(ActorError, match=r"OnceBitten \(.*unlearned\.py:16\) raised AttributeError") as raised:
        simulate(runs_of(write("unlearned.py", code), "unlearned:OnceBitten"))
    assert isinstance(raised.value.__cause__, AttributeError)


def test_a_typo_is_one_line_on_the_command_line(command: Command, write: Callable[..., Path]) -> None:
    write("my_actors.py", ARRAYS.replace("now.detection +", "now.detecton +"))
    answer = command("run", write("wary_actors.yaml", EXPERIMENT).name, "--actors", "my_actors.py")
    assert answer.code == 2
    assert "my_actors.py:18) raised AttributeError" in answer.err
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize("code", [ARRAYS, BRANCHES])
def test_the_examples_keep_the_contract(code: str, command: Command, write: Callable[..., Path]) -> None:
    """By command, and by the page's own test, which must be one of each promise."""
    file = write("my_actors.py", code)
    answer = command("check", "my_actors:Wary", "--actors", file.name)
    assert (answer.code, "✗" in answer.out) == (0, False), answer.out
    names: dict[str, Any] = {}
    exec(CONTRACT, names)
    test = names["test_wary"]
    (mark,) = test.pytestmark
    assert len(mark.args[1]) == len(PROMISES)
    for promise in mark.args[1]:
        test(promise)


def test_the_learner_keeps_the_contract(command: Command, write: Callable[..., Path]) -> None:
    assert command("check", "bitten:OnceBitten", "--actors", write("bitten.py", LEARNER).name).code == 0


def loaded_actors(source: str | Path) -> dict[str, Any]:
    return known_kinds([source]).own(ACTORS)


def test_kinds_are_named_by_module_and_class(write: Callable[..., Path]) -> None:
    assert set(loaded_actors(write("three_kinds.py", ARRAYS))) == {"three_kinds:Wary"}


@pytest.fixture
def package(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that shows the class of one of its modules, beside the working folder's files."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("kinds_of_own", "kinds_of_own.rules"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    write("kinds_of_own/rules.py", ARRAYS)
    folder = write("kinds_of_own/__init__.py", "from kinds_of_own.rules import Wary\n").parent
    monkeypatch.chdir(folder.parent)
    return folder


@pytest.mark.parametrize("absolute", [True, False])
def test_a_package_is_found_by_its_folder_or_name(absolute: bool, package: Path) -> None:
    assert set(loaded_actors(package if absolute else package.name)) == {"kinds_of_own:Wary"}
    assert set(loaded_actors("kinds_of_own.rules")) == {"kinds_of_own.rules:Wary"}


def names_of(source: str) -> list[str]:
    return list(loaded_actors(source))


@pytest.mark.slow
@pytest.mark.parametrize("absolute", [True, False])
def test_a_package_is_found_by_worker_processes(absolute: bool, package: Path) -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        found = pool.submit(names_of, str(package) if absolute else package.name).result()
    assert found == ["kinds_of_own:Wary"]


def test_a_folder_named_like_an_installed_package_is_refused(write: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="`json` is taken by another module"):
        loaded_actors(write("json/__init__.py", "").parent)


def test_run_writes_its_measures(command: Command, write: Callable[..., Path]) -> None:
    text = EXPERIMENT.replace("my_actors:Wary", "rational").replace("    feared: 0.25\n", "")
    words = ("--out", "new/folder", "--agents", "other/new/actors.csv", "--set", "policy.sanction.amount=100")
    answer = command("run", write("trial.yaml", text).name, "--json", *words)
    assert answer.code == 0, answer.err
    written = json.loads(Path("new/folder/metrics.json").read_text())
    assert written == json.loads(answer.out)["metrics"]
    assert written["detection_rate"] is None
    assert Path("other/new/actors.csv").exists()


@pytest.mark.parametrize("words", [("--out", "a_file/x"), ("--agents", "a_file/x.csv")])
def test_run_needs_a_possible_folder(words: tuple[str, str], command: Command, write: Callable[..., Path]) -> None:
    text = EXPERIMENT.replace("my_actors:Wary", "rational").replace("    feared: 0.25\n", "")
    write("a_file", "")
    answer = command("run", write("trial.yaml", text).name, *words)
    assert (answer.code, answer.out) == (2, "")
    assert words[0] in answer.err
    assert "cannot be made" in answer.err


@pytest.mark.parametrize("branches", [False, True])
def test_a_class_that_has_an_advantage_chooses_between_options(
    command: Command, write: Callable[..., Path], branches: bool
) -> None:
    """Shortcuts from 1.5 t = .3 on, sabotage from 1.5 (2 t - t) = 1.2 - .3: .4 each; on arrays and one at a time."""
    branch = "hot = 1.5 if now.gain > 0 else 1.0\n        return hot"
    write("my_heads.py", CHOOSER.replace("return 1.5", branch) if branches else CHOOSER)
    write("hot_heads.yaml", HEADS.replace("size: 1000", "size: 200\n    gain: {kind: uniform, low: 0, high: 1}"))
    answer = command("solve", "hot_heads.yaml", "--plugins", "my_heads.py", "--json")
    assert answer.code == 0, answer.err
    (only,) = json.loads(answer.out)["equilibria"]
    assert list(only["option_rates"].values()) == pytest.approx([0.4, 0.4], abs=1e-6)
    run = command("run", "hot_heads.yaml", "--plugins", "my_heads.py", "--json", "--set", "periods=20")
    metrics = json.loads(run.out)["metrics"]
    near = 5 * sqrt(0.25 / (200 * 20))
    assert metrics["misconduct_rate.shortcut"] == pytest.approx(0.4, abs=near)
    assert metrics["misconduct_rate.sabotage"] == pytest.approx(0.4, abs=near)
