"""The largest differences in a measure, as a table."""

from __future__ import annotations

from oversight.numerals import MISSING
from oversight.report.diff.compared import PREFIX, Compared
from oversight.report.study import rows_of
from oversight.report.table import Table

_CHANGES = {"lower": "lower", "higher": "higher", "unclear": "not told apart"}


def largest(study: Compared, name: str, most: int) -> Table | None:
    """The differences that are told apart, the largest first, then those that are not; None where there are none."""
    rows = study.rows(name)
    rows = rows[rows["change"].isin(_CHANGES)]
    if rows.empty:
        return None
    order = rows.assign(size=rows["difference"].abs(), last=rows["change"] == "unclear")
    shown = order.sort_values(["last", "size"], ascending=[True, False], kind="stable").head(most)
    value, words = study.value(name), study.measure(f"{PREFIX}{name}")
    dimensions, two = study.parameters, study.start is not None
    unit = f" ({words.unit})" * value.percent
    table = Table(
        value.axis,
        [*(d.quantity.axis for d in dimensions), *["Start"] * two, "A", "B", f"B − A{unit}", "95\u00a0% interval"],
        numeric=[*(d.numeric for d in dimensions), *[False] * two, True, True, True, True],
    )
    table.headings += ["In B", "By"]
    table.numeric += [False, False]
    for row in rows_of(shown):
        low, high = row["ci_low"], row["ci_high"]
        table.rows.append(
            [
                *(d.bare(row[d.column]) for d in dimensions),
                *[study.environment.starts.get(row["start"], row["start"])] * two,
                value.bare(row["a"]),
                value.bare(row["b"]),
                words.bare(row["difference"]),
                MISSING if low != low else f"{words.bare(low)} to {words.bare(high)}",
                _CHANGES[row["change"]],
                row["by"],
            ]
        )
    if len(rows) > most:
        table.notes.append(f"The {most} largest of {len(rows):,} differences.")
    return table
