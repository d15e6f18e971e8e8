"""The page of a search."""

from oversight.report.search.front import front
from oversight.report.search.page import write_page
from oversight.report.search.settings import settings

__all__ = ["front", "settings", "write_page"]
