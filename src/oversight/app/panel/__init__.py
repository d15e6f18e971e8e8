"""The controls of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara

from oversight.app.controls import Group


@solara.component
def ControlPanel(groups: Sequence[Group], errors: Mapping[str, str], on_change: Callable[[str, Any], None]) -> None:
    """A slider for each number; `on_change` is given a control's key and its value."""
    for group in groups:
        solara.HTML("h2", group.title)
        for control in group.controls:
            if control.kind in ("number", "integer") and control.value is not None:
                _Number(control, on_change)


@solara.component
def _Number(control: Any, on_change: Callable[[str, Any], None]) -> None:
    solara.SliderFloat(
        control.title,
        value=float(control.value),
        min=control.least,
        max=control.most,
        step=control.step,
        on_value=lambda value: on_change(control.key, value),
    )
