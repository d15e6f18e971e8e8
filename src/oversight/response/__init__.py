"""What actors do about given chances of being caught: shared by simulation and equilibrium."""

from oversight.response.share import Facing, Responder, Taken

__all__ = ["Facing", "Responder", "Taken"]
