"""Values loaded into a model to targets: palettes, whether they can be met, and what they cost in divergence."""

from oversight.palettes.answers import Aligned, Answers
from oversight.palettes.contexts import Met, levels_at, weights_for
from oversight.palettes.front import Exchange, front
from oversight.palettes.hull import largest_share, slack
from oversight.palettes.palette import NEAREST, InfeasibleError, Palette, palette
from oversight.palettes.sequential import sequential

__all__ = [
    "NEAREST",
    "Aligned",
    "Answers",
    "Exchange",
    "InfeasibleError",
    "Met",
    "Palette",
    "front",
    "largest_share",
    "levels_at",
    "palette",
    "sequential",
    "slack",
    "weights_for",
]
