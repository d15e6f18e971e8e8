"""The inspection game in its general form: payoffs to actor and overseer for each joint outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oversight.arrays import Values
from oversight.games.intervals import Equilibrium, Interval, largest, not_negative, overlap
from oversight.games.numbers import finite, shares

Outcomes = Mapping[str, Mapping[str, float]]
"""A number for each outcome (`right`, `error`, `violation`) by how it is looked at (`unseen`, `passed`, `flagged`)."""
_LOOKS = frozenset({"unseen", "passed", "flagged"})
Payoffs = tuple[tuple[float, float], tuple[float, float]]
"""A number for each joint outcome: the first index is 1 if the actor violated, the second 1 if it was inspected."""


@dataclass(frozen=True)
class InspectionGame:
    """One actor, who violates or complies, and one overseer, who inspects or does not, at the same time.

    `actor[e][m]` and `overseer[e][m]` are payoffs when the actor violated (e = 1) or not (e = 0) and was inspected
    (m = 1) or not (m = 0).

    Raises:
        ValueError: a payoff, or the difference of two, is no finite number.
    """

    actor: Payoffs
    overseer: Payoffs

    def __post_init__(self) -> None:
        finite(
            **{
                f"{player}[{violated}][{inspected}]": getattr(self, player)[violated][inspected]
                for player in ("actor", "overseer")
                for violated in (0, 1)
                for inspected in (0, 1)
            }
        )
        finite(
            gain_unseen=self.gain_unseen,
            gain_seen=self.gain_seen,
            idle_cost=self.idle_cost,
            catch_value=self.catch_value,
            difference_of_gains=self.gain_unseen - self.gain_seen,
            difference_of_inspections=self.idle_cost + self.catch_value,
        )

    @classmethod
    def from_primitives(
        cls,
        gain: float,
        sanction: float,
        inspection_cost: float,
        bounty: float,
        *,
        stake: float = 0.0,
        sensitivity: float = 1.0,
        false_positive_rate: float = 0.0,
        false_sanction: float = 0.0,
        false_flag_cost: float = 0.0,
    ) -> InspectionGame:
        """The game of Tsebelis (1989), with imperfect detection and false flags.

        Args:
            gain: what a violation is worth to the actor.
            sanction: what a violator pays if an inspection flags it.
            inspection_cost: what an inspection costs the overseer.
            bounty: what the overseer gets for each violator it flags.
            stake: what it loses for each violator it does not.
            sensitivity: probability that an inspection flags a violator.
            false_positive_rate: probability that it flags a compliant actor.
            false_sanction: what a flagged compliant actor pays.
            false_flag_cost: what the overseer loses for each of those.
        """
        caught, false = sensitivity, false_positive_rate
        return cls(
            actor=((0.0, -false * false_sanction), (gain, gain - caught * sanction)),
            overseer=(
                (0.0, -inspection_cost - false * false_flag_cost),
                (-stake, caught * bounty - (1 - caught) * stake - inspection_cost),
            ),
        )

    @classmethod
    def from_outcomes(
        cls,
        actor: Outcomes,
        overseer: Outcomes,
        *,
        gain: float,
        inspection_cost: float,
        sanction: float = 0.0,
        bounty: float = 0.0,
        error_rate: float = 0.0,
        sensitivity: float = 1.0,
        false_positive_rate: float = 0.0,
    ) -> InspectionGame:
        """The game of accidents and payoffs over joint outcomes, both averaged out, as `policy.payoffs` says them.

        Who complies is `right`, or with probability e in `error`, which a look cannot tell from a `violation`. An
        outcome that flags with probability d when it is inspected pays (1 - d) passed + d flagged there, and unseen
        elsewhere; whoever is flagged pays the sanction, and what is wrong, by accident too, earns the bounty.

        Args:
            actor: what each outcome pays to the actor, by how it is looked at; what is left out is 0.
            overseer: the same of the overseer.
            gain: what a violation is worth to the actor.
            inspection_cost: what an inspection costs the overseer.
            sanction: what a flagged actor pays, violator or not.
            bounty: what the overseer gets for each wrong act that it flags.
            error_rate: e.
            sensitivity: probability that an inspection flags a wrong act.
            false_positive_rate: probability that it flags a right one.

        Raises:
            ValueError: an outcome, or a way to look at it, has another name; or a chance is out of its range.
        """
        shares(error_rate=error_rate, sensitivity=sensitivity, false_positive_rate=false_positive_rate)
        flags = {"right": false_positive_rate, "error": sensitivity, "violation": sensitivity}

        def row(pays: Outcomes, fee: float, rewards: Mapping[str, float]) -> dict[str, tuple[float, float]]:
            """What each outcome is worth, not inspected and inspected."""
            unknown = [
                *(pays.keys() - flags.keys()),
                *(look for each in pays.values() for look in each.keys() - _LOOKS),
            ]
            if unknown:
                raise ValueError(f"`{unknown[0]}` is neither {', '.join(flags)} nor {', '.join(sorted(_LOOKS))}")
            found = {}
            for name, chance in flags.items():
                looks = {**dict.fromkeys(_LOOKS, 0.0), **pays.get(name, {})}
                inspected = (1 - chance) * looks["passed"] + chance * (looks["flagged"] + rewards[name]) - fee
                found[name] = (looks["unseen"], inspected)
            return found

        def mixed(each: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
            unseen, seen = (
                (1 - error_rate) * right + error_rate * error
                for right, error in zip(each["right"], each["error"], strict=True)
            )
            return unseen, seen

        own = row(actor, 0.0, dict.fromkeys(flags, -sanction))
        others = row(overseer, inspection_cost, {"right": 0.0, "error": bounty, "violation": bounty})
        unseen, seen = own["violation"]
        return cls(actor=(mixed(own), (gain + unseen, gain + seen)), overseer=(mixed(others), others["violation"]))

    @property
    def gain_unseen(self) -> float:
        """What violating adds to the actor's payoff when it is not inspected: D0 = S[1,0] - S[0,0]."""
        return self.actor[1][0] - self.actor[0][0]

    @property
    def gain_seen(self) -> float:
        """The same when it is inspected: D1 = S[1,1] - S[0,1]."""
        return self.actor[1][1] - self.actor[0][1]

    @property
    def idle_cost(self) -> float:
        """What inspecting a compliant actor costs the overseer: kappa = A[0,0] - A[0,1]."""
        return self.overseer[0][0] - self.overseer[0][1]

    @property
    def catch_value(self) -> float:
        """What inspecting a violator is worth to the overseer: beta = A[1,1] - A[1,0]."""
        return self.overseer[1][1] - self.overseer[1][0]

    def violating_pays[T: (float, Values)](self, inspection: T) -> T:
        """What violating adds to the actor's payoff at inspection probability y: D0 (1 - y) + D1 y."""
        return self.gain_unseen * (1 - inspection) + self.gain_seen * inspection

    def inspecting_pays[T: (float, Values)](self, violation: T) -> T:
        """What inspecting adds to the overseer's payoff at violation probability x: beta x - kappa (1 - x)."""
        return self.catch_value * violation - self.idle_cost * (1 - violation)

    def nash(self) -> tuple[Equilibrium, ...]:
        """All Nash equilibria, by rising violation.

        The actor may violate surely where that pays, comply surely where it does not, and do either where it is
        indifferent; so for the overseer. Each pair of these three cases leaves a product of two intervals, each cut
        out by the other player's best responses (support enumeration); those inside another are left out.

        An interior mixed equilibrium is inspection a* = D0 / (D0 - D1) and violation v* = kappa / (kappa + beta).
        """
        return largest(
            Equilibrium(violation, inspection)
            for own, inspected in _supports(self.gain_unseen, self.gain_seen)
            for others, violated in _supports(-self.idle_cost, self.catch_value)
            if (violation := overlap(own, violated)) and (inspection := overlap(others, inspected))
        )


def expected(outcomes: Payoffs, violation: float, inspection: float) -> float:
    """The mean of a number for each joint outcome when both play independently with these probabilities."""
    complied, violated = ((1 - inspection) * row[0] + inspection * row[1] for row in outcomes)
    return (1 - violation) * complied + violation * violated


def social_costs(harm: float, inspection_cost: float, harm_averted: float = 0.0) -> Payoffs:
    """Social cost of each joint outcome: harm, less the share `harm_averted` if it was inspected, and inspections."""
    return ((0.0, inspection_cost), (harm, harm * (1 - harm_averted) + inspection_cost))


@dataclass(frozen=True)
class Commitment:
    """An inspection probability announced in advance, the actor's answer, and the expected cost."""

    inspection: float
    violation: float
    cost: float


def leadership(game: InspectionGame, costs: Payoffs) -> Commitment:
    """The inspection probability that an overseer who can commit to it announces, to make the expected cost least.

    The actor best responds, and complies in a tie. The cost is linear in the inspection probability wherever the
    answer does not change, so that the best is at 0, at 1, or at the tie a* = D0 / (D0 - D1).
    """
    complies = not_negative(-game.gain_unseen, -game.gain_seen)
    answers = []
    for inspection in sorted({0.0, 1.0, *(complies or ())}):
        violation = float(not (complies and complies[0] <= inspection <= complies[1]))
        answers.append(Commitment(inspection, violation, expected(costs, violation, inspection)))
    return min(answers, key=lambda answer: answer.cost)


def _supports(at_zero: float, at_one: float) -> list[tuple[Interval, Interval]]:
    """What a player may do, each with the other's probabilities at which that is a best response.

    Acting gains the player `at_zero` if the other never acts, `at_one` if it always does, linear in between.
    """
    refrain, act = not_negative(-at_zero, -at_one), not_negative(at_zero, at_one)
    cases = [((0.0, 0.0), refrain), ((1.0, 1.0), act), ((0.0, 1.0), overlap(refrain, act))]
    return [(own, where) for own, where in cases if where]
