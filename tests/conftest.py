"""Fixtures that several test files share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import settings

from helpers import EXPERIMENT, Answer, Command
from oversight.cli import main

# The same cases in every run: what a change breaks, and nothing else, fails the gate. `--hypothesis-profile=default`
# looks for new ones.
settings.register_profile("same", derandomize=True)
settings.load_profile("same")


@pytest.fixture(autouse=True, scope="session")
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing that an earlier run found of a class is taken on, and the user's own cache is left alone."""
    os.environ["OVERSIGHT_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def _time_enough(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found does not depend on how busy a machine is, but where a test is about the limits of time."""
    if request.node.get_closest_marker("clock") is None:
        monkeypatch.setattr(import_module("oversight.equilibrium.solve"), "_SECONDS", 120.0)
        monkeypatch.setattr(import_module("oversight.contract.gate"), "_SECONDS", 30.0)


@pytest.fixture(autouse=True)
def _modules_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The files that a test imports are unknown to the next, which may have others of their names."""
    folders, modules, base = list(sys.path), set(sys.modules), tmp_path_factory.getbasetemp()
    yield
    sys.path[:] = folders
    for name in set(sys.modules) - modules:
        if Path(getattr(sys.modules[name], "__file__", None) or "").is_relative_to(base):
            del sys.modules[name]


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


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a text, by default a valid experiment, to a file of the empty folder."""

    def write_text(name: str = "trial.yaml", text: str = EXPERIMENT, **replace: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write_text
