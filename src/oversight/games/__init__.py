"""Games of oversight that are solved on their own: plain numbers in, equilibria out, no simulation."""

from oversight.games.audit_awareness import (
    AwareOfAudits,
    AwareOfInspector,
    audit_awareness,
    aware_inspection_game,
)
from oversight.games.bandits import (
    exp3_bound,
    halving,
    lai_robbins,
    thompson_regret,
    ucb_bound,
    ucb_regret,
)
from oversight.games.bribes import (
    Bargain,
    BribedOversight,
    bargain,
    bribed_inspection_game,
    bribed_oversight,
)
from oversight.games.cascades import (
    Breaking,
    public_opinion,
    silence_breaks,
    threshold_cascade,
)
from oversight.games.conformist_crowd import Crowd, crowd_of_conformists
from oversight.games.conformist_ring import Ring, ring_conformists
from oversight.games.conformity import (
    LinearNorm,
    critical_utility,
    linear_norm,
    logit_conformists,
    rational_conformists,
)
from oversight.games.control_charts import (
    bernoulli_cusum,
    bernoulli_ewma,
    bernoulli_shiryaev_roberts,
    binomial_cusum,
    binomial_ewma,
    run_rule,
)
from oversight.games.copies import Copies
from oversight.games.correlated_tipping import Tipping, correlated_tipping
from oversight.games.crackdowns import CapacityGame, CrackdownRule
from oversight.games.cycles import Orbit, hedge_cycle, small_cycle
from oversight.games.dresher import Stage, dresher
from oversight.games.falling_bounty import BountyLoop, falling_bounty
from oversight.games.feedback import Loop, feedback_loop
from oversight.games.finite_imitation import violation_takes_over
from oversight.games.gains import GainsGame
from oversight.games.inspection import (
    Commitment,
    InspectionGame,
    expected,
    leadership,
    social_costs,
)
from oversight.games.intervals import Equilibrium
from oversight.games.leniency import Leniency, leniency
from oversight.games.loading import Mix, PricedLoading, cheapest_mix, loading_to_reach
from oversight.games.logit import LogitEquilibrium, logit_equilibria, principal_branch
from oversight.games.nested_oversight import Chain, Skill, best_chain, chain_succeeds, overseer_wins
from oversight.games.off_switch import Deferring, OffSwitch
from oversight.games.panels import Proposal, ReviewerPanel
from oversight.games.policy_gradient import PolicyGradient, natural_step, regularised
from oversight.games.recertification import Certified, Decay
from oversight.games.retraining import (
    Resampled,
    Resets,
    Shutdown,
    resampled,
    resetting_retraining,
    shutdown,
    stepwise_retraining,
)
from oversight.games.self_reports import (
    SelfReporting,
    SelfReportScheme,
    best_self_reporting,
    self_reporting,
)
from oversight.games.shared_bounty import SharedOversight, shared_bounty
from oversight.games.sustained_share import SustainedShare
from oversight.games.sycophancy import Sycophancy, sycophantic_reports
from oversight.games.upfront_audit import attack_succeeds, safety
from oversight.games.witnesses import Reporting, report_bounty, volunteers_dilemma
from oversight.games.worst_populations import RobustAudits, robust_audits, worst_misconduct, worst_within

__all__ = [
    "AwareOfAudits",
    "AwareOfInspector",
    "Bargain",
    "BountyLoop",
    "Breaking",
    "BribedOversight",
    "CapacityGame",
    "Certified",
    "Chain",
    "Commitment",
    "Copies",
    "CrackdownRule",
    "Crowd",
    "Decay",
    "Deferring",
    "Equilibrium",
    "GainsGame",
    "InspectionGame",
    "Leniency",
    "LinearNorm",
    "LogitEquilibrium",
    "Loop",
    "Mix",
    "OffSwitch",
    "Orbit",
    "PolicyGradient",
    "PricedLoading",
    "Proposal",
    "Reporting",
    "Resampled",
    "Resets",
    "ReviewerPanel",
    "Ring",
    "RobustAudits",
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
    "bernoulli_shiryaev_roberts",
    "best_chain",
    "best_self_reporting",
    "binomial_cusum",
    "binomial_ewma",
    "bribed_inspection_game",
    "bribed_oversight",
    "chain_succeeds",
    "cheapest_mix",
    "correlated_tipping",
    "critical_utility",
    "crowd_of_conformists",
    "dresher",
    "exp3_bound",
    "expected",
    "falling_bounty",
    "feedback_loop",
    "halving",
    "hedge_cycle",
    "lai_robbins",
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
    "robust_audits",
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
    "thompson_regret",
    "threshold_cascade",
    "ucb_bound",
    "ucb_regret",
    "violation_takes_over",
    "volunteers_dilemma",
    "worst_misconduct",
    "worst_within",
]
