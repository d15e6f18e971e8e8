"""What an actor whose violations are noticed loses in later periods, as customers leave."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from oversight.arrays import Number, Values, Wholes


class Customers(NamedTuple):
    """What customers do who notice a violation, with chance `notice`: they take `lost`, in money, in each of `periods`.

    The first of these is the next one. Losses of several violations add up, or, with `restart`, there is one, which a
    new notice starts anew; an actor's state is then how many periods of it are left.
    """

    notice: Number
    lost: Number
    periods: int
    restart: bool

    def expected(self, left: Number | Wholes = 0) -> Number:
        """What a violation is expected to cost, undiscounted: notice x lost x the periods that a notice adds.

        `left` is how many periods of the present loss are left, this one included; it matters to `restart` alone.
        """
        added = self.periods - np.maximum(left - 1, 0) if self.restart else self.periods
        return self.notice * self.lost * added

    def discounted(self, discount: Values, most: int | None = None) -> Values:
        """The same of losses that add up, where the next period counts d: notice x lost x (d + d^2 + ... + d^periods).

        A life has `most` periods left after this one; None: it does not end.
        """
        periods = self.periods if most is None else min(self.periods, most)
        # Not `sum`, which adds in another order where a batch holds a single run.
        powers = np.cumsum(discount[..., None] ** np.arange(1, periods + 1), axis=-1)
        weight: Values = powers[..., -1] if periods else np.zeros_like(discount)
        return self.notice * self.lost * weight
