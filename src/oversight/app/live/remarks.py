"""What theory says of a running scenario beyond its equilibria, in sentences."""

from __future__ import annotations

from oversight.app.session import Theory
from oversight.contract import broken_promise
from oversight.numerals import percent
from oversight.scenario import Experiment


def unchecked(experiment: Experiment) -> list[str]:
    """Which classes break their contract, and play all the same."""
    broken = {entry.kind: broken_promise(entry.rule) for entry in experiment.population}
    return [
        f"{kind} breaks its contract ({promise}) and runs unchecked: the same scenario may give other "
        "numbers elsewhere."
        for kind, promise in broken.items()
        if promise
    ]


def remarks(theory: Theory, start: str) -> list[str]:
    """Why there is no theory, what it leaves out, and where the limit goes that does not come to rest from `start`."""
    if theory.failure:
        return [f"Theory failed here. {theory.failure}"]
    solution = theory.solution
    if solution is None:
        return []
    if solution.not_covered:
        return [f"Theory does not cover this. {solution.not_covered}"]
    found = [f"Theory: {note}" for note in solution.notes]
    for path in solution.paths:
        if path.start == start and path.length != 1:
            between = f"with misconduct from {percent(path.lowest)} to {percent(path.highest)}"
            course = (
                f"never comes to rest: it repeats itself every {path.length} periods, {between}."
                if path.length
                else f"has not settled after a thousand periods, {between}."
            )
            found.append(f"From the {start} start, a large population {course}")
    return found
