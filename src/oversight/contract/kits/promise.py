"""A promise of the kinds of a seam, and what is done to see whether a kind keeps it."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from oversight.actors import faults_of
from oversight.arrays import Floats
from oversight.contract.parameters import of_schema
from oversight.contract.promises import BrokenPromise, NotExamined
from oversight.documents.problems import plainly
from oversight.documents.schema import fields_by_key
from oversight.errors import ActorError, InputError, Problem
from oversight.quantities import LocatedError, Section
from oversight.scenario.stacking import stack

Outcome = Literal["kept", "broken", "not examined"]
NUMBER = 3
"""Examples of a kind that are tried together: design points of one batch."""
MEMBERS = 40
_TRIES = 50
_SEED = 1968


@dataclass(frozen=True)
class KindPromise:
    """Something that every kind of a seam promises. `examine` is given examples, and raises `BrokenPromise`."""

    name: str
    sentence: str
    examine: Callable[[Sequence[Any]], None]
    quick: bool = True
    """Whether it takes little time, and decides results: then it is held before a run."""

    def __str__(self) -> str:
        return self.name

    def check(self, kind: type[Section], /, **given: Any) -> None:
        """Hold a class to the promise, with these values of its keys; the others have defaults, or random values.

        Raises:
            BrokenPromise: the class does not keep it.
            InputError: the values are wrong, or one that is needed cannot be guessed.
        """
        failure = self.failure(kind, given)
        if failure:
            raise BrokenPromise(failure)

    def failure(self, kind: type[Section], given: Mapping[str, Any]) -> str:
        """What happened where the promise is broken, empty where it is kept."""
        outcome, reason = self.outcome(kind, given)
        return reason if outcome == "broken" else ""

    def outcome(
        self, kind: type[Section], given: Mapping[str, Any]
    ) -> tuple[Literal["kept", "broken", "not examined"], str]:
        """What came of the promise, and why it is broken or was not examined."""
        made = examples(kind, given)
        try:
            with faults_of(kind):
                self.examine(made)
        except NotExamined as limit:
            return "not examined", str(limit)
        except (BrokenPromise, ActorError) as broken:
            return "broken", str(broken)
        return "kept", ""


def examples(kind: type[Section], given: Mapping[str, Any]) -> list[Any]:
    """Instances of a kind: the first with the values given and defaults, the others with other real numbers.

    Raises:
        InputError: a value is refused, or one that is needed cannot be guessed.
    """
    rng = np.random.default_rng(_SEED)
    schema = kind.model_json_schema(by_alias=True)
    names = {key: name for key, name in fields_by_key(kind).items() if name != "kind"}
    for name in given:
        if name not in names:
            raise InputError(Problem("no key of this kind", name, remedy=f"It has {', '.join(names) or 'none'}."))

    def guess(key: str) -> Any:
        return of_schema(key, schema["properties"][key], rng, schema.get("$defs"))

    def first() -> dict[str, Any]:
        required = [key for key, name in names.items() if kind.model_fields[name].is_required() and key not in given]
        return {**{key: guess(key) for key in required}, **given}

    made = [_accepted(kind, first)]
    numbers = [key for key, name in names.items() if type(getattr(made[0], name)) is float and key not in given]

    def varied() -> dict[str, Any]:
        held = made[0].model_dump(by_alias=True, exclude_none=True, exclude={"kind"})
        return {**held, **{key: guess(key) for key in numbers}}

    while len(made) < NUMBER:
        made.append(_accepted(kind, varied))
    return made


def _accepted(kind: type[Section], values: Callable[[], dict[str, Any]]) -> Any:
    """The first guess that the class takes."""
    problem = ""
    for _ in range(_TRIES):
        try:
            return kind.model_validate(values())
        except ValidationError as error:
            first = error.errors()[0]
            located = first.get("ctx", {}).get("error")
            place = (*first["loc"], *(located.path if isinstance(located, LocatedError) else ()))
            problem = f"{'.'.join(map(str, place))}: {plainly(first)[0]}"
    message = f"no values were found that it takes ({problem})"
    raise InputError(Problem(message, kind.__name__, remedy="Give it those that cannot be guessed: --set KEY=VALUE."))


def rows_agree(made: Sequence[Any], of: Callable[[Any, slice], Floats], what: str) -> None:
    """`of` examples stacked into one batch must be what it is of each alone: `of(kind, rows)` gives (rows, members)."""
    together = np.broadcast_to(of(stack(made), slice(0, len(made))), (len(made), MEMBERS))
    for row, one in enumerate(made):
        alone = np.broadcast_to(of(stack([one]), slice(row, row + 1)), (1, MEMBERS))
        if not np.array_equal(together[row : row + 1], alone, equal_nan=True):
            raise BrokenPromise(f"{what} of {told(one)} is another in a batch with other design points than alone")


def must(kept: Any, failure: str) -> None:
    """Raise `BrokenPromise` unless it is kept everywhere."""
    if not np.all(kept):
        raise BrokenPromise(failure)


def told(one: Any) -> str:
    """An example in words."""
    fields = one.model_dump(exclude={"kind"}, exclude_defaults=True)
    return ", ".join(f"{name} {value}" for name, value in fields.items()) or "the class"


def fixed[T: np.ndarray[Any, Any]](values: T) -> T:
    """An array that cannot be written to."""
    values.flags.writeable = False
    return values


def travels(made: Sequence[Any]) -> None:
    """Through pickle, to another process, and back."""
    for one in made:
        try:
            twin = pickle.loads(pickle.dumps(one))
        except Exception as error:
            raise BrokenPromise(f"{type(error).__name__}: {error}") from error
        must(twin == one, f"a copy through pickle of {told(one)} is another")


PICKLABLE = KindPromise("picklable", "It can be sent to another process.", travels, quick=False)
