"""Importing a Python file or a package."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from oversight.caller import by_caller
from oversight.errors import InputError, Problem
from oversight.plugins.sources import digest, own_sources


def import_plugin(source: str | Path) -> ModuleType:
    """The module of a Python file, or of a package by its folder or name. Helpers beside a file can be imported.

    Raises:
        InputError: there is none, its name is taken, or importing it failed.
    """
    path = Path(source)
    try:
        if path.suffix == ".py":
            if not os.path.isfile(path):
                remedy = f"{by_caller('--plugins', '`plugins`')} takes a Python file or a package."
                raise InputError(Problem("there is no such file", file=str(path), remedy=remedy))
            return _import_file(path)
        return _import_folder(path) if os.path.isfile(path / "__init__.py") else _import_name(str(source))
    except InputError:
        raise
    except (Exception, SystemExit) as error:
        file, line = _place(source, error)
        message = f"cannot be imported: {type(error).__name__}: {error}"
        remedy = "Make `python -c 'import ...'` work on it first."
        raise InputError(Problem(message, file=file, line=line, remedy=remedy)) from error


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


def _place(source: str | Path, error: BaseException) -> tuple[str, int | None]:
    """File and line to blame for an error: where Python could not read on, or the last line of the plug-in itself."""
    if isinstance(error, SyntaxError) and error.filename:
        own = Path(error.filename) == Path(source).resolve()
        return str(source) if own else error.filename, error.lineno
    folder = Path(source).resolve().parent
    inside = [frame for frame in extract_tb(error.__traceback__) if folder in Path(frame.filename).parents]
    if not inside:
        return str(source), None
    own = Path(inside[-1].filename) == Path(source).resolve()
    return str(source) if own else inside[-1].filename, inside[-1].lineno


def _taken(path: Path) -> InputError:
    name, what = (path.resolve().name, "folder") if path.is_dir() else (path.stem, "file")
    return InputError(
        Problem(f"the name `{name}` is taken by another module", file=str(path), remedy=f"Rename the {what}.")
    )


_read: dict[str, str] = {}
"""Modules of files, and their helpers, that this process has imported, with a hash of what they were then."""
_folders: set[Path] = set()


def _import_file(path: Path) -> ModuleType:
    """The module of a file: the one that there is while neither the file nor a helper has changed."""
    file = path.resolve()
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    known = sys.modules.get(file.stem)
    if known is not None and getattr(known, "__file__", None) != module.__file__:
        raise _taken(path)
    sources = own_sources(file)
    now = digest(sources)
    if known is not None and _read.get(file.stem) == now:
        return known
    helpers = {_name(source, file.parent): source for source in sources if source != file}
    for name, source in helpers.items():
        _make_way(name, source)
    _look_in(file.parent)
    _folders.add(file.parent)
    sys.modules[file.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[file.stem]
        raise
    _read.update({name: digest([source]) for name, source in helpers.items()}, **{file.stem: now})
    return module


def _name(source: Path, folder: Path) -> str:
    parts = source.relative_to(folder).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _make_way(name: str, source: Path) -> None:
    """Forget a helper that has changed since it was imported; refuse one in the place of another plug-in's."""
    known = sys.modules.get(name)
    place = Path(getattr(known, "__file__", None) or "")
    if known is None:
        return
    if place != source and place.parent in _folders:
        raise _taken(source)
    if place == source and _read.get(name) != digest([source]):
        del sys.modules[name]
