"""Finite games that experiments are put to, one file a kind; their formulas stand in `oversight.games`."""

from oversight.finite_games.chance import Chance
from oversight.finite_games.game import Game, Played, Solved
from oversight.finite_games.scene import Place, Scene
from oversight.seams import Seam

GAMES = Seam(
    "games",
    Game,
    {
        "best_ai": "oversight.finite_games.best_ai:BestAIGame",
        "dresher": "oversight.finite_games.dresher:DresherGame",
        "inspection": "oversight.finite_games.inspection:InspectingGame",
        "nested_oversight": "oversight.finite_games.nested_oversight:NestedOversightGame",
        "off_switch": "oversight.finite_games.off_switch:OffSwitchGame",
        "panel": "oversight.finite_games.panel:PanelGame",
    },
)

__all__ = ["GAMES", "Chance", "Game", "Place", "Played", "Scene", "Solved"]
