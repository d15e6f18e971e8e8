"""The files that a plug-in consists of, for hashes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path


def own_sources(plugin: str | Path) -> list[Path]:
    """A file with the helpers beside it that it imports, or all files of a package, by its folder or name."""
    path = Path(plugin)
    if not path.exists():
        spec = find_spec(str(plugin))
        path = Path(spec.origin) if spec and spec.origin else path
        path = path.parent if path.name == "__init__.py" else path
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


def _beside(file: Path) -> Iterator[Path]:
    """Files and packages in the same folder that a file imports."""
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
