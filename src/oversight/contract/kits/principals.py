"""What principals promise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.arrays import Column
from oversight.contract.kits.promise import NUMBER, PICKLABLE, KindPromise, fixed, must, told
from oversight.principals import Principal, Seen
from oversight.scenario.stacking import stack

_PERIODS = 40


def _seen(unreal: bool, rows: slice, rng: np.random.Generator) -> Seen:
    inspections = rng.integers(0, 20, (NUMBER, 1)).astype(float)
    found = np.floor(inspections * rng.random((NUMBER, 1)))
    apparent = np.where(inspections > 0, found / np.maximum(inspections, 1), np.nan)
    truth = rng.random((NUMBER, 1))
    return Seen(
        active=fixed(np.full((NUMBER, 1), 20.0)[rows]),
        inspections=fixed(inspections[rows]),
        found=fixed(found[rows]),
        reported=fixed(rng.integers(0, 3, (NUMBER, 1)).astype(float)[rows]),
        spent=fixed(rng.exponential(1, (NUMBER, 1))[rows]),
        apparent=fixed(apparent[rows]),
        truth=fixed(truth[rows]) if unreal else None,
    )


def _played(principal: Principal, rows: slice) -> list[dict[str, Column]]:
    """What it sets in each of some periods, and what that costs, beside the same periods seen."""
    rng, number = np.random.default_rng(13), len(range(NUMBER)[rows])
    memory, table = principal.begin(number), []
    for period in range(_PERIODS):
        draws = fixed(rng.random((NUMBER, principal.draws))[rows]) if principal.draws else None
        found = dict(principal.sets(memory, period, draws)) | {"": np.asarray(principal.cost(memory), dtype=float)}
        table.append({path: np.array(np.broadcast_to(value, (number, 1))) for path, value in found.items()})
        principal.sees(memory, _seen(principal.unreal, rows, rng))
    return table


def _same(one: list[dict[str, Column]], other: list[dict[str, Column]], rows: slice) -> bool:
    return all(
        left.keys() == right.keys()
        and all(np.array_equal(left[path][rows], right[path], equal_nan=True) for path in left)
        for left, right in zip(one, other, strict=True)
    )


def _batches(made: Sequence[Principal]) -> None:
    together = _played(stack(made), slice(None))
    for row, one in enumerate(made):
        rows = slice(row, row + 1)
        alone = _played(stack([one]), rows)
        must(_same(together, alone, rows), f"what {told(one)} sets is another in a batch than alone")


def _tried(made: Sequence[Principal]) -> None:
    for one in made:
        for settings in _played(stack([one]), slice(0, 1)):
            strange = sorted(settings.keys() - {"", *one.levers})
            must(not strange, f"it sets {', '.join(strange)}, which is not among its `trials`")


def _begins(made: Sequence[Principal]) -> None:
    for one in made:
        single = stack([one])
        first, again = (_played(single, slice(0, 1)) for _ in range(2))
        must(
            _same(first, again, slice(None)), f"{told(one)} sets something else in a second run: it remembers the first"
        )


def _charges(made: Sequence[Principal]) -> None:
    rng = np.random.default_rng(17)
    shown = [fixed(rng.random((NUMBER, _PERIODS))) for _ in range(7)]
    seen = Seen(
        **dict(zip(("active", "inspections", "found", "reported", "spent", "apparent", "truth"), shown, strict=True))
    )
    for one in made:
        if one.profiles:
            losses = one.losses(seen)
            must(len(losses) == NUMBER, f"its `losses` are of {len(losses)} runs, and {NUMBER} were seen")
            must(bool(((losses >= 0) & (losses <= 1)).all()), "its `losses` are not from 0 to 1")
        for profile in one.profiles:
            for settings in _played(stack([one.held_to(profile)]), slice(0, 1)):
                same = all(settings[path].item() == value for path, value in profile.items())
                must(same, f"{told(one)}, held to one of its `profiles`, sets another")


PRINCIPAL_PROMISES = (
    KindPromise("batches", "It sets the same in any batch; what it is shown is not changed.", _batches),
    KindPromise("tried", "It sets no number but those that its `trials` name.", _tried),
    KindPromise("charges", "Its losses are from 0 to 1; held to a profile, it sets that alone.", _charges),
    KindPromise("begins", "It remembers nothing from run to run.", _begins),
    PICKLABLE,
)
