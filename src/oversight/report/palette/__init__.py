"""A palette of a table of scores, in words, tables and a page."""

from oversight.report.palette.page import write_page
from oversight.report.palette.said import cautions, facts, sentences
from oversight.report.palette.tables import exchanges, levels

__all__ = ["cautions", "exchanges", "facts", "levels", "sentences", "write_page"]
