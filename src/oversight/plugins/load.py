"""The kinds that a Python file or package defines."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from oversight.errors import InputError, Problem
from oversight.plugins.imports import import_plugin
from oversight.seams import Seam, kinded, unwritten


def load_plugins(source: str | Path, seams: Iterable[Seam]) -> dict[str, dict[str, type[Any]]]:
    """Import a Python file, or a package by its folder or name: by seam, its classes as `module:ClassName`.

    A package shows the classes that its `__init__.py` imports from inside it.

    Raises:
        InputError: there is no such file or package, importing it failed, it defines no kind, or one is not whole.
    """
    module = import_plugin(source)
    inside = {
        name: member
        for name, member in vars(module).items()
        if isinstance(member, type) and _is_inside(member.__module__, module.__name__) and not name.startswith("_")
    }
    bases = {base for member in inside.values() for base in member.__mro__[1:]}
    found: dict[str, dict[str, type[Any]]] = {}
    for seam in seams:
        for name, member in inside.items():
            if issubclass(member, seam.base) and not (member in bases and unwritten(member)):
                kind = f"{module.__name__}:{name}"
                found.setdefault(seam.name, {})[kind] = as_kind(seam, member, kind, str(source))
    if not found:
        remedy = "Subclass oversight.Actor, or the base of another seam; a package imports its classes in __init__.py."
        raise InputError(Problem("it defines no kind", file=str(source), remedy=remedy))
    return found


def as_kind(seam: Seam, member: type[Any], kind: str, source: str) -> type[Any]:
    """A class as files know it.

    Raises:
        InputError: it is no class of the seam, misses a method, or takes the key `kind` for itself.
    """
    if not isinstance(member, type) or not issubclass(member, seam.base):
        raise InputError(Problem(f"is no class of {seam.base.__name__}, as {seam.name} are", kind, source))
    missing = list(unwritten(member))
    if missing:
        methods = " and ".join(f"`{name}`" for name in missing)
        remedy = f"{seam.base.__name__} says what it returns."
        raise InputError(Problem(f"has no {methods}", kind, source, remedy=remedy))
    if not issubclass(member, BaseModel):
        return member  # an actor class, whose keys are its annotations
    if "kind" in inspect.get_annotations(member):
        message = "declares `kind`, which the name of its file and class gives it"
        raise InputError(Problem(message, kind, source, remedy="Leave it out."))
    return kinded(member, kind)


def _is_inside(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
