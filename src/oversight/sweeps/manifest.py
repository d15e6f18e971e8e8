"""What was run: written before the first run, completed after the last."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from oversight.arrays import Indices
from oversight.documents.paths import resolved
from oversight.documents.problems import plainly
from oversight.documents.whole import written_whole
from oversight.documents.yaml_file import Document
from oversight.errors import ChangedExperimentError, InputError, Problem
from oversight.plugins import Plugin, digest, is_object, known_kinds, name_of, own_sources, package_of, with_strangers
from oversight.plugins.objects import source_of
from oversight.scenario import Source, schema_of
from oversight.scenario.designs import Grid
from oversight.sweeps.design import Design
from oversight.sweeps.identity import Keys, digest_of, essence, spelled
from oversight.sweeps.recorded import POINTS
from oversight.sweeps.remedies import elsewhere, elsewhere_or_fresh

CHECKED = "sha256"
"""What `checksums` says where parts carry theirs, which the first versions did not write."""


class _Design(TypedDict):
    points: int
    replicates: int
    starts: list[str]
    runs: int
    runs_per_shard: int
    keys: NotRequired[str]
    point_keys: NotRequired[list[str]]
    until: NotRequired[dict[str, Any]]
    refine: NotRequired[dict[str, Any]]
    grid: NotRequired[str]
    rounds: NotRequired[list[dict[str, int]]]


@with_config(ConfigDict(strict=True))
class _Written(TypedDict):
    """What a manifest holds that anything reads."""

    experiment: dict[str, Any]
    policies: dict[str, dict[str, Any]]
    overrides: dict[str, Any]
    versions: dict[str, str]
    status: Literal["running", "done"]
    design: _Design
    seed: int
    hash: str
    command: str
    file: str
    plugins: NotRequired[dict[str, str | None]]
    actors: NotRequired[dict[str, str | None]]
    installed: NotRequired[dict[str, str]]
    unchecked: NotRequired[list[str]]
    finished: NotRequired[str]
    timings: NotRequired[dict[str, float]]
    checksums: NotRequired[str]


_WRITTEN = TypeAdapter(_Written)


def describe(source: Source) -> dict[str, Any]:
    """The resolved experiment with hashes and versions: all that the rows depend on."""
    held = {
        "experiment": source.document.data,
        "policies": source.policies,
        "plugins": {file: _hash(file) for file in source.plugins},
        "installed": {kind: _hash(package_of(kind)) for kind in sorted(source.kinds.installed)},
    }
    packages = ("oversight", "mesa", "numpy", "pandas", "pyarrow", "pydantic", "plotly", "scipy")
    return {
        **held,
        "file": source.document.mark(()).file,
        "overrides": source.overrides,
        "hash": _fingerprint(held),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
        "seed": source.experiment.seed,
        "unchecked": list(source.unchecked),
        "checksums": CHECKED,
    }


def code_of(manifest: Mapping[str, Any]) -> str:
    """What all rows depend on beside their design points: the version of the package, and classes of others."""
    return json.dumps(_code(manifest), sort_keys=True)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a results folder, None if there is none.

    Raises:
        InputError: there is a file of that name that no sweep has written, or that was changed since.
    """
    path = folder / "manifest.json"
    try:
        text = path.read_text(encoding="utf-8")
        manifest: dict[str, Any] = json.loads(text)
        _WRITTEN.validate_python(manifest)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValidationError as error:
        first = error.errors()[0]
        raise _no_manifest(path, f"{'.'.join(map(str, first['loc']))}: {plainly(first)[0]}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise _no_manifest(path, "it cannot be read" if isinstance(error, OSError) else "it is no JSON") from None
    design = manifest["design"]
    rows = design["points"] * design["replicates"] * len(design["starts"])
    old = design.get("point_keys")
    known = "keys" in design if old is None else len(old) == design["points"]
    fits = 0 < design["runs"] <= rows if "until" in design else design["runs"] == rows > 0
    if not fits or not design["runs_per_shard"] > 0 or not known:
        raise _no_manifest(path, "its design contradicts itself")
    held = {name: manifest[name] for name in _HELD if name in manifest}
    if len(held) == len(_HELD) and manifest["hash"] != _fingerprint(held):  # older ones hold less
        raise _no_manifest(path, "it was changed since it was written: its hash does not fit")
    if manifest["status"] == "done" and "total_seconds" not in manifest.get("timings", {}):
        raise _no_manifest(path, "it has no timings")
    return manifest


def _no_manifest(path: Path, why: str) -> InputError:
    runs = path.parent / "runs.parquet"
    remedy = elsewhere_or_fresh() if runs.exists() else f"N{elsewhere()[1:]}."
    return InputError(Problem(f"is no manifest of a sweep: {why}", file=str(path), remedy=remedy))


def described_source(manifest: Mapping[str, Any], folder: Path, plugins: Sequence[Plugin] = ()) -> Source:
    """The experiment that a manifest describes. Kinds that `plugins` do not bring can be read, but not run.

    Nothing else is imported: a kind of an installed distribution is known only if this process has used it.
    """
    written = [manifest["experiment"], manifest["policies"]]
    kinds = with_strangers(known_kinds(plugins, written, importing=False), written, manifest.get("installed", ()))
    return Source(
        Document(manifest["experiment"], folder),
        schema_of(manifest["experiment"], kinds),
        tuple(map(name_of, plugins)),
        dict(manifest["policies"]),
        manifest["overrides"],
        kinds,
    )


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest; a reader sees the old one or the new one."""
    with written_whole(folder / "manifest.json") as unfinished:
        unfinished.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def point_keys(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """What identifies each design point of a folder's sweep, in order.

    Raises:
        InputError: the file that says so is not there, or is not what was written.
    """
    design = manifest["design"]
    if "point_keys" in design:  # of a version that kept them in the manifest
        found: list[str] = design["point_keys"]
        return found
    path = folder / POINTS
    try:
        # Of a sweep that was stopped there may be points that it knows no runs of yet.
        found = pq.ParquetFile(path).read()["point_key"].to_pylist()[: design["points"]]
        why = "" if digest_of(found) == design["keys"] else "was changed since it was written"
    except FileNotFoundError:
        why = "is missing"
    except (OSError, ValueError, KeyError) as error:
        why = f"is damaged: {str(error).partition('\n')[0]}"
    if why:
        remedy = "Give the sweep command that made this folder again: it writes the file anew."
        raise InputError(Problem(why, file=str(path), remedy=remedy))
    return found


def write_points(folder: Path, design: Design, replicates: Indices) -> None:
    """Write what identifies each design point, how many replicates it gets, and, if the grid grows, where it lies."""
    keys = pa.array(spelled(design.keys), pa.string())
    columns = {"point": np.arange(len(design)), "point_key": keys, "replicates": replicates}
    if design.lattice is not None:
        columns["place"] = design.in_lattice
    with written_whole(folder / POINTS) as unfinished:
        pq.write_table(pa.table(columns), unfinished)


def refuse_changes(old: Mapping[str, Any], new: Mapping[str, Any], keys: Keys, folder: Path) -> None:
    """Refuse to mix runs of two different experiments in one folder, and to lose runs.

    A design point is known by all that its runs depend on. So what a swept parameter is elsewhere does not matter.

    Args:
        old: the manifest of the folder.
        new: that of the sweep to come.
        keys: the identities of its design points.
        folder: the results folder.

    Raises:
        ChangedExperimentError: something that the runs depend on has changed, or fewer runs are asked for.
        InputError: nobody can say which design points the folder holds.
    """
    if "point_keys" in old["design"]:
        raise ChangedExperimentError(
            f"{folder} is of an earlier version, which told design points apart in another way: its runs can be read, "
            f"but none can be added. {elsewhere_or_fresh()}"
        )
    changes = _told(_differences(_code(old), _code(new)))
    # A grid that halves the same steps as before has all of its points again, once it is run.
    grows = "refine" in old["design"] and "refine" in new["design"]
    known = slice(old["design"]["rounds"][0]["points"] if grows else None)
    what = "grid" if grows else "keys"
    same = old["design"].get(what) == new["design"][what]
    lost = 0 if same else len(set(point_keys(folder, old)[known]) - set(spelled(keys)))
    if lost:
        changes += _told(changed(described_source(old, folder), described_source(new, folder)))
    if changes:
        shown = "\n".join(f"  {change}" for change in changes[:10])
        raise ChangedExperimentError(f"{folder} holds runs of a different experiment:\n{shown}\n{elsewhere_or_fresh()}")
    other_steps = grows and not same and not _steps(old, folder) <= _steps(new, folder)
    _refuse_loss(old["design"], new["design"], lost, folder, other_steps)


def changed(before: Source, now: Source) -> list[tuple[str, Any, Any]]:
    """Where the base points of two sweeps differ, beside what both sweep: dotted paths, and the value of each."""
    both = {_place(before, path) for path in before.swept} & {_place(now, path) for path in now.swept}
    found = _differences(essence(before.experiment), essence(now.experiment))
    return [change for change in found if not _is_within(change[0], both)]


def _told(changes: Sequence[tuple[str, Any, Any]]) -> list[str]:
    return [f"{path}: was {brief(was)}, is {brief(now)}" for path, was, now in changes]


def _steps(manifest: Mapping[str, Any], folder: Path) -> set[tuple[str, float, float]]:
    """The steps of a grid that grows."""
    sweep = described_source(manifest, folder).experiment.sweep
    assert isinstance(sweep, Grid)
    return sweep.steps


def _refuse_loss(old: Mapping[str, Any], new: Mapping[str, Any], lost: int, folder: Path, other_steps: bool) -> None:
    fewer = _fewer_replicates(old, new)
    fewer += ["starts"] if set(old["starts"]) - set(new["starts"]) else []
    fewer += [f"points ({lost} of {old['points']})"] if lost else []
    fewer += [f"points ({reason})" for reason in _other_line(old, new)]
    fewer += ["points (other steps of the grid)"] * other_steps
    if fewer:
        said = f"{folder} holds more than this experiment asks for: {', '.join(fewer)} would be lost"
        raise ChangedExperimentError(f"{said}. {elsewhere_or_fresh()}")


def _fewer_replicates(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What would leave design points with fewer replicates, by its name."""
    before, now = old.get("until"), new.get("until")
    if now is None:
        return ["replicates"] * (new["replicates"] < old["replicates"])
    if before is None:
        return ["replicates"] * (now["first"] < old["replicates"])
    found = ["`max` is smaller"] * (now["max"] < old["replicates"])
    found += ["another `metric`"] * (now["metric"] != before["metric"])
    found += ["a wider `half_width`"] * (now["half_width"] > before["half_width"])
    return [f"replicates ({reason})" for reason in found]


def _other_line(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Why a grid that grows may not grow by the points that it grew by before."""
    if "refine" not in old or "refine" not in new:
        return []  # without the one nothing was added, without the other it is points that are missing
    before, now = old["refine"], new["refine"]
    found = [f"another `refine.{name}`" for name in ("metric", "threshold", "by") if before[name] != now[name]]
    found += ["less `refine.depth`"] * (now["depth"] < before["depth"])
    if before["by"] == "simulation":
        # Means over other runs may lie on the other side.
        mine = {name: (old.get(name), new.get(name)) for name in ("starts", "until")}
        mine["replicates"] = (old["rounds"][0]["replicates"], new["rounds"][0]["replicates"])
        found += [f"other {name}" for name, (was, now) in mine.items() if was != now]
    return found


def _place(source: Source, path: str) -> str:
    """A swept path as `essence` spells it."""
    return ".".join(map(str, resolved(source.document.data, path)))


def _is_within(path: str, places: set[str]) -> bool:
    return any(f"{path}.".startswith(f"{place}.") for place in places)


def _code(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What all runs depend on beside their design points, by the names that people know it by."""
    return {
        "plugins": sorted(map(str, manifest.get("plugins", manifest.get("actors", {})).values())),
        "installed": manifest.get("installed", {}),
        "version of oversight": manifest["versions"]["oversight"],
    }


_HELD = ("experiment", "policies", "plugins", "installed")


def _fingerprint(held: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def _differences(old: Any, new: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [*old, *(key for key in new if key not in old)]
        inner = (_differences(old.get(key), new.get(key), f"{path}.{key}" if path else str(key)) for key in keys)
        return [change for changes in inner for change in changes]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [change for index, (a, b) in pairs for change in _differences(a, b, f"{path}.{index}")]
    return [] if old == new else [(path, old, new)]


def brief(value: Any) -> str:
    """A value as a message shows it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "absent" if value is None else json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _hash(plugin: str) -> str:
    """A hash of the code of a plug-in: a file with its own helpers, a folder, an importable name, or a class."""
    if is_object(plugin):
        return hashlib.sha256(source_of(plugin)).hexdigest()
    return digest(own_sources(plugin))
