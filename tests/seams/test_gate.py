"""Actor classes of one's own are held to their contract before anything runs."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import oversight
from helpers import Command
from oversight.actors.crew import CREW
from oversight.app.opened import opened
from oversight.contract import gate
from oversight.errors import InputError

HEAD = "import numpy as np\nfrom oversight import Actor\n\n\nclass Mine(Actor):\n"
RULE = "return now.gain > now.expected_sanction"


def class_of(body: str) -> str:
    return HEAD + textwrap.indent(textwrap.dedent(body).strip(), "    ") + "\n"


GOOD = class_of(f"""
    def begin(self):
        self.caution = np.zeros(self.shape)

    def violates(self, now):
        {RULE} + self.caution

    def learn(self, seen):
        self.caution = self.caution + 0.1 * seen.caught
""")
BROKEN = {
    "a number shared over runs": (
        class_of(f"""
            def begin(self):
                self.seen = 0

            def violates(self, now):
                {RULE} + 0.001 * self.seen

            def learn(self, seen):
                self.seen += int(np.sum(seen.caught))
        """),
        "batches",
        12,
    ),
    "members rolled": (
        class_of("def violates(self, now):\n    return np.roll(now.gain, 1) > now.expected_sanction"),
        "batches",
        6,
    ),
    "a mean over members in learn": (
        class_of(f"""
            def begin(self):
                self.mean = np.zeros(self.shape)

            def violates(self, now):
                {RULE} + self.mean

            def learn(self, seen):
                self.mean = self.mean + np.mean(seen.caught)
        """),
        "batches",
        12,
    ),
    "a mean along the axis of members": (
        class_of(f"""
            def begin(self):
                self.mean = np.zeros(self.shape)

            def violates(self, now):
                {RULE} + self.mean

            def learn(self, seen):
                self.mean = self.mean + seen.caught.mean(axis=1, keepdims=True)
        """),
        "decides",
        13,
    ),
    "a generator of its own": (
        class_of(f"""
            def begin(self):
                self.luck = np.random.default_rng(0).random(self.shape)

            def violates(self, now):
                {RULE} * self.luck
        """),
        "draws",
        7,
    ),
    "what it is shown changed in place": (
        class_of(f"def violates(self, now):\n    now.gain *= 0.5\n    {RULE}"),
        "unchanged",
        7,
    ),
    "state of the class": (
        class_of(f"""
            seen = []

            def violates(self, now):
                {RULE} + 0.01 * len(self.seen)

            def learn(self, seen):
                self.seen.append(1)
        """),
        "isolated",
        11,
    ),
}
BRANCHES = class_of(f"""
    def begin(self):
        self.sanctions = 0

    def violates(self, now):
        if self.sanctions > 1:
            return False
        {RULE}

    def learn(self, seen):
        if seen.sanctioned:
            self.sanctions += 1
""")
every_broken = pytest.mark.parametrize(("code", "promise", "line"), BROKEN.values(), ids=BROKEN)
WAYS: dict[str, Callable[..., Any]] = {
    "run": oversight.run,
    "solve": oversight.solve,
    "sweep": lambda *given, **named: oversight.sweep(*given, out="out", workers=1, **named),
}


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(gate, "_met", {})
    monkeypatch.setattr(CREW, "one_by_one", set())
    monkeypatch.setattr(CREW, "compared", set())
    monkeypatch.setenv("OVERSIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    monkeypatch.delitem(sys.modules, "helping", raising=False)
    monkeypatch.chdir(tmp_path)


def spec(size: int = 8, **changes: Any) -> dict[str, Any]:
    return {
        "name": "trial",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.3}, "sanction": {"kind": "fixed", "amount": 1}},
        "population": [{"kind": "mine:Mine", "size": size}],
        "periods": 6,
        "replicates": 3,
    } | changes


@pytest.fixture
def mine(tmp_path: Path) -> Callable[[str], Path]:
    def write(code: str) -> Path:
        (tmp_path / "mine.py").write_text(code)
        (tmp_path / "trial.yaml").write_text(json.dumps(spec()))
        return tmp_path / "mine.py"

    return write


@every_broken
@pytest.mark.parametrize("way", WAYS)
def test_a_class_that_breaks_a_promise_is_refused(
    way: str, code: str, promise: str, line: int, mine: Callable[[str], Path], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=rf"mine:Mine: Mine breaks the promise `{promise}`") as refused:
        WAYS[way](spec(), plugins=[mine(code)])
    assert f"mine.py:{line}" in str(refused.value)
    assert "unchecked=True" in str(refused.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [["run"], ["sweep"], ["solve"], ["serve", "--port", "0"]], ids=lambda words: words[0])
def test_commands_refuse_it_with_exit_code_2(
    words: list[str], mine: Callable[[str], Path], command: Command, tmp_path: Path
) -> None:
    mine(BROKEN["a mean over members in learn"][0])
    answer = command(words[0], "trial.yaml", "--plugins", "mine.py", *words[1:])
    assert (answer.code, answer.out) == (2, "")
    assert "breaks the promise `batches`" in answer.err
    assert not (tmp_path / "results").exists()


def test_one_file_gave_three_answers_and_is_refused(mine: Callable[[str], Path]) -> None:
    """The same class, seed and replicate: another rate in a larger batch, which is why it is refused."""
    file = mine(BROKEN["a number shared over runs"][0].replace("0.001", "0.05"))
    with pytest.raises(InputError):
        oversight.run(spec(), plugins=[file])
    alone = oversight.run(spec(periods=40), plugins=[file], unchecked=True).metrics["misconduct_rate"]
    rows = oversight.sweep(spec(periods=40, replicates=20), plugins=[file], unchecked=True, out="out", workers=1).runs()
    assert rows["metric.misconduct_rate"][0] != alone


def test_unchecked_classes_run_and_results_say_so(
    mine: Callable[[str], Path], command: Command, tmp_path: Path
) -> None:
    mine(BROKEN["a mean over members in learn"][0])
    answer = command("sweep", "trial.yaml", "--plugins", "mine.py", "--unchecked", "--out", "out", "--workers", "1")
    assert answer.code == 0, answer.err
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["unchecked"] == ["mine:Mine"]
    assert "mine:Mine breaks its contract" in (tmp_path / "out" / "report.html").read_text()


def test_the_page_says_so_too(mine: Callable[[str], Path], tmp_path: Path) -> None:
    from oversight.app.live.remarks import unchecked

    file = mine(BROKEN["a mean over members in learn"][0])
    with pytest.raises(InputError, match="breaks the promise"):
        opened("trial.yaml", tmp_path, [file])
    served = opened("trial.yaml", tmp_path, [file], unchecked=True)
    (sentence,) = unchecked(served.scenario.experiment)
    assert "mine:Mine breaks its contract (batches)" in sentence


def test_a_class_that_branches_and_learns_is_right_everywhere(
    mine: Callable[[str], Path], caplog: pytest.LogCaptureFixture
) -> None:
    """One actor at a time from the start: the same in a run, in a larger sweep, and as arrays would have it."""
    file = mine(BRANCHES)
    alone = oversight.run(spec(periods=20), plugins=[file]).metrics
    assert caplog.text.count("one actor at a time") == 1
    rows = oversight.sweep(spec(periods=20, replicates=5), plugins=[file], out="out", workers=1).runs()
    assert rows["metric.misconduct_rate"][0] == alone["misconduct_rate"]
    arrays = class_of("""
        def begin(self):
            self.sanctions = np.zeros(self.shape)

        def violates(self, now):
            return (now.gain > now.expected_sanction) & (self.sanctions < 2)

        def learn(self, seen):
            self.sanctions = self.sanctions + seen.sanctioned
    """)
    sys.modules.pop("mine")
    same = oversight.sweep(spec(periods=20, replicates=5), plugins=[mine(arrays)], out="same", workers=1).runs()
    np.testing.assert_array_equal(rows["metric.misconduct_rate"], same["metric.misconduct_rate"])


# Once for each version


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the classes that were examined."""
    seen: list[str] = []
    original = gate._examined
    monkeypatch.setattr(gate, "_examined", lambda rule, given: (seen.append(rule.__name__), original(rule, given))[1])
    return seen


def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_met", {})
    for name in ("mine", "helping"):
        sys.modules.pop(name, None)


def test_it_is_examined_once_for_each_version(
    mine: Callable[[str], Path], examined: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "helping.py").write_text("STEP = 0.1\n")
    code = GOOD.replace("import numpy as np", "import numpy as np\nfrom helping import STEP").replace("0.1 *", "STEP *")
    for _ in range(2):
        oversight.run(spec(), plugins=[mine(code)])
        new_process(monkeypatch)
    assert len(examined) == 1
    oversight.run(spec(), plugins=[mine(code + "\n# changed\n")])
    assert len(examined) == 2
    new_process(monkeypatch)
    (tmp_path / "helping.py").write_text("STEP = 0.2\n")
    oversight.run(spec(), plugins=[mine(code + "\n# changed\n")])
    assert len(examined) == 3
    new_process(monkeypatch)
    monkeypatch.setattr("oversight.contract.memory.version", lambda name: "another")
    oversight.run(spec(), plugins=[mine(code + "\n# changed\n")])
    assert len(examined) == 4


def test_an_unwritable_cache_is_no_error(
    mine: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a_file").write_text("")
    monkeypatch.setenv("OVERSIGHT_CACHE", os.path.join(str(tmp_path), "a_file"))
    assert oversight.run(spec(), plugins=[mine(GOOD)]).metrics["active_share"] == 1


def test_built_in_classes_are_never_examined(examined: list[str]) -> None:
    plain = spec()
    plain["population"] = [{"kind": "rational", "size": 8}]
    oversight.run(plain)
    assert not examined


def test_a_slow_class_is_cut_off_and_told(
    mine: Callable[[str], Path], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "_SECONDS", 0.2)
    code = GOOD.replace(
        "    def violates(self, now):\n", "    def violates(self, now):\n        import time; time.sleep(0.05)\n"
    )
    oversight.run(spec(periods=1), plugins=[mine(code)])
    assert "was not examined in full" in caplog.text


@pytest.mark.slow
def test_workers_take_the_parents_verdict(mine: Callable[[str], Path], tmp_path: Path) -> None:
    """They have no cache of their own to look in, and would say that a class needs one-by-one calls."""
    big = spec(size=20_000, periods=100, replicates=40)
    assert oversight.sweep(big, plugins=[mine(GOOD)], out="two", workers=2).runs()["status"].eq("ok").all()


# Theory tells a bug from a limit

FAILS = class_of(f"""
    def violates(self, now):
        if np.any(now.sanction == 2):
            raise ZeroDivisionError("a slip of the researcher's")
        {RULE}
""")


def test_a_class_that_raises_while_it_is_solved_is_an_error_with_its_line(
    mine: Callable[[str], Path], command: Command
) -> None:
    mine(FAILS)
    answer = command("solve", "trial.yaml", "--plugins", "mine.py", "--set", "policy.sanction.amount=2", "--json")
    assert (answer.code, answer.out) == (2, "")
    assert "mine.py:8) raised ZeroDivisionError: a slip of the researcher's" in answer.err
    assert command("solve", "trial.yaml", "--plugins", "mine.py", "--json").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("fines", [[1, 2], [2, 1]])
def test_in_a_sweep_its_runs_fail_and_name_it(
    fines: list[int], mine: Callable[[str], Path], command: Command, tmp_path: Path
) -> None:
    mine(FAILS)
    swept = spec(sweep={"kind": "grid", "parameters": {"policy.sanction.amount": {"values": fines}}})
    (tmp_path / "swept.yaml").write_text(json.dumps(swept))
    answer = command("sweep", "swept.yaml", "--plugins", "mine.py", "--workers", "1", "--out", "out")
    assert answer.code == 1
    assert "3 of 6 runs failed" in answer.err
    assert "mine.py:8) raised ZeroDivisionError" in answer.err
    summary = oversight.sweep(swept, plugins=[tmp_path / "mine.py"], out="out", workers=1).summary
    notes = dict(zip(summary["param.policy.sanction.amount"], summary["theory.note"], strict=True))
    assert "raised ZeroDivisionError" in notes[2]
    assert not notes[1]
