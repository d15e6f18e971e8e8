"""What stakeholders would choose: a table, sentences and a figure."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from oversight.figures import Quantity, comparison
from oversight.figures.words import capital, listed, plain
from oversight.numerals import percent
from oversight.report.study import Study
from oversight.report.table import Table
from oversight.report.views import Panel, View
from oversight.sweeps.stakeholders.deliberation import Deliberation, deliberation

_STANDING = Quantity("Utility, from a group's worst policy to its best", "%", percent=True)
_FEW = 6
"""Alternatives of a tie, or of a cycle, that are named."""
_NOTHING = {
    "condorcet": "none: no policy beats every other",
    "weighted_median": "none: policies do not lie on one lever",
    "nash": "none: no policy is better than its worst for every group",
}


@dataclass(frozen=True)
class Chosen:
    """What the report says of a choice."""

    sentences: list[str]
    table: Table
    view: View | None


def choice(study: Study) -> Chosen | None:
    """What the experiment's stakeholders would choose; None where it has none."""
    found = deliberation(study.results) if study.experiment.stakeholders else None
    return chosen_of(study, found) if found else None


def chosen_of(study: Study, found: Deliberation) -> Chosen:
    """The same of a deliberation, in the words of its sweep."""
    return Chosen(_sentences(study, found), _table(study, found), _view(study, found))


def _label(study: Study, found: Deliberation, alternative: int) -> str:
    """An alternative in words."""
    row = found.settings.iloc[alternative]
    axes = {axis.column: axis for axis in study.swept}
    known = [(axes[str(column)], cell) for column, cell in row.items() if cell == cell]
    return ", ".join(axis.label(cell) if axis.path == "policy" else axis.phrase(cell) for axis, cell in known)


def _labels(study: Study, found: Deliberation, alternatives: list[int], joined: str) -> str:
    shown = [_label(study, found, each) for each in alternatives[:_FEW]]
    more = len(alternatives) - len(shown)
    return joined.join(shown) + (f"{joined}{more:,} more" if more else "")


def _table(study: Study, found: Deliberation) -> Table:
    """A row a rule: its choice, how that serves each group, and whom it serves worst."""
    groups = [capital(plain(name)) for name in found.names]
    table = Table(
        "What each rule chooses",
        ["Rule", "Choice", *groups, "Worst off"],
        numeric=[False, False, *[True] * len(groups), False],
    )
    for rule, chosen in found.chosen.items():
        if not chosen:
            table.rows.append([capital(plain(rule)), _NOTHING[rule], *[""] * (len(groups) + 1)])
            continue
        cells = [percent(share, 2) for share in found.standing(chosen[0])]
        worst = capital(plain(found.worst_off(chosen[0])))
        table.rows.append([capital(plain(rule)), capital(_labels(study, found, chosen, " or ")), *cells, worst])
    over = "its worst policy" if found.profile.status_quo is None else "the status quo"
    table.notes.append(
        "Groups: how a choice serves each, from 0\u00a0% at its worst policy to 100\u00a0% at its best; of a tie, the "
        f"first. Worst off is who gains least over {over} by that measure."
    )
    if found.left_out:
        table.notes.append(f"Left out, since a measure has no value there: {found.left_out:,}.")
    return table


def _sentences(study: Study, found: Deliberation) -> list[str]:
    made = {tuple(chosen) for chosen in found.chosen.values() if chosen}
    apart, pairs = found.disagreeing
    rules = sum(map(bool, found.chosen.values()))
    if not made:
        said = ["No rule chooses a policy."]
    elif len(made) == 1:
        said = [f"All {rules} rules that choose, choose “{_labels(study, found, list(made.pop()), '” or “')}”."]
    else:
        said = [
            f"{rules} rules make {len(made)} different choices among {len(found.settings):,} policies: {apart} of "
            f"{pairs} pairs of them have none in common."
        ]
    said.append(_majorities(study, found))
    swing = _swing(found)
    return [*said, *([swing] if swing else [])]


def _majorities(study: Study, found: Deliberation) -> str:
    votes = found.majority
    if votes.winner is not None:
        return f"“{_label(study, found, votes.winner)}” beats every other policy by majority."
    if not votes.cycle:
        return "No policy beats every other by majority: some tie."
    ring = [f"“{_label(study, found, each)}”" for each in votes.cycle]
    steps = [f"{a} beats {b}" for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
    return f"Majorities go in circles: {listed(steps)}."


def _swing(found: Deliberation) -> str:
    """The group for which most hangs on the rule."""
    standings = pd.DataFrame({rule: found.standing(chosen[0]) for rule, chosen in found.chosen.items() if chosen})
    spread = standings.max(axis=1) - standings.min(axis=1)
    if spread.empty or not spread.max() > 0:
        return ""
    whose = int(spread.argmax())
    row = standings.iloc[whose].sort_values(kind="stable")
    low, high = (f"{percent(row.iloc[end], 2)} under {plain(str(row.index[end]))}" for end in (0, -1))
    return f"Most hangs on the rule for {plain(found.names[whose])}: from {low} to {high}."


def _view(study: Study, found: Deliberation) -> View | None:
    """Bars: how the choice of each rule serves each group; None where no rule chooses."""
    missing = float("nan")
    rows = [
        {
            "label": f"{capital(plain(rule))}: {_label(study, found, chosen[0])}",
            "colour": plain(name),
            "value": found.standing(chosen[0])[k],
            "low": missing,
            "high": missing,
        }
        for rule, chosen in found.chosen.items()
        if chosen
        for k, name in enumerate(found.names)
    ]
    if not rows:
        return None
    figure = comparison(pd.DataFrame(rows), _STANDING, limits=(0.0, 1.0))
    alt = "How the choice of each rule serves each group, from its worst policy to its best: the table has the numbers."
    return View("choice", [], {"": [Panel(_STANDING.title, alt, figure)]})
