"""Installed without a clone: a wheel in an empty environment and an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

import oversight
from helpers import EXPERIMENT, ROOT, Command
from oversight.documents.bundled import bundled
from oversight.scenario import load_experiment, load_policy

Said = Callable[..., str]
Write = Callable[..., Path]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(out)]
    subprocess.run([sys.executable, "-m", *build, str(ROOT)], check=True)
    (found,) = out.glob("*.whl")
    return found


def place_of(environment: Path, name: str) -> Path:
    return Path(sysconfig.get_path(name, "venv", {"base": str(environment), "platbase": str(environment)}))


def oversight_in(environment: Path, folder: Path) -> Said:
    """Runs the installed command in `folder`, with nothing of this checkout on its path."""
    folder.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def say(*words: str) -> str:
        command = [str(place_of(environment, "scripts") / "oversight"), *words]
        done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return say


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An empty environment that sees the locked packages but not this checkout, and an empty folder."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    venv.create(environment)
    packages = place_of(environment, "purelib")
    (packages / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = ["pip", "--quiet", "--python", str(environment), "install", "--no-deps", "--no-index"]
    subprocess.run([sys.executable, "-m", *pip, str(wheel)], check=True)
    return environment, folder


def test_it_holds_what_stands_at_the_top_of_the_repository(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("oversight/bundled/")}
    files = [path for folder in ("policies", "experiments") for path in (ROOT / folder).rglob("*.*")]
    assert held == {f"oversight/bundled/{path.relative_to(ROOT).as_posix()}" for path in files if path.is_file()}


@pytest.mark.slow
def test_everything_works_in_an_empty_folder(installed: tuple[Path, Path]) -> None:
    environment, folder = installed
    say = oversight_in(environment, folder / "empty")
    assert "no_oversight" in say("list", "policies")
    assert "capacity_tipping" in say("list", "experiments")
    assert "misconduct_rate" in say("run", "capacity_tipping", "--set", "periods=20", "--set", "burn_in=0")
    small = ("--set", "periods=10", "--set", "burn_in=0", "--set", "replicates=1", "--set", "population.0.size=20")
    say("sweep", "capacity_tipping", *small, "--workers", "1")
    assert (folder / "empty/results/capacity_tipping/report.html").exists()
    assert "claims reproduce" in say("replicate", "dresher", "--quick", "--workers", "1")
    say("new", "mine")
    (folder / "empty/policies/mine.yaml").write_text("extends: random_audit\nname: mine\nsanction: {amount: 7}\n")
    assert "valid policy" in say("validate", "policies/mine.yaml")
    say("run", "experiments/mine.yaml")


def test_a_file_of_that_name_wins(command: Command, write: Callable[..., Path]) -> None:
    write("capacity_tipping")
    assert "Trial" in command("run", "capacity_tipping").out
    assert "Two outcomes" not in command("run", "capacity_tipping").out


def test_a_name_means_the_file_of_this_folder_before_the_bundled_one(command: Command, write: Write) -> None:
    write("experiments/capacity_tipping.yaml", EXPERIMENT.replace("trial", "own"))
    write("experiments/replications/mine.yaml", "name: mine\n")
    write("policies/random_audit.yaml", "extends: random_audit\nname: mine\nsanction: {amount: 7}\n")
    assert command("run", "capacity_tipping").out.startswith("Own")
    assert oversight.run("capacity_tipping").metrics == oversight.run("experiments/capacity_tipping.yaml").metrics
    assert load_policy("random_audit").sanction.amount == 7
    assert load_experiment("capacity_tipping", {"policy": "random_audit"}).experiment.policy.name == "mine"
    assert "valid experiment" in command("validate", "capacity_tipping").out
    assert command("replicate", "mine").err.startswith("error: experiments/replications/mine.yaml:1: title: is missing")
    assert "Two outcomes" in command("run", str(bundled("experiments")["capacity_tipping"])).out


def test_a_folder_of_that_name_is_no_experiment(command: Command, tmp_path: Path) -> None:
    (tmp_path / "capacity_tipping").mkdir()
    assert "experiment" in command("validate", "capacity_tipping").out


def test_a_near_name_of_this_folder_is_offered(command: Command, write: Write) -> None:
    write("experiments/mine_alone.yaml")
    assert "Did you mean `mine_alone`?" in command("run", "mine_alon").err


def test_a_near_name_is_offered(command: Command) -> None:
    answer = command("run", "capacity_tiping")
    assert answer.code == 2
    assert "`capacity_tipping`, which comes with the package" in answer.err


def test_without_the_page_its_remedy_is_told(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "solara", None)
    answer = command("serve")
    assert answer.code == 2
    assert "pip install 'oversight[page]'" in answer.err


@pytest.mark.slow
def test_a_clean_install_from_the_lock_file(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment)
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(environment), "install"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "constraints.txt")], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    say = oversight_in(environment, tmp_path / "empty")
    assert "misconduct_rate" in say("run", "capacity_tipping", "--set", "periods=20", "--set", "burn_in=0")
    command = [str(place_of(environment, "scripts") / "oversight"), "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path / "empty", stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            address = re.search(r"http://\S+", serving.stdout.readline())
            assert address is not None
            with urlopen(address[0]) as page:
                assert page.status == 200
        finally:
            serving.terminate()
