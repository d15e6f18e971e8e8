"""docs/extending/principals.md as it stands: a principal of one's own in a sweep, and held to its contract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import oversight
from helpers import ROOT, Command
from oversight.contract import check_kind
from oversight.errors import InputError
from oversight.plugins import SEAMS, known_kinds

PAGE = (ROOT / "docs" / "extending" / "principals.md").read_text()
(CODE,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
(EXPERIMENT,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
LEVER = "lever.policy.monitoring.rate"
GIVEN = {"lever": "policy.monitoring.rate", "base": 0.1, "step": 0.1}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    import sys

    (tmp_path / "my_principals.py").write_text(CODE)
    (tmp_path / "ratchet.yaml").write_text(EXPERIMENT)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("my_principals", None)


def test_the_page_does_what_it_says(folder: Path, command: Command) -> None:
    """Audits rise until they reach the largest gain, .5, and nobody is found any more."""
    run = oversight.run("ratchet.yaml", plugins=["my_principals.py"]).series
    assert run[LEVER].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4, *[0.5] * 16])
    assert run["misconduct_rate"][:2].to_numpy() == pytest.approx([0.8, 0.6], abs=0.1)
    assert run["misconduct_rate"][4:].eq(0).all()
    answer = command("sweep", "ratchet.yaml", "--plugins", "my_principals.py", "--workers", "1")
    assert answer.code == 0, answer.err
    swept = oversight.load_results("results/ratchet", ["my_principals.py"]).summary
    assert swept[f"metric.{LEVER}.mean"].is_monotonic_increasing
    assert "differs by chance" in swept["theory.note"][0]
    page = (folder / "results" / "ratchet" / "report.html").read_text()
    assert "Raises a rate by a step" in page
    assert oversight.load_results("results/ratchet").summary.equals(swept)


def test_it_keeps_the_contract_and_a_liar_does_not(folder: Path, command: Command) -> None:
    kind = known_kinds(["my_principals.py"]).own(SEAMS["principals"])["my_principals:Ratchet"]
    assert {verdict.outcome for verdict in check_kind(SEAMS["principals"], kind, GIVEN)} == {"kept"}
    words = [word for name, value in GIVEN.items() for word in ("--set", f"{name}={value}")]
    assert command("check", "my_principals:Ratchet", "--plugins", "my_principals.py", *words).code == 0
    lies = {
        "batches": ('{self.lever: memory["level"]}', '{self.lever: memory["level"] * 0 + memory["level"].mean()}'),
        "tried": ('{self.lever: memory["level"]}', '{"policy.sanction.amount": memory["level"]}'),
    }
    for promise, (honest, lie) in lies.items():
        (folder / f"my_{promise}.py").write_text(CODE.replace(honest, lie))
        own = known_kinds([f"my_{promise}.py"]).own(SEAMS["principals"])[f"my_{promise}:Ratchet"]
        broken = [each.promise.name for each in check_kind(SEAMS["principals"], own, GIVEN) if each.outcome == "broken"]
        assert promise in broken


def test_its_settings_are_held_to_the_policy(folder: Path) -> None:
    with pytest.raises(InputError, match=r"principal\.base.*names no number"):
        oversight.run("ratchet.yaml", {"principal.lever": "policy.monitoring.rates"}, plugins=["my_principals.py"])


IN_TURN = '''
import numpy as np

from oversight.principals.bandit import Bandit


class InTurn(Bandit):
    """Tries each policy in its turn."""

    def chooses(self, tried):
        return tried.blocks.sum(axis=1).astype(int) % self.number
'''


def test_one_that_tries_policies_has_its_regret_and_may_not_lie_about_its_charges(folder: Path) -> None:
    """Half of all blocks at each of two rates: the loss is the mean of theirs, and regret half of the difference."""
    arms = {"policy.monitoring.rate": [0.2, 0.6]}
    (folder / "my_turns.py").write_text(IN_TURN)
    principal = {"kind": "my_turns:InTurn", "arms": arms, "every": 2}
    changed = {"principal": principal, "replicates": 3, "sweep": None, "population.0.gain.high": 1.0}
    table = oversight.regret("ratchet.yaml", changed, plugins=["my_turns.py"], workers=1).table
    own, first, second, _ = table["loss"]
    assert own == pytest.approx((first + second) / 2, abs=0.02)
    assert table["regret"][2] == pytest.approx(10 * (own - second))
    assert table["best"].tolist() == [False, False, True, False]
    (folder / "my_lies.py").write_text(IN_TURN + "\n    def losses(self, seen):\n        return seen.spent * 0 - 1\n")
    for file, outcome in (("my_turns", "kept"), ("my_lies", "broken")):
        kind = known_kinds([f"{file}.py"]).own(SEAMS["principals"])[f"{file}:InTurn"]
        verdicts = {each.promise.name: each.outcome for each in check_kind(SEAMS["principals"], kind, {"arms": arms})}
        assert verdicts["charges"] == outcome


def test_a_kind_whose_values_cannot_be_guessed_says_which_to_give(command: Command) -> None:
    refused = command("check", "cusum")
    assert refused.code == 2
    assert "takes (then: nothing follows an alarm). Give it" in refused.err
    assert (
        command("check", "cusum", "--set", "then={set: {policy.sanction.amount: 2.0}}", "--set", "reference=0.1").code
        == 0
    )
