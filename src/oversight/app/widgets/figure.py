"""A Plotly figure that follows the page's theme and width, and says where it was clicked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import solara


@solara.component_vue("figure.vue", vuetify=False)
def _Figure(
    spec: str,
    label: str,
    height: int,
    crosshair: bool,
    event_point: Callable[[dict[str, Any]], None] | None,
) -> None:
    pass


def Figure(
    figure: go.Figure | str,
    label: str,
    height: int = 0,
    on_point: Callable[[dict[str, Any]], None] | None = None,
    crosshair: bool = False,
) -> solara.Element:
    """Show a figure.

    Args:
        figure: the figure, or its JSON.
        label: what it shows, for those who cannot see it.
        height: pixels; 0 takes the figure's own.
        on_point: called with `x`, `y` (in the figure's units) and the clicked point's `data` (its customdata, if any).
        crosshair: whether a click anywhere inside the axes counts, not only one on a point.
    """
    spec = figure if isinstance(figure, str) else figure.to_json()
    return _Figure(spec=spec, label=label, height=height, crosshair=crosshair, event_point=on_point or _ignore)


def _ignore(point: dict[str, Any]) -> None:
    pass
