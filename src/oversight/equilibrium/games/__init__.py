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
from oversight.equilibrium.games.cascades import (
    Breaking,
    public_opinion,
    silence_breaks,
    threshold_cascade,
)
from oversight.equilibrium.games.conformist_crowd import Crowd, crowd_of_conformists
from oversight.equilibrium.games.conformist_ring import Ring, ring_conformists
from oversight.equilibrium.games.conformity import (
    LinearNorm,
    critical_utility,
    linear_norm,
    logit_conformists,
    rational_conformists,
)
from oversight.equilibrium.games.control_charts import bernoulli_cusum, bernoulli_ewma, binomial_cusum, run_rule
from oversight.equilibrium.games.copies import Copies
from oversight.equilibrium.games.correlated_tipping import Tipping, correlated_tipping
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
from oversight.equilibrium.games.loading import Mix, PricedLoading, cheapest_mix, loading_to_reach
from oversight.equilibrium.games.logit import LogitEquilibrium, logit_equilibria, principal_branch
from oversight.equilibrium.games.nested_oversight import Chain, Skill, best_chain, chain_succeeds, overseer_wins
from oversight.equilibrium.games.panels import Proposal, ReviewerPanel
from oversight.equilibrium.games.policy_gradient import PolicyGradient, natural_step, regularised
from oversight.equilibrium.games.recertification import Certified, Decay
from oversight.equilibrium.games.retraining import (
    Resampled,
    Resets,
    Shutdown,
    resampled,
    resetting_retraining,
    shutdown,
    stepwise_retraining,
)
from oversight.equilibrium.games.self_reports import (
    SelfReporting,
    SelfReportScheme,
    best_self_reporting,
    self_reporting,
)
from oversight.equilibrium.games.shared_bounty import SharedOversight, shared_bounty
from oversight.equilibrium.games.sustained_share import SustainedShare
from oversight.equilibrium.games.sycophancy import Sycophancy, sycophantic_reports
from oversight.equilibrium.games.upfront_audit import attack_succeeds, safety
from oversight.equilibrium.games.witnesses import Reporting, report_bounty, volunteers_dilemma

__all__ = [
    "AwareOfAudits",
    "AwareOfInspector",
    "Bargain",
    "Breaking",
    "BribedOversight",
    "Certified",
    "Chain",
    "Commitment",
    "Copies",
    "Crowd",
    "Decay",
    "Equilibrium",
    "GainsGame",
    "InspectionGame",
    "Leniency",
    "LinearNorm",
    "LogitEquilibrium",
    "Mix",
    "Orbit",
    "PolicyGradient",
    "PricedLoading",
    "Proposal",
    "Reporting",
    "Resampled",
    "Resets",
    "ReviewerPanel",
    "Ring",
    "SelfReportScheme",
    "SelfReporting",
    "SharedOversight",
    "Shutdown",
    "Skill",
    "Stage",
    "SustainedShare",
    "Sycophancy",
    "Tipping",
    "attack_succeeds",
    "audit_awareness",
    "aware_inspection_game",
    "bargain",
    "bernoulli_cusum",
    "bernoulli_ewma",
    "best_chain",
    "best_self_reporting",
    "binomial_cusum",
    "bribed_inspection_game",
    "bribed_oversight",
    "chain_succeeds",
    "cheapest_mix",
    "correlated_tipping",
    "critical_utility",
    "crowd_of_conformists",
    "dresher",
    "expected",
    "hedge_cycle",
    "leadership",
    "leniency",
    "linear_norm",
    "loading_to_reach",
    "logit_conformists",
    "logit_equilibria",
    "natural_step",
    "overseer_wins",
    "principal_branch",
    "public_opinion",
    "rational_conformists",
    "regularised",
    "report_bounty",
    "resampled",
    "resetting_retraining",
    "ring_conformists",
    "run_rule",
    "safety",
    "self_reporting",
    "shared_bounty",
    "shutdown",
    "silence_breaks",
    "small_cycle",
    "social_costs",
    "stepwise_retraining",
    "sycophantic_reports",
    "threshold_cascade",
    "violation_takes_over",
    "volunteers_dilemma",
]
