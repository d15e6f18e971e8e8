"""Two sweeps compared, design point by design point."""

from oversight.sweeps.diff.differences import CHANGES, Differences, compared, diff
from oversight.sweeps.diff.prices import PRICED
from oversight.sweeps.diff.sides import Opened, opened

__all__ = ["CHANGES", "PRICED", "Differences", "Opened", "compared", "diff", "opened"]
