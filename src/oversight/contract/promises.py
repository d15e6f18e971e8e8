"""The promises of an actor class, one function each."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from pydantic import ValidationError

from oversight.actors import Actor, decision, faults_of
from oversight.arrays import Flags
from oversight.contract.parameters import kind_of
from oversight.contract.state import changed, generators_of, generators_watched, same, untouched
from oversight.contract.trial import ALL, MEMBERS, PERIODS, POLICY, RUNS, WRITES, Trial, differing, experience
from oversight.documents.problems import plainly
from oversight.errors import ActorError, InputError, OversightError
from oversight.scenario.entry import Entry, entry_model

_SOURCE = re.compile(r"\((1[5-9]|20)\d\d\b|\b\d{4}\.\d{4,5}\b|\b10\.\d{4,}/|https?://|\bSource: ")
_OWN_GENERATOR = "actors own no generator"
_ALONE = " (asked for a single actor, on plain numbers; an actor does not look at others, along an axis)"


class BrokenPromise(OversightError):
    """An actor class does not keep a promise. The message says what happened, on what input."""


class NotExamined(OversightError):
    """Nothing can be said of a promise; the message says why."""


@dataclass(frozen=True)
class Promise:
    """Something that every actor class promises. `check` raises `BrokenPromise`.

    `needs` names all promises without which this one cannot be examined; `made` says whether a class makes it at all.
    """

    name: str
    sentence: str
    examine: Callable[[type[Actor], Mapping[str, Any]], None]
    needs: tuple[str, ...] = ()
    made: Callable[[type[Actor]], bool] = lambda rule: True

    def __str__(self) -> str:
        return self.name

    def check(self, rule: type[Actor], /, **given: Any) -> None:
        """Hold a class to the promise, with these parameters; the others have their defaults, or random values.

        It passes without a look where the class does not make the promise, or breaks one that this one needs: that
        one's own check says so.

        Raises:
            BrokenPromise: the class does not keep it.
            InputError: the parameters are wrong.
        """
        if self.made(rule) and not any(by_name(name).failure(rule, given) for name in self.needs):
            failure = self.failure(rule, given)
            if failure:
                raise BrokenPromise(failure)

    def failure(self, rule: type[Actor], given: Mapping[str, Any]) -> str:
        """What happened where the promise is broken, whatever becomes of others; empty where it is kept."""
        key = (self.name, rule, repr((sorted(given.items()), POLICY.get())))
        if key not in _known:
            try:
                with untouched(rule):
                    self.examine(rule, given)
                _known[key] = ""
            except BrokenPromise as broken:
                _known[key] = str(broken)
            except ActorError as error:
                if WRITES not in str(error):
                    raise
                _known[key] = ""  # `unchanged` says so
        return _known[key]


_known: dict[tuple[str, type[Actor], str], str] = {}
"""What was found in this process: a promise that others need is examined once."""


def by_name(name: str) -> Promise:
    """The promise of that name."""
    return next(promise for promise in PROMISES if promise.name == name)


# One function a promise


def _schema(rule: type[Actor], given: Mapping[str, Any]) -> None:
    try:
        model = entry_model(kind_of(rule), rule)
        model.model_json_schema()
    except InputError as error:
        raise BrokenPromise(error.problems[0].message) from error
    except Exception as error:
        raise BrokenPromise(f"its keys have no JSON schema: {error}") from error
    own = set(model.model_fields) - set(Entry.model_fields)
    defaults = {name: field.default for name, field in model.model_fields.items() if not field.is_required()}
    try:
        model.model_validate(
            {"kind": kind_of(rule), "size": 1, **{name: defaults[name] for name in own & set(defaults)}}
        )
    except ValidationError as error:
        for mistake in error.errors():
            name = str(mistake["loc"][0])
            if name in defaults:
                raise BrokenPromise(f"`{name}` has the default {defaults[name]!r}: {plainly(mistake)[0]}") from error


def _source(rule: type[Actor], given: Mapping[str, Any]) -> None:
    text = vars(rule).get("__doc__") or ""
    if not text.strip():
        raise BrokenPromise("it has no docstring")
    if not _SOURCE.search(text):
        raise BrokenPromise(
            "its docstring names no source: a year in parentheses, an arXiv number, a DOI, an address, or `Source: ...`"
        )


def _draws(rule: type[Actor], given: Mapping[str, Any]) -> None:
    trial = Trial(rule, given)
    actor: Actor | None = None
    with generators_watched() as used:
        try:
            actor = trial.actor()
            trial.live(actor)
        except ActorError as error:
            if _OWN_GENERATOR in str(error):
                raise BrokenPromise(str(error)) from error
        except Exception:  # another promise says so
            pass
    used += generators_of(actor) if actor else []
    if used:
        raise BrokenPromise(f"it uses {used[0]}; `now.draw` is the only randomness of a decision")


def _decides(rule: type[Actor], given: Mapping[str, Any]) -> None:
    trial = Trial(rule, given)
    for make, how in ((trial.actor, ""), (trial.one_by_one, _ALONE)):
        try:
            with faults_of(rule):
                actor = make()
                for now in trial.days:
                    decision(actor, now)
                trial.live(actor)
        except ActorError as error:
            if WRITES in str(error):
                raise
            raise BrokenPromise(f"{error}{how if trial.works_on_arrays else ''}") from error


def _unchanged(rule: type[Actor], given: Mapping[str, Any]) -> None:
    trial = Trial(rule, given)
    try:
        actor = trial.actor()
    except ActorError as error:
        raise BrokenPromise(str(error)) from error
    for now, luck in zip(trial.days, trial.luck, strict=True):
        shown, before = deepcopy(now), deepcopy(actor)
        first = np.array(actor.violates(now))
        name = changed(before, actor)
        if name:
            raise BrokenPromise(f"`violates` changed self.{name}; change state in `learn` only")
        for field in fields(now):
            if field.name in _OPAQUE:
                continue
            if not same(getattr(shown, field.name), getattr(now, field.name)):
                raise BrokenPromise(f"`violates` changed now.{field.name}, which others read too")
        if not np.array_equal(first, actor.violates(now)):
            raise BrokenPromise("`violates` answers differently when asked twice about the same situation")
        actor.learn(experience(now, np.broadcast_to(first, actor.shape), luck))


_OPAQUE = ("prospects", "traits", "policy")
"""Parts of a situation that cannot be assigned to."""


def _isolated(rule: type[Actor], given: Mapping[str, Any]) -> None:
    trial = Trial(rule, given)
    ours, others = slice(0, 1), slice(1, 2)
    alone = trial.live(trial.actor(ours), ours)
    for run in range(1, RUNS):
        trial.live(trial.actor(slice(run, run + 1)), slice(run, run + 1))
    again = trial.live(trial.actor(ours), ours)
    mine, neighbour = trial.actor(ours), trial.actor(others)
    beside = []
    for period in range(PERIODS):
        trial.day(period, neighbour, others)
        beside.append(trial.day(period, mine, ours))
    for found, when in (
        (differing(alone, again), "again, after others"),
        (differing(alone, beside), "beside one with other parameters"),
    ):
        if found:
            raise BrokenPromise(
                f"a run gave another result when it was run {when}; keep state on self, made in `begin`. "
                f"First at {trial.told(*found)}"
            )


def _batches(rule: type[Actor], given: Mapping[str, Any]) -> None:
    trial = Trial(rule, given)
    if not trial.works_on_arrays:
        return  # it is run one actor at a time, in any batch
    every = trial.on_arrays()
    together = trial.live(every)
    alone: list[tuple[Actor, tuple[slice, slice], str]] = []
    for run in range(RUNS):
        runs = slice(run, run + 1)
        alone.append((trial.on_arrays(runs), (runs, ALL), "in a batch of its own"))
        life = trial.live(alone[-1][0], runs)
        _must_agree(trial, [day[runs] for day in together], life, "in a batch of its own", run)
    for member in range(MEMBERS):
        members = slice(member, member + 1)
        alone.append((trial.on_arrays(members=members), (ALL, members), "as an object of its own"))
        life = trial.live(alone[-1][0], members=members)
        _must_agree(trial, [day[:, members] for day in together], life, "as an object of its own", member=member)
    for actor, place, how in alone:
        _must_hold_the_same(trial, every, actor, place, how)
    if rule.vectorised:  # others are run one actor at a time where they differ
        _must_agree(trial, together, trial.live(trial.one_by_one()), "one by one")


def _pickles(rule: type[Actor], given: Mapping[str, Any]) -> None:
    trial = Trial(rule, given)
    actor = trial.actor()
    trial.live(actor)
    try:
        twin = pickle.loads(pickle.dumps(actor))
    except Exception as error:
        raise BrokenPromise(f"{type(error).__name__}: {error}") from error
    found = differing(trial.live(actor), trial.live(twin))
    if found:
        raise BrokenPromise(f"a copy through pickle decides otherwise. First at {trial.told(*found)}")


def _monotone(rule: type[Actor], given: Mapping[str, Any]) -> None:
    trial = Trial(rule, given)
    actor = trial.actor()
    rises = np.random.default_rng(1992).exponential(0.5, (len(trial.days), 4))
    for period, (now, luck) in enumerate(zip(trial.days, trial.luck, strict=True)):
        before = np.broadcast_to(actor.violates(now), actor.shape).copy()
        for rise in rises[period]:
            more = np.broadcast_to(actor.violates(replace(now, sanction=now.sanction + rise)), before.shape)
            worse = np.argwhere(more & ~before)
            if len(worse):
                place = (int(worse[0][0]), int(worse[0][1]))
                raise BrokenPromise(
                    f"it violates once the sanction rises by {rise:.6g}. At {trial.told(period, place)}"
                )
        actor.learn(experience(now, before, luck))


PROMISES: tuple[Promise, ...] = (
    Promise("schema", "Its annotated attributes are YAML keys, whose defaults are valid.", _schema),
    Promise("source", "It has a docstring that names a source.", _source),
    Promise(
        "draws", "It draws only what it is given: no generator of its own, none that is global.", _draws, ("schema",)
    ),
    Promise("decides", "It decides with booleans, one for each actor.", _decides, ("schema", "draws")),
    Promise(
        "unchanged",
        "Deciding changes nothing, neither its own state nor what it is shown.",
        _unchanged,
        ("schema", "draws", "decides"),
    ),
    Promise("isolated", "No state leaks between runs.", _isolated, ("schema", "draws", "decides")),
    Promise(
        "batches",
        "The same result one by one or as arrays, in any batch.",
        _batches,
        ("schema", "draws", "decides", "unchanged", "isolated"),
    ),
    Promise(
        "picklable",
        "It can be sent to another process, with all that it has learned.",
        _pickles,
        ("schema", "draws", "decides", "isolated"),
    ),
    Promise(
        "monotone",
        "It never violates more when the sanction rises, other things equal.",
        _monotone,
        ("schema", "draws", "decides", "unchanged", "isolated"),
        lambda rule: rule.monotone,
    ),
)
"""In the order in which they are checked."""


def _must_hold_the_same(trial: Trial, every: Actor, alone: Actor, place: tuple[slice, slice], how: str) -> None:
    """The state of actors after their lives, whoever else was in the array."""
    for name, value in vars(every).items():
        own = vars(alone).get(name)
        if name in ("shape", *trial.parameters()) or not isinstance(value, np.ndarray | int | float | np.generic):
            continue
        whole = np.asarray(value)
        mine = whole[..., *place] if whole.shape[-2:] == every.shape else whole
        if not np.array_equal(mine, np.asarray(own), equal_nan=mine.dtype.kind == "f"):
            kind = "" if whole.shape[-2:] == every.shape else ", one value for all actors,"
            raise BrokenPromise(f"self.{name}{kind} ends otherwise {how}: state is an array of shape `self.shape`")


def _must_agree(
    trial: Trial, together: list[Flags], apart: list[Flags], how: str, run: int = 0, member: int = 0
) -> None:
    found = differing(together, apart)
    if found:
        period, (row, column) = found
        place = (row + run, column + member)
        answer = "violates" if apart[period][row, column] else "complies"
        raise BrokenPromise(f"an actor {answer} {how}, and not as part of an array. At {trial.told(period, place)}")
