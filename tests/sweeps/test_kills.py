"""Twenty processes of one sweep are killed, coordinator or worker, at any moment: no run is lost, and none is twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import oversight
from oversight.scenario import load_experiment
from oversight.sweeps import check

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads Linux's /proc")]

KILLS = 20
EXPERIMENT: dict[str, Any] = {
    "name": "killed",
    "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 2}},
    "population": [{"kind": "rational", "size": 20_000}],
    "periods": 300,
    "replicates": 300,
    "sweep": {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [0.5, 1]}}},
}


@pytest.fixture(scope="module")
def undisturbed() -> pd.DataFrame:
    return oversight.sweep(EXPERIMENT, workers=2).runs()


def children(process: int) -> list[int]:
    lists = Path(f"/proc/{process}/task").glob("*/children")
    try:
        found = [int(child) for listed in lists for child in listed.read_text().split()]
    except OSError:  # it has just ended
        return []
    return [*found, *(below for child in found for below in children(child))]


def workers(coordinator: int) -> list[int]:
    """The processes that run shards: those that have begun none themselves."""
    return [child for child in children(coordinator) if not children(child)]


def begun(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "oversight", "sweep", "killed.yaml", "--out", "out", "--workers", "2", *words]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for_parts(folder: Path, parts: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None and len(list(folder.glob("runs.parquet/part-*"))) < parts:
        time.sleep(0.02)


def killed(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.mark.parametrize("words", [(), ("--cluster", "local")], ids=["processes", "Dask"])
def test_twenty_random_kills_lose_nothing(words: tuple[str, ...], tmp_path: Path, undisturbed: pd.DataFrame) -> None:
    if words:
        pytest.importorskip("distributed")
    (tmp_path / "killed.yaml").write_text(json.dumps(EXPERIMENT))
    chance = random.Random(len(words))
    # Spread over the sweep, however fast it is: each comes when so many parts are there, or as soon as it may.
    shards = check(load_experiment(EXPERIMENT)).plan.shards
    due = sorted(chance.randrange(shards * 4 // 5) for _ in range(KILLS))[::-1]
    left: set[int] = set()
    try:
        while due:
            process = begun(tmp_path, *words)
            while due and process.poll() is None:
                wait_for_parts(tmp_path / "out", due.pop(), process)
                time.sleep(chance.uniform(0, 0.4))
                crew = workers(process.pid)
                left.update(children(process.pid))
                # Three of the same shard would be one too many: the coordinator gives it up, and says so.
                if crew and chance.random() < 0.6:
                    killed(chance.choice(crew))
                else:
                    process.kill()
            # After the last kill, of a worker, it may well go on to its end.
            assert process.wait() != 0 or not due, "the sweep ended before the last kill"
            for orphan in left:
                killed(orphan)
        assert list((tmp_path / "out").glob("runs.parquet/part-*"))
        last = begun(tmp_path, *words)
        assert last.wait(timeout=240) == 0
    finally:
        for orphan in left:
            killed(orphan)
    rows = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    assert not rows.duplicated(["point", "replicate", "start"]).any()
    pd.testing.assert_frame_equal(rows, undisturbed, check_exact=True)
