"""One run of an experiment, looked at closely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from oversight.errors import InputError, Problem
from oversight.loading import Overrides, Written, load
from oversight.plugins import Plugin
from oversight.scenario import BaseExperiment, Experiment, Source, Start
from oversight.simulation import Run, SingleRun, single_run


def run(
    experiment: Written,
    overrides: Overrides = (),
    *,
    plugins: Sequence[Plugin] = (),
    actors: Sequence[Plugin] = (),
    unchecked: bool = False,
    agents: bool = False,
    replicate: int = 0,
    start: str | None = None,
) -> SingleRun:
    """One run of an experiment's base point: by default the first replicate, from its start.

    Args:
        experiment: a YAML file, the name of one here or of a bundled one, or the mapping itself.
        overrides: `{dotted.path: value}`.
        plugins: kinds of your own: Python files or packages, or classes themselves.
        actors: the older name of `plugins`.
        unchecked: run classes of your own even if they break the contract of `oversight.contract`.
        agents: also return a row for each actor and period.
        replicate: which replicate, from 0: with the point's values as overrides it is that row of a sweep.
        start: "compliant" or "violating"; by default the experiment's own, compliant where it has both.

    Returns:
        `metrics` (a mapping), `series` (a row a period) and `agents` (a row an actor and period, or None).

    Raises:
        InputError: the experiment is wrong; it lists every mistake.

    Example:
        >>> import oversight
        >>> done = oversight.run("capacity_tipping", {"periods": 20, "burn_in": 0})
        >>> len(done.series)
        20
    """
    return run_once(load(experiment, overrides, [*plugins, *actors], unchecked), agents, replicate, start)


def run_once(source: Source, agents: bool = False, replicate: int = 0, start: str | None = None) -> SingleRun:
    """`run` of an experiment that is loaded already."""
    experiment = source.experiment
    if isinstance(experiment, Experiment):
        return single_run(run_of(experiment, replicate, start), agents)
    from oversight.environments import environment_of  # with all of theory, which takes a while to import

    refuse_unknown(experiment, replicate, start)
    if agents:
        raise InputError(Problem(f"`{experiment.name}` has no actors to list", "agents", remedy="Leave it out."))
    return environment_of(experiment).single(experiment, replicate, start or experiment.starts[0], agents)


def run_of(experiment: Experiment, replicate: int = 0, start: str | None = None) -> Run:
    """A run of an experiment, with what is watched in it.

    Raises:
        InputError: there is no such replicate or start.
    """
    refuse_unknown(experiment, replicate, start)
    watched: tuple[Any, ...] = ()
    if experiment.dynamics is not None or any(entry.copies for entry in experiment.population):
        from oversight.equilibrium.near import ahead  # theory takes a while to import

        watched = ahead(experiment)
    return Run(experiment, replicate, cast("Start", start or experiment.starts[0]), *watched)


def refuse_unknown(experiment: BaseExperiment, replicate: int, start: str | None) -> None:
    """Refuse a replicate or a start that an experiment has not.

    Raises:
        InputError: it has none such.
    """
    if replicate < 0:
        raise InputError(Problem(f"{replicate} is no replicate", "replicate", remedy="They are counted from 0."))
    known = experiment.possible
    if start not in (None, *known):
        choices = " or ".join(f"`{each}`" for each in known)
        raise InputError(Problem(f"`{start}` is no start", "start", remedy=f"It is {choices}."))
