"""The sweeps that the page may open: folders under `results/`, by their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq

from oversight.errors import InputError, Problem
from oversight.report.study import Study
from oversight.sweeps import load_results
from oversight.sweeps.manifest import read_manifest

MAX_ROWS = 50_000
"""Rows of a summary that the page opens: a design point and start each."""
MAX_FOLDERS = 300


@dataclass(frozen=True)
class Folder:
    """A folder of results. `experiment` is the name of what was swept; `problem` says why it cannot be opened."""

    name: str
    title: str
    problem: str = ""
    experiment: str = ""


def folders(root: Path) -> list[Folder]:
    """The folders in `root`, the newest first, those that cannot be opened last."""
    try:
        found = [path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:
        return []
    newest = sorted(found, key=_age, reverse=True)[:MAX_FOLDERS]
    return sorted(map(_folder, newest), key=lambda folder: bool(folder.problem))


def newest_of(found: Sequence[Folder], experiment: str) -> str:
    """The first of these folders that holds finished results of the experiment of that name; empty where none does."""
    return next((one.name for one in found if one.experiment == experiment and not one.problem), "")


def _folder(path: Path) -> Folder:
    try:
        manifest = read_manifest(path)
        if manifest is None:
            return Folder(path.name, path.name, "no sweep has written here")
        written = manifest["experiment"]
        title = str(written.get("title") or written["name"])
        problem = "" if manifest["status"] == "done" else "unfinished"
        return Folder(path.name, title, problem, str(written["name"]))
    except InputError as error:
        return Folder(path.name, path.name, error.problems[0].message)
    except (AttributeError, KeyError, TypeError):
        return Folder(path.name, path.name, "is no manifest of a sweep")


def open_study(root: Path, name: str, actors: tuple[str, ...] = ()) -> Study:
    """The finished sweep in the folder of that name; sessions share it, and only read it.

    Raises:
        InputError: there is none, it is unfinished or damaged, or too large for the page.
    """
    if name not in [folder.name for folder in folders(root)]:
        raise InputError(Problem("there is no such folder", file=f"results/{name[:60]}", remedy="Choose another."))
    return _study(root / name, _age(root / name), actors)


@lru_cache(maxsize=4)
def _study(folder: Path, age: float, actors: tuple[str, ...]) -> Study:
    shown = f"results/{folder.name}"
    try:
        summary = folder / "summary.parquet"
        rows = pq.read_metadata(summary).num_rows if summary.is_file() else 0
        if rows > MAX_ROWS:
            remedy = f"The page opens up to {MAX_ROWS:,}; the report in the folder shows more."
            raise InputError(Problem(f"{rows:,} rows are too many for the page", file=shown, remedy=remedy))
        study = Study(load_results(folder, actors))
        _ = study.axes, study.start, study.who, study.tidy(study.main)  # what is damaged shows here
        return study
    except InputError as error:
        problems = [Problem(one.message, one.path, shown, remedy=one.remedy) for one in error.problems]
        raise InputError(problems) from None
    except Exception as error:  # a damaged file may fail anywhere in what reads it
        remedy = "Run the sweep again."
        raise InputError(Problem(f"is damaged ({type(error).__name__})", file=shown, remedy=remedy)) from error


def _age(folder: Path) -> float:
    try:
        return (folder / "manifest.json").stat().st_mtime
    except OSError:
        return 0.0
