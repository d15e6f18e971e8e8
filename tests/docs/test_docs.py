"""The docs say what is so."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

import oversight
from helpers import ROOT, Command, sections_below
from oversight.actors import ACTORS
from oversight.equilibrium.columns import beside
from oversight.measures import ASKED, DYNAMICS, MEASURES, TAILS
from oversight.measures.built_in import NEAR
from oversight.plugins import Kinds
from oversight.policy import Policy
from oversight.replications import load_replication
from oversight.replications.replication import Replication
from oversight.scenario import load_experiment
from oversight.scenario.experiment import experiment_model
from oversight.scenario.replicates import Rounds
from oversight.sweeps import Design

README = (ROOT / "README.md").read_text()


def test_reference_is_written_from_the_schema() -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    written = (ROOT / "docs" / "reference.md").read_text()
    assert written == reference.page(), "run `python docs/reference.py`"
    for kind in ACTORS.classes:
        assert f"### `{kind}`" in written
    for schema in (experiment_model(Kinds()), Policy, Replication):
        for held in sections_below(schema, set()):
            meaning = (held.__doc__ or "").strip().replace("\n    ", "\n")
            assert meaning in written or held is Rounds, held  # which holds nothing but `until`


def test_every_measure_is_explained() -> None:
    page = (ROOT / "docs" / "model.md").read_text()
    for measure in (*MEASURES, *DYNAMICS, *TAILS, *(f"{name}.<k>" for name in NEAR), *ASKED.classes):
        assert f"`{measure}`" in page


def test_every_column_of_theory_is_explained() -> None:
    source = load_experiment(
        {
            "name": "columns",
            "policy": {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}},
            "population": [{"kind": "rational", "size": 10, "copies": {"correlation": 0.1}}],
        }
    )
    explained = set(re.findall(r"`(theory\.\w+)`", (ROOT / "docs" / "model.md").read_text()))
    columns, _ = beside(Design(source).placed, np.arange(1), {})
    assert set(columns.column_names) == explained


def test_solve_of_the_readme_runs(command: Command) -> None:
    shown = re.search(r"^    oversight (solve .*?)(?:  #.*)?$", README, re.MULTILINE)
    assert shown is not None
    words = [str(ROOT / word) if word.endswith(".yaml") else word for word in shlex.split(shown[1])]
    answer = command(*words)
    assert answer.code == 0
    assert "Price of anarchy" in answer.out


def test_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    shutil.copytree(ROOT / "experiments", tmp_path / "experiments")
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    # Plotting needs matplotlib, which a notebook has and the tests need not.
    lines = [line for line in code[1].splitlines() if ".plot(" not in line]
    names: dict[str, object] = {}
    exec("\n".join(lines), names)
    assert isinstance(names["results"], oversight.sweeps.Results)


def test_numbers_of_the_page_on_values_are_so() -> None:
    page = (ROOT / "docs" / "values.md").read_text()
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code is not None
    shown: list[float] = []
    exec(code[1], {"__name__": "page", "print": lambda *values: shown.extend(np.hstack(values))})
    said = re.findall(r"# ((?:[\d.]+(?:, )?)+)$", code[1], re.MULTILINE)
    np.testing.assert_allclose(shown, [float(number) for line in said for number in line.split(", ")], atol=6e-7)


def test_policy_of_the_readme_is_valid(command: Command, tmp_path: Path) -> None:
    text = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert text is not None
    (tmp_path / "my_policy.yaml").write_text(text[1])
    assert command("validate", "my_policy.yaml").code == 0


def test_error_of_the_readme_is_the_one_that_users_get(command: Command) -> None:
    command("new", "my_policy")
    policy = Path("policies/my_policy.yaml")
    text = policy.read_text()
    policy.write_text(text.replace("  rate:", "  raet:"))
    answer = command("validate", "experiments/my_policy.yaml")
    shown = re.search(r"error: (policies/my_policy\.yaml):\d+: (.*)", README)
    assert shown is not None
    assert re.sub(r":\d+:", ":", shown[0]) in re.sub(r":\d+:", ":", answer.err)


@pytest.mark.parametrize(
    "page",
    ["README.md", "CONTRIBUTING.md", *(str(page.relative_to(ROOT)) for page in sorted((ROOT / "docs").rglob("*.md")))],
)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text()):
        if not target.startswith("http"):
            assert ((ROOT / page).parent / target).exists(), target


def test_every_claim_stands_in_the_table_of_replications() -> None:
    page = (ROOT / "docs" / "replications.md").read_text()
    for file in (ROOT / "experiments" / "replications").glob("*.yaml"):
        section = page.partition(f"(../experiments/replications/{file.name})")[2].partition("## ")[0]
        rows = [line for line in section.splitlines() if line.startswith("| ") and "reproduce" in line]
        assert len(rows) == len(load_replication(file).replication.claims), "run `python docs/replications.py`"
