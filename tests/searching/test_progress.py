"""A search says how far it is, and ends where it is told to."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from oversight.loading import load
from oversight.searching import search

EXPERIMENT: dict[str, Any] = {
    "name": "audits",
    "policy": {
        "monitoring": {"kind": "random_audit", "rate": 0.1, "cost_per_inspection": 0.1},
        "detector": {"sensitivity": 1.0, "false_positive_rate": 0.1},
        "sanction": {"kind": "fixed", "amount": 1.0},
    },
    "population": [{"kind": "rational", "size": 100, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
    "search": {
        "levers": {"policy.monitoring.rate": {"low": 0, "high": 1, "step": 0.0005}},
        "minimise": "oversight_cost",
        "subject_to": {"misconduct_rate": {"at_most": 0.5}},
    },
}


class StoppedError(Exception):
    """What a reader who has seen enough raises."""


def test_it_says_how_many_settings_were_tried_before_each_batch() -> None:
    """2001 settings, its two ends first."""
    tried: list[int] = []
    found = search(load(EXPERIMENT), told=tried.append)
    assert found.tried == 2001
    assert tried[:2] == [0, 2]
    assert tried == sorted(tried)
    assert max(after - before for before, after in pairwise(tried)) <= 512


def test_what_is_raised_there_ends_it() -> None:
    def enough(tried: int) -> None:
        if tried > 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        search(load(EXPERIMENT), told=enough)


def test_a_front_holds_no_setting_that_lacks_an_objective() -> None:
    """Without audits everyone violates and nobody is sanctioned wrongly; with some, fewer cost less and err less."""
    levers = {"policy.monitoring.rate": {"low": 0, "high": 1, "step": 0.25}}
    wanted = {"levers": levers, "minimise": ["oversight_cost", "false_sanction_rate"]}
    found = search(load({**EXPERIMENT, "search": wanted}))
    assert [each.point["policy.monitoring.rate"] for each in found.front] == [0.25]
