"""An experiment that can be run: read, validated, and its kinds held to their contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from oversight.actors import ACTORS
from oversight.endings import exits_raise
from oversight.plugins import Plugin
from oversight.plugins.kinds import words
from oversight.scenario import Source, enforced, load_experiment

Written = str | Path | Mapping[str, Any]
"""An experiment as a caller gives it: a YAML file, the name of one here or of a bundled one, or the mapping itself."""
Overrides = Mapping[str, Any] | Sequence[str]
"""`{dotted.path: value}`, or `dotted.path=value` texts."""


def load(
    experiment: Written,
    overrides: Overrides = (),
    plugins: Sequence[Plugin] = (),
    unchecked: bool = False,
) -> Source:
    """An experiment that can be run.

    Raises:
        InputError: the experiment is wrong, or a class breaks a promise; it lists every mistake.
    """
    with exits_raise():
        return held(load_experiment(experiment, overrides, plugins), unchecked)


def held(source: Source, unchecked: bool = False) -> Source:
    """`source`, whose kinds keep their contract; with `unchecked` it names those that do not."""
    if not source.kinds:
        return source
    from oversight.contract import hold, hold_kinds  # only now: a run of built-in kinds starts without it

    named = set(words([source.document.data, source.policies]))
    own = {kind: rule for kind, rule in source.kinds.own(ACTORS).items() if kind in named}
    if own:
        experiment = enforced(source.experiment)
        given = {entry.kind: entry.rule_parameters() for entry in experiment.population}
        source.unchecked = tuple(hold(own, given, experiment.policy, unchecked))
    others = {
        seam: {kind: of for kind, of in kinds.items() if kind in named} for seam, kinds in source.kinds.more.items()
    }
    source.unchecked += tuple(hold_kinds(others, unchecked))
    return source
