"""The kinds of number that files hold, and the strict base of every file section.

Units are words of the schema (`money`, `period`, `actors`); a policy's `units` give them their local names.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from oversight.errors import Mistake


class Section(BaseModel):
    """A mapping of a file: frozen, no unknown keys, no NaN or infinity, no text for a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    structural: ClassVar[frozenset[str]] = frozenset()
    """Fields that must be equal for two design points to be stacked, beside whole numbers, words and options."""
    unnamed: ClassVar[bool] = False
    """Whether it is the kind that a section means where it writes no `kind`."""


def quantity(title: str, description: str = "", unit: str = "", **constraints: Any) -> Any:
    """A field's words, said once: `title`, help and `unit` reach files, figures, reports and the schema."""
    return Field(title=title, description=description, json_schema_extra={"unit": unit}, **constraints)


def declared(kind: type, name: str, known: frozenset[str]) -> None:
    """Hold the class attribute `name`, a set of words, to the words that there are.

    Raises:
        TypeError: it is no set, or holds another word.
    """
    words = getattr(kind, name)
    if not isinstance(words, frozenset | set):
        raise TypeError(f"{kind.__name__}.{name} is {words!r}: write frozenset({{{sorted(known)[0]!r}, ...}})")
    for word in sorted(words - known):
        close = get_close_matches(word, sorted(known), n=1)
        meant = f"did you mean {close[0]!r}?" if close else f"it takes {', '.join(sorted(known))}"
        raise TypeError(f"{kind.__name__}.{name} names {word!r}, which there is not: {meant}")


def retyped(section: type[BaseModel], types: Mapping[str, Any]) -> dict[str, Any]:
    """Fields for `create_model`: those of a section with other types, their words and defaults kept."""
    fields: dict[str, Any] = {}
    for name, annotation in types.items():
        # What belongs to the old type would be laid over the new one.
        field = section.model_fields[name]
        kept = {key: value for key, value in field.asdict()["attributes"].items() if key not in _OF_THE_TYPE}
        fields[name] = (annotation, Field(**kept))
    return fields


_OF_THE_TYPE = {"annotation", "discriminator"}


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
"""An integer; a float without a fraction counts as one."""
Count = Annotated[Whole, Field(ge=0)]
PositiveCount = Annotated[Whole, Field(ge=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Share = Probability
NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Money = Annotated[float, Field(ge=0, json_schema_extra={"unit": "money"})]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")]


class LocatedError(ValueError):
    """Raised in a validator: a mistake that belongs to a key of the section rather than to the whole of it."""

    def __init__(self, path: tuple[str | int, ...], message: str, mistake: Mistake = Mistake.OTHER):
        super().__init__(message)
        self.path = path
        self.mistake = mistake
