"""The browser's address, which holds the state of the page."""

from __future__ import annotations

import solara


@solara.component_vue("address.vue", vuetify=False)
def Address(query: str) -> None:
    """Keep the page's address at `?query`, so that it can be copied, bookmarked and reloaded."""
