"""Each mistake gets a message that names file, line, path and remedy; exit code 2; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError, create_model
from pydantic_core import ErrorDetails

from helpers import EXPERIMENT, Command, sections_below
from oversight.documents.problems import plainly, problems
from oversight.documents.schema import items, keys, kind_of, named, sections
from oversight.documents.yaml_file import Document
from oversight.plugins import Kinds
from oversight.policy import Policy
from oversight.quantities import LocatedError
from oversight.replications.replication import Replication
from oversight.scenario import load_experiment
from oversight.scenario.experiment import experiment_model
from oversight.sweeps.manifest import _Written as Written


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
    Mistake(
        "axis as a list",
        "{values: [0.1, 0.5]}",
        "[0.1, 0.5]",
        ("sweep.parameters.policy.monitoring.rate: [0.1, 0.5] is a list", "Write {values: [0.1, 0.5]}"),
    ),
    Mistake("truth value for a number", "amount: 2", "amount: true", ("trial.yaml:6", "is not a number")),
    Mistake(
        "list for a mapping",
        "gain: {kind: uniform, low: 0, high: 1}",
        "gain: [0, 1]",
        ("trial.yaml:10: population.0.gain",),
    ),
    Mistake("nan", "amount: 2", "amount: .nan", ("trial.yaml:6: policy.sanction.amount", "`.nan` is not allowed")),
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
    Mistake("too many points", "values: [0.1, 0.5]", "start: 0, stop: 1, num: 1e8", ("trial.yaml:16", "at most")),
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
        "key of the experiment in the sweep",
        "  kind: grid\n",
        "  kind: grid\n  mark: {policy.monitoring.rate: 0.1}\n",
        ("trial.yaml:15: sweep.mark: unknown key. It belongs at the top of the experiment.",),
    ),
    Mistake(
        "key of the experiment in the policy",
        "    amount: 2",
        "    amount: 2\n    seed: 3",
        ("policy.sanction.seed: unknown key. It belongs at the top of the experiment.",),
    ),
    Mistake(
        "key of the entry in a distribution",
        "low: 0, high: 1",
        "low: 0, high: 1, size: 3",
        ("population.0.gain.size: unknown key. It belongs in `population.0`.",),
    ),
    Mistake(
        "key of the section beside",
        "rate: 0.2",
        "rate: 0.2, amount: 3",
        ("policy.monitoring.amount: unknown key. It belongs in `policy.sanction`.",),
    ),
    Mistake(
        "key of a section within",
        "  sanction:\n",
        "  rate: 0.3\n  sanction:\n",
        ("policy.rate: unknown key. It belongs in `policy.monitoring`.",),
    ),
    Mistake(
        "key of another kind",
        "low: 0, high: 1",
        "low: 0, high: 1, value: 3",
        ("population.0.gain.value: unknown key. It belongs to kind constant.",),
    ),
    Mistake(
        "misspelt key that is one elsewhere",
        "periods: 10",
        "period: 10",
        ("trial.yaml:11: period: unknown key. Did you mean `periods`?",),
    ),
    Mistake(
        "number for a distribution",
        "gain: {kind: uniform, low: 0, high: 1}",
        "gain: 0.5",
        ("trial.yaml:10: population.0.gain: 0.5 is not a mapping. Write {kind: constant, value: 0.5}.",),
    ),
    Mistake(
        "number for what a gain is multiplied by",
        "gain: {kind: uniform, low: 0, high: 1}",
        "gain: {kind: proportional, to: wealth, factor: 0.1, times: 3}",
        ("population.0.gain.times: 3 is not a mapping. Write {kind: constant, value: 3}.",),
    ),
    Mistake(
        "gain in proportion to nothing",
        "gain: {kind: uniform, low: 0, high: 1}",
        "gain: {kind: proportional, to: turnover, factor: 0.1}",
        ("population.0.turnover: is missing,", "Add `turnover: {kind: lognormal, ...}`."),
    ),
    Mistake("name that is too long", "name: trial", f"name: {'n' * 101}", ("name: has 101 characters. At most 100.",)),
    Mistake("empty name", "name: trial", "name: ''", ("trial.yaml:1: name: is empty. Give at least 1.",)),
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


@pytest.mark.parametrize(
    ("training", "says"),
    [
        ("{weights: {honesty: 1}, drift: {decay: 2}}", "training.drift.decay: 2 is above"),
        ("{weights: {honesty: 1}, drift: {walks: 0.1}}", "training.drift.walks: unknown key. Did you mean `walk`?"),
        ("{weights: {honesty: 1}, recertify: {every: 0}}", "training.recertify.every: 0 is below"),
        ("{kind: weights, weights: {honesty: 1}, coverage: 1.4}", "training.coverage: 1.4 is above"),
        ("{weights: {}}", "training.weights: is empty. Give at least 1."),
        ("{kind: weights}", "training.weights: is missing. Add `weights: ...`"),
        (
            "{weights: {honesty: 1}, proxy: {error: {kind: normal, sd: 1}, selection: {best_of: 0}}}",
            "training.proxy.selection.best_of: 0 is below",
        ),
        ("{weights: {honesty: 1}, proxy: {error: {kind: norml}}}", "training.proxy.error: unknown kind `norml`. Did"),
        (
            "{weights: {honesty: 1}, proxy: {error: {kind: pareto, minimum: 1, shape: 2}}}",
            "training.proxy.error.kind: kind pareto has a tail so heavy",
        ),
    ],
)
def test_mistake_in_training(training: str, says: str, command: Command, write: Callable[..., Path]) -> None:
    text = EXPERIMENT.replace("policy:\n", f"policy:\n  training: {training}\n", 1)
    answer = command("validate", write(text=text).name)
    assert answer.code == 2, answer
    assert f"policy.{says}" in answer.err
    assert len(answer.err.splitlines()) == 1


def test_mistake_beside_a_key_that_is_called_as_its_kind_has_its_own_line(
    command: Command, write: Callable[..., Path]
) -> None:
    training = "  training:\n    weights: {honesty: 0.3}\n    proxy:\n      error: {kind: normal, sd: -1}\n"
    answer = command("validate", write(text=EXPERIMENT.replace("policy:\n", f"policy:\n{training}", 1)).name)
    line = 1 + EXPERIMENT.splitlines().index("policy:") + 4
    assert f"trial.yaml:{line}: policy.training.proxy.error.sd: -1 is below the least allowed." in answer.err


def test_the_valid_experiment_is_valid(command: Command, write: Callable[..., Path]) -> None:
    assert command("validate", write().name).code == 0


def test_all_mistakes_are_told_at_once(command: Command, write: Callable[..., Path]) -> None:
    text = EXPERIMENT.replace("rate: 0.2", "rate: 2").replace("size: 50", "size: none").replace("high: 1", "hgih: 1")
    answer = command("run", write(text=text).name)
    assert answer.code == 2
    for place in ("policy.monitoring.rate", "population.0.size", "population.0.gain.hgih", "population.0.gain.high"):
        assert place in answer.err
    assert len(answer.err.splitlines()) == 4


def test_mistakes_of_one_file_are_told_in_the_order_of_its_lines(command: Command, write: Callable[..., Path]) -> None:
    text = EXPERIMENT.replace("name: trial", "burn_in: -1\nname: trial").replace("amount: 2", "amount: -2")
    text = text.replace("size: 50", "size: 0").replace("low: 0, high: 1", "low: 0").replace("replicates: 3", "seed: -1")
    answer = command("run", write(text=f"{text}colour: red\n").name)
    lines = [int(line.split(":")[2]) for line in answer.err.splitlines()]
    assert len(lines) == 6
    assert lines == sorted(lines)


_WRONG: list[Any] = [
    *(None, True, 3, -3, 0, 0.5, -0.5, 1.5, 1e12, 1e300, 1e-300, 10**30, float("nan"), float("inf")),
    *("", "x" * 101, "9 lives", "\ud800", [], [0] * 101, [[]], [{}], {}, {"kind": None}, {"kind": "x"}, {"kind": [1]}),
    *({"x": 1}, {"": {}}, {"a": "b"}, {"kind": "grid", "x": 1}),
]


def _refusals() -> Iterator[ErrorDetails]:
    """What the schemas say of wrong values at every key of files and of manifests."""
    held = [(Written, key) for key in Written.__annotations__]
    for schema in (experiment_model(Kinds()), Policy, Replication):
        held += [(section, key) for section in sections_below(schema, set()) for key in keys(section)]
    for schema, key in held:
        for value in _WRONG:
            try:
                TypeAdapter(schema).validate_python({key: value})
            except ValidationError as error:
                yield from error.errors()


def test_every_refusal_of_the_schema_is_told_in_our_words() -> None:
    told: dict[str, str] = {}
    for item in _refusals():
        message, remedy = plainly(item)
        own = item.get("ctx", {}).get("error")
        if isinstance(own, LocatedError):  # which says itself what would be right
            message, remedy = str(own), own.remedy
        told.setdefault(item["type"], item["msg"])
        assert remedy, (item["type"], message)
        assert message != item["msg"]
    assert len(told) > 20  # that there was something to tell


def _unions(annotation: Any) -> list[Any]:
    """The types of a schema's keys that hold one of several kinds, each once."""
    found = {}
    for section in sections_below(annotation, set()):
        for field in keys(section).values():
            union = items(field.annotation) or named(field.annotation) or field.annotation
            held = Annotated[union, *field.metadata] if union is field.annotation and field.metadata else union
            found[tuple(map(kind_of, sections(union)))] = field, held
    return [
        Annotated[held, Field(discriminator="kind")] if field.discriminator else held
        for kinds, (field, held) in found.items()
        if len(kinds) > 1 and all(kinds)
    ]


def test_mistakes_of_every_key_of_every_kind_are_told_at_that_key(tmp_path: Path) -> None:
    alike = set()
    for union in _unions(experiment_model(Kinds())):
        holder = create_model("Holder", held=(union, ...))
        for section in sections(union):
            names = [key for key in keys(section) if key != "kind"]
            data = {"held": {"kind": kind_of(section), **{key: [[[]]] for key in names}, "no_key": 0}}
            with pytest.raises(ValidationError) as raised:
                holder.model_validate(data)
            # Behind the key that holds it and the kind stands the key that is wrong.
            wrong = {str(item["loc"][2]) for item in raised.value.errors()}
            told = problems(raised.value, holder, Document(data, tmp_path))
            assert {problem.path.split(".")[1] for problem in told} == wrong
            alike |= {kind_of(section)} & set(names)
    assert "weights" in alike  # a key that is called as its kind is


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


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"caf\xe9", "holds the byte 0xE9, which is not UTF-8. Save it as UTF-8."),
        (b"caf\x00", "holds the character U+0000, which YAML does not allow. Remove it."),
        (b"\xff\x00", "is not a text file. Name one in UTF-8."),
    ],
    ids=["Latin-1", "NUL", "binary"],
)
def test_what_cannot_be_text_has_a_line(bad: bytes, says: str, command: Command, tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_bytes(b"name: x\n\ntitle: " + bad + b"\nperiods: 3\n")
    assert f"odd.yaml:3: {says}" in command("validate", "odd.yaml").err


def test_a_column_that_is_not_utf_8_has_a_line(command: Command, write: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "gains.csv").write_bytes(b"gain,note\n1,a\n2,caf\xe9\n")
    text = EXPERIMENT.replace("{kind: uniform, low: 0, high: 1}", "{kind: empirical, file: gains.csv, column: gain}")
    answer = command("validate", write(text=text).name)
    assert "trial.yaml:10: population.0.gain.file: gains.csv:3: holds the byte 0xE9" in answer.err


def test_yaml_bomb(command: Command, write: Callable[..., Path]) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    answer = command("run", write("bomb.yaml", "\n".join(lines)).name)
    assert answer.code == 2
    assert "bomb.yaml:30: a29: holds 10,000 values or more, those of aliases included" in answer.err


def test_aliases_within_reason_are_written_out(write: Callable[..., Path]) -> None:
    numbers = ", ".join(map(str, range(500)))
    gain = "{kind: empirical, values: *values}"
    others = "".join(f"  - {{kind: rational, name: e{index}, size: 5, gain: {gain}}}\n" for index in range(15))
    text = "name: shared\npolicy: {monitoring: {kind: random_audit, rate: 0.2}}\npopulation:\n"
    text += (
        f"  - {{kind: rational, size: 5, gain: {{kind: empirical, values: &values [{numbers}]}}}}\n{others}periods: 2\n"
    )
    population = load_experiment(write("shared.yaml", text)).experiment.population
    assert len(population) == 16
    assert all(entry.gain == population[0].gain for entry in population)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('name: x\ntitle: "a\x07b"\n', 2, "the character U+0007"),
        ("name: x\npolicy: " + "[" * 3_000 + "]" * 3_000, 2, "nested too deeply"),
        ("name: x\n" + "".join(f"{' ' * depth}a:\n" for depth in range(1_500)), 51, "nested too deeply"),
        ("a: &a [1]\nb: &b {c: *b}\n", 2, "an alias contains itself"),
    ],
    ids=["control character", "flow", "block", "circle"],
)
def test_what_is_no_plain_yaml_is_told_with_its_line(
    text: str, line: int, says: str, command: Command, write: Callable[..., Path]
) -> None:
    answer = command("run", write("odd.yaml", text).name)
    assert answer.code == 2
    assert f"odd.yaml:{line}: " in answer.err
    assert says in answer.err


_LONG = "of any length " * 2_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: trial", f"name: {_LONG}"),
        ("kind: random_audit", f'kind: "{_LONG}"'),
        ("rate: 0.2", f"rate: '{_LONG}'"),
        ("rate: 0.2", f'"{_LONG}": 0.2'),
        ("amount: 2", f"amount: !{'x' * 20_000} 2"),
        ("amount: 2", f"amount: {'9' * 20_000}"),
        ("kind: rational", f"kind: {_LONG}"),
        ("policy.monitoring.rate:", f'"policy.{_LONG}":'),
        ("policy:", f"policy: {_LONG}\nother:"),
        ("periods: 10", f"periods: [{_LONG}]"),
    ],
    ids=map(str, range(10)),
)
def test_what_is_quoted_is_short(old: str, new: str, command: Command, write: Callable[..., Path]) -> None:
    assert old in EXPERIMENT
    answer = command("run", write("long.yaml", EXPERIMENT.replace(old, new)).name)
    assert answer.code == 2
    assert "long.yaml" in answer.err
    assert all(len(told) < 500 for told in answer.err.splitlines())


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
