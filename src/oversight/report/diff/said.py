"""A measure's differences in one sentence."""

from __future__ import annotations

from oversight.report.diff.compared import PREFIX, Compared

_WORDS = {
    "lower": "lower in B",
    "higher": "higher in B",
    "equal": "equal",
    "unclear": "not told apart",
    "missing": "without a value",
}


def sentence(study: Compared, name: str) -> str:
    """At how many points a measure is lower in B, higher, and so on, and where most."""
    rows, title = study.rows(name), study.value(name).title
    if rows.empty:
        return f"{title}: no start is in both."
    counts = {change: int((rows["change"] == change).sum()) for change in _WORDS}
    known = {change: count for change, count in counts.items() if count}
    if len(rows) == 1:
        return f"{title}: {_single(study, name)}."
    things = "points and starts" if study.start else "points"
    if len(known) == 1:
        return f"{title}: {_WORDS[next(iter(known))]} at all {len(rows):,} {things}{_most(study, name)}."
    (first, count), *others = known.items()
    said = [f"{_WORDS[first]} at {count:,} of {len(rows):,} {things}"]
    said += [f"{_WORDS[change]} at {more:,}" for change, more in others]
    return f"{title}: {', '.join(said)}{_most(study, name)}."


def _most(study: Compared, name: str) -> str:
    """The largest fall and the largest rise among those that are told apart."""
    rows, words = study.rows(name), study.measure(f"{PREFIX}{name}")
    said, word = [], "under" if study.only_policies else "at"
    for change, noun, places in (("lower", "fall", "idxmin"), ("higher", "rise", "idxmax")):
        mine = rows[rows["change"] == change]
        if len(mine):
            row = mine.loc[getattr(mine["difference"], places)()]
            said.append(f"largest {noun} {words.text(row['difference'])} {word} {study.at(row)}")
    return "".join(f"; {each}" for each in said)


def _single(study: Compared, name: str) -> str:
    """What is said of a single difference."""
    row, words, value = study.rows(name).iloc[0], study.measure(f"{PREFIX}{name}"), study.value(name)
    if row["change"] in ("equal", "missing"):
        return f"{_WORDS[row['change']]} ({value.text(row['a'])}, {value.text(row['b'])})"
    interval = (
        "" if row["ci_low"] != row["ci_low"] else f", {words.bare(row['ci_low'])} to {words.bare(row['ci_high'])}"
    )
    both = f"{value.text(row['a'])} in A, {value.text(row['b'])} in B"
    return f"{_WORDS[row['change']]}: {both}, {words.text(row['difference'])}{interval}"
