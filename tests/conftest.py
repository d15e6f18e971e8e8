"""What several test files share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from oversight.cli import main


@dataclass
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Answer]


@pytest.fixture(autouse=True, scope="session")
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing that an earlier run found of a class is taken on, and the user's own cache is left alone."""
    os.environ["OVERSIGHT_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `oversight ...` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["oversight", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return Answer(int(stopped.value.code or 0), printed.out, printed.err)

    return call


EXPERIMENT = """\
name: trial
policy:
  monitoring: {kind: random_audit, rate: 0.2}
  sanction:
    kind: fixed
    amount: 2
population:
  - kind: rational
    size: 50
    gain: {kind: uniform, low: 0, high: 1}
periods: 10
replicates: 3
sweep:
  kind: grid
  parameters:
    policy.monitoring.rate: {values: [0.1, 0.5]}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a text, by default a valid experiment, to a file of the empty folder."""

    def write_text(name: str = "trial.yaml", text: str = EXPERIMENT, **replace: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write_text
