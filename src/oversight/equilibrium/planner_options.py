"""The planner's optimum where options differ in what shows of them, or in how soon they are looked at."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from oversight.actors.faults import faults_of
from oversight.arrays import FlagVector, Floats, Vector
from oversight.equilibrium.sampled import Optimum, capacity_cost, marginal, priced, sampled
from oversight.errors import KindError
from oversight.policy import Act, Acts, Policy, State
from oversight.scenario import Experiment
from oversight.scenario.reported import with_reports
from oversight.scenario.stacking import stack
from oversight.welfare import WeightedSum
from oversight.welfare.accounts import Item


def all_alike(experiment: Experiment) -> bool:
    """Whether all acts of the population are violations that are inspected alike."""
    options = [option for entry in experiment.population for option in entry.options]
    alike = all(option.violation and option.visibility == 1 for option in options)
    if experiment.policy.sanction.self_report:  # who reports itself is not inspected at all
        return False
    return alike and not (options and experiment.policy.monitoring.by_severity)


def optimum_of_options(experiment: Experiment, welfare: WeightedSum) -> Optimum:
    """The least social cost when a planner says who takes which option, and the policy's monitoring and sanctions stay.

    Where inspections do not answer what is done, each opportunity is used for the option of the highest net benefit

        b = w g - v h (1 - a d) - k (d - d0) - c (i - i0)

    of `planner.optimum`, with the option's own gain, harm and chances d and i, if that is positive. Where they do, the
    optimum is known if nobody's option has any benefit, whether nobody does anything or all do the same.
    """
    policy = experiment.policy
    if policy.monitoring.overseer is not None:
        return _unknown("an overseer that answers to what it finds would answer to who reports itself")
    if policy.sanction.suspension or policy.monitoring.reads_record:
        return _unknown("acts differ in what shows of them, and suspensions or records follow from that")
    population = _Population(experiment, welfare)
    states = list(population.states())
    answers = policy.monitoring.responsive
    found = [population.best(state) for state in (states if answers else states[:1])]
    if answers and any(float(benefit.max(initial=0.0)) > 0 for each in found for benefit, _ in each):
        return _unknown("inspections answer what is done, and acts differ in what shows of them")
    return population.outcome(states[0], found[0])


_WEIGHED: tuple[Item, ...] = ("gain", "harm", "sanction_cost")


def _unknown(note: str) -> Optimum:
    return Optimum(social_cost=np.nan, misconduct_rate=np.nan, note=note)


class _Population:
    """What options come to under a policy, and the weights of that."""

    def __init__(self, experiment: Experiment, welfare: WeightedSum):
        self.policy: Policy = stack([experiment.policy])
        self.entries = [with_reports(stack([entry]), self.policy) for entry in experiment.population]
        self.samples = [sampled(entry) for entry in experiment.population]
        self.size = experiment.actors
        self.acts = tuple(act for entry in self.entries for act in entry.acts)
        with faults_of(type(welfare), KindError):
            self.weights = [
                {item: float(welfare.weight(item, entry.label)) for item in _WEIGHED} for entry in experiment.population
            ]
            self.oversight = welfare.oversight_weight()

    def states(self) -> Iterator[State]:
        """The state in which nobody does anything, and those in which all do the same."""
        size = np.full((1, 1), float(self.size))
        for counts in (np.zeros((1, len(self.acts))), *(np.eye(len(self.acts))[:, None, :] * self.size)):
            acts = Acts(self.acts, counts)
            yield State(acts.seen + np.zeros((1, 1)), size - acts.reported, self.size, np.zeros((1, 1)), acts=acts)

    def best(self, state: State) -> list[tuple[Vector, FlagVector]]:
        """Of each entry's opportunities the benefit of the best option, and whether that is a violation."""
        found = []
        for entry, sample, weight in zip(self.entries, self.samples, self.weights, strict=True):
            options = entry.options or (None,)
            each = [
                self._benefit(state, weight, act, gain, harm, option is None or option.violation)
                for (gain, harm), act, option in zip(priced(entry, sample), entry.acts, options, strict=True)
            ]
            benefits = np.stack(each)
            wrong = np.array([option is None or option.violation for option in options])
            best = benefits.argmax(axis=0)
            found.append((benefits.max(axis=0), wrong[best] & (benefits.max(axis=0) > 0)))
        return found

    def _benefit(
        self, state: State, weight: dict[Item, float], act: Act, gain: Vector, harm: Vector, violation: bool
    ) -> Vector:
        policy = self.policy
        look = policy.inspected(policy.monitoring.chances_of(state, act))
        caught = float(np.ravel(policy.flagging(state, act))[0])
        innocent = policy.detection_probability(state).complying
        more = float(np.ravel(policy.looked_at(look, act) - policy.monitoring.chances(state).complying)[0])
        fined = weight["sanction_cost"] * policy.sanction.cost_per_sanction * (caught - innocent)
        averted = policy.detector.harm_averted * caught * (violation and not act.reported)
        benefit: Floats = (
            weight["gain"] * gain
            - weight["harm"] * harm * (1 - averted)
            - fined
            - self.oversight * marginal(policy) * more
        )
        return np.ravel(benefit)

    def outcome(self, state: State, found: list[tuple[Vector, FlagVector]]) -> Optimum:
        """The optimum where options have these benefits."""
        policy = self.policy
        innocent = policy.detection_probability(state).complying
        cost = self.oversight * capacity_cost(policy, state, policy.monitoring.chances(state))
        rate = 0.0
        for entry, sample, weight, (benefit, violating) in zip(
            self.entries, self.samples, self.weights, found, strict=True
        ):
            part = entry.size / self.size
            fined = weight["sanction_cost"] * policy.sanction.cost_per_sanction * innocent
            cost = cost + part * (fined - float((sample[2] * np.maximum(benefit, 0.0)).sum()))
            rate += part * float((sample[2] * violating).sum())
        return Optimum(social_cost=float(np.ravel(cost)[0]), misconduct_rate=rate)
