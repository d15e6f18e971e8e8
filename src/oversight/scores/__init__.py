"""Tables of sampled answers: a row an answer, a column what it scores in a value."""

from oversight.scores.aimed import Aimed, aim
from oversight.scores.targets import Target

__all__ = ["Aimed", "Target", "aim"]
