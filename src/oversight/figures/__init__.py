"""Figures: a tidy frame in, a Plotly figure out. One kind of figure a file; nothing is computed here."""

from oversight.figures.comparison import comparison
from oversight.figures.curves import Level, Mark, States, curves
from oversight.figures.front import front
from oversight.figures.frontier import frontier
from oversight.figures.heat_map import Line, heat_map
from oversight.figures.players import players
from oversight.figures.quantity import Quantity
from oversight.figures.scatter import scatter
from oversight.figures.style import COLOURS, MARKED
from oversight.figures.theory import Branch
from oversight.figures.time_series import time_series
from oversight.figures.tornado import tornado
from oversight.figures.words import category, measure, parameter

__all__ = [
    "COLOURS",
    "MARKED",
    "Branch",
    "Level",
    "Line",
    "Mark",
    "Quantity",
    "States",
    "category",
    "comparison",
    "curves",
    "front",
    "frontier",
    "heat_map",
    "measure",
    "parameter",
    "players",
    "scatter",
    "time_series",
    "tornado",
]
