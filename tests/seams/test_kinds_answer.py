"""Kinds answer for themselves: nothing outside a kind's own folder asks for one by class, name, field or module."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import oversight
from oversight.plugins import SEAMS

SOURCE = Path(oversight.__file__).parent
KINDS: dict[str, type[Any]] = {member.__name__: member for seam in SEAMS.values() for member in seam.classes.values()}
NAMES = {kind for seam in SEAMS.values() for kind in seam.built_in}
OWN_FIELDS = {
    name
    for seam in SEAMS.values()
    for member in seam.classes.values()
    for name in getattr(member, "model_fields", {})
    if name not in getattr(seam.base, "model_fields", {}) and name != "kind"
}
FILES = sorted(SOURCE.rglob("*.py"))


def folder_of(member: type[Any]) -> Path:
    return SOURCE.joinpath(*member.__module__.split(".")[1:]).parent


def asked(tree: ast.AST) -> Iterator[tuple[int, str, Path | None]]:
    """Line, what is asked, and the folder in which it may be."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ("isinstance", "issubclass"):
                for name in ast.walk(node.args[1]):
                    if isinstance(name, ast.Name) and name.id in KINDS:
                        yield node.lineno, f"{node.func.id} of {name.id}", folder_of(KINDS[name.id])
            named = [part.value for part in node.args[1:2] if isinstance(part, ast.Constant)]
            if node.func.id in ("getattr", "hasattr") and set(named) & OWN_FIELDS:
                yield node.lineno, f'{node.func.id} of "{named[0]}"', None
        if isinstance(node, ast.Attribute) and node.attr == "__module__":
            yield node.lineno, "the module of a class", None
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(isinstance(side, ast.Attribute) and side.attr == "kind" for side in sides):
                for constant in (part for side in sides for part in ast.walk(side)):
                    if isinstance(constant, ast.Constant) and constant.value in NAMES:
                        yield node.lineno, f"kind == {constant.value!r}", None


MODULES_MAY = {"actors/faults.py", "contract", "plugins", "scenario/experiment.py", "seams.py"}
"""Where a class's module names its file, or its kind: it decides nothing."""


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(SOURCE)) for file in FILES])
def test_nobody_asks_for_a_kind(file: Path) -> None:
    place = str(file.relative_to(SOURCE))
    wrong = [
        f"{place}:{line}: {what}"
        for line, what, allowed in asked(ast.parse(file.read_text()))
        if not (allowed and file.is_relative_to(allowed))
        and not (what == "the module of a class" and place.startswith(tuple(MODULES_MAY)))
    ]
    assert not wrong


def test_the_test_finds_what_it_looks_for() -> None:
    code = """
isinstance(belief, FixedBelief)
getattr(belief, "adjustment", None)
rule.__module__.startswith("oversight.")
actor.kind == "rational"
sanction.kind in ("fixed", "proportional")
"""
    found = [what for _, what, _ in asked(ast.parse(code))]
    assert len(found) == 6
