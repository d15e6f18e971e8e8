"""Equilibria of an experiment, with their certificates, stability and prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from oversight.arrays import Array
from oversight.equilibrium.certificate import Certificate, certify
from oversight.equilibrium.courses import Course, courses
from oversight.equilibrium.coverage import not_covered
from oversight.equilibrium.dynamics import steps
from oversight.equilibrium.fixed_points import FixedPoints, fixed_points
from oversight.equilibrium.planner import NOT_COVERED, Optimum, optimum
from oversight.equilibrium.prices import Price, price
from oversight.equilibrium.stability import stability
from oversight.errors import InputError, KindError
from oversight.policy import Policy
from oversight.response.leadership import best_commitment
from oversight.response.outcome import Outcome, deeds, mixed, outcome
from oversight.response.posed import posed
from oversight.response.standing import standing
from oversight.scenario import Experiment
from oversight.scenario.stacked import Scenarios, structure_of
from oversight.welfare import WeightedSum


@dataclass(frozen=True)
class Equilibrium:
    """A stationary equilibrium. Rates are per active actor, costs per actor and period, as simulations measure them.

    `stable` is None where the simulated one-period map is not defined there, or too large to look at. `mixing` says
    that exactly indifferent actors are split. `certificate` is None where none was asked for.
    """

    misconduct_rate: float
    misconduct_rates: dict[str, float]
    detection_probability: float
    inspection_rate: float
    false_sanction_rate: float
    active_share: float
    social_cost: float
    stable: bool | None
    mixing: bool
    certificate: Certificate | None = None


@dataclass(frozen=True)
class Path:
    """Where the large-population limit of the simulation goes from a start.

    It rests (`length` 1), cycles (`length` periods) or does neither within the horizon looked at (0). The rates and
    the cost are means over the cycle.
    """

    start: str
    length: int
    misconduct_rate: float
    lowest: float
    highest: float
    inspection_rate: float
    social_cost: float


_UNKNOWN = Price(np.nan, "not available")
_NO_OPTIMUM = Optimum(np.nan, np.nan)


@dataclass(frozen=True)
class Solution:
    """What theory says of one scenario: equilibria by rising misconduct rate, prices, and where each start leads.

    `not_covered` says why there is none, and the rest is then empty. `complete` is False where equilibria may be
    missing, and `notes` say why.
    """

    equilibria: list[Equilibrium] = field(default_factory=list)
    complete: bool = True
    not_covered: str = ""
    notes: list[str] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    optimum: Optimum = _NO_OPTIMUM
    price_of_anarchy: Price = _UNKNOWN
    price_of_stability: Price = _UNKNOWN
    price_of_non_commitment: Price = _UNKNOWN
    anarchy_gap: float = np.nan
    fault: str = ""
    """What a class of one's own raised when it was asked, with its line: a mistake, and not a limit of theory."""


def solve(experiment: Experiment) -> Solution:
    """Everything that theory says of one experiment's base point, each equilibrium with its certificate.

    Raises:
        KindError: a class of one's own raised when it was asked; the message says in which line.
    """
    (solution,) = solve_all([experiment])
    if solution.fault:
        raise KindError(solution.fault)
    return solution


def solve_all(experiments: Sequence[Experiment], certified: bool = True, prices: bool = True) -> list[Solution]:
    """Solve many, those of one structure together.

    Args:
        experiments: scenarios, without their sweeps.
        certified: whether every equilibrium gets its certificate, which takes some milliseconds each.
        prices: whether the planner's optimum and the paths from both starts are worked out as well.
    """
    found: list[Solution | None] = [None] * len(experiments)
    together: dict[object, list[int]] = {}
    reasons: dict[object, str] = {}
    for place, experiment in enumerate(experiments):
        kind = structure_of(experiment)
        try:
            if kind not in reasons:
                reasons[kind] = _reason(experiment)
        except KindError as error:  # elsewhere the class may do better
            found[place] = _faulty(error)
            continue
        if reasons[kind]:
            found[place] = Solution(complete=False, not_covered=reasons[kind])
        else:
            together.setdefault(kind, []).append(place)
    for places in together.values():
        for first in range(0, len(places), _TOGETHER):
            part = places[first : first + _TOGETHER]
            solved = _solved([experiments[place] for place in part], certified, prices)
            for place, solution in zip(part, solved, strict=True):
                found[place] = solution
    return [solution for solution in found if solution is not None]


_REFUTED = 1e-3
_TOGETHER = 10_000
"""Scenarios in one stack: more would only fill the memory."""


def _reason(experiment: Experiment) -> str:
    """Why an experiment is not covered."""
    try:
        return not_covered(experiment)
    except InputError as error:
        return f"{error}."


def _faulty(error: KindError) -> Solution:
    return Solution(complete=False, not_covered=f"{error}.", fault=str(error))


def _solved(experiments: Sequence[Experiment], certified: bool, prices: bool) -> list[Solution]:
    """Solutions of one structure; a scenario whose class finds a limit or fails says so, and others are solved."""
    try:
        return _solve(experiments, certified, prices)
    except InputError as error:
        if len(experiments) == 1:
            return [Solution(complete=False, not_covered=f"{error}.")]
    except KindError as error:
        if len(experiments) == 1:
            return [_faulty(error)]
    half = len(experiments) // 2
    return [*_solved(experiments[:half], certified, prices), *_solved(experiments[half:], certified, prices)]


def _solve(experiments: Sequence[Experiment], certified: bool, prices: bool) -> list[Solution]:
    stacked = posed(experiments)
    points = fixed_points(stacked)
    every = _equilibria(experiments, stacked, points, certified) if len(points.scenario) else []
    limits = _limits(stacked) if prices else []
    solutions = []
    order = np.argsort(points.scenario, kind="stable")
    owned = np.split(order, np.searchsorted(points.scenario[order], np.arange(1, len(experiments))))
    for index, experiment in enumerate(experiments):
        rows = owned[index].tolist()
        equilibria = [every[row] for row in rows if not _refuted(every[row])]
        paths = [_path(experiment, start, course, index) for start, course in limits]
        solutions.append(_priced(experiment, equilibria, points, rows, paths, prices))
    return solutions


def _equilibria(
    experiments: Sequence[Experiment], stacked: Scenarios, points: FixedPoints, certified: bool
) -> list[Equilibrium]:
    """What each fixed point comes to."""
    owned = stacked.take(points.scenario)
    stands = standing(owned, points.rate, points.shares)
    below, above, part = points.between
    done = deeds(owned, below)
    if points.mixing.any():
        done = mixed(done, deeds(owned, above), part)
    came = outcome(owned, points.rate, stands, done)
    stable = stability(owned, points, stands)
    found = []
    for row, index in enumerate(points.scenario.tolist()):
        each = _equilibrium(experiments[index], came, points, row, stable[row])
        if certified:
            policy = stacked.take(np.array([index])).policy
            each = _with_certificate(experiments[index], policy, points, row, each)
        found.append(each)
    return found


def _refuted(each: Equilibrium) -> bool:
    """Whether the certificate finds no equilibrium there, rather than one that it cannot make out to every digit.

    Rounding may make actors that are indifferent at any rate jump at some.
    """
    return each.certificate is not None and each.certificate.residual > _REFUTED


def _number(values: Array, row: int) -> float:
    return float(values[row if len(values) > 1 else 0, 0])


def _equilibrium(
    experiment: Experiment, came: Outcome, points: FixedPoints, row: int, stable: bool | None
) -> Equilibrium:
    labels = [entry.label for entry in experiment.population]
    rates = {label: _number(rate, row) for label, rate in zip(labels, came.misconduct_rates, strict=True)}
    return Equilibrium(
        _number(came.misconduct_rate, row),
        rates,
        _number(came.detection_probability, row),
        _number(came.inspection_rate, row),
        _number(came.false_sanction_rate, row),
        _number(came.active_share, row),
        _number(came.social_cost, row) if isinstance(experiment.social_cost, WeightedSum) else np.nan,
        stable,
        bool(points.mixing[row]),
    )


def _with_certificate(
    experiment: Experiment, policy: Policy, points: FixedPoints, row: int, each: Equilibrium
) -> Equilibrium:
    shares = [share[row] for share in points.shares]
    return replace(each, certificate=certify(experiment, policy, shares, _number(points.rate, row)))


def _limits(stacked: Scenarios) -> list[tuple[str, Course]]:
    """Where both starts lead, where the one-period map is known."""
    if stacked.policy.records > 1 or not steps(stacked):
        return []
    return [(start, courses(stacked, start == "violating")) for start in ("compliant", "violating")]


def _path(experiment: Experiment, start: str, course: Course, index: int) -> Path:
    return Path(
        start,
        int(course.length[index]),
        float(course.misconduct_rate[index]),
        float(course.lowest[index]),
        float(course.highest[index]),
        float(course.inspection_rate[index]),
        float(course.social_cost[index]) if isinstance(experiment.social_cost, WeightedSum) else np.nan,
    )


def _priced(
    experiment: Experiment,
    equilibria: list[Equilibrium],
    points: FixedPoints,
    rows: list[int],
    paths: list[Path],
    prices: bool,
) -> Solution:
    several = bool(rows) and int(points.mixing[rows].max()) > 1
    notes = ["Several entries are indifferent at once: who of them violates may differ."] if several else []
    refuted = len(rows) - len(equilibria)
    if refuted:
        notes.append(f"{refuted} of {len(rows)} candidates were refuted by their certificates and are left out.")
    continuum = bool(rows) and bool(points.continuum[rows].any())
    if continuum:
        notes.append("The overseer is indifferent over a whole interval: all between two of these are equilibria too.")
    missed = sorted({path.misconduct_rate for path in paths if path.length == 1 and not _among(path, equilibria)})
    if missed:
        where = " and ".join(f"{rate:.4%}" for rate in missed)
        notes.append(f"The limit of the simulation comes to rest at {where}, which is none of these.")
    elif not rows:
        notes.append("The policy's own jump leaves no stationary equilibrium: see the cycle that each start leads to.")
    if experiment.policy.records > 1 and experiment.policy.monitoring.responsive:
        notes.append("Stability and paths are not worked out where records count and detection depends on the state.")
    if not isinstance(experiment.social_cost, WeightedSum):
        notes.append("Social cost is no weighted sum: theory does not cover it, nor the prices that are made of it.")
    complete = not several and not refuted and not continuum and not missed
    if not prices:
        return Solution(equilibria, complete, "", notes, paths)
    costs = [each.social_cost for each in equilibria]
    best = _least(optimum(experiment), equilibria)
    worst = max(costs, default=np.nan)
    return Solution(
        equilibria,
        complete,
        "",
        notes,
        paths,
        best,
        _noted(price(worst, best.social_cost), best.note, costs),
        _noted(price(min(costs, default=np.nan), best.social_cost), best.note, costs),
        _non_commitment(experiment, worst),
        worst - best.social_cost,
    )


def _least(best: Optimum, equilibria: list[Equilibrium]) -> Optimum:
    """The optimum, which no equilibrium can beat: a planner could dictate it. Only rounding of the search is mended."""
    cheapest = min(equilibria, key=lambda each: each.social_cost, default=None)
    if cheapest is None or np.isnan(best.social_cost) or not cheapest.social_cost < best.social_cost:
        return best
    return replace(best, social_cost=cheapest.social_cost, misconduct_rate=cheapest.misconduct_rate)


def _among(path: Path, equilibria: list[Equilibrium]) -> bool:
    """Whether a path rests in one of the equilibria, which it comes to in steps and by a quicker quadrature."""
    return any(abs(path.misconduct_rate - each.misconduct_rate) < _REFUTED for each in equilibria)


def _noted(found: Price, note: str, costs: list[float]) -> Price:
    if not costs:
        return Price(np.nan, "there is no stationary equilibrium")
    return Price(found.value, note or found.note)


def _non_commitment(experiment: Experiment, worst: float) -> Price:
    if experiment.policy.monitoring.overseer is None:
        return Price(np.nan, "not applicable: the overseer is committed to its rule")
    if not isinstance(experiment.social_cost, WeightedSum):
        return Price(np.nan, NOT_COVERED)
    return price(worst, best_commitment(experiment).social_cost, "the best commitment")
