"""Values from Python are what a file would hold, or refused at once with their path."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import oversight
from oversight.errors import InputError
from oversight.policy.monitoring.random_audit import RandomAudit

AMOUNT = "sweep.parameters.policy.sanction.amount.values"


def spec(values: Any = (1, 2), **policy: Any) -> dict[str, Any]:
    return {
        "name": "given",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": 0.2},
            "sanction": {"kind": "fixed", "amount": 2},
            **policy,
        },
        "population": [{"kind": "rational", "size": 20}],
        "periods": 4,
        "replicates": 1,
        "sweep": {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": values}}},
    }


@pytest.mark.parametrize(
    "values",
    [
        range(1, 3),
        (1, 2),
        np.array([1, 2]),
        np.array([1.0, 2.0], dtype=np.float32),
        pd.Series([1, 2]),
        [Decimal("1"), Fraction(2, 1)],
        [np.int8(1), np.float64(2)],
        [np.array(1), 2],
    ],
    ids=["range", "tuple", "whole array", "float array", "series", "fractions", "numpy scalars", "array of none"],
)
def test_lists_and_numbers_of_any_kind(values: Any) -> None:
    table = oversight.sweep(spec(values)).summary
    assert list(table["param.policy.sanction.amount"]) == [1, 2]


def test_iterators_are_gone_through_once() -> None:
    table = oversight.sweep(spec(amount for amount in (1, 2))).summary
    assert list(table["param.policy.sanction.amount"]) == [1, 2]


def test_mappings_of_any_kind_and_paths() -> None:
    given = OrderedDict(spec())
    assert oversight.run(given, {"policy.sanction.amount": np.int64(3)}).metrics
    assert oversight.run(given, {"policy": Path("no_oversight")}).metrics["inspection_rate"] == 0


Call = Callable[[Any], Any]
EVERYWHERE: list[Call] = [
    oversight.run,
    oversight.solve,
    oversight.sweep,
    oversight.model,
    lambda given: oversight.run(spec(), {"policy": given["policy"], "sweep": given["sweep"]}),
]


@pytest.mark.parametrize("call", EVERYWHERE, ids=["run", "solve", "sweep", "model", "overrides"])
@pytest.mark.parametrize(
    ("given", "path", "says"),
    [
        (spec({1, 2}), AMOUNT, "set has no order"),
        (spec([1, 10**30]), f"{AMOUNT}.1", "too large a number"),
        (spec([1, object()]), f"{AMOUNT}.1", "Python object"),
        (spec([1, b"2"]), f"{AMOUNT}.1", "Python bytes"),
        (spec([1, 2 + 1j]), f"{AMOUNT}.1", "Python complex"),
        (spec([1, np.nan]), f"{AMOUNT}.1", "not a finite number"),
        (spec([1, Decimal("Infinity")]), f"{AMOUNT}.1", "not a finite number"),
        (spec([1, np.datetime64("2026-01-01")]), f"{AMOUNT}.1", "Python date"),
        (spec(monitoring=RandomAudit(rate=0.5)), "policy.monitoring", "the mapping that a file would hold"),
    ],
    ids=["set", "huge", "object", "bytes", "complex", "nan", "infinity", "date", "instance"],
)
def test_what_no_file_can_hold_is_refused_at_once(call: Call, given: Any, path: str, says: str) -> None:
    with pytest.raises(oversight.InputError) as refused:
        call(given)
    assert str(refused.value).startswith(f"{path}: ")
    assert says in str(refused.value)


def test_what_holds_itself_is_refused() -> None:
    circle: dict[str, Any] = spec()
    circle["policy"]["sources"] = circle
    with pytest.raises(oversight.InputError, match="holds itself"):
        oversight.run(circle)


@pytest.mark.parametrize("number", [2**64, -(2**64), 10**30])
def test_whole_numbers_that_no_table_holds_are_refused_with_their_path(number: int) -> None:
    with pytest.raises(InputError, match="is too large a number"):
        oversight.sweep("detection_by_penalty", {"policy.sanction.amount": number}, out=None)
