"""The principal of a batch at work: what it is shown of a period, and the policy that it makes of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from oversight.actors.faults import faults_of
from oversight.arrays import Column, Flags, Floats, arrayed, present
from oversight.distributions import Noise
from oversight.documents.paths import value_at
from oversight.errors import KindError
from oversight.measures import APPARENT
from oversight.measures.measure import Part
from oversight.measures.totals import Totals, ratio
from oversight.measures.watched import apparent
from oversight.policy import Policy
from oversight.principals import Principal, Seen
from oversight.response.posed import moved
from oversight.scenario.stacked import Scenarios
from oversight.simulation.streams import Draws, Purpose


class Governing:
    """Sets the policy of each run in turn, all of them in one batch."""

    def __init__(self, stated: Scenarios, make: Callable[[Purpose, Noise, int], Draws | None]):
        """`stated` are the scenarios as files say them, before what bribes or panels come to is worked out."""
        self.stated = stated
        self.principal: Principal = present(stated.principal)
        self.memory = self.principal.begin(stated.rows)
        self.levers = {path: self._own(path) for path in self.principal.levers}
        """What the numbers that it may set are now, (runs, 1), by path."""
        self.cost: Column = np.zeros((stated.rows, 1))
        """Of the period, in money per actor."""
        self.certify: Flags | None = None
        """Runs in which trained values are restored before the period, (runs, 1)."""
        self.resets = False
        """Whether actors and overseers begin anew before the period."""
        self._draws = make(Purpose.PRINCIPAL, "uniform", self.principal.draws)

    def policy(self, period: int) -> Policy | None:
        """The policy of a period, None where it is as it was in the one before; asked once in each period, in turn."""
        draw: Floats | None = self._draws.next() if self._draws else None
        if draw is not None:
            draw = np.broadcast_to(draw, (self.stated.rows, draw.shape[1]))
        with faults_of(type(self.principal), KindError):
            found = self.principal.sets(self.memory, period, draw)
            self.cost = np.broadcast_to(arrayed(self.principal.cost(self.memory)), (self.stated.rows, 1))
            self.certify = self.principal.certifies(self.memory)
            self.resets = self.principal.resets(self.memory)
        if self.resets:
            self.certify = np.ones((self.stated.rows, 1), dtype=bool)
        levers = {path: self._filled(path, found.get(path)) for path in self.levers}
        if all(np.array_equal(value, self.levers[path]) for path, value in levers.items()):
            return None
        self.levers = levers
        return moved(self.stated, levers).policy

    def see(self, totals: Totals, policy: Policy) -> None:
        """Show the principal what a period under `policy` came to."""
        self.shown = seen(totals, policy, self.stated.size, self.principal.unreal)
        with faults_of(type(self.principal), KindError):
            self.principal.sees(self.memory, self.shown)

    def parts(self) -> dict[str, Part]:
        """What the last period comes to: the misconduct that shows, by inspections, and what was set."""
        ones = np.ones((self.stated.rows, 1))
        found = {f"lever.{path}": Part(value, ones) for path, value in self.levers.items()}
        found |= {name: Part(value, ones) for name, value in self.principal.counts(self.memory).items()}
        known = ~np.isnan(self.shown.apparent)
        looked = np.where(known, self.shown.inspections, 0.0)
        (name,) = APPARENT
        return {name: Part(np.where(known, self.shown.apparent, 0.0) * looked, looked), **found}

    def _filled(self, path: str, value: Column | None) -> Column:
        own = self._own(path)
        return own if value is None else np.where(np.isnan(value), own, value)

    def _own(self, path: str) -> Column:
        """A number as the file says it, (runs, 1)."""
        stated = arrayed(value_at(self.stated.policy, path.partition(".")[2]))
        return np.broadcast_to(stated, (self.stated.rows, 1))


def seen(totals: Totals, policy: Policy, size: int, unreal: bool) -> Seen:
    """What a principal may see of a period's totals; the truth only where that is its own unreal wish."""
    detector = policy.detector
    inspected = np.broadcast_to(totals.inspections, np.broadcast_shapes(totals.inspections.shape, totals.active.shape))
    flagged = totals.sanctions - totals.reported
    (shown,) = apparent(flagged, inspected, detector.sensitivity, detector.false_positive_rate).values()
    return Seen(
        active=totals.active,
        inspections=inspected,
        found=flagged,
        reported=totals.reported,
        spent=totals.oversight_cost / size,
        apparent=shown,
        truth=ratio(totals.misconduct, totals.opportunities) if unreal else None,
    )
