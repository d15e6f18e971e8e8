"""The actors in their space, each a mark."""

from __future__ import annotations

from typing import Any

import solara


@solara.component_vue("space.vue", vuetify=False)
def Space(
    columns: int,
    rows: int,
    x: list[int],
    y: list[int],
    codes: list[int],
    taken: list[int],
    groups: list[str],
    styles: list[dict[str, Any]],
    options: list[dict[str, str]],
    sight: str,
    neighbours: list[list[int]],
) -> None:
    """Draw a mark for each actor.

    Args:
        columns: cells across.
        rows: cells up.
        x: each actor's column.
        y: each actor's row.
        codes: each actor's status, an index into `styles`.
        taken: which of the `options` each actor took, -1 where it took none.
        groups: each actor's population entry, empty where there is only one.
        styles: by status: `name`, `title`, `color`, `marker` (of Mesa's markers), `filled`, `alpha`, `violates`.
        options: `name` and `color` of each.
        sight: whether actors see "none", "some" or "all" of the others, or too "many" to draw.
        neighbours: whom each actor sees, where it is some.
    """
