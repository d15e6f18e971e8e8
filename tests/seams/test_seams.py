"""Kinds of every seam from files outside the package, those of docs/extending/ as they stand: each in every command.

Expected numbers are closed forms for gains uniform on [0, 1], worked out by hand beside each case.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

import oversight
from helpers import ROOT, Command
from oversight.app.controls import controls, edited
from oversight.app.opened import opened
from oversight.contract import KITS, check_kind
from oversight.documents.yaml_file import read_yaml
from oversight.errors import InputError
from oversight.plugins import SEAMS, known_kinds

DOCS = ROOT / "docs" / "extending"
SIZE, PERIODS = 4000, 70
SIGMAS = 5
"""Standard errors: one false alarm in some two million looks."""


def code_of(page: str) -> str:
    return re.findall(r"```python\n(.*?)```", (DOCS / f"{page}.md").read_text(), re.DOTALL)[0]  # type: ignore[no-any-return]


FILES = {
    f"my_{page}" if page != "monitoring" else "my_rules": code_of(page)
    for page in ("monitoring", "sanctions", "beliefs", "distributions", "responses")
}


@pytest.fixture(autouse=True)
def _forget_modules() -> Iterator[None]:
    """A process knows one module of a name; each test has files of its own."""
    yield
    for name in (*FILES, "my_lie"):
        sys.modules.pop(name, None)


@pytest.fixture
def plugins(tmp_path: Path) -> list[Path]:
    made = []
    for name, code in FILES.items():
        made.append(tmp_path / f"{name}.py")
        made[-1].write_text(code)
    return made


@dataclass(frozen=True)
class Case:
    """A kind in use, and what comes of it in a large population; no theory where it says why not."""

    seam: str
    kind: str
    misconduct: float
    policy: dict[str, Any] = field(default_factory=dict)
    entry: dict[str, Any] = field(default_factory=dict)
    harm: float | None = None
    not_covered: str = ""
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def experiment(self) -> dict[str, Any]:
        policy = {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": {"kind": "fixed", "amount": 1}}
        return {
            "name": "trial",
            "policy": policy | self.policy,
            "population": [{"kind": "rational", "size": SIZE, **self.entry}],
            "periods": PERIODS,
            "replicates": 2,
        }


def windowed() -> float:
    """Violators 1 - y, where the overseer looks with y = s(3 (x - .2)) at a share x of them."""
    look = brentq(lambda y: 1 / (1 + np.exp(-3 * ((1 - y) - 0.2))) - y, 0, 1)
    return 1 - float(look)


CASES = {
    "weekly": Case(
        "monitoring",
        "my_rules:Weekly",
        13 / 14,  # half of them in a week's last period, all in the others
        {"monitoring": {"kind": "my_rules:Weekly", "rate": 0.5}},
        not_covered="no state is stationary",
        given={"rate": 0.5},
    ),
    "deductible": Case(
        "sanctions",
        "my_sanctions:Deductible",
        0.4,  # g > .5 * 4 (g - .2)
        {"sanction": {"kind": "my_sanctions:Deductible", "deductible": 0.2, "factor": 4}},
    ),
    "restitution": Case(
        "sanctions",
        "my_sanctions:Restitution",
        0.55,  # E[1 - .45 h], h uniform on [0, 2]
        {"sanction": {"kind": "my_sanctions:Restitution", "factor": 0.9}},
        {"harm": {"kind": "uniform", "low": 0, "high": 2}},
        harm=0.4,  # E[h (1 - .45 h)] = 1 - .45 * 4/3
    ),
    "optimist": Case("beliefs", "my_beliefs:Optimist", 0.625, {}, {"belief": {"kind": "my_beliefs:Optimist"}}),
    "kumaraswamy": Case(
        "distributions",
        "my_distributions:Kumaraswamy",
        0.421875,  # (1 - .5^2)^3
        {},
        {
            "gain": {"kind": "my_distributions:Kumaraswamy", "a": 2, "b": 3},
            "harm": {"kind": "my_distributions:Kumaraswamy", "a": 1, "b": 3},
        },
        harm=0.421875 / 4,  # (1 - h)^3 has the mean 1 / 4
        given={"a": 2.0, "b": 3.0},
    ),
    "quadratic": Case(
        "harms", "my_distributions:Quadratic", 0.5, {}, {"harm": {"kind": "my_distributions:Quadratic"}}, harm=7 / 24
    ),
    "windowed": Case(
        "responses",
        "my_responses:Windowed",
        windowed(),
        {
            "monitoring": {
                "kind": "strategic",
                "inspection_cost": 0.2,
                "bounty": 1,
                "response": {"kind": "my_responses:Windowed", "window": 4},
            }
        },
    ),
}
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@every_case
def test_simulation_comes_to_the_closed_form(case: Case, plugins: list[Path]) -> None:
    found = oversight.run(case.experiment, {"burn_in": 14}, plugins=plugins).metrics
    looks = SIZE * (PERIODS - 14)
    margin = SIGMAS * 0.5 / sqrt(looks) + 1e-3  # a finite population answers to its own luck
    assert found["misconduct_rate"] == pytest.approx(case.misconduct, abs=margin)
    if case.harm is not None:
        assert found["harm"] == pytest.approx(case.harm, abs=SIGMAS * 0.6 / sqrt(looks))


@every_case
def test_theory_comes_to_it_certified_or_says_why_not(case: Case, plugins: list[Path]) -> None:
    solution = oversight.solve(case.experiment, plugins=plugins)
    if case.not_covered:
        assert case.not_covered in solution.not_covered
        assert not solution.equilibria
        return
    (only,) = solution.equilibria
    assert only.certificate is not None
    assert only.certificate.holds
    assert only.misconduct_rate == pytest.approx(case.misconduct, abs=1e-7)
    if case.harm is not None:
        assert only.social_cost == pytest.approx(case.harm, abs=1e-5)


@pytest.mark.slow
def test_a_sweep_of_them_all_is_the_same_for_any_number_of_workers(
    plugins: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oversight.sweeps.runner.ACTOR_PERIODS", 0)  # processes are started for however little work
    points = [
        {f"policy.{part}": section for part, section in case.policy.items()}
        | {f"population.0.{part}": section for part, section in case.entry.items()}
        for case in CASES.values()
    ]
    spec = Case("", "", 0).experiment | {"periods": 8, "sweep": {"kind": "list", "points": points}}
    spec["population"] = [{**spec["population"][0], "size": 60}]
    one, two = (
        oversight.sweep(spec, plugins=plugins, workers=workers, out=tmp_path / str(workers)).runs()
        for workers in (1, 2)
    )
    pd.testing.assert_frame_equal(one, two)
    assert (one["status"] == "ok").all()
    assert one["metric.misconduct_rate"].nunique() > len(CASES)


@pytest.mark.slow
@every_case
def test_the_report_names_it_and_is_written_again_without_its_file(
    case: Case, plugins: list[Path], command: Command, tmp_path: Path
) -> None:
    oversight.sweep(case.experiment | {"periods": 4}, plugins=plugins, workers=1, out=tmp_path / "out")
    report = tmp_path / "out" / "report.html"
    name = case.kind.partition(":")[2]
    assert name.lower() in report.read_text().lower()
    report.unlink()
    answer = command("report", str(tmp_path / "out"))
    assert answer.code == 0, answer.err
    assert name.lower() in report.read_text().lower()
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert len(manifest["plugins"]) == len(plugins)


@pytest.mark.slow
@every_case
def test_the_page_plays_it_with_its_controls(case: Case, plugins: list[Path], tmp_path: Path) -> None:
    spec = case.experiment
    spec["population"] = [{**spec["population"][0], "size": 100}]
    (tmp_path / "trial.yaml").write_text(json.dumps(spec))
    served = opened(str(tmp_path / "trial.yaml"), tmp_path, plugins)
    shown = [control for group in controls(served.scenario) for control in group.controls]
    assert any(case.kind == control.value for control in shown if control.kind == "choice")
    # And from an ordinary scenario it can be chosen, with a start value for each of its keys.
    place = {"monitoring": "policy.monitoring", "sanctions": "policy.sanction", "beliefs": "population.0.belief"}
    path = place.get(case.seam, "population.0.harm")
    if case.seam != "responses":
        plain = Case(case.seam, "", 0).experiment
        plain["population"] = [{**plain["population"][0], "size": 100}]
        (tmp_path / "plain.yaml").write_text(json.dumps(plain))
        scenario = opened(str(tmp_path / "plain.yaml"), tmp_path, plugins).scenario
        changed = edited(scenario, f"{path}.kind", case.kind).experiment
        assert case.kind in changed.model_dump_json()


SLOW = ("kumaraswamy", "windowed")


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=[pytest.mark.slow] if name in SLOW else [], id=name) for name, case in CASES.items()],
)
def test_it_keeps_the_contract_of_its_seam(case: Case, plugins: list[Path], command: Command) -> None:
    seam = SEAMS[case.seam]
    kind = known_kinds(plugins).own(seam)[case.kind]
    verdicts = check_kind(seam, kind, case.given)
    assert not [verdict for verdict in verdicts if verdict.outcome == "broken"]
    unexamined = [verdict.promise.name for verdict in verdicts if verdict.outcome == "not examined"]
    assert unexamined == (["theory"] if case.not_covered else [])
    words = [word for name, value in case.given.items() for word in ("--set", f"{name}={value}")]
    file = next(str(path) for path in plugins if path.stem == case.kind.partition(":")[0])
    answer = command("check", case.kind, "--plugins", file, *words)
    assert answer.code == 0, answer.out + answer.err


# Built-in kinds keep what they promise

_RATE = "policy.monitoring.rate"
_THEN = {"set": {_RATE: 0.9}, "periods": 4, "cost": 0.5}
GIVEN: dict[tuple[str, str], dict[str, Any]] = {
    ("sanctions", "escalating"): {"amounts": [0.5, 1.5, 3.0]},
    ("distributions", "empirical"): {"values": [0.2, 0.5, 0.5, 1.3]},
    ("distributions", "triangular"): {"low": 0.1, "mode": 0.5, "high": 2.0},
    ("distributions", "beta"): {"a": 2.0, "b": 3.0, "high": 2.0},
    ("distributions", "pareto"): {"minimum": 0.2, "shape": 4.0},
    ("monitoring", "audit_capacity"): {"inspections": 500.0},
    ("monitoring", "targeted_audit"): {"inspections": 300.0},
    ("monitoring", "investigation_capacity"): {"investigators": 600.0},
    ("monitoring", "crackdown"): {"threshold": 300.0, "investigators_low": 300.0, "investigators_high": 900.0},
    ("monitoring", "strategic"): {
        "response": {"kind": "logit", "precision": 3.0},
        "inspection_cost": 0.2,
        "bounty": 0.7,
    },
    ("principals", "schedule"): {
        "steps": [{"at": 0, "set": {_RATE: 0.5}}, {"at": 3, "set": {_RATE: 0.1}}],
        "repeat": 7,
    },
    ("principals", "feedback"): {"lever": _RATE, "base": 0.2, "low": 0.1, "high": 0.6, "slope": 0.3},
    ("principals", "threshold"): {"threshold": 0.6, "then": _THEN},
    ("principals", "cusum"): {"reference": 0.2, "threshold": 9.0, "then": _THEN},
    ("principals", "ewma"): {"threshold": 0.5, "then": _THEN},
    ("principals", "shiryaev_roberts"): {"from": 0.05, "to": 0.2, "threshold": 40.0, "then": _THEN},
}
GIVEN |= {("principals", kind): {"arms": {_RATE: [0.1, 0.4, 0.6]}} for kind in ("thompson", "ucb", "exp3", "halving")}
GIVEN["principals", "halving"] |= {"rounds": [3, 4]}
GIVEN |= {("harms", kind): GIVEN["distributions", kind] for kind in ("empirical", "triangular", "beta", "pareto")}
BUILT_IN = [(seam, kind) for seam in KITS for kind in SEAMS[seam].built_in if seam in KITS]


def test_every_seam_has_a_kit() -> None:
    assert set(KITS) == set(SEAMS) - {"actors"}


@pytest.mark.slow
@pytest.mark.parametrize(("seam", "kind"), BUILT_IN)
def test_built_in_kinds_keep_their_promises(seam: str, kind: str) -> None:
    for promise in KITS[seam]:
        promise.check(SEAMS[seam].classes[kind], **GIVEN.get((seam, kind), {}))


# Wrong declarations

LIES = {
    "belief": (
        "beliefs",
        FILES["my_beliefs"].replace("return self.factor * delivered", "return delivered"),
        "my_lie:Optimist",
        {"belief": {"kind": "my_lie:Optimist"}},
        {},
    ),
    "sanction": (
        "sanctions",
        FILES["my_sanctions"].replace('frozenset({"harm"})', "frozenset()"),
        "my_lie:Restitution",
        {"harm": {"kind": "exponential", "mean": 1}},
        {"sanction": {"kind": "my_lie:Restitution", "factor": 0.9}},
    ),
    "distribution": (
        "distributions",
        FILES["my_distributions"].replace(
            "\n\nclass Quadratic",
            "\n    def above(self, x):\n"
            "        chance = (1 - x.clip(0, 1) ** self.a) ** self.b\n"
            "        return chance, chance * 0.9\n\n\nclass Quadratic",
        ),
        "my_lie:Kumaraswamy",
        {"gain": {"kind": "my_lie:Kumaraswamy", "a": 2, "b": 3}},
        {},
    ),
    "harm": (
        "harms",
        FILES["my_distributions"].replace(
            "    factor: NonNegative", "    reads_gain: ClassVar[bool] = False\n\n    factor: NonNegative"
        ),
        "my_lie:Quadratic",
        {"harm": {"kind": "my_lie:Quadratic"}},
        {"sanction": {"kind": "proportional", "factor": 1.2, "base": "harm"}},
    ),
    "monitoring": (
        "monitoring",
        FILES["my_rules"]
        .replace('frozenset({"period"})', "frozenset()")
        .replace("(state.period % 7 == 6)", "(1 - 0.5 * state.violations / state.active)"),
        "my_lie:Weekly",
        {},
        {"monitoring": {"kind": "my_lie:Weekly", "rate": 0.9}},
    ),
    "period": (
        "monitoring",
        FILES["my_rules"].replace('frozenset({"period"})', "frozenset()"),
        "my_lie:Weekly",
        {},
        {"monitoring": {"kind": "my_lie:Weekly", "rate": 0.9}},
    ),
    "response": (
        "responses",
        FILES["my_responses"].replace(
            "return logistic(self.precision * benefit)\n\n    def _stance",
            "return 0.7 + 0 * benefit\n\n    def _stance",
        ),
        "my_lie:Windowed",
        {},
        {
            "monitoring": {
                "kind": "strategic",
                "inspection_cost": 0.2,
                "bounty": 1,
                "response": {"kind": "my_lie:Windowed", "window": 4},
            }
        },
    ),
}
every_lie = pytest.mark.parametrize(("seam", "code", "kind", "entry", "policy"), LIES.values(), ids=LIES)


@pytest.fixture
def lie(tmp_path: Path) -> Callable[[str], Path]:
    def write(code: str) -> Path:
        (tmp_path / "my_lie.py").write_text(code)
        return tmp_path / "my_lie.py"

    return write


@every_lie
def test_a_wrong_declaration_is_refuted_by_the_kit(
    seam: str, code: str, kind: str, entry: Any, policy: Any, lie: Callable[[str], Path]
) -> None:
    member = known_kinds([lie(code)]).own(SEAMS[seam])[kind]
    own = {"rate": 0.9} if seam == "monitoring" else {"a": 2.0, "b": 3.0} if seam == "distributions" else {}
    assert any(verdict.outcome == "broken" for verdict in check_kind(SEAMS[seam], member, own))


@every_lie
def test_a_wrong_declaration_is_refuted_by_the_certificate(
    seam: str, code: str, kind: str, entry: Any, policy: Any, lie: Callable[[str], Path]
) -> None:
    solution = oversight.solve(Case(seam, kind, 0, policy, entry).experiment, plugins=[lie(code)], unchecked=True)
    refuted = any("refuted" in note for note in solution.notes)
    assert refuted or not all(each.certificate and each.certificate.holds for each in solution.equilibria)
    assert not solution.complete or not refuted


@pytest.mark.parametrize("lied", [name for name in LIES if name not in ("belief", "distribution")])
def test_a_wrong_declaration_is_refused_before_a_run(lied: str, lie: Callable[[str], Path]) -> None:
    """By those promises that are quick to examine; where a belief rests, and a tail, take longer."""
    seam, code, kind, entry, policy = LIES[lied]
    with pytest.raises(InputError, match=rf"{kind}: breaks the promise `(reads|rests)`"):
        oversight.run(Case(seam, kind, 0, policy, entry).experiment, plugins=[lie(code)])


@pytest.mark.parametrize(
    ("reads", "says"),
    [
        ('frozenset({"periods"})', "Weekly.reads names 'periods', which there is not: did you mean 'period'?"),
        ('"period"', "Weekly.reads is 'period': write frozenset({"),
    ],
)
def test_a_misspelt_declaration_is_told(reads: str, says: str, lie: Callable[[str], Path]) -> None:
    code = FILES["my_rules"].replace('frozenset({"period"})', reads)
    with pytest.raises(InputError) as told:
        oversight.solve(CASES["weekly"].experiment, plugins=[lie(code)])
    assert says in str(told.value)
    assert "my_lie.py" in str(told.value)


def test_a_kind_that_says_nothing_is_silent_and_never_wrong(tmp_path: Path) -> None:
    """Without its declarations each kind is simulated right, and theory says what is missing."""
    silent = {
        "my_beliefs": ("    def limit(self, delivered):\n        return self.factor * delivered\n", "", "`limit`"),
        "my_rules": ('    reads: ClassVar[frozenset[str]] = frozenset({"period"})\n', "", "`reads`"),
        "my_responses": (
            "    def rests_at(self, benefit):\n        return logistic(self.precision * benefit)\n",
            "",
            "`rests_at`",
        ),
    }
    cases = {"my_beliefs": "optimist", "my_rules": "weekly", "my_responses": "windowed"}
    for name, (said, nothing, missing) in silent.items():
        assert said in FILES[name]
        file = tmp_path / f"{name}.py"
        file.write_text(FILES[name].replace(said, nothing))
        case = CASES[cases[name]]
        assert missing in oversight.solve(case.experiment, plugins=[file]).not_covered
        found = oversight.run(case.experiment, {"burn_in": 14}, plugins=[file]).metrics["misconduct_rate"]
        assert found == pytest.approx(case.misconduct, abs=SIGMAS * 0.5 / sqrt(SIZE * (PERIODS - 14)) + 1e-3)


def test_a_sanction_that_names_nothing_is_taken_to_read_everything(tmp_path: Path) -> None:
    """Its records have no limit that theory knows; with none that it reads, it is covered and right."""
    file = tmp_path / "my_sanctions.py"
    case = CASES["restitution"]
    file.write_text(FILES["my_sanctions"].replace('frozenset({"harm"})', 'frozenset({"gain", "harm", "record"})'))
    assert "`records`" in oversight.solve(case.experiment, plugins=[file]).not_covered


def test_files_of_the_docs_are_read_as_files_are(plugins: list[Path], tmp_path: Path) -> None:
    (tmp_path / "trial.yaml").write_text(json.dumps(CASES["optimist"].experiment))
    assert read_yaml(tmp_path / "trial.yaml").data["name"] == "trial"
    assert oversight.run(tmp_path / "trial.yaml", plugins=plugins).metrics["active_share"] == 1
