"""The principal's problem: the best setting of levers under bounds, what holds it there, and what lies beside it.

And the adversary's: the worst population, within bounds, for a policy.
"""

from oversight.searching.check import refuse_nonsense
from oversight.searching.found import Found, Neighbour
from oversight.searching.run import search
from oversight.searching.setting import Setting

__all__ = ["Found", "Neighbour", "Setting", "refuse_nonsense", "search"]
