"""The tables of a palette."""

from __future__ import annotations

from oversight.numerals import number
from oversight.report.table import Table
from oversight.scores import Aimed


def levels(aimed: Aimed) -> Table:
    """A row a value: what the base has, what was asked for, what there is, and at what weight."""
    found = aimed.palette
    table = Table(
        "Values, of the base and of the aligned model",
        ["Value", "Base", "Asked for", "Level", "Weight (nats per unit)"],
        numeric=[False, True, True, True, True],
    )
    for k, target in enumerate(aimed.targets):
        written = f" ({target.written})" if target.is_of_the_base else ""
        table.rows.append(
            [
                target.name,
                number(aimed.answers.base.levels[k], 4),
                f"{number(aimed.asked[k], 4)}{written}",
                number(found.aligned.levels[k], 4),
                number(found.aligned.weights[k], 4),
            ]
        )
    return table


def exchanges(aimed: Aimed) -> Table | None:
    """A row a point of the front; None without one."""
    if aimed.traded is None:
        return None
    first, second = aimed.traded
    table = Table(
        f"What of {second} can be had beside {first}, the other targets standing",
        [f"Target of {first}", f"Largest target of {second}", "KL at 95\u00a0% of the way (nats)"],
        numeric=[True, True, True],
    )
    table.rows = [[number(each, 4) for each in (point.first, point.second, point.kl)] for point in aimed.front]
    return table
