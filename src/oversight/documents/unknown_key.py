"""Where a key belongs that stands where there is none of its name."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from oversight.documents.schema import annotation_at, chosen, keys, kind_of, nearest, sections
from oversight.documents.yaml_file import Path_

_SURE = 0.8
"""How alike two words are of which one can only be a misspelt other."""


def belongs(path: Path_, model: type[BaseModel], data: Any) -> str:
    """What to do with the unknown key at the end of `path`, in data of the schema `model`."""
    key = str(path[-1])
    annotation, inside = annotation_at(model, path[:-1], data)
    holder = chosen(annotation, inside)
    known = list(keys(holder)) if holder else []
    if close := nearest(key, known, _SURE):
        return f"Did you mean `{close}`?"
    # Every section with kinds has a `kind`: where one is unknown, it says of no other that it was meant.
    if key != "kind":
        if kinds := [str(kind_of(other)) for other in sections(annotation) if key in keys(other)]:
            return f"It belongs to kind {' or '.join(kinds)}."
        for home in (*_around(path), *_beside(path, model, data)):
            section = chosen(*annotation_at(model, home, data))
            if section and key in keys(section):
                where = f"in `{'.'.join(map(str, home))}`" if home else f"at the top of the {model.__name__.lower()}"
                return f"It belongs {where}."
    close = nearest(key, known)
    return f"Did you mean `{close}`?" if close else f"Known here: {', '.join(known)}."


def _around(path: Path_) -> list[Path_]:
    """What holds the section that the key stands in, from within."""
    return [path[:end] for end in range(len(path) - 2, -1, -1)]


def _beside(path: Path_, model: type[BaseModel], data: Any) -> list[Path_]:
    """The sections in the one that the key stands in, and beside it."""
    holders = [path[:-1], *([path[:-2]] if path[:-2] else [])]
    found = [(holder, chosen(*annotation_at(model, holder, data))) for holder in holders]
    return [(*holder, key) for holder, section in found if section for key in keys(section)]
