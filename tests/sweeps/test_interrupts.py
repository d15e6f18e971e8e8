"""Interrupts and deaths of processes, sent to real ones: the end comes at once, and nothing that is done is lost."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import oversight
from oversight.endings import exits_raise, interrupted_once
from oversight.errors import InputError, UnfinishedError
from oversight.scenario import load_experiment
from oversight.sweeps import check, run_sweep

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

EXPERIMENT: dict[str, Any] = {
    "name": "long",
    "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 2}},
    "population": [{"kind": "rational", "size": 4_000}],
    "periods": 300,
    "replicates": 40,
    "sweep": {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [0.5, 1]}}},
}
WITHIN = 2.0
"""Seconds."""


def rows(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "runs.parquet")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    run_sweep(check(load_experiment(EXPERIMENT)), folder, 1)
    return folder


def begun(folder: Path, *words: str, workers: int = 2) -> subprocess.Popen[str]:
    """A sweep on the command line, which hears interrupts even if this process was started without."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "long.yaml").write_text(json.dumps(EXPERIMENT))
    command = [sys.executable, "-m", "oversight", "sweep", "long.yaml", "--workers", str(workers), "--out", "out"]
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return subprocess.Popen(
            [*command, *words], cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
    finally:
        signal.signal(signal.SIGINT, before)


def wait_for(condition: Callable[[], Any], process: subprocess.Popen[str]) -> Any:
    deadline = time.monotonic() + 60
    while not (found := condition()):
        assert process.poll() is None, "the sweep ended first"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def parts(folder: Path) -> list[Path]:
    return sorted((folder / "out" / "runs.parquet").glob("part-*"))


def children(process: subprocess.Popen[str]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not listed.exists():
        pytest.skip("this system does not list the children of a process")
    return [int(child) for child in listed.read_text().split()]


def interrupt(process: subprocess.Popen[str], pauses: list[float]) -> tuple[float, str]:
    """Interrupt it once, and again after each pause; the seconds until it ended, and what it said."""
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    for pause in pauses:
        time.sleep(pause)
        process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return time.monotonic() - began, said


def finish(folder: Path, whole: Path) -> None:
    again = begun(folder)
    _, said = again.communicate(timeout=120)
    assert again.returncode == 0, said
    pd.testing.assert_frame_equal(rows(folder / "out"), rows(whole), check_exact=True)


@pytest.mark.slow
def test_two_interrupts_end_a_sweep_and_keep_what_is_done(tmp_path: Path, whole: Path) -> None:
    process = begun(tmp_path)
    wait_for(lambda: len(parts(tmp_path)) >= 2, process)
    workers = children(process)
    assert len(workers) == 2
    seconds, said = interrupt(process, [0.02, 0.05])
    assert seconds < WITHIN
    assert process.returncode == 130, said
    kept = re.search(r"Interrupted\. (\d+) of 80 runs are kept in out: the same command goes on", said)
    assert kept, said
    assert int(kept[1]) > 0
    assert "Traceback" not in said
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]
    before = {path: path.stat().st_mtime_ns for path in parts(tmp_path)}
    finish(tmp_path, whole)
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 20))])
def test_any_number_of_interrupts_at_any_moment(seed: int, tmp_path: Path, whole: Path) -> None:
    chance = random.Random(seed)
    process = begun(tmp_path, workers=chance.choice([1, 2]))
    time.sleep(chance.uniform(0.15, 5))
    seconds, said = interrupt(process, [chance.expovariate(1 / 0.1) for _ in range(chance.randrange(5))])
    assert seconds < WITHIN or process.returncode == 0
    assert process.returncode in (0, 130, -signal.SIGINT), said  # Python has not begun, or is done, at the edges
    if process.returncode == 130:
        assert "Interrupted." in said
        assert "Traceback" not in said
    finish(tmp_path, whole)


@pytest.mark.slow
def test_a_killed_worker_is_told_and_its_runs_are_run_again(tmp_path: Path, whole: Path) -> None:
    process = begun(tmp_path)
    wait_for(lambda: parts(tmp_path), process)
    os.kill(children(process)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert re.search("was killed by SIGKILL; (they are run again|another is begun)", said), said
    assert "Traceback" not in said
    pd.testing.assert_frame_equal(rows(tmp_path / "out"), rows(whole), check_exact=True)


@pytest.mark.slow
def test_workers_end_with_a_killed_parent(tmp_path: Path, whole: Path) -> None:
    process = begun(tmp_path)
    wait_for(lambda: parts(tmp_path), process)
    workers = children(process)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    finish(tmp_path, whole)


ENDS = """
import os, signal, sys
from oversight import Actor


class Ends(Actor):
    def violates(self, now):
        if now.sanction.max() == 2:
            {ends}
        return now.gain > now.expected_sanction
"""


def ending(tmp_path: Path, name: str, ends: str) -> tuple[dict[str, Any], Path]:
    (tmp_path / f"{name}.py").write_text(ENDS.format(ends=ends))
    experiment = {
        **EXPERIMENT,
        "population": [{"kind": f"{name}:Ends", "size": 30}],
        "periods": 5,
        "replicates": 3,
        "sweep": {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [1, 2, 3]}}},
    }
    return experiment, tmp_path / f"{name}.py"


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("name", "ends", "says"),
    [
        ("by_exit", "sys.exit(3)", "SystemExit: 3"),
        ("by_word", "raise SystemExit", "SystemExit"),
        ("at_once", "os._exit(3)", "os._exit(3)"),
    ],
)
def test_a_class_that_ends_the_process_makes_failed_rows(
    name: str, ends: str, says: str, workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oversight.sweeps.runner.ACTOR_PERIODS", 0)
    experiment, plugin = ending(tmp_path, f"{name}_{workers}", ends)
    checked = check(load_experiment(experiment, (), [plugin]))
    finished = run_sweep(checked, tmp_path / "out", workers)
    assert finished.failed == 3
    table = rows(tmp_path / "out")
    failed = table["status"] == "failed"
    assert set(table.loc[failed, "param.policy.sanction.amount"]) == {2}
    assert table.loc[failed, "error"].str.contains(says, regex=False).all()
    assert table.loc[failed, "error"].str.contains(f"{plugin}:9", regex=False).all()


@pytest.mark.parametrize("ends", ["sys.exit(3)", "os._exit(3)"])
def test_a_class_that_always_ends_the_process_is_refused_before_anything_is_run(ends: str, tmp_path: Path) -> None:
    experiment, plugin = ending(tmp_path, f"always_{ends[0]}", ends)
    plugin.write_text(plugin.read_text().replace("now.sanction.max() == 2", "True"))
    with pytest.raises(InputError, match="SystemExit"):
        oversight.sweep(experiment, plugins=[plugin], out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_shard_whose_workers_all_die_is_named_and_the_rest_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("oversight.sweeps.runner.ACTOR_PERIODS", 0)
    experiment, plugin = ending(tmp_path, "killed", "os.kill(os.getpid(), signal.SIGKILL)")
    checked = check(load_experiment(experiment, (), [plugin]))
    monkeypatch.setattr("oversight.sweeps.runner._try_own_classes", lambda _: None)
    with pytest.raises(UnfinishedError, match=r"was killed by SIGKILL, 3 times over.*`workers=1`.*same command"):
        run_sweep(checked, tmp_path / "out", 2)
    assert "they are run again" in caplog.text


UNGUARDED = """
import json, oversight, oversight.sweeps.runner
oversight.sweeps.runner.ACTOR_PERIODS = 0
print(len(oversight.sweep({experiment!r}, out="out", workers=2).runs()))
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["a script", "standard input"])
def test_several_processes_need_no_guard(how: str, tmp_path: Path) -> None:
    script = UNGUARDED.format(experiment={**EXPERIMENT, "periods": 2})
    (tmp_path / "script.py").write_text(script)
    words, given = (["script.py"], None) if how == "a script" else (["-"], script)
    done = subprocess.run([sys.executable, *words], input=given, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "80\n"


def test_interrupts_that_follow_one_are_not_heard_until_all_is_at_an_end() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    heard = 0
    with interrupted_once():
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            heard += 1
            signal.raise_signal(signal.SIGINT)
            with interrupted_once():
                signal.raise_signal(signal.SIGINT)
    assert heard == 1
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_exits_of_other_processes_are_left_alone() -> None:
    with exits_raise():
        with pytest.raises(SystemExit, match=r"os\._exit\(4\)"):
            os._exit(4)
        child = os.fork()
        if child == 0:
            os._exit(5)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5
