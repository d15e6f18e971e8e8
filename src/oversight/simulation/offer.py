"""What the members of a population entry may do in a period."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from oversight.arrays import NOBODY, Flags, Floats, columns_of
from oversight.policy import Amounts


@dataclass(slots=True)
class Offer:
    """One thing to do, before the members of an entry; arrays broadcast to (runs, members)."""

    gain: Floats
    harm: Floats
    sanction: Floats
    """What would be paid for it."""
    false_sanction: Floats
    """What would be paid for complying."""
    perceived: Floats
    """The chance of being flagged for it that members believe in."""
    bribed: Flags = field(default_factory=lambda: NOBODY)
    """Whether a bribe is paid instead of a sanction."""
    falsely_bribed: Flags = field(default_factory=lambda: NOBODY)
    """The same of complying."""

    def part(self, inside: slice) -> Offer:
        """The same before some of the members."""
        return Offer(*(columns_of(getattr(self, item.name), inside) for item in fields(Offer)))

    @property
    def taken(self) -> Amounts:
        """What would be taken for it, and for complying."""
        return Amounts(self.sanction, self.false_sanction)
