"""Work that takes a while: how far it is, and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable

import solara

from oversight.numerals import percent


@solara.component
def Progress(what: str, share: float, on_cancel: Callable[[], None]) -> None:
    """A bar for the `share` that is done, 0 to 1, and a button that stops it."""
    with solara.Div(classes=["ov-progress"], attributes={"role": "status"}):
        solara.Text(f"{what} {percent(share, 2)}")
        solara.v.ProgressLinear(value=100 * share, attributes={"aria-label": what})
        solara.Button("Cancel", on_click=on_cancel, outlined=True, small=True)
