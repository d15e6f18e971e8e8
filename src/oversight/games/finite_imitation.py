"""Who takes over when finite populations of actors and overseers imitate one at a time."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from oversight.arrays import Values
from oversight.games.inspection import InspectionGame
from oversight.games.numbers import at_least


def violation_takes_over(game: InspectionGame, actors: int, overseers: int) -> float:
    """The chance that all actors end as violators, from half violating and half of the overseers inspecting.

    At each step one actor and one overseer look at another of their kind, and one that does otherwise and is better
    paid is copied with probability (payoff difference) / (largest payoff difference). With i violators and j
    inspectors, i changes with chance i (n - i) / (n (n - 1)) |D0 (1 - j / m) + D1 j / m| / largest, towards what pays,
    and j likewise. The chances of absorption solve the chain's linear equations (Ishikawa and Fontanari 2025, arXiv
    2510.24905, for the model).

    Args:
        game: payoffs.
        actors: n, at least 2.
        overseers: m, at least 2.

    Raises:
        ValueError: there are fewer, or nobody's payoff depends on what anyone does, so that nothing takes over.
    """
    at_least(2, actors=actors, overseers=overseers)
    i, j = np.meshgrid(np.arange(actors + 1), np.arange(overseers + 1), indexing="ij")
    differences = (game.gain_unseen, game.gain_seen, game.idle_cost, game.catch_value)
    largest = max(map(abs, differences))
    if largest == 0:
        raise ValueError("all payoffs are the same: nobody is copied")
    violating: Values = i / actors
    inspecting: Values = j / overseers
    rises = _steps(violating, actors, game.violating_pays(inspecting) / largest)
    turns = _steps(inspecting, overseers, game.inspecting_pays(violating) / largest)
    place = np.arange(i.size).reshape(i.shape)
    rests = rises[0] * turns[0] == 1  # an equilibrium that the grid of shares holds exactly
    settled = (i == 0) | (i == actors) | rests
    rows, columns, chances = [place.ravel()], [place.ravel()], [np.ones(i.size)]
    for up, chance in rises.items():
        for across, other in turns.items():
            moves = ~settled & (chance * other > 0)
            rows.append(place[moves])
            columns.append(place[i[moves] + up, j[moves] + across])
            chances.append(-(chance * other)[moves])
    entries = (np.concatenate(chances), (np.concatenate(rows), np.concatenate(columns)))
    wins = spsolve(coo_matrix(entries).tocsc(), (i == actors).ravel().astype(float))
    return float(wins[place[actors // 2, overseers // 2]])


def _steps(share: Values, size: int, worth: Values) -> dict[int, Values]:
    """Chances that those who act become one fewer, as many and one more, when acting is worth `worth` more."""
    meets = share * (1 - share) * size / (size - 1) * np.abs(worth)
    rise, fall = np.where(worth > 0, meets, 0.0), np.where(worth < 0, meets, 0.0)
    return {-1: fall, 0: 1 - rise - fall, 1: rise}
