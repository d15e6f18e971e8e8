"""The reference of the anarchy share: the same population without oversight."""

from __future__ import annotations

from oversight.actors.beliefs.announced import Announced
from oversight.policy.no_oversight import without_oversight
from oversight.scenario import Experiment


def reference(experiment: Experiment) -> Experiment:
    """The experiment with nobody inspected, nothing sanctioned, nobody suspended, and everybody aware of it."""
    aware = tuple(entry.model_copy(update={"belief": Announced()}) for entry in experiment.population)
    bare = {"policy": without_oversight(experiment.policy), "population": aware, "principal": None}
    return experiment.model_copy(update=bare)


def known_by(experiment: Experiment) -> str:
    """What tells two references apart: the population, and how outcomes are valued."""
    # A belief or harm may have been laid over an entry whose schema does not know it.
    return "\n".join(
        section.model_dump_json(warnings=False) for section in (*experiment.population, experiment.social_cost)
    )
