"""Standing past sanctions of each actor."""

from __future__ import annotations

from collections import deque

import numpy as np

from oversight.arrays import Flags, Floats, Wholes


class Records:
    """Counts of past sanctions, (runs, population); entries lapse `lifetime` periods after they were made."""

    def __init__(self, shape: tuple[int, int], lifetime: int | None):
        self.standing = np.zeros(shape)
        self.lifetime = lifetime
        self.entries: deque[Flags | Floats] = deque()

    def add(self, sanctioned: Flags) -> None:
        """Enter a period's sanctions, and strike out those that lapse. The array that stood before is kept as it is."""
        self.standing = self.standing + sanctioned
        if self.lifetime:
            self.entries.append(sanctioned)
            if len(self.entries) > self.lifetime:
                self.standing -= self.entries.popleft()

    def lapse_after(self, lifetime: int | None) -> None:
        """From now on entries have this lifetime; those that had none count as made in the last period."""
        if lifetime is None:
            self.entries.clear()
        elif self.lifetime is None:
            self.entries.append(self.standing)
        while lifetime and len(self.entries) > lifetime:
            self.standing = self.standing - self.entries.popleft()
        self.lifetime = lifetime

    def history(self, periods: int) -> Wholes:
        """Whole numbers (runs, population) whose bit i says whether an actor was sanctioned i + 1 periods ago."""
        bits = np.zeros(self.standing.shape, dtype=np.intp)
        for back, sanctioned in enumerate(reversed(self.entries)):
            if back < periods:
                bits |= (sanctioned > 0).astype(np.intp) << back
        return bits
