"""Violators who report themselves."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from oversight.games.numbers import above, at_least, finite, shares


@dataclass(frozen=True)
class SelfReporting:
    """What a scheme of self-reports leads to, as shares of opportunities: violations, those reported, inspections."""

    violation: float
    reported: float
    inspections: float


def self_reporting(
    inspection: float, sanction: float, share: float, *, sensitivity: float = 1.0, false_positive_rate: float = 0.0
) -> SelfReporting:
    """A fixed scheme: a violator that reports itself pays `share` of the sanction s and is not inspected.

    Gains are uniform on [0, 1]. A violator reports where that is no dearer than the risk of being caught, share s <= p
    s with p = inspection x sensitivity. It violates iff its gain exceeds min(share, p) s - q s, where q = inspection x
    false_positive_rate is the chance that a compliant actor is sanctioned (after Kaplow and Shavell 1994, Journal of
    Political Economy 102, 583).

    Args:
        inspection: probability of inspecting each actor that has not reported itself.
        sanction: s >= 0, in units of the largest gain.
        share: of the sanction, that a violator who reports itself pays, from 0 to 1.
        sensitivity: probability that an inspection flags a violator.
        false_positive_rate: probability that it flags a compliant actor.

    Raises:
        ValueError: a number is out of its range.
    """
    chances = {"inspection": inspection, "sensitivity": sensitivity, "false_positive_rate": false_positive_rate}
    shares(**chances, share=share)
    finite(sanction=sanction)
    at_least(0, sanction=sanction)
    caught, innocent = inspection * sensitivity, inspection * false_positive_rate
    violation = 1 - min(max((min(share, caught) - innocent) * sanction, 0.0), 1.0)
    reported = violation if share <= caught else 0.0
    return SelfReporting(violation, reported, inspection * (1 - reported))


@dataclass(frozen=True)
class SelfReportScheme:
    """The inspection probability of least social cost, violations and cost there, and the least cost without it."""

    inspection: float
    violation: float
    cost: float
    cost_without: float


def best_self_reporting(
    sanction: float, harm: float, inspection_cost: float, harm_averted: float = 0.0
) -> SelfReportScheme:
    """The best scheme of self-reports, and the least social cost where there are none.

    Gains are uniform on [0, 1] and do not count. Violators pay the share p of the sanction s that they would expect to
    pay anyway, so that they all report and only the compliant are inspected: cost h (1 - a) (1 - p s) + c p (p s),
    least at p* = min(1 / s, 1, h (1 - a) / (2 c)). A smaller share only deters less. Without self-reports cost is
    linear, h (1 - p s) + c p (after Kaplow and Shavell 1994, Journal of Political Economy 102, 583).

    Args:
        sanction: s > 0, in units of the largest gain.
        harm: h >= 0 of a violation.
        inspection_cost: c >= 0 of an inspection.
        harm_averted: the share a of the harm that a self-report averts, from 0 to 1.

    Raises:
        ValueError: a number is out of its range.
    """
    finite(sanction=sanction, harm=harm, inspection_cost=inspection_cost)
    above(0, sanction=sanction)
    at_least(0, harm=harm, inspection_cost=inspection_cost)
    shares(harm_averted=harm_averted)
    left = harm * (1 - harm_averted)
    enough = min(1 / sanction, 1.0)
    best = min(enough, left / (2 * inspection_cost) if inspection_cost > 0 else inf)
    violation = 1 - best * sanction
    return SelfReportScheme(
        inspection=best,
        violation=violation,
        cost=left * violation + inspection_cost * best * (1 - violation),
        cost_without=min(harm, harm * (1 - enough * sanction) + inspection_cost * enough),
    )
