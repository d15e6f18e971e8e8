"""A sweep on a Dask cluster has the rows of one in this process, bit for bit, and loses none of them."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import oversight
from helpers import EXPERIMENT, Command
from oversight.errors import UnfinishedError
from oversight.loading import load
from oversight.sweeps import Design, allocator, check, cluster, remote

pytest.importorskip("distributed")

HELPER = "NERVE = 0.5\n"
OWN = """
from nerve import NERVE
from oversight import Actor

class Bold(Actor):
    vectorised = True

    def violates(self, now):
        return now.gain > NERVE * now.expected_sanction
"""
SWEPT = EXPERIMENT.replace("kind: rational", "kind: bold:Bold").replace("replicates: 3", "replicates: 40")
LONG = (
    EXPERIMENT.replace("size: 50", "size: 20000")
    .replace("periods: 10", "periods: 400")
    .replace("replicates: 3", "replicates: 24")
)


def unknown_here() -> None:
    """As in a process that has never met the class."""
    for name in ("bold", "nerve"):
        sys.modules.pop(name, None)


@pytest.fixture
def own(write: Callable[..., Path]) -> Iterator[Path]:
    write("nerve.py", HELPER)
    write("trial.yaml", SWEPT)
    unknown_here()
    yield write("bold.py", OWN)
    unknown_here()


def rows(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "runs.parquet")


def begun(folder: Path, out: str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "oversight", "sweep", "long.yaml", "--out", out, *words]
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)


def descendants(process: int) -> list[int]:
    if not Path(f"/proc/{process}/task/{process}/children").exists():
        pytest.skip("this system does not list the children of a process")
    # Nannies begin workers from a thread.
    lists = Path(f"/proc/{process}/task").glob("*/children")
    found = [int(child) for listed in lists for child in listed.read_text().split()]
    return [*found, *(below for child in found for below in descendants(child))]


def wait_for_parts(folder: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not list(folder.glob("runs.parquet/part-*")):
        assert process.poll() is None, "the sweep ended first"
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_worker(process: int) -> bool:
    """Whether it is one of Dask's worker processes, which their nannies spawn."""
    try:
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


@pytest.mark.slow
def test_own_classes_and_their_helpers_travel(own: Path, tmp_path: Path) -> None:
    on = oversight.sweep(tmp_path / "trial.yaml", plugins=[own], cluster="local", workers=2)
    here = oversight.sweep(tmp_path / "trial.yaml", plugins=[own], workers=1)
    pd.testing.assert_frame_equal(on.runs(), here.runs(), check_exact=True)
    pd.testing.assert_frame_equal(on.summary, here.summary, check_exact=True)


@pytest.mark.slow
def test_a_scheduler_elsewhere_needs_no_common_folder(
    own: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    known = elsewhere / "scheduler.json"
    both = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(known)]
    words = [
        ["distributed.cli.dask_scheduler", "--port", "0", *both],
        ["distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *both],
    ]
    programs = [
        subprocess.Popen([sys.executable, "-m", *each], cwd=elsewhere, stderr=subprocess.DEVNULL) for each in words
    ]
    try:
        deadline = time.monotonic() + 60
        while not known.exists() or not known.read_text().rstrip().endswith("}"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        address = json.loads(known.read_text())["address"]
        on = oversight.sweep(tmp_path / "trial.yaml", plugins=[own], cluster=address, out=tmp_path / "on")
        here = oversight.sweep(tmp_path / "trial.yaml", plugins=[own], workers=1)
        pd.testing.assert_frame_equal(on.runs(), here.runs(), check_exact=True)
    finally:
        for program in programs:
            program.kill()
            program.wait()


@pytest.mark.slow
def test_killed_workers_lose_nothing(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("long.yaml", LONG)
    process = begun(tmp_path, "on", "--cluster", "local", "--workers", "2")
    wait_for_parts(tmp_path / "on", process)
    for _ in range(2):
        workers = list(filter(is_worker, descendants(process.pid)))
        assert workers
        os.kill(workers[0], signal.SIGKILL)
        time.sleep(1)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    here = begun(tmp_path, "here")
    here.communicate(timeout=300)
    pd.testing.assert_frame_equal(rows(tmp_path / "on"), rows(tmp_path / "here"), check_exact=True)


@pytest.mark.slow
def test_a_cluster_ends_after_its_killed_coordinator(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("long.yaml", LONG)
    process = begun(tmp_path, "on", "--cluster", "local", "--workers", "2")
    wait_for_parts(tmp_path / "on", process)
    below = descendants(process.pid)
    assert below
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 90
    while any(Path(f"/proc/{each}").exists() for each in below):
        assert time.monotonic() < deadline
        time.sleep(0.5)


@pytest.mark.slow
def test_an_interrupt_ends_the_cluster_and_keeps_what_is_done(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("long.yaml", LONG)
    process = begun(tmp_path, "on", "--cluster", "local", "--workers", "2")
    wait_for_parts(tmp_path / "on", process)
    below = descendants(process.pid)
    before = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert time.monotonic() - before < 2
    assert process.returncode == 130, said
    assert "runs are kept in on" in said
    assert "Traceback" not in said
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{each}").exists() for each in below):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "on" / "runs.parquet").iterdir()}
    again = begun(tmp_path, "on")
    again.communicate(timeout=300)
    assert again.returncode == 0
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_no_scheduler_is_told_with_the_remedy(
    command: Command, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    write()
    answer = command("sweep", "trial.yaml", "--cluster", "tcp://127.0.0.1:9")
    assert answer.code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in answer.err
    assert "--cluster local" in answer.err


def test_without_dask_the_remedy_is_told(
    command: Command, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    write()
    answer = command("sweep", "trial.yaml", "--cluster", "local")
    assert answer.code == 2
    assert "--cluster: needs Dask" in answer.err
    assert "pip install 'oversight[cluster]'" in answer.err
    with pytest.raises(oversight.InputError, match=r"^cluster: needs Dask"):
        oversight.sweep("trial.yaml", cluster="local")


def test_a_worker_with_other_versions_is_refused(write: Callable[..., Path]) -> None:
    source = load(write())
    task = pickle.loads(remote.sent(Design(source), check(source).plan))
    other = pickle.dumps(replace(task, versions={**task.versions, "numpy": "1.0"}))
    with pytest.raises(UnfinishedError, match=r"A worker has numpy .*, and the sweep was begun with 1\.0"):
        remote.run_shard(other, 0)


def test_a_shard_is_the_same_far_away(write: Callable[..., Path], tmp_path: Path) -> None:
    source = load(write())
    checked = check(source)
    outcome, sent = remote.run_shard(remote.sent(checked.design, checked.plan), 0)
    here = oversight.sweep(write(), out=tmp_path / "here", workers=1).runs()
    assert outcome.runs == checked.plan.size(0)
    pd.testing.assert_frame_equal(remote.unpacked(sent).to_pandas(), here.head(outcome.runs), check_exact=True)


def test_a_worker_whose_nanny_lets_no_memory_be_reused_reuses_it(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to: dict[int, int] = {}
    monkeypatch.setattr(allocator, "_mallopt", set_to.__setitem__)
    source = load(write())
    for name, expected in (("plain", {}), ("MALLOC_TRIM_THRESHOLD_", {-1: 512 << 20, -3: 32 << 20})):
        monkeypatch.setenv(name, "65536")
        remote._received.cache_clear()
        remote.run_shard(remote.sent(Design(source), check(source).plan), 0)
        assert set_to == expected


def test_a_worker_outlives_the_plugins_of_a_sweep(own: Path, write: Callable[..., Path]) -> None:
    """The same file name holds other code in the next sweep that a worker is sent."""

    def far_away() -> float:
        source = load(write("trial.yaml", SWEPT), plugins=[own])
        task = remote.sent(Design(source), check(source).plan)
        unknown_here()
        _, sent = remote.run_shard(task, 0)
        rate: float = remote.unpacked(sent).to_pandas()["metric.misconduct_rate"].mean()
        return rate

    bold = far_away()
    unknown_here()
    write("nerve.py", "NERVE = 50.0\n")
    assert far_away() < bold / 2


def test_shares_and_clusters_do_not_mix(command: Command, write: Callable[..., Path]) -> None:
    write()
    answer = command("sweep", "trial.yaml", "--cluster", "local", "--shard", "1/2")
    assert answer.code == 2
    assert "a share is run where it is started" in answer.err
