"""What an actor believes about being caught. One kind a file."""

from typing import TYPE_CHECKING

from oversight.actors.beliefs.belief import Belief, PublicHistory
from oversight.seams import Seam

BELIEFS = Seam(
    "beliefs",
    Belief,
    {
        "announced": "oversight.actors.beliefs.announced:Announced",
        "fixed": "oversight.actors.beliefs.fixed:FixedBelief",
        "moving_average": "oversight.actors.beliefs.moving_average:MovingAverage",
        "own_experience": "oversight.actors.beliefs.own_experience:OwnExperience",
        "neighbourhood": "oversight.actors.beliefs.neighbourhood:Neighbourhood",
        "pooled_window": "oversight.actors.beliefs.pooled_window:PooledWindow",
    },
)

if TYPE_CHECKING:
    AnyBelief = Belief
else:
    AnyBelief = BELIEFS.union()

__all__ = ["BELIEFS", "AnyBelief", "Belief", "PublicHistory"]
