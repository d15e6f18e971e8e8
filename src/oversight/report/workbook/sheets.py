"""The sheets of a workbook as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from oversight.environments import Group
from oversight.figures.words import plain
from oversight.report.frontier import frontier
from oversight.report.numbers import Row, cards
from oversight.report.study import Study


@dataclass
class Sheet:
    """A sheet: a row of headings, then rows of numbers, texts, switches and None."""

    name: str
    headings: Sequence[str]
    rows: Iterator[Sequence[Any]]


def efficiency(study: Study) -> Sheet | None:
    """What each policy costs and leads to; None where the sweep has no frontier."""
    found = frontier(study)
    if found is None:
        return None
    main, price = study.measure(study.main), study.measure(study.environment.price)
    # As the sheet has them: shares from 0 to 1.
    headings = [lever.quantity.title for lever in found.levers]
    headings += [price.axis, main.title, *(f"{main.title}: {plain(entry)}" for entry in study.entries), "Efficient"]
    columns = [*(lever.column for lever in found.levers), "cost", "rate"]
    columns += [*(f"rate.{entry}" for entry in study.entries), "efficient"]
    return Sheet("frontier", headings, found.policies[columns].itertuples(index=False, name=None))


def policies(study: Study) -> Sheet:
    """The numbers of the first chapter, a row a number, the policies that are compared side by side."""
    groups = study.chapters[0].groups
    found: dict[tuple[str, str], dict[int, str]] = {}
    for place, group in enumerate(groups):
        for part, row in _numbers(study, group):
            found.setdefault((part, row.name), {})[place] = row.value
    names = [group.heading or study.chapters[0].title for group in groups]
    rows = ([*where, *(values.get(place) for place in range(len(groups)))] for where, values in found.items())
    return Sheet("policies", ["Section", "Number", *names], rows)


def sources(study: Study) -> Sheet:
    """Every number with where it comes from."""
    headings = ["Chapter", "Of", "Section", "Number", "Value", "Kind", "Default", "Source", "Note"]

    def rows() -> Iterator[Sequence[Any]]:
        for chapter in study.chapters:
            for group in chapter.groups:
                for part, row in _numbers(study, group):
                    of = [chapter.title, group.heading, part]
                    yield [*of, row.name, row.value, row.tag, row.default, row.source, row.note]

    return Sheet("sources and assumptions", headings, rows())


def _numbers(study: Study, group: Group) -> Iterator[tuple[str, Row]]:
    for card in cards(study, group):
        for row in [*card.rows, *card.defaults]:
            yield card.heading, row
