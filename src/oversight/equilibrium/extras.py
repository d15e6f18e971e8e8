"""What a solution can do without."""

from __future__ import annotations

from collections.abc import Callable

from oversight.deadline import OutOfTimeError

TOO_LONG = "it takes too long to work out"


class Extras:
    """Work that is left out of a lone scenario's solution once its time is used up; `notes` say what was."""

    def __init__(self, alone: bool):
        self.alone = alone
        self.left_out: list[str] = []

    def __call__[T](self, name: str, work: Callable[[], T], otherwise: T) -> T:
        """What `work` gives; `otherwise` if there is no time for it.

        Raises:
            OutOfTimeError: there is none, and the scenario is one of several, which others should not suffer for.
        """
        try:
            return work()
        except OutOfTimeError:
            if not self.alone:
                raise
            self.left_out.append(name)
            return otherwise

    @property
    def notes(self) -> list[str]:
        """One sentence, if anything is left out."""
        return [f"Left out, since {TOO_LONG}: {', '.join(dict.fromkeys(self.left_out))}."] if self.left_out else []
