"""What games promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from oversight.contract.kits.promise import PICKLABLE, KindPromise, must, told
from oversight.finite_games import Chance, Game, Played
from oversight.measures import Words

_SEED = 15
_ROUNDING = 1e-9
_SHOWN = ("chosen", "utility")


def _words(made: Sequence[Game]) -> None:
    for one in made:
        must(one.main in one.words, f"`main` is {one.main}, for which `words` has none")
        for name in (*one.ranked, *filter(None, [one.price])):
            must(name in one.words, f"points are ranked by {name}, for which `words` has none")


def _measures(made: Sequence[Game]) -> None:
    for one, start, played in _runs(made):
        missing = [name for name in one.words if name not in played.measures]
        must(not missing, f"a run of {told(one)} from `{start}` has no {', '.join(missing)}")
        for measures in (played.measures, *played.rounds):
            _within(one, one.words, measures, f"a run of {told(one)}")


def _scene(made: Sequence[Game]) -> None:
    for one, start, played in _runs(made):
        scene = one.scene(Chance(_SEED, 0))
        names = [f"{what}.{place + 1}" for place in range(len(scene.players)) for what in _SHOWN] if scene else []
        for each in played.rounds:
            missing = [name for name in names if name not in each]
            must(not missing, f"{told(one)} has a scene, and a round from `{start}` has no {', '.join(missing)}")
        must(bool(played.rounds) or not names, f"{told(one)} has a scene, and no rounds that it could show")
        unknown = [name for name in one.levels if name not in one.series]
        unknown += [name for names in one.levels.values() for name in names if name not in one.words]
        must(not unknown, f"`levels` names {', '.join(unknown)}, which runs have not")


def _chance(made: Sequence[Game]) -> None:
    for one, start, played in _runs(made):
        again = one.play(Chance(_SEED, 0), start)
        same = _same(played.measures, again.measures) and len(played.rounds) == len(again.rounds)
        must(same, f"a run of {told(one)} is another when it is played again with the same chance")


def _theory(made: Sequence[Game]) -> None:
    for one in made:
        solution, again = one.solved(), one.solved()
        pairs = list(zip(solution.equilibria, again.equilibria, strict=False))
        same = len(solution.equilibria) == len(again.equilibria) and all(_same(*pair) for pair in pairs)
        must(same and _same(solution.facts, again.facts), f"`solved` of {told(one)} is another when it is asked again")
        for each in solution.equilibria:
            must(one.main in each, f"an equilibrium of {told(one)} does not say its `main`, {one.main}")
            _within(one, one.words, each, f"an equilibrium of {told(one)}")
        unknown = solution.facts.keys() - one.facts.keys()
        must(not unknown, f"`solved` has facts that `facts` has no words for: {', '.join(sorted(unknown))}")


def _runs(made: Sequence[Game]) -> list[tuple[Game, str, Played]]:
    return [(one, start, one.play(Chance(_SEED, 0), start)) for one in made for start in one.starts]


def _within(one: Game, words: Mapping[str, Words], measures: Mapping[str, float], where: str) -> None:
    """Numbers within the bounds of their words, or missing where these say why."""
    for name, value in measures.items():
        known = words.get(name)
        if known is None:
            continue
        if isnan(value):
            must(known.missing, f"{name} of {where} is NaN, and its words do not say why it may be missing")
            continue
        slack = _ROUNDING * max(1.0, abs(value))
        must(
            known.least - slack <= value <= known.most + slack,
            f"{name} of {where} is {value:.6g}, beyond what its words say is possible",
        )


def _same(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return one.keys() == other.keys() and all(
        other[name] == value or (isnan(value) and isnan(other[name])) for name, value in one.items()
    )


GAME_PROMISES = (
    KindPromise("words", "It has words for what a report begins with, and for what points are compared by.", _words),
    KindPromise(
        "measures",
        "A run has a number for each measure, within its bounds, or none where the words say why.",
        _measures,
    ),
    KindPromise("scene", "Rounds have what its scene and its figures show.", _scene),
    KindPromise("chance", "The same chance gives the same run.", _chance),
    KindPromise("theory", "`solved` is always the same, says `main` of each equilibrium, and has words.", _theory),
    PICKLABLE,
)
