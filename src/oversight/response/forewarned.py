"""What a population does where actors may notice, before they act, that they will be inspected.

An entry's shares are then (rows, notices): of all its opportunities, those that are taken by members who were told one
thing or another. Theory covers it where nobody has options and no record tells actors apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oversight.arrays import Column, Floats, Number, arrayed, present
from oversight.measures.totals import ratio
from oversight.policy import Chances, Notice, Policy
from oversight.response.share import Facing, Responder, Taken
from oversight.scenario import Entry


def facings(policy: Policy, notices: Sequence[Notice], entry: Entry) -> list[Facing]:
    """What an entry's members face who were told each of these."""
    voids = policy.honeypots is not None and policy.honeypots.gain == "void"
    found = []
    for place, notice in enumerate(notices):
        look = Chances(notice.inspection, notice.inspection)
        guilty, innocent = policy.sanctioned(look)
        perceived, false = arrayed(guilty), arrayed(innocent)
        found.append(
            Facing(
                perceived=perceived,
                false_detection=false,
                chances=[Chances(perceived, false)],
                options=[arrayed(policy.flagged(look, act)) for act in entry.acts] if entry.options else [],
                signal=place > 0,
                real=arrayed(notice.real) if voids else None,
                seen=notice.real,
            )
        )
    return found


def shares(
    entry: Entry, policy: Policy, told: Sequence[Notice], met: Sequence[Notice], rows: int, fine: bool
) -> Floats:
    """The shares of an entry's opportunities that are taken, by what members were told, (rows, notices).

    Args:
        entry: whose.
        policy: what it faces.
        told: what members make of each notice.
        met: how often each really is given.
        rows: scenarios.
        fine: asks for digits rather than speed.
    """
    responder = Responder(entry, policy)
    each = [
        notice.chance * responder.share(facing, rows, fine)
        for facing, notice in zip(facings(policy, told, entry), met, strict=True)
    ]
    return np.concatenate(np.broadcast_arrays(np.zeros((rows, 1)), *each)[1:], axis=1)


def taken(entry: Entry, policy: Policy, told: Sequence[Notice], met: Sequence[Notice], rows: int) -> Taken:
    """The same with gains and harms, as if all opportunities were real; (rows, notices) each."""
    responder = Responder(entry, policy)
    done = [responder.taken(facing, rows) for facing in facings(policy, told, entry)]

    def side_by_side(name: str) -> Floats:
        each = [notice.chance * getattr(deed, name) for notice, deed in zip(met, done, strict=True)]
        return np.concatenate(np.broadcast_arrays(np.zeros((rows, 1)), *each)[1:], axis=1)

    shown = {name: side_by_side(name) for name in ("share", "gain", "harm")}
    if policy.training is None:
        return Taken(**shown)
    nats = [notice.chance * present(deed.nats) for notice, deed in zip(met, done, strict=True)]
    errors = [notice.chance * deed.errors for notice, deed in zip(met, done, strict=True) if deed.errors is not None]
    return Taken(
        **shown,
        inside=side_by_side("inside"),
        nats=np.add.reduce(np.broadcast_arrays(*nats)),
        errors=np.add.reduce(np.broadcast_arrays(*errors)) if errors else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What becomes of an entry's opportunities, as shares of all of them, and amounts for each; (rows, 1) each."""

    misconduct: Column
    """Violations of real opportunities, as a share of those."""
    violations: Column
    """Of all, honeypots included."""
    flagged: Column
    """Violations that are sanctioned."""
    watched: Column
    """Violations of real opportunities that are inspected."""
    caught: Column
    """Of these, what is sanctioned."""
    innocent: Column
    """Sanctions of those who complied."""

    @property
    def sanctioned(self) -> Column:
        """All sanctions."""
        return self.flagged + self.innocent


def came(policy: Policy, met: Sequence[Notice], share: Floats) -> Came:
    """What comes of opportunities that are taken at these shares, (rows, notices)."""
    detector, none = policy.detector, np.zeros((1, 1))
    violations = flagged = watched = innocent = real = none
    for place, notice in enumerate(met):
        part = share[:, place : place + 1]
        violations, real = violations + part, real + part * notice.real
        flagged = flagged + part * notice.inspection * detector.sensitivity
        watched = watched + part * _audited(notice)
        innocent = innocent + (notice.chance - part) * notice.inspection * detector.false_positive_rate
    unplanted = 1 - planted(policy) + none
    return Came(
        misconduct=ratio(np.minimum(real, unplanted), np.broadcast_to(unplanted, real.shape)),
        violations=violations,
        flagged=flagged,
        watched=watched,
        caught=watched * detector.sensitivity,
        innocent=innocent,
    )


def amounts(policy: Policy, met: Sequence[Notice], done: Taken) -> tuple[Column, Column]:
    """Gain and harm, net of what is averted, of opportunities `taken`, for each of them; (rows, 1) each."""
    detector = policy.detector
    voids = policy.honeypots is not None and policy.honeypots.gain == "void"
    gain = harm = np.zeros((1, 1))
    for place, notice in enumerate(met):
        averted = detector.harm_averted * detector.sensitivity * _audited(notice)
        harm = harm + done.harm[:, place : place + 1] * (notice.real - averted)
        gain = gain + done.gain[:, place : place + 1] * (notice.real if voids else 1.0)
    return gain, harm


def planted(policy: Policy) -> Number:
    """Share of opportunities that are honeypots."""
    return policy.honeypots.rate if policy.honeypots else 0.0


def planting_cost(policy: Policy) -> Number:
    """What honeypots cost for each opportunity, their inspections left out, in money."""
    return policy.honeypots.rate * policy.honeypots.cost if policy.honeypots else 0.0


def whole(policy: Policy, inspection: Number) -> Number:
    """The chance of an inspection, that of honeypots included, given that of a real opportunity."""
    return planted(policy) + (1 - planted(policy)) * inspection


def _audited(notice: Notice) -> Number:
    """The chance that an opportunity is real and inspected, given what was told: honeypots all are inspected."""
    return notice.inspection - (1 - notice.real)
