"""Widgets of our own: a Vue file beside each Python function that says what it takes."""

from oversight.app.widgets.address import Address
from oversight.app.widgets.downloads import Downloads
from oversight.app.widgets.figure import Figure
from oversight.app.widgets.key_figures import KeyFigure, KeyFigures
from oversight.app.widgets.number import Number
from oversight.app.widgets.progress import Progress
from oversight.app.widgets.select import Select
from oversight.app.widgets.space import Space
from oversight.app.widgets.table import Column, Table

__all__ = [
    "Address",
    "Column",
    "Downloads",
    "Figure",
    "KeyFigure",
    "KeyFigures",
    "Number",
    "Progress",
    "Select",
    "Space",
    "Table",
]
