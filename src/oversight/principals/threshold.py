"""An alarm at one bad period."""

from __future__ import annotations

from typing import Literal

from oversight.arrays import Column
from oversight.principals.alarm import Alarm
from oversight.principals.principal import Seen


class Threshold(Alarm):
    """Sounds when the misconduct that a period shows reaches `threshold`. Nothing adds up: a Shewhart chart."""

    kind: Literal["threshold"] = "threshold"

    def moved(self, level: Column, seen: Seen) -> Column:
        return self.shown(seen)
