"""The actors in their space, by Mesa's space renderer: what they look like, and the data that the browser draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from mesa.visualization import SpaceRenderer
from mesa.visualization.backends.abstract_renderer import AbstractRenderer
from mesa.visualization.components import AgentPortrayalStyle

from oversight.app.society import Society, Status
from oversight.figures.style import COLOURS


@dataclass(frozen=True)
class Look:
    """How a status is drawn and what it is called. A marker of Mesa's repeats what the colour says."""

    name: str
    title: str
    color: str
    marker: str
    filled: bool = True
    alpha: float = 1.0
    violates: bool = False


LOOKS = {
    Status.NOT_PLAYED: Look("not_played", "not yet played", COLOURS[6], "o", filled=False, alpha=0.5),
    Status.COMPLIED: Look("complied", "complied", COLOURS[4], "o", alpha=0.7),
    Status.INSPECTED: Look("inspected", "complied, inspected", COLOURS[0], "D"),
    Status.VIOLATED: Look("violated", "violated, unseen", COLOURS[1], "^", violates=True),
    Status.MISSED: Look("missed", "violated, inspected in vain", COLOURS[5], "v", violates=True),
    Status.CAUGHT: Look("caught", "violated, sanctioned", COLOURS[3], "s", violates=True),
    Status.WRONGED: Look("wronged", "complied, sanctioned", COLOURS[7], "*"),
    Status.SUSPENDED: Look("suspended", "suspended", COLOURS[6], "x", alpha=0.7),
}
OPTIONS = sorted(COLOURS, key=[look.color for look in LOOKS.values() if not look.violates].__contains__)
"""Colours of options, those first that no complying actor has."""
_NEUTRAL = "#59636e"
"""Of what violators' marks mean, where their colours say which option they took."""
_MOST_ENDS = 40_000
"""Ends of links beyond which none is drawn: a browser is sent all of them."""
_STATUS = {(look.color, look.marker): status for status, look in LOOKS.items()}


def portrayal(actor: Any) -> AgentPortrayalStyle:
    """What an actor of a society looks like after the last period."""
    look = LOOKS[Status(actor.model.statuses[actor.unique_id - 1])]
    return AgentPortrayalStyle(color=look.color, marker=look.marker, alpha=look.alpha)


class BrowserBackend(AbstractRenderer):
    """A backend of Mesa's space renderer that leaves the drawing to the browser: it makes plain data.

    Actors are looked up once: none moves, comes or goes.
    """

    _actors: list[Any] | None = None

    def initialize_canvas(self) -> None:
        """The canvas is the browser's."""

    def draw_structure(self, **kwargs: Any) -> dict[str, Any]:
        """Size of the grid, in cells."""
        columns, rows = self.space_drawer.space.dimensions
        return {"columns": columns, "rows": rows}

    def collect_agent_data(
        self, space: Any, agent_portrayal: Callable[[Any], AgentPortrayalStyle], default_size: float | None = None
    ) -> dict[str, Any]:
        """Positions and styles, in the order in which the actors were made."""
        if self._actors is None:
            self._actors = sorted(space.agents, key=lambda actor: actor.unique_id)
            self._places = np.array([actor.cell.coordinate for actor in self._actors])
        return {"loc": self._places, "style": [agent_portrayal(actor) for actor in self._actors]}

    def draw_agents(self, arguments: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Each actor's column, row (upwards) and status, whole numbers."""
        across, up = arguments["loc"].astype(int).T.tolist()
        codes = [int(_STATUS[style.color, style.marker]) for style in arguments["style"]]
        return {"x": across, "y": up, "codes": codes}

    def draw_propertylayer(self, space: Any, property_layers: Any, propertylayer_portrayal: Any) -> None:
        """The grid has no layers."""


class SocietyRenderer(SpaceRenderer):
    """Mesa's space renderer with the browser as its backend."""

    def __init__(self, model: Society, backend: str = "altair"):
        """`backend` must be one that Mesa knows, and is replaced."""
        super().__init__(model, backend)
        self.backend_renderer = BrowserBackend(self.space_drawer)
        self.setup_agents(portrayal)
        self.society = model
        several = len(model.experiment.population) > 1
        self.options = [
            {"name": option.suffix, "color": OPTIONS[place % len(OPTIONS)]}
            for place, option in enumerate(model.options)
        ]
        told = all(entry.options for entry in model.experiment.population)
        looks = (replace(look, color=_NEUTRAL) if told and look.violates else look for look in LOOKS.values())
        self.styles = [asdict(look) for look in looks]
        self.entries = [actor.entry if several else "" for actor in model.agents]
        seen = model.engine.neighbours
        lists = None if seen is None else seen.lists()
        few = lists is not None and sum(map(len, lists)) <= _MOST_ENDS
        self.neighbours = lists if lists is not None and few else []
        self.sight = "none" if seen is None else "all" if lists is None else "some" if few else "many"

    def drawn(self) -> dict[str, Any]:
        """What the widget `Space` draws: the grid, each actor's place, status and option, and what these look like.

        `codes` index `styles`, `taken` the `options`, -1 where none is taken; `groups` holds each actor's population
        entry, empty where there is only one. `sight` is whether actors see none, some, all or too many to draw of the
        others, and `neighbours` whom, where it is some.
        """
        acts = {"taken": self.society.taken.tolist(), "options": self.options}
        known = {"groups": self.entries, "styles": self.styles, "sight": self.sight, "neighbours": self.neighbours}
        return {**self.draw_structure(), **self.draw_agents(), **acts, **known}
