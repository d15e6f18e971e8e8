"""The Results tab: a sweep's numbers, explored."""

from oversight.app.results.results import ResultsTab

__all__ = ["ResultsTab"]
