"""Writes docs/reference.md from the schema: `python docs/reference.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from oversight.actors import ACTORS
from oversight.actors.beliefs import AnyBelief
from oversight.distributions import AnyHarm
from oversight.distributions.gain import ProportionalGain
from oversight.documents.schema import items, keys, kind_of, sections
from oversight.finite_games import GAMES
from oversight.measures import AnyMeasure
from oversight.networks import AnyNetwork
from oversight.policy import Detector, Honeypots, Policy, Signal, Units
from oversight.policy.inspectors import Bribe, Inspectors
from oversight.policy.market import Market
from oversight.policy.monitoring import AnyMonitoring
from oversight.policy.monitoring.responses import AnyResponse
from oversight.policy.monitoring.strategic import Overseers
from oversight.policy.panel import Panel
from oversight.policy.payoffs import Looks, Outcomes, Payoffs
from oversight.policy.sanctions import AnySanction
from oversight.policy.sanctions.retrain import Retrain
from oversight.policy.sanctions.self_report import SelfReport
from oversight.policy.training import AnyTraining, Drift, Proxy
from oversight.policy.training.drift import Recertify
from oversight.policy.training.proxy import Selection
from oversight.policy.witnesses import Witnesses
from oversight.principals import AnyPrincipal
from oversight.principals.alarm import Response
from oversight.principals.bandit import Score
from oversight.principals.schedule import Step
from oversight.quantities import Citation
from oversight.replications.functions import FUNCTIONS
from oversight.replications.replication import (
    Cheapest,
    Claim,
    Game,
    Printed,
    Recomputed,
    Reference,
    Replication,
    Simulated,
    Solved,
    Turns,
)
from oversight.scenario import Entry, Experiment, Grid
from oversight.scenario.copies import Copies
from oversight.scenario.designs import LatinHypercube, Morris, Nested, Points, Range, Refine, Saltelli, Sobol, Values
from oversight.scenario.drifting import Drift as EntryDrift
from oversight.scenario.drifting import GainDrift
from oversight.scenario.entry import entry_model
from oversight.scenario.errors import Errors
from oversight.scenario.experiment import Dynamics
from oversight.scenario.option import Option, Valued
from oversight.scenario.replicates import Until
from oversight.scenario.search import Against, Between, Bound, Search
from oversight.scenario.stakeholders import CollectiveChoice, Stakeholder
from oversight.welfare import AnyWelfare
from oversight.welfare.weights import EntryWeights

HEAD = """\
# Keys of policy, experiment and replication files

Written from the schema by `python docs/reference.py`; `oversight schema` prints the same as JSON Schema for editors.
Unknown keys are refused. Paths in `--set` and sweeps are dotted: `policy.sanction.amount`, `population.0.gain.mean`, or
by an entry's name, `population.assistants.gain.mean`.
"""
SHARED = set(keys(Entry))


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    parts += section("Experiment", Experiment)
    parts += seam("Social cost", AnyWelfare)
    parts += section("Weights of one population entry", EntryWeights, level=4)
    parts += seam("Measures", AnyMeasure)
    parts += section("Dynamics", Dynamics)
    parts += seam("Network", AnyNetwork)
    parts += section("Replicates in rounds: `replicates: {until: ...}`", Until)
    parts += section("Stakeholder", Stakeholder)
    parts += section("Choice, by stakeholders", CollectiveChoice, level=3)
    parts.append("## Sweep\n")
    parts += section("`grid`", Grid, level=3)
    parts += section("A parameter by its values", Values, level=4)
    parts += section("A parameter by equal steps", Range, level=4)
    parts += section("Where a grid grows finer: `refine: {...}`", Refine, level=4)
    parts += section("`list`", Points, level=3)
    parts += section("`latin_hypercube`", LatinHypercube, level=3)
    parts += section("`sobol`", Sobol, level=3)
    parts += section("`saltelli`", Saltelli, level=3)
    parts += section("`morris`", Morris, level=3)
    parts += section("`nested`", Nested, level=3)
    parts += section("Search", Search)
    parts += section("A lever by its ends", Between, level=3)
    parts += section("A lever by its values", Values, level=3)
    parts += section("What a measure must keep to: `subject_to: {...}`", Bound, level=3)
    parts += section("The worst population: `against: {...}`", Against, level=3)
    parts += seam("Principal", AnyPrincipal)
    parts += section("Step, of a schedule", Step)
    parts += section("Response, of an alarm", Response)
    parts += section("Score, of arms that are tried", Score)
    parts += section("Policy", Policy)
    parts += section("Units", Units)
    parts += section("Sources", Citation)
    parts += section("Detector", Detector)
    parts += section("Panel of reviewers, of a detector", Panel)
    parts += section("Honeypots", Honeypots)
    parts += section("Witnesses", Witnesses)
    parts += seam("Monitoring", AnyMonitoring)
    parts += section("Signal before the act, of monitoring", Signal)
    parts += section("Overseers, of strategic monitoring", Overseers)
    parts += seam("Response, of strategic monitoring", AnyResponse)
    parts += seam("Sanction", AnySanction)
    parts += section("Self-reports, of a sanction", SelfReport)
    parts += section("Retraining, of a sanction", Retrain)
    parts += section("Market", Market)
    parts += section("Payoffs", Payoffs)
    parts += section("Outcomes, of payoffs", Outcomes, 3)
    parts += section("Looks, of outcomes", Looks, 3)
    parts += seam("Training", AnyTraining)
    parts += section("Proxy, of training", Proxy)
    parts += section("Selection, of a proxy", Selection)
    parts += section("Drift, of training", Drift)
    parts += section("Recertification, of training", Recertify)
    parts += section("Inspectors", Inspectors)
    parts += section("Bribe, of inspectors", Bribe)
    parts += section("Population entry, any kind", Entry)
    parts.append("## Actor kinds\n")
    for kind, actor in ACTORS.classes.items():
        parts += section(f"`{kind}`", entry_model(kind, actor), level=3, without=SHARED)
    parts += section("Option of a population entry", Option)
    parts += section("Values and base weight: `violating: {...}` and `complying: {...}`", Valued)
    parts += section("Copies of one model: `copies: {...}`", Copies)
    parts += section("Drift of an entry: `drift: {...}`", EntryDrift)
    parts += section("Drift of gains", GainDrift, level=3)
    parts += section("Errors: `errors: {...}`", Errors)
    parts += seam("Belief", AnyBelief)
    parts += seam("Distributions (`proportional`: of harm only)", AnyHarm)
    parts += section("Gain in proportion to turnover or wealth", ProportionalGain)
    parts.append("## Game, of an experiment without policy and population\n")
    for kind, game in GAMES.classes.items():
        parts += section(f"`{kind}`", game, level=3)
        parts += within(game)
    parts += section("Replication", Replication)
    parts += section("Source of a replication", Reference, level=3)
    parts += section("Claim", Claim, level=3)
    parts += section("Published number `printed`", Printed, level=4)
    parts += section("Published number `recomputed`", Recomputed, level=4)
    parts += section("Our number `simulated`", Simulated, level=4)
    parts += section("Our number `cheapest`", Cheapest, level=4)
    parts += section("Our number `solved`", Solved, level=4)
    parts += section("Our number `turns`", Turns, level=4)
    parts += section("Our number `game`", Game, level=4)
    parts.append(functions())
    return "\n".join(parts)


def functions() -> str:
    """What `game` may call."""
    rows = [f"| `{name}` | {(function.__doc__ or '').strip()} |" for name, function in FUNCTIONS.items()]
    return "\n".join(["| function | result |", "| --- | --- |", *rows, ""])


def seam(title: str, annotation: Any) -> Iterator[str]:
    """A heading with each kind below it."""
    yield f"## {title}\n"
    for model in sections(annotation):
        yield from section(f"`{kind_of(model)}`", model, level=3)


def within(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """The sections that a section may hold, by their keys."""
    for key, field in keys(model).items():
        for inner in sections(items(field.annotation) or field.annotation):
            here = f"{path}{key}"
            kind = kind_of(inner)
            yield from section(f"`{here}: {{kind: {kind}}}`" if kind else f"`{here}`", inner, level=4)
            yield from within(inner, f"{here}.")


def section(title: str, model: type[BaseModel], level: int = 2, without: set[str] = frozenset()) -> Iterator[str]:  # type: ignore[assignment]
    """A heading, what it is, and a table of its keys."""
    yield f"{'#' * level} {title}\n"
    yield (model.__doc__ or "").strip().replace("\n    ", "\n") + "\n"
    rows = [row(key, field) for key, field in keys(model).items() if key not in without and not is_kind(key, field)]
    if rows:
        yield "| key | meaning | unit | range | default |\n| --- | --- | --- | --- | --- |"
        yield "\n".join(rows) + "\n"


def is_kind(key: str, field: FieldInfo) -> bool:
    return key == "kind" and get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1


def row(key: str, field: FieldInfo) -> str:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    words = ". ".join(filter(None, [field.title, (field.description or "").rstrip(".")]))
    return f"| `{key}` | {words} | {extra.get('unit', '')} | {bounds(field)} | {default(field)} |"


def bounds(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    # Where a value may be absent, bounds are those of the other member.
    members = [part for member in get_args(field.annotation) for part in getattr(member, "__metadata__", ())]
    limits = [*field.metadata, *(limit for part in members for limit in getattr(part, "metadata", ()))]
    found = [
        f"{sign} {getattr(limit, name):,}" for limit in limits for name, sign in signs.items() if hasattr(limit, name)
    ]
    return ", ".join(found)


def default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, BaseModel):
        return "`" + str({k: v for k, v in value.model_dump().items() if v is not None}).replace("'", "") + "`"
    return {"": "", "None": "absent", "{}": "", "()": ""}.get(
        str(value), f"`{value}`".replace("True", "true").replace("False", "false")
    )


if __name__ == "__main__":
    Path(__file__).with_name("reference.md").write_text(page(), encoding="utf-8")
