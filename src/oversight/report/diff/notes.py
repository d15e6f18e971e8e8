"""What was compared with what, and how."""

from __future__ import annotations

from collections.abc import Iterator

from oversight.environments import environment_of
from oversight.figures.words import listed
from oversight.report.diff.compared import Compared
from oversight.sweeps.diff import Differences, Opened
from oversight.sweeps.manifest import brief, changed

_FEW = 8
_VOUCH = 5
"""Replicates that a difference without spread needs at least to be more than chance."""


def scope(study: Compared) -> list[str]:
    """What is compared, a sentence each."""
    return [*_identity(study.differences), *_points(study), *_complete(study.differences)]


def method(study: Compared) -> list[str]:
    """How it is compared, and what the two differ in beside what both sweep, a sentence each."""
    return [*_base(study.differences), *_method(study)]


def _identity(found: Differences) -> Iterator[str]:
    runs = found.runs
    if found.identical:
        yield f"A and B are identical: all {runs.both:,} runs are the same in every measure, bit for bit."
    elif runs.same:
        yield f"{runs.same:,} of the {runs.both:,} runs that both have are the same in every measure, bit for bit."


def _points(study: Compared) -> Iterator[str]:
    match = study.differences.match
    by = [study.parameter(name.removeprefix("param.")).title.lower() for name in match.shared]
    both = len(match.both)
    how = f", matched by {listed(by)}" if by else ""
    yield f"{_many(both, 'design point')} in both{how}."
    alone = [f"{match.only(letter):,} only in {letter}" for letter in "AB" if match.only(letter)]
    if alone:
        yield f"Not compared: {' and '.join(alone)}."
    for side in (study.differences.a, study.differences.b):
        words = [f"`{name.removeprefix('param.')}`" for name in match.alone[side.letter]]
        if words:
            yield f"Only {side.letter} sweeps {listed(words)}: points are matched without."
    starts = {side.letter: side.starts for side in (study.differences.a, study.differences.b)}
    for letter, other in ("AB", "BA"):
        more = [start for start in starts[letter] if start not in starts[other]]
        if more:
            yield f"Only {letter} starts from a {listed(more)} past: those runs are not compared."


def _complete(found: Differences) -> Iterator[str]:
    for side, runs in ((found.a, found.runs.a), (found.b, found.runs.b)):
        if side.summary is None:
            design = side.manifest["design"]
            so_far = " in the rounds so far" if "until" in design else ""
            what = f"{runs:,} of its {design['runs']:,} runs{so_far} are there"
            yield f"{side.letter} is unfinished: {what}, and these are compared."
        elif failed := int(side.summary["failed"].sum()):
            yield f"{failed:,} runs of {side.letter} failed, and are left out."


def _method(study: Compared) -> Iterator[str]:
    found = study.differences
    table = found.table[found.table["measure"].isin(study.shown)]
    by = table["by"]
    paired, independent = int((by == "paired").sum()), int((by == "Welch").sum())
    pairs = "Replicates of equal seed share their random numbers: differences are paired by replicate, by Student's t."
    if not independent:
        yield pairs
    elif not paired:
        yield "Seeds differ: replicates are independent, and intervals are Welch's."
    else:
        yield f"{pairs} Seeds differ for {independent:,} of {paired + independent:,}, whose intervals are Welch's."
    designs = {side.letter: side.manifest["design"] for side in (found.a, found.b)}
    many = {letter: design["replicates"] for letter, design in designs.items()}
    if min(many.values()) == 1:
        yield "With one replicate there is no interval, and nothing but equality can be told."
    elif paired and any("until" in design for design in designs.values()):
        yield "Points have as many replicates as it took: paired are those that both have of a point."
    elif paired and len(set(many.values())) > 1:
        yield f"A has {many['A']:,} replicates, B {many['B']:,}: paired are the first {min(many.values()):,}."
    told = table["change"].isin(["lower", "higher"])
    still = table[told & (table["ci_low"] == table["ci_high"])]
    if len(still):
        fewest = min(still["n_a"].min(), still["n_b"].min())
        chance = f" With {fewest} replicates that may be chance." if fewest < _VOUCH else ""
        yield f"{len(still):,} differences are the same in every replicate, and are taken for certain.{chance}"
    yield (
        "Lower and higher are said so that at most 5\u00a0% of them are expected to be chance, over the points of a "
        "measure (Benjamini and Hochberg). Each 95\u00a0% interval is of its own point alone."
    )


def _base(found: Differences) -> Iterator[str]:
    """Where the two differ beside what both sweep."""
    changes = [f"`{path}` ({brief(a)}, {brief(b)})" for path, a, b in changed(found.a.source, found.b.source)]
    if changes:
        rest = len(changes) - _FEW
        more = f" and {rest:,} more" if rest > 0 else ""
        yield f"B differs from A in {', '.join(changes[:_FEW])}{more}."
    units = [_units(side) for side in (found.a, found.b)]
    if units[0] != units[1]:
        yield f"A counts in {units[0]}, B in {units[1]}: amounts are compared as they stand."
    versions = [side.manifest["versions"]["oversight"] for side in (found.a, found.b)]
    if versions[0] != versions[1]:
        yield f"A was run with version {versions[0]} of oversight, B with {versions[1]}."


def _units(side: Opened) -> str:
    units = environment_of(side.source.experiment).units(side.source.experiment)
    return f"{units.get('money', 'money')} a {units.get('period', 'period')}"


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing} is" if count == 1 else f"{count:,} {thing}s are"
