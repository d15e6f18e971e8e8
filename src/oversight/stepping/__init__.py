"""The Mesa model that is stepped by hand, by Mesa's tools or on the page: a shell over the engine."""

from oversight.stepping.agent import ActorAgent
from oversight.stepping.model import OversightModel

__all__ = ["ActorAgent", "OversightModel"]
