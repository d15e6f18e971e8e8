"""Becker's picture of who is deterred, against closed forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from library import EXPERIMENTS, LIBRARY
from oversight.app.live.becker import drawn, picture, words
from oversight.app.society import Society
from oversight.loading import load

POLICY = {
    "monitoring": {"kind": "random_audit", "rate": 0.2},
    "detector": {"sensitivity": 0.9, "false_positive_rate": 0.05},
    "sanction": {"kind": "fixed", "amount": 3.0},
}
EXPECTED = 0.2 * (0.9 - 0.05) * 3.0
OWN = """
import numpy as np
from oversight.distributions import Distribution

class Steps(Distribution):
    \"\"\"Half of the gains are small.\"\"\"
    noise = "uniform"
    high: float = 1.0

    def values(self, noise):
        return np.where(noise < 0.5, 0.2, self.high) * np.ones_like(noise)
"""


def society(*entries: Mapping[str, Any], files: tuple[Path, ...] = (), **policy: Any) -> Society:
    data = {
        "name": "world",
        "policy": {**POLICY, **policy},
        "population": [{"size": 200, **entry} for entry in entries],
        "periods": 5,
    }
    return Society(load(data, plugins=files).experiment)


def rational(**gain: Any) -> dict[str, Any]:
    return {"kind": "rational", "gain": gain}


@pytest.mark.parametrize(
    ("gain", "deterred"),
    [
        ({"kind": "exponential", "mean": 1.0}, 1 - exp(-EXPECTED)),
        ({"kind": "uniform", "low": 0.0, "high": 2.0}, EXPECTED / 2),
        ({"kind": "pareto", "minimum": 0.3, "shape": 2.0}, 1 - (0.3 / EXPECTED) ** 2),
        ({"kind": "constant", "value": 0.5}, 1.0),
        ({"kind": "constant", "value": 0.6}, 0.0),
    ],
)
def test_who_gains_more_than_p_s_violates(gain: dict[str, Any], deterred: float) -> None:
    seen = picture(society(rational(**gain)), 0)
    assert seen.sanction == pytest.approx(EXPECTED)
    assert seen.perceived == pytest.approx(0.18)
    assert seen.fixed
    assert seen.chance == pytest.approx(1 - deterred, abs=1 / 1_200)
    assert seen.shares.sum() + seen.beyond == pytest.approx(1)
    bars = seen.violating[seen.shares > 0]
    assert ((bars == 0) | (bars == 1)).sum() >= len(bars) - 1, "one bar at most is divided"


def test_bars_are_the_density_of_the_gain() -> None:
    seen = picture(society(rational(kind="exponential", mean=2.0)), 0)
    exact = np.exp(-seen.edges[:-1] / 2) - np.exp(-seen.edges[1:] / 2)
    assert seen.shares == pytest.approx(exact, abs=1.01 / 1_200)


def test_it_moves_with_the_policy_before_the_next_period() -> None:
    playing = society(rational(kind="exponential", mean=1.0))
    playing.step()
    playing.adopt(society(rational(kind="exponential", mean=1.0), sanction={"kind": "fixed", "amount": 6}).experiment)
    assert picture(playing, 0).chance == pytest.approx(exp(-2 * EXPECTED), abs=1 / 1_200)


def test_a_distribution_of_ones_own_is_drawn_from_its_quantiles(tmp_path: Path) -> None:
    (tmp_path / "steps.py").write_text(OWN)
    mine = {"kind": "rational", "gain": {"kind": "steps:Steps", "high": 1.5}}
    seen = picture(society(mine, files=(tmp_path / "steps.py",)), 0)
    assert sorted(seen.shares)[-2:] == pytest.approx([0.5, 0.5], abs=1e-3)
    assert seen.chance == pytest.approx(0.5, abs=1e-3)


def test_each_entry_has_its_own() -> None:
    both = society(
        rational(kind="uniform", low=0, high=1), {**rational(kind="uniform", low=0, high=4), "name": "large"}
    )
    assert [picture(both, entry).chance for entry in (0, 1)] == pytest.approx(
        [1 - EXPECTED, 1 - EXPECTED / 4], abs=1 / 1_200
    )


@pytest.mark.parametrize(
    ("entry", "sentence", "chance"),
    [
        ({"kind": "unconditional", "rate": 0.3}, "No one gain divides them", 0.3),
        ({"kind": "unconditional", "rate": 0.0}, "Nobody violates", 0.0),
        ({"kind": "risk_averse", "form": "cara", "coefficient": 1.0}, "switches at a gain of", None),
        ({"kind": "hedge", "rate": 0.1}, "by no threshold on the gain", float("nan")),
        ({"kind": "imitator"}, "by no threshold on the gain", float("nan")),
    ],
)
def test_a_kind_with_another_decision_says_so(entry: dict[str, Any], sentence: str, chance: float | None) -> None:
    seen = picture(society({"gain": {"kind": "exponential", "mean": 1.0}, **entry}), 0)
    assert sentence in " ".join(words(seen, "money", entry["kind"]))
    if chance is not None:
        assert seen.chance == pytest.approx(chance, nan_ok=True, abs=1e-9)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_bundled_population_has_a_picture(name: str) -> None:
    playing = Society(LIBRARY.experiment(name).experiment)
    for _ in range(2):
        for entry in range(len(playing.experiment.population)):
            seen = picture(playing, entry)
            assert json.loads(drawn(seen, "money"))["data"]
            assert words(seen, "money", "rational")
        playing.step()


def test_what_outcomes_pay_and_errors_are_part_of_the_price() -> None:
    """Of gains U[0, 4]: p s - q s0 - w, with one honest act in ten that goes wrong."""
    pays = {"violation": {"flagged": 0.7, "passed": -1.0}, "right": {"unseen": 0.25 / 0.9}, "error": {"flagged": -1.5}}
    entry = rational(kind="uniform", low=0.0, high=4.0) | {"errors": {"rate": 0.1}}
    seen = picture(society(entry, payoffs={"actor": pays}), 0)
    expected = 3 * 0.2 * (0.9 - (0.9 * 0.05 + 0.1 * 0.9))
    paid = 0.2 * (0.9 * 0.7 - 0.1) - 0.8 * 0.25 + 0.1 * 0.2 * 0.9 * 1.5
    assert (seen.sanction, seen.paid) == (pytest.approx(expected), pytest.approx(paid))
    assert seen.switch == pytest.approx(expected - paid, abs=0.01)
    assert seen.chance == pytest.approx(1 - (expected - paid) / 4, abs=0.001)
    assert "Outcomes are expected to pay" in " ".join(words(seen, "money", "rational"))


def test_customers_who_leave_are_part_of_the_price() -> None:
    """p s + m with m = .2 x .5 x 2 x 3 = .6 of gains U[0, 4]."""
    market = {"notice": 0.2, "share_lost": 0.5, "periods": 3}
    entry = rational(kind="uniform", low=0.0, high=4.0) | {"income": 2.0}
    seen = picture(society(entry, market=market), 0)
    assert (seen.sanction, seen.leaving) == (pytest.approx(EXPECTED), pytest.approx(0.6))
    assert seen.switch == pytest.approx(EXPECTED + 0.6, abs=0.01)
    assert seen.chance == pytest.approx(1 - (EXPECTED + 0.6) / 4, abs=0.001)
    assert "m = 0.6 money more" in " ".join(words(seen, "money", "rational"))
    assert [trace["name"] for trace in json.loads(drawn(seen, "money"))["data"]][-1] == "p s + m = 1.11"
    assert picture(society({"kind": "unconditional", "income": 2.0, "rate": 0.5}, market=market), 0).leaving == 0
