"""What becomes of a value when a proxy for it is optimised: best of n, exponential tilts, and published curves."""

from oversight.proxies.best_of import (
    Selected,
    best_of_divergence,
    best_of_maximum,
    best_of_menu,
    best_of_value,
)
from oversight.proxies.gao import OptimisationCurve
from oversight.proxies.tilt import NormalTilt, TiltedMenu, normal_tilt, tilted_menu

__all__ = [
    "NormalTilt",
    "OptimisationCurve",
    "Selected",
    "TiltedMenu",
    "best_of_divergence",
    "best_of_maximum",
    "best_of_menu",
    "best_of_value",
    "normal_tilt",
    "tilted_menu",
]
