"""Equilibria of a market whose tables are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan, nan

import numpy as np

from oversight.arrays import Indices
from oversight.finite_games.best_ai.drawn import Drawn
from oversight.finite_games.game import Solved
from oversight.games.best_ai import Outcome
from oversight.games.best_ai_certificate import largest_gain

RESTARTS = 50
MOST_ROUNDS = 200
_CERTIFIED = 1e-9
_SHOWN = ("regret", "user_utility", "provider_utility", "most_chosen", "choice_loss")
"""Measures of an equilibrium that readers are shown."""
_EASY = 20_000
"""Profiles times rules of an equilibrium that is held against all deviations in the blink of an eye."""


def regrets(market: Drawn) -> tuple[float, float]:
    """The least and the largest regret of a pure equilibrium; NaN where the user's choice errs."""
    if not market.exact:
        return nan, nan
    game = market.game.game
    worths = [game.user[outcome.rule] for outcome in game.outcomes()]
    return market.optimum - max(worths, default=nan), market.optimum - min(worths, default=nan)


def solved(market: Drawn) -> Solved:
    """All pure equilibria of an exact user's market by their outcomes; of others those that restarts find."""
    game = market.game.game
    if market.exact:
        outcomes = game.outcomes()
        each = [(outcome, profile_of(market, outcome)) for outcome in _distinct(market, outcomes)]
        profiles = [profile for _, profile in each]
        number = float(sum(1 for _ in game.equilibria())) if game.profiles <= _EASY else nan
    else:
        profiles, number = _found(market), nan
    certified = _certified(market, profiles)
    simplex, cone, _ = market.alignments
    rows = sorted((_measured(market, profile) for profile in profiles), key=lambda row: row["regret"])
    worst, best = (rows[-1], rows[0]) if rows else (None, None)
    facts = {
        "optimum": market.optimum,
        "profiles": number,
        "price_of_anarchy": market.optimum / worst["user_utility"] if worst and worst["user_utility"] > 0 else nan,
        "price_of_stability": market.optimum / best["user_utility"] if best and best["user_utility"] > 0 else nan,
        **market.bounds,
    }
    return Solved(
        equilibria=rows,
        complete=market.exact,
        facts=facts,
        witness=[
            _mix("whose weights add up to 1", simplex.weights),
            _mix("of any weights", cone.weights),
            *_bounded("regret", "regret", rows, facts["bound"]),
            *_bounded("what is lost by choosing", "choice_loss", rows, facts["choice_bound"]),
        ],
        certified=certified,
    )


def profile_of(market: Drawn, outcome: Outcome) -> Indices:
    """An equilibrium in which this provider is chosen with this rule.

    One rival holds it there; the others play what is worst for the user.
    """
    game = market.game.game
    number, worst = len(game.providers), int(np.argmin(game.level))
    for rival in (each for each in range(number) if each != outcome.provider):
        for rule in _rules_below(market, outcome, rival):
            for others in (worst, rule):
                profile = np.full(number, others)
                profile[rival], profile[outcome.provider] = rule, outcome.rule
                here = tuple(profile.tolist())
                if game.taken(here) == outcome.provider and not any(game.gains(here)):
                    return profile
    return np.full(number, outcome.rule)  # of one provider alone, which has no rival


def _rules_below(market: Drawn, outcome: Outcome, rival: int) -> Iterable[int]:
    """Rules that a rival may have, of each level the one that the chosen provider would like least to give way to."""
    game = market.game.game
    order = np.lexsort((game.providers[outcome.provider], game.level))
    first = np.flatnonzero(np.append(True, np.diff(game.level[order]) > 0))
    rules: Sequence[int] = order[first].tolist()
    return [rule for rule in reversed(rules) if game.level[rule] <= game.level[outcome.rule]]


def _distinct(market: Drawn, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """One outcome of each worth to the user."""
    level = market.game.game.level
    return list({int(level[outcome.rule]): outcome for outcome in reversed(outcomes)}.values())


def _found(market: Drawn) -> list[Indices]:
    """Equilibria that best responses come to, from each one's own optimum and from random rules."""
    game, generator = market.game, np.random.default_rng(0)
    shape = (RESTARTS, len(market.providers))
    starts = [np.argmax(game.game.providers, axis=1), *generator.integers(len(market.rules), size=shape)]
    found: dict[tuple[int, ...], Indices] = {}
    for profile in starts:
        for _ in range(MOST_ROUNDS):
            before = profile.copy()
            for mine in range(len(profile)):
                profile[mine] = game.best(mine, profile)
            if (before == profile).all():
                found[tuple(profile.tolist())] = profile
                break
    return list({round(_measured(market, each)["regret"], 9): each for each in found.values()}.values())


def _certified(market: Drawn, profiles: Sequence[Indices]) -> bool | None:
    """Whether no provider gains by any deviation, by code that shares nothing with the solver."""
    if not market.exact or market.asks.choice != "best" or not profiles:
        return None
    if len(market.rules) ** 2 * len(market.providers) * len(profiles) > _EASY:
        return None
    audit = market.audit
    tables = [each.tolist() for each in market.providers]
    gains = [
        largest_gain(
            market.joint.tolist(),
            market.user.tolist(),
            tables,
            market.rules[profile].tolist(),
            market.custom,
            audit.rate * audit.fine if audit else 0.0,
            audit.tolerance if audit else 0.0,
        )
        for profile in profiles
    ]
    return max(gains) <= _CERTIFIED


def _measured(market: Drawn, profile: Indices) -> dict[str, float]:
    found = market.measured(profile)
    return {name: found[name] for name in _SHOWN}


def _bounded(words: str, name: str, rows: Sequence[Mapping[str, float]], bound: float) -> list[str]:
    """Whether equilibria keep to a bound, where there is one."""
    if isnan(bound) or not rows:
        return []
    most = max(row[name] for row in rows)
    held = "holds" if most <= bound + _CERTIFIED else "does not hold"
    return [f"The bound of {words} {held}: at most {bound:.4g}, and {most:.4g} in the worst of these equilibria."]


def _mix(which: str, weights: Sequence[float]) -> str:
    told = ", ".join(f"{weight:.4g}" for weight in weights)
    if not any(weights):
        return f"The nearest mix {which} has no weights: a constant comes as near, which says nothing of the providers."
    return f"The nearest mix {which} weighs the providers {told}."
