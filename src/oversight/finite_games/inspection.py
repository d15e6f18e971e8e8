"""One actor and one overseer who choose at the same time: the inspection game."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from oversight.arrays import Table
from oversight.finite_games.chance import Chance
from oversight.finite_games.game import Game, Played, Solved
from oversight.games.inspection import InspectionGame, leadership, social_costs
from oversight.games.numbers import logistic
from oversight.measures import Words
from oversight.quantities import NonNegative, Positive, PositiveCount, Probability, Section, quantity

_PAYOFF = "money per round"
_ROUNDING = 1e-9
"""Relative to the largest payoff, what a deviation may gain by rounding alone."""


class Mixed(Section):
    """Both players play the first mixed equilibrium in every round, or the first where none is mixed."""

    learns: ClassVar[bool] = False
    kind: Literal["equilibrium"] = "equilibrium"

    def chances(self, game: InspectionGame, draws: Table) -> Table:
        """Chances of a violation and of an inspection in each round, (rounds, 2); `draws` decide what comes of them."""
        found = [(each.violation[0], each.inspection[0]) for each in game.nash()]
        mixed = [each for each in found if 0 < each[0] < 1 or 0 < each[1] < 1]
        return np.tile((mixed or found)[0], (len(draws), 1))


class Hedge(Section):
    """Both players learn what pays: odds of acting grow by e^(rate x what acting would have gained) each round.

    Multiplicative weights (Freund and Schapire 1999), learned from what the other player did.
    """

    learns: ClassVar[bool] = True
    kind: Literal["hedge"] = "hedge"
    actor_rate: Positive = quantity("Actor's learning rate", "", "1/money", default=0.1)
    overseer_rate: Positive = quantity("Overseer's learning rate", "", "1/money", default=0.1)
    violation: Annotated[Probability, Field(gt=0, lt=1)] = quantity(
        "First violation", "Chance of a violation in the first round.", "probability", default=0.5
    )
    inspection: Annotated[Probability, Field(gt=0, lt=1)] = quantity(
        "First inspection", "Chance of an inspection in the first round.", "probability", default=0.5
    )

    def chances(self, game: InspectionGame, draws: Table) -> Table:
        """Chances of a violation and of an inspection in each round, (rounds, 2); `draws` decide what comes of them."""
        actor, overseer = (float(np.log(chance / (1 - chance))) for chance in (self.violation, self.inspection))
        found = np.empty_like(draws)
        for place, (first, second) in enumerate(draws.tolist()):
            violation, inspection = logistic(_held(actor)), logistic(_held(overseer))
            found[place] = violation, inspection
            actor += self.actor_rate * game.violating_pays(float(second < inspection))
            overseer += self.overseer_rate * game.inspecting_pays(float(first < violation))
        return found


class InspectingGame(Game):
    """The inspection game with imperfect detection and false flags, both players choosing at the same time.

    Tsebelis (1989, American Political Science Review 83, 77). With D0 and D1 what violating adds when it is not and
    when it is inspected, and kappa and beta what inspecting costs with a compliant actor and brings with a violator,
    the mixed equilibrium is inspection D0 / (D0 - D1) and violation kappa / (kappa + beta).
    """

    title: ClassVar[str] = "the inspection game"
    main = "violation"
    subject = "violation"
    ranked = ("cost", "violation", "inspection")
    price = "inspection"
    words: ClassVar[Mapping[str, Words]] = {
        "violation": Words("Violations", "% of rounds", "Rounds with a violation.", percent=True, least=0, most=1),
        "inspection": Words("Inspections", "% of rounds", "Rounds with an inspection.", percent=True, least=0, most=1),
        "caught": Words(
            "Violations caught",
            "% of violations",
            "Violations that an inspection flags.",
            missing="nobody violated",
            percent=True,
            least=0,
            most=1,
        ),
        "actor_payoff": Words("Actor's payoff", _PAYOFF, "Gains less sanctions.", more_is_better=True),
        "overseer_payoff": Words(
            "Overseer's payoff", _PAYOFF, "Bounties less inspections, stakes and false flags.", more_is_better=True
        ),
        "cost": Words("Social cost", _PAYOFF, "Harm and inspections; sanctions and bounties are transfers.", least=0),
    }
    facts: ClassVar[Mapping[str, Words]] = {
        "committed_inspection": Words(
            "Inspections of an overseer who announces them",
            "% of rounds",
            "Where social cost is to be least, and the actor complies in a tie.",
            percent=True,
        ),
        "committed_violation": Words("Violations then", "% of rounds", percent=True),
        "committed_cost": Words("Social cost then", _PAYOFF),
    }
    starts: ClassVar[Mapping[str, str]] = {"mixed": "from mixed strategies"}

    kind: Literal["inspection"] = "inspection"
    gain: NonNegative = quantity("Gain", "What a violation is worth to the actor.", "money")
    sanction: NonNegative = quantity("Sanction", "What a violator pays if an inspection flags it.", "money")
    inspection_cost: NonNegative = quantity("Cost of an inspection", "To the overseer.", "money")
    bounty: NonNegative = quantity("Bounty", "What the overseer gets for a violator that it flags.", "money")
    stake: NonNegative = quantity("Stake", "What it loses for a violator that it does not flag.", "money", default=0.0)
    sensitivity: Probability = quantity(
        "Sensitivity", "Chance that an inspection flags a violator.", "probability", default=1.0
    )
    false_positive_rate: Probability = quantity(
        "False positive rate", "Chance that it flags a compliant actor.", "probability", default=0.0
    )
    false_sanction: NonNegative = quantity(
        "False sanction", "What a compliant actor pays if it is flagged.", "money", default=0.0
    )
    false_flag_cost: NonNegative = quantity(
        "Cost of a false flag", "What the overseer loses for each.", "money", default=0.0
    )
    harm: NonNegative = quantity("Harm", "What a violation costs others.", "money", default=1.0)
    play_by: Annotated[Mixed | Hedge, Field(discriminator="kind")] = quantity(
        "Play", "How both come to what they do: `equilibrium` or `hedge`.", alias="play", default=Mixed()
    )
    rounds: Annotated[PositiveCount, Field(le=1_000_000)] = quantity(
        "Rounds", "Length of a run.", "rounds", default=1_000
    )

    @property
    def work(self) -> int:
        return self.rounds * (100 if self.play_by.learns else 4)

    @property
    def horizon(self) -> str:
        return f"{self.rounds:,} rounds"

    @property
    def game(self) -> InspectionGame:
        """The payoffs of each joint outcome."""
        return InspectionGame.from_primitives(
            self.gain,
            self.sanction,
            self.inspection_cost,
            self.bounty,
            stake=self.stake,
            sensitivity=self.sensitivity,
            false_positive_rate=self.false_positive_rate,
            false_sanction=self.false_sanction,
            false_flag_cost=self.false_flag_cost,
        )

    def play(self, chance: Chance, start: str) -> Played:
        draws = np.column_stack([chance.of(player).random(self.rounds) for player in ("actor", "overseer")])
        detector = chance.of("detector").random(self.rounds)
        chances = self.play_by.chances(self.game, draws)
        violated, inspected = (draws < chances).T
        caught = violated & inspected & (detector < self.sensitivity)
        falsely = ~violated & inspected & (detector < self.false_positive_rate)
        paid = self.sanction * caught + self.false_sanction * falsely
        earned = self.bounty * caught - self.stake * (violated & ~caught) - self.false_flag_cost * falsely
        spent = self.inspection_cost * inspected
        measures = {
            "violation": violated.mean(),
            "inspection": inspected.mean(),
            "caught": caught.sum() / violated.sum() if violated.any() else nan,
            "actor_payoff": (self.gain * violated - paid).mean(),
            "overseer_payoff": (earned - spent).mean(),
            "cost": (self.harm * violated + spent).mean(),
        }
        said = chances.tolist() if self.play_by.learns else []
        return Played(
            measures={name: float(value) for name, value in measures.items()},
            rounds=[{"violation": violation, "inspection": inspection} for violation, inspection in said],
        )

    def solved(self) -> Solved:
        found = self.game.nash()
        corners = sorted({(x, y) for each in found for x in each.violation for y in each.inspection})
        committed = leadership(self.game, social_costs(self.harm, self.inspection_cost))
        return Solved(
            equilibria=[self._measured(*each) for each in corners],
            complete=all(each.is_point for each in found),
            facts={
                "committed_inspection": committed.inspection,
                "committed_violation": committed.violation,
                "committed_cost": committed.cost,
            },
            witness=[
                f"Any chance of a violation from {each.violation[0]:.6g} to {each.violation[1]:.6g} with any of an "
                f"inspection from {each.inspection[0]:.6g} to {each.inspection[1]:.6g} is an equilibrium."
                for each in found
                if not each.is_point
            ],
            certified=not any(self._gains(*each) for each in corners),
        )

    def _measured(self, violation: float, inspection: float) -> dict[str, float]:
        complying, violating = self._actor(inspection)
        resting, inspecting = self._overseer(violation)
        return {
            "violation": violation,
            "inspection": inspection,
            "caught": inspection * self.sensitivity if violation > 0 else nan,
            "actor_payoff": (1 - violation) * complying + violation * violating,
            "overseer_payoff": (1 - inspection) * resting + inspection * inspecting,
            "cost": self.harm * violation + self.inspection_cost * inspection,
        }

    def _gains(self, violation: float, inspection: float) -> bool:
        """Whether a player gains by what it surely does instead: reckoned from the file's numbers, not the game's."""
        pairs = ((self._actor(inspection), violation), (self._overseer(violation), inspection))
        return any(
            max(pure) - ((1 - acts) * pure[0] + acts * pure[1]) > _ROUNDING * max(map(abs, self._amounts))
            for pure, acts in pairs
        )

    def _actor(self, inspection: float) -> tuple[float, float]:
        """What complying and violating come to."""
        flagged = inspection * self.false_positive_rate, inspection * self.sensitivity
        return -flagged[0] * self.false_sanction, self.gain - flagged[1] * self.sanction

    def _overseer(self, violation: float) -> tuple[float, float]:
        """What resting and inspecting come to."""
        seen = violation * self.sensitivity
        false = (1 - violation) * self.false_positive_rate
        resting = -violation * self.stake
        return resting, seen * (
            self.bounty + self.stake
        ) + resting - false * self.false_flag_cost - self.inspection_cost

    @property
    def _amounts(self) -> tuple[float, ...]:
        own = (self.gain, self.sanction, self.inspection_cost, self.bounty)
        return (*own, self.stake, self.false_sanction, self.false_flag_cost)


def _held(odds: float) -> float:
    """Log-odds within what an exponential can be of."""
    return min(max(odds, -700.0), 700.0)
