"""Actors who notice, not quite surely, whether they are being watched."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from oversight.games.numbers import above, at_least, finite, shares


@dataclass(frozen=True)
class AwareOfAudits:
    """What a signal before the act does under a committed rate of inspections.

    Attributes:
        posterior_on: chance of being inspected that one who sees the signal reckons with.
        posterior_off: that of one who does not.
        violation: share of opportunities that are violated.
        watched: share of inspected ones.
        unwatched: share of those that are not inspected.
        detection: share of violations that are found; nan if there are none.
    """

    posterior_on: float
    posterior_off: float
    violation: float
    watched: float
    unwatched: float
    detection: float

    @property
    def apparent(self) -> float:
        """The misconduct that audits alone let one infer: that of the audited."""
        return self.watched

    @property
    def gap(self) -> float:
        """The gaming gap, misconduct unwatched less watched."""
        return self.unwatched - self.watched


def audit_awareness(inspection: float, sanction: float, hit_rate: float, false_alarm_rate: float) -> AwareOfAudits:
    """Actors whose gains are uniform on [0, 1], who see a signal of the inspection that is to come, and weigh it.

    By Bayes' rule the signal makes an inspection of probability r as likely as r h / (r h + (1 - r) f), its absence
    r (1 - h) / (r (1 - h) + (1 - r) (1 - f)); one violates iff the gain exceeds that times the sanction. A signal that
    never comes, or never fails to, leaves r.

    Args:
        inspection: r, from 0 to 1; every inspected violation is found.
        sanction: >= 0, in units of the largest gain.
        hit_rate: h, probability of the signal before an inspection.
        false_alarm_rate: f, probability of it where there will be none.

    Raises:
        ValueError: a number is out of its range.
    """
    shares(inspection=inspection, hit_rate=hit_rate, false_alarm_rate=false_alarm_rate)
    finite(sanction=sanction)
    at_least(0, sanction=sanction)
    on = _posterior(inspection, hit_rate, false_alarm_rate)
    off = _posterior(inspection, 1 - hit_rate, 1 - false_alarm_rate)
    with_signal, without = (1 - min(posterior * sanction, 1.0) for posterior in (on, off))
    watched = hit_rate * with_signal + (1 - hit_rate) * without
    unwatched = false_alarm_rate * with_signal + (1 - false_alarm_rate) * without
    violation = inspection * watched + (1 - inspection) * unwatched
    return AwareOfAudits(
        on, off, violation, watched, unwatched, inspection * watched / violation if violation > 0 else nan
    )


def _posterior(prior: float, if_inspected: float, if_not: float) -> float:
    likely = prior * if_inspected + (1 - prior) * if_not
    return prior * if_inspected / likely if likely > 0 else prior


@dataclass(frozen=True)
class AwareOfInspector:
    """The equilibrium with a strategic inspector: violations, inspections, and violations with and without the signal.

    `flips_at` is the hit rate above which those without the signal all violate, 1 - cost / bounty.
    """

    violation: float
    inspection: float
    with_signal: float
    without_signal: float
    flips_at: float


def aware_inspection_game(
    gain: float, sanction: float, inspection_cost: float, bounty: float, hit_rate: float, false_alarm_rate: float
) -> AwareOfInspector:
    """The inspection game in which the actor sees a signal of whether the inspector has come.

    The inspector is indifferent where those whom it inspects violate with c / b. Up to h = 1 - c / b only those without
    the signal violate, with (c / b) / (1 - h), and inspections y make them indifferent: their posterior is g / s.
    Beyond, all of them do, and those with the signal make up the rest, (c / b - (1 - h)) / h, and are the indifferent
    ones: a signal that good makes inspections nearly vanish. At the flip itself all inspection rates between the two
    are equilibria, and the larger is given.

    Where the sanction does not exceed the gain all violate, and where the cost reaches the bounty nobody inspects.

    Args:
        gain: g > 0 of a violation, in money.
        sanction: s > 0 of a found one.
        inspection_cost: c > 0 of an inspection.
        bounty: b > 0 for a found violation; every inspected one is found.
        hit_rate: h, probability of the signal where there is an inspection, at least `false_alarm_rate`.
        false_alarm_rate: f, probability of it where there is none.

    Raises:
        ValueError: a number is out of its range.
    """
    amounts = {"gain": gain, "sanction": sanction, "inspection_cost": inspection_cost, "bounty": bounty}
    finite(**amounts)
    above(0, **amounts)
    shares(hit_rate=hit_rate, false_alarm_rate=false_alarm_rate)
    at_least(false_alarm_rate, hit_rate=hit_rate)
    needed, indifferent = inspection_cost / bounty, gain / sanction
    flips_at = 1 - needed
    if needed >= 1 or indifferent >= 1:
        return AwareOfInspector(1.0, float(needed < 1), 1.0, 1.0, flips_at)
    odds = indifferent / (1 - indifferent)
    if 1 - hit_rate >= needed or hit_rate == flips_at < 1:
        odds *= (1 - false_alarm_rate) / (1 - hit_rate)
        with_signal, without_signal = 0.0, min(needed / (1 - hit_rate), 1.0)
    else:
        odds *= false_alarm_rate / hit_rate
        with_signal, without_signal = (needed - (1 - hit_rate)) / hit_rate, 1.0
    inspection = odds / (1 + odds)
    unwatched = false_alarm_rate * with_signal + (1 - false_alarm_rate) * without_signal
    violation = inspection * needed + (1 - inspection) * unwatched
    return AwareOfInspector(violation, inspection, with_signal, without_signal, flips_at)
