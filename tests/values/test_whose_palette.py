"""Stakeholders with palettes of their own: what they make of models, and what they choose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import oversight
from helpers import Command
from oversight.errors import InputError
from oversight.palettes import Answers, palette, slack
from oversight.scenario import load_experiment
from oversight.scenario.stakeholders import Worth
from oversight.sweeps.stakeholders.deliberation import deliberation

BASE = (0.40, 0.20, 0.15, 0.10, 0.10, 0.05)
VALUES = ((0, 0, 0), (1, -0.5, 0.2), (-1, 0.5, 0.3), (0.5, 1, -0.6), (-0.5, -1, 1), (1, 0.5, -1))
PALETTES = ((0.3, -0.3, -0.1), (-0.3, 0.25, 0.0), (-0.2, -0.3, 0.35))
SIZES = (0.4, 0.35, 0.25)
WORTH = {
    "palette_of_writers": (1, -0.270675, -0.221992),
    "palette_of_analysts": (-0.832524, 1, -0.272727),
    "palette_of_guardians": (-0.952143, -0.552227, 1),
    "pooled_weights": (-0.098221, 0.100376, 0.032582),
    "mean_palette": (0, 0, 0),
}
"""Of writers, analysts and guardians; pooled weights are printed to six digits."""


def worth(who: Worth, measures: Any) -> float:
    return who.constant + sum(weight * measures[name] for name, weight in who.measures.items())


def test_what_groups_make_of_the_models_is_as_computed_by_hand() -> None:
    table = Answers.of(VALUES, BASE)
    own = [palette(table, each).aligned for each in PALETTES]
    assert slack(table, np.max(PALETTES, axis=0)) == pytest.approx(-0.185784, abs=5e-7)
    pooled = sum(size * each.weights for size, each in zip(SIZES, own, strict=True))
    assert pooled == pytest.approx((0.187842, 0.424437, 0.568355), abs=5e-7)
    source = load_experiment("whose_palette")
    groups = source.experiment.stakeholders
    appraised = [source.experiment.appraised(each.palette or {}) for each in groups]
    policies = source.document.data["sweep"]["parameters"]["policy"]["values"]
    named = {policy["name"]: policy for policy in policies[1:]}
    assert named.keys() >= WORTH.keys()
    for name, known in WORTH.items():
        training = named[name]["training"]
        (found,) = oversight.solve("whose_palette", {"policy.training": training}).equilibria
        assert found.certificate is not None
        assert found.certificate.holds
        assert [worth(each, found.measures) for each in appraised] == pytest.approx(known, abs=2e-6)


def test_whose_palette_is_as_it_says() -> None:
    found = oversight.sweep("whose_palette", {"replicates": 2}, workers=1)
    chosen = oversight.choose(found).set_index("rule")["param.policy"]
    assert chosen.pop("plurality") == "palette_of_writers"
    chosen.pop("weighted_median")  # policies lie on no line
    assert set(chosen) == {"all_demands"}
    nats = found.summary.set_index("param.policy")["metric.nats.mean"]
    assert nats.idxmax() == "all_demands"


def test_a_palette_adds_to_a_utility() -> None:
    found = oversight.sweep("whose_palette", {"replicates": 1, "periods": 2}, workers=1)
    one = {"name": "a", "palette": {"lively": 0.3, "helpful": -0.3, "careful": -0.1}}
    both = one | {"name": "b", "utility": {"misconduct_rate": -2.0, "value.lively": 0.5}}
    made = deliberation(found, {"stakeholders": [one, both]})
    assert made is not None
    means = found.summary
    more = -2.0 * means["metric.misconduct_rate.mean"] + 0.5 * means["metric.value.lively.mean"]
    assert made.profile.utilities[1] == pytest.approx(made.profile.utilities[0] + more.to_numpy())


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ({"name": "a"}, "stakeholders.0.utility: says nothing that is worth anything"),
        ({"name": "a", "palette": {"livly": 0.1}}, "stakeholders.0.palette.livly: .*Did you mean `lively`"),
        ({"name": "a", "palette": {"lively": 1.5}}, "cannot be met together.*the slack is"),
        ({"name": "a", "palette": {"lively": -0.9}}, "what the reference model does without training"),
    ],
)
def test_a_palette_that_says_nothing_is_told(group: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        oversight.sweep("whose_palette", {"stakeholders": [group], "replicates": 1}, workers=1)


def test_what_has_no_values_knows_no_palette(command: Command) -> None:
    group = "stakeholders=[{name: a, palette: {honesty: 0}}]"
    done = command("sweep", "compare_policies", "--set", group, "--set", "replicates=1", "--out", "out")
    assert done.code == 2
    assert "nothing that there is to do has the value `honesty`; none is said to have any" in done.err


def test_who_chooses_is_as_it_says() -> None:
    """Majorities of developers, users and the public go in circles; four policies are each chosen by some rule."""
    found = oversight.sweep("who_chooses", {"replicates": 2, "periods": 30, "burn_in": 0}, workers=1)
    chosen = oversight.choose(found).set_index("rule")["param.policy"].to_dict()
    known = {
        "plurality": "no_oversight",
        "utilitarian": "no_oversight",
        "borda": "light_audits",
        "leximin": "strict_audits",
        "approval": "loading",
        "relative_utilitarian": "loading",
        "nash": "loading",
    }
    assert {rule: chosen[rule] for rule in known} == known
    assert chosen["condorcet"] != chosen["condorcet"]  # there is none
