"""Choices that a link brings along."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from oversight.app.view import parted, with_view

NAMES = some.text("abcxyz_", min_size=1, max_size=10)


@given(some.dictionaries(NAMES, some.text(min_size=1, max_size=12), max_size=6))
def test_choices_come_back_as_they_were(view: dict[str, str]) -> None:
    rest, again = parted("?" + with_view("scenario=small&tab=map", view))
    assert rest == "scenario=small&tab=map"
    assert again == view


def test_nonsense_is_dropped() -> None:
    long = "view.x=" + "a" * 1_000
    many = "&".join(f"view.a{index}=1" for index in range(1_000))
    assert parted(long) == ("", {})
    assert len(parted(many)[1]) == 20
    assert parted("?view.x=%ff&a=1") == ("a=1", {"x": "\ufffd"})
