"""The Compare tab: two policies over the same draws."""

from oversight.app.compare.compare import Compare

__all__ = ["Compare"]
