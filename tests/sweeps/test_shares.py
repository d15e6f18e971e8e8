"""Shares of a sweep, run apart and merged, are the sweep."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from helpers import EXPERIMENT, Command
from oversight.sweeps.shares import Share

SWEPT = EXPERIMENT.replace("replicates: 3", "replicates: 12\nstart: both")
OWN = """
import numpy as np
from oversight import Actor

class Bold(Actor):
    vectorised = True
    nerve: float = 0.5

    def violates(self, now):
        return now.gain > self.nerve * now.expected_sanction
"""


@pytest.fixture
def share(command: Command, write: Callable[..., Path]) -> Callable[..., None]:
    write(text=SWEPT)

    def run(number: int, *words: str, of: int = 3, out: str = "apart") -> None:
        answer = command("sweep", "trial.yaml", "--out", out, "--shard", f"{number}/{of}", *words)
        assert answer.code == 0, answer.err
        assert f"Share {number} of {of}" in answer.out
        assert f"oversight merge {out}" in answer.out

    return run


def same(one: str, other: str) -> None:
    for name in ("runs.parquet", "summary.parquet"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(f"{one}/{name}"), pd.read_parquet(f"{other}/{name}"), check_exact=True
        )


def test_merged_shares_are_the_sweep_bit_for_bit(command: Command, share: Callable[..., None]) -> None:
    for number in (3, 1, 2):
        share(number)
    assert command("merge", "apart").code == 0
    assert command("sweep", "trial.yaml", "--out", "whole").code == 0
    same("apart", "whole")
    assert json.loads(Path("apart/manifest.json").read_text())["status"] == "done"
    assert Path("apart/report.html").exists()
    again = command("sweep", "trial.yaml", "--out", "apart")
    assert "(48 were there already)" in again.out


def test_a_merge_says_which_shares_are_missing(command: Command, share: Callable[..., None]) -> None:
    share(1)
    answer = command("merge", "apart")
    assert answer.code == 1
    assert "runs are missing" in answer.err
    assert "--shard 2/3, 3/3" in answer.err
    share(2)
    share(3)
    assert command("merge", "apart").code == 0


def test_shares_come_together_from_folders_without_a_common_disk(command: Command, share: Callable[..., None]) -> None:
    for number in (1, 2, 3):
        share(number, out=f"computer_{number}")
        shutil.copytree(f"computer_{number}/shares", "apart/shares", dirs_exist_ok=True)
    assert command("merge", "apart").code == 0
    command("sweep", "trial.yaml", "--out", "whole")
    same("apart", "whole")


def test_a_share_goes_on_where_it_stopped(command: Command, share: Callable[..., None]) -> None:
    share(1)
    parts = sorted(Path("apart/shares/1-of-3/runs.parquet").iterdir())
    times = {part: part.stat().st_mtime_ns for part in parts}
    parts[0].unlink()
    share(1)
    assert parts[0].exists()
    assert all(part.stat().st_mtime_ns == times[part] for part in parts[1:])


def test_a_damaged_part_of_a_share_is_named_and_not_merged(
    command: Command, share: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    for number in (1, 2, 3):
        share(number)
    part = sorted(Path("apart/shares/2-of-3/runs.parquet").iterdir())[0]
    part.write_bytes(part.read_bytes()[:-8])
    answer = command("merge", "apart")
    assert answer.code == 1
    assert f"{part.name}: cannot be read" in caplog.text
    assert "Its runs are missing" in caplog.text
    assert "--shard 2/3" in answer.err


def test_shares_of_two_sweeps_are_not_merged(command: Command, share: Callable[..., None]) -> None:
    share(1)
    share(2, "--set", "seed=5")
    answer = command("merge", "apart")
    assert answer.code == 2
    assert "apart/shares/2-of-3: is of another sweep than 1-of-3" in answer.err


def test_more_shares_than_there_is_work_are_no_mistake(command: Command, share: Callable[..., None]) -> None:
    for number in range(1, 41):
        share(number, of=40)
    assert command("merge", "apart").code == 0


@pytest.mark.parametrize("text", ["0/3", "4/3", "2", "two/3", "-1/3", "1/0", "/"])
def test_what_is_no_share_is_refused(command: Command, write: Callable[..., Path], text: str) -> None:
    write(text=SWEPT)
    answer = command("sweep", "trial.yaml", f"--shard={text}")
    assert answer.code == 2
    assert f"`{text}` is no share" in answer.err
    assert "2/8" in answer.err


def test_every_shard_is_in_one_share() -> None:
    for of in (1, 3, 7, 20):
        found = [shard for number in range(1, of + 1) for shard in Share(number, of).of_shards(16)]
        assert sorted(found) == list(range(16))


def test_there_must_be_shares_to_merge(command: Command) -> None:
    answer = command("merge", "nowhere")
    assert answer.code == 2
    assert "nowhere/shares: holds no shares of a sweep" in answer.err


def test_shares_of_own_classes_are_merged_with_them(command: Command, write: Callable[..., Path]) -> None:
    write("bold.py", OWN)
    write(text=SWEPT.replace("kind: rational", "kind: bold:Bold"))
    for number in (1, 2):
        answer = command("sweep", "trial.yaml", "--out", "apart", "--plugins", "bold.py", "--shard", f"{number}/2")
        assert answer.code == 0, answer.err
    assert command("merge", "apart", "--plugins", "bold.py").code == 0
    assert command("sweep", "trial.yaml", "--out", "whole", "--plugins", "bold.py").code == 0
    same("apart", "whole")
    shutil.rmtree("apart/runs.parquet")
    answer = command("merge", "apart")
    assert answer.code == 2
    assert "--plugins bold.py" in answer.err
