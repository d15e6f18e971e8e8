"""Row P6: a few actors who remember one period, steady capacity against crackdowns, by a chain and through files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from oversight.games import CapacityGame
from oversight.scenario import load_experiment
from oversight.simulation import Run, simulate


@pytest.mark.parametrize(
    ("size", "steady", "crackdown", "passivity"),
    [(6, (3, 10.641134), (4, 2, 4, 9.6779), 1.099529), (8, (4, 14.390744), (3, 2, 5, 13.104955), 1.098115)],
)
def test_the_best_steady_capacity_and_the_best_crackdown(
    size: int, steady: tuple[int, float], crackdown: tuple[int, int, int, float], passivity: float
) -> None:
    game = CapacityGame(size)
    best, moving = game.best_steady(), game.best_crackdown()
    assert (best.low, best.high) == (steady[0], steady[0])
    assert best.cost == pytest.approx(steady[1], abs=1e-6)
    assert (moving.threshold, moving.low, moving.high) == crackdown[:3]
    assert moving.cost == pytest.approx(crackdown[3], abs=1e-6)
    assert best.cost / moving.cost == pytest.approx(passivity, abs=1e-6)


@pytest.mark.parametrize(
    ("monitoring", "investigators"),
    [
        ({"kind": "investigation_capacity", "investigators": 3.0}, [3] * 7),
        (
            {"kind": "crackdown", "threshold": 4.0, "investigators_low": 2.0, "investigators_high": 4.0},
            [2] * 4 + [4] * 3,
        ),
    ],
)
def test_files_cost_what_the_chain_says(monitoring: dict[str, Any], investigators: list[int]) -> None:
    made: Any = load_experiment(
        {
            "name": "few",
            "policy": {
                "monitoring": monitoring | {"cost_per_investigator": 2.0},
                "detector": {"sensitivity": 0.8},
                "sanction": {"kind": "fixed", "amount": 1.0},
            },
            "population": [
                {
                    "kind": "rational",
                    "size": 6,
                    "gain": {"kind": "normal", "mean": 0.6, "sd": 0.2},
                    "harm": {"kind": "proportional", "factor": 4},
                    "belief": {"kind": "pooled_window", "window": 1, "prior_caught": 1, "prior_violations": 1.25},
                }
            ],
            "periods": 2000,
            "burn_in": 100,
        }
    ).experiment
    costs = 6 * simulate([Run(made, replicate, "compliant") for replicate in range(150)])["social_cost"]
    assert costs.mean() == pytest.approx(CapacityGame(6).cost(investigators), abs=4 * costs.std() / np.sqrt(150))


def test_what_is_no_game_is_refused() -> None:
    with pytest.raises(ValueError, match="size is 0"):
        CapacityGame(0)
    with pytest.raises(ValueError, match="3 numbers for 0 to 6"):
        CapacityGame(6).cost([1, 2, 3])
