"""Each mistake gets a message that names file, line, path and remedy; exit code 2; nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import EXPERIMENT, Command


@dataclass
class Mistake:
    """A replacement in a valid experiment, and what the message must hold."""

    name: str
    old: str
    new: str
    says: tuple[str, ...]


MISTAKES = [
    Mistake("misspelt key", "    amount: 2", "    ammount: 2", ("trial.yaml:6: policy.sanction.ammount", "`amount`")),
    Mistake("missing key", "    amount: 2\n", "", ("policy.sanction.amount: is missing", "Fine")),
    Mistake(
        "duplicate key",
        "    amount: 2\n",
        "    amount: 2\n    amount: 3\n",
        ("trial.yaml:7: policy.sanction.amount", "line 6"),
    ),
    Mistake(
        "text for a number",
        "amount: 2",
        "amount: much",
        ("trial.yaml:6: policy.sanction.amount", "'much' is not a number"),
    ),
    Mistake("quoted number", "rate: 0.2", 'rate: "0.2"', ("trial.yaml:3: policy.monitoring.rate", "without quotes")),
    Mistake("truth value for a number", "amount: 2", "amount: true", ("trial.yaml:6", "is not a number")),
    Mistake(
        "list for a mapping",
        "gain: {kind: uniform, low: 0, high: 1}",
        "gain: [0, 1]",
        ("trial.yaml:10: population.0.gain",),
    ),
    Mistake("nan", "amount: 2", "amount: .nan", ("trial.yaml:6: policy.sanction.amount", ".nan is not allowed")),
    Mistake("infinity", "amount: 2", "amount: -.inf", ("trial.yaml:6: policy.sanction.amount", "finite")),
    Mistake("negative rate", "rate: 0.2", "rate: -0.2", ("trial.yaml:3: policy.monitoring.rate", "at least 0")),
    Mistake("rate above one", "rate: 0.2", "rate: 1.2", ("trial.yaml:3: policy.monitoring.rate", "at most 1")),
    Mistake("zero actors", "size: 50", "size: 0", ("trial.yaml:9: population.0.size", "at least 1")),
    Mistake("absurd size", "size: 50", "size: 1e9", ("trial.yaml:9: population.0.size", "at most 1e+07")),
    Mistake("fraction of an actor", "size: 50", "size: 2.5", ("trial.yaml:9: population.0.size", "whole number")),
    Mistake("absurd horizon", "periods: 10", "periods: 1e12", ("trial.yaml:11: periods", "at most")),
    Mistake(
        "burn-in", "periods: 10", "periods: 10\nburn_in: 10", ("trial.yaml:12: burn_in", "leaves nothing of 10 periods")
    ),
    Mistake(
        "unknown monitoring",
        "kind: random_audit",
        "kind: random_audits",
        ("trial.yaml:3: policy.monitoring", "`random_audit`"),
    ),
    Mistake("unknown actor", "kind: rational", "kind: rationale", ("trial.yaml:8: population.0", "`rational`")),
    Mistake("class that only YAML names", "kind: rational", "kind: os:system", ("trial.yaml:8", "--plugins os.py")),
    Mistake(
        "unknown sweep path",
        "policy.monitoring.rate:",
        "policy.monitoring.rat:",
        ("trial.yaml:16", "`policy.monitoring.rate`"),
    ),
    Mistake(
        "empty parameter list",
        "values: [0.1, 0.5]",
        "values: []",
        ("trial.yaml:16", "policy.monitoring.rate.values", "is empty"),
    ),
    Mistake(
        "no parameters",
        "    policy.monitoring.rate: {values: [0.1, 0.5]}",
        "    {}",
        ("trial.yaml:15", "sweep.parameters", "is empty"),
    ),
    Mistake(
        "swept value out of range",
        "values: [0.1, 0.5]",
        "values: [0.1, 1.5]",
        ("trial.yaml:16", "policy.monitoring.rate", "at most 1", "1.5"),
    ),
    Mistake("too many points", "values: [0.1, 0.5]", "start: 0, stop: 1, num: 1e7", ("trial.yaml:16", "at most")),
    Mistake(
        "upside-down range", "low: 0, high: 1", "low: 2, high: 1", ("trial.yaml:10: population.0.gain", "below low")
    ),
    Mistake(
        "trait that is needed",
        "    amount: 2",
        "    amount: 2\n    limited_liability: true",
        ("population.0.wealth", "limited_liability needs it"),
    ),
    Mistake(
        "comma in unquoted text",
        "  sanction:",
        "  sources: {sanction.amount: {kind: paper, note: one, two three}}\n  sanction:",
        ("trial.yaml:4", "put text that holds one in quotes"),
    ),
    Mistake(
        "source of nothing",
        "  sanction:",
        "  sources: {sanction.fee: {kind: statute}}\n  sanction:",
        ("trial.yaml:4", "names no number"),
    ),
    Mistake(
        "custom tag", "amount: 2", "amount: !!python/object/apply:os.system ['true']", ("trial.yaml:6", "not allowed")
    ),
    Mistake("tab", "    amount: 2", "\tamount: 2", ("trial.yaml:6", "not valid YAML")),
    Mistake(
        "nothing after a key",
        "amount: 2",
        "amount:",
        ("trial.yaml:6: policy.sanction.amount", "nothing is not a number"),
    ),
    Mistake("no policy", "policy:", "polcy:", ("polcy", "`policy`")),
    Mistake("name with a slash", "name: trial", "name: ../../etc", ("trial.yaml:1: name", "letters")),
    Mistake(
        "repeated names",
        "periods: 10",
        "  - {kind: rational, size: 3}\nperiods: 10",
        ("population.1.name", "give each a name"),
    ),
    Mistake(
        "missing policy file",
        EXPERIMENT[EXPERIMENT.index("policy:") : EXPERIMENT.index("population:")],
        "policy: nowhere.yaml\n",
        ("trial.yaml:2: policy", "nowhere.yaml"),
    ),
    Mistake(
        "missing column file",
        "{kind: uniform, low: 0, high: 1}",
        "{kind: empirical, file: gains.csv, column: g}",
        ("trial.yaml:10", "gains.csv"),
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_mistake_in_an_experiment(mistake: Mistake, command: Command, write: Callable[..., Path]) -> None:
    assert mistake.old in EXPERIMENT
    path = write(text=EXPERIMENT.replace(mistake.old, mistake.new, 1))
    answer = command("sweep", path.name)
    assert answer.code == 2, answer
    for words in mistake.says:
        assert words in answer.err, answer.err
    assert "Traceback" not in answer.err
    assert [item.name for item in path.parent.iterdir()] == ["trial.yaml"]


def test_the_valid_experiment_is_valid(command: Command, write: Callable[..., Path]) -> None:
    assert command("validate", write().name).code == 0


def test_all_mistakes_are_told_at_once(command: Command, write: Callable[..., Path]) -> None:
    text = EXPERIMENT.replace("rate: 0.2", "rate: 2").replace("size: 50", "size: none").replace("high: 1", "hgih: 1")
    answer = command("run", write(text=text).name)
    assert answer.code == 2
    for place in ("policy.monitoring.rate", "population.0.size", "population.0.gain.hgih", "population.0.gain.high"):
        assert place in answer.err
    assert len(answer.err.splitlines()) == 4


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"# only a comment\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "not a text file"),
        (b"- a\n- b\n", "does not hold a mapping"),
        (b"just words", "does not hold a mapping"),
        (b"a: [1, 2\n", "not valid YAML"),
        (b"a: &a [*a]\n", "contains itself"),
        (b"? [1, 2]\n: 3\n", "key is not text"),
    ],
)
def test_file_that_is_no_experiment(content: bytes, says: str, command: Command, tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_bytes(content)
    for name in ("sweep", "run", "validate"):
        answer = command(name, "odd.yaml")
        assert (answer.code, says in answer.err, "odd.yaml" in answer.err) == (2, True, True), answer


def test_yaml_bomb(command: Command, write: Callable[..., Path]) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    answer = command("run", write("bomb.yaml", "\n".join(lines)).name)
    assert answer.code == 2
    assert "1,000,000 values or more" in answer.err


def test_missing_file_names_its_neighbour(command: Command, write: Callable[..., Path]) -> None:
    write()
    answer = command("run", "trail.yaml")
    assert answer.code == 2
    assert "`trial.yaml`" in answer.err


def test_circular_extends(command: Command, write: Callable[..., Path]) -> None:
    write("a.yaml", "extends: b.yaml\nname: a\n")
    write("b.yaml", "extends: a.yaml\nname: b\n")
    answer = command("validate", "a.yaml")
    assert answer.code == 2
    assert "a.yaml -> b.yaml -> a.yaml" in answer.err


def test_extends_a_missing_file(command: Command, write: Callable[..., Path]) -> None:
    write("a.yaml", "extends: base.yaml\nname: a\n")
    answer = command("validate", "a.yaml")
    assert answer.code == 2
    assert "base.yaml" in answer.err


def test_mistake_in_an_extended_file_is_told_where_it_stands(command: Command, write: Callable[..., Path]) -> None:
    write("base.yaml", "name: base\nmonitoring:\n  kind: random_audit\n  rate: 7\n")
    write("a.yaml", "extends: base.yaml\nname: a\n")
    answer = command("validate", "a.yaml")
    assert answer.code == 2
    assert "base.yaml:4: monitoring.rate" in answer.err


def test_set_names_the_nearest_path(command: Command, write: Callable[..., Path]) -> None:
    answer = command("run", write().name, "--set", "policy.sanction.amuont=3")
    assert answer.code == 2
    assert "`policy.sanction.amount`" in answer.err


def test_set_is_validated(command: Command, write: Callable[..., Path]) -> None:
    answer = command("run", write().name, "--set", "policy.monitoring.rate=3")
    assert answer.code == 2
    assert "--set" in answer.err
    assert "at most 1" in answer.err


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def broken(:\n", "SyntaxError"),
        ("import nothing_of_that_name\n", "nothing_of_that_name"),
        ("x = 1\n", "defines no kind"),
    ],
)
def test_actor_file_that_cannot_be_used(code: str, says: str, command: Command, write: Callable[..., Path]) -> None:
    write("mine.py", code)
    answer = command("run", write().name, "--actors", "mine.py")
    assert answer.code == 2
    assert says in answer.err
    assert "mine.py" in answer.err


def test_actor_file_that_is_missing(command: Command, write: Callable[..., Path]) -> None:
    answer = command("run", write().name, "--actors", "mine.py")
    assert answer.code == 2
    assert "no such file" in answer.err


def test_no_file_of_yaml_runs_code(command: Command, write: Callable[..., Path], tmp_path: Path) -> None:
    write("evil.py", f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    command("run", write(text=EXPERIMENT.replace("kind: rational", "kind: evil:Actor")).name)
    assert not (tmp_path / "ran").exists()
