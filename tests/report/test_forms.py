"""The form of a figure follows from what is swept."""

from __future__ import annotations

import numpy as np
import pytest

import oversight
from oversight.figures import Quantity
from oversight.report.roles import assign
from oversight.report.study import Dimension, Study
from oversight.report.views import view_of


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


def test_what_there_is_to_do_has_a_colour_of_its_own() -> None:
    """Over one parameter the options of the only entry are curves beside that of all violations, theory included."""
    experiment = {
        "name": "acts",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": 0.5},
            "sanction": {"kind": "graded", "amounts": [0.6, 2.4]},
        },
        "population": [
            {
                "kind": "rational",
                "size": 200,
                "options": [{"name": "minor"}, {"name": "severe", "gain": 2, "harm": 5, "severity": 2}],
            }
        ],
        "periods": 5,
        "replicates": 2,
        "sweep": {"kind": "grid", "parameters": {"policy.monitoring.rate": {"values": [0.2, 0.5, 0.8]}}},
    }
    study = Study(oversight.sweep(experiment))
    (panel,) = view_of(study, "main", ["misconduct_rate"]).panels[""]
    lines = {trace.name: trace for trace in panel.figure.data if trace.mode != "lines"}
    assert list(lines) == ["All violations", "minor", "severe"]
    assert len({line.line.color for line in lines.values()}) == 3
    # The severe act pays best above t = p (s2 - s1) / (g2 - g1) = 1.8 p, for gains t in U[0, 1].
    np.testing.assert_allclose(lines["severe"].y, [64, 10, 0], atol=4)
    assert [trace.name for trace in panel.figure.data].count("theory, stable") >= 3
    assert [name for name in study.metrics if name.startswith("misconduct_rate")] == ["misconduct_rate"]
