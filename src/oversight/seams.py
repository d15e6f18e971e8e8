"""A seam: a place where the program is open to kinds of one's own.

Built-in kinds stand in the seam's table, one line each; a plug-in's are laid beside them for the files that name it.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Annotated, Any, ClassVar, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, create_model

from oversight.errors import OversightError


@dataclass(frozen=True, eq=False)
class Seam:
    """What a kind of `base` may be. `built_in` maps the kind's name in files to `module:Class`."""

    name: str
    base: type
    built_in: Mapping[str, str] = field(repr=False)

    @cached_property
    def classes(self) -> dict[str, type[Any]]:
        """The built-in kinds by name, in the order of the table."""
        return {kind: _member(place) for kind, place in self.built_in.items()}

    def union(self, more: Mapping[str, type[Any]] | None = None) -> Any:
        """The type of a section that is of one of the built-in kinds, or of `more`, told apart by its `kind`."""
        models = (*self.classes.values(), *(more or {}).values())
        return models[0] if len(models) == 1 else Annotated[Union[models], Field(discriminator="kind")]  # noqa: UP007


@lru_cache(maxsize=1_000)
def kinded(section: Any, kind: str) -> type[Any]:
    """A section class under the name that files give it. Its instances can be pickled."""
    fields: dict[str, Any] = {"kind": (Literal[kind], kind)}
    model: Any = create_model(section.__name__, __base__=(_Kinded, section), __doc__=section.__doc__, **fields)
    model.__module__, model.__qualname__ = section.__module__, section.__qualname__
    setattr(model, "made_from", (section, kind))  # noqa: B010 (a type checker sees no attribute of a made class)
    return model


class _Kinded(BaseModel):
    """Made by `kinded`, from the class and the kind in `made_from`."""

    made_from: ClassVar[tuple[type[Any], str]]

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (*type(self).made_from, self.__getstate__())


def _restored(section: Any, kind: str, state: dict[str, Any]) -> Any:
    made = object.__new__(kinded(section, kind))
    made.__setstate__(state)
    return made


def stranger(seam: Seam, kind: str) -> type[Any]:
    """A section class for a kind whose own class is not loaded: it can be read, but not run."""

    def unknown(self: Any, *_: Any, **__: Any) -> Any:
        raise OversightError(f"kind {kind} is not loaded: name its file with --plugins")

    missing = dict.fromkeys(getattr(seam.base, "__abstractmethods__", ()), unknown)
    body = {"__module__": __name__, "model_config": ConfigDict(extra="allow"), **missing}
    return kinded(type(f"Stranger{seam.base.__name__}", (seam.base,), body), kind)


def unwritten(member: type) -> Iterable[str]:
    """Methods that a class of a seam still has to write."""
    return sorted(getattr(member, "__abstractmethods__", ())) if inspect.isabstract(member) else []


def _member(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
