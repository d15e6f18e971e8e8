"""The contract held before anything runs: a researcher's class that breaks it is refused."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from oversight.actors import ACTORS, Actor
from oversight.actors.crew import CREW
from oversight.contract.memory import Finding, place_of, recall, remember
from oversight.contract.patience import TookTooLong, at_most
from oversight.contract.promises import by_name
from oversight.contract.remedy import remedy
from oversight.contract.trial import POLICY, Trial
from oversight.errors import InputError, Problem
from oversight.policy import Policy

DECISIVE = ("schema", "draws", "decides", "unchanged", "isolated", "batches")
"""Promises that decide results; a class is not refused for its docstring, or for not being deterred."""
_SECONDS = 0.8
"""After which a class is cut off: the promises of an ordinary one take a tenth of that."""
_log = logging.getLogger("oversight")
_met: dict[type[Actor], Finding] = {}
"""What this process has found."""


def hold(
    kinds: Mapping[str, type[Actor]],
    given: Mapping[str, Mapping[str, Any]],
    policy: Policy | None = None,
    unchecked: bool = False,
) -> list[str]:
    """Hold classes of one's own to the promises that decide results, once for each version of their code.

    Args:
        kinds: actor classes by their names in files; built-in ones are skipped.
        given: by kind, values of keys that have no default and cannot be guessed.
        policy: whose public terms they are shown.
        unchecked: run classes that break a promise all the same.

    Returns:
        The kinds that break a promise, which `unchecked` lets through.

    Raises:
        InputError: a class breaks a promise: which, on what input, and in what line.
    """
    built_in = set(ACTORS.classes.values())
    broken: list[str] = []
    problems: list[Problem] = []
    for kind, rule in kinds.items():
        if rule in built_in:
            continue
        found = _finding(rule, given.get(kind, {}), policy)
        if found.one_by_one:
            CREW.one_by_one.add(rule)
        if found.failure:
            broken.append(kind)
            problems.append(_problem(kind, rule, found))
            if unchecked:
                _log.warning("%s breaks the promise `%s` and is run all the same.", kind, found.promise)
    if problems and not unchecked:
        raise InputError(problems)
    return broken


def broken_promise(rule: type[Actor]) -> str:
    """The promise that a class is known to break, empty where none is known."""
    return _met[rule].promise if rule in _met else ""


def _finding(rule: type[Actor], given: Mapping[str, Any], policy: Policy | None) -> Finding:
    if rule in _met and not _met[rule].failure:
        return _met[rule]
    place = place_of(rule, given)
    found = recall(place)
    if found is None:
        token = POLICY.set(policy)
        try:
            found = _examined(rule, given)
        finally:
            POLICY.reset(token)
        if found.partly:
            _log.warning(
                "%s was not examined in full before it is run: it is slow, or needs values that nobody has given.",
                rule.__name__,
            )
        elif not found.failure:  # one that fails is looked at again: it may be for the policy's sake
            remember(place, found)
    if found.one_by_one and not found.failure:
        _log.warning("%s does not work on arrays; it is run one actor at a time, which is slower.", rule.__name__)
    _met[rule] = found
    return found


def _examined(rule: type[Actor], given: Mapping[str, Any]) -> Finding:
    """Examine the promises in turn, with default or random values where the class can do with those."""
    values: Mapping[str, Any] = {}
    try:
        Trial(rule, values)
    except InputError:
        values = given
    try:
        with at_most(_SECONDS):
            for name in DECISIVE:
                failure = by_name(name).failure(rule, values)
                if failure:
                    return Finding(name, failure)
            return Finding(one_by_one=not rule.vectorised and not Trial(rule, values).same_one_by_one)
    except (TookTooLong, InputError):  # an input error: nobody has said what values its keys may have
        return Finding(partly=True)


def _problem(kind: str, rule: type[Actor], found: Finding) -> Problem:
    file, line = _method_at_fault(rule, found)
    sentence = by_name(found.promise).sentence
    message = f"{rule.__name__} breaks the promise `{found.promise}` ({sentence[:-1].lower()}): {found.failure}"
    return Problem(message.rstrip("."), kind, file, line, remedy(kind, rule))


def _method_at_fault(rule: type[Actor], found: Finding) -> tuple[str | None, int | None]:
    """File and first line of the method that breaks a promise, where the failure itself names no line."""
    with suppress(OSError, TypeError):
        file = inspect.getsourcefile(rule)
        if file and f"{file}:" in found.failure:
            return None, None
        if found.promise == "draws":
            wanted = "begin"
        elif found.promise in ("isolated", "batches") and rule.learn is not Actor.learn:
            wanted = "learn"
        else:
            wanted = "violates"
        method = vars(rule).get(wanted) or vars(rule).get("begin") or rule
        return file, inspect.getsourcelines(method)[1]
    return None, None
