"""Arrays have the shapes and types that annotations say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jaxtyping import TypeCheckError, jaxtyped
from ruamel.yaml import YAML

import array_types
from array_types import holds
from helpers import ROOT
from oversight import arrays
from oversight.arrays import Column, Flags, Floats, Number, Values
from oversight.policy.monitoring.highest import highest

EXPERIMENTS = ROOT / "experiments"
FEW = {"periods": 5, "burn_in": 1}
yaml = YAML(typ="safe")

PLUGINS = '''
from typing import ClassVar

from oversight import Actor
from oversight.distributions import Distribution, Harm
from oversight.distributions.harm import Noise
from oversight.quantities import Positive


class Squares(Distribution):
    """Between 0 and a largest value, small ones more often; its tail is left to quadrature."""

    noise: ClassVar[Noise] = "uniform"
    largest: Positive = 2.0

    def values(self, noise):
        return self.largest * noise**2


class Quadratic(Harm):
    """Grows with the square of the gain; its means are left to quadrature."""

    def given(self, gain, noise):
        return gain * gain


class Stepwise(Actor):
    """Branches on its own value, so that it is asked one actor at a time."""

    uses = frozenset({"traits"})

    @classmethod
    def needs(cls, parameters):
        return ("traits.scruples",)

    def violates(self, now):
        if now.gain > 1.0:
            return now.traits.scruples < 0.5
        return now.gain > now.expected_sanction
'''


def society(*population: dict[str, Any], policy: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An experiment with a few members of each entry."""
    entries = [{"size": 7, "gain": {"kind": "exponential", "mean": 1.0}, **entry} for entry in population]
    return {"name": "society", "policy": policy, "population": entries, "start": "both", **FEW, **more}


def strategic(**response: Any) -> dict[str, Any]:
    """A policy whose overseer responds so."""
    overseers = {"overseers": {"size": 5}} if response["kind"] == "imitation" else {}
    monitoring = {"kind": "strategic", "inspection_cost": 0.3, "bounty": 1.0, "response": response, **overseers}
    return {"monitoring": monitoring, "sanction": {"kind": "fixed", "amount": 2.0}}


UNIFORM = {"kind": "uniform", "low": 0.0, "high": 2.0}
ERRS = {"sensitivity": 0.9, "false_positive_rate": 0.1, "harm_averted": 0.5}
ENTRY_COSTS = {"kind": "weights", "gain": 0.2, "entries": {"first": {"harm": 2.0}}}

AUDIT = {"monitoring": {"kind": "random_audit", "rate": 0.3}, "sanction": {"kind": "fixed", "amount": 1.0}}
HONESTY = {"training": {"weights": {"honesty": 0.5}}}
LIES = {"violating": {"values": {"honesty": -1.0}, "base": 0.5}}

SOCIETIES = {
    "beliefs": society(
        {"name": "first", "kind": "rational", "belief": {"kind": "fixed", "value": 0.3}, "gain": UNIFORM},
        {"name": "second", "kind": "quantal", "precision": 2.0, "belief": {"kind": "announced", "adjustment": 0.5}},
        {
            "name": "third",
            "kind": "prospect",
            "belief": {"kind": "pooled_window", "window": 3, "prior_caught": 1, "prior_violations": 4},
        },
        {"name": "fourth", "kind": "unconditional", "rate": 0.2, "gain": {"kind": "normal", "mean": 1.0, "sd": 0.5}},
        policy={
            "monitoring": {"kind": "random_audit", "rate": 0.3, "cost_per_inspection": 0.1},
            "detector": ERRS,
            "sanction": {"kind": "proportional", "factor": 1.5, "base": "harm", "suspension": 2},
        },
        social_cost=ENTRY_COSTS,
        measures=["largest_harm", "harm_concentration"],
        sweep={"kind": "grid", "parameters": {"policy.monitoring.rate": {"values": [0.1, 0.4, 0.8]}}},
    ),
    "own experience": society(
        {"name": "first", "kind": "rational", "belief": {"kind": "moving_average", "start": 0.5, "rate": 0.3}},
        {
            "name": "second",
            "kind": "rational",
            "belief": {"kind": "own_experience", "prior_caught": 1, "prior_missed": 2},
        },
        policy={
            "monitoring": {"kind": "record_based", "base_rate": 0.2, "rate_per_record": 0.2},
            "sanction": {"kind": "escalating", "amounts": [0.5, 1.0, 2.0], "record_lifetime": 3},
        },
        dynamics={"window": 2, "near": 0.05},
    ),
    "risks": society(
        {
            "name": "first",
            "kind": "risk_averse",
            "form": "crra",
            "coefficient": 2.0,
            "wealth": {"kind": "lognormal", "mu": 1.0, "sigma": 0.5},
            "gain": {"kind": "pareto", "minimum": 0.5, "shape": 3.0},
        },
        {
            "name": "second",
            "kind": "risk_averse",
            "form": "cara",
            "coefficient": 0.5,
            "wealth": {"kind": "empirical", "values": [1.0, 2.0, 5.0]},
            "harm": {"kind": "proportional", "factor": 2.0},
        },
        policy={
            "monitoring": {"kind": "audit_capacity", "inspections": 4.5},
            "detector": ERRS,
            "sanction": {"kind": "fixed", "amount": 2.0, "limited_liability": True},
        },
        sweep={"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [1.0, 2.0, 4.0]}}},
    ),
    "growing gains": society(
        {
            "name": "first",
            "kind": "rational",
            "turnover": {"kind": "lognormal", "mu": 1.0, "sigma": 0.5},
            "gain": {"kind": "proportional", "to": "turnover", "factor": 0.5, "times": UNIFORM},
            "harm": {"kind": "proportional", "factor": 2.0},
        },
        {
            "name": "second",
            "kind": "forward_looking",
            "discount": 0.8,
            "wealth": {"kind": "empirical", "values": [1.0, 2.0, 5.0]},
            "gain": {"kind": "proportional", "to": "wealth", "factor": 0.5},
        },
        policy={
            "monitoring": {"kind": "random_audit", "rate": 0.3},
            "sanction": {"kind": "fixed", "amount": 2.0},
        },
        sweep={"kind": "grid", "parameters": {"population.0.gain.factor": {"values": [0.2, 0.5]}}},
    ),
    "futures": society(
        {"name": "first", "kind": "forward_looking", "discount": 0.9},
        {"name": "second", "kind": "forward_looking", "discount": 0.8, "wealth": {"kind": "constant", "value": 3.0}},
        policy={
            "monitoring": {"kind": "random_audit", "rate": 0.3},
            "detector": ERRS,
            "sanction": {
                "kind": "escalating",
                "amounts": [0.5, 1.5],
                "suspension": 1,
                "forfeit_gain": True,
            },
        },
        sweep={"kind": "grid", "parameters": {"policy.monitoring.rate": {"values": [0.1, 0.3, 0.5]}}},
    ),
    "lapsing futures": society(
        {"name": "first", "kind": "forward_looking", "discount": 0.9},
        {"name": "second", "kind": "forward_looking", "discount": 1.0, "horizon": 9},
        policy={
            "monitoring": {"kind": "random_audit", "rate": 0.3},
            "sanction": {"kind": "escalating", "amounts": [0.5, 1.5], "suspension": 1, "record_lifetime": 3},
        },
    ),
    "lapsing records": society(
        {"name": "first", "kind": "rational"},
        policy={
            "monitoring": {"kind": "investigation_capacity", "investigators": 2.0},
            "sanction": {"kind": "escalating", "amounts": [0.5, 1.5], "suspension": 1, "record_lifetime": 3},
        },
    ),
    "learners": society(
        {"name": "first", "kind": "hedge"},
        {"name": "second", "kind": "imitator", "gain": {"kind": "constant", "value": 1.0}},
        policy=strategic(kind="hedge", rate=0.2),
    ),
    "imitators": society(
        {"name": "first", "kind": "imitator", "one_at_a_time": 3, "gain": {"kind": "constant", "value": 1.0}},
        policy=strategic(kind="imitation", one_at_a_time=2),
    ),
    "copies": society({"name": "first", "kind": "imitator"}, policy=strategic(kind="imitation")),
    "logit": society(
        {"name": "first", "kind": "quantal", "precision": 3.0}, policy=strategic(kind="logit", precision=2.0)
    ),
    "neighbours": society(
        {
            "name": "first",
            "kind": "rational",
            "gain": {"kind": "triangular", "low": 0.0, "mode": 0.5, "high": 2.0},
            "belief": {"kind": "neighbourhood", "window": 2, "prior_caught": 1.0, "prior_missed": 1.0},
        },
        policy={"monitoring": {"kind": "random_audit", "rate": 0.3}, "sanction": {"kind": "fixed", "amount": 1.0}},
        network={"kind": "ring", "neighbours": 2},
    ),
    "best": society({"name": "first", "kind": "rational", "gain": UNIFORM}, policy=strategic(kind="best")),
    "leadership": society({"name": "first", "kind": "rational"}, policy=strategic(kind="leadership")),
    "values": society(
        {
            "name": "first",
            "kind": "trained",
            "temperature": 0.5,
            "options": [{"name": "lie", "values": {"honesty": -1.0}}, {"name": "leak", "base": 0.5}],
            "complying": {"values": {"help": -0.2}},
        },
        policy=AUDIT | {"training": {"weights": {"honesty": 0.5, "help": 0.2}, "coverage": 0.7}},
        sweep={"kind": "grid", "parameters": {"policy.training.weights.honesty": {"values": [0.1, 0.4]}}},
    ),
    "steps": society({"name": "first", "kind": "policy_gradient", **LIES}, policy=AUDIT | HONESTY),
    "drifting values": society(
        {"name": "first", "kind": "trained", "temperature": 0.5, **LIES},
        policy=AUDIT
        | {
            "training": HONESTY["training"] | {"price_per_nat": 0.1, "drift": {"decay": 0.1}, "recertify": {"every": 2}}
        },
    ),
    "walking values": society(
        {"name": "first", "kind": "rational", **LIES},
        policy=AUDIT
        | {"training": HONESTY["training"] | {"drift": {"walk": 0.1}, "proxy": {"error": UNIFORM, "drawn": "once"}}},
    ),
    "levels": society(
        {
            "name": "first",
            "kind": "trained",
            "temperature": 0.5,
            "options": [{"name": "lie", "values": {"honesty": -1.0}}, {"name": "leak", "values": {"help": 1.0}}],
            "complying": {"values": {"help": -0.2}},
        },
        policy=AUDIT | {"training": {"kind": "palette", "targets": {"honesty": -0.2, "help": 0.1}}},
        sweep={"kind": "grid", "parameters": {"policy.training.targets.honesty": {"values": [-0.2, -0.1]}}},
    ),
    "levels in each period": society(
        {"name": "first", "kind": "trained", "temperature": 0.5, **LIES},
        policy=strategic(kind="best")
        | {"training": {"kind": "palette", "targets": {"honesty": -0.2}, "when": "each_period"}},
    ),
    "best of answers": society(
        {"name": "first", "kind": "trained", "temperature": 0.5, "gain": {"kind": "constant", "value": 0.5}, **LIES},
        policy=AUDIT | {"training": HONESTY["training"] | {"proxy": {"error": UNIFORM, "selection": {"best_of": 4}}}},
    ),
    "answers drawn again": society(
        {
            "name": "first",
            "kind": "trained",
            "temperature": 0.5,
            "options": [{"name": "lie", "values": {"honesty": -1.0}}, {"name": "leak", "visibility": 0.5}],
        },
        policy=AUDIT
        | {
            "detector": {"sensitivity": 0.9, "false_positive_rate": 0.1},
            "sanction": {"kind": "fixed", "amount": 1.0, "resample": 3, "withhold": True},
            "training": {"weights": {"honesty": 0.5}, "coverage": 0.7},
        },
        sweep={"kind": "grid", "parameters": {"policy.detector.sensitivity": {"values": [0.5, 0.9]}}},
    ),
    "trained again": society(
        {"name": "first", "kind": "policy_gradient", "gain": {"kind": "constant", "value": 1.0}},
        policy=AUDIT | {"sanction": {"kind": "fixed", "amount": 0.0, "retrain": {"kind": "step", "size": 0.4}}},
        sweep={"kind": "grid", "parameters": {"policy.sanction.retrain.size": {"values": [0.4, 0.8]}}},
    ),
    "reset": society(
        {"name": "first", "kind": "policy_gradient", "gain": {"kind": "constant", "value": 1.0}},
        policy=AUDIT | {"sanction": {"kind": "fixed", "amount": 0.0, "retrain": {}, "suspension": "forever"}},
    ),
    "plug-ins": society(
        {"name": "first", "kind": "rational", "gain": {"kind": "kinds:Squares"}, "harm": {"kind": "kinds:Quadratic"}},
        policy={"monitoring": {"kind": "random_audit", "rate": 0.3}, "sanction": {"kind": "fixed", "amount": 1.0}},
    ),
    "one by one": society(
        {"name": "first", "kind": "kinds:Stepwise", "traits": {"scruples": {"kind": "uniform", "low": 0, "high": 1}}},
        policy={"monitoring": {"kind": "random_audit", "rate": 0.3}, "sanction": {"kind": "fixed", "amount": 1.0}},
    ),
}


def held(tmp_path: Path, *asked: tuple[Any, dict[str, Any], bool]) -> tuple[set[str], set[str]]:
    """Functions held to their annotations while these experiments were played, some solved; and all that could be."""
    plugins = tmp_path / "kinds.py"
    plugins.write_text(PLUGINS)
    done = subprocess.run(
        [sys.executable, array_types.__file__, str(plugins)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    called, known = json.loads(done.stdout)
    return set(called), set(known)


def bundled(path: Path) -> tuple[str, dict[str, Any], bool]:
    """An experiment of the package with a few actors and periods."""
    data = yaml.load(path)
    # What a sweep sets itself cannot be set beside it.
    swept = ".size" in str(data["sweep"])
    if "population" not in data:
        return str(path), {"replicates": 1}, True
    few = {} if swept else {f"population.{place}.size": 7 for place in range(len(data["population"]))}
    return str(path), few | FEW | ({"dynamics": None} if "dynamics" in data else {}), True


@pytest.mark.slow
def test_arrays_are_what_annotations_say(tmp_path: Path) -> None:
    some = ["own experience", "futures", "logit"]
    called, known = held(
        tmp_path,
        *((SOCIETIES[name], {}, True) for name in some),
        (SOCIETIES["beliefs"], {}, False),
        (SOCIETIES["plug-ins"], {}, True),
        (SOCIETIES["one by one"], {}, False),
        bundled(EXPERIMENTS / "crackdown_or_capacity.yaml"),
    )
    assert len(called) > 250, "the hook looked at few functions, or the experiments call few"
    assert called <= known


@pytest.mark.slow
def test_arrays_are_what_annotations_say_under_every_kind(tmp_path: Path) -> None:
    experiments = [bundled(path) for path in sorted(EXPERIMENTS.glob("*.yaml"))]
    called, known = held(
        tmp_path, *experiments, *((made, {}, name != "one by one") for name, made in SOCIETIES.items())
    )
    seams = tuple(f"oversight.{seam}." for seam in ("actors", "distributions", "measures", "policy", "welfare"))
    # A leader commits, so that its response is never asked.
    missed = modules(known) - modules(called) - {"oversight.policy.monitoring.responses.leadership"}
    assert not [module for module in missed if module.startswith(seams)], "a kind that no experiment here has"


def modules(functions: set[str]) -> set[str]:
    return {function.partition(":")[0] for function in functions}


def total(amount: Floats, mask: Flags) -> Column:
    return arrays.total(amount, mask)


def scaled(factor: Number, values: Values) -> tuple[Values, dict[str, list[Floats | None]]]:
    return values * factor, {"whole": [None, values]}


GOOD = np.ones((2, 3))


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (total, (GOOD, GOOD)),  # numbers for booleans
        (total, (GOOD.astype(int), GOOD > 0)),
        (total, (GOOD, np.ones((2, 4)) > 0)),  # other members
        (total, (GOOD, np.ones((3, 1)) > 0)),  # other runs
        (total, (GOOD[0], GOOD > 0)),  # one axis
        (scaled, (np.ones(2), GOOD)),  # does not broadcast
        (scaled, ("2", GOOD)),
        (scaled, (1.0, np.ones((2, 2, 3)))),  # in a list of a mapping of the result
        (arrays.count, (GOOD,)),
        (highest, (GOOD, None, GOOD)),  # an array a run is whole numbers
    ],
)
def test_a_wrong_array_is_refused(function: Any, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeCheckError):
        jaxtyped(function, typechecker=holds)(*arguments)


def test_a_wrong_result_is_refused() -> None:
    @jaxtyped(typechecker=holds)
    def wide(amount: Floats) -> Column:
        return amount

    assert wide(np.ones((4, 1))).shape == (4, 1)
    with pytest.raises(TypeCheckError, match="return value"):
        wide(GOOD)


def test_right_arrays_pass() -> None:
    assert jaxtyped(total, typechecker=holds)(GOOD, np.ones((1, 1)) > 0).tolist() == [[3.0], [3.0]]
    values, _ = jaxtyped(scaled, typechecker=holds)(2.0, GOOD)
    assert (values == 2.0).all()
