"""Equilibria of an experiment, with their certificates, stability and prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from oversight.arrays import Column, FlagVector, Indices, present
from oversight.deadline import OutOfTimeError, time_limit
from oversight.equilibrium.block import Block
from oversight.equilibrium.certificate import Certificate, certificates, tail_gap
from oversight.equilibrium.courses import Course, at_rest, courses, followed
from oversight.equilibrium.coverage import not_covered
from oversight.equilibrium.dynamics import steps
from oversight.equilibrium.extras import TOO_LONG, Extras
from oversight.equilibrium.fixed_points import FixedPoints, fixed_points, nowhere
from oversight.equilibrium.law import Law, law_of
from oversight.equilibrium.norms import norms
from oversight.equilibrium.planner import NOT_COVERED, optima
from oversight.equilibrium.prices import Price, anarchy_share, price
from oversight.equilibrium.reference import known_by, reference
from oversight.equilibrium.sampled import Optimum
from oversight.equilibrium.stability import Stability, stability
from oversight.equilibrium.told import as_data, as_frame, as_text
from oversight.errors import InputError, KindError
from oversight.numerals import percent
from oversight.response.leadership import best_commitment
from oversight.response.outcome import Deeds, Outcome, deeds, mixed, outcome
from oversight.response.posed import moved, stated_rows
from oversight.response.share import Responder
from oversight.response.standing import standing
from oversight.scenario import Experiment
from oversight.scenario.counted import Counted, counted
from oversight.scenario.paid import pays_outcomes
from oversight.scenario.reported import with_reports
from oversight.scenario.stacked import Scenarios, structure_of
from oversight.welfare import WeightedSum

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Equilibrium:
    """A stationary equilibrium. Rates are per active actor, costs per actor and period, as simulations measure them.

    `stable` is None where the simulated one-period map is not defined there, or too large to look at. `mixing` says
    that exactly indifferent actors are split. `certificate` is None where none was asked for.
    """

    misconduct_rate: float
    misconduct_rates: dict[str, float]
    option_rates: dict[str, float]
    """How often each option is taken, by the names that measures have; empty without options."""
    detection_probability: float
    inspection_rate: float
    false_sanction_rate: float
    active_share: float
    gain: float
    harm: float
    oversight_cost: float
    value_lost: float
    social_cost: float
    stable: bool | None
    mixing: bool
    measures: dict[str, float] = field(default_factory=dict)
    """Measures that only some policies have: apparent misconduct or self-reports, say."""
    certificate: Certificate | None = None


@dataclass(frozen=True, kw_only=True)
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
    phases: list[dict[str, float]] = field(default_factory=list)
    """Where a principal moves the policy: means over the measured periods of each of its phases, by measure. The path
    is then that of all measured periods, `length` of them."""


_UNKNOWN = Price(np.nan, "not available")
_NO_OPTIMUM = Optimum(social_cost=np.nan, misconduct_rate=np.nan)


@dataclass(frozen=True, kw_only=True)
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
    anarchy_share: Price = _UNKNOWN
    """(worst - optimum) / (reference - optimum)."""
    reference: Price = _UNKNOWN
    """Social cost of the costliest equilibrium of the same population without oversight."""
    law: Law | None = None
    """How misconduct varies over periods where actors are copies; None elsewhere, and where it is not known."""
    uncertified: str = ""
    """Why equilibria have no certificate, where none has."""
    fault: str = ""
    """What a class of one's own raised when it was asked, with its line: a mistake, and not a limit of theory."""

    def to_frame(self) -> pd.DataFrame:
        """A row an equilibrium, by rising misconduct rate; none where theory does not cover the scenario.

        Columns are those of `Equilibrium`, the rate of each entry as `misconduct_rate.ENTRY` where there are several,
        and whether its certificate holds (None without one).
        """
        return as_frame(self)

    def to_data(self) -> dict[str, Any]:
        """Plain data: a missing number is NaN, with a note beside it that says why."""
        return as_data(self)

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        """Notebooks show the text of `oversight solve`, and the equilibria as a table."""
        return f"{self.to_frame().to_html(index=False)}<pre>{escape(str(self))}</pre>"


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
        certified: whether every equilibrium gets its certificate, which takes some milliseconds where it is alone.
        prices: whether the planner's optimum and the paths from both starts are worked out as well.
    """
    return solve_block(Block.of(experiments), certified, prices)


def solve_block(block: Block, certified: bool = True, prices: bool = True) -> list[Solution]:
    """Solve rows of families of any structures, as `solve_all` does."""
    found: list[Solution | None] = [None] * len(block)
    together: dict[object, list[Indices]] = {}
    reasons: dict[object, str] = {}
    for family in np.unique(block.which).tolist():
        waiting = np.flatnonzero(block.which == family).tolist()
        kind = structure_of(block.families[family].base)
        while waiting and kind not in reasons:
            try:
                reasons[kind] = _reason(block.experiment(waiting[0]))
            except KindError as error:  # elsewhere the class may do better
                found[waiting.pop(0)] = _faulty(error)
        places = np.array(waiting, dtype=np.int64)
        if not waiting:
            continue
        if reasons[kind]:
            found = _put(found, places, [Solution(complete=False, not_covered=reasons[kind])] * len(places))
        else:
            together.setdefault(kind, []).append(places)
    for parts in together.values():
        places = np.sort(np.concatenate(parts))
        for first in range(0, len(places), _TOGETHER):
            part = places[first : first + _TOGETHER]
            found = _put(found, part, _solved(block.take(part), certified, prices))
    return [solution for solution in found if solution is not None]


def _put[T](held: list[T], places: Indices, values: Sequence[T]) -> list[T]:
    for place, value in zip(places.tolist(), values, strict=True):
        held[place] = value
    return held


_MOVES = "The policy moves, so that no state is stationary: the path is what the limit does in the measured periods."
_COPIED = "Actors err together, and detection answers what they do: equilibria are those of independent actors."
_RETRAINED = "actors learn and are trained again, so that no single decision says how often they violate"
_PAID = "honest acts go wrong, or outcomes pay, which no other code recomputes"
_TOO_MANY = "more random quantities, or longer records, than can be followed to the last digit"
_REFUTED = 1e-3
_GONE = 1e-9
_NOBODY = "undefined: in the long run nobody is in play"
_SECONDS = 8.0
"""Processor time for one scenario. In a stack each may take less, and is tried alone if that is not enough."""
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


def _solved(block: Block, certified: bool, prices: bool) -> list[Solution]:
    """Solutions of one structure; a scenario whose class finds a limit or fails says so, and others are solved."""
    try:
        with time_limit(_SECONDS if len(block) == 1 else max(_SECONDS, len(block))):
            return _solve(block, certified, prices)
    except OutOfTimeError:
        if len(block) == 1:
            return [Solution(complete=False, not_covered=_out_of_time(block.experiment(0)))]
        alone = [block.take(np.array([place])) for place in range(len(block))]
        return [solution for each in alone for solution in _solved(each, certified, prices)]
    except InputError as error:
        if len(block) == 1:
            return [Solution(complete=False, not_covered=f"{error}.")]
    except KindError as error:
        if len(block) == 1:
            return [_faulty(error)]
    halves = np.array_split(np.arange(len(block)), [len(block) // 2])
    return [solution for half in halves for solution in _solved(block.take(half), certified, prices)]


def _out_of_time(experiment: Experiment) -> str:
    return (
        f"Its equilibria take more than {_SECONDS:g} seconds to find, with {len(experiment.population):,} entries and "
        f"{experiment.policy.standings:,} records, or stages of a loss, to tell apart: the simulation stands alone."
    )


def _solve(block: Block, certified: bool, prices: bool) -> list[Solution]:
    if block.base.principal is not None:
        return _scheduled(block) if prices else [Solution(complete=False, notes=[_MOVES])] * len(block)
    extras = Extras(alone=len(block) == 1)
    stacked = block.posed()
    late = Optimum(social_cost=np.nan, misconduct_rate=np.nan, note=TOO_LONG)
    best = extras("the optimum", lambda: optima(block, stacked), [late] * len(block)) if prices else []
    about = _about(block.base)
    lasting = at_rest(stacked)
    points = nowhere() if about.drifts else norms(lasting) if lasting.sees else fixed_points(lasting)
    every = _equilibria(block, lasting, points, certified, extras) if len(points.scenario) else []
    unled: list[list[Path]] = []
    limits = extras("where each start leads", lambda: _limits(block, stacked), unled) if prices else unled
    unknown = [Price(np.nan, TOO_LONG)] * len(block)
    without = extras("the cost of no oversight", lambda: block_references(block), unknown) if prices else unknown
    solutions = []
    order = np.argsort(points.scenario, kind="stable")
    owned = np.split(order, np.searchsorted(points.scenario[order], np.arange(1, len(block))))
    for index, own in enumerate(owned):
        rows = own.tolist()
        equilibria = [every[row] for row in rows if not _refuted(every[row])]
        led = [paths[index] for paths in limits]
        paths = [path for path in led if not isnan(path.misconduct_rate)]
        gone = [
            f"From the {path.start} start nobody is in play for as long as it was followed."
            for path in led
            if isnan(path.misconduct_rate)
        ]
        solution = _found(about, equilibria, points, rows, paths)
        if prices:
            solution = _priced(solution, partial(block.experiment, index), about, best[index], without[index], extras)
        law = extras("the law of copies", partial(_law, block, index, equilibria), None)
        solution = replace(solution, law=law) if law else solution
        more = [*gone, *about.copied, *extras.notes]
        solutions.append(replace(solution, notes=[*solution.notes, *more]) if more else solution)
    return solutions


def _scheduled(block: Block) -> list[Solution]:
    """Where both starts go under a policy that a schedule moves: no state of it is stationary."""
    found: list[Solution | None] = [None] * len(block)
    horizons = [(block.families[family].base.periods, block.families[family].base.burn_in) for family in block.which]
    for periods, burn_in in dict.fromkeys(horizons):
        places = np.array([place for place, each in enumerate(horizons) if each == (periods, burn_in)])
        part = block.take(places)
        stated = stated_rows(part.families, part.which, part.rows)
        principal = present(stated.principal)
        phases = [moved(stated, principal.sets(principal.begin(stated.rows), at, None)) for at in principal.starts]
        about, order = _about(block.base), [principal.phase(period) for period in range(periods)]
        by_start = {
            start: followed(phases, order, range(burn_in, periods), start == "violating")
            for start in ("compliant", "violating")
        }
        for row, place in enumerate(places.tolist()):
            paths = [_moved_path(about, start, each, row) for start, each in by_start.items()]
            found[place] = Solution(complete=False, paths=paths, notes=[_MOVES])
    return [solution for solution in found if solution is not None]


def _moved_path(about: _About, start: str, each: Sequence[Course], row: int) -> Path:
    whole, *phases = (_paths(about, start, course)[row] for course in each)
    names = ("misconduct_rate", "inspection_rate", "social_cost")
    # Of a phase that no measured period is in, nothing is known.
    known = [not np.isnan(phase.misconduct_rate) for phase in phases]
    told = [
        {name: getattr(phase, name) if there else np.nan for name in names}
        for phase, there in zip(phases, known, strict=True)
    ]
    return replace(whole, phases=told)


def _law(block: Block, index: int, equilibria: list[Equilibrium]) -> Law | None:
    """The law of misconduct at a row, if its actors are copies."""
    if not any(entry.copies for entry in block.base.population):
        return None
    return law_of(block.experiment(index), edge_of(equilibria))


def edge_of(equilibria: Sequence[Equilibrium]) -> float:
    """The misconduct rate at the unstable equilibrium; NaN unless there is exactly one."""
    edges = [each.misconduct_rate for each in equilibria if each.stable is False]
    return edges[0] if len(edges) == 1 else np.nan


@dataclass(frozen=True)
class _About:
    """What the solutions of one structure have in common."""

    labels: list[str]
    options: list[Counted]
    weighed: bool
    """Whether social cost is a weighted sum."""
    unstepped: bool
    """Whether the map of one period is not known."""
    copied: list[str]
    """What is to be said of copies: nothing where a common factor leaves means as they are."""
    uneven: bool
    """Whether opportunities differ in several quantities, which takes a quicker quadrature from period to period."""
    strategic: bool
    uncertified: str
    """Why there are no certificates, where there are none."""
    drifts: bool
    """Whether trained weights drift between certifications."""
    mean_field: bool
    """Whether actors see some others, and theory takes it that they see all."""


def _uncertified(experiment: Experiment) -> str:
    """Why there are no certificates, where there are none."""
    if experiment.policy.sanction.retrain:
        return _RETRAINED
    return _PAID if pays_outcomes(experiment.policy, experiment.population) else _TOO_MANY


def _about(experiment: Experiment) -> _About:
    policy = experiment.policy
    return _About(
        labels=[entry.label for entry in experiment.population],
        options=counted([with_reports(entry, policy) for entry in experiment.population]),
        weighed=isinstance(experiment.social_cost, WeightedSum),
        unstepped=policy.standings > 1 and policy.monitoring.responsive,
        copied=[_COPIED] * (policy.monitoring.responsive and any(entry.copies for entry in experiment.population)),
        uneven=any(len(Responder(entry, policy).axes) > 1 for entry in experiment.population),
        strategic=policy.monitoring.overseer is not None,
        uncertified=_uncertified(experiment),
        drifts=policy.training is not None
        and policy.training.drift is not None
        and policy.training.recertify is not None,
        mean_field=experiment.network is not None
        and not experiment.network.whole
        and any(entry.neighbourly for entry in experiment.population),
    )


def _equilibria(
    block: Block, stacked: Scenarios, points: FixedPoints, certified: bool, extras: Extras
) -> list[Equilibrium]:
    """What each fixed point comes to."""
    owned = stacked.take(points.scenario)
    stands = standing(owned, points.rate, points.shares)
    done = _deeds(owned, points)
    came = outcome(owned, points.rate, stands, done)
    unknown: Stability = [None] * len(points.scenario)
    stable = extras("stability", lambda: stability(owned, points, stands), unknown)
    about = _about(block.base)
    found = _described(about, came, stable, points.mixing > 0)
    return _certified(block, owned, points, found, extras) if certified else found


def _deeds(owned: Scenarios, points: FixedPoints) -> Deeds:
    """The opportunities taken at each fixed point, those of actors who mix included."""
    below, above, part = points.between
    under = over = owned
    if points.seen is not None:
        under, over = replace(owned, seen=points.seen.low), replace(owned, seen=points.seen.high)
    done = deeds(under, below)
    return mixed(done, deeds(over, above), part) if points.mixing.any() else done


def _certified(
    block: Block, owned: Scenarios, points: FixedPoints, found: list[Equilibrium], extras: Extras
) -> list[Equilibrium]:
    """The equilibria with their certificates; of a scenario alone those that there is time for."""

    def checked(rows: Indices) -> list[Certificate | None]:
        scenarios = block.take(points.scenario[rows])
        first, like = scenarios.told_apart(("population",))
        tails = np.array([tail_gap(scenarios.experiment(place).population) for place in first.tolist()])
        return certificates(owned.take(rows), [share[rows] for share in points.shares], points.rate[rows], tails[like])

    every = np.arange(len(found))
    parts = np.split(every, len(every)) if extras.alone else [every]
    none: list[Certificate | None] = [None]
    each = [extras("certificates", partial(checked, part), none * len(part)) for part in parts]
    given = [certificate for part in each for certificate in part]
    return [replace(one, certificate=certificate) for one, certificate in zip(found, given, strict=True)]


def _refuted(each: Equilibrium) -> bool:
    """Whether the certificate finds no equilibrium there, rather than one that it cannot make out to every digit.

    Rounding may make actors that are indifferent at any rate jump at some.
    """
    return each.certificate is not None and each.certificate.residual > _REFUTED


def _described(about: _About, came: Outcome, stable: Stability, mixing: FlagVector) -> list[Equilibrium]:
    rows = len(stable)

    def each(values: Column) -> list[float]:
        listed: list[float] = np.broadcast_to(values, (rows, 1))[:, 0].tolist()
        return listed

    acts = np.concatenate([np.broadcast_to(own, (rows, own.shape[1])) for own in came.option_rates], axis=1)
    names = [option.rate for option in about.options]
    taken = np.concatenate([acts[:, :0], *(option.of(acts) for option in about.options)], axis=1).tolist()
    return [
        Equilibrium(
            misconduct_rate=rate,
            misconduct_rates=dict(zip(about.labels, rates, strict=True)),
            option_rates=dict(zip(names, options, strict=True)),
            detection_probability=detection,
            inspection_rate=inspection,
            false_sanction_rate=false_sanctions,
            active_share=active,
            gain=gain,
            harm=harm,
            oversight_cost=spent,
            value_lost=lost,
            social_cost=cost,
            stable=rests,
            mixing=mixed,
            measures=dict(zip(came.measures, values, strict=True)),
        )
        for (
            rate,
            rates,
            options,
            detection,
            inspection,
            false_sanctions,
            active,
            gain,
            harm,
            spent,
            lost,
            cost,
            rests,
            mixed,
            values,
        ) in zip(
            each(came.misconduct_rate),
            zip(*map(each, came.misconduct_rates), strict=True),
            taken,
            each(came.detection_probability),
            each(came.inspection_rate),
            each(came.false_sanction_rate),
            each(came.active_share),
            each(came.gain),
            each(came.harm),
            each(came.oversight_cost),
            each(came.value_lost),
            each(came.social_cost) if about.weighed else [np.nan] * rows,
            stable,
            mixing.tolist(),
            zip(*map(each, came.measures.values()), strict=True) if came.measures else [()] * rows,
            strict=True,
        )
    ]


def _limits(block: Block, stacked: Scenarios) -> list[list[Path]]:
    """Where both starts lead, where the one-period map is known: a path a scenario."""
    if stacked.policy.standings > 1 or not steps(stacked):
        return []
    about = _about(block.base)
    return [_paths(about, start, courses(stacked, start == "violating")) for start in ("compliant", "violating")]


def _paths(about: _About, start: str, course: Course) -> list[Path]:
    columns = [getattr(course, name).tolist() for name in _OF_COURSES]
    costs = course.social_cost.tolist() if about.weighed else [np.nan] * len(course.length)
    return [
        Path(start=start, social_cost=cost, **dict(zip(_OF_COURSES, values, strict=True)))
        for cost, *values in zip(costs, *columns, strict=True)
    ]


_OF_COURSES = ("length", "misconduct_rate", "lowest", "highest", "inspection_rate")


def block_references(block: Block) -> list[Price]:
    """Social cost of the costliest equilibrium without oversight, once for all scenarios of one population."""
    first, like = block.told_apart(("population", "social_cost"))
    known = {place: known_by(block.experiment(place)) for place in first.tolist()}
    bare = {name: reference(block.experiment(place)) for place, name in known.items()}
    solutions = solve_all(list(bare.values()), certified=False, prices=False)
    found = {}
    for name, solution in zip(bare, solutions, strict=True):
        cost = max((each.social_cost for each in solution.equilibria), default=np.nan)
        missing = f"without oversight: {solution.not_covered or 'there is no stationary equilibrium'}"
        found[name] = Price(cost, "" if solution.equilibria else missing)
    prices = [found[name] for name in known.values()]
    return [prices[place] for place in like.tolist()]


def _found(
    about: _About,
    equilibria: list[Equilibrium],
    points: FixedPoints,
    rows: list[int],
    paths: list[Path],
) -> Solution:
    """Equilibria and paths, with notes on what may be missing."""
    several = any(points.mixing[row] > 1 for row in rows)
    notes = ["Several entries are indifferent at once: who of them violates may differ."] if several else []
    refuted = len(rows) - len(equilibria)
    if refuted:
        notes.append(f"{refuted} of {len(rows)} candidates were refuted by their certificates and are left out.")
    continuum = any(points.continuum[row] for row in rows)
    if continuum:
        who = "Responses agree with what is seen" if points.seen is not None else "The overseer is indifferent"
        notes.append(f"{who} over a whole interval: all between two of these are equilibria too.")
    at_rest = [] if about.drifts else [path for path in paths if path.length == 1]
    missed = sorted({path.misconduct_rate for path in at_rest if not _among(path, equilibria)})
    if about.drifts:
        notes.append("Trained weights drift between certifications: see the cycle that each start leads to.")
    elif missed:
        where = " and ".join(percent(rate, 6) for rate in missed)
        notes.append(f"The limit of the simulation comes to rest at {where}, which is none of these.")
    elif not rows:
        notes.append("The policy's own jump leaves no stationary equilibrium: see the cycle that each start leads to.")
    if about.unstepped:
        notes.append("Stability and paths are not worked out where pasts count and detection depends on the state.")
    if about.mean_field:
        notes.append(
            "Theory is the mean field, in which everyone sees everyone: on this network it is an approximation."
        )
    if not about.weighed:
        notes.append("Social cost is no weighted sum: theory does not cover it, nor the prices that are made of it.")
    complete = not several and not refuted and not continuum and not missed
    if about.uneven:
        paths = [_exactly(path, equilibria) for path in paths]
    why = "" if any(each.certificate for each in equilibria) else about.uncertified
    return Solution(equilibria=equilibria, complete=complete, notes=notes, paths=paths, uncertified=why)


def _priced(
    solution: Solution,
    experiment: Callable[[], Experiment],
    about: _About,
    found: Optimum,
    without: Price,
    extras: Extras,
) -> Solution:
    """The solution with the planner's optimum, and what equilibria cost beside it."""
    costs = [each.social_cost for each in solution.equilibria]
    best = _least(found, solution.equilibria)
    worst = max(costs, default=np.nan)
    share = anarchy_share(worst, best.social_cost, without.value, best.note or without.note)
    non_commitment = extras(
        "the best commitment", lambda: _non_commitment(experiment, about, worst), Price(np.nan, TOO_LONG)
    )
    return replace(
        solution,
        optimum=best,
        reference=without,
        anarchy_share=_noted(share, "", solution),
        price_of_anarchy=_noted(_ratio(worst, best, solution), best.note, solution),
        price_of_stability=_noted(_ratio(min(costs, default=np.nan), best, solution), best.note, solution),
        price_of_non_commitment=non_commitment,
        anarchy_gap=worst - best.social_cost,
    )


def _ratio(cost: float, best: Optimum, solution: Solution) -> Price:
    """Cost over the optimum's, where costs are not those of nobody."""
    left = any(each.active_share > _GONE for each in solution.equilibria)
    found = price(cost, best.social_cost)
    return found if left or isnan(found.value) else Price(np.nan, _NOBODY)


def _least(best: Optimum, equilibria: list[Equilibrium]) -> Optimum:
    """The optimum, which no equilibrium can beat: a planner could dictate it. Only rounding of the search is mended."""
    cheapest = min(equilibria, key=lambda each: each.social_cost, default=None)
    if cheapest is None or isnan(best.social_cost) or not cheapest.social_cost < best.social_cost:
        return best
    return replace(best, social_cost=cheapest.social_cost, misconduct_rate=cheapest.misconduct_rate)


def _exactly(path: Path, equilibria: list[Equilibrium]) -> Path:
    """A path that rests beside an equilibrium, at the equilibrium: it came there by a quicker quadrature."""
    if path.length != 1 or not _among(path, equilibria):
        return path
    at = min(equilibria, key=lambda each: abs(path.misconduct_rate - each.misconduct_rate))
    rate = at.misconduct_rate
    return replace(
        path,
        misconduct_rate=rate,
        lowest=rate,
        highest=rate,
        inspection_rate=at.inspection_rate,
        social_cost=at.social_cost,
    )


def _among(path: Path, equilibria: list[Equilibrium]) -> bool:
    """Whether a path rests in one of the equilibria, which it comes to in steps and by a quicker quadrature."""
    return any(abs(path.misconduct_rate - each.misconduct_rate) < _REFUTED for each in equilibria)


def _noted(found: Price, note: str, solution: Solution) -> Price:
    if not solution.equilibria:
        # Candidates may have been refuted, or missed where a path rests.
        sure = "there is no stationary equilibrium"
        return Price(np.nan, sure if solution.complete else "no stationary equilibrium was found")
    return Price(found.value, note or found.note)


def _non_commitment(experiment: Callable[[], Experiment], about: _About, worst: float) -> Price:
    if not about.strategic:
        return Price(np.nan, "not applicable: the overseer is committed to its rule")
    if not about.weighed:
        return Price(np.nan, NOT_COVERED)
    return price(worst, best_commitment(experiment()).social_cost, "the best commitment")
