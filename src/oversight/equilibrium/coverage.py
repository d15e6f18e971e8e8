"""What the theory does not cover, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from oversight.actors import NEIGHBOURLY, Actor
from oversight.actors.crew import CREW
from oversight.documents.schema import kind_of
from oversight.equilibrium.courses import LONGEST, WANDERING
from oversight.equilibrium.dynamics import steps
from oversight.foresight import FOREVER
from oversight.policy import Policy
from oversight.policy.monitoring import Monitoring
from oversight.response.bribery import alike
from oversight.response.opportunities import axes, lasting
from oversight.response.posed import posed
from oversight.response.records import MOST_PATTERNS, MOST_RECORDS
from oversight.response.share import Facing, Responder
from oversight.scenario import Entry, Experiment
from oversight.scenario.paid import pays_outcomes

_TRIED = 9
"""Records at which a class that may read them is asked what it does."""
FOLLOWED = 5_000
"""Periods of a policy that moves which theory follows, a tenth of a second for each few hundred."""
_HALF = np.full((1, 1), 0.5)


def not_covered(experiment: Experiment) -> str:
    """One sentence that says why there is no stationary theory of this experiment, empty where there is one.

    Kinds answer for themselves; what one does not say is not covered.
    """
    reasons = [*_of_policy(experiment.policy), *_of_training(experiment), *_of_network(experiment)]
    reasons += _of_shutdown(experiment)
    reasons += _of_outcomes(experiment)
    reasons += _of_market(experiment) if experiment.policy.restarts else []
    reasons += _of_principal(experiment)
    reasons += ["Gains drift from period to period, so that no state is stationary: simulate it."] * experiment.drifts
    for entry in experiment.population:
        reasons += _of_entry(experiment, entry)
    return next(iter(reasons), "")


def _of_principal(experiment: Experiment) -> Iterator[str]:
    """Why the path under a policy that moves is not known, where one moves it."""
    principal, policy = experiment.principal, experiment.policy
    if principal is None:
        return
    if not principal.starts:
        by = f"{principal.told()} (principal {principal.kind})"
        yield f"The policy moves by {by}, which differs by chance: simulate it."
    elif policy.records > 1 or not steps(posed([experiment])):
        yield "The policy moves, and how everyone goes from one period to the next under it is not known: simulate it."
    elif policy.training is not None or (experiment.network is not None and not experiment.network.whole):
        yield "The policy moves where values are trained or actors see a few others: the simulation stands alone."
    elif experiment.periods > FOLLOWED:
        yield f"The policy moves for more than {FOLLOWED:,} periods, which theory does not follow: simulate it."


def _of_policy(policy: Policy) -> Iterator[str]:
    monitoring, sanction, overseer = policy.monitoring, policy.sanction, policy.monitoring.overseer
    kind = kind_of(type(monitoring))
    if monitoring.reads is Monitoring.reads:
        yield f"The monitoring rule {kind} does not say what it `reads`: the simulation stands alone."
    elif "period" in monitoring.reads:
        yield f"The monitoring rule {kind} goes by the period, so that no state is stationary: simulate it."
    elif overseer is not None and not overseer.rests:
        yield f"The response {overseer.answers} does not say where it rests (`rests_at`): the simulation stands alone."
    elif monitoring.responsive and monitoring.counterpart(_HALF) is None:
        yield f"The monitoring rule {kind} does not state its `counterpart`: the simulation stands alone."
    if policy.open_ended:
        yield (
            f"The policy ({kind}, {kind_of(type(sanction))}) reads records without saying how many `records` it tells "
            "apart: the simulation stands alone."
        )
    elif policy.records > MOST_RECORDS:
        yield (
            f"The policy ({kind}, {kind_of(type(sanction))}) tells {policy.records:,} records apart (at most "
            f"{MOST_RECORDS:,} are solved): take larger steps from record to record, or a `record_lifetime`."
        )
    if policy.forewarns and policy.reads_record:
        yield "Who notices an inspection weighs it by its record: theory follows no signals or honeypots over records."
    if policy.inspectors is not None:
        yield from _of_inspectors(policy)
    if sanction.resample is not None:
        yield from _of_answers(policy)
    lifetime = sanction.record_lifetime
    if policy.records > 1 and lifetime and lifetime > MOST_PATTERNS and 0 < sanction.suspension < lifetime:
        yield (
            f"Records that lapse after {lifetime} periods together with suspensions have too many states (at most "
            f"{MOST_PATTERNS} periods are solved): the simulation stands alone."
        )


def _of_answers(policy: Policy) -> Iterator[str]:
    """The same of answers that are drawn again."""
    if policy.records > 1 or policy.sanction.suspension:
        yield "Who is sanctioned in the end depends on all answers drawn: over records and suspensions, simulate it."
    if np.any(policy.detector.harm_averted) and not policy.sanction.withhold:
        yield "Harm is averted of the last answers alone, if they are flagged: the simulation stands alone."


def _of_inspectors(policy: Policy) -> Iterator[str]:
    if not alike(policy):
        yield "Who bribes its inspector depends on the opportunity, or on the act: the simulation stands alone."
    if policy.forewarns:
        yield "Actors notice inspections, and may bribe those who make them: the simulation stands alone."
    if policy.reads_record or policy.sanction.suspension:
        yield "Who bribes its inspector gets no record and is not suspended, which theory does not follow."


def _of_training(experiment: Experiment) -> Iterator[str]:
    """The same of what is random in training, and of weights that drift between certifications: those make a cycle."""
    policy, training = experiment.policy, experiment.policy.training
    if training is None:
        return
    if training.saw is not None and training.saw.drawn == "once":
        yield from _of_draws(
            experiment, "What training saw differs from run to run", True, "proxy.drawn: each_opportunity"
        )
    if training.drift is None:
        return
    if training.drift.walk is not None:
        if training.drift.shared:
            yield from _of_draws(experiment, "Weights walk apart from run to run", True, "drift.shared: false")
        yield from _of_draws(experiment, "Weights walk apart from actor to actor", False, "")
    if training.recertify is None:
        if training.drift.walk is not None and not np.all(training.drift.decay):
            yield f"Trained {WANDERING}."
    elif training.recertify.every > LONGEST:
        yield (
            f"Weights are restored every {training.recertify.every:,} periods, and cycles of at most {LONGEST} are "
            "followed: simulate it."
        )
    elif policy.standings > 1 or not steps(posed([experiment])):
        yield "Weights drift between certifications, and how actors go on by the period is not known: simulate it."


def _of_draws(experiment: Experiment, what: str, of_runs: bool, instead: str) -> Iterator[str]:
    """The same of a draw that lasts: means over it are known where it moves nothing but what is done.

    Args:
        experiment: what is asked about.
        what: says what the draw is.
        of_runs: whether all actors of a run share it, so that what answers a population differs from run to run.
        instead: what could be said to the same end, if there is anything.
    """
    policy = experiment.policy
    moves = {
        "detection answers what is done": of_runs and policy.monitoring.responsive,
        "who has which record or is suspended depends on it": policy.standings > 1 or policy.sanction.suspension,
        "actors go by others": experiment.network is not None,
        "actors learn from what they do": any(entry.rule.drifts for entry in experiment.population),
    }
    for why, moved in moves.items():
        if moved:
            yield f"{what}, and {why}: simulate it{f', or say `{instead}`' if instead else ''}."


def _of_outcomes(experiment: Experiment) -> Iterator[str]:
    """The same where innocent acts go wrong, or outcomes pay."""
    policy, population = experiment.policy, experiment.population
    if not pays_outcomes(policy, population):
        return
    what = "Acts go wrong by accident, or outcomes pay"
    if any(entry.errors != population[0].errors for entry in population):
        yield "Entries err in different ways, and theory follows one: simulate it."
    beside = {
        "some have options": any(entry.options for entry in population),
        "who has which record or is suspended depends on it": policy.standings > 1 or bool(policy.sanction.suspension),
        "values are trained": policy.training is not None,
        "actors go by others": experiment.network is not None,
        "actors are copies": any(entry.copies for entry in population),
        "who is caught is trained again": policy.sanction.retrain is not None,
    }
    for why, there in beside.items():
        if there:
            yield f"{what}, and {why}: simulate it."


def _of_shutdown(experiment: Experiment) -> Iterator[str]:
    """The same where nobody comes back: entries die out, and each at its own pace."""
    if experiment.policy.sanction.suspension >= FOREVER and len(experiment.population) > 1:
        yield (
            "Suspensions are for ever, and entries whose actors are not shut down alike die out one after the other: "
            "who is in play depends on the period, so that the simulation stands alone."
        )


def _of_market(experiment: Experiment) -> Iterator[str]:
    """The same where a new notice starts a loss of customers anew: what is left of it tells actors apart."""
    policy, slow = experiment.policy, experiment.network is not None and experiment.network.revision < 1
    beside = {
        "records, suspensions": policy.reads_record or policy.sanction.suspension > 0,
        "signals, honeypots": policy.forewarns,
        "answers that are drawn again": policy.sanction.resample is not None,
        "neighbours": slow or any(entry.reads & NEIGHBOURLY for entry in experiment.population),
    }
    for what, there in beside.items():
        if there:
            yield f"What is left of a loss of customers tells actors apart, beside {what}: simulate it."
    for entry in experiment.population:
        if entry.rule.drifts or entry.rule.learn is not Actor.learn:
            yield f"The actors of `{entry.label}` learn by what they have left to lose of their customers: simulate it."


def _of_network(experiment: Experiment) -> Iterator[str]:
    policy = experiment.policy
    neighbourly = any(entry.reads & NEIGHBOURLY for entry in experiment.population)
    slow = experiment.network is not None and experiment.network.revision < 1
    if policy.forewarns and (neighbourly or slow):
        yield "Actors notice inspections, and go by their neighbours or revise now and then: simulate it."
    if slow:
        drawn = {axis for entry in experiment.population for axis in axes(entry, policy.sanction)} & {"gain", "harm"}
        if drawn:
            yield (
                f"Only a share of the actors revises in a period, and the others act at a {min(drawn)} that they did "
                "not choose: simulate it."
            )
        if policy.records > 1 or policy.sanction.suspension or any(each.rule.drifts for each in experiment.population):
            yield (
                "Only a share of the actors revises in a period, and what the others do depends on what became of "
                "them: simulate it."
            )
    if neighbourly:
        yield from _of_neighbours(policy, experiment.population)


def _of_neighbours(policy: Policy, population: Sequence[Entry]) -> Iterator[str]:
    """The same where the share of violators is an unknown of its own."""
    monitoring = policy.monitoring
    if any("neighbours_sanctioned" in entry.reads for entry in population):
        yield "Actors go by how many of their neighbours were sanctioned: the simulation stands alone."
    if monitoring.overseer is not None or policy.records > 1:
        yield "Actors go by their neighbours, and what is inspected depends on more than they see: simulate it."
    if monitoring.responsive and (
        policy.sanction.suspension
        or policy.sanction.self_report
        or any(entry.options for entry in population)
        or not monitoring.reads <= {"violations", "active"}
    ):
        yield (
            "Actors go by their neighbours, and detection answers what is done beside suspensions, options or reports: "
            "simulate it."
        )


def _of_entry(experiment: Experiment, entry: Entry) -> Iterator[str]:
    label, rule, belief, policy = entry.label, entry.rule, entry.belief, experiment.policy
    if policy.forewarns and entry.options:
        yield f"The actors of `{label}` choose between options by a signal: the simulation stands alone."
    if policy.sanction.self_report and belief.remembers:
        yield f"The actors of `{label}` learn from violations that are not reported, if there are any: simulate it."
    if belief.limit(_HALF) is None:
        kind = kind_of(type(belief))
        if belief.learns:
            yield (
                f"The actors of `{label}` learn from their own violations (belief {kind}), and where that "
                "ends depends on chance: the simulation stands alone."
            )
        else:
            yield f"The belief {kind} of `{label}` does not say where it rests (`limit`): the simulation stands alone."
    if belief.remembers and policy.monitoring.reads_record:
        yield f"The actors of `{label}` pool what they see of all records, which are not inspected alike: simulate it."
    if rule.learn is not Actor.learn and not rule.drifts:
        yield from _of_learner(experiment, entry)
    if policy.sanction.resample is not None and not rule.by_chance(entry.rule_parameters()):
        yield f"The class of `{label}` has no `probability` of an answer, which may be drawn again: simulate it."
    unsettled = rule.unsettled(entry.rule_parameters())
    if unsettled:
        yield f"The actors of `{label}` {unsettled}."
    unlike = lasting(axes(entry, policy.sanction))
    if unlike and (policy.sanction.suspension or policy.standings > 1):
        past = "has how long to lose customers" if policy.restarts else "has which record"
        who = f"who {'is suspended' if policy.sanction.suspension else past}"
        traits = " and ".join(f"`{axis}`" for axis in unlike)
        yield f"The actors of `{label}` differ for good in {traits}, and {who} depends on it: simulate it."
    if "prospects" in rule.uses and policy.sanction.record_lifetime and policy.records > 1:
        yield f"The actors of `{label}` look ahead over records that lapse: the simulation stands alone."
    if policy.records == 1 and "record" in rule.uses and _reads_record(experiment, entry):
        yield f"The class of `{label}` decides by its record, of which the policy sets no limit: simulate it."


def _of_learner(experiment: Experiment, entry: Entry) -> Iterator[str]:
    """The same of one whose state moves by what it learns, and is put back where it is trained again."""
    policy, training = experiment.policy, experiment.policy.training
    retrain, detector = policy.sanction.retrain, policy.detector.as_one()
    if retrain is None or not entry.rule.settles(entry.rule_parameters(), retrain.size is not None):
        yield f"The class of `{entry.label}` learns by a rule of its own: the simulation stands alone."
        return
    told_apart = policy.records > 1 or policy.forewarns or policy.inspectors is not None
    told_apart = told_apart or policy.sanction.resample is not None
    slow = experiment.network is not None and experiment.network.revision < 1
    steady = training is None or training.steady
    if axes(entry, policy.sanction) or not entry.belief.trusts or told_apart or slow or not steady:
        yield f"What the actors of `{entry.label}` learn until they are trained again differs by chance: simulate it."
    elif retrain.size is not None and detector.sensitivity <= detector.false_positive_rate:
        yield f"Sanctions of `{entry.label}` say nothing of violations, and hold no drift: simulate it."


def slow_to_ask(experiment: Experiment) -> bool:
    """Whether a class must be asked one actor at a time, and about every draw too: minutes for one solution."""
    alone = posed([experiment])
    tried = Facing(perceived=np.full((1, 1), 0.5), false_detection=np.zeros((1, 1)))
    for entry in alone.entries:
        if entry.rule.vectorised:
            continue
        responder = Responder(entry, alone.policy)
        if responder.by_chance(tried, 1) and CREW.needs_scalars(entry.rule):
            return True
    return False


def _reads_record(experiment: Experiment, entry: Entry) -> bool:
    """Whether a class that is given records decides by them, tried at several chances of being caught."""
    alone = posed([experiment])
    responder = Responder(alone.entries[experiment.population.index(entry)], alone.policy)
    perceived = np.linspace(0, 1, _TRIED).reshape(-1, 1)
    shares = [
        responder.share(
            Facing(perceived=perceived, false_detection=np.zeros((1, 1)), record=record), _TRIED, fine=False
        )
        for record in (0, 1, 2, 5)
    ]
    return any(not np.allclose(share, shares[0], rtol=0, atol=1e-9) for share in shares)
