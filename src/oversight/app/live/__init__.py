"""The Live tab: actors in their space, misconduct over time beside theory, key figures, controls."""

from oversight.app.live.live import Live

__all__ = ["Live"]
