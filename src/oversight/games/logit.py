"""Logit (quantal response) equilibria of the inspection game, McKelvey and Palfrey (1995)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt, tanh, ulp

from oversight.games.inspection import InspectionGame
from oversight.games.numbers import at_least, log_slope, logistic, switch

_SHARPEST = 1e150
"""Log odds beyond this tell nothing more: an infinite precision is as good as one that leads there."""
_DOWN = 0.9
"""Steps of the precisions on the way down to where there is a single equilibrium."""
_HALVINGS = 60


@dataclass(frozen=True)
class LogitEquilibrium:
    """Probabilities of violating and of inspecting, each the logit response to the other."""

    violation: float
    inspection: float


def logit_equilibria(
    game: InspectionGame, precision_actor: float, precision_overseer: float
) -> tuple[LogitEquilibrium, ...]:
    """All solutions of x = s(l1 (D0 (1 - y) + D1 y)), y = s(l2 (beta x - kappa (1 - x))), s(z) = 1 / (1 + exp(-z)).

    In the log odds u of violating they are the roots of F(u) = u - l1 (D0 + (D1 - D0) y(s(u))). Its derivative is 1
    less a product of slopes whose logarithm is concave in x, so that F turns twice at most, and has three roots at
    most: each lies between two turning points.

    Args:
        game: the payoffs.
        precision_actor: l1 >= 0; 0 is a coin toss, a large one nearly a best response, infinity the limit of those.
        precision_overseer: l2 >= 0.

    Returns:
        By rising violation.

    Raises:
        ValueError: a precision is negative or no number.
    """
    responses = _responses(game, precision_actor, precision_overseer)
    return tuple(responses.at(root) for root in responses.roots())


def principal_branch(game: InspectionGame, precision_actor: float, precision_overseer: float) -> LogitEquilibrium:
    """The logit equilibrium that is reached from coin tosses as both precisions rise in proportion from zero.

    The branch is a curve of the log odds u of violating and the share t of the precisions; its first arrival at t = 1
    counts. It leads through the single equilibrium wherever there is one. Where there are three it arrives at the one
    that goes on from the last single one before: the other two are born at a distance.

    Raises:
        ValueError: a precision is negative or no number.
    """
    responses = _responses(game, precision_actor, precision_overseer)
    every = responses.roots()
    if len(every) == 1:
        return responses.at(every[0])
    several = 1.0
    while len(responses.scaled(single := several * _DOWN).roots()) > 1:
        several = single
    for _ in range(_HALVINGS):
        middle = sqrt(single * several)
        single, several = (single, middle) if len(responses.scaled(middle).roots()) > 1 else (middle, several)
    (before,) = responses.scaled(single).roots()
    after = responses.scaled(several).roots()
    return responses.at(every[min(range(3), key=lambda place: abs(after[place] - before))])


def _responses(game: InspectionGame, precision_actor: float, precision_overseer: float) -> _Responses:
    at_least(0, precision_actor=precision_actor, precision_overseer=precision_overseer)
    return _Responses(
        *log_odds(precision_actor, game.gain_unseen, game.gain_seen),
        *log_odds(precision_overseer, -game.idle_cost, game.catch_value),
    )


def log_odds(precision: float, *payoffs: float) -> tuple[float, ...]:
    """Precision times payoff differences, cut down in proportion where that leaves all numbers behind."""
    largest = max(map(abs, payoffs))
    most = min(precision, _SHARPEST / largest) if largest > _SHARPEST**-1 else min(precision, _SHARPEST)
    return tuple(most * payoff for payoff in payoffs)


@dataclass(frozen=True)
class _Responses:
    """Log odds u = a0 (1 - y) + a1 y of violating, and v = b0 (1 - x) + b1 x of inspecting; x = s(u), y = s(v)."""

    unseen: float
    seen: float
    idle: float
    catch: float

    def scaled(self, share: float) -> _Responses:
        """At this share of both precisions."""
        return _Responses(self.unseen * share, self.seen * share, self.idle * share, self.catch * share)

    def overseer_odds(self, odds: float) -> float:
        """v, at the log odds u of violating. Both chances are worked out, so that neither loses its digits near 0."""
        return self.idle * logistic(-odds) + self.catch * logistic(odds)

    def at(self, odds: float) -> LogitEquilibrium:
        """The equilibrium at a root.

        Where the overseer's answer is so sharp that neighbouring roots differ in it, what the actor answers tells it.
        """
        inspection = logistic(self.overseer_odds(odds))
        width, steep = ulp(odds), self.seen - self.unseen
        below, above = (logistic(self.overseer_odds(one)) for one in (odds - width, odds + width))
        if steep and abs(above - below) > abs(2 * width / steep):
            inspection = min(max((odds - self.unseen) / steep, 0.0), 1.0)
        return LogitEquilibrium(logistic(odds), inspection)

    def roots(self) -> tuple[float, ...]:
        """All u with F(u) = 0, rising: one, or three."""
        edge = 1 + 2 * max(abs(self.unseen), abs(self.seen))
        ends = [-edge, *self._turning_points(edge), edge]
        return tuple(
            self._root(low, high) for low, high in pairwise(ends) if (self._excess(low) < 0) != (self._excess(high) < 0)
        )

    def _root(self, low: float, high: float) -> float:
        falls = self._excess(high) < 0
        ends = switch(lambda odds: (self._excess(odds) < 0) == falls, low, high)
        return min(ends, key=lambda odds: abs(self._excess(odds)))

    def _excess(self, odds: float) -> float:
        """F(u)."""
        inspecting = self.overseer_odds(odds)
        return odds - (self.unseen * logistic(-inspecting) + self.seen * logistic(inspecting))

    def _turning_points(self, edge: float) -> tuple[float, ...]:
        """Where F turns: nowhere, or twice, on either side of the steepest point of the feedback."""
        of_actor, of_overseer = self.seen - self.unseen, self.catch - self.idle
        if of_actor * of_overseer <= 0:
            return ()

        def past_steepest(odds: float) -> bool:
            bend = of_overseer * logistic(odds) * logistic(-odds) * tanh(self.overseer_odds(odds) / 2)
            return logistic(-odds) - logistic(odds) < bend

        def steep(odds: float) -> bool:
            slopes = log_slope(odds) + log_slope(self.overseer_odds(odds))
            return log(abs(of_actor)) + log(abs(of_overseer)) + slopes > 0

        # Answers may be so sharp that no number, or a single one, lies where they are steep: just outside it, then.
        low, high = switch(past_steepest, -edge, edge)
        first = switch(steep, -edge, low)[0] if steep(low) else low
        last = switch(lambda odds: not steep(odds), high, edge)[1] if steep(high) else high
        return first, last
