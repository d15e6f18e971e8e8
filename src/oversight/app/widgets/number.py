"""A number that is typed."""

from __future__ import annotations

from collections.abc import Callable

import solara


@solara.component_vue("number.vue", vuetify=False)
def _Number(label: str, unit: str, value: float, wrong: bool, event_give: Callable[[float], None]) -> None:
    pass


def Number(
    label: str, value: float, on_value: Callable[[float], None], percent: bool = False, wrong: bool = False
) -> solara.Element:
    """A field; a share is held as such and shown as a percentage.

    Args:
        label: what the number is.
        value: what it is now.
        on_value: called with another one when the field is left.
        percent: whether it is a share.
        wrong: whether to mark it.
    """
    size = 100.0 if percent else 1.0

    def given(shown: float) -> None:
        # Without the noise of binary fractions.
        on_value(float(f"{shown / size:.12g}"))

    shown = float(f"{value * size:.12g}")
    return _Number(label=label, unit="%" if percent else "", value=shown, wrong=wrong, event_give=given)
