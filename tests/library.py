"""The bundled library of the page, read once: reading every file takes seconds."""

from __future__ import annotations

from helpers import ROOT
from oversight.app.library import POLICY, Library

LIBRARY = Library(ROOT)
EXPERIMENTS = [item.name for item in LIBRARY.experiments]
NAMES = EXPERIMENTS + [POLICY + item.name for item in LIBRARY.policies]
"""What `Scenario.base` may be."""
