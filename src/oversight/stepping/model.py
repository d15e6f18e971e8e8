"""The model that one holds: one run of an experiment, stepped period by period, each actor a Mesa agent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import mesa
import numpy as np

from oversight.actors.crew import Crew
from oversight.documents.overrides import parsed
from oversight.errors import InputError, OversightError, Problem
from oversight.loading import Overrides, Written, load
from oversight.plugins import Plugin
from oversight.running import run_of
from oversight.scenario import Experiment, Source, Start, enforced
from oversight.simulation import Engine, batch
from oversight.simulation.single import of_last_period
from oversight.stepping.agent import FOR_GOOD, ActorAgent


class OversightModel(mesa.Model):
    """One run of an experiment as a Mesa model: step it, look at its agents, change its policy meanwhile.

    It plays the run that `oversight.run` plays, to the same numbers. `running` becomes False after the experiment's
    last period; stepping on is allowed, and plays further periods. Draws come from the experiment's own seeded
    streams: Mesa's `model.rng` and `model.random` decide nothing.

    Example:
        >>> import oversight
        >>> model = oversight.model("capacity_tipping", {"periods": 30, "burn_in": 0})
        >>> while model.running:
        ...     model.step()
        >>> model.time
        30.0
        >>> 0 <= model.agents.agg("violated", lambda did: sum(did) / len(did)) <= 1
        True
    """

    experiment: Experiment
    """The validated experiment, as its policy is now."""
    engine: Engine
    """What plays it: one run, so that its arrays have one row."""
    measured: dict[str, float]
    """Measures of the last period by name, in shares and money, NaN where there are none."""
    running: bool

    def __init__(
        self,
        experiment: Written,
        overrides: Overrides | None = None,
        *,
        rng: Any = None,
        replicate: int = 0,
        start: Start | None = None,
        plugins: Sequence[Plugin] = (),
        actors: Sequence[Plugin] = (),
        unchecked: bool = False,
    ):
        """The model before its first period.

        Args:
            experiment: a YAML file, the name of one here or of a bundled one, or the mapping itself. Mesa's
                `batch_run` goes through whatever is no text: there a mapping stands in a list,
                `{"experiment": [mapping]}`.
            overrides: `{dotted.path: value}`; in `batch_run` in a list as well.
            rng: a seed, in place of the experiment's own: an integer, or what `numpy.random.default_rng` takes.
            replicate: which replicate, from 0.
            start: "compliant" or "violating"; by default the experiment's own.
            plugins: kinds of your own: Python files or packages, or classes themselves.
            actors: the older name of `plugins`.
            unchecked: run classes of your own even if they break their contract.

        Raises:
            InputError: the experiment is wrong; it lists every mistake.
        """
        self._laid_over = parsed(overrides or {}) | ({} if rng is None else {"seed": _seed(rng)})
        self._given = (experiment, [*plugins, *actors], unchecked)
        source = load(experiment, self._laid_over, self._given[1], unchecked)
        self._past: list[tuple[int, Source]] = [(0, source)]
        self._begin(enforced(source.experiment), replicate, start)

    def _begin(self, experiment: Experiment, replicate: int = 0, start: Start | None = None) -> None:
        self.experiment = experiment
        self._run = (replicate, start)
        self.engine = self._engine(experiment)
        super().__init__(rng=experiment.seed)
        for group in self.engine.groups:
            for index in range(group.columns.start, group.columns.stop):
                ActorAgent(self, index, group.entry.label, group.entry.kind)
        self.measured = of_last_period(self.engine)
        self.datacollector = mesa.DataCollector({name: partial(_measure, name=name) for name in self.measured})
        """Collects the measures after each period, and whatever reporters you give one of your own in its place."""

    def _engine(self, experiment: Experiment) -> Engine:
        # Called one by one from the start, since a class that proves to need it could not begin anew in mid-run.
        known = Crew()
        known.one_by_one = {entry.rule for entry in experiment.population if not entry.rule.vectorised}
        return Engine(batch([run_of(experiment, *self._run)]), known=known)

    @property
    def agents(self) -> Any:
        """All actors, in a set of its own: what is taken out of that stays in the model."""
        every = super().agents
        return type(every)(every, random=every.random)

    def deregister_agent(self, agent: Any) -> None:
        """Refuse: an entry's size is part of the experiment.

        Raises:
            OversightError: always.
        """
        raise OversightError(FOR_GOOD)

    @property
    def period(self) -> int:
        """Periods played."""
        return self.engine.period

    def step(self) -> None:
        """Play one period."""
        self.engine.step()
        self.measured = of_last_period(self.engine)
        self.datacollector.collect(self)
        self.running = self.period < self.experiment.periods

    def measures(self) -> dict[str, float]:
        """Measures over the periods since the burn-in, or since the last change of policy; empty before there are any.

        At the end of the experiment they are the `metrics` of `oversight.run`.
        """
        if not self.engine.ledger.periods:
            return {}
        return {name: float(values[0]) for name, values in self.engine.measures().items()}

    def change_policy(self, overrides: Overrides) -> None:
        """Go on under another policy from the next period: the same actors, with their beliefs, records and draws.

        Args:
            overrides: `{dotted.path: value}` laid over the experiment as it is now, `{"policy.sanction.amount": 3}`
                or `{"policy": "policies/no_oversight.yaml"}`, say.

        Raises:
            InputError: a value is wrong, or more than the policy and the weights of social cost would change.
        """
        experiment, plugins, unchecked = self._given
        given = parsed(overrides)
        # A whole section takes the place of what was laid over parts of it before.
        kept = {
            path: old
            for path, old in self._laid_over.items()
            if not any(f"{path}.".startswith(f"{new}.") for new in given)
        }
        laid_over = kept | given
        source = load(experiment, laid_over, plugins, unchecked)
        self._follow(source)
        self._laid_over = laid_over

    def _follow(self, source: Source) -> None:
        after = enforced(source.experiment)
        if not same_actors(self.experiment, after) or self.experiment.periods != after.periods:
            raise InputError(
                Problem(
                    "the population, the seed, the start or the periods differ",
                    "change_policy",
                    remedy="Only `policy` and `social_cost` may change in a run; make a new model for the others.",
                )
            )
        self.engine.change_policy(batch([run_of(after, *self._run)]))
        self.experiment = after
        self._past.append((self.period, source))

    def __getstate__(self) -> dict[str, Any]:
        # The engine is played again where it is read: it holds classes that were made for this process.
        kept = {name: value for name, value in vars(self).items() if name not in ("engine", "experiment")}
        return {**kept, "_period": self.period}

    def __setstate__(self, state: dict[str, Any]) -> None:
        periods = state.pop("_period")
        self.__dict__.update(state)
        past, self._past = self._past, self._past[:1]
        self.experiment = enforced(past[0][1].experiment)
        self.engine = self._engine(self.experiment)
        for played, source in past[1:]:
            self._play_to(played)
            self._follow(source)
        self._play_to(periods)

    def _play_to(self, period: int) -> None:
        while self.engine.period < period:
            self.engine.step()


def same_actors(one: Experiment, other: Experiment) -> bool:
    """Whether a run of one experiment can go on under the other's policy."""
    populations = [[entry.model_dump() for entry in experiment.population] for experiment in (one, other)]
    return populations[0] == populations[1] and (one.seed, one.starts[0]) == (other.seed, other.starts[0])


def _measure(model: OversightModel, name: str) -> float:
    return model.measured.get(name, float("nan"))


def _seed(rng: Any) -> int:
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool) and 0 <= rng < _SEEDS:
        return int(rng)
    try:
        return int(np.random.default_rng(rng).integers(_SEEDS - 1))
    except (TypeError, ValueError):
        remedy = "It is an integer from 0 to 2**63 - 1, several of them, or a random generator of numpy."
        raise InputError(Problem(f"{rng!r} is no seed", "rng", remedy=remedy)) from None


_SEEDS = 2**63
"""How many seeds there are."""
