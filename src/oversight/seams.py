"""A seam: a place where the program is open to kinds of one's own.

Built-in kinds stand in the seam's table, one line each; a plug-in's are laid beside them for the files that name it.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.errors import PydanticUndefinedAnnotation

from oversight.caller import by_caller
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
    model: Any = create_model(section.__name__, __base__=section, __doc__=section.__doc__, **fields)
    model.__module__, model.__qualname__ = section.__module__, section.__qualname__
    return remade(told_as(model, section), kinded, section, kind)


def told_as[M: type[BaseModel]](model: M, section: type[Any]) -> M:
    """A class made from `section`, with the words that this has for a reader."""
    words = {"title": title(section), "meaning": meaning(section)}
    for name, value in {**{key: word for key, word in words.items() if word}, "written": written(section)}.items():
        setattr(model, name, value)
    return model


def remade[M: type[BaseModel]](model: M, maker: Callable[..., Any], *arguments: Any) -> M:
    """A class made while the program runs, whose instances can be pickled: `maker(*arguments)` makes it again."""

    def reduced(self: Any) -> tuple[Any, ...]:
        return _restored, (maker, arguments, self.__getstate__())

    setattr(model, "__reduce__", reduced)  # noqa: B010 (a type checker sees no method of a class in a variable)
    return model


def _restored(maker: Callable[..., Any], arguments: tuple[Any, ...], state: dict[str, Any]) -> Any:
    made = object.__new__(maker(*arguments))
    made.__setstate__(state)
    return made


def written(section: type[Any]) -> type[Any]:
    """The class as its author wrote it, of one that was made from it."""
    found: type[Any] = vars(section).get("written", section)
    return found


def title(section: type) -> str:
    """The words that a class of a kind gives itself in `title`; nothing where it has none of its own."""
    return str(vars(section).get("title", ""))


def title_of(kind: str, section: type) -> str:
    """A kind's name as words: its class's own, or the name in files; of a researcher's own class, the class name."""
    return title(section) or kind.rpartition(":")[2].replace("_", " ")


def meaning(section: type) -> str:
    """What a kind means: the sentence in `meaning` of its class, or else the first line of its documentation."""
    for member in section.__mro__:
        words = vars(member).get("meaning") or vars(member).get("__doc__")
        if words:
            return str(words).strip().partition("\n")[0].replace("`", "")
    return ""


def stranger(seam: Seam, kind: str) -> type[Any]:
    """A section class for a kind whose own class is not loaded: it can be read, but not run."""

    def unknown(self: Any, *_: Any, **__: Any) -> Any:
        raise OversightError(f"kind {kind} is not loaded: name its file with {by_caller('--plugins', '`plugins`')}")

    missing = dict.fromkeys(getattr(seam.base, "__abstractmethods__", ()), unknown)
    words = "Not described here, since its class is not loaded."
    body = {"__module__": __name__, "__doc__": words, "model_config": ConfigDict(extra="allow"), **missing}
    return kinded(type(f"Stranger{seam.base.__name__}", (seam.base,), body), kind)


def is_stranger(section: type[BaseModel]) -> bool:
    """Whether the class of a section stands for one that is not loaded."""
    return section.model_config.get("extra") == "allow"


def unwritten(member: type) -> Iterable[str]:
    """Methods that a class of a seam still has to write."""
    return sorted(getattr(member, "__abstractmethods__", ())) if inspect.isabstract(member) else []


def _member(place: str) -> Any:
    module, _, name = place.partition(":")
    member = getattr(importlib.import_module(module), name)
    if not getattr(member, "__pydantic_complete__", True):
        try:
            member.model_rebuild()
        except PydanticUndefinedAnnotation as error:
            raise OversightError(f"{module} does not import `{error.name}`, which an annotation names") from error
    return member
