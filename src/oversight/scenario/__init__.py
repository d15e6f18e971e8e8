"""Population, horizon, experiment; strict files with located errors; dotted-path overrides."""

from oversight.scenario.base import BaseExperiment
from oversight.scenario.designs import Grid
from oversight.scenario.entry import Entry
from oversight.scenario.experiment import Experiment, Start, enforced, experiment_model
from oversight.scenario.load import load_experiment, load_policy
from oversight.scenario.schemas import schema_of
from oversight.scenario.source import Source

__all__ = [
    "BaseExperiment",
    "Entry",
    "Experiment",
    "Grid",
    "Source",
    "Start",
    "enforced",
    "experiment_model",
    "load_experiment",
    "load_policy",
    "schema_of",
]
