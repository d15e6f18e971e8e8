"""What is asked of one experiment by itself, and what it is told where its model does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from oversight.caller import by_caller
from oversight.errors import InputError, Problem
from oversight.finite_games import Scene
from oversight.scenario import BaseExperiment
from oversight.simulation import SingleRun


class Answer(Protocol):
    """What theory says of one experiment; its `str` is for readers."""

    @property
    def fault(self) -> str:
        """What a class of one's own raised on the way; empty where nothing did."""

    def to_data(self) -> dict[str, Any]:
        """The same as plain data; a missing number is NaN, with a note beside it that says why."""


class Asked[E: BaseExperiment]:
    """What is asked of one experiment by itself: a model need not say."""

    def single(self, experiment: E, replicate: int, start: str, agents: bool) -> SingleRun:
        """One run, looked at closely, with rows of its actors where they are asked for and there are any.

        Of policy and population `oversight.running` has it, without theory, which takes a while to import.

        Raises:
            InputError: this model has no such look.
        """
        raise InputError(_only_swept(experiment))

    def scene(self, experiment: E, replicate: int) -> Scene | None:
        """Where the players of a run stand towards each other; None where there is no such picture."""
        return None

    def solve(self, experiments: Sequence[E]) -> Sequence[Answer]:
        """Theory of each, with all that it has to say.

        Raises:
            InputError: there is no theory of this model.
        """
        raise InputError(_only_swept(experiments[0]))


def _only_swept(experiment: BaseExperiment) -> Problem:
    """That an experiment can be swept, and not what was asked."""
    remedy = f"{by_caller('`oversight sweep`', '`sweep`')} takes every experiment."
    return Problem(f"`{experiment.name}` has no policy and no population", remedy=remedy)
