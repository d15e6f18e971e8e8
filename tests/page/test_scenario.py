"""Scenarios of the page: from the library, from a text, from a link, and back."""

from __future__ import annotations

import json
import time
import zlib
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oversight
from helpers import ROOT, Command
from library import LIBRARY, NAMES
from oversight.app.library import POLICY, Library
from oversight.app.link import TABS, from_query, to_query
from oversight.app.scenario import Scenario
from oversight.app.upload import MAX_BYTES, from_text
from oversight.documents.yaml_file import read_yaml
from oversight.errors import InputError

SMALL = {"periods": 12, "burn_in": 2}

each = pytest.mark.parametrize("name", NAMES)


def metrics(scenario: Scenario) -> dict[str, float]:
    """Measures of the scenario's run, without those that are missing."""
    return known(oversight.run(scenario.data).metrics)


def known(values: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None and value == value}


def refused(text: str | bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        from_text(text, "upload.yaml", LIBRARY)
    return caught.value


def test_the_library_has_every_bundled_file() -> None:
    files = sorted((ROOT / "experiments").glob("*.yaml"))
    games = [path.stem for path in files if "game" in read_yaml(path).data]
    assert games
    assert [item.name for item in LIBRARY.games] == games
    assert [item.name for item in LIBRARY.experiments] == [path.stem for path in files if path.stem not in games]
    assert [item.name for item in LIBRARY.policies] == sorted(path.stem for path in (ROOT / "policies").glob("*.yaml"))
    assert not [item for item in [*LIBRARY.experiments, *LIBRARY.games, *LIBRARY.policies] if item.problem]
    assert LIBRARY.first.base == "detection_by_penalty"


@each
def test_bundled_scenarios_are_those_of_their_files(name: str) -> None:
    """The same numbers as the file itself gives."""
    scenario = LIBRARY.scenario(name)
    if name.startswith(POLICY):
        written = read_yaml(ROOT / f"{name}.yaml").data
        assert scenario.title == written["title"]
        assert "assumption" in scenario.experiment.description
    else:
        path = ROOT / "experiments" / f"{name}.yaml"
        assert metrics(scenario.changed(SMALL | {"dynamics": None})) == known(
            oversight.run(path, SMALL | {"dynamics": None}).metrics
        )


@pytest.mark.slow
@each
def test_a_text_is_self_contained_and_gives_the_same_numbers(name: str, command: Command, tmp_path: Path) -> None:
    scenario = LIBRARY.scenario(name).changed(SMALL | {"seed": 5, "dynamics": None})
    file = tmp_path / "copy.yaml"
    file.write_text(scenario.text(), encoding="utf-8")
    answer = command("run", str(file), "--json")
    assert answer.code == 0, answer.err
    assert known(json.loads(answer.out)["metrics"]) == metrics(scenario)
    assert command("validate", str(file)).code == 0
    again = from_text(scenario.text(), "copy.yaml", LIBRARY)
    assert again.experiment.model_dump() == scenario.experiment.model_dump()
    assert again.text() == scenario.text()


def test_an_empty_folder_has_what_comes_with_the_package(tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert [item.name for item in library.experiments] == [item.name for item in LIBRARY.experiments]
    assert [item.name for item in library.policies] == [item.name for item in LIBRARY.policies]
    assert from_query(to_query(library.first), LIBRARY)[0].data == library.first.data


def test_the_scaffold_is_what_new_writes(tmp_path: Path, command: Command) -> None:
    scaffold = Library(tmp_path).experiment("first_steps")
    assert command("new", "first_steps").code == 0
    assert metrics(scaffold) == known(oversight.run(tmp_path / "experiments" / "first_steps.yaml").metrics)


def test_broken_files_are_listed_as_broken(tmp_path: Path) -> None:
    for folder, text in (("experiments", "a: [1"), ("policies", "monitoring: {kind: random_audit, rate: 2}")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "broken.yaml").write_text(text)
    (tmp_path / "policies" / "binary.yaml").write_bytes(b"\x00\xff")
    library = Library(tmp_path)
    assert all(item.problem for item in [*library.experiments, *library.policies])
    assert "at most 1" in library.policies[1].problem
    assert from_query(to_query(library.first), library)[0].data == library.first.data
    with pytest.raises(InputError):
        library.experiment("broken")


@pytest.mark.parametrize("name", ["../pyproject", "nothing", "policies/../experiments/false_positives", "", "\0"])
def test_only_listed_names_open(name: str) -> None:
    with pytest.raises(InputError, match="there is nothing called"):
        LIBRARY.scenario(name)


def test_changes_are_those_of_the_command_line() -> None:
    changes = {"policy.sanction.amount": 3, "population.assistants.gain.mean": 0.5, **SMALL}
    changed = LIBRARY.experiment("detection_by_penalty").changed(changes)
    assert metrics(changed) == known(oversight.run(ROOT / "experiments" / "detection_by_penalty.yaml", changes).metrics)
    back = changed.changed({"policy.sanction.amount": 2.0, "population.0.gain.mean": 1.0, "periods": 60, "burn_in": 10})
    assert not back.changes
    assert back.data == LIBRARY.experiment("detection_by_penalty").data


def test_a_later_section_replaces_earlier_values_in_it() -> None:
    first = LIBRARY.first.changed({"policy.sanction.amount": 3})
    second = first.changed({"policy.sanction": {"kind": "escalating", "amounts": [1, 2]}})
    assert second.data["policy"]["sanction"] == {"kind": "escalating", "amounts": [1, 2]}
    third = second.changed({"policy.sanction.amounts.1": 5})
    assert third.data["policy"]["sanction"]["amounts"] == [1, 5]
    assert second.data["policy"]["sanction"]["amounts"] == [1, 2], "scenarios are frozen"
    assert third.opened.policy.sanction == second.experiment.policy.sanction


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"policy.monitoring.rate": 1.5}, "at most 1"),
        ({"policy.monitoring.rate": float("nan")}, "finite"),
        ({"policy.monitoring.rat": 0.5}, "policy.monitoring.rate"),
        ({"policy.monitoring.rate": "much"}, "not a number"),
        ({"policy": "../policies/random_audit.yaml"}, "not a mapping"),
        ({"policy.extends": "/etc/passwd"}, "no such path"),
        ({"population.0.gain": {"kind": "empirical", "file": "/etc/passwd", "column": "a"}}, "unknown key"),
        ({"population.0.kind": "os:system"}, "os:system"),
        ({"population.0.size": 20_000}, "up to 3,000"),
        ({"periods": 10**6}, "up to 100,000"),
        ({"policy.sanction.suspension": 10**6}, "up to 1,000"),
        ({"sweep.parameters.policy.values": ["/etc/passwd"]}, "cannot be set here"),
        ({"sweep": None}, "cannot be set here"),
        ({"": 1}, "no such path"),
    ],
)
def test_wrong_changes_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        LIBRARY.first.changed(changes)


def test_a_change_takes_less_than_ten_milliseconds() -> None:
    scenario = LIBRARY.experiment("article_101_deterrence")
    began = time.perf_counter()
    for step in range(50):
        _ = scenario.changed({"policy.monitoring.rate": step / 50, "population.2.gain.mean": 100 + step}).experiment
    assert (time.perf_counter() - began) / 50 < 0.01


def test_a_sweep_that_no_longer_fits_is_left_out_of_the_text(command: Command, tmp_path: Path) -> None:
    scenario = LIBRARY.experiment("detection_by_penalty")
    monitoring = {"kind": "audit_capacity", "inspections": 100}
    for changes, kept in (
        ({"policy.monitoring": monitoring}, ["policy.sanction.amount"]),
        ({"policy.monitoring": monitoring, "policy.sanction": {"kind": "proportional", "factor": 2}}, None),
        ({"policy.sanction.cost_per_sanction": 1}, ["policy.monitoring.rate", "policy.sanction.amount"]),
    ):
        file = tmp_path / "copy.yaml"
        file.write_text(scenario.changed(changes).text())
        written = read_yaml(file).data
        assert (list(written["sweep"]["parameters"]) if "sweep" in written else None) == kept
        assert command("validate", str(file)).code == 0


@each
def test_bundled_files_can_be_uploaded_as_they_are(name: str) -> None:
    """They name policies of the library, which are found by name."""
    path = ROOT / (f"{name}.yaml" if name.startswith(POLICY) else f"experiments/{name}.yaml")
    uploaded = from_text(path.read_bytes(), "upload.yaml", LIBRARY)
    assert uploaded.experiment.model_dump() == LIBRARY.scenario(name).experiment.model_dump()
    assert uploaded.base is None


TRIAL = """\
name: trial
policy:
  monitoring: {kind: random_audit, rate: 0.2}
  sanction: {kind: fixed, amount: 2}
population:
  - {kind: rational, size: 50}
periods: 10
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("amount: 2", "amount: much", ("upload.yaml:4: policy.sanction.amount", "not a number")),
        ("amount: 2", "amount: 2, extends: /etc/passwd", ("upload.yaml:4", "is a file")),
        ("policy:", "policy: /etc/passwd\nx:", ("upload.yaml:2", "is a file")),
        ("policy:", "policy: ../policies/../pyproject.yaml\nx:", ("upload.yaml:2", "is a file")),
        ("policy:", "policy: ../policies/nothing.yaml\nx:", ("upload.yaml:2", "is a file")),
        ("  monitoring", "  extends: ../secret.yaml\n  monitoring", ("upload.yaml:3: policy.extends", "is a file")),
        ("  monitoring", "  extends: [a]\n  monitoring", ("upload.yaml:3: extends", "not a file name")),
        ("size: 50", "size: 50, gain: {kind: empirical, file: /etc/passwd, column: a}", ("upload.yaml:6", "file")),
        ("kind: rational", "kind: 'os:system'", ("upload.yaml:6", "does not load `os:system`")),
        ("kind: rational", "kind: {a: 1}", ("upload.yaml:6", "does not load")),
        ("size: 50", "size: 50000", ("upload.yaml:5", "up to 3,000")),
        ("periods: 10", "periods: 1e7", ("upload.yaml:7", "up to 100,000")),
        ("periods: 10", "sweep: {kind: grid, parameters: {policy: {values: [/etc/passwd]}}}", ("is a file",)),
        ("periods: 10", "sweep: {kind: list, points: [{policy: /etc/passwd}]}", ("is a file",)),
        ("periods: 10", "sweep: {kind: list, points: [{policy: {extends: /etc/passwd}}]}", ("is a file",)),
        (
            "periods: 10",
            "sweep: {kind: grid, parameters: {policy.monitoring.rate: {start: 0, stop: 1, num: 1000000}}}",
            ("upload.yaml:7: sweep", "up to 2,000"),
        ),
        ("periods: 10", "periods: !!python/object/apply:os.system [id]", ("upload.yaml:7", "not allowed")),
        ("periods: 10", "seed: 0x" + "f" * 5000, ("upload.yaml:7",)),
        ("periods: 10", "seed: " + "9" * 4000, ("upload.yaml:7",)),
    ],
)
def test_uploads_are_held_to_more_than_files(old: str, new: str, says: tuple[str, ...]) -> None:
    assert old in TRIAL
    message = str(refused(TRIAL.replace(old, new, 1)))
    assert all(part in message for part in says), message


def bomb(levels: int) -> str:
    return "k0: &a0 [1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"k{level}: &a{level} [{','.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, levels)
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a",
        "\0",
        b"\xff\xfe",
        "a: b: c",
        "\ud800: 1",
        "- " * 30_000,
        "? " * 30_000,
        "[" * 60_000,
        "a: " + "[" * 45 + "1," * 29_000 + "]" * 45,
        "{a: " * 15_000,
        "".join(" " * depth + "a:\n" for depth in range(340)),
        "a: &a [*a]",
        "population: &a {b: *a}",
        bomb(9),
        "a: [" + "1," * 30_000 + "]",
        "".join(f"k{number}: 1\n" for number in range(6_500)),
        "x" * (MAX_BYTES + 1),
        "%YAML 9.9\n---\na: 1",
        "--- a\n--- b",
        "a: !!binary aGk=",
        "a: 1e999",
        "!!map {a: 1}: 2",
    ],
    ids=range(24),
)
def test_no_trick_of_yaml_takes_long(text: str | bytes) -> None:
    began = time.perf_counter()
    refused(text)
    assert time.perf_counter() - began < 2.0, "alone it takes less than a second"


words = st.sampled_from(
    [
        "name",
        "policy",
        "population",
        "sweep",
        "kind",
        "extends",
        "file",
        "monitoring",
        "sanction",
        "gain",
        "values",
        "rational",
    ]
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "swept", ["", "sweep: {kind: grid, parameters: {game.sd: {values: [1, 2]}}}\n", "policy: ai_act_article_99\n"]
)
def test_an_uploaded_game_is_told_where_it_is_played(swept: str) -> None:
    with pytest.raises(InputError) as told:
        from_text(f"name: mine\ngame: {{kind: off_switch, mean: 1, sd: 1}}\n{swept}", "mine.yaml", LIBRARY)
    (problem,) = told.value.problems
    assert "tab Game" in problem.message
    assert "`oversight serve FILE`" in problem.remedy
    assert (problem.path, problem.line) == ("game", 2)


@settings(max_examples=50, deadline=2000)
@given(st.text(max_size=200) | st.binary(max_size=200) | plain.map(json.dumps))
def test_anything_uploaded_is_read_or_refused(text: str | bytes) -> None:
    with suppress(InputError):
        from_text(text, "upload.yaml", LIBRARY)


@pytest.mark.slow
@settings(max_examples=50, deadline=2000)
@given(st.sampled_from(["policy", "population", "policy.sanction", "policy.monitoring", "sweep", "start"]), plain)
def test_anything_put_into_a_scenario_is_read_or_refused(path: str, value: Any) -> None:
    data = json.loads(json.dumps(LIBRARY.first.data))
    *outer, last = path.split(".")
    section = data
    for part in outer:
        section = section[part]
    section[last] = value
    with suppress(InputError):
        LIBRARY.first.changed({path: value})
    with suppress(InputError):
        from_text(json.dumps(data), "upload.yaml", LIBRARY)


def test_links_of_bundled_scenarios_are_short_and_readable() -> None:
    scenario = LIBRARY.experiment("capacity_tipping").changed({"policy.sanction.amount": 3})
    assert to_query(scenario, "map") == "scenario=capacity_tipping&policy.sanction.amount=3&tab=map"
    assert to_query(LIBRARY.policy("random_audit")) == "scenario=policies/random_audit"
    opened, tab, _ = from_query("?scenario=capacity_tipping&policy.sanction.amount=3&tab=map", LIBRARY)
    assert (opened.data, tab) == (scenario.data, "map")
    assert from_query("", LIBRARY)[0].data == LIBRARY.first.data


numbers = st.floats(0, 1).map(lambda x: round(x, 9)) | st.sampled_from([0, 1, 1e-5, 0.1])
changes = st.fixed_dictionaries(
    {},
    optional={
        "policy.monitoring.rate": numbers,
        "policy.sanction.amount": st.floats(0, 1e9).map(lambda x: round(x, 9)),
        "policy.sanction": st.lists(st.floats(0, 100).map(lambda x: round(x, 9)), min_size=1, max_size=60).map(
            lambda fines: {"kind": "escalating", "amounts": fines}
        ),
        "population.0.size": st.integers(1, 3_000),
        "population.0.gain": st.builds(lambda mean, sd: {"kind": "normal", "mean": mean, "sd": sd}, numbers, numbers),
        "start": st.sampled_from(["violating", "both"]),
        "question": st.text(max_size=10).map(str.strip),
        "title": st.text(max_size=40),
        "policy.title": st.text("&=?#%+ é{}[]:,'\"\\\n", max_size=20),
        "policy.sanction.limited_liability": st.just(False),
    },
)


@settings(max_examples=20, deadline=None)
@given(changes, st.sampled_from(TABS), st.booleans())
def test_a_link_leads_back_to_the_same_scenario(changed: dict[str, Any], tab: str, bundled: bool) -> None:
    if "policy.sanction" in changed:
        changed.pop("policy.sanction.amount", None)
    scenario = LIBRARY.first.changed(changed)
    if not bundled:
        scenario = from_text(scenario.text(), "upload.yaml", LIBRARY)
    query = to_query(scenario, tab)
    assert all(character.isalnum() or character in "&=%._-~/:," for character in query)
    again, there, _ = from_query(query, LIBRARY)
    assert there == tab
    assert again.experiment.model_dump() == scenario.experiment.model_dump()


def packed(data: bytes) -> str:
    return urlsafe_b64encode(data).decode()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("scenario=nothing", "there is nothing called"),
        ("scenario=../pyproject", "there is nothing called"),
        ("scenario=capacity_tipping&scenario=false_positives", "said twice"),
        ("scenario=capacity_tipping&policy.sanction.amount=-3", "at least 0"),
        ("scenario=capacity_tipping&policy.sanction.amount=[", "not a YAML value"),
        ("scenario=capacity_tipping&policy.sanction.amount=" + "[" * 1000, "nested too deeply"),
        ("scenario=capacity_tipping&x=1", "no such path"),
        ("scenario=capacity_tipping&policy=/etc/passwd", "not a mapping"),
        ("scenario=capacity_tipping&sweep.parameters.policy.values=[/etc/passwd]", "cannot be set here"),
        ("tab=nowhere", "does not have"),
        ("a=1&" * 200, "damaged"),
        ("a=%ff", "damaged"),
        ("=1", "damaged"),
        ("yaml=", "cut off"),
        ("yaml=&scenario=capacity_tipping", "whole scenario and changes"),
        ("yaml=é", "damaged"),
        ("yaml=abc", "damaged"),
        ("yaml=" + packed(b"abc"), "damaged"),
        ("yaml=" + packed(zlib.compress(TRIAL.encode())[:-8]), "cut off"),
        ("yaml=" + packed(zlib.compress(b"a" * 10_000_000)), "too large"),
        ("yaml=" + packed(zlib.compress(b"\xff")), "is not UTF-8"),
        ("yaml=" + "a" * 100_000, "too long"),
    ],
)
def test_damaged_links_are_refused(query: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        from_query(query, LIBRARY)


@settings(max_examples=80, deadline=2000)
@given(
    st.text(max_size=60)
    | st.builds(lambda key, value: f"scenario=capacity_tipping&{key}={value}", words, st.text(max_size=20))
    | st.binary(max_size=60).map(lambda data: f"yaml={packed(data)}")
    | st.binary(max_size=60).map(lambda data: f"yaml={packed(zlib.compress(data))}")
)
def test_any_link_opens_or_is_refused(query: str) -> None:
    with suppress(InputError):
        from_query(query, LIBRARY)
