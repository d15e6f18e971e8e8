"""One run looked at closely: its measures, its time series, its actors."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from oversight.arrays import NOBODY, Column, Flags, FlagVector, Number, Vector, count
from oversight.measures.totals import ratio
from oversight.scenario.counted import counted
from oversight.simulation.batch import Run, batch
from oversight.simulation.engine import Engine, Granularity
from oversight.simulation.ledger import by_option, by_value, measured
from oversight.simulation.population import Group
from oversight.simulation.run import play

if TYPE_CHECKING:
    import pandas as pd

# pandas takes longer to import than a small run to play: it is imported where a table is asked for.

Rows = dict[str, np.ndarray[Any, Any]]
"""Columns by name: numbers, booleans or words, one for each actor."""


@dataclass(frozen=True, kw_only=True)
class SingleRun:
    """A run's measures, and its tables."""

    metrics: dict[str, float]
    """Each measure's value over the measured periods, NaN where it is not defined."""
    periods: list[dict[str, float]] = field(repr=False)
    """Each period's measures."""
    rows: list[Rows] = field(repr=False)
    """By period, the columns of `agents`; empty unless they were asked for."""

    def _repr_html_(self) -> str:
        """Notebooks show the measures."""
        import pandas as pd

        return str(pd.Series(self.metrics, name=f"{len(self.periods)} periods").to_frame().to_html())

    @cached_property
    def series(self) -> pd.DataFrame:
        """A row a period: `period`, from 0, and the measures of that period alone."""
        import pandas as pd

        table = pd.DataFrame(self.periods)
        table.insert(0, "period", np.arange(len(table)))
        return table

    @cached_property
    def agents(self) -> pd.DataFrame | None:
        """A row an actor and period, what it knew and what became of it; None unless they were asked for."""
        import pandas as pd

        return pd.concat([pd.DataFrame(row) for row in self.rows], ignore_index=True) if self.rows else None


def single_run(run: Run, agents: bool = False, granularity: Granularity = "entry") -> SingleRun:
    """Play one run, watching every period; `agents` asks for actor-level rows as well."""
    watcher = _Watcher(agents)
    engine = play(batch([run]), granularity, watcher.see)
    metrics = {name: float(values[0]) for name, values in engine.measures().items()}
    return SingleRun(metrics=metrics, periods=watcher.periods, rows=watcher.rows)


def of_last_period(engine: Engine) -> dict[str, float]:
    """Measures of the period that an engine of one run played last, the rate of each of several entries among them."""
    table = measured(engine.stacked, engine.totals, engine.answers, 1)
    if len(engine.groups) > 1:
        table |= {f"misconduct_rate.{group.entry.label}": _rate(engine, group) for group in engine.groups}
    if engine.done is not None:
        active = np.concatenate([_opportunities(engine, group) for group in engine.groups], axis=1)
        table |= by_option(engine.stacked, engine.done, active, 1)
    if engine.tally is not None:
        table |= by_value(engine.stacked, engine.tally, 1)
    return {name: float(values[0]) for name, values in table.items()}


def _rate(engine: Engine, group: Group) -> Vector:
    """Violations of an entry's members in the last period, as a share of those who played, (1,)."""
    return ratio(count(engine.offending[:, group.columns]), _opportunities(engine, group))[:, 0]


def _opportunities(engine: Engine, group: Group) -> Column:
    """Members of an entry who played the last period, (1, 1)."""
    exposed = engine.exposed
    return np.array([[float(group.members)]]) if exposed is None else count(exposed[:, group.columns])


def _foreseen(engine: Engine) -> Rows:
    """Who got a signal, and who met a honeypot; nothing where the policy has none."""
    if engine.warning is None:
        return {}
    drawn, policy = engine.warning.drawn, engine.policy
    signals = {"signal": drawn.signal[0]} if policy.monitoring.signal else {}
    return signals | ({"honeypot": drawn.planted[0]} if policy.honeypots else {})


def _told(engine: Engine) -> Rows:
    """Who reported itself, was seen and reported by witnesses, or paid a bribe; nothing where the policy has none."""
    policy = engine.policy
    there = {
        "reported_itself": (policy.sanction.self_report, NOBODY if engine.reported is None else engine.reported),
        "witnessed": (policy.witnesses, engine.witnessed),
        "bribed": (policy.inspectors, engine.bribed),
    }
    size = engine.stacked.size
    return {name: np.broadcast_to(flags, (1, size))[0] for name, (part, flags) in there.items() if part is not None}


def _left(engine: Engine) -> Rows:
    """Whose violation customers noticed, and what they lost to those who left; nothing where none can leave."""
    customers = engine.customers
    if customers is None:
        return {}
    return {"noticed": customers.noticed[0], "income_lost": customers.taken[0]}


class _Watcher:
    """Collects each period as it is played; begins anew when a run is started over."""

    def __init__(self, actors: bool):
        self.actors = actors
        self.periods: list[dict[str, float]] = []
        self.rows: list[Rows] = []

    def see(self, engine: Engine) -> None:
        if engine.period == 1:
            self.periods, self.rows = [], []
        states = {name: float(np.nanmean(values)) for name, values in engine.recorded().items()}
        self.periods.append(of_last_period(engine) | states)
        if self.actors:
            self.rows.append(self._actors(engine))

    def _options(self, engine: Engine) -> Rows:
        """The names of the options taken, blank of those who complied; nothing where there are no options."""
        if engine.choice is None or not counted(engine.stacked.entries):
            return {}
        names = [["", *(option.name or "violation" for option in group.entry.options)] for group in engine.groups]
        each = [
            np.array(known if len(known) > 1 else ["", "violation"])[engine.choice[0, group.columns]]
            for known, group in zip(names, engine.groups, strict=True)
        ]
        return {"option": np.concatenate(each)}

    def _actors(self, engine: Engine) -> Rows:
        """A row an actor: what it knew and faced when it decided, and what became of it."""
        size = engine.stacked.size

        def row(values: Number | Flags) -> Vector | FlagVector:
            wide: Vector | FlagVector = np.broadcast_to(values, (1, size))[0]
            return wide

        labels = np.concatenate([np.full(group.members, group.entry.label) for group in engine.groups])
        perceived = np.concatenate([np.broadcast_to(group.perceived, (1, group.members))[0] for group in engine.groups])
        optional = {"wealth": engine.wealth, "turnover": engine.turnover, "record": engine.last.record}
        optional |= {f"traits.{name}": engine.trait(name) for name in engine.trait_names} | engine.recorded()
        columns: Rows = {
            "period": np.full(size, engine.period - 1),
            "actor": np.arange(size),
            "entry": labels,
            "active": row(True if engine.played is None else engine.played),
            "gain": row(engine.gain),
            "harm": row(engine.harm),
            **{name: row(values) for name, values in optional.items() if values is not None},
            "perceived_detection": perceived,
            "sanction": row(engine.taken.violating),
            **self._options(engine),
            **_foreseen(engine),
            "violated": engine.violating[0],
            "inspected": engine.inspected[0],
            "caught": engine.caught[0],
            "sanctioned": engine.sanctioned[0],
            **_told(engine),
            **_left(engine),
            "paid": engine.paid(engine.taken)[0],
        }
        return {name: values.copy() for name, values in columns.items()}  # the engine may write over its own
