"""How far the share of violators strays from an equilibrium where actors are copies, who err together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from oversight.actors import Actor
from oversight.arrays import Values, Vector
from oversight.common_factor import gauss_legendre
from oversight.games import Copies
from oversight.games.chains import stationary
from oversight.policy import State
from oversight.response.opportunities import axes
from oversight.response.posed import posed
from oversight.response.standing import responses
from oversight.scenario import Experiment

_FAR = 9.0
"""A normal step longer than this many standard deviations has probability 1e-19."""
_NODES = 8
_WIDEST = 0.2
"""Of a panel of nodes, in units of Phi^-1 of the share: detection may bend anywhere."""
_MOST = 120
"""Panels, beyond which steps are too short to be followed."""


@dataclass(frozen=True, kw_only=True)
class Law:
    """The share of violators in a period, among infinitely many copies in the long run.

    `edge` is the share at the one unstable equilibrium, beyond which detection gives way, and `beyond_edge` the share
    of periods in which more violate; both are NaN where there is none, or several.
    """

    mean: float
    sd: float
    q95: float
    q99: float
    edge: float = nan
    beyond_edge: float = nan


def law_of(experiment: Experiment, edge: float) -> Law | None:
    """The law of a covered experiment's misconduct; None where there are no copies, or it is not known.

    At constant chances the share is Vasicek's, Phi((Phi^-1(x) + sqrt(rho) z) / sqrt(1 - rho)), with x the misconduct
    rate. Where detection answers the last period's share, that is a chain in Phi^-1 of the share, with normal steps: it
    is solved on Gauss-Legendre nodes (Nystroem's method).
    """
    if not _is_known(experiment):
        return None
    copies = experiment.population[0].copies
    assert copies is not None
    share = _answer(experiment)
    if not experiment.policy.monitoring.responsive:
        # Nothing depends on the last share.
        return _constant(Copies(float(share(np.array([0.5]))[0]), copies.correlation))
    return _chain(share, copies.correlation, edge)


def _is_known(experiment: Experiment) -> bool:
    """Whether all actors are copies that one factor moves, who decide by it alone and by what is announced."""
    entry, policy = experiment.population[0], experiment.policy
    if len(experiment.population) > 1 or entry.copies is None or entry.copies.persistent or entry.options:
        return False
    if experiment.network is not None:
        return False
    alone = axes(entry, policy.sanction) == ([] if entry.copied_draw else ["gain"])
    by_gain = entry.rule.monotone and "draw" not in entry.rule.uses
    by_chance = entry.copied_draw and entry.rule.probability is not Actor.probability
    forgets = (
        not policy.forewarns
        and policy.sanction.self_report is None
        and policy.sanction.resample is None
        and policy.standings == 1
        and not policy.sanction.suspension
        and "prospects" not in entry.reads
    )
    alike = policy.training is None or policy.training.steady
    answers = policy.monitoring.reads <= {"violations", "active"} and policy.monitoring.overseer is None
    return alone and (by_gain or by_chance) and forgets and alike and answers and entry.belief.trusts


def _answer(experiment: Experiment) -> Callable[[Vector], Vector]:
    """The misconduct rate, a mean over the factor, in a period after one with these shares, (shares,) each."""
    scenarios, size = posed([experiment]), float(experiment.actors)

    def share(last: Vector) -> Vector:
        violations = last[:, None] * size
        state = State(violations, np.full_like(violations, size), experiment.actors)
        rate = np.broadcast_to(scenarios.policy.monitoring.chances(state).violating, violations.shape)
        (found,) = responses(scenarios.take(np.zeros(len(last), dtype=np.int64)), rate)
        return np.broadcast_to(found, violations.shape)[:, 0]

    return share


def _constant(copies: Copies) -> Law:
    return Law(mean=copies.probability, sd=copies.sd, q95=copies.quantile(0.95), q99=copies.quantile(0.99))


def _chain(share: Callable[[Vector], Vector], correlation: float, edge: float) -> Law | None:
    if not 0 < correlation < 1:
        return None
    step, shrink = sqrt(correlation / (1 - correlation)), sqrt(1 - correlation)

    def mean(x: Values) -> Values:
        with np.errstate(divide="ignore"):
            leads: Values = ndtri(share(ndtr(x))) / shrink
        return leads

    reach = mean(np.linspace(-_FAR, _FAR, 200))
    if not np.isfinite(reach).all():
        return None  # where nobody violates, or everybody, the share is no normal step from anywhere
    low, high = float(reach.min()) - _FAR * step, float(reach.max()) + _FAR * step
    panels = int(np.ceil((high - low) / min(step, _WIDEST)))
    if panels > _MOST:
        return None
    inner = [] if np.isnan(edge) else [float(ndtri(edge))]
    nodes, weights = gauss_legendre(np.unique([*np.linspace(low, high, panels + 1), *inner]), _NODES)
    leads = mean(nodes)
    away = (nodes - leads[:, None]) / step
    try:
        law = stationary(weights * np.exp(-away * away / 2) / (sqrt(2 * np.pi) * step))
    except ValueError:  # so small a correlation that there are shares which others are not reached from
        return None
    shares = ndtr(nodes)
    middle = float(law @ shares)

    def quantile(level: float) -> float:
        return float(ndtr(brentq(lambda x: law @ ndtr((x - leads) / step) - level, low - step, high + step)))

    return Law(
        mean=middle,
        sd=sqrt(max(float(law @ shares**2) - middle**2, 0.0)),
        q95=quantile(0.95),
        q99=quantile(0.99),
        edge=edge,
        beyond_edge=nan if np.isnan(edge) else float(law[nodes > inner[0]].sum()),
    )
