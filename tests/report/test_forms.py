"""The form of a figure follows from what is swept."""

from __future__ import annotations

import pytest

from oversight.figures import Quantity
from oversight.report.roles import assign
from oversight.report.study import Dimension


def axis(name: str, values: int, numeric: bool = True) -> Dimension:
    labels = tuple(map(str, range(values)))
    return Dimension(f"param.{name}", Quantity(name), tuple(range(values)), labels, numeric=numeric)


@pytest.mark.parametrize(
    ("axes", "forms"),
    [
        ([axis("x", 9), axis("y", 9)], ["heat map"]),
        ([axis("x", 9), axis("y", 4)], ["heat map", "curves"]),
        ([axis("x", 9), axis("y", 3)], ["curves", "heat map"]),
        ([axis("x", 9)], ["curves"]),
        ([axis("policy", 3, numeric=False), axis("x", 9)], ["curves"]),
        ([axis("policy", 30, numeric=False)], ["comparison"]),
    ],
)
def test_the_form_follows_from_what_is_swept(axes: list[Dimension], forms: list[str]) -> None:
    assert [roles.form for roles in assign(axes, None, None)] == forms
