"""The commands, as a user types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import oversight
from helpers import EXPERIMENT, Command

Write = Callable[..., Path]


def test_help_starts_at_once() -> None:
    """It imports none of the heavy libraries."""
    code = "import sys\ntry:\n    from oversight.cli import main; main()\nexcept SystemExit: pass\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "sweep" in done.stdout
    assert "click" in loaded
    assert not loaded & {"mesa", "pandas", "plotly", "scipy", "numpy", "pyarrow"}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize("words", [["schema"], ["list", "experiments"], ["sweep", "trial.yaml"], ["run", "trial.yaml"]])
def test_a_reader_that_has_enough_is_no_error(words: list[str], write: Write) -> None:
    folder = write().parent
    read, written = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "oversight", *words], cwd=folder, stdout=written, stderr=subprocess.PIPE, text=True
    )
    os.close(written)
    assert done.returncode == 1
    assert "error" not in done.stderr
    assert "Error" not in done.stderr


def test_run_prints_measures(command: Command, write: Write) -> None:
    answer = command("run", write().name)
    assert answer.code == 0
    assert "misconduct_rate" in answer.out


def test_run_json_is_pure_and_missing_is_null(command: Command, write: Write) -> None:
    answer = command("run", write().name, "--json", "--set", "policy.sanction.amount=100")
    printed = json.loads(answer.out)
    assert printed["metrics"]["misconduct_rate"] == 0
    assert printed["metrics"]["detection_rate"] is None


def test_run_is_the_first_row_of_the_sweep(command: Command, write: Write) -> None:
    """The same seed and replicate, whichever command asks."""
    name = write().name
    single = json.loads(command("run", name, "--json", "--set", "policy.monitoring.rate=0.5").out)["metrics"]
    command("sweep", name, "--workers", "1")
    rows = pd.read_parquet("results/trial/runs.parquet")
    row = rows[(rows["param.policy.monitoring.rate"] == 0.5) & (rows["replicate"] == 0)].iloc[0]
    for measure, value in single.items():
        assert row[f"metric.{measure}"] == value or (value is None and pd.isna(row[f"metric.{measure}"]))


def test_run_writes_series_and_agents(command: Command, write: Write) -> None:
    answer = command("run", write().name, "--out", "here", "--agents", "actors.csv", "--json")
    metrics = json.loads(answer.out)["metrics"]
    series, agents = pd.read_csv("here/series.csv"), pd.read_csv("actors.csv")
    assert len(series) == 10
    assert len(agents) == 10 * 50
    assert agents["violated"].mean() == pytest.approx(metrics["misconduct_rate"])
    assert series["misconduct_rate"].mean() == pytest.approx(metrics["misconduct_rate"])
    assert (agents["violated"] == (agents["gain"] > 0.4)).all()


def test_seed_option(command: Command, write: Write) -> None:
    name = write().name
    found = {command("run", name, "--json", *words).out for words in ([], ["--seed", "0"], ["--seed", "1"])}
    assert len(found) == 2


def test_sweep_writes_what_the_contract_names(command: Command, write: Write) -> None:
    answer = command("sweep", write().name, "--workers", "1")
    assert answer.code == 0, answer.err
    folder = Path("results/trial")
    assert {path.name for path in folder.iterdir()} == {
        "runs.parquet",
        "summary.csv",
        "summary.parquet",
        "manifest.json",
        "points.parquet",
        "report.html",
    }
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["command"] == "oversight sweep trial.yaml --workers 1"
    assert "report.html" in answer.out


def test_sweep_json(command: Command, write: Write) -> None:
    printed = json.loads(command("sweep", write().name, "--json", "--workers", "1", "--out", "x").out)
    assert printed["runs"] == printed["simulated"] == 6
    assert printed["failed"] == 0


def test_dry_run_writes_nothing(command: Command, write: Write, tmp_path: Path) -> None:
    answer = command("sweep", write().name, "--dry-run")
    assert "2 design points, 6 runs" in answer.out
    assert [path.name for path in tmp_path.iterdir()] == ["trial.yaml"]


def test_changed_experiment_exits_with_2_and_says_what(command: Command, write: Write) -> None:
    name = write().name
    command("sweep", name, "--workers", "1")
    answer = command("sweep", name, "--workers", "1", "--set", "policy.sanction.amount=3")
    assert answer.code == 2
    assert "policy.sanction.amount: was 2, is 3" in answer.err
    assert "--fresh" in answer.err
    assert command("sweep", name, "--workers", "1", "--set", "policy.sanction.amount=3", "--fresh").code == 0


def test_failed_runs_exit_with_1_and_are_named(command: Command, write: Write) -> None:
    # It keeps its contract but where a fine is 2, which no trial of it has.
    actor = """\
import numpy as np
from oversight import Actor
class Bad(Actor):
    def violates(self, now):
        if np.any(now.sanction == 2):
            raise ValueError("b")
        return now.gain > now.expected_sanction
"""
    write("bad_actor.py", actor)
    name = write(text=EXPERIMENT.replace("kind: rational", "kind: bad_actor:Bad")).name
    answer = command("sweep", name, "--actors", "bad_actor.py", "--workers", "1")
    assert answer.code == 1
    assert "6 of 6 runs failed" in answer.err
    assert "ValueError: b" in answer.err


def test_policies_as_a_parameter(command: Command, write: Write) -> None:
    policy = "name: {}\nmonitoring: {{kind: random_audit, rate: {}}}\nsanction: {{kind: fixed, amount: 2}}\n"
    write("policies/lax.yaml", policy.format("lax", 0.1))
    write("policies/strict.yaml", policy.format("strict", 0.4))
    text = """\
name: compare
population: [{kind: rational, size: 500}]
sweep:
  kind: grid
  parameters:
    policy: {values: [../policies/lax.yaml, ../policies/strict.yaml]}
"""
    write("experiments/compare.yaml", text)
    answer = command("sweep", "experiments/compare.yaml", "--workers", "1")
    assert answer.code == 0, answer.err
    summary = pd.read_csv("results/compare/summary.csv").set_index("param.policy")
    assert summary.loc["lax", "metric.misconduct_rate.mean"] == pytest.approx(0.8, abs=0.01)
    assert summary.loc["strict", "metric.misconduct_rate.mean"] == pytest.approx(0.2, abs=0.01)


def test_list_sweep(command: Command, write: Write) -> None:
    start = EXPERIMENT.index("sweep:")
    points = "sweep:\n  kind: list\n  points:\n    - {policy.monitoring.rate: 0.1}\n    - {policy.sanction.amount: 4}\n"
    assert command("sweep", write(text=EXPERIMENT[:start] + points).name, "--workers", "1").code == 0
    summary = pd.read_csv("results/trial/summary.csv")
    assert summary["metric.misconduct_rate.mean"].tolist() == pytest.approx([0.8, 0.2], abs=0.05)


def test_report_again(command: Command, write: Write) -> None:
    command("sweep", write().name, "--workers", "1")
    page = Path("results/trial/report.html")
    page.unlink()
    assert command("report", "results/trial").code == 0
    assert page.exists()


def test_report_of_nothing(command: Command) -> None:
    answer = command("report", "nowhere")
    assert answer.code == 2
    assert "no results folder" in answer.err


@pytest.mark.parametrize("what", ["actors", "beliefs", "monitoring", "sanctions", "distributions"])
def test_list_of_kinds(what: str, command: Command) -> None:
    lines = command("list", what).out.splitlines()
    assert len(lines) >= 4
    assert all(len(line.split(maxsplit=1)) == 2 for line in lines)


def test_list_of_lists(command: Command) -> None:
    """Each line begins with a command that lists something."""
    answer = command("list")
    assert answer.code == 0
    commands = [line.partition("  ")[0].split() for line in answer.out.splitlines()]
    assert len(commands) == 14
    for first, *words in commands:
        assert (first, command(*words).code) == ("oversight", 0)
    assert [row["name"] for row in json.loads(command("list", "--json").out)] == [words[-1] for words in commands]


def test_list_of_files(command: Command, write: Write) -> None:
    write("experiments/trial.yaml")
    assert "trial" in command("list", "experiments").out


def test_schema_is_json_schema(command: Command) -> None:
    schema = json.loads(command("schema").out)
    rate = schema["$defs"]["RandomAudit"]["properties"]["rate"]
    assert (rate["title"], rate["minimum"], rate["maximum"]) == ("Inspection rate", 0, 1)
    assert rate["unit"] == "probability per period"
    assert json.loads(command("schema", "policy").out)["title"] == "Policy"


WORDS = """
$schema $id $ref $defs $anchor $dynamicRef $dynamicAnchor $vocabulary $comment
allOf anyOf oneOf not if then else dependentSchemas prefixItems items contains
properties patternProperties additionalProperties propertyNames unevaluatedItems unevaluatedProperties
type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern
maxItems minItems uniqueItems maxContains minContains maxProperties minProperties required dependentRequired
title description default deprecated readOnly writeOnly examples
format contentEncoding contentMediaType contentSchema
"""
"""The keywords of JSON Schema 2020-12, of its core and its validation."""
NOTES = {"unit", "discriminator"}
"""What editors may pass over: ours, and OpenAPI's, which asks nothing that `oneOf` does not."""


def schema_parts(schema: Any) -> Iterator[dict[str, Any]]:
    """This schema and all inside it, by what each keyword holds."""
    if isinstance(schema, bool):
        return
    yield schema
    for word, value in schema.items():
        if word in ("properties", "patternProperties", "$defs", "dependentSchemas"):
            within = list(value.values())
        elif word in ("allOf", "anyOf", "oneOf", "prefixItems"):
            within = value
        elif word in ("additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else"):
            within = [value]
        else:
            continue
        for part in within:
            yield from schema_parts(part)


@pytest.mark.parametrize("what", ["experiment", "policy", "replication"])
def test_a_schema_says_all_in_words_of_json_schema(what: str, command: Command) -> None:
    parts = list(schema_parts(json.loads(command("schema", what).out)))
    assert len(parts) > 50
    assert {word for part in parts for word in part} - NOTES <= set(WORDS.split())


def test_bounds_in_a_schema_are_those_that_files_are_held_to(command: Command, write: Write) -> None:
    schema = json.loads(command("schema").out)
    rational, prospect = (schema["$defs"][name]["properties"] for name in ("RationalEntry", "ProspectEntry"))
    assert (rational["size"]["minimum"], rational["size"]["maximum"]) == (1, 10_000_000)
    assert (prospect["gain_weighting"]["minimum"], prospect["gain_weighting"]["maximum"]) == (0.01, 100)
    assert schema["properties"]["seed"]["exclusiveMaximum"] == 2**63
    (lifetime, _) = schema["$defs"]["Fixed"]["properties"]["record_lifetime"]["anyOf"]
    assert (lifetime["minimum"], lifetime["maximum"]) == (1, 10_000)
    write("trial.yaml")
    sizes = {"policy.sanction.record_lifetime": (1, 10_000), "seed": (0, 2**63 - 1)}
    for path, ends in sizes.items():
        for value, code in ((ends[0] - 1, 2), (ends[0], 0), (ends[1], 0), (ends[1] + 1, 2)):
            assert command("run", "trial.yaml", "--set", f"{path}={value}", "--set", "periods=1").code == code


def test_new_is_valid_and_never_overwrites(command: Command) -> None:
    assert command("new", "mine").code == 0
    answer = command("validate", "policies/mine.yaml", "experiments/mine.yaml")
    assert answer.code == 0, answer.err
    before = Path("policies/mine.yaml").read_text()
    assert command("new", "mine").code == 2
    assert Path("policies/mine.yaml").read_text() == before


def test_python_gives_data_frames(write: Write, tmp_path: Path) -> None:
    done = oversight.run(write(), {"policy.sanction.amount": 1.0}, agents=True)
    assert done.metrics["misconduct_rate"] == pytest.approx(done.agents["violated"].mean())
    results = oversight.sweep(tmp_path / "trial.yaml", out=tmp_path / "out", workers=1)
    assert len(results.runs()) == 6
    assert results.summary["metric.misconduct_rate.mean"].is_monotonic_decreasing
