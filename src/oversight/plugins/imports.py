"""Importing a Python file or a package."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from oversight.errors import InputError, Problem


def import_plugin(source: str | Path) -> ModuleType:
    """The module of a Python file, or of a package by its folder or name. Helpers beside a file can be imported.

    Raises:
        InputError: there is none, its name is taken, or importing it failed.
    """
    path = Path(source)
    try:
        if path.suffix == ".py":
            if not path.is_file():
                raise InputError(
                    Problem(
                        "there is no such file", file=str(path), remedy="--plugins takes a Python file or a package."
                    )
                )
            return _import_file(path)
        return _import_folder(path) if (path / "__init__.py").is_file() else _import_name(str(source))
    except InputError:
        raise
    except Exception as error:
        line = getattr(error, "lineno", None) or _line(path, error)
        raise InputError(
            Problem(
                f"cannot be imported: {type(error).__name__}: {error}",
                file=str(source),
                line=line,
                remedy="Make `python -c 'import ...'` work on it first.",
            )
        ) from error


def _import_folder(path: Path) -> ModuleType:
    folder = path.resolve()
    module = _import_name(folder.name, folder.parent)
    if folder not in map(Path, getattr(module, "__path__", ())):
        raise _taken(path)
    return module


def _import_name(name: str, folder: Path | None = None) -> ModuleType:
    # A console script does not look in the working folder.
    _look_in(folder or Path.cwd())
    return importlib.import_module(name)


def _look_in(folder: Path) -> None:
    # Last, so that nothing there hides an installed module.
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    importlib.invalidate_caches()


def _line(path: Path, error: Exception) -> int | None:
    """The last line of the file itself that an error passed through."""
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if Path(frame.filename) == path.resolve()]
    return lines[-1] if lines else None


def _taken(path: Path) -> InputError:
    name, what = (path.resolve().name, "folder") if path.is_dir() else (path.stem, "file")
    return InputError(
        Problem(f"the name `{name}` is taken by another module", file=str(path), remedy=f"Rename the {what}.")
    )


def _import_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path.resolve())
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    known = sys.modules.get(path.stem)
    if known is not None and getattr(known, "__file__", None) != module.__file__:
        raise _taken(path)
    _look_in(path.resolve().parent)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[path.stem]
        raise
    return module
