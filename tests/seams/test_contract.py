"""The contract of actor classes: every built-in class keeps it, and each broken promise is found, and told."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

import oversight.actors
from helpers import Command
from oversight.actors import ACTORS, Actor, OneByOne
from oversight.contract import PROMISES, BrokenPromise, check_actor
from oversight.errors import InputError
from oversight.quantities import Probability

PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "rational": [{}],
    "risk_averse": [
        {"form": form, "coefficient": coefficient}
        for form in ("cara", "crra")
        for coefficient in (-1.5, -0.3, 0.0, 0.5, 1.0, 2.0, 6.0)
    ],
    "quantal": [{"precision": 0.0}, {"precision": 3.0}],
    "trained": [{"temperature": 0.2}, {"temperature": 3.0}],
    "prospect": [{}, {"gain_curvature": 1.7, "loss_aversion": 0.0, "gain_weighting": 1.4, "loss_weighting": 0.1}],
    "forward_looking": [{"discount": 0.9}, {"discount": 0.9, "horizon": 7}, {"discount": 1.0, "horizon": 5}],
    "unconditional": [{"rate": 0.3}],
    "conformist": [{"weight": 0.7}, {"weight": 1.2, "base": "quantal", "precision": 3.0}],
    "threshold": [{}],
    "hedge": [{"rate": 0.4}],
    "policy_gradient": [{"rate": 0.4}, {"method": "vanilla", "entropy": 0.2}],
    "imitator": [{"revision": 0.7}, {"one_at_a_time": 3}],
}
"""What each built-in kind is held to the contract with."""

each_promise = pytest.mark.parametrize("promise", PROMISES, ids=str)


def test_every_registered_kind_is_held_to_the_contract() -> None:
    assert set(PARAMETERS) == set(ACTORS.classes)


def test_every_class_of_the_package_is_registered() -> None:
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.iter_modules(oversight.actors.__path__, "oversight.actors.")
    ]
    classes = {
        member
        for module in modules
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Actor) and member.__module__ == module.__name__
    }
    assert classes - {Actor, OneByOne} == set(ACTORS.classes.values())


@each_promise
@pytest.mark.parametrize("kind", ACTORS.classes)
def test_built_in_kinds_keep_their_promises(kind: str, promise: Any) -> None:
    for parameters in PARAMETERS[kind]:
        promise.check(ACTORS.classes[kind], **parameters)


def test_maximising_kinds_promise_to_be_deterred() -> None:
    monotone = {kind for kind, rule in ACTORS.classes.items() if rule.monotone}
    assert monotone >= {"rational", "risk_averse", "quantal", "prospect", "forward_looking", "hedge", "unconditional"}


# Correct classes of a researcher's own


class Grudging(Actor):
    """Violates less after each sanction of its own. Source: an assumption of this test."""

    monotone: ClassVar[bool] = True
    step: Probability = 0.2

    def begin(self) -> None:
        self.caution = np.zeros(self.shape)

    def violates(self, now: Any) -> Any:
        return now.gain > now.expected_sanction + self.caution

    def learn(self, seen: Any) -> None:
        self.caution = self.caution + self.step * seen.sanctioned


class Branching(Actor):
    """The same with an `if`, run one actor at a time. Source: an assumption of this test."""

    def begin(self) -> None:
        self.sanctions = 0

    def violates(self, now: Any) -> Any:
        if self.sanctions > 1:
            return False
        return now.gain > now.expected_sanction

    def learn(self, seen: Any) -> None:
        if seen.sanctioned:
            self.sanctions += 1


class Averaging(Actor):
    """Decides by what others face. Source: none of it is serious."""

    def violates(self, now: Any) -> Any:
        return now.gain > np.mean(now.gain)


@each_promise
@pytest.mark.parametrize("rule", [Grudging, Branching])
def test_correct_classes_keep_their_promises(rule: type[Actor], promise: Any) -> None:
    promise.check(rule)


# Broken ones


class Global(Grudging):
    """Source: none of it is serious."""

    def violates(self, now: Any) -> Any:
        return now.gain > np.random.random(np.shape(now.gain))  # noqa: NPY002


class Coin(Grudging):
    """Source: none of it is serious."""

    def violates(self, now: Any) -> Any:
        return now.gain > random.random()


class OwnGenerator(Grudging):
    """Source: none of it is serious."""

    def begin(self) -> None:
        super().begin()
        self.own = np.random.default_rng(1)


class MesaGenerator(Grudging):
    """Source: none of it is serious."""

    def violates(self, now: Any) -> Any:
        return now.gain > self.random.random()


class Leaking(Grudging):
    """Source: none of it is serious."""

    seen: ClassVar[list[int]] = []

    def violates(self, now: Any) -> Any:
        return (now.gain > now.expected_sanction) & (len(self.seen) < 7)

    def learn(self, seen: Any) -> None:
        self.seen.append(1)


class LeakingParameter(Grudging):
    """Source: none of it is serious."""

    last: ClassVar[float] = 0.0

    def begin(self) -> None:
        super().begin()
        type(self).last = self.step

    def violates(self, now: Any) -> Any:
        return now.gain > now.sanction * np.max(self.last)


class Mutating(Grudging):
    """Source: none of it is serious."""

    def violates(self, now: Any) -> Any:
        self.caution += 0.1
        return super().violates(now)


class Scribbling(Grudging):
    """Source: none of it is serious."""

    def violates(self, now: Any) -> Any:
        now.gain *= 1.5
        return super().violates(now)


class Defiant(Grudging):
    """Source: none of it is serious."""

    def violates(self, now: Any) -> Any:
        return (now.gain > now.expected_sanction) | (now.sanction > 4)


class Unpicklable(Grudging):
    """Source: none of it is serious."""

    def begin(self) -> None:
        super().begin()
        self.curve = lambda gain: gain

    def violates(self, now: Any) -> Any:
        return self.curve(now.gain) > now.expected_sanction


class Undocumented(Grudging):
    pass


class Unsourced(Grudging):
    """Violates when it likes."""


class Floats(Grudging):
    """Source: none of it is serious."""

    def violates(self, now: Any) -> Any:
        return super().violates(now) * 1.0


class Misshapen(Grudging):
    """Source: none of it is serious."""

    def violates(self, now: Any) -> Any:
        return np.ones(5, dtype=bool)


class Typo(Grudging):
    """Source: none of it is serious."""

    def violates(self, now: Any) -> Any:
        return now.gian > 0


class Undeclarable(Grudging):
    """Source: none of it is serious."""

    curve: Callable[[int], int] = abs


class BadDefault(Grudging):
    """Source: none of it is serious."""

    step: Probability = 2.0


class LateMixing(Grudging):
    """Like others at first; once it has learned, each depends on all. Source: none of it is serious."""

    def learn(self, seen: Any) -> None:
        self.caution = self.caution + self.step * np.mean(seen.sanctioned)


class FalselyVectorised(Grudging):
    """Source: none of it is serious."""

    vectorised: ClassVar[bool] = True

    def violates(self, now: Any) -> Any:
        return now.gain > np.mean(now.gain)


@pytest.mark.parametrize(
    ("rule", "promise", "says"),
    [
        (Global, "draws", "the global generator of numpy"),
        (Coin, "draws", "the global generator of `random`"),
        (OwnGenerator, "draws", "numpy.random.default_rng"),
        (MesaGenerator, "draws", r"uses self\.random"),
        (Leaking, "isolated", "run again, after others"),
        (LeakingParameter, "isolated", "beside one with other parameters"),
        (Mutating, "unchanged", r"`violates` changed self\.caution"),
        (Scribbling, "unchanged", r"raised ValueError: .*it changes what it is shown"),
        (Defiant, "monotone", "it violates once the sanction rises by .*sanction"),
        (Unpicklable, "picklable", "lambda"),
        (Undocumented, "source", "no docstring"),
        (Unsourced, "source", "names no source"),
        (Floats, "decides", "returned float64 instead of booleans"),
        (Misshapen, "decides", "shape"),
        (Typo, "decides", r"raised AttributeError: .*gian"),
        (Undeclarable, "schema", "no JSON schema|no YAML keys"),
        (BadDefault, "schema", "`step` has the default 2"),
        (LateMixing, "batches", "period 2, run .*gain"),
        (Averaging, "batches", "in a batch of its own"),
        (FalselyVectorised, "batches", "period 0, run .*gain"),
    ],
)
def test_exactly_the_broken_promise_is_found(rule: type[Actor], promise: str, says: str) -> None:
    broken = {verdict.promise.name: verdict.reason for verdict in check_actor(rule) if verdict.outcome == "broken"}
    assert set(broken) == {promise}
    for one in PROMISES:
        if one.name == promise:
            with pytest.raises(BrokenPromise, match=says):
                one.check(rule)
        else:
            one.check(rule)


def test_a_check_leaves_the_class_as_it_was() -> None:
    check_actor(Leaking)
    check_actor(LeakingParameter)
    assert (Leaking.seen, LeakingParameter.last) == ([], 0.0)


class Needy(Actor):
    """Source: none of it is serious."""

    motto: str

    def violates(self, now: Any) -> Any:
        return now.gain > 0


@pytest.mark.parametrize(
    ("rule", "given", "says"),
    [
        (Grudging, {"stpe": 0.1}, "Did you mean `step`"),
        (Grudging, {"step": 1.5}, "step: 1.5 is above the most allowed. It must be at most 1"),
        (Needy, {}, "motto: has no default and cannot be guessed"),
    ],
)
def test_wrong_values_are_no_broken_promise(rule: type[Actor], given: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        check_actor(rule, given)


def test_a_value_that_is_needed_can_be_given() -> None:
    assert {verdict.outcome for verdict in check_actor(Needy, {"motto": "x"})} == {"kept", "not made"}


CLASS = '''
import numpy as np
from oversight import Actor

class Fickle(Actor):
    """Source: an assumption of this test."""
    rate: float = 0.2
    def violates(self, now):
        return now.gain > {threshold}
'''


def test_the_command_tells_and_counts(command: Command, write: Callable[..., Path]) -> None:
    file = str(write("fickle.py", CLASS.format(threshold="np.random.random()")))
    answer = command("check", "fickle:Fickle", "--actors", file, "--json")
    found = json.loads(answer.out)
    assert (answer.code, found["kept"]) == (1, False)
    outcomes = {row["promise"]: row["outcome"] for row in found["promises"]}
    assert outcomes["draws"] == "broken"
    assert outcomes["batches"] == "not examined"
    assert outcomes["monotone"] == "not made"
    text = command("check", "fickle:Fickle", "--actors", file)
    assert text.code == 1
    assert "✗ broken" in text.out
    assert "✓ kept" in text.out


def test_the_command_with_a_class_that_keeps_them(command: Command, write: Callable[..., Path]) -> None:
    file = str(write("steady.py", CLASS.format(threshold="self.rate * now.sanction")))
    answer = command("check", "steady:Fickle", "--actors", file, "--set", "rate=0.7")
    assert (answer.code, "✗" in answer.out) == (0, False)
    assert command("check", "rational").code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [(("ratoinal",), "Did you mean `rational`"), (("rational", "--set", "x=1"), "no parameter of this class")],
)
def test_the_command_with_wrong_input(words: tuple[str, ...], says: str, command: Command) -> None:
    answer = command("check", *words)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err
