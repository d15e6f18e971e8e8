"""The page of a search."""

from oversight.report.search.page import write_page
from oversight.report.search.settings import settings

__all__ = ["settings", "write_page"]
