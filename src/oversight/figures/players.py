"""Players around who chooses among them, in one round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from scipy.spatial import ConvexHull

from oversight.figures.style import COLOURS, GREY, INK, dress, words
from oversight.finite_games import Place, Scene
from oversight.numerals import percent

_SAME = 1e-9
_MOVED = {1: ("triangle-up", ", gets more than a round ago"), -1: ("triangle-down", ", gets less"), 0: ("circle", "")}


def players(scene: Scene, now: Mapping[str, float], before: Mapping[str, float]) -> go.Figure:
    """Who is chosen, and whose utility moved.

    Args:
        scene: who stands where.
        now: `chosen.1`, `utility.1` and so on of a round.
        before: the same of the round before it; those of the same round where there is none.
    """
    figure = go.Figure()
    _mixes(figure, scene.players)
    _line(figure, [scene.chooser, scene.nearest], {"color": INK, "width": 1.5, "dash": "dot"}, "")
    figure.add_trace(_marks([scene.chooser], "star", INK, scene.chooser.name, [""]))
    figure.add_trace(_marks([scene.nearest], "x", INK, scene.nearest.name, [""]))
    for chosen in (True, False):
        for way, (symbol, told) in _MOVED.items():
            group = [
                (player, place)
                for place, player in enumerate(scene.players, start=1)
                if (now[f"chosen.{place}"] > 0) is chosen
                and _way(now[f"utility.{place}"], before[f"utility.{place}"]) == way
            ]
            if group:
                name = ("chosen" if chosen else "not chosen") + told
                said = [_said(now, place, scene.unit) for _, place in group]
                marks = [player for player, _ in group]
                figure.add_trace(_marks(marks, symbol, COLOURS[1 if chosen else 0], name, said, labelled=True))
    dress(figure)
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        axis.update(zeroline=False, title={"text": words(scene.unit)})
    figure.update_yaxes(scaleanchor="x", scaleratio=1)
    return figure


def told(scene: Scene, now: Mapping[str, float]) -> str:
    """The same in a sentence."""
    chances = {player.name: now[f"chosen.{place}"] for place, player in enumerate(scene.players, start=1)}
    shown = ", ".join(f"{name} ({percent(chance)})" for name, chance in chances.items() if chance > 0)
    number = f"{len(chances)} player{'s' * (len(chances) > 1)}"
    return f"{number} around the {scene.chooser.name}; chosen: {shown}."


def _way(now: float, before: float) -> int:
    return 0 if abs(now - before) <= _SAME * max(1.0, abs(before)) else int(np.sign(now - before))


def _said(now: Mapping[str, float], place: int, unit: str) -> str:
    return f"chosen: {percent(now[f'chosen.{place}'])}<br>gets {now[f'utility.{place}']:.4g} {words(unit)}"


def _marks(
    places: Sequence[Place], symbol: str, colour: str, name: str, said: Sequence[str], labelled: bool = False
) -> go.Scatter:
    names = [words(place.name) for place in places]
    return go.Scatter(
        x=[place.across for place in places],
        y=[place.up for place in places],
        mode="markers+text" if labelled else "markers",
        cliponaxis=False,
        text=names if labelled else None,
        textposition="top center",
        marker={"symbol": symbol, "size": 13, "color": colour},
        name=words(name),
        customdata=[f"<b>{one}</b><br>{more}" for one, more in zip(names, said, strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _mixes(figure: go.Figure, places: Sequence[Place]) -> None:
    """What mixes of the players cover: a segment or the area that their outermost enclose."""
    corners = list(places)
    if len(places) > 2:
        points = np.array([[place.across, place.up] for place in places])
        # Joggled, so that players on one line have a hull too.
        corners = [places[corner] for corner in ConvexHull(points, qhull_options="QJ").vertices]
    if len(corners) > 1:
        _line(figure, [*corners, corners[0]], {"color": GREY, "width": 2}, "mixes of players")


def _line(figure: go.Figure, places: Sequence[Place], line: dict[str, object], name: str) -> None:
    figure.add_trace(
        go.Scatter(
            x=[place.across for place in places],
            y=[place.up for place in places],
            mode="lines",
            fill="toself" if name else None,
            fillcolor="rgba(215,215,215,0.3)",
            line=line,
            name=words(name),
            showlegend=bool(name),
            hoverinfo="skip",
        )
    )
