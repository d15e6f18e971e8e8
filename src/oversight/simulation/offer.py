"""What the members of a population entry may do in a period."""

from __future__ import annotations

from dataclasses import dataclass, fields

from oversight.arrays import Floats, columns_of
from oversight.policy import Amounts


@dataclass(slots=True)
class Offer:
    """One thing to do, before the members of an entry; arrays broadcast to (runs, members)."""

    gain: Floats
    harm: Floats
    sanction: Floats
    """What would be taken for it."""
    false_sanction: Floats
    """What would be taken for complying."""
    perceived: Floats
    """The chance of a sanction for it that members believe in."""

    def part(self, inside: slice) -> Offer:
        """The same before some of the members."""
        return Offer(*(columns_of(getattr(self, item.name), inside) for item in fields(Offer)))

    @property
    def taken(self) -> Amounts:
        """What would be taken for it, and for complying."""
        return Amounts(self.sanction, self.false_sanction)
