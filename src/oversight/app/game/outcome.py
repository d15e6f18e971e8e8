"""What became of a run: its measures, its players, its rounds; and its equilibria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import isnan

import solara

from oversight.app.game.play import Played
from oversight.app.game.rounds import rounds
from oversight.app.widgets import Column, Figure, KeyFigure, KeyFigures, Select, Table
from oversight.figures import Quantity, measure, players
from oversight.figures.players import told
from oversight.finite_games.told import CERTIFIED
from oversight.measures import Words

_HEIGHT = 440


@solara.component
def Outcome(played: Played) -> None:
    """All that is known of a run."""
    words = played.environment.words(played.shown.experiment)
    number = len(played.run.periods)
    picked, look = solara.use_state(0)
    # The last, until the reader chooses; another run may have fewer rounds.
    place = min(picked, number) or number
    standing = number > 0 and played.scene is not None
    KeyFigures(_cards(played, words, True), "What runs are compared by")
    with solara.Div(classes=["ov-stage"] if standing and number > 1 else []):
        if standing:
            with solara.Div(classes=["ov-card"], attributes={"data-players": "true"}):
                solara.HTML("h2", "Who stands where, and who is chosen")
                Players(played, place)
                if number > 1:
                    solara.SliderInt("Round", value=place, on_value=look, min=1, max=number)
        if number > 1:
            with solara.Div(classes=["ov-card"], attributes={"data-rounds": "true"}):
                Rounds(played, words, place if standing else None)
    others = _cards(played, words, False)
    if others:
        with solara.Div(classes=["ov-card"]):
            solara.HTML("h2", "Other measures of this run")
            KeyFigures(others, "Other measures of this run")
    with solara.Div(classes=["ov-card"], attributes={"data-theory": "true"}):
        solara.HTML("h2", "Theory")
        Theory(played, words)
    solara.HTML("p", escape(played.environment.caveat), classes=["ov-quiet"])


@solara.component
def Players(played: Played, place: int) -> None:
    """The players in one round, and whose utility moved since the round before."""
    scene, periods = played.scene, played.run.periods
    assert scene is not None
    now, before = periods[place - 1], periods[max(0, place - 2)]
    spec = solara.use_memo(lambda: players(scene, now, before).to_json(), [played, place])
    said = told(scene, now)
    Figure(spec, said, _HEIGHT)
    solara.HTML("p", escape(f"{said} {scene.caption} {scene.words}"), classes=["ov-quiet"])


@solara.component
def Rounds(played: Played, words: Mapping[str, Words], place: int | None) -> None:
    """A measure from round to round, with its bounds, and the round that is looked at where one is."""
    known = [name for name in played.run.periods[0] if name in words]
    name, choose = solara.use_state(known[0])
    name = name if name in known else known[0]
    title = measure(name, {}, words).title
    solara.HTML("h2", f"{escape(title)} over rounds")
    if len(known) > 1:
        Select("Measure", name, {"": [(each, words[each].title) for each in known]}, choose)
    spec = solara.use_memo(lambda: rounds(played, name, words, place).to_json(), [played, name, place])
    Figure(spec, f"{title} over {len(played.run.periods):,} rounds.", _HEIGHT)


@solara.component
def Theory(played: Played, words: Mapping[str, Words]) -> None:
    """The equilibria, further numbers, and what bears them out."""
    theory, columns = played.theory, played.environment.columns
    if theory.get("not_covered"):
        solara.Text(str(theory["not_covered"]), classes=["ov-quiet"])
        return
    found: Sequence[Mapping[str, float]] = theory.get("equilibria", ())
    if found:
        quantities = {name: measure(name, {}, words) for name in found[0]}
        rows = [
            [str(number), *(quantity.bare(each.get(name)) for name, quantity in quantities.items())]
            for number, each in enumerate(found, start=1)
        ]
        heads = [Column(quantity.axis, quantity.description) for quantity in quantities.values()]
        Table("Equilibria", [Column("Equilibrium"), *heads], rows)
        others = "" if theory["complete"] else " There may be other equilibria."
        solara.Text(CERTIFIED[theory["certified"]] + others, classes=["ov-quiet", "ov-remark"])
    facts = {name: value for name, value in theory.get("facts", {}).items() if not isnan(value)}
    told_as = {name: measure(f"theory.{name}", {}, columns) for name in facts}
    KeyFigures(
        [
            KeyFigure(
                name, told_as[name].title, told_as[name].bare(value), told_as[name].description, told_as[name].unit
            )
            for name, value in facts.items()
        ],
        "Numbers of theory",
    )
    for sentence in theory.get("witness", ()):
        solara.Text(str(sentence), classes=["ov-quiet", "ov-remark"])


def _cards(played: Played, words: Mapping[str, Words], ranked: bool) -> list[KeyFigure]:
    """Measures that design points are compared by, or the others, and none that this run has not."""
    first = played.environment.ranked
    names = first if ranked else [name for name in words if name not in first]
    known = {name: value for name in names if not isnan(value := played.run.metrics[name])}
    return [_card(name, measure(name, {}, words), value) for name, value in known.items()]


def _card(name: str, quantity: Quantity, value: float) -> KeyFigure:
    return KeyFigure(name, quantity.title, quantity.bare(value), quantity.description, quantity.unit)
