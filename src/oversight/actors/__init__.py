"""Who may violate: the `Actor` seam and one small file for each rule."""

from oversight.actors.actor import NEIGHBOURLY, Actor, decision, parameters
from oversight.actors.faults import faults_of
from oversight.actors.one_by_one import OneByOne
from oversight.actors.own import Terms, Traits
from oversight.actors.registry import ACTORS
from oversight.actors.situation import Experience, Situation

__all__ = [
    "ACTORS",
    "NEIGHBOURLY",
    "Actor",
    "Experience",
    "OneByOne",
    "Situation",
    "Terms",
    "Traits",
    "decision",
    "faults_of",
    "parameters",
]
