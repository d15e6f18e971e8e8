"""The policies, experiments and replications of a folder, and those that come with the package, found by name."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

Kind = Literal["policies", "experiments", "replications"]
_FOLDERS: dict[Kind, str] = {
    "policies": "policies",
    "experiments": "experiments",
    "replications": "experiments/replications",
}
FILES = tuple(_FOLDERS)


@cache
def home() -> Path:
    """The folder that holds them: inside the package where it was installed, the top of a checkout otherwise."""
    package = Path(__file__).parents[1]
    installed = package / "bundled"
    return installed if installed.is_dir() else package.parents[1]


def bundled(kind: Kind) -> dict[str, Path]:
    """The bundled files of a kind by name, in the order of their names."""
    return own(kind, home())


def own(kind: Kind, folder: Path) -> dict[str, Path]:
    """The files of a kind that stand in `folder` by name, in the order of their names."""
    return {path.stem: path for path in sorted((folder / _FOLDERS[kind]).glob("*.yaml"))}


def files_in(folder: Path, kind: Kind) -> list[Path]:
    """The files of a kind that stand in `folder`; the bundled ones where it has none."""
    return list((own(kind, folder) or bundled(kind)).values())


def file_of(kind: Kind, name: str | Path, folder: Path = Path()) -> Path:
    """The file that `name` means in `folder`.

    It is the one at that path, or else of that name in the folder's `policies`, `experiments` or
    `experiments/replications`, or else the bundled one; where there is none, the path at which one was looked for.
    """
    path = folder / name
    if os.path.isfile(path):
        return path
    return own(kind, folder).get(str(name)) or bundled(kind).get(str(name), path)


def shown_of(name: str | Path, path: Path) -> str:
    """How messages call the file at `path` that `name` means: a bundled one by its name, any other by its path."""
    return str(name) if path == Path(name) or path.is_absolute() else str(path)
