"""Cost against misconduct: the efficient policies of a sweep, in sentences and as a figure."""

from oversight.report.frontier.drawn import drawn
from oversight.report.frontier.found import NEAR, NEAR_IN_WORDS, Frontier, frontier
from oversight.report.frontier.told import headline, sentences

__all__ = ["NEAR", "NEAR_IN_WORDS", "Frontier", "drawn", "frontier", "headline", "sentences"]
