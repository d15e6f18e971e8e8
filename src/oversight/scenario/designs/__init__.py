"""Which design points a sweep has; one file a kind."""

from typing import Annotated

from pydantic import Field

from oversight.scenario.designs.grid import Grid
from oversight.scenario.designs.lattice import Lattice
from oversight.scenario.designs.listed import Points
from oversight.scenario.designs.nested import Nested
from oversight.scenario.designs.refine import Refine
from oversight.scenario.designs.sampled import LatinHypercube, Sampled, Sobol
from oversight.scenario.designs.sensitivity import ForSensitivity, Morris, Saltelli
from oversight.scenario.designs.sweep import Axis, Sweep
from oversight.scenario.designs.swept import Range, Swept, Values

AnySweep = Annotated[Grid | Points | LatinHypercube | Sobol | Saltelli | Morris | Nested, Field(discriminator="kind")]

__all__ = [
    "AnySweep",
    "Axis",
    "ForSensitivity",
    "Grid",
    "LatinHypercube",
    "Lattice",
    "Morris",
    "Nested",
    "Points",
    "Range",
    "Refine",
    "Saltelli",
    "Sampled",
    "Sobol",
    "Sweep",
    "Swept",
    "Values",
]
