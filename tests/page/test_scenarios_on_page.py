"""What the Scenarios tab makes of a text that someone writes."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from library import LIBRARY
from oversight.app.draft import Draft, drafted
from oversight.app.library import GAME, Library
from oversight.app.scenarios.scenarios import current, listed, state
from oversight.errors import InputError


def test_a_text_is_a_scenario_or_has_problems_with_lines() -> None:
    text = LIBRARY.first.text()
    valid = drafted(text, LIBRARY)
    assert valid.scenario is not None
    assert valid.scenario.data == LIBRARY.first.data
    wrong = drafted(text.replace("rate: 0.3", "rate: 3"), LIBRARY)
    assert wrong.scenario is None
    (problem,) = wrong.problems
    assert "rate: 3," in text.replace("rate: 0.3", "rate: 3").splitlines()[(problem.line or 0) - 1]
    assert [state(draft) for draft in (None, valid, wrong)] == ["running", "valid", "wrong"]


def test_an_opened_text_is_shown_until_its_scenario_changes() -> None:
    """Its comments and its order stay; another scenario has a text of its own."""
    text = "# mine\n" + LIBRARY.first.text()
    opened = Draft(text, drafted(text, LIBRARY).scenario, opened=True)
    session = SimpleNamespace(scenario=SimpleNamespace(value=opened.scenario))
    assert current(opened, session) is opened
    assert state(opened) == "running"
    session.scenario.value = LIBRARY.first
    assert current(opened, session) is None
    unopened = drafted(text, LIBRARY)
    assert current(unopened, session) is unopened, "what is being written is not lost when the form changes"


def test_the_list_has_every_file_and_says_which_are_broken(tmp_path: Path) -> None:
    groups = listed(LIBRARY)
    assert [group["title"] for group in groups] == ["Experiments", "Games", "Policies"]
    for item in groups.pop(1)["items"]:
        name = item["value"].removeprefix(GAME)
        assert item["title"] == LIBRARY.game(name).experiment.heading
        with pytest.raises(InputError, match="has no policy and no population"):
            LIBRARY.scenario(name)
    for group in groups:
        for item in group["items"]:
            assert LIBRARY.scenario(item["value"]).title == item["title"]
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "broken.yaml").write_text("monitoring: [")
    only = listed(Library(tmp_path))[-1]
    assert only["title"] == "Policies"
    assert "not valid YAML" in only["items"][0]["problem"]
