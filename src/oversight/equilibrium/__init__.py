"""What would happen in the large-population limit, without simulation."""

from oversight.equilibrium.block import Block
from oversight.equilibrium.certificate import Certificate, effort
from oversight.equilibrium.coverage import slow_to_ask
from oversight.equilibrium.planner import optima, optimum
from oversight.equilibrium.prices import Price, anarchy_share, price
from oversight.equilibrium.sampled import Optimum
from oversight.equilibrium.solve import (
    Equilibrium,
    Path,
    Solution,
    block_references,
    solve,
    solve_all,
    solve_block,
)

__all__ = [
    "Block",
    "Certificate",
    "Equilibrium",
    "Optimum",
    "Path",
    "Price",
    "Solution",
    "anarchy_share",
    "block_references",
    "effort",
    "optima",
    "optimum",
    "price",
    "slow_to_ask",
    "solve",
    "solve_all",
    "solve_block",
]
