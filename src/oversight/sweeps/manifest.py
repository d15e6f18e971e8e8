"""What was run: written before the first run, completed after the last."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from oversight.documents.yaml_file import Document
from oversight.errors import ChangedExperimentError, InputError, Problem
from oversight.plugins import digest, known_kinds, own_sources, package_of, with_strangers
from oversight.scenario import Source, experiment_model
from oversight.sweeps.design import essence

_KEYS = {"experiment", "policies", "overrides", "versions", "status", "design"}


def describe(source: Source) -> dict[str, Any]:
    """The resolved experiment with hashes and versions: all that the rows depend on."""
    resolved = {
        "experiment": source.document.data,
        "policies": source.policies,
        "plugins": {file: _hash(file) for file in source.plugins},
        "installed": {kind: _hash(package_of(kind)) for kind in sorted(source.kinds.installed)},
    }
    packages = ("oversight", "mesa", "numpy", "pandas", "pyarrow", "pydantic", "plotly", "scipy")
    return {
        **resolved,
        "file": source.document.mark(()).file,
        "overrides": source.overrides,
        "hash": hashlib.sha256(json.dumps(resolved, sort_keys=True).encode()).hexdigest(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
        "seed": source.experiment.seed,
        "unchecked": list(source.unchecked),
    }


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a results folder, None if there is none.

    Raises:
        InputError: there is a file of that name that no sweep has written.
    """
    path = folder / "manifest.json"
    try:
        manifest: Any = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or not set(manifest) >= _KEYS:
        raise InputError(Problem("is no manifest of a sweep", file=str(path), remedy="Name another folder."))
    return manifest


def described_source(manifest: Mapping[str, Any], folder: Path, plugins: Sequence[str | Path] = ()) -> Source:
    """The experiment that a manifest describes. Kinds that `plugins` do not bring can be read, but not run.

    Nothing else is imported: a kind of an installed distribution is known only if this process has used it.
    """
    written = [manifest["experiment"], manifest["policies"]]
    kinds = with_strangers(known_kinds(plugins, written, importing=False), written, manifest.get("installed", ()))
    return Source(
        Document(manifest["experiment"], folder),
        experiment_model(kinds),
        tuple(map(str, plugins)),
        dict(manifest["policies"]),
        manifest["overrides"],
        kinds,
    )


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest; a reader sees the old one or the new one."""
    unfinished = folder / ".manifest.json.tmp"
    unfinished.write_text(json.dumps(manifest, indent=2) + "\n")
    os.replace(unfinished, folder / "manifest.json")


def refuse_changes(old: Mapping[str, Any], new: Mapping[str, Any], folder: Path) -> None:
    """Refuse to mix runs of two different experiments in one folder.

    Raises:
        ChangedExperimentError: something that the runs depend on has changed.
    """
    changes = _differences(_essence(old, folder), _essence(new, folder), "")
    if changes:
        shown = "\n".join(f"  {change}" for change in changes[:10])
        raise ChangedExperimentError(
            f"{folder} holds runs of a different experiment:\n{shown}\n"
            "Name another folder with --out, or start over with --fresh (the old runs are deleted)."
        )


def _essence(manifest: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What the runs depend on, defaults written out."""
    return {
        **essence(described_source(manifest, folder).experiment),
        "plugins": sorted(manifest.get("plugins", manifest.get("actors", {})).values()),
        "installed": manifest.get("installed", {}),
        "version of oversight": manifest["versions"]["oversight"],
    }


def _differences(old: Any, new: Any, path: str) -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [*old, *(key for key in new if key not in old)]
        inner = (_differences(old.get(key), new.get(key), f"{path}.{key}" if path else str(key)) for key in keys)
        return [change for changes in inner for change in changes]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [change for index, (a, b) in pairs for change in _differences(a, b, f"{path}.{index}")]
    return [] if old == new else [f"{path}: was {_short(old)}, is {_short(new)}"]


def _short(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "absent" if value is None else json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _hash(plugin: str) -> str:
    """A hash of the code of a plug-in: a file with its own helpers, a folder, or an importable name."""
    return digest(own_sources(plugin))
