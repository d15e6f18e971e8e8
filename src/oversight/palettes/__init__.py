"""Values loaded into a model to targets: palettes, whether they can be met, and what they cost in divergence."""

from oversight.palettes.answers import Aligned, Answers
from oversight.palettes.front import Exchange, front
from oversight.palettes.hull import largest_share, slack
from oversight.palettes.palette import InfeasibleError, Palette, palette
from oversight.palettes.sequential import sequential

__all__ = [
    "Aligned",
    "Answers",
    "Exchange",
    "InfeasibleError",
    "Palette",
    "front",
    "largest_share",
    "palette",
    "sequential",
    "slack",
]
