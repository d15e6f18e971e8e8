"""Exponential tilts on a proxy: what training under a KL penalty does, of strength 1 / theta."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite, log

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import rel_entr

from oversight.arrays import Vector
from oversight.proxies.numbers import positive, shares

_STEPS = 4_000
_STRONGEST = 745.0
"""Tilt, per least difference of proxies, at which nothing but the highest is left in double precision."""

_ROUNDING = 1e-13
"""Relative to the largest value, a difference that says nothing."""


@dataclass(frozen=True)
class NormalTilt:
    """Mean of the value, mean of its proxy, both in units of value, and KL from the base in nats."""

    value: float
    proxy: float
    kl: float


def normal_tilt(strength: float, sd: float, error_sd: float) -> NormalTilt:
    """A normal value under p0 exp(theta (V + X)), X a normal error: E V = theta sd^2, KL = theta^2 (sd^2 + sd_X^2) / 2.

    So E V = sd^2 sqrt(2 KL) / sqrt(sd^2 + sd_X^2) rises for ever: light tails never turn it down.

    Raises:
        ValueError: the strength is not finite, or a standard deviation is not above 0.
    """
    positive(sd=sd, error_sd=error_sd)
    if not isfinite(strength):
        raise ValueError(f"strength is {strength}: it must be finite")
    variance = sd**2 + error_sd**2
    return NormalTilt(strength * sd**2, strength * variance, strength**2 * variance / 2)


@dataclass(frozen=True)
class TiltedMenu:
    """Where a tilt on a proxy serves the value best, and where it has served it enough.

    Args:
        peak: theta >= 0 at which E v is greatest; infinite where it never turns down.
        value: E v there.
        kl: KL from the base there, in nats; of the limit where the peak is infinite.
        back: theta beyond the peak at which E v is back at the base's; infinite where it never is.
        limit: E v as theta grows without end: that of the options that the proxy ranks highest.
    """

    peak: float
    value: float
    kl: float
    back: float
    limit: float


def tilted_menu(base: ArrayLike, proxy: ArrayLike, value: ArrayLike) -> TiltedMenu:
    """Options under p0 exp(theta u), u a proxy for the value v: dE v/dtheta = Cov(u, v), which is 0 at the peak.

    Args:
        base: share of each option, in any unit.
        proxy: u, what each is taken to be worth.
        value: v, what each is worth.

    Raises:
        ValueError: shares are not above 0, the three differ in number, or the proxy ranks all alike.
    """
    weights, u, v = shares(base), np.asarray(proxy, dtype=float), np.asarray(value, dtype=float)
    if not weights.shape == u.shape == v.shape:
        raise ValueError(f"there are {weights.size} shares, {u.size} proxies and {v.size} values")
    gaps = np.diff(np.unique(u))
    if not gaps.size:
        raise ValueError("proxy ranks all options alike")
    menu = _Menu(weights, u, v)
    top = u == u.max()
    limit = float(weights[top] @ v[top] / weights[top].sum())
    # Slopes are sums of exponentials, looked at finely from weak tilts to where only the highest options are left.
    tilts = np.concatenate([[0.0], np.geomspace(1e-6 / np.ptp(u), _STRONGEST / gaps.min(), _STEPS)])
    rounding = _ROUNDING * np.abs(v).max()
    more = [theta for theta in _falls(menu.slope, tilts) if menu.value(theta) > menu.value(0.0) + rounding]
    peak = max([0.0, *more], key=menu.value)
    best = menu.value(peak)
    if best <= limit + rounding and limit > menu.value(0.0) + rounding:
        return TiltedMenu(inf, limit, -log(weights[top].sum()), inf, limit)
    beyond = np.concatenate([[peak], tilts[tilts > peak]])
    below = _falls(lambda theta: menu.value(theta) - menu.value(0.0), beyond) if peak > 0 else [0.0]
    return TiltedMenu(peak, best, float(rel_entr(menu.at(peak), weights).sum()), min(below, default=inf), limit)


@dataclass(frozen=True, eq=False)
class _Menu:
    base: Vector
    proxy: Vector
    worth: Vector

    def at(self, theta: float) -> Vector:
        odds = self.base * np.exp(theta * (self.proxy - self.proxy.max()))
        found: Vector = odds / odds.sum()
        return found

    def value(self, theta: float) -> float:
        return float(self.at(theta) @ self.worth)

    def slope(self, theta: float) -> float:
        """Cov(u, v) under the tilt."""
        shares = self.at(theta)
        return float(shares @ ((self.proxy - shares @ self.proxy) * self.worth))


def _falls(height: Callable[[float], float], tilts: Vector) -> list[float]:
    """Where it falls through 0."""
    above = np.array([height(theta) for theta in tilts]) > 0
    return [float(brentq(height, *tilts[k : k + 2])) for k in np.flatnonzero(above[:-1] & ~above[1:])]
