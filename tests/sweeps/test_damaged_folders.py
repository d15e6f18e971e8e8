"""Whatever happens to a results folder is said, and the next run restores it bit for bit."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

import oversight
from oversight.documents.whole import written_whole
from oversight.errors import ChangedExperimentError, InputError, OversightError, UnfinishedError
from oversight.scenario import load_experiment
from oversight.sweeps import Finished, check, load_results, run_sweep

EXPERIMENT: dict[str, Any] = {
    "name": "damaged",
    "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 2}},
    "population": [{"kind": "rational", "size": 20}],
    "periods": 4,
    "replicates": 10,
    "start": "both",
    "sweep": {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [0.5, 1]}}},
}
OTHER = {**EXPERIMENT, "seed": 1}
FILES = ["summary.csv", "summary.parquet"]


def go(folder: Path, experiment: dict[str, Any] = EXPERIMENT, fresh: bool = False, **keys: Any) -> Finished:
    return run_sweep(check(load_experiment(experiment)), folder, 1, fresh, **keys)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "out"
    go(folder)
    return folder


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("other") / "out"
    go(folder, OTHER)
    return folder


@pytest.fixture
def torn(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "torn"))


def same(one: Path, two: Path) -> None:
    parts = sorted(path.name for path in (one / "runs.parquet").iterdir())
    assert parts == sorted(path.name for path in (two / "runs.parquet").iterdir())
    for name in [*FILES, *(f"runs.parquet/{part}" for part in parts)]:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    pd.testing.assert_frame_equal(load_results(one).runs(), load_results(two).runs(), check_exact=True)


def part(folder: Path, shard: int = 1) -> Path:
    return folder / "runs.parquet" / f"part-{shard:08d}.parquet"


def edit(column: str, value: Any, keep: bool) -> Callable[[Path, Path], None]:
    """Change one value of a part, with pandas, or so that the checksum beside it is kept."""

    def change(folder: Path, _: Path) -> None:
        table = pq.read_table(part(folder))
        frame = table.to_pandas()
        frame.loc[0, column] = value
        if keep:
            pq.write_table(type(table).from_pandas(frame, schema=table.schema).cast(table.schema), part(folder))
        else:
            frame.to_parquet(part(folder), index=False)

    return change


def bytes_of(content: Callable[[bytes], bytes]) -> Callable[[Path, Path], None]:
    return lambda folder, _: part(folder).write_bytes(content(part(folder).read_bytes())) and None


def fewer_rows(folder: Path, _: Path) -> None:
    table = pq.read_table(part(folder))
    pq.write_table(table.slice(1), part(folder))


def a_folder(folder: Path, _: Path) -> None:
    part(folder).unlink()
    part(folder).mkdir()


PARTS: dict[str, tuple[Callable[[Path, Path], Any], str]] = {
    "empty": (bytes_of(lambda _: b""), "cannot be read"),
    "truncated": (bytes_of(lambda content: content[: len(content) // 2]), "cannot be read"),
    "without its end": (bytes_of(lambda content: content[:-4]), "cannot be read"),
    "zeros inside": (bytes_of(lambda content: content[:40] + bytes(200) + content[240:]), "part-00000001"),
    "no parquet": (bytes_of(lambda _: b"point,replicate\n0,0\n"), "cannot be read"),
    "a folder": (a_folder, "cannot be read"),
    "another shard's": (lambda folder, _: shutil.copy(part(folder, 2), part(folder)), "holds other runs"),
    "another experiment's": (lambda folder, other: shutil.copy(part(other), part(folder)), "holds other runs"),
    "fewer rows": (fewer_rows, "checksum does not fit"),
    "edited measure": (edit("metric.misconduct_rate", 0.99, keep=False), "checksum does not fit"),
    "edited measure, kept": (edit("metric.misconduct_rate", 0.99, keep=True), "checksum does not fit"),
    "edited status": (edit("status", "failed", keep=True), "checksum does not fit"),
    "edited start": (edit("start", "compliant", keep=True), "checksum does not fit"),
    "edited seed": (edit("seed", 7, keep=True), "checksum does not fit"),
    "edited replicate": (edit("replicate", 7, keep=True), "checksum does not fit"),
}
EXTRA: dict[str, Callable[[Path, Path], Any]] = {
    "one more part": lambda folder, _: shutil.copy(part(folder), part(folder, 99)),
    "another experiment's part more": lambda folder, other: shutil.copy(part(other), part(folder, 20)),
    "a copy by hand": lambda folder, _: shutil.copy(part(folder), folder / "runs.parquet" / "part-1 (copy).parquet"),
    "a folder more": lambda folder, _: shutil.copytree(folder / "runs.parquet", folder / "runs.parquet" / "old"),
    "a note": lambda folder, _: (folder / "runs.parquet" / "notes.txt").write_text("mine"),
}


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    with caplog.at_level(logging.WARNING, "oversight"):
        yield lambda: "\n".join(record.getMessage() for record in caplog.records)


@pytest.mark.slow
@pytest.mark.parametrize("name", PARTS)
def test_a_damaged_part_is_named_set_aside_and_run_again(
    name: str, torn: Path, whole: Path, other: Path, said: Callable[[], str]
) -> None:
    damage, says = PARTS[name]
    damage(torn, other)
    if part(torn).is_file():
        with pytest.raises(UnfinishedError, match=r"part-00000001|holds other runs"):
            load_results(torn).runs()
    go(torn)
    same(whole, torn)
    assert says in said()
    assert "part-00000001.parquet" in said()
    assert "run again" in said()
    assert [path.name for path in (torn / "runs.set_aside").iterdir()] == ["part-00000001.parquet"]


@pytest.mark.parametrize("name", EXTRA)
def test_what_is_no_part_is_set_aside(name: str, torn: Path, whole: Path, other: Path, said: Callable[[], str]) -> None:
    EXTRA[name](torn, other)
    go(torn)
    same(whole, torn)
    assert "is no part of this sweep" in said()
    assert len(list((torn / "runs.set_aside").iterdir())) == 1


def test_a_part_of_the_same_points_run_with_other_classes_is_not_taken(tmp_path: Path, said: Callable[[], str]) -> None:
    for name, decides in (("one", "now.gain > now.expected_sanction"), ("two", "now.gain > 2 * now.expected_sanction")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "renewed.py").write_text(
            "from oversight import Actor\n\n\nclass Mine(Actor):\n"
            f"    def violates(self, now):\n        return {decides}\n"
        )
        mine = {**EXPERIMENT, "population": [{"kind": "renewed:Mine", "size": 20}]}
        oversight.sweep(mine, out=tmp_path / name / "out", plugins=[tmp_path / name / "renewed.py"], workers=1)
        if name == "one":
            del sys.modules["renewed"]
    kept = part(tmp_path / "two" / "out").read_bytes()
    shutil.copy(part(tmp_path / "one" / "out"), part(tmp_path / "two" / "out"))
    oversight.sweep(mine, out=tmp_path / "two" / "out", plugins=[tmp_path / "two" / "renewed.py"], workers=1)
    assert part(tmp_path / "two" / "out").read_bytes() == kept
    assert "checksum does not fit" in said()
    del sys.modules["renewed"]


def changed(**keys: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda manifest: {**manifest, **keys}


MANIFESTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a list": lambda manifest: [manifest],
    "null": lambda _: None,
    "no design": lambda manifest: {name: manifest[name] for name in manifest if name != "design"},
    "design of nothing": changed(design={}),
    "design is a word": changed(design="grid"),
    "versions are a list": changed(versions=["oversight"]),
    "no version of ours": changed(versions=None),
    "a status of its own": changed(status="finished"),
    "an experiment that is none": changed(experiment={"name": 3}),
    "another experiment": changed(experiment={**EXPERIMENT, "periods": 9}),
    "policies are a number": changed(policies=3),
    "timings are a word": changed(timings="short"),
    "no timings": changed(timings={}),
    "a hash that does not fit": changed(hash="0" * 64),
    "seed is a word": changed(seed="zero"),
    "overrides are a list": changed(overrides=[1]),
    "more points than keys": lambda manifest: {**manifest, "design": {**manifest["design"], "points": 3}},
    "no runs": lambda manifest: {**manifest, "design": {**manifest["design"], "runs": 0, "replicates": 0}},
    "no runs in a shard": lambda manifest: {**manifest, "design": {**manifest["design"], "runs_per_shard": 0}},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*MANIFESTS, "cut", "binary", "empty"])
def test_a_wrong_manifest_is_refused_with_its_file_and_what_to_do(name: str, torn: Path, whole: Path) -> None:
    path = torn / "manifest.json"
    if name in MANIFESTS:
        path.write_text(json.dumps(MANIFESTS[name](json.loads(path.read_text()))))
    else:
        path.write_bytes({"cut": path.read_bytes()[:200], "binary": b"\xff\xfe\x00", "empty": b""}[name])
    before = path.read_bytes()
    for open_it in (load_results, lambda folder: go(folder)):
        with pytest.raises(InputError) as refused:
            open_it(torn)
        assert "manifest.json" in str(refused.value)
        assert "fresh=True" in str(refused.value)
    assert path.read_bytes() == before
    go(torn, fresh=True)
    same(whole, torn)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["deleted", "empty", "cut", "another's"])
def test_a_damaged_summary_is_said_and_written_anew(
    name: str, damage: str, torn: Path, whole: Path, other: Path
) -> None:
    path = torn / name
    if damage == "deleted":
        path.unlink()
    else:
        content = {"empty": b"", "cut": path.read_bytes()[:-50], "another's": (other / name).read_bytes()}[damage]
        path.write_bytes(content)
    if name == "summary.parquet":
        with pytest.raises(InputError, match=r"summary\.parquet: is (missing|damaged).*writes the summary anew"):
            load_results(torn)
    go(torn)
    same(whole, torn)


def test_damaged_runs_are_not_reused_by_a_larger_design(torn: Path, tmp_path: Path, said: Callable[[], str]) -> None:
    larger = {**EXPERIMENT, "replicates": 12}
    edit("metric.misconduct_rate", 0.99, keep=True)(torn, torn)
    part(torn, 2).write_bytes(b"")
    go(torn, larger)
    go(tmp_path / "direct", larger)
    same(tmp_path / "direct", torn)
    assert "part-00000001" in said()
    assert "part-00000002" in said()


def test_a_folder_of_an_earlier_version_is_read_and_not_added_to(torn: Path) -> None:
    """The first versions kept keys of another making in the manifest, and no checksums beside the parts."""
    manifest = json.loads((torn / "manifest.json").read_text())
    del manifest["checksums"], manifest["design"]["keys"]
    manifest["design"]["point_keys"] = pd.read_parquet(torn / "points.parquet")["point_key"].tolist()
    (torn / "points.parquet").unlink()
    (torn / "manifest.json").write_text(json.dumps(manifest))
    for path in (torn / "runs.parquet").iterdir():
        pq.write_table(pq.read_table(path).replace_schema_metadata(None), path)
    assert len(load_results(torn).runs()) == 40
    before = {path: path.read_bytes() for path in torn.rglob("*") if path.is_file()}
    with pytest.raises(ChangedExperimentError, match=r"earlier version.*can be read.*`out`, or .* with `fresh=True`"):
        go(torn)
    assert {path: path.read_bytes() for path in torn.rglob("*") if path.is_file()} == before


def test_keys_that_were_lost_or_changed_are_told_and_written_anew(torn: Path, whole: Path) -> None:
    for damage in (
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: shutil.copy(part(torn), path),
    ):
        damage(torn / "points.parquet")
        with pytest.raises(InputError, match=r"points\.parquet: (is missing|is damaged|was changed).*again"):
            load_results(torn).runs()
        with pytest.raises(InputError, match=r"points\.parquet"):
            go(torn, {**EXPERIMENT, "seed": 5})
        go(torn)
        same(whole, torn)


def full_disk(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("at", ["pyarrow.parquet.write_table", "pyarrow.csv.write_csv"])
def test_a_full_disk_is_a_message_and_leaves_no_half_file(
    at: str, tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(at, full_disk)
        with pytest.raises(UnfinishedError, match="cannot be written: No space left"):
            go(tmp_path / "out")
    with pytest.raises(InputError, match="holds an unfinished sweep"):
        load_results(tmp_path / "out")
    assert not [path for path in (tmp_path / "out").rglob("*.tmp")]
    go(tmp_path / "out")
    same(whole, tmp_path / "out")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")

    def fail() -> None:
        with written_whole(path) as unfinished:
            unfinished.write_text("half")
            full_disk()

    with pytest.raises(UnfinishedError, match=r"table\.csv: cannot be written"):
        fail()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["table.csv"]
    with written_whole(path) as unfinished:
        unfinished.write_text("new")
    assert path.read_text() == "new"


def test_fresh_deletes_all_of_a_sweep_and_nothing_else(torn: Path, whole: Path) -> None:
    (torn / "notes.txt").write_text("mine")
    part(torn).write_bytes(b"")
    go(torn)
    assert (torn / "runs.set_aside").is_dir()
    go(torn, fresh=True)
    same(whole, torn)
    assert not (torn / "runs.set_aside").exists()
    assert (torn / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("at", ["shutil.rmtree", "os.rename", "os.access"])
def test_fresh_over_what_cannot_be_deleted_changes_nothing(
    at: str, torn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def contents() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in torn.rglob("*") if path.is_file() and path.name != ".lock"}

    renamed = os.rename

    def refuse(path: Any, *more: Any, **_: Any) -> Any:
        if at == "os.access":
            return not str(path).endswith("runs.parquet")
        if at == "os.rename" and not str(path).endswith("runs.parquet"):
            return renamed(path, *more)
        raise PermissionError(13, "Permission denied", str(path))

    before = contents()
    with monkeypatch.context() as patched:
        patched.setattr(at, refuse)
        with pytest.raises(InputError, match="nothing was changed"):
            go(torn, fresh=True)
    assert contents() == before


def test_fresh_leaves_a_manifest_alone_that_is_none_of_a_sweep(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "a web page"}')
    with pytest.raises(InputError, match="is no manifest of a sweep"):
        go(tmp_path, fresh=True)
    assert (tmp_path / "manifest.json").read_text() == '{"name": "a web page"}'


@pytest.mark.parametrize("fresh", [False, True])
def test_one_folder_one_sweep(fresh: bool, tmp_path: Path) -> None:
    refused: list[str] = []

    def second(done: int, runs: int, left: float) -> None:
        if not refused:
            with pytest.raises(InputError, match="another sweep is writing here") as found:
                go(tmp_path / "out", OTHER, fresh)
            refused.append(str(found.value))

    go(tmp_path / "out", progress=second, command="oversight sweep a")
    assert f"process {os.getpid()} on " in refused[0]
    assert "`oversight sweep a`" in refused[0]
    assert "name another folder with `out`" in refused[0]
    go(tmp_path / "out")


def test_an_empty_name_of_a_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OversightError, match=r"^out: names no folder"):
        oversight.sweep(EXPERIMENT, out="", workers=1)
    assert os.listdir(tmp_path) == []
