"""The Scenarios tab: choose, edit, check, download, upload, share."""

from oversight.app.scenarios.scenarios import Scenarios

__all__ = ["Scenarios"]
