"""What copies of one system have in common: a factor that moves the draws of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from oversight.arrays import Floats
from oversight.distributions import Noise
from oversight.scenario.copies import Copies
from oversight.simulation.streams import Draws, Purpose, Streams


class CommonFactor:
    """The factor of one entry's copies, and draws as it moves them."""

    def __init__(self, copies: Copies, purpose: Purpose, index: int, streams: Streams):
        self.correlation = np.asarray(copies.correlation, dtype=float)
        # A family's stream is known by its name, an entry's by its place.
        place, name = (0, copies.family) if copies.family else (index, "")
        periods = 1 if copies.persistent else None
        self._draws: Draws = streams.draws("normal", purpose, 1, place, periods, name=name)
        self._kept: Floats | None = self._draws.next() if copies.persistent else None

    def moves(self, noise: Noise, draws: Floats) -> Floats:
        """Standard draws of a kind, (runs or 1, members), as they are with this period's factor.

        At correlation 0 they are untouched, in a batch with others too.
        """
        factor = self._draws.next() if self._kept is None else self._kept
        rho = self.correlation
        own, back = _NORMAL[noise]
        with np.errstate(invalid="ignore"):  # an infinite draw, of which nothing is left at correlation 1
            moved = np.sqrt(rho) * factor + np.where(rho < 1, np.sqrt(1 - rho) * own(draws), 0.0)
        return np.where(rho > 0, back(moved), draws)

    def moves_decision(self, draws: Floats) -> Floats:
        """Uniform draws that decide for a violation where they are low: a high factor makes more of them."""
        return np.where(self.correlation > 0, 1.0 - self.moves("uniform", 1.0 - draws), draws)


def _from_uniform(draws: Floats) -> Floats:
    from scipy.special import ndtri  # heavy, and only needed where there are copies

    found: Floats = ndtri(draws)
    return found


def _to_uniform(values: Floats) -> Floats:
    from scipy.special import ndtr

    # As draws are: below 1.
    found: Floats = np.minimum(ndtr(values), np.nextafter(1.0, 0.0))
    return found


def _from_exponential(draws: Floats) -> Floats:
    from scipy.special import ndtri

    found: Floats = -ndtri(np.exp(-draws))
    return found


def _to_exponential(values: Floats) -> Floats:
    from scipy.special import log_ndtr

    found: Floats = -log_ndtr(-values)
    return found


def _same(values: Floats) -> Floats:
    return values


_NORMAL: Mapping[Noise, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "uniform": (_from_uniform, _to_uniform),
    "exponential": (_from_exponential, _to_exponential),
    "normal": (_same, _same),
}
"""From standard draws to a standard normal that rises with them, and back."""
