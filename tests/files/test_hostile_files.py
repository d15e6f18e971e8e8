"""Files that are wrong on purpose: located, in work that the size of the file bounds, and little of them repeated."""

from __future__ import annotations

import warnings
from pathlib import Path
from time import process_time
from typing import Any

import pytest

import oversight
from oversight.api import validate_file
from oversight.documents.yaml_file import read_text
from oversight.errors import InputError

BASE = """\
name: trial
policy:
  monitoring: {kind: random_audit, rate: 0.2}
  sanction: {kind: fixed, amount: 2}
population:
  - {kind: rational, size: 50}
"""
POLICY = "policy:\n  monitoring: {kind: random_audit, rate: 0.2}\n  sanction: {kind: fixed, amount: 2}\n"


def refused(tmp_path: Path, text: str) -> InputError:
    file = tmp_path / "e.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        validate_file(file)
    return caught.value


# Echoes

ECHOES = {
    "policy": lambda long: BASE.replace(POLICY, f"policy: {long}\n"),
    "extends": lambda long: BASE.replace("  monitoring:", f"  extends: {long}\n  monitoring:"),
    "key": lambda long: BASE + f"? {long}\n: 1\n",
    "duplicate key": lambda long: BASE + f"? {long}\n: 1\n? {long}\n: 1\n",
    "sanction": lambda long: BASE.replace("fixed", long),
    "actor": lambda long: BASE.replace("rational", long),
    "own actor": lambda long: BASE.replace("rational", f'{long[:-1]}:b"'),
    "size": lambda long: BASE.replace("50", long),
    "rate": lambda long: BASE.replace("0.2", long),
    "number": lambda long: BASE.replace("0.2", f"!!int {long}"),
    "point": lambda long: BASE + f"sweep: {{kind: list, points: [{{{long}: 1}}]}}\n",
    "value": lambda long: BASE + f"sweep: {{kind: list, points: [{{policy.sanction.amount: {long}}}]}}\n",
    "axis": lambda long: BASE + f"sweep: {{kind: grid, parameters: {{{long}: {{values: [1]}}}}}}\n",
    "swept policy": lambda long: BASE + f"sweep: {{kind: list, points: [{{policy: {long}}}]}}\n",
    "name": lambda long: BASE.replace("trial", long),
    "entry": lambda long: BASE.replace("size: 50", f"size: 50, name: {long}"),
    "file": lambda long: BASE.replace("size: 50", f"size: 50, gain: {{kind: empirical, file: {long}, column: a}}"),
    "source": lambda long: BASE.replace("  monitoring:", f"  sources: {{{long}: {{kind: data}}}}\n  monitoring:"),
    "measure": lambda long: BASE + f"measures: [{long}]\n",
    "weights": lambda long: BASE + f"social_cost: {{kind: weights, entries: {{{long}: {{}}}}}}\n",
    "trait": lambda long: BASE.replace("size: 50", f"size: 50, traits: {{{long}: 1}}"),
    "start": lambda long: BASE + f"start: {long}\n",
    "tag": lambda long: BASE + f"start: !{long.strip('"').replace(' ', '')} x\n",
    "alias": lambda long: BASE + f"start: *{long.strip('"').replace(' ', '')}\n",
    "claims": lambda long: f"name: x\nclaims: {long}\n",
}


@pytest.mark.parametrize("long", ["a b" * 20_000, "n" * 60_000], ids=["words", "word"])
@pytest.mark.parametrize("place", ECHOES)
def test_a_refusal_repeats_little_of_the_file(tmp_path: Path, place: str, long: str) -> None:
    for problem in refused(tmp_path, ECHOES[place](f'"{long}"')).problems:
        assert len(problem.message) < 250
        assert len(problem.path) <= 300
        assert long[:90] not in str(problem).replace(problem.path, "")


@pytest.mark.parametrize("override", ["a b" * 50_000, "n" * 50_000, "n" * 50_000 + "=1", "seed=!" + "n" * 50_000])
def test_a_refusal_repeats_little_of_the_command_line(override: str) -> None:
    spec: dict[str, Any] = {
        "name": "x",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}},
        "population": [{"kind": "rational", "size": 5}],
    }
    with pytest.raises(InputError) as caught:
        oversight.run(spec, [override])
    assert len(str(caught.value)) < 900


def test_a_name_too_long_for_a_file_cannot_be_read() -> None:
    with pytest.raises(InputError, match="File name too long"):
        oversight.solve("n" * 5_000)


def test_control_characters_of_a_value_are_written_out(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, BASE.replace("fixed", r'"\x1b[31m\nred"')).problems
    assert "`\\x1b[31m\\nred`" in problem.message
    assert str(problem).isprintable()


# Reading


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: \x07\n", 2, "U+0007"),
        ("a: 1\n\nb: x\x1b[31m\n", 3, "U+001B"),
        ("a: 1\nb: \x7f\n", 2, "U+007F"),
        ("a: 1\nb:\n  " + "[" * 2_000, 3, "nested too deeply"),
        ("a: 1\n" + "? " * 2_000, 2, "nested too deeply"),
        ("".join(f"{' ' * depth}a:\n" for depth in range(2_000)), 50, "nested too deeply"),
        ("a: 1\nb: " + "[" * 60 + "]" * 60, 2, "nested too deeply"),
        ('a: 1\nb: "\\UFFFFFFFF"\n', 2, "not valid YAML"),
        ("a: 1\nb: 'x\n", 3, "not valid YAML"),
        ("a: &a [1]\nb: &b [*b]\n", 2, "contains itself"),
    ],
)
def test_what_cannot_be_read_has_a_line(text: str, line: int, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(text, "f.yaml", Path())
    first = caught.value.problems[0]
    assert (first.file, first.line) == ("f.yaml", line)
    assert message in first.message


@pytest.mark.parametrize("fan", [2, 9, 60])
def test_aliases_are_followed_no_further_than_the_file_is_long(fan: int) -> None:
    """Each level repeats the last `fan` times, in fewer than 100 lines."""
    levels = [f"a0: &a0 [{','.join(['1'] * fan)}]"]
    levels += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * fan)}]" for n in range(1, 40)]
    before = process_time()
    with pytest.raises(InputError, match=r"holds [\d,]+ values or more, those of aliases included"):
        read_text("\n".join(levels), "f.yaml", Path())
    assert process_time() - before < 3


def test_aliases_that_repeat_a_little_are_read() -> None:
    text = f"a: &a [{','.join(['1'] * 1_000)}]\nb: [{','.join(['*a'] * 12)}]\n"
    found = read_text(text, "f.yaml", Path()).data
    assert [len(one) for one in found["b"]] == [1_000] * 12


def test_an_anchor_used_again_means_the_last_and_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_text("a: &x 1\nb: &x 2\nc: *x\n", "f.yaml", Path()).data["c"] == 2


# Words for what was meant


@pytest.mark.parametrize(
    ("axis", "remedy"),
    [
        ("[0.1, 0.2]", "Write {values: [0.1, 0.2]}."),
        ("0.1", "Write {values: ...} or {start: ..., stop: ..., num: ...}."),
        ("x", "Write {values: ...} or {start: ..., stop: ..., num: ...}."),
        ("", "Write {values: ...} or {start: ..., stop: ..., num: ...}."),
    ],
)
def test_an_axis_without_values_is_told_its_forms(tmp_path: Path, axis: str, remedy: str) -> None:
    text = BASE + f"sweep: {{kind: grid, parameters: {{policy.sanction.amount: {axis}}}}}\n"
    (problem,) = refused(tmp_path, text).problems
    assert (problem.remedy, problem.line) == (remedy, 7)


def test_a_number_for_a_section_is_told_its_kinds(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, BASE.replace("{kind: fixed, amount: 2}", "2")).problems
    assert problem.remedy.startswith("Write {kind: ..., ...}; the kind is one of: fixed, proportional,")


@pytest.mark.parametrize(("given", "meant"), [("random_adit", "random_audit"), ("random:audit", "random_audit")])
def test_a_misspelt_kind_is_told_the_one_that_was_meant(tmp_path: Path, given: str, meant: str) -> None:
    (problem,) = refused(tmp_path, BASE.replace("random_audit", f"'{given}'")).problems
    assert f"Did you mean `{meant}`?" in problem.remedy


def test_what_one_entry_needs_no_other_does(tmp_path: Path) -> None:
    """`crra` needs wealth, `cara` none: a need is an entry's own, in any order."""
    needy = "  - {kind: risk_averse, form: crra, coefficient: 1, size: 5, wealth: {kind: constant, value: 9}}\n"
    frugal = "  - {kind: risk_averse, coefficient: 1, size: 5, name: b}\n"
    file = tmp_path / "e.yaml"
    for entries in (needy + frugal, frugal + needy):
        file.write_text(BASE + entries, encoding="utf-8")
        assert validate_file(file).startswith("a valid experiment")
    without = needy.replace(", wealth: {kind: constant, value: 9}", "")
    (problem,) = refused(tmp_path, BASE + frugal + without).problems
    assert (problem.path, problem.message) == ("population.2.wealth", "is missing, and kind risk_averse needs it")


def test_what_the_sanction_needs_every_entry_does(tmp_path: Path) -> None:
    text = BASE.replace("amount: 2", "amount: 2, limited_liability: true") + "  - {kind: rational, size: 5, name: b}\n"
    (first, *_) = refused(tmp_path, text).problems
    assert first.message == "is missing, and policy.sanction.limited_liability needs it"


def test_a_helper_beside_a_plugin_in_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "beside_the_plugin.py").write_text("THRESHOLD = 0.5\n", encoding="utf-8")
    (tmp_path / "sub" / "plugin_with_helper.py").write_text(
        "import beside_the_plugin\nfrom oversight import Actor\n\n\n"
        'class Mine(Actor):\n    """Mine."""\n\n    def violates(self, now):\n'
        "        return now.gain > beside_the_plugin.THRESHOLD\n",
        encoding="utf-8",
    )
    (tmp_path / "e.yaml").write_text(BASE.replace("rational", "'plugin_with_helper:Mine'"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    rate = oversight.run("e.yaml", actors=["sub/plugin_with_helper.py"]).metrics["misconduct_rate"]
    assert rate == pytest.approx(0.5, abs=0.05)


def test_input_errors_are_exported() -> None:
    assert oversight.InputError is InputError
    assert "InputError" in dir(oversight)
