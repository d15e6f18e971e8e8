"""The kinds of number that files hold, and the strict base of every file section.

Units are words of the schema (`money`, `period`, `actors`); a policy's `units` give them their local names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticCustomError

from oversight.errors import Mistake


class JsonSchema(GenerateJsonSchema):
    """JSON Schema by its own words: pydantic leaves some of its own where a check runs before the bound."""

    def generate_inner(self, schema: Any) -> dict[str, Any]:
        """The part of the JSON Schema for one part of a type."""
        return {_WORDS.get(word, word): value for word, value in super().generate_inner(schema).items()}


_SHARES = ("probability", "share")
_WORDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


class Section(BaseModel):
    """A mapping of a file: frozen, no unknown keys, no NaN or infinity, no text for a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    structural: ClassVar[frozenset[str]] = frozenset()
    """Fields that must be equal for two design points to be stacked, beside whole numbers, words and options."""
    unread: ClassVar[frozenset[str]] = frozenset()
    """Keys that do not change what a run computes, or that only say how many rows there are."""
    unnamed: ClassVar[bool] = False
    """Whether it is the kind that a section means where it writes no `kind`."""

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """The JSON Schema of the section; arguments are those of `pydantic.BaseModel`."""
        return super().model_json_schema(*args, **{"schema_generator": JsonSchema, **options})


def quantity(title: str, description: str = "", unit: str = "", **constraints: Any) -> Any:
    """A field's words, said once: `title`, help and `unit` reach files, figures, reports and the schema."""
    return Field(title=title, description=description, json_schema_extra={"unit": unit}, **constraints)


def unit_of(field: FieldInfo | None) -> str:
    """The unit that a field's words say; empty where they say none, or there is no field."""
    extra = field.json_schema_extra if field else None
    return str(extra.get("unit") or "") if isinstance(extra, dict) else ""


def shown_unit(unit: str) -> tuple[str, bool]:
    """A unit as readers see it, and whether its numbers are shares, which are shown as percentages."""
    share = next((word for word in _SHARES if unit.startswith(word)), None)
    return (unit, False) if share is None else (f"%{unit.removeprefix(share)}", True)


class Citation(Section):
    """Where a number comes from. A number without a source is an assumption, and shown as one."""

    kind: Literal["statute", "paper", "data", "assumption"] = quantity("Kind of source")
    reference: str = quantity("Reference", "Article, citation or data set.", default="")
    note: str = quantity("Note", "What was verified, or why it is assumed.", default="")


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


LARGEST, SMALLEST = 1e40, 1e-40
"""Sizes of a file's numbers: so many of them can be multiplied with one another before they leave a float's range."""


def _ordinary(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value  # what is no number is told as such
    if abs(value) > LARGEST:
        raise PydanticCustomError("too_far_from_zero", "beyond {most}", {"most": f"{LARGEST:g}"})
    if 0 < abs(value) < SMALLEST:
        raise PydanticCustomError("too_near_zero", "nearer to zero than {least}", {"least": f"{SMALLEST:g}"})
    return value


Real = Annotated[float, BeforeValidator(_ordinary)]
"""A number of either sign, of a size that formulas can work with."""
Whole = Annotated[int, BeforeValidator(_whole)]
"""An integer; a float without a fraction counts as one."""
Count = Annotated[Whole, Field(ge=0)]
PositiveCount = Annotated[Whole, Field(ge=1)]
# Bounds stand next to the type, before the check of sizes: checked after it, each would cost a call of its own.
Probability = Annotated[float, Field(ge=0, le=1), BeforeValidator(_ordinary)]
Share = Probability
PositiveShare = Annotated[float, Field(gt=0, le=1), BeforeValidator(_ordinary)]
NonNegative = Annotated[float, Field(ge=0), BeforeValidator(_ordinary)]
Positive = Annotated[float, Field(gt=0), BeforeValidator(_ordinary)]
Money = Annotated[float, Field(ge=0, json_schema_extra={"unit": "money"}), BeforeValidator(_ordinary)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")]


def reads[C: Callable[..., Any]](*paths: str, where: Callable[[Any], bool] | None = None) -> Callable[[C], C]:
    """Say which of its section's keys a check reads, so that a sweep need not repeat it for the others.

    A check that says nothing is taken to read all of its section.

    Args:
        paths: dotted paths within the section, `*` for any key.
        where: whether it reads them at all, by what is no number in the section.
    """

    def said(check: C) -> C:
        vars(check).update(reads=paths, where=where)
        return check

    return said


class LocatedError(ValueError):
    """Raised in a validator: a mistake that belongs to a key of the section rather than to the whole of it."""

    def __init__(self, path: tuple[str | int, ...], message: str, mistake: Mistake = Mistake.OTHER, remedy: str = ""):
        super().__init__(message)
        self.path = path
        self.mistake = mistake
        self.remedy = remedy
