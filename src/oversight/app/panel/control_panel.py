"""Sliders, fields, choices and switches for the controls of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara

from oversight.app.control import Control, Group


@solara.component
def ControlPanel(
    groups: Sequence[Group], errors: Mapping[str, str], on_change: Callable[[str, float | bool | str], None]
) -> None:
    """The controls of a scenario, and what is wrong with the value that someone tried to give one.

    Args:
        groups: what `controls` makes of the scenario.
        errors: a message for each control, by its key, whose value was refused; the field keeps what was typed.
        on_change: called with a control's key and its new value, about ten times a second while a slider is dragged.
    """

    def changed(sent: Any) -> None:
        match sent:
            case {"key": str(key), "value": bool() | int() | float() | str() as value}:
                on_change(key, value)

    _Panel(
        groups=[_group(group) for group in groups],
        values={control.key: control.value for group in groups for control in group.controls},
        errors=dict(errors),
        event_changed=changed,
    )


@solara.component_vue("control_panel.vue")
def _Panel(
    groups: list[dict[str, Any]],
    values: dict[str, float | bool | str],
    errors: dict[str, str],
    event_changed: Callable[[Any], None],
) -> None:
    """Values are apart from what is told about them, so that a dragged slider sends little back and forth."""


def _group(group: Group) -> dict[str, Any]:
    # Those of a section within the group's own are set in.
    depth = min((_depth(control) for control in group.controls), default=0)
    resets = all(control.resets for control in group.controls)
    return {
        "title": group.title,
        "resets": resets,
        "controls": [_control(control, _depth(control) - depth, not resets) for control in group.controls],
    }


def _depth(control: Control) -> int:
    head, _, last = control.path.rpartition(".")
    return (head if last.isdigit() else control.path).count(".")


def _control(control: Control, indent: int, mark_reset: bool) -> dict[str, Any]:
    return {
        "key": control.key,
        "title": control.title,
        "unit": control.unit,
        "help": control.help,
        "kind": control.kind,
        "least": control.least,
        "most": control.most,
        "step": control.step,
        "percent": control.percent,
        "choices": [{"value": one.value, "title": one.title, "help": one.help} for one in control.choices],
        "indent": indent,
        "resets": control.resets and mark_reset,
    }
