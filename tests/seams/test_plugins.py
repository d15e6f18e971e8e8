"""Kinds from outside the package: one of each seam in a file, used wherever a built-in kind is."""

from __future__ import annotations

import ast
import importlib
import json
import pickle
import pkgutil
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import oversight
from helpers import ROOT, Command
from oversight.app.controls import controls, edited
from oversight.app.library import Library
from oversight.app.opened import opened
from oversight.app.upload import from_text
from oversight.catalogue import catalogue
from oversight.cli.files import LISTS
from oversight.documents.schema import kind_of
from oversight.errors import InputError
from oversight.plugins import SEAMS, known_kinds, own_sources
from oversight.report.numbers import cards
from oversight.report.study import Study
from oversight.scenario import load_experiment
from oversight.sweeps import load_results

HELPERS = '"""What my_rules.py shares."""\n\nDAYS = 7\n'
RULES = '''"""One kind of each seam."""

from typing import ClassVar

import numpy as np
from my_helpers import DAYS

from oversight import Actor
from oversight.actors.beliefs import Belief
from oversight.distributions import Distribution
from oversight.policy import Chances, Stance
from oversight.policy.monitoring import PaidByInspection, Response
from oversight.policy.sanctions import Sanction
from oversight.quantities import Money, Positive, Probability, quantity


class Weekly(PaidByInspection):
    """Everyone is inspected at one rate, every seventh period.

    Nobody is on the other days.
    """

    reads: ClassVar[frozenset[str]] = frozenset({"period"})
    day_rate: Probability = quantity("Rate on the day", "Chance on the seventh day.", "probability per period")

    def chances(self, state):
        rate = np.where(state.period % DAYS == 0, self.day_rate, 0.0)
        return Chances(rate, rate)


class Deductible(Sanction):
    """Harm above a sum is paid."""

    reads: ClassVar[frozenset[str]] = frozenset({"harm"})
    free: Money = quantity("Deductible", "Harm that costs nothing.", "money")

    def schedule(self, offence):
        return np.maximum(offence.harm - self.free, 0.0)


class Optimist(Belief):
    """A part of what is announced."""

    part: Probability = quantity("Part believed", "What is believed of it.", "share", default=0.75)

    def perceived(self, state, announced, history):
        return self.part * announced

    def limit(self, delivered):
        return self.part * delivered


class Beta(Distribution):
    """The beta distribution on [0, 1]."""

    noise: ClassVar[str] = "uniform"
    a: Positive = quantity("First shape")
    b: Positive = quantity("Second shape")

    def values(self, noise):
        from scipy.special import betaincinv

        return betaincinv(self.a, self.b, noise)


class Half(Response):
    """Looks half of the time where looking pays."""

    def begins(self, benefit):
        return Stance(0.5 * (benefit > 0))

    def follows(self, stance, benefit, adjustment):
        return self.begins(benefit)


class Timid(Actor):
    """Violates where the gain is above a multiple of the expected sanction. Source: this test."""

    fear: float = 2.0

    def violates(self, now):
        return now.gain > self.fear * now.expected_sanction
'''
MINE = """\
name: mine
policy:
  monitoring: {kind: my_rules:Weekly, day_rate: 0.7, cost_per_inspection: 0.1}
  sanction: {kind: my_rules:Deductible, free: 0.25}
population:
  - kind: my_rules:Timid
    size: 600
    gain: {kind: my_rules:Beta, a: 2, b: 3}
    harm: {kind: my_rules:Beta, a: 1, b: 1}
    belief: {kind: my_rules:Optimist}
periods: 35
replicates: 4
sweep:
  kind: grid
  parameters:
    policy.monitoring.day_rate: {values: [0.2, 0.7]}
    policy.monitoring.cost_per_inspection: {values: [0.1, 0.3]}
"""
KINDS = {
    "actors": "Timid",
    "beliefs": "Optimist",
    "monitoring": "Weekly",
    "responses": "Half",
    "sanctions": "Deductible",
    "distributions": "Beta",
    "harms": "Beta",
}


@pytest.fixture(autouse=True)
def _forget_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test imports from its folder is gone after it; half a library that it was the first to import is not."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name, module in list(sys.modules.items()):
        if tmp_path in Path(getattr(module, "__file__", None) or "").parents:
            del sys.modules[name]


@pytest.fixture
def mine(write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The experiment, with its plug-in beside it."""
    write("my_helpers.py", HELPERS)
    write("my_rules.py", RULES)
    path = write("mine.yaml", MINE)
    monkeypatch.chdir(path.parent)
    return path


def test_what_kinds_of_ones_own_do_is_what_a_run_shows(mine: Path) -> None:
    """Inspections every seventh period, at their rate; fines are the harm above the deductible, which is uniform."""
    done = oversight.run(mine, plugins=["my_rules.py"], agents=True)
    rate = done.series["inspection_rate"].to_numpy()
    assert np.flatnonzero(rate).tolist() == list(range(0, 35, 7))
    assert rate[::7].mean() == pytest.approx(0.7, abs=0.03)
    assert done.metrics["oversight_cost"] == pytest.approx(0.1 * rate.mean())
    assert done.series["perceived_detection"].max() == pytest.approx(0.75 * 0.7)
    # Off the day nothing deters. On it, harm U[0, 1] gives a mean fine of 0.75^2 / 2 where nothing is deterred.
    assert set(done.series["misconduct_rate"][lambda rates: rates > 0.99].index % 7) >= {2, 3, 4, 5, 6}
    assert done.metrics["gain"] > 0.3


@pytest.mark.slow
def test_a_sweep_is_the_same_for_any_number_of_workers(
    command: Command, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oversight.sweeps.runner.ACTOR_PERIODS", 0)  # a pool even for a small sweep
    tables = []
    for workers in ("1", "2"):
        words = ("--plugins", "my_rules.py", "--workers", workers, "--set", "replicates=20")
        answer = command("sweep", mine.name, *words, "--out", workers)
        assert answer.code == 0, answer.err
        tables.append(pd.read_parquet(f"{workers}/runs.parquet"))
    pd.testing.assert_frame_equal(*tables, check_exact=True)
    assert not tables[0]["error"].notna().any()


def test_the_older_name_of_the_option_still_works(command: Command, mine: Path) -> None:
    old, new = (command("run", mine.name, name, "my_rules.py", "--json") for name in ("--actors", "--plugins"))
    assert old.code == 0, old.err
    assert old.out == new.out
    assert oversight.run(mine, actors=["my_rules.py"]).metrics == oversight.run(mine, plugins=["my_rules.py"]).metrics


def test_a_response_may_be_a_bare_word_and_a_policy_a_file_of_its_own(command: Command, mine: Path) -> None:
    Path("policy.yaml").write_text(
        "name: looks\nmonitoring: {kind: strategic, inspection_cost: 0.1, bounty: 1, response: my_rules:Half}\n"
    )
    answer = command("validate", "policy.yaml", mine.name, "--plugins", "my_rules.py")
    assert answer.code == 0, answer.err
    assert answer.out.splitlines() == [
        "policy.yaml: a valid policy",
        "mine.yaml: a valid experiment, 4 design points, 16 runs",
    ]
    changes = {"policy": "policy.yaml", "population.0.kind": "rational", "sweep": None}
    answer = command("validate", "policy.yaml")
    assert "unknown kind `my_rules:Half`. Name the file that defines it: --plugins my_rules.py" in answer.err
    text = MINE.partition("sweep:")[0]
    Path("looks.yaml").write_text(text.replace("my_rules:Timid", "rational"))
    changes.pop("sweep")
    done = oversight.run("looks.yaml", {"policy": "policy.yaml"}, plugins=["my_rules.py"])
    assert done.series["inspection_rate"][1:].mean() == pytest.approx(0.5, abs=0.01)


def test_a_policy_of_such_kinds_can_be_pickled(mine: Path) -> None:
    response = {
        "policy.monitoring": {"kind": "strategic", "inspection_cost": 0.1, "bounty": 1, "response": "my_rules:Half"}
    }
    for changes in ({}, response):
        text = MINE.partition("sweep:")[0]
        Path("base.yaml").write_text(text)
        policy = load_experiment("base.yaml", changes, ["my_rules.py"]).experiment.policy
        again = pickle.loads(pickle.dumps(policy))
        assert again == policy
        assert type(again.monitoring) is type(policy.monitoring)
        assert again.model_dump() == policy.model_dump()


def test_lists_and_schema_show_them(command: Command, mine: Path) -> None:
    for seam, name in KINDS.items():
        rows = json.loads(command("list", seam, "--plugins", "my_rules.py", "--json").out)
        assert rows[-1]["name"] == f"my_rules:{name}"
        assert f'"""{rows[-1]["about"]}' in RULES
        assert f"my_rules:{name}" not in command("list", seam).out
    for what in ("experiment", "policy"):
        answer = command("schema", what, "--plugins", "my_rules.py")
        kinds = [
            definition.get("properties", {}).get("kind", {}).get("const")
            for definition in json.loads(answer.out)["$defs"].values()
        ]
        wanted = set(KINDS.values()) if what == "experiment" else {"Weekly", "Deductible", "Half"}
        assert {f"my_rules:{name}" for name in wanted} == {kind for kind in kinds if kind and ":" in kind}


def test_another_file_does_not_know_them(mine: Path) -> None:
    """A plug-in is known to what is opened with it, and to nothing else in the process."""
    load_experiment(mine, plugins=["my_rules.py"])
    with pytest.raises(InputError) as caught:
        load_experiment(mine)
    assert [problem.path for problem in caught.value.problems] == [
        "policy.monitoring",
        "policy.sanction",
        "population.0",
    ]
    assert all("plugins=['my_rules.py']" in problem.remedy for problem in caught.value.problems)


@pytest.mark.slow
def test_results_are_read_without_the_plugin_which_is_not_imported(command: Command, mine: Path) -> None:
    assert command("sweep", mine.name, "--plugins", "my_rules.py", "--workers", "1").code == 0
    with_it = Path("results/mine/report.html").read_text()
    for name in ("my_rules", "my_helpers"):
        del sys.modules[name]
    Path("my_rules.py").write_text("raise SystemExit('imported')")
    answer = command("report", "results/mine")
    assert answer.code == 0, answer.err
    without = Path("results/mine/report.html").read_text()
    assert "Everyone is inspected at one rate, every seventh period." in with_it
    assert "Everyone is inspected" not in without
    assert "its class is not loaded" in without
    results = load_results("results/mine")
    assert results.experiment.policy.monitoring.kind == "my_rules:Weekly"
    pd.testing.assert_frame_equal(results.summary, pd.read_parquet("results/mine/summary.parquet"))


@pytest.mark.slow
def test_a_manifest_knows_when_a_helper_has_changed(command: Command, mine: Path) -> None:
    words = ("sweep", mine.name, "--plugins", "my_rules.py", "--workers", "1")
    assert command(*words).code == 0
    assert "were there already" in command(*words).out
    Path("my_helpers.py").write_text(HELPERS.replace("7", "5"))
    answer = command(*words)
    assert answer.code == 2
    assert "holds runs of a different experiment" in answer.err
    assert [path.name for path in own_sources("my_rules.py")] == ["my_helpers.py", "my_rules.py"]


def test_a_folder_of_an_older_version_is_read(command: Command, mine: Path) -> None:
    assert command("sweep", mine.name, "--plugins", "my_rules.py", "--workers", "1").code == 0
    path = Path("results/mine/manifest.json")
    manifest = json.loads(path.read_text())
    manifest["actors"] = manifest.pop("plugins")
    del manifest["installed"]
    path.write_text(json.dumps(manifest))
    assert command("report", "results/mine").code == 0
    assert "--plugins my_rules.py" in Path("results/mine/report.html").read_text()


def test_a_changed_file_or_helper_is_read_anew_and_an_unchanged_one_is_not(mine: Path) -> None:
    first = known_kinds(["my_rules.py"])
    assert known_kinds(["my_rules.py"]) == first
    Path("my_helpers.py").write_text(HELPERS.replace("7", "5"))
    assert np.flatnonzero(oversight.run(mine, plugins=["my_rules.py"]).series["inspection_rate"]).tolist() == list(
        range(0, 35, 5)
    )
    assert known_kinds(["my_rules.py"]) != first


# Distributions that are installed


def installed(folder: Path, name: str, *points: str) -> None:
    """Installs a distribution with these entry points, a line each, in a folder."""
    place = folder / f"{name}-1.0.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (place / "entry_points.txt").write_text("\n".join(points))


@pytest.mark.slow
def test_an_installed_kind_is_imported_only_where_a_file_names_it(
    command: Command, mine: Path, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real distribution, whose kind a swept policy file names; worker processes find it too."""
    monkeypatch.syspath_prepend(mine.parent)
    monkeypatch.setattr("oversight.sweeps.runner.ACTOR_PERIODS", 0)  # a pool even for a small sweep
    installed(mine.parent, "my_kinds", "[oversight.monitoring]", "weekly = my_rules:Weekly")
    write("quiet.yaml", "name: quiet\nmonitoring: {kind: random_audit, rate: 0.1}\n")
    write("busy.yaml", "name: busy\nmonitoring: {kind: weekly, day_rate: 0.7}\n")
    text = (
        "name: weekly\npolicy: quiet.yaml\npopulation: [{kind: rational, size: 100}]\nperiods: 14\nreplicates: 8\n"
        "sweep: {kind: grid, parameters: {policy: {values: [quiet.yaml]}}}\n"
    )
    assert command("sweep", write("weekly.yaml", text).name, "--workers", "1").code == 0
    assert ("weekly", "(installed: my_rules:Weekly)") in catalogue("monitoring", Path())
    assert command("report", "results/weekly").code == 0
    assert "my_rules" not in sys.modules
    write("weekly.yaml", text.replace("[quiet.yaml]", "[quiet.yaml, busy.yaml]"))
    answer = command("sweep", "weekly.yaml", "--workers", "2", "--fresh")
    assert answer.code == 0, answer.err
    assert not load_results("results/weekly").runs()["error"].notna().any()
    assert "my_rules" in sys.modules
    assert "every seventh period" in Path("results/weekly/report.html").read_text()
    assert list(json.loads(Path("results/weekly/manifest.json").read_text())["installed"]) == ["weekly"]
    for name in ("my_rules", "my_helpers"):
        del sys.modules[name]
    assert command("report", "results/weekly").code == 0
    assert "every seventh period" not in Path("results/weekly/report.html").read_text()
    assert "my_rules" not in sys.modules


def test_a_distribution_is_known_from_when_it_comes_to_when_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    row = ("weekly", "(installed: my_rules:Weekly)")
    assert row not in catalogue("monitoring", Path())
    installed(tmp_path, "my_kinds", "[oversight.monitoring]", "weekly = my_rules:Weekly")
    assert row in catalogue("monitoring", Path())
    shutil.rmtree(tmp_path / "my_kinds-1.0.dist-info")
    assert row not in catalogue("monitoring", Path())


def test_an_installed_kind_that_is_wrong_says_so(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(mine.parent)
    text = MINE.replace("my_rules:Weekly", "weekly")
    Path("named.yaml").write_text(text)
    for points, says in (
        (["my_rules:Timid"], "no class of Monitoring"),
        (["no_such_module:Weekly"], "weekly = no_such_module:Weekly cannot"),
        (["my_rules:Weekly", "other:Weekly"], "two installed distributions bring it: my_rules:Weekly and other:Weekly"),
    ):
        with monkeypatch.context() as here:
            folder = mine.parent / says
            for place, point in enumerate(points):
                installed(folder, f"kinds_{place}", "[oversight.monitoring]", f"weekly = {point}")
            here.syspath_prepend(folder)
            with pytest.raises(InputError, match=says):
                load_experiment("named.yaml", plugins=["my_rules.py"])


def test_a_built_in_kind_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[..., Path]
) -> None:
    installed(tmp_path, "my_kinds", "[oversight.sanctions]", "fixed = no_such_module:Fixed")
    monkeypatch.syspath_prepend(tmp_path)
    assert load_experiment(write()).experiment.policy.sanction.amount == 2


# The page


@pytest.mark.slow
def test_the_page_offers_them_with_values_to_start_from(mine: Path) -> None:
    scenario = opened(mine.name, plugins=["my_rules.py"]).scenario
    for key, kinds in (
        ("policy.monitoring.kind", ("random_audit", "my_rules:Weekly")),
        ("policy.sanction.kind", ("fixed", "my_rules:Deductible")),
        ("population.0.belief.kind", ("announced", "my_rules:Optimist")),
        ("population.0.gain.kind", ("uniform", "my_rules:Beta")),
        ("population.0.kind", ("rational", "my_rules:Timid")),
    ):
        for kind in kinds:
            scenario = edited(scenario, key, kind)
            shown = {control.key: control for group in controls(scenario) for control in group.controls}
            assert shown[key].value == kind
            assert kind in [choice.value for choice in shown[key].choices]
    keys = [control.key for group in controls(scenario) for control in group.controls]
    assert keys.index("policy.monitoring.day_rate") < keys.index("policy.monitoring.cost_per_inspection")
    weekly = next(choice for choice in shown["policy.monitoring.kind"].choices if choice.value == "my_rules:Weekly")
    assert (weekly.title, weekly.help) == ("Weekly", "Everyone is inspected at one rate, every seventh period.")
    assert scenario.experiment.policy.monitoring.day_rate > 0
    again = from_text(scenario.text(), "text", Library(".", ["my_rules.py"]))
    assert again.experiment == scenario.experiment
    with pytest.raises(InputError, match="does not load `my_rules:Weekly`"):
        from_text(scenario.text(), "text", Library("."))


# What is wrong

CASES = {
    "no kind": ("class Helper:\n    pass\n", "{file}: it defines no kind"),
    "own kind": (
        "from typing import Literal\nfrom oversight.policy.sanctions import Sanction\nclass Mine(Sanction):\n"
        '    kind: Literal["x"] = "x"\n'
        "    def schedule(self, offence):\n        return 1.0\n",
        "{file}: {name}:Mine: declares `kind`",
    ),
    "no method": (
        "from oversight.policy.monitoring import Monitoring\nclass Mine(Monitoring):\n    pass\n",
        "{file}: {name}:Mine: has no `chances`. Monitoring says what it returns.",
    ),
    "broken": ("x = 1\nx.nothing\n", "{file}:2: cannot be imported: AttributeError"),
    "syntax": ("x = 1\n\ndef\n", "{file}:3: cannot be imported: SyntaxError"),
    "missing": (None, "{file}: there is no such file. --plugins takes a Python file or a package."),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_file_says_what_and_where(case: str, command: Command, write: Callable[..., Path]) -> None:
    text, says = CASES[case]
    name = f"wrong_{case.replace(' ', '_')}"
    if text is not None:
        write(f"{name}.py", text)
    answer = command("list", "sanctions", "--plugins", f"{name}.py")
    assert answer.code == 2
    assert says.format(file=f"{name}.py", name=name) in answer.err


def test_an_abstract_class_may_be_the_base_of_others(write: Callable[..., Path]) -> None:
    text = (
        "from oversight.policy.sanctions import Sanction\nclass Base(Sanction):\n    pass\n"
        "class Mine(Base):\n    def schedule(self, offence):\n        return 1.0\n"
    )
    found = known_kinds([write("with_a_base.py", text)])
    assert found.names == {"with_a_base:Mine"}


def test_a_built_in_kind_may_be_the_base(write: Callable[..., Path]) -> None:
    text = (
        "from oversight.policy.sanctions.fixed import Fixed\nclass Doubled(Fixed):\n"
        "    def schedule(self, offence):\n        return 2 * self.amount\n"
    )
    file = write("doubling.py", text)
    changes = {"policy.sanction": {"kind": "doubling:Doubled", "amount": 1.0}}
    doubled = oversight.run(write(), changes, plugins=[file]).metrics
    assert doubled == oversight.run(write(), {"policy.sanction.amount": 2.0}).metrics


def test_a_helper_in_the_place_of_another_files_is_refused(mine: Path, write: Callable[..., Path]) -> None:
    write("other/my_helpers.py", HELPERS)
    other = write("other/more_rules.py", RULES)
    with pytest.raises(InputError, match=r"other/my_helpers.py: the name `my_helpers` is taken by another module"):
        known_kinds(["my_rules.py", other])


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("my_rules:Weekly", "`my_rules:Weekly` is a kind of another place. One of: fixed, "),
        ("my_rules:Weakly", "unknown kind `my_rules:Weakly`. `my_rules` defines my_rules:Beta, "),
        (
            "your_rules:Weekly",
            "unknown kind `your_rules:Weekly`. Name the file that defines it: --plugins your_rules.py",
        ),
    ],
)
def test_a_kind_that_is_none_of_its_place_says_what_would_be(
    kind: str, says: str, command: Command, mine: Path
) -> None:
    answer = command(
        "run", mine.name, "--plugins", "my_rules.py", "--set", f"policy.sanction={{kind: {kind}, free: 1}}"
    )
    assert answer.code == 2
    assert f"policy.sanction: {says}" in answer.err
    assert len(answer.err.splitlines()) == 1


# Built-in kinds register by the same tables


def members(package: str) -> Iterator[type]:
    """Classes that the modules of a package define."""
    root = importlib.import_module(package)
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        module = importlib.import_module(found.name)
        yield from (one for one in vars(module).values() if isinstance(one, type) and one.__module__ == found.name)


def test_every_class_of_a_seams_folder_is_in_its_table() -> None:
    """A new file without its line would be silently unknown."""
    listed = {cls for seam in SEAMS.values() for cls in seam.classes.values()}
    for seam in SEAMS.values():
        folder = next(iter(seam.built_in.values())).partition(":")[0].rpartition(".")[0]
        concrete = {
            cls
            for cls in members(folder)
            if issubclass(cls, seam.base) and (kind_of(cls) if hasattr(cls, "model_fields") else cls in ACTOR_RULES)
        }
        assert concrete <= listed, f"not in the table of {seam.name}: {concrete - listed}"
        for kind, cls in seam.classes.items():
            assert not hasattr(cls, "model_fields") or kind_of(cls) == kind


ACTOR_RULES = set(SEAMS["actors"].classes.values())


def test_every_seam_can_be_listed_and_is_in_the_reference() -> None:
    assert set(LISTS) == {"policies", "experiments", "replications", *SEAMS}
    page = (ROOT / "docs" / "reference.md").read_text()
    for seam in SEAMS.values():
        assert all(f"### `{kind}`" in page for kind in seam.built_in), seam.name


def names_kind(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "kind"


def test_no_other_file_lists_the_kinds_of_a_seam() -> None:
    """One line in the table is all that a new built-in kind needs: nothing else may name most of a seam's kinds."""
    package = ROOT / "src" / "oversight"
    texts = {}
    for file in package.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(file.read_text())))
        # What classes of the file are called themselves, `kind: Literal["hedge"]`, is no list of others.
        own = {node for kind in nodes if names_kind(kind) for node in ast.walk(kind)}
        texts[file] = {node.value for node in nodes if isinstance(node, ast.Constant) and node not in own}
    for seam in SEAMS.values():
        folders = {place.partition(":")[0].rpartition(".")[0] for place in seam.built_in.values()}
        tables = {file for folder in folders for file in (package.parent / folder.replace(".", "/")).glob("*.py")}
        for file in texts.keys() - tables:
            named = set(seam.built_in) & texts[file]
            assert len(named) < max(3, len(seam.built_in) / 2), f"{file} lists {seam.name}: {sorted(named)}"


def test_the_words_of_a_kind_are_its_classes(mine: Path, command: Command) -> None:
    assert command("sweep", mine.name, "--plugins", "my_rules.py", "--workers", "1").code == 0
    study = Study(load_results("results/mine", ["my_rules.py"]))
    policy, population = (cards(study, chapter.groups[0]) for chapter in study.chapters)
    assert [card.heading for card in policy] == ["Monitoring: Weekly", "Detector", "Sanction: Deductible"]
    assert policy[2].meaning == "Harm above a sum is paid."
    assert population[0].meaning.startswith("Timid: violates where the gain")
