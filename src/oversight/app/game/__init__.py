"""The Game tab: one run of a finite game, who is chosen in it, and what theory says of it."""

from oversight.app.game.game import GameTab

__all__ = ["GameTab"]
