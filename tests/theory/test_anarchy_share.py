"""The anarchy share against closed forms: 0 at the planner's best, 1 as costly as no oversight, more where it harms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import oversight
from helpers import ROOT
from oversight.equilibrium import anarchy_share
from oversight.policy.no_oversight import without_oversight
from oversight.scenario import load_policy
from posed import UNIFORM, capacity, constant, fine, spec

AUDITS = {"kind": "random_audit", "rate": 0.3}


def test_free_audits_leave_the_share_that_still_violates() -> None:
    """Gains U[0, 1] and harm 1: optimum 0, all violate without oversight, 1 - p s do with it."""
    found = oversight.solve(spec(AUDITS, fine(2), {"harm": constant(1)}))
    assert np.isnan(found.price_of_anarchy.value)
    assert found.reference.value == pytest.approx(1)
    assert found.anarchy_share.value == pytest.approx(1 - 0.3 * 2)


def test_costs_that_are_committed_are_the_planners_too() -> None:
    """Audits at c = .5 for each of .3, all deterred: what is spent is the optimum, and nothing is lost."""
    found = oversight.solve(spec({**AUDITS, "cost_per_inspection": 0.5}, fine(4), {"harm": constant(1)}))
    assert found.optimum.social_cost == pytest.approx(0.15)
    assert found.anarchy_share.value == pytest.approx(0, abs=1e-9)


def test_oversight_that_deters_nobody_does_harm() -> None:
    """(1 + c p - c p) / (1 - c p): the audits' cost is no loss against the optimum, but nothing is saved by them."""
    found = oversight.solve(spec({**AUDITS, "cost_per_inspection": 0.5}, fine(0), {"harm": constant(1)}))
    assert found.anarchy_share.value == pytest.approx(1 / (1 - 0.15))


def test_it_counts_the_costliest_equilibrium() -> None:
    """Three equilibria x = 1 - f C / x: the upper one is (1 + sqrt(1 - 4 f C)) / 2."""
    found = oversight.solve(spec(capacity(20), fine(0.9), {"harm": constant(1)}))
    assert len(found.equilibria) == 3
    assert found.anarchy_share.value == pytest.approx((1 + np.sqrt(1 - 4 * 0.9 * 0.2)) / 2)


def test_without_oversight_nobody_is_deterred_by_a_false_belief() -> None:
    """A belief of being always caught: misconduct is 0 under the policy, and the reference is at the truth."""
    entry = {"harm": constant(1), "belief": {"kind": "fixed", "value": 1.0}}
    found = oversight.solve(spec(AUDITS, fine(2, suspension=5), entry))
    assert found.reference.value == pytest.approx(1)
    assert found.anarchy_share.value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("entry", "keys", "says"),
    [
        ({"gain": constant(0), "harm": constant(1)}, {}, "no less costly than no oversight"),
        ({"belief": {"kind": "own_experience", "prior_caught": 1, "prior_missed": 2}}, {}, "not available"),
    ],
)
def test_where_there_is_none_it_says_why(entry: dict[str, Any], keys: dict[str, Any], says: str) -> None:
    found = oversight.solve(spec(AUDITS, fine(2), entry, **keys))
    assert np.isnan(found.anarchy_share.value)
    assert says in found.anarchy_share.note


def test_a_share_of_next_to_nothing_is_none() -> None:
    assert np.isnan(anarchy_share(5.0, 1.0, 1.0 + 1e-10).value)
    assert anarchy_share(1.5, 1.0, 2.0).value == 0.5


def test_no_oversight_is_the_bundled_policy() -> None:
    bundled = load_policy(ROOT / "policies" / "no_oversight.yaml")
    ours = without_oversight(load_policy(ROOT / "policies" / "crackdown.yaml"))
    for part in ("monitoring", "detector", "sanction"):
        assert getattr(ours, part) == getattr(bundled, part)


def test_summary_has_it_for_theory_and_for_both_starts(tmp_path: Path) -> None:
    """Beside the simulated worst start, also where theory does not cover the policy's own equilibria."""
    entry = {"harm": constant(1), "gain": UNIFORM, "size": 400}
    swept = {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [0, 1, 2]}}}
    keys = {"start": "both", "periods": 60, "burn_in": 20, "replicates": 8, "sweep": swept}
    rows = oversight.sweep(spec(AUDITS, fine(2), entry, **keys), out=tmp_path / "a", workers=1).summary
    expected = np.repeat([1, 0.7, 0.4], 2)
    np.testing.assert_allclose(rows["theory.anarchy_share"], expected, atol=1e-9)
    np.testing.assert_allclose(rows["anarchy.share"], expected, atol=0.02)
    np.testing.assert_allclose(rows["anarchy.share"], rows["anarchy.worst"])
    learning = {**entry, "belief": {"kind": "own_experience", "prior_caught": 3, "prior_missed": 7}}
    rows = oversight.sweep(spec(AUDITS, fine(2), learning, **keys), out=tmp_path / "b", workers=1).summary
    assert rows["theory.anarchy_share"].isna().all()
    np.testing.assert_allclose(rows["anarchy.share"], rows["anarchy.worst"])
