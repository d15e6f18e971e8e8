"""Two sweeps compared, in words, tables and a page."""

from oversight.report.diff.compared import Compared, studies_of
from oversight.report.diff.largest import largest
from oversight.report.diff.notes import method, scope
from oversight.report.diff.page import write_page
from oversight.report.diff.said import sentence

__all__ = ["Compared", "largest", "method", "scope", "sentence", "studies_of", "write_page"]
