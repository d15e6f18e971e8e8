"""A signal before the act, and honeypots: who violates when, and what inspections report of it.

Unless said, gains are U[0, 1], the population is large, and expected shares are worked out beside each case.
Tolerances are five standard errors of a share of SIZE x PERIODS independent opportunities, or of as many of them as
the share is of: one false alarm in some two million looks.
"""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import oversight
from oversight.errors import InputError
from oversight.games import audit_awareness
from oversight.scenario import load_experiment
from oversight.sweeps import load_results

SIZE, PERIODS = 50_000, 4
Mapping = dict[str, Any]


def near(share: float = 1.0) -> float:
    """Five standard errors of a rate among this share of all opportunities."""
    return 5 * sqrt(0.25 / (SIZE * PERIODS * share))


def experiment(
    rate: float = 0.3, signal: tuple[float, float] | None = (0.8, 0.1), fine: float = 2.0, **keys: Any
) -> Mapping:
    policy = {
        "monitoring": {"kind": "random_audit", "rate": rate, **keys.pop("monitoring", {})},
        "sanction": {"kind": "fixed", "amount": fine, **keys.pop("sanction", {})},
        **{name: keys.pop(name) for name in ("detector", "honeypots") if name in keys},
    }
    if signal:
        policy["monitoring"]["signal"] = dict(zip(("hit_rate", "false_alarm_rate"), signal, strict=True))
    entry = {"kind": "rational", "size": SIZE, **keys.pop("entry", {})}
    return {"name": "signals", "policy": policy, "population": [entry], "periods": PERIODS, **keys}


def measures(*args: Any, **keys: Any) -> dict[str, float]:
    return oversight.run(experiment(*args, **keys)).metrics


# Signals


@pytest.mark.parametrize(
    ("rate", "fine", "misconduct", "watched", "unwatched", "detection"),
    [(0.3, 2.0, 0.57, 0.165217, 0.743478, 0.086957), (0.2, 1.0, 0.8, 0.45614, 0.885965, 0.114035)],
)
def test_those_who_notice_audits_game_them(
    rate: float, fine: float, misconduct: float, watched: float, unwatched: float, detection: float
) -> None:
    """Posterior r h / (r h + (1 - r) f) with the signal; without a signal misconduct would be 1 - r s."""
    game = audit_awareness(rate, fine, 0.8, 0.1)
    assert (game.violation, game.watched, game.unwatched, game.detection) == pytest.approx(
        (misconduct, watched, unwatched, detection), abs=1e-6
    )
    found = measures(rate, fine=fine)
    assert found["misconduct_rate"] == pytest.approx(misconduct, abs=near())
    assert found["misconduct_rate_watched"] == pytest.approx(watched, abs=near(rate))
    assert found["misconduct_rate_unwatched"] == pytest.approx(unwatched, abs=near(1 - rate))
    assert found["gaming_gap"] == found["misconduct_rate_unwatched"] - found["misconduct_rate_watched"]
    assert found["apparent_misconduct_rate"] == pytest.approx(found["misconduct_rate_watched"])
    assert found["detection_rate"] == pytest.approx(detection, abs=near(misconduct))


def test_a_detector_that_errs_reports_what_one_without_error_would() -> None:
    """Flagged .9 m + .2 (1 - m) of the inspected, of whom m violate: (flagged - .2) / .7 = m."""
    found = measures(detector={"sensitivity": 0.9, "false_positive_rate": 0.2})
    # On the signal the difference that violating makes is .774194 x .7 x 2 > 1, off it .086957 x .7 x 2.
    off = 1 - 2 * 0.7 * 0.06 / 0.69
    assert found["misconduct_rate"] == pytest.approx(0.69 * off, abs=near())
    assert found["misconduct_rate_watched"] == pytest.approx(0.2 * off, abs=near(0.3))
    assert found["apparent_misconduct_rate"] == pytest.approx(0.2 * off, abs=near(0.3) / 0.7)


@pytest.mark.parametrize("rates", [(0.4, 0.4), (0.0, 0.0), (1.0, 1.0)])
@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"monitoring": {"kind": "audit_capacity", "inspections": 61.5}, "sanction": {"suspension": 2}},
        {
            "monitoring": {"kind": "record_based", "base_rate": 0.1, "rate_per_record": 0.2},
            "detector": {"sensitivity": 0.9, "false_positive_rate": 0.05},
            "sanction": {"record_lifetime": 3},
        },
        {"entry": {"options": [{"name": "shortcut"}, {"name": "hidden", "cost": 0.1, "visibility": 0.4}]}},
    ],
)
def test_a_signal_that_says_nothing_changes_no_bit(rates: tuple[float, float], keys: Mapping) -> None:
    def run(signal: tuple[float, float] | None) -> Any:
        made = experiment(0.23, signal, 1.7, **{name: {**value} for name, value in keys.items()})
        made["population"][0]["size"] = 203
        if made["policy"]["monitoring"]["kind"] != "random_audit":
            del made["policy"]["monitoring"]["rate"]
        return oversight.run(made, agents=True)

    without, with_signal = run(None), run(rates)
    for name, value in without.metrics.items():
        assert with_signal.metrics[name] == value or np.isnan(value), name
    known = without.agents.columns
    assert with_signal.agents[known].equals(without.agents)


def test_a_signal_of_probability_zero_leaves_the_prior() -> None:
    """Nobody is warned; who is not, knows nothing: 1 - r s = .4. At hit 1 and no false alarm all are told the truth."""
    assert measures(0.3, (0.0, 0.0))["misconduct_rate"] == pytest.approx(0.4, abs=near())
    told = measures(0.3, (1.0, 0.0))
    assert told["misconduct_rate"] == pytest.approx(0.7, abs=near())
    assert told["misconduct_rate_watched"] == told["detection_rate"] == told["apparent_misconduct_rate"] == 0
    assert told["misconduct_rate_unwatched"] == told["gaming_gap"] == 1


def test_nothing_is_apparent_without_inspections() -> None:
    found = measures(0.0)
    assert np.isnan(
        [found[name] for name in ("apparent_misconduct_rate", "misconduct_rate_watched", "gaming_gap")]
    ).all()
    assert found["misconduct_rate_unwatched"] == found["misconduct_rate"] == 1


def test_innocents_know_their_chance_too() -> None:
    """A detector that flags all alike: violating makes no difference, whatever is noticed."""
    found = measures(detector={"sensitivity": 0.5, "false_positive_rate": 0.5})
    assert found["misconduct_rate"] == 1


def test_options_are_chosen_by_what_is_noticed() -> None:
    """Malik (1990), warned or not: open g - 2 p, concealed g - .2 - .8 p, so concealed where p > 1/6."""
    options = [{"name": "opened"}, {"name": "concealed", "cost": 0.2, "visibility": 0.4}]
    found = measures(entry={"options": options})
    on, off = 0.24 / 0.31, 0.06 / 0.69
    assert found["misconduct_rate.opened"] == pytest.approx(0.69 * (1 - 2 * off), abs=near())
    assert found["misconduct_rate.concealed"] == pytest.approx(0.31 * (0.8 - 0.8 * on), abs=near())


def test_records_are_weighed_with_the_signal() -> None:
    """Each at its own chance: r h / (r h + (1 - r) f) at r = .1 of a clean actor, at .5 of one with a record."""
    made = experiment(
        monitoring={"kind": "record_based", "base_rate": 0.1, "rate_per_record": 0.4, "max_rate": 0.5}, fine=0.5
    )
    del made["policy"]["monitoring"]["rate"]
    made["population"][0]["size"] = 400
    seen = oversight.run(made, agents=True).agents
    rate = np.where(seen["record"] > 0, 0.5, 0.1)
    hit = np.where(seen["signal"], 0.8, 0.2)
    alarm = np.where(seen["signal"], 0.1, 0.9)
    expected = rate * hit / (rate * hit + (1 - rate) * alarm)
    np.testing.assert_allclose(seen["perceived_detection"], expected, rtol=1e-12)
    assert len(set(np.round(expected, 9))) == 4


def test_classes_may_go_by_the_signal(tmp_path: Path) -> None:
    source = """
        from oversight.actors import Actor

        class Wary(Actor):
            uses = frozenset({"signal"})

            def violates(self, now):
                return ~now.signal
    """
    path = tmp_path / "wary.py"
    path.write_text("\n".join(line.removeprefix("        ") for line in source.splitlines()))
    made = experiment(entry={"kind": "wary:Wary"})
    found = oversight.run(made, plugins=[str(path)]).metrics
    assert found["misconduct_rate"] == pytest.approx(0.69, abs=near())
    assert found["misconduct_rate_watched"] == pytest.approx(0.2, abs=near(0.3))
    del made["policy"]["monitoring"]["signal"]
    assert oversight.run(made, plugins=[str(path)]).metrics["misconduct_rate"] == 1


# Honeypots


@pytest.mark.parametrize(("gain", "misconduct", "harm"), [("kept", 0.44, 0.396), ("void", 0.377778, 0.34)])
def test_honeypots_raise_the_chance_of_being_caught(gain: str, misconduct: float, harm: float) -> None:
    """Kept: g > 2 (.1 + .9 x .2) = .56. Void: .9 g > .56. Honeypots do no harm."""
    found = measures(0.2, None, honeypots={"rate": 0.1, "gain": gain, "cost": 3.0})
    assert found["misconduct_rate"] == pytest.approx(misconduct, abs=near(0.9))
    assert found["apparent_misconduct_rate"] == pytest.approx(misconduct, abs=near(0.28))
    assert found["harm"] == pytest.approx(harm, abs=near())
    assert found["inspection_rate"] == pytest.approx(0.28, abs=near())
    assert found["detection_rate"] == pytest.approx(0.2, abs=near(harm))
    assert found["oversight_cost"] == pytest.approx(0.3, abs=3 * near())
    least = misconduct * (1 - misconduct / 2)  # E[g; g > 1 - m]
    assert found["gain"] == pytest.approx(least * (1 if gain == "kept" else 0.9), abs=near())
    assert found["sanctions_paid"] == pytest.approx(2 * misconduct * 0.28, abs=2 * near())


@pytest.mark.parametrize("gain", ["kept", "void"])
def test_the_signal_tells_of_honeypots_too(gain: str) -> None:
    """Inspections .28, of which .8 are noticed; the signal is false for .1 of the rest.

    Off the signal the posterior is .056 / .704, and .02 / .704 for a honeypot. Real opportunities come without the
    signal with .2 x .2 + .8 x .9 = .76, inspected ones of them with .2; on the signal, 2 x .756757 deters all.
    """
    real = 1 if gain == "kept" else 1 - 0.02 / 0.704
    off = 1 - 2 * 0.056 / 0.704 / real
    found = measures(0.2, honeypots={"rate": 0.1, "gain": gain})
    if gain == "kept":
        assert 0.76 * off == pytest.approx(0.639091, abs=1e-6)
    assert found["misconduct_rate"] == pytest.approx(0.76 * off, abs=near(0.9))
    assert found["misconduct_rate_watched"] == pytest.approx(0.2 * off, abs=near(0.18))
    assert found["misconduct_rate_unwatched"] == pytest.approx(0.9 * off, abs=near(0.72))
    assert found["apparent_misconduct_rate"] == pytest.approx(0.2 * off, abs=near(0.28))


def test_no_honeypots_change_no_bit() -> None:
    made, planted = experiment(0.23), experiment(0.23, honeypots={"rate": 0.0})
    for each in (made, planted):
        each["population"][0]["size"] = 203
    one, other = oversight.run(made), oversight.run(planted)
    assert {name: other.metrics[name] for name in one.metrics} == one.metrics


def test_some_opportunities_are_real() -> None:
    with pytest.raises(InputError, match=r"policy\.honeypots\.rate"):
        measures(0.2, None, fine=0.5, honeypots={"rate": 1.0})
    found = measures(0.2, None, fine=0.5, honeypots={"rate": 0.999})
    assert found["apparent_misconduct_rate"] == pytest.approx(0.5, abs=near())


def test_entries_count_their_real_opportunities() -> None:
    made = experiment(0.2, None, honeypots={"rate": 0.3})
    made["population"] = [{"kind": "unconditional", "name": name, "rate": 1.0, "size": 500} for name in "ab"]
    made["dynamics"] = {"window": 2}
    found = oversight.run(made).metrics
    for name in ("misconduct_rate", "misconduct_rate.a", "misconduct_rate.b", "worst_window_misconduct_rate"):
        assert found[name] == 1
    assert found["harm"] == pytest.approx(0.7, abs=5 * sqrt(0.25 / 4000))


# What does not go together

CAPACITY = {"kind": "investigation_capacity", "investigators": 3}
STRATEGIC = {"kind": "strategic", "inspection_cost": 1, "bounty": 2, "response": {"kind": "best"}}
REFUSED = [
    ({"monitoring": CAPACITY}, "policy.monitoring.signal: kind investigation_capacity inspects by what is done"),
    ({"monitoring": STRATEGIC}, "policy.monitoring.signal: kind strategic inspects for what it finds"),
    (
        {"entry": {"belief": {"kind": "fixed", "value": 0.2}}},
        "population.0.belief: only a belief that is what is announced",
    ),
    ({"entry": {"belief": {"kind": "announced", "adjustment": 0.5}}}, "Let it be `announced`, without `adjustment`"),
    ({"entry": {"kind": "forward_looking", "discount": 0.5}}, "population.0.kind: kind forward_looking looks ahead"),
    ({"entry": {"kind": "hedge"}}, "population.0.kind: kind hedge decides by habit"),
    (
        {"honeypots": {"rate": 0.1}, "entry": {"options": [{"name": "shortcut"}]}},
        "population.0.options: honeypots plant the one violation",
    ),
    (
        {"honeypots": {"rate": 0.1, "gain": "void"}, "sanction": {"forfeit_gain": True}},
        "policy.honeypots.gain: a void gain is not there to be forfeited",
    ),
]


@pytest.mark.parametrize(("keys", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_what_does_not_go_together_is_refused_with_the_remedy(keys: Mapping, says: str) -> None:
    made = experiment(**{name: {**value} for name, value in keys.items()})
    if made["policy"]["monitoring"]["kind"] != "random_audit":
        del made["policy"]["monitoring"]["rate"]
    with pytest.raises(InputError) as caught:
        load_experiment(made)
    assert says in str(caught.value)


def test_honeypots_are_refused_where_inspections_answer_the_act() -> None:
    made = experiment(signal=None, monitoring=CAPACITY, honeypots={"rate": 0.1})
    del made["policy"]["monitoring"]["rate"]
    with pytest.raises(InputError, match=r"policy\.honeypots: kind investigation_capacity"):
        load_experiment(made)


WEEKLY = '''
from typing import ClassVar

from oversight.policy import Chances
from oversight.policy.monitoring import Monitoring
from oversight.quantities import Probability, quantity


class Weekly(Monitoring):
    """Everyone is inspected with probability `rate` in every second period, and nobody in between."""

    reads: ClassVar[frozenset[str]] = frozenset({"period"})

    rate: Probability = quantity("Rate", "Chance of inspection.", "probability per period")

    def chances(self, state):
        chance = self.rate * (state.period % 2 == 1)
        return Chances(chance, chance)


class Choosy(Monitoring):
    """Violators alone are inspected."""

    reads: ClassVar[frozenset[str]] = frozenset()

    def chances(self, state):
        return Chances(0.5, 0.0)
'''


def test_a_rule_of_ones_own_takes_a_signal_and_is_read_without_its_class(tmp_path: Path) -> None:
    """Gains U[0, 1]: in every second period .57, in the others all violate, since nobody is inspected."""
    path = tmp_path / "rules.py"
    path.write_text(WEEKLY)
    made = experiment(monitoring={"kind": "rules:Weekly"})
    found = oversight.run(made, plugins=[str(path)]).metrics
    assert found["misconduct_rate"] == pytest.approx((0.57 + 1) / 2, abs=near())
    made["population"][0]["size"] = 20
    oversight.sweep(made, out=str(tmp_path / "out"), plugins=[str(path)])
    path.unlink()
    assert "metric.gaming_gap.mean" in load_results(tmp_path / "out").summary


def test_a_rule_that_looks_at_violators_alone_takes_none(tmp_path: Path) -> None:
    path = tmp_path / "rules.py"
    path.write_text(WEEKLY)
    made = experiment(monitoring={"kind": "rules:Choosy"})
    del made["policy"]["monitoring"]["rate"]
    with pytest.raises(InputError, match="inspects those who violate and those who comply with different chances"):
        oversight.run(made, plugins=[str(path)])
