"""The files that a plug-in consists of, for hashes."""

from __future__ import annotations

import ast
import hashlib
import os
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

_INSTALLED = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib", "stdlib")}


def own_sources(plugin: str | Path) -> list[Path]:
    """A file with the helpers beside it that it imports, or all files of a package, by its folder or name.

    Of a module by its name there is the one file: what stands beside it is not its own.
    """
    path = Path(plugin)
    if not os.path.exists(path):
        spec = find_spec(str(plugin))
        path = Path(spec.origin) if spec and spec.origin else path
        path = path.parent if path.name == "__init__.py" else path
        if path.is_file():
            return [path]
    if path.is_dir():
        return sorted(path.rglob("*.py"))
    found: dict[Path, None] = {}
    waiting = [path]
    while waiting:
        file = waiting.pop()
        if file in found or not file.is_file():
            continue
        found[file] = None
        waiting += _beside(file)
    return sorted(found)


def digest(files: Iterable[Path]) -> str:
    """A hash of what is in these files."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _beside(file: Path) -> Iterator[Path]:
    """Files and packages in the same folder that a file imports; none of a module among the installed ones."""
    if file.resolve().parent in _INSTALLED:
        return
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            place = file.parent.joinpath(*name.split("."))
            yield place.with_suffix(".py")
            if place.is_dir():
                yield from place.rglob("*.py")
