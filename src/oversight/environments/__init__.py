"""The models that experiments are put to: sweeps and reports know each only as an `Environment`."""

from oversight.environments.answer import Answer
from oversight.environments.chapters import Chapter, Group, Part
from oversight.environments.environment import Environment
from oversight.environments.found import ENVIRONMENTS, environment_of
from oversight.equilibrium.forecast import Forecast, Measured
from oversight.equilibrium.threshold import Threshold

__all__ = [
    "ENVIRONMENTS",
    "Answer",
    "Chapter",
    "Environment",
    "Forecast",
    "Group",
    "Measured",
    "Part",
    "Threshold",
    "environment_of",
]
