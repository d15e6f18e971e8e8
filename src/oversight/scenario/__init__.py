"""Population, horizon, experiment; strict files with located errors; dotted-path overrides."""

from oversight.scenario.designs import Grid
from oversight.scenario.entry import Entry
from oversight.scenario.experiment import Experiment, Start, experiment_model
from oversight.scenario.load import load_experiment, load_policy
from oversight.scenario.source import Source

__all__ = [
    "Entry",
    "Experiment",
    "Grid",
    "Source",
    "Start",
    "experiment_model",
    "load_experiment",
    "load_policy",
]
