"""What learning does in the inspection game: players circle around the mixed equilibrium."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi, sqrt

from oversight.games.inspection import InspectionGame
from oversight.games.numbers import finite, logistic


@dataclass(frozen=True)
class Orbit:
    """One turn around the mixed equilibrium: its length, and the time averages over it."""

    period: float
    violation: float
    inspection: float


def small_cycle(game: InspectionGame, actor_rate: float = 1.0, overseer_rate: float = 1.0) -> Orbit:
    """The turn of an infinitely small orbit of two Hedge learners, or of the replicator equation at rates of 1.

    Around x = v*, y = a* the log odds move by rate times payoff difference, so that the period is
    2 pi / sqrt(x (1 - x) y (1 - y) (D0 - D1) (kappa + beta) actor_rate overseer_rate), in periods of learning.

    Raises:
        ValueError: the game has no mixed equilibrium that play circles around, or a rate is not positive.
    """
    finite(actor_rate=actor_rate, overseer_rate=overseer_rate)
    if not (actor_rate > 0 and overseer_rate > 0):
        raise ValueError("learners learn at positive rates")
    violation, inspection = _centre(game)
    pull = (game.gain_unseen - game.gain_seen) * (game.idle_cost + game.catch_value) * actor_rate * overseer_rate
    spread = violation * (1 - violation) * inspection * (1 - inspection)
    return Orbit(2 * pi / sqrt(spread * pull), violation, inspection)


def hedge_cycle(
    game: InspectionGame,
    violation: float,
    inspection: float,
    actor_rate: float,
    overseer_rate: float,
    most_rounds: int = 1_000_000,
) -> Orbit:
    """One turn of two Hedge learners who start from these probabilities (Freund and Schapire 1999).

    Each round both update at once: the log odds of violating by `actor_rate` times what violating would have added to
    the payoff, those of inspecting by `overseer_rate` times what inspecting would have added. As the rates go to zero
    this is the two-population replicator equation, whose orbits are closed and average the Nash equilibrium; at larger
    rates they spiral outwards. A turn ends when the angle around the equilibrium, in log odds, has come full circle.

    Raises:
        ValueError: play does not circle, or not within `most_rounds`; a probability or a rate is out of range.
    """
    finite(violation=violation, inspection=inspection, actor_rate=actor_rate, overseer_rate=overseer_rate)
    if not (0 < violation < 1 and 0 < inspection < 1 and actor_rate > 0 and overseer_rate > 0):
        raise ValueError("learners start from probabilities between 0 and 1, and learn at positive rates")
    centre = tuple(log(share / (1 - share)) for share in _centre(game))
    odds = [log(violation / (1 - violation)), log(inspection / (1 - inspection))]
    # The turn begins and ends on the ray from the equilibrium through the start.
    ray = (odds[0] - centre[0], odds[1] - centre[1])
    sums, behind, last = [0.0, 0.0], False, 0.0
    for rounds in range(most_rounds):
        shares = [logistic(each) for each in odds]
        away = (odds[0] - centre[0], odds[1] - centre[1])
        side, ahead = ray[0] * away[1] - ray[1] * away[0], ray[0] * away[0] + ray[1] * away[1]
        if behind and ahead > 0 and last < 0 <= side:
            part = -last / (side - last)
            return Orbit(rounds - 1 + part, sums[0] / rounds, sums[1] / rounds)
        behind, last = behind or ahead < 0, side
        sums = [total + share for total, share in zip(sums, shares, strict=True)]
        odds[0] += actor_rate * game.violating_pays(shares[1])
        odds[1] += overseer_rate * game.inspecting_pays(shares[0])
    raise ValueError(f"no full turn within {most_rounds:,} rounds")


def _centre(game: InspectionGame) -> tuple[float, float]:
    if not (game.gain_unseen > 0 > game.gain_seen and game.idle_cost > 0 and game.catch_value > 0):
        raise ValueError("play circles only where inspecting deters and violations make inspecting pay")
    return (
        game.idle_cost / (game.idle_cost + game.catch_value),
        game.gain_unseen / (game.gain_unseen - game.gain_seen),
    )
