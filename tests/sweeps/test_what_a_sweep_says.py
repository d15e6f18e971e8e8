"""What the command says where something is amiss."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import Command

Write = Callable[..., Path]
FAILS = """
from oversight import Actor


class Fails(Actor):
    def violates(self, now):
        if now.sanction.max() >= {least}:
            raise ValueError("a slip")
        return now.gain > now.expected_sanction
"""
OWN = """\
name: own
policy: {{monitoring: {{kind: random_audit, rate: 0.2}}, sanction: {{kind: fixed, amount: 2}}}}
population: [{{kind: "{module}:Fails", size: 20}}]
periods: 5
replicates: 2
sweep: {{kind: grid, parameters: {{policy.sanction.amount: {{values: [1, 2]}}}}}}
"""


def own(write: Write, module: str, least: int) -> tuple[str, ...]:
    write(f"{module}.py", FAILS.format(least=least))
    write("own.yaml", OWN.format(module=module))
    return ("sweep", "own.yaml", "--plugins", f"{module}.py", "--unchecked", "--workers", "1", "--out", "out")


def test_a_sweep_whose_every_run_fails_says_so_and_reports_nothing(command: Command, write: Write) -> None:
    words = own(write, "fails_always", 0)
    answer = command(*words)
    assert answer.code == 1
    assert "4 of 4 runs failed" in answer.err
    assert "ValueError: a slip" in answer.err
    assert "There is nothing to report" in answer.out
    assert "Rank" not in answer.out
    assert not Path("out/report.html").exists()
    assert "4 of 4 runs failed" in command(*words).err
    assert json.loads(command(*words, "--json").out)["failed"] == 4


@pytest.mark.slow
def test_a_class_that_fails_at_a_later_point_leaves_the_others_their_theory(command: Command, write: Write) -> None:
    answer = command(*own(write, "fails_later", 2))
    assert answer.code == 1
    assert "2 of 4 runs failed" in answer.err
    assert "Theory is missing" in answer.err
    assert Path("out/report.html").exists()


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437", "utf-8"])
def test_redirected_output_takes_any_encoding(encoding: str, write: Write, tmp_path: Path) -> None:
    write()
    for words in (["sweep", "trial.yaml", "--workers", "1"], ["solve", "trial.yaml"], ["list", "monitoring"]):
        done = subprocess.run(
            [sys.executable, "-m", "oversight", *words],
            cwd=tmp_path,
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )
        assert done.returncode == 0, done.stderr
        text = done.stdout.decode("utf-8" if encoding == "ascii" else encoding)  # as click prints there
        if words[0] == "sweep":
            assert "Social cost" in text
            assert ("─" in text) == (encoding == "utf-8")
            assert "?" not in text


def test_the_second_sweep_of_a_folder_is_refused_by_the_name_of_the_first(
    command: Command, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oversight.sweeps.lock import held_by_one

    write()
    for fresh in ([], ["--fresh"]):
        with held_by_one(Path("results/trial"), "oversight sweep first.yaml"):
            answer = command("sweep", "trial.yaml", *fresh)
        assert answer.code == 2
        assert f"process {os.getpid()}" in answer.err
        assert "`oversight sweep first.yaml`" in answer.err
    assert command("sweep", "trial.yaml").code == 0


@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
def test_an_empty_folder_name_is_refused(fresh: tuple[str, ...], command: Command, write: Write) -> None:
    write()
    write("precious.txt", "mine")
    for words in (["sweep", "trial.yaml"], ["replicate", "trial.yaml"]):
        answer = command(*words, "--out", "", *fresh)
        assert answer.code == 2
        assert "--out: names no folder" in answer.err
    assert sorted(os.listdir()) == ["precious.txt", "trial.yaml"]
