"""Experiments as the questions that a large population answers: stacked, and leaders committed."""

from __future__ import annotations

from collections.abc import Sequence

from oversight.response.leadership import committed
from oversight.scenario import Experiment
from oversight.scenario.stacked import Scenarios, scenarios


def posed(experiments: Sequence[Experiment]) -> Scenarios:
    """Stack experiments of equal `structure_of`, an overseer that leads replaced by the audits that it commits to."""
    return scenarios([committed(experiment) for experiment in experiments])
