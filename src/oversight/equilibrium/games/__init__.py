"""Games of oversight that are solved on their own: plain numbers in, equilibria out, no simulation."""

from oversight.equilibrium.games.audit_awareness import (
    AwareOfAudits,
    AwareOfInspector,
    audit_awareness,
    aware_inspection_game,
)
from oversight.equilibrium.games.bribes import (
    Bargain,
    BribedOversight,
    bargain,
    bribed_inspection_game,
    bribed_oversight,
)
from oversight.equilibrium.games.cycles import Orbit, hedge_cycle, small_cycle
from oversight.equilibrium.games.dresher import Stage, dresher
from oversight.equilibrium.games.finite_imitation import violation_takes_over
from oversight.equilibrium.games.gains import GainsGame
from oversight.equilibrium.games.inspection import (
    Commitment,
    InspectionGame,
    expected,
    leadership,
    social_costs,
)
from oversight.equilibrium.games.intervals import Equilibrium
from oversight.equilibrium.games.leniency import Leniency, leniency
from oversight.equilibrium.games.logit import LogitEquilibrium, logit_equilibria, principal_branch
from oversight.equilibrium.games.nested_oversight import Chain, Skill, best_chain, chain_succeeds, overseer_wins
from oversight.equilibrium.games.self_reports import (
    SelfReporting,
    SelfReportScheme,
    best_self_reporting,
    self_reporting,
)
from oversight.equilibrium.games.shared_bounty import SharedOversight, shared_bounty
from oversight.equilibrium.games.upfront_audit import attack_succeeds, safety
from oversight.equilibrium.games.witnesses import Reporting, report_bounty, volunteers_dilemma

__all__ = [
    "AwareOfAudits",
    "AwareOfInspector",
    "Bargain",
    "BribedOversight",
    "Chain",
    "Commitment",
    "Equilibrium",
    "GainsGame",
    "InspectionGame",
    "Leniency",
    "LogitEquilibrium",
    "Orbit",
    "Reporting",
    "SelfReportScheme",
    "SelfReporting",
    "SharedOversight",
    "Skill",
    "Stage",
    "attack_succeeds",
    "audit_awareness",
    "aware_inspection_game",
    "bargain",
    "best_chain",
    "best_self_reporting",
    "bribed_inspection_game",
    "bribed_oversight",
    "chain_succeeds",
    "dresher",
    "expected",
    "hedge_cycle",
    "leadership",
    "leniency",
    "logit_equilibria",
    "overseer_wins",
    "principal_branch",
    "report_bounty",
    "safety",
    "self_reporting",
    "shared_bounty",
    "small_cycle",
    "social_costs",
    "violation_takes_over",
    "volunteers_dilemma",
]
