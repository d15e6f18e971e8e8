"""What every kind of each seam promises, checked: for the command line, and for a researcher's own tests."""

from oversight.contract.gate import broken_promise, hold
from oversight.contract.kits import KITS, KindPromise
from oversight.contract.promises import PROMISES, BrokenPromise, Promise
from oversight.contract.seams import hold_kinds
from oversight.contract.verdict import Verdict, check_actor, check_kind

__all__ = [
    "KITS",
    "PROMISES",
    "BrokenPromise",
    "KindPromise",
    "Promise",
    "Verdict",
    "broken_promise",
    "check_actor",
    "check_kind",
    "hold",
    "hold_kinds",
]
