"""`oversight palette`: tables of reward scores in three formats, targets, the page, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers import Command
from oversight.scores import Target
from oversight.scores.formats import read_columns

SIX = pd.DataFrame(
    {
        "humor": [0, 1, 2, 3, -1, 1],
        "help": [1, 0, 1, 2, 3, 2],
        "harmless": [2, 1, 0, -1, 1, 3],
        "share": [30, 25, 20, 12, 8, 5],
        "text": ["a, b", "c", "d", "e", "f", "g"],
    }
)
ASKED = ("--target", "humor=1.2", "--target", "help=1.2", "--target", "harmless=1.3", "--base", "share")
FORMATS: dict[str, Callable[[Path], Any]] = {
    "csv": lambda path: SIX.to_csv(path, index=False),
    "parquet": lambda path: SIX.to_parquet(path),
    "jsonl": lambda path: SIX.to_json(path, orient="records", lines=True),
}


@pytest.mark.parametrize("ending", FORMATS)
def test_a_table_in_any_format(ending: str, command: Command, tmp_path: Path) -> None:
    FORMATS[ending](tmp_path / f"six.{ending}")
    done = command("palette", f"six.{ending}", *ASKED, "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    weights = [found["values"][name]["weight"] for name in ("humor", "help", "harmless")]
    np.testing.assert_allclose(weights, (1.027801, 0.015558, 0.912138), atol=6e-7)
    assert found["kl"] == pytest.approx(0.286056, abs=6e-7)
    assert found["slack"] == pytest.approx(0.433333, abs=6e-7)
    assert found["answers"] == 6


def test_what_is_said_and_left_in_the_folder(command: Command, tmp_path: Path) -> None:
    FORMATS["csv"](tmp_path / "six.csv")
    done = command("palette", "six.csv", *ASKED, "--front", "humor,help", "--out", "out")
    assert "every target could be higher by 0.433" in done.out
    assert "0.286 nats from its base" in done.out
    assert "rests on few of the 6 answers" in done.out
    rows = pd.read_csv(tmp_path / "out" / "palette.csv").set_index("value")
    assert rows.loc["humor", "weight"] == pytest.approx(1.027801, abs=6e-7)
    front = pd.read_csv(tmp_path / "out" / "front.csv")
    assert front["first"].is_monotonic_increasing
    assert front["second"].is_monotonic_decreasing
    page = (tmp_path / "out" / "palette.html").read_text()
    assert "Largest target of help" in page
    assert 'data-view="front"' in page


def test_targets_of_the_base() -> None:
    scores, equal = np.arange(11.0), np.full(11, 1 / 11)
    assert Target.parsed("a=b=q25") == Target("a=b", "q25")
    assert Target("a", "q25").of(scores, equal) == 2.5
    assert Target("a", "mean").of(scores, equal) == pytest.approx(5)
    assert Target("a", "-1e3").of(scores, equal) == -1000
    heavy = np.array((0.7, *[0.03] * 10))
    assert Target("a", "q69").of(scores, heavy) == 0
    assert Target("a", "q72").of(scores, heavy) == 1


def test_an_infeasible_palette_names_the_largest_feasible_share(command: Command, tmp_path: Path) -> None:
    FORMATS["csv"](tmp_path / "six.csv")
    asked = [word.replace("1.2", "2").replace("1.3", "2") for word in ASKED]
    refused = command("palette", "six.csv", *asked)
    assert refused.code == 2
    assert "at most 0.675 of the way" in refused.err
    assert "missed by 0.333" in refused.err
    taken = command("palette", "six.csv", *asked, "--infeasible", "nearest")
    assert taken.code == 0
    assert "at most 67.5\u00a0% of the way" in taken.out


def test_weights_within_contexts(command: Command, tmp_path: Path) -> None:
    table = {"v": [0, -1, 1, 0, -2, 2], "p": [0.3, 0.15, 0.05, 0.45, 0.025, 0.025], "prompt": [7, 7, 7, 9, 9, 9]}
    pd.DataFrame(table).to_csv(tmp_path / "two.csv", index=False)
    words = ("palette", "two.csv", "--target", "v=0.4", "--base", "p", "--json")
    joint, within = (json.loads(command(*words, *more).out) for more in ((), ("--context", "prompt")))
    assert joint["values"]["v"]["weight"] == pytest.approx(1.010699, abs=6e-7)
    assert within["values"]["v"]["weight"] == pytest.approx(1.054462, abs=6e-7)


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("humor\n1\n2\n", ("--target", "humour=1"), "has no column `humour`. Did you mean `humor`?"),
        ("humor\n1\nfunny\n", ("--target", "humor=1"), "row 2, humor: `funny` is not a number"),
        ("humor,x\n1,1\n,2\n", ("--target", "humor=1"), "row 2, humor: there is no number"),
        ("humor\n1\nnan\n", ("--target", "humor=1"), "row 2, humor: `nan` is not a number"),
        ("humor\n", ("--target", "humor=1"), "holds no row"),
        ("humor,p\n1,1\n2,0\n", ("--target", "humor=1", "--base", "p"), "row 2, p: `0` is no share of a base model"),
        ("humor,humor\n1,1\n2,0\n", ("--target", "humor=1"), "has several columns `humor`"),
        ("humor\n1\n2\n", ("--target", "humor=q101"), "`humor=q101` is no target"),
        ("humor\n1\n2\n", ("--target", "humor"), "`humor` is no target"),
        ("humor\n1\n2\n", ("--target", "humor=1", "--target", "humor=2"), "`humor` has two targets"),
        ("humor\n1\n2\n", ("--target", "humor=1", "--front", "humor"), "`humor` is no front"),
        ("humor\n1\n2\n", ("--target", "humor=1", "--front", "humor,help"), "`help` has no target"),
        ("humor\n1\n2\n", ("--target", "humor=1", "--front", "humor,humor"), "two different values"),
    ],
)
def test_what_is_refused(text: str, words: tuple[str, ...], said: str, command: Command, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text(text)
    done = command("palette", "table.csv", *words)
    assert done.code == 2
    assert said in done.err.replace("\n", " ")
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("table.jsonl", '{"humor": 1}\n{"humor": "x"}\n', 'row 2, humor: `"x"` is not a number'),
        ("table.jsonl", '{"humor": 1}\n{"other": 1}\n', "row 2, humor: there is no number"),
        ("table.jsonl", '{"humor": 1}\n{"humor": \n', "table.jsonl:2: is no JSON"),
        ("table.jsonl", "[1]\n", "table.jsonl:1: is no row"),
        ("table.jsonl", "", "holds no row"),
        ("table.txt", "humor\n1\n", "`.txt` is no table"),
        ("table.parquet", "humor\n1\n", "is no parquet table"),
        ("table.csv", "", "is no csv table"),
    ],
)
def test_files_that_are_no_tables(name: str, text: str, said: str, command: Command, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    done = command("palette", name, "--target", "humor=1")
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_texts_of_answers_may_have_lines_and_commas(tmp_path: Path) -> None:
    text = ["one\ntwo", 'say "three", four', "five\n\nsix" * 200_000]
    pd.DataFrame({"text": text, "humor": [1.0, 2.0, 3.0]}).to_csv(tmp_path / "texts.csv", index=False)
    np.testing.assert_array_equal(read_columns(tmp_path / "texts.csv", ["humor"]), [[1], [2], [3]])


def test_a_file_that_is_not_there(command: Command) -> None:
    done = command("palette", "absent.csv", "--target", "humor=1")
    assert done.code == 2
    assert "absent.csv: cannot be read" in done.err


def test_a_long_table_is_read_in_blocks(tmp_path: Path) -> None:
    scores = np.random.default_rng(1).normal(size=(150_000, 2))
    table = pd.DataFrame(scores, columns=["a", "b"])
    table.to_parquet(tmp_path / "long.parquet")
    table.to_json(tmp_path / "long.jsonl", orient="records", lines=True, double_precision=15)
    table.to_csv(tmp_path / "long.csv", index=False)
    for ending in ("parquet", "csv"):
        np.testing.assert_array_equal(read_columns(tmp_path / f"long.{ending}", ["b", "a"]), scores[:, ::-1])
    np.testing.assert_allclose(read_columns(tmp_path / "long.jsonl", ["b", "a"]), scores[:, ::-1], atol=1e-14)
