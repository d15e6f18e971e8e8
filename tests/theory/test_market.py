"""Customers who leave whoever they notice violating: closed forms, value iteration, and theory against simulation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import oversight
from oversight.distributions.constant import Constant
from oversight.distributions.uniform import Uniform
from oversight.equilibrium import Solution
from oversight.equilibrium.threshold import thresholds
from oversight.errors import InputError
from oversight.foresight import Customers, prospects_of
from oversight.policy import Chances
from oversight.policy.sanctions.fixed import Fixed
from oversight.scenario import load_experiment
from oversight.simulation import Run, simulate
from posed import UNIFORM, constant, fine

AHEAD = {"kind": "forward_looking", "discount": 0.9, "gain": UNIFORM, "income": 1.0}
RATIONAL = {"kind": "rational", "gain": UNIFORM, "income": 1.0}
AUDIT = {"kind": "random_audit", "rate": 0.1}
NEVER = {"kind": "random_audit", "rate": 0.0}
ROWS = pytest.mark.parametrize(
    ("income", "lost", "periods", "discount", "notice", "due", "add", "clean", "worst", "share"),
    [
        (1, 0.3, 1, 0.9, 0.5, 0.0, 0.135, 0.135, 0.135, 0.865),
        (1, 0.3, 4, 0.9, 0.5, 0.0, 0.464265, 0.259361, 0.016501, 0.916838),
        (2, 0.2, 10, 0.95, 0.3, 0.1, 1.01488, 0.550436, 0.106989, 0.781646),
    ],
)
"""Of gains U[0, 1]: thresholds where losses add up, and where they start anew in good standing and after a notice."""


def leaves(notice: float = 0.5, share: float = 0.5, periods: int = 3, losses: str = "add") -> dict[str, Any]:
    return {"notice": notice, "share_lost": share, "periods": periods, "losses": losses}


def posed(market: dict[str, Any], *population: Any, monitoring: Any = NEVER, sanction: Any = None, **keys: Any) -> Any:
    policy = {"monitoring": monitoring, "sanction": sanction or fine(0), "market": market, **keys.pop("policy", {})}
    entries = [{"size": 100, "name": f"e{place}", **entry} for place, entry in enumerate(population)]
    return {"name": "market", "policy": policy, "population": entries, **keys}


def solved(*parts: Any, **keys: Any) -> Solution:
    found = oversight.solve(posed(*parts, **keys))
    assert found.not_covered == ""
    for each in found.equilibria:
        assert each.certificate is not None
        assert each.certificate.holds, each
    return found


def rate(*parts: Any, **keys: Any) -> float:
    (only,) = solved(*parts, **keys).equilibria
    return only.misconduct_rate


def played(made: dict[str, Any]) -> dict[str, float]:
    measures = simulate([Run(load_experiment(made).experiment, 0, "compliant")])
    return {name: float(values[0]) for name, values in measures.items()}


def long(notice: float, lost: float, thresholds: list[float]) -> tuple[float, float]:
    """Misconduct of gains U[0, 1], and the share of periods with a loss, of one that starts anew, by powers."""
    top, often = len(thresholds) - 1, np.clip(1 - np.array(thresholds), 0, 1)
    moves = np.zeros((top + 1, top + 1))
    for left in range(top + 1):
        moves[left, top] += notice * often[left]
        moves[left, max(left - 1, 0)] += 1 - notice * often[left]
    law = np.linalg.matrix_power(moves, 100_000)[0]
    return float(law @ often), lost * float(1 - law[0])


def iterated(income: float, loss: float, periods: int, discount: float, notice: float, due: float) -> list[float]:
    """Thresholds by the periods that are left of a loss that starts anew, of gains U[0, 1]: plain value iteration."""
    left = np.arange(periods + 1)
    after, values = np.maximum(left - 1, 0), np.zeros(periods + 1)
    for _ in range(3_000):
        threshold = due + notice * discount * (values[after] - values[-1])
        within = np.clip(threshold, 0, 1)
        best = (1 - within**2) / 2 - threshold * (1 - within)  # E max(g - threshold, 0)
        values = income - loss * (left > 0) + best + discount * values[after]
    return (due + notice * discount * (values[after] - values[-1])).tolist()


# Losses that add up


@pytest.mark.parametrize("due", [0.0, 0.2])
def test_losses_that_add_up_deter_up_to_their_discounted_sum(due: float) -> None:
    """g <= p s + notice x share x income x (d + d^2 + d^3): .60975 without a fine."""
    found = rate(leaves(), AHEAD, monitoring={"kind": "random_audit", "rate": 0.1}, sanction=fine(10 * due))
    assert found == pytest.approx(1 - 0.60975 - due, abs=1e-9)


@ROWS
def test_row_c3_where_losses_add_up(
    income: float,
    lost: float,
    periods: int,
    discount: float,
    notice: float,
    due: float,
    add: float,
    clean: float,
    worst: float,
    share: float,
) -> None:
    assert worst <= clean <= add  # what starts anew deters less, and least of all whoever has nothing left to lose
    entry = AHEAD | {"income": income, "discount": discount}
    found = rate(
        leaves(notice, lost, periods), entry, monitoring={"kind": "random_audit", "rate": 1.0}, sanction=fine(due)
    )
    assert found == pytest.approx(max(0.0, 1 - add), abs=1e-6)


def test_whoever_does_not_look_ahead_counts_the_expected_loss_undiscounted() -> None:
    """g <= p s + notice x share x income x periods = .1 + .2 x .5 x 1 x 3."""
    assert rate(leaves(0.2), RATIONAL, monitoring=AUDIT, sanction=fine(1)) == pytest.approx(0.6)
    half = leaves(0.2) | {"share_lost": 0.25}
    assert rate(half, RATIONAL | {"income": 2.0}, monitoring=AUDIT, sanction=fine(1)) == pytest.approx(0.6)
    # A logit of gains that are constant: u = .5 - .1 - .3.
    logit = {"kind": "quantal", "precision": 4, "gain": constant(0.5), "income": 1.0}
    assert rate(leaves(0.2), logit, monitoring=AUDIT, sanction=fine(1)) == pytest.approx(1 / (1 + np.exp(-0.4)))


def test_losses_go_on_in_suspension() -> None:
    """V = w + E max(g - M - p L, 0) + d V with L = d (1 - d^D) V: M of the next periods, whoever is in play or not."""
    chance, discount, away = 0.2, 0.9, 4
    lost = 0.5 * 0.1 * (0.9 + 0.81 + 0.729)
    value = 0.0
    for _ in range(2_000):
        threshold = lost + chance * discount * (1 - discount**away) * value
        value = 1 + max(0.0, 1 - threshold) ** 2 / 2 + discount * value
    found = rate(
        leaves(share=0.1),
        AHEAD,
        monitoring={"kind": "random_audit", "rate": chance},
        sanction=fine(0, suspension=away),
    )
    assert threshold < 1
    assert found == pytest.approx(1 - threshold, abs=1e-9)


@pytest.mark.parametrize("gain", ["kept", "void"])
def test_a_honeypot_is_nothing_that_customers_notice(gain: str) -> None:
    """A fifth of opportunities are planted: of a loss of .3 actors count .24 (gains that are void count less, too)."""
    policy = {"honeypots": {"rate": 0.2, "gain": gain}}
    found = solved(leaves(0.2), RATIONAL, policy=policy)
    (only,) = found.equilibria
    assert only.misconduct_rate == pytest.approx(0.76 if gain == "kept" else 0.7)
    assert only.measures["noticed_rate"] == pytest.approx(0.2)
    assert only.measures["income_lost"] == pytest.approx(3 * 0.5 * 0.2 * 0.8 * only.misconduct_rate)


def test_what_only_looks_like_a_violation_is_not_noticed() -> None:
    options = [{"name": "shortcut"}, {"name": "lookalike", "violation": False, "gain": 0.8}]
    found = solved(leaves(0.2), RATIONAL | {"options": options})
    (only,) = found.equilibria
    # g - .3 against .8 g: the shortcut would pay from a gain of 1.5 on.
    assert only.misconduct_rate == 0
    assert only.option_rates["share.lookalike"] == pytest.approx(1)


# A loss that starts anew


@ROWS
def test_row_c3_where_a_loss_starts_anew(
    income: float,
    lost: float,
    periods: int,
    discount: float,
    notice: float,
    due: float,
    add: float,
    clean: float,
    worst: float,
    share: float,
) -> None:
    customers = Customers(notice, lost * income, periods, restart=True)
    prospects = prospects_of(
        Fixed(amount=1.0), Uniform(low=0, high=1), Constant(value=1), [Chances(due, 0.0)], None, None, income,
        customers=customers,
    )  # fmt: skip
    found = [due + float(np.ravel(prospects.at(0, losing=k).leaving(discount))[0]) for k in range(periods + 1)]
    assert found == pytest.approx(iterated(income, lost * income, periods, discount, notice, due), abs=1e-10)
    assert [found[0], found[1], found[-1]] == pytest.approx([clean, clean, worst], abs=1e-6)
    entry = AHEAD | {"income": income, "discount": discount}
    market = leaves(notice, lost, periods, "restart")
    (only,) = solved(market, entry, monitoring={"kind": "random_audit", "rate": 1.0}, sanction=fine(due)).equilibria
    assert only.misconduct_rate == pytest.approx(share, abs=1e-6)
    assert only.measures["income_lost"] == pytest.approx(long(notice, lost, found)[1], abs=1e-9)


def test_whoever_does_not_look_ahead_counts_the_periods_that_a_notice_adds() -> None:
    """With k periods left a notice adds 4 - max(k - 1, 0): thresholds .1 + .15 x (4, 4, 3, 2, 1)."""
    (only,) = solved(leaves(0.5, 0.3, 4, "restart"), RATIONAL, monitoring=AUDIT, sanction=fine(1)).equilibria
    share, gone = long(0.5, 0.3, [0.1 + 0.15 * added for added in (4, 4, 3, 2, 1)])
    assert only.misconduct_rate == pytest.approx(share, abs=1e-9)
    assert only.measures == pytest.approx({"noticed_rate": 0.5, "income_lost": gone})


@pytest.mark.parametrize("losses", ["add", "restart"])
def test_a_life_that_ends_has_less_to_lose(losses: str) -> None:
    """Backwards, period by period, in the one state or in each."""
    notice, loss, periods, discount, life, due = 0.5, 0.3, 3, 0.9, 6, 0.1
    customers = Customers(notice, loss, periods, losses == "restart")
    prospects = prospects_of(
        Fixed(amount=1.0), Uniform(low=0, high=1), Constant(value=1), [Chances(due, 0.0)], None, None, 1.0,
        customers=customers,
    )  # fmt: skip
    values = np.zeros(periods + 1)
    for left in range(1, life + 1):
        cost = [notice * discount * (values[max(k - 1, 0)] - values[-1]) for k in range(periods + 1)]
        if losses == "add":
            cost = [notice * loss * sum(discount**t for t in range(1, min(periods, left - 1) + 1))] * (periods + 1)
        found = [float(np.ravel(prospects.at(0, losing=k).leaving(discount, left))[0]) for k in range(periods + 1)]
        assert found == pytest.approx(cost)
        excess = np.clip(1 - due - np.array(cost), 0, 1)
        values = np.array(
            [1 - loss * (k > 0) + excess[k] ** 2 / 2 + discount * values[max(k - 1, 0)] for k in range(4)]
        )


def test_options_under_a_loss_that_starts_anew() -> None:
    """Two violations and what only looks like one, by value iteration over a grid of gains."""
    options = [
        {"name": "small", "gain": 0.7},
        {"name": "large", "gain": 1.2, "cost": 0.25},
        {"name": "lookalike", "violation": False, "gain": 0.1},
    ]
    gains, notice, loss, discount, top = (np.arange(100_000) + 0.5) / 100_000, 0.5, 0.2, 0.9, 3
    worth = np.stack([0 * gains, 0.7 * gains, 1.2 * gains - 0.25, 0.1 * gains])
    values = np.zeros(top + 1)
    for _ in range(300):
        costs = notice * discount * (values[[0, 0, 1, 2]] - values[-1])
        each = [worth - np.array([[0], [cost], [cost], [0]]) for cost in costs]
        payoffs = np.array([one.max(axis=0).mean() for one in each])
        values = 1 - loss * np.array([0, 1, 1, 1]) + payoffs + discount * values[[0, 0, 1, 2]]
    violating = [float(np.isin(one.argmax(axis=0), (1, 2)).mean()) for one in each]
    share, _ = long(notice, loss, [1 - often for often in violating])
    found = rate(leaves(notice, loss, top, "restart"), AHEAD | {"options": options})
    assert found == pytest.approx(share, abs=2e-5)


# Theory and simulation


@pytest.mark.parametrize("losses", ["add", "restart"])
def test_many_entries_do_in_runs_what_theory_says(losses: str) -> None:
    """Classes that look ahead, do not, and go by nothing, of other incomes, under a fine."""
    made = posed(
        leaves(0.4, 0.3, 4, losses),
        AHEAD | {"size": 3000},
        RATIONAL | {"size": 3000, "income": 0.5},
        {"kind": "quantal", "precision": 3, "size": 3000, "income": 2.0, "gain": UNIFORM},
        {"kind": "unconditional", "rate": 0.3, "size": 1000, "income": 1.0},
        monitoring=AUDIT,
        sanction=fine(0.5),
        periods=80,
        burn_in=20,
    )
    found = oversight.solve(made)
    (only,) = found.equilibria
    assert only.certificate is not None
    assert only.certificate.holds
    measured = played(made)
    # 600 000 opportunities: the standard error of a share is below .001.
    for label, share in only.misconduct_rates.items():
        assert measured[f"misconduct_rate.{label}"] == pytest.approx(share, abs=0.005)
    assert only.misconduct_rates["e3"] == pytest.approx(0.3)
    for name, expected in only.measures.items():
        assert measured[name] == pytest.approx(expected, abs=0.005)
    assert measured["social_cost"] == pytest.approx(only.social_cost, abs=0.005)


def test_detection_that_answers_misconduct_beside_a_market() -> None:
    """1 - x = .08 + min(1, .2 / x): at rest at 0 and .5677, and divided at .3523."""
    made = posed(
        leaves(0.2, 0.2, 2),
        RATIONAL | {"size": 5000},
        monitoring={"kind": "investigation_capacity", "investigators": 1000},
        sanction=fine(1.0),
        start="violating",
        periods=60,
        burn_in=20,
    )
    found = oversight.solve(made)
    root = np.sqrt(0.92**2 - 0.8)
    rates = [0, (0.92 - root) / 2, (0.92 + root) / 2]
    assert [each.misconduct_rate for each in found.equilibria] == pytest.approx(rates, abs=1e-9)
    assert [each.stable for each in found.equilibria] == [True, False, True]
    assert [path.misconduct_rate for path in found.paths] == pytest.approx([rates[0], rates[2]], abs=1e-6)
    measured = simulate([Run(load_experiment(made).experiment, 0, "violating")])["misconduct_rate"][0]
    assert measured == pytest.approx(rates[2], abs=0.01)


# A run, actor by actor


def test_losses_add_up_beyond_the_income_and_a_new_notice_starts_them_anew() -> None:
    """Everybody violates and is noticed in every period, and loses all of the income for three."""
    always = {"kind": "unconditional", "rate": 1.0, "size": 2, "income": 2.0}
    for losses, each in (("add", [0.0, 2.0, 4.0, 6.0, 6.0]), ("restart", [0.0, 2.0, 2.0, 2.0, 2.0])):
        model = oversight.model(posed(leaves(1, 1, 3, losses), always, periods=5))
        lost = []
        for _ in range(5):
            model.step()
            lost.append([agent.income_lost for agent in model.agents])
            assert all(agent.noticed for agent in model.agents)
        assert lost == [[one, one] for one in each]
        measures = {name: float(values[0]) for name, values in model.engine.measures().items()}
        assert measures["noticed_rate"] == 1
        assert measures["income_lost"] == pytest.approx(sum(each) / 10)
        assert measures["social_cost"] == pytest.approx(1)  # the harm alone: what is lost is a transfer


def test_rows_of_actors_say_what_they_lost() -> None:
    made = posed(leaves(0.5, 0.25, 2, "restart"), RATIONAL | {"size": 40}, periods=30)
    rows = oversight.run(made, agents=True).agents
    assert set(rows[rows.noticed].violated) == {True}
    noticed = rows.pivot(index="period", columns="actor", values="noticed").to_numpy()
    lost = rows.pivot(index="period", columns="actor", values="income_lost").to_numpy()
    before = np.zeros_like(noticed)
    before[1:], once = noticed[:-1], before.copy()
    once[2:] = noticed[:-2]
    assert (lost == 0.25 * (before | once)).all()
    assert noticed.any()


def test_a_running_model_takes_a_market_on_and_gives_it_up() -> None:
    always = {"kind": "unconditional", "rate": 1.0, "size": 3, "income": 1.0}
    plain = posed(leaves(1, 0.5, 4), always, periods=20)
    model = oversight.model(plain)
    for market, expected in (
        (leaves(1, 0.5, 4), [0.0, 0.5, 1.0]),
        (leaves(1, 0.5, 2), [1.0, 1.0]),
        (None, [0.0]),
        (leaves(1, 0.5, 2, "restart"), [0.0, 0.5]),
        (leaves(0, 0.5, 2, "restart"), [0.5, 0.5, 0.0]),
    ):
        model.change_policy({"policy.market": market})
        for lost in expected:
            model.step()
            assert [agent.income_lost for agent in model.agents] == [lost] * 3


@pytest.mark.parametrize("losses", ["add", "restart"])
def test_batches_hold_the_runs_that_are_played_alone(losses: str) -> None:
    made = posed(
        leaves(0.4, 0.3, 3, losses), AHEAD | {"size": 30}, RATIONAL | {"size": 20}, monitoring=AUDIT, periods=12
    )
    source = load_experiment(made)
    points = [
        {"policy.market.notice": notice, "population.0.discount": discount, "population.1.income": income}
        for notice, discount, income in ((0.1, 0.5, 1.0), (0.4, 0.9, 2.0), (1.0, 0.0, 0.5))
    ]
    runs = [Run(source.at(point), replicate, "compliant") for replicate in (0, 1) for point in points]
    together = simulate(runs)
    for place, run in enumerate(runs):
        alone = simulate([run])
        assert {name: values[0] for name, values in alone.items()} == pytest.approx(
            {name: values[place] for name, values in together.items()}, rel=0, abs=0, nan_ok=True
        )


# What is said of it


def test_the_line_of_the_map_is_where_both_costs_are_the_gain() -> None:
    """p s + notice x share x income x periods = 1/2: at a notice of .1 the fine is (.5 - .15) / .1 = 3.5."""
    made = posed(leaves(0.1), RATIONAL, monitoring=AUDIT, sanction=fine(2))
    (line,) = thresholds(
        load_experiment(made), None, {}, ("policy.market.notice", np.linspace(0, 0.3, 4)),
        ("policy.sanction.amount", np.linspace(0, 6, 7)),
    )  # fmt: skip
    assert line.name == "expected sanction and custom lost = mean and median gain (p s + m = g)"
    assert np.interp(0.1, line.x, line.y) == pytest.approx(3.5)
    restarts = posed(leaves(0.1, losses="restart"), RATIONAL, monitoring=AUDIT, sanction=fine(2))
    assert not thresholds(load_experiment(restarts), None, {}, ("policy.sanction.amount", np.linspace(0, 6, 7)))


def test_an_overseer_that_leads_reckons_with_customers() -> None:
    """Where customers deter everybody, the best commitment is to look at nobody."""
    leads = {"kind": "strategic", "response": "leadership", "inspection_cost": 0.1, "bounty": 1}
    alone = oversight.solve(posed(leaves(0.0), RATIONAL, monitoring=leads, sanction=fine(1)))
    beside = oversight.solve(posed(leaves(1.0, 1.0), RATIONAL, monitoring=leads, sanction=fine(1)))
    assert alone.equilibria[0].inspection_rate > 0.5
    assert beside.equilibria[0].inspection_rate == 0
    assert beside.equilibria[0].misconduct_rate == 0


def test_without_oversight_nobody_leaves() -> None:
    found = solved(leaves(1.0, 1.0), RATIONAL)
    assert found.equilibria[0].social_cost == 0
    assert found.reference.value == pytest.approx(1)


@pytest.mark.parametrize(
    ("market", "changed", "message"),
    [
        (leaves(), {"population": [{"kind": "rational", "size": 3}]}, "population.0.income: is missing"),
        (
            leaves(losses="restart"),
            {"population": [AHEAD | {"size": 3}], "sanction": fine(1, suspension=2)},
            "policy.market.losses: kind forward_looking looks ahead over losses that start anew, or over records",
        ),
        (
            leaves(losses="restart"),
            {"monitoring": {"kind": "strategic", "response": "leadership", "inspection_cost": 0.1, "bounty": 1}},
            "policy.market.losses: the response `leadership`",
        ),
        (leaves(periods=0), {}, "policy.market.periods"),
        (leaves(notice=1.5), {}, "policy.market.notice"),
    ],
)
def test_what_is_refused_says_where(market: dict[str, Any], changed: dict[str, Any], message: str) -> None:
    made = posed(market, RATIONAL, **{name: changed[name] for name in changed.keys() & {"sanction", "monitoring"}})
    with pytest.raises(InputError, match=message):
        load_experiment(made | {name: changed[name] for name in changed.keys() & {"population"}})


@pytest.mark.parametrize(
    ("keys", "entry", "reason"),
    [
        ({"sanction": fine(1, suspension=2)}, RATIONAL, "beside records, suspensions"),
        ({"policy": {"honeypots": {"rate": 0.1}}}, RATIONAL, "beside signals, honeypots"),
        ({}, {"kind": "hedge", "gain": constant(0.5), "income": 1.0}, "learn by what they have left to lose"),
        ({"network": {"kind": "everyone"}}, {"kind": "conformist", "weight": 0.1, "income": 1.0}, "beside neighbours"),
    ],
)
def test_theory_says_what_it_leaves_to_runs(keys: dict[str, Any], entry: dict[str, Any], reason: str) -> None:
    made = posed(leaves(0.3, losses="restart"), entry, monitoring=AUDIT, periods=4, **keys)
    assert reason in oversight.solve(made).not_covered
    assert 0 <= played(made)["misconduct_rate"] <= 1
    adds = posed(leaves(0.3), entry, monitoring=AUDIT, **keys)
    assert oversight.solve(adds).not_covered == ""


def test_customers_stand_in_for_audits_where_losses_add_up_and_beside_them_where_they_start_anew() -> None:
    """What the bundled experiment says of itself."""

    def misconduct(notice: float, audits: float, losses: str) -> float:
        market = {"policy.market.notice": notice, "policy.market.losses": losses}
        found = oversight.solve("customers_or_audits", {**market, "policy.monitoring.rate": audits})
        return float(found.equilibria[0].misconduct_rate)

    assert misconduct(0.4, 0.1, "add") == pytest.approx(1 - 0.2 - 0.4 * 0.92853)
    alone = [misconduct(notice / 10, 0, "restart") for notice in range(11)]
    assert min(alone) == pytest.approx(0.8883, abs=1e-4)
    assert alone[-1] == pytest.approx(1, abs=1e-6)
    assert [misconduct(notice, 0.2, "restart") for notice in (0, 1)] == pytest.approx([0.6, 0])
    assert [misconduct(notice, 0.1, "restart") for notice in (0, 1)] == pytest.approx([0.8, 0.7673], abs=1e-4)
