"""What to do about a results folder that will not do."""

from __future__ import annotations

from oversight.caller import by_caller


def elsewhere() -> str:
    """Take another one."""
    return f"name another folder with {by_caller('--out', '`out`')}"


def elsewhere_or_fresh() -> str:
    """Take another one, or lose what it holds."""
    fresh = by_caller("--fresh", "`fresh=True`")
    return f"N{elsewhere()[1:]}, or start over with {fresh} (the old runs are deleted)."
