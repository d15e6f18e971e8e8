"""Gains, harms and traits: what is drawn. One kind a file."""

from typing import TYPE_CHECKING

from oversight.distributions.distribution import Distribution
from oversight.distributions.harm import Harm, Noise
from oversight.distributions.quadrature import unit_nodes, unit_points
from oversight.seams import Seam

_DISTRIBUTIONS = {
    "constant": "oversight.distributions.constant:Constant",
    "uniform": "oversight.distributions.uniform:Uniform",
    "triangular": "oversight.distributions.triangular:Triangular",
    "beta": "oversight.distributions.beta:Beta",
    "normal": "oversight.distributions.normal:Normal",
    "lognormal": "oversight.distributions.lognormal:Lognormal",
    "exponential": "oversight.distributions.exponential:Exponential",
    "pareto": "oversight.distributions.pareto:Pareto",
    "empirical": "oversight.distributions.empirical:Empirical",
}
DISTRIBUTIONS = Seam("distributions", Distribution, _DISTRIBUTIONS)
HARMS = Seam("harms", Harm, {**_DISTRIBUTIONS, "proportional": "oversight.distributions.proportional:ProportionalHarm"})
"""A harm is a distribution, or a function of the gain."""

if TYPE_CHECKING:
    AnyDistribution = Distribution
    AnyHarm = Harm
else:
    AnyDistribution = DISTRIBUTIONS.union()
    AnyHarm = HARMS.union()

__all__ = [
    "DISTRIBUTIONS",
    "HARMS",
    "AnyDistribution",
    "AnyHarm",
    "Distribution",
    "Harm",
    "Noise",
    "unit_nodes",
    "unit_points",
]
