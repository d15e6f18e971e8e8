"""What training makes of the things that there are to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from oversight.arrays import Number
from oversight.quantities import Name, Real, Section, quantity


class Training(Section):
    """Values loaded into actors: an act that scores v on them is worth w . v more to its actor, whatever it earns.

    The weights w are those of the reward that a fine-tuned model was trained on; see docs/model.md.
    """

    meaning: ClassVar[str] = "Values are trained into the actors: to them an act is worth its score on each, too."

    kind: Literal["weights"] = "weights"
    weights: Annotated[dict[Name, Real], Field(min_length=1)] = quantity(
        "Weight", "What a unit of the value is worth to an actor.", "money per unit of value"
    )

    # A mapping has no hash of its own.
    def __hash__(self) -> int:
        return hash(repr(self))

    def worth(self, scores: Mapping[str, Number]) -> Number:
        """What these scores are worth to an actor, w . v, in money; a number or (runs, 1)."""
        parts = [weight * scores[name] for name, weight in self.weights.items() if name in scores]
        return sum(parts[1:], parts[0]) if parts else 0.0
