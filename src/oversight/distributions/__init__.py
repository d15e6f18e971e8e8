"""Gains, harms and traits: what is drawn. One kind a file."""

from typing import Annotated

from pydantic import Field

from oversight.distributions.constant import Constant
from oversight.distributions.distribution import Distribution, Noise
from oversight.distributions.empirical import Empirical
from oversight.distributions.exponential import Exponential
from oversight.distributions.harm import Harm
from oversight.distributions.lognormal import Lognormal
from oversight.distributions.normal import Normal
from oversight.distributions.pareto import Pareto
from oversight.distributions.proportional import ProportionalHarm
from oversight.distributions.quadrature import unit_nodes, unit_points
from oversight.distributions.uniform import Uniform

AnyDistribution = Annotated[
    Constant | Uniform | Normal | Lognormal | Exponential | Pareto | Empirical,
    Field(discriminator="kind"),
]
AnyHarm = Annotated[
    Constant | Uniform | Normal | Lognormal | Exponential | Pareto | Empirical | ProportionalHarm,
    Field(discriminator="kind"),
]

__all__ = [
    "AnyDistribution",
    "AnyHarm",
    "Constant",
    "Distribution",
    "Empirical",
    "Exponential",
    "Harm",
    "Lognormal",
    "Noise",
    "Normal",
    "Pareto",
    "ProportionalHarm",
    "Uniform",
    "unit_nodes",
    "unit_points",
]
