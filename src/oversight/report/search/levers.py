"""The levers of a search in words."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from oversight.environments import environment_of
from oversight.figures import Quantity, category, parameter
from oversight.figures.words import plain
from oversight.searching import Found, Setting
from oversight.searching.words import lower


@dataclass(frozen=True)
class Lever:
    """A lever of one setting: its dotted path, and its title and value in words."""

    path: str
    title: str
    value: str


def levers(found: Found, setting: Setting) -> list[Lever]:
    """All levers of a setting in the order of the file."""
    source = found.branches[setting.branch].source
    environment, experiment = environment_of(source.experiment), source.experiment
    units = environment.units(experiment)
    groups = [group for chapter in environment.chapters([experiment]) for group in chapter.groups]
    names = {group.name: group.heading for group in groups if group.name}
    made = []
    for path, value in found.values(setting).items():
        section, _, key = path.rpartition(".")
        # A kind is what its section is.
        titled = section if key == "kind" else path
        words = parameter(source.model, source.document.data, titled, units) or Quantity(plain(path))
        made.append(Lever(path, words.title, _text(words, value, names if path == "policy" else {})))
    return made


def setting_text(found: Found, setting: Setting, only: Collection[str] | None = None) -> str:
    """The levers of a setting, or those with some paths, in the middle of a sentence."""
    shown = [lever for lever in levers(found, setting) if only is None or lever.path in only]
    return ", ".join(
        f"“{lever.value}”" if lever.path == "policy" else f"{lower(lever.title)} {lever.value}" for lever in shown
    )


def _text(words: Quantity, value: Any, names: Mapping[str, str]) -> str:
    if value is None:
        return "not set"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return replace(words, digits=4).text(value)
    return category(value if isinstance(value, str | bool) else json.dumps(value), names)
