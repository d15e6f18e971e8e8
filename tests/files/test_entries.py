"""What one population entry needs, the others do not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import worlds
from oversight.actors import ACTORS
from oversight.errors import InputError
from oversight.scenario import load_experiment

POLICY = {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 2}}
CRRA = {"kind": "risk_averse", "form": "crra", "coefficient": 0.5, "wealth": {"kind": "constant", "value": 5}}


def with_population(*population: dict[str, Any]) -> dict[str, Any]:
    entries = [{**entry, "name": f"e{index}", "size": 5} for index, entry in enumerate(population)]
    return {"name": "entries", "policy": POLICY, "population": entries, "periods": 5}


def accepted(*population: dict[str, Any]) -> bool:
    try:
        load_experiment(with_population(*population))
    except InputError:
        return False
    return True


def bare(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry without the traits that it can do without."""
    for trait in ("wealth", "turnover"):
        less = {name: value for name, value in entry.items() if name != trait}
        entry = less if accepted(less) else entry
    return entry


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(pair=st.tuples(*[st.sampled_from(sorted(ACTORS.classes)).flatmap(lambda kind: worlds.entry(kind, 0))] * 2))
def test_entries_that_are_accepted_alone_are_accepted_together(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assume(all(accepted(each) for each in pair))
    one, other = map(bare, pair)
    assert accepted(one, other)
    assert accepted(other, one)


def test_what_is_missing_is_told_where_it_is_missing() -> None:
    with pytest.raises(InputError, match=r"population\.1\.wealth: is missing, and kind risk_averse needs it"):
        load_experiment(with_population(CRRA, {**CRRA, "wealth": None}, {"kind": "rational"}))
    load_experiment(with_population(CRRA, {"kind": "risk_averse", "form": "cara", "coefficient": 1}))
