"""Providers around their user, by what they want."""

from __future__ import annotations

import numpy as np

from oversight.arrays import Table
from oversight.finite_games.best_ai.drawn import Drawn
from oversight.finite_games.scene import Place, Scene
from oversight.numerals import percent

_USER = "user"
_FLAT = 1e-12
"""Of the largest difference in utility: a direction with less is none."""


def scene(market: Drawn, called: str) -> Scene:
    """The user at 0, and each owner where its utilities differ from the user's.

    The distance of two is the root mean square of that difference, over states by their chances and over actions, but
    for a constant, which moves nobody. It is that of all states and actions where players span no more than a plane;
    otherwise the plane is the one that keeps most of the squares: the first two principal axes about the user.
    Players are `called` so, and numbered.
    """
    simplex, _, _ = market.alignments
    names = [*(f"{called} {place + 1}" for place in range(len(market.providers))), "nearest mix"]
    differences = _differences(market)
    points = np.vstack([differences, simplex.weights @ differences])
    _, sizes, axes = np.linalg.svd(differences, full_matrices=False)
    flat = _FLAT * max(1.0, float(np.abs(market.user).max()))
    kept = [_upright(axis) for axis, size in zip(axes[:2], sizes[:2], strict=True) if size > flat]
    across, up = [*(points @ axis for axis in kept), *[np.zeros(len(points))] * 2][:2]
    *players, mix = (Place(name, float(x), float(y)) for name, x, y in zip(names, across, up, strict=True))
    whole = float((sizes**2).sum())
    share = float((sizes[:2] ** 2).sum()) / whole if whole > flat**2 else 1.0
    return Scene(
        chooser=Place(_USER, 0.0, 0.0),
        players=players,
        nearest=mix,
        unit="utility",
        words=(
            "Distances are root mean squares of differences in utility, but for a constant. The nearest mix is the one "
            "whose largest difference from the user is least."
        ),
        caption=(
            f"The nearest mix comes within {simplex.distance:.4g} everywhere. "
            f"The plane keeps {percent(share)} of the squares."
        ),
    )


def _differences(market: Drawn) -> Table:
    """What each owner wants more than the user, (owners, states x actions), so that squares add up to their mean."""
    chances = market.joint.sum(axis=1)[None, :, None] / market.user.shape[1]
    found = market.providers - market.user
    found = found - (chances * found).sum(axis=(1, 2), keepdims=True)
    whole: Table = (np.sqrt(chances) * found).reshape(len(found), -1)
    return whole


def _upright(axis: Table) -> Table:
    """A direction, and never its opposite: its largest part is positive."""
    turned: Table = axis * np.sign(axis[np.argmax(np.abs(axis))])
    return turned
