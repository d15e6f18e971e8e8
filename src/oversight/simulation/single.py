"""One run looked at closely: its measures, its time series, its actors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from oversight.arrays import Array
from oversight.simulation.batch import Run, batch
from oversight.simulation.ledger import measured
from oversight.simulation.model import Granularity, OversightModel
from oversight.simulation.run import play


@dataclass(frozen=True)
class SingleRun:
    """A run's measures, a row a period, and, if asked for, a row an actor and period."""

    metrics: dict[str, float]
    series: pd.DataFrame
    agents: pd.DataFrame | None = None


def single_run(run: Run, agents: bool = False, granularity: Granularity = "entry") -> SingleRun:
    """Play one run, watching every period; `agents` asks for actor-level rows as well."""
    watcher = _Watcher(agents)
    model = play(batch([run]), granularity, watcher.see)
    metrics = {name: float(values[0]) for name, values in model.measures().items()}
    return SingleRun(metrics, watcher.series(), watcher.agents() if agents else None)


def of_last_period(model: OversightModel) -> dict[str, float]:
    """Measures of the period that a model of one run played last."""
    table = measured(model.stacked, model.totals, model.answers, 1)
    return {name: float(values[0]) for name, values in table.items()}


class _Watcher:
    """Collects each period as it is played; begins anew when a run is started over."""

    def __init__(self, actors: bool):
        self.actors = actors
        self.periods: list[dict[str, float]] = []
        self.rows: list[pd.DataFrame] = []

    def see(self, model: OversightModel) -> None:
        if model.period == 1:
            self.periods, self.rows = [], []
        states = {name: float(np.nanmean(values)) for name, values in model.recorded().items()}
        self.periods.append(of_last_period(model) | states)
        if self.actors:
            self.rows.append(self._actors(model))

    def _actors(self, model: OversightModel) -> pd.DataFrame:
        """A row an actor: what it knew and faced when it decided, and what became of it."""
        size = model.stacked.size

        def row(values: Array) -> Array:
            return np.broadcast_to(values, (1, size))[0]

        labels = np.concatenate([np.full(group.members, group.entry.label) for group in model.groups])
        perceived = np.concatenate([np.broadcast_to(group.perceived, (1, group.members))[0] for group in model.groups])
        paid = np.where(model.violating, model.taken.violating, model.taken.complying) * model.sanctioned
        optional = {"wealth": model.wealth, "turnover": model.turnover, "record": model.last.record}
        optional |= {f"traits.{name}": model.trait(name) for name in model.trait_names} | model.recorded()
        return pd.DataFrame(
            {
                "period": model.period - 1,
                "actor": np.arange(size),
                "entry": labels,
                "active": row(np.True_ if model.played is None else model.played),
                "gain": row(model.gain),
                "harm": row(model.harm),
                **{name: row(values) for name, values in optional.items() if values is not None},
                "perceived_detection": perceived,
                "sanction": row(model.taken.violating),
                "violated": model.violating[0],
                "inspected": model.inspected[0],
                "caught": model.caught[0],
                "sanctioned": model.sanctioned[0],
                "paid": paid[0],
            }
        )

    def series(self) -> pd.DataFrame:
        table = pd.DataFrame(self.periods)
        table.insert(0, "period", np.arange(len(table)))
        return table

    def agents(self) -> pd.DataFrame:
        return pd.concat(self.rows, ignore_index=True)
