"""Actors and overseers that learn what to do, held against their published dynamics."""

from __future__ import annotations

from math import exp, log, pi, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

import oversight
from oversight.actors import Situation
from oversight.actors.hedge import Hedge

FALSE_ALARM = 1e-5
DEVIATIONS = 4.42
"""Standard deviations of a normal distribution at a two-sided false-alarm rate of 1e-5."""


def logistic(w: Any) -> Any:
    return 1 / (1 + np.exp(-w))


def log_odds(p: float) -> float:
    return log(p / (1 - p))


def hedge_game(
    size: int, periods: int, rates: tuple[float, float], start: tuple[float, float], **game: float
) -> tuple[Any, Any]:
    """Misconduct and announced inspection rates of Hedge actors (g, sanction p) and a Hedge overseer (bounty r, k)."""
    found = oversight.run(
        {
            "name": "hedge",
            "policy": {
                "monitoring": {
                    "kind": "strategic",
                    "inspection_cost": game["k"],
                    "bounty": game["r"],
                    "response": {"kind": "hedge", "rate": rates[1], "start": start[1]},
                },
                "sanction": {"kind": "fixed", "amount": game["p"]},
            },
            "population": [
                {
                    "kind": "hedge",
                    "size": size,
                    "rate": rates[0],
                    "start": start[0],
                    "gain": {"kind": "constant", "value": game["g"]},
                }
            ],
            "periods": periods,
        }
    )
    return found.series["misconduct_rate"].to_numpy(), found.series["perceived_detection"].to_numpy()


def fine_tuned(periods: int, **keys: Any) -> Any:
    """The chance of violating in each period of actors who are fine-tuned by steps of .2, g = .3, p = .5 and s = 1."""
    entry = {"kind": "policy_gradient", "size": 4, "rate": 0.2, "gain": {"kind": "constant", "value": 0.3}, **keys}
    policy = {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1.0}}
    found = oversight.run({"name": "tuned", "policy": policy, "population": [entry], "periods": periods})
    return logistic(found.series["state.log_odds"].to_numpy())


def test_a_natural_policy_gradient_is_hedge_and_a_vanilla_one_is_slow() -> None:
    """From .5 to .01: natural (logit x1 - logit x0) / (eta A) = 114.88 periods; vanilla, by its differential equation,

    (F(x1) - F(x0)) / (eta A) = 2704.5 with F = 2 ln(x / (1 - x)) - 1 / x + 1 / (1 - x): a step is within 2 % of it.
    """
    step = 0.2 * (0.3 - 0.5)
    assert np.argmax(fine_tuned(120) <= 0.01) + 1 == int(np.ceil((log_odds(0.01) - log_odds(0.5)) / step)) == 115

    def passed(x: float) -> float:
        return 2 * log_odds(x) - 1 / x + 1 / (1 - x)

    expected = (passed(0.01) - passed(0.5)) / step
    assert expected == pytest.approx(2704.503467, abs=1e-5)
    assert np.argmax(fine_tuned(2_800, method="vanilla") <= 0.01) + 1 == pytest.approx(expected, rel=0.02)


def test_a_policy_gradient_near_its_reference_ends_at_the_logit() -> None:
    """Log-odds o* + (o0 - o*)(1 - eta t)^n, o* = A / t: .287198 after 30 steps, .119203 in the end, t = .1."""
    found = fine_tuned(400, entropy=0.1)
    assert found[29] == pytest.approx(logistic(-2.0 + 2.0 * 0.98**30), abs=1e-12)
    assert found[29] == pytest.approx(0.287198, abs=5e-7)
    assert found[-1] == pytest.approx(0.119203, abs=1e-3)


def crossings(values: Any, level: float) -> Any:
    """Times at which a series rises through a level."""
    at = np.nonzero((values[:-1] < level) & (values[1:] >= level))[0]
    return at + (level - values[at]) / (values[at + 1] - values[at])


def drift(size: int, rate: float, swing: float, x: float) -> float:
    """Standard deviation of one period of a small orbit of size `swing` in x, in which n draws decide x each round.

    A step of the overseer's log-odds has the noise e r sqrt(x (1 - x) / n), and they swing by e r swing / w at the
    frequency w = rate: the phase wanders by sqrt(T / 2) of the ratio in a period T.
    """
    period = 2 * pi / rate
    return sqrt(period / 2) * sqrt(x * (1 - x) / size) * rate / swing * period / (2 * pi)


def test_hedge_moves_the_log_odds_before_it_decides() -> None:
    """w_t = w_0 + rate x the sum of g - (p s - q s0), and it violates below s(w_t)."""
    actor = Hedge({"rate": 0.5, "start": 0.3}, (1, 2))
    chances = []
    for gain, detection in ((1.0, 0.1), (2.0, 0.6), (0.5, 0.9)):
        advantage = gain - (detection * 3 - 0.05 * 2)
        chances.append(advantage)
        chance = 1 / (1 + exp(-log_odds(0.3) - 0.5 * sum(chances)))
        names = ("gain", "detection", "false_detection", "sanction", "false_sanction")
        values = (gain, detection, 0.05, 3.0, 2.0)
        now = Situation(**{name: np.array([[value]]) for name, value in zip(names, values, strict=True)})
        now.draw = np.array([[chance - 1e-12, chance + 1e-12]])
        assert actor.violates(now).tolist() == [[True, False]]
        seen: Any = type("Seen", (), {"advantage": np.array([[advantage]]), "active": np.array([[True]])})
        actor.learn(seen)


def test_hedge_players_learn_at_the_same_time_from_the_last_period() -> None:
    """The overseer's rate follows from the violations that were seen, exactly; violations are drawn from w_t."""
    n, rates, start = 4_000, (0.03, 0.05), (0.4, 0.3)
    x, y = hedge_game(n, 400, rates, start, g=1, p=4, k=0.5, r=2)
    seen = np.concatenate([[start[0]], x[:-2]])
    expected = logistic(log_odds(start[1]) + np.concatenate([[0], np.cumsum(rates[1] * (2 * seen - 0.5))]))
    assert y == pytest.approx(expected, abs=1e-12)
    chance = logistic(log_odds(start[0]) + np.cumsum(rates[0] * (1 - 4 * y)))
    squares = float(((x - chance) ** 2 / (chance * (1 - chance) / n)).sum())
    assert chi2.ppf(FALSE_ALARM / 2, 400) < squares < chi2.isf(FALSE_ALARM / 2, 400)


def test_hedge_cycles_and_its_time_averages_are_nash() -> None:
    """I8: g=1, p=2, r=4, k=1: averages (k/r, g/p), and a period of 10.2604 / rate that grows with the swing."""
    rate = 0.05
    w = sqrt(0.25 * 0.75 * 0.5 * 0.5 * 2 * 4)
    assert 2 * pi / w == pytest.approx(10.2604, abs=5e-5)
    assert np.diff(crossings(replicators(0.001, 0.251, 30_000), 0.5))[0] == pytest.approx(2 * pi / w / 0.001, rel=1e-4)
    x, y = hedge_game(20_000, 900, (rate, rate), (0.3, 0.5), g=1, p=2, k=1, r=4)
    times, expected = crossings(y, 0.5), crossings(replicators(rate, 0.3, 900), 0.5)
    assert len(times) == len(expected) == 4
    slack = DEVIATIONS * drift(20_000, rate * w, 0.05, 0.25) / sqrt(3)
    assert np.diff(times).mean() == pytest.approx(np.diff(expected).mean(), abs=slack)
    whole = slice(int(times[0]) + 1, int(times[-1]) + 1)
    assert x[whole].mean() == pytest.approx(0.25, abs=0.002)
    assert y[whole].mean() == pytest.approx(0.5, abs=0.002)


def replicators(rate: float, x: float, periods: int) -> Any:
    """The inspection rates of I8's Hedge learners in an infinite population, from (x, .5)."""
    lean, look, seen = log_odds(x), 0.0, []
    for _ in range(periods):
        y, x = 1 / (1 + exp(-look)), 1 / (1 + exp(-lean))
        seen.append(y)
        lean, look = lean + rate * (1 - 2 * y), look + rate * (4 * x - 1)
    return np.array(seen)


@pytest.mark.slow
@pytest.mark.parametrize(("rates", "period"), [((0.010, 0.025), 725.9), ((0.005, 0.005), 2294)])
def test_h1_period_of_hedge_learners(rates: tuple[float, float], period: float) -> None:
    """Saving 1, stake 4, audit cost .5, bounty 2: x* = .25, y* = .2, from x* + .01."""
    _, y = hedge_game(100_000, int(4.2 * period), rates, (0.26, 0.2), g=1, p=5, k=0.5, r=2)
    frequency = sqrt(rates[0] * rates[1] * 0.25 * 0.75 * 0.2 * 0.8 * 5 * 2)
    times = crossings(y, 0.2)
    assert len(times) == 4
    slack = DEVIATIONS * drift(100_000, frequency, 0.01, 0.25) / sqrt(3)
    assert np.diff(times).mean() == pytest.approx(period, abs=slack)
    assert slack < 0.01 * period
