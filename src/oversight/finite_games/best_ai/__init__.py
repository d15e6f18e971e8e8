"""Best-AI selection: a market of providers."""

from oversight.finite_games.best_ai.game import BestAIGame

__all__ = ["BestAIGame"]
