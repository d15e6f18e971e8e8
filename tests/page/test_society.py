"""The society on the page is the run of the command line, one actor at a time."""

from __future__ import annotations

import copyreg
import gc
import json
import re
import weakref
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from mesa.visualization.solara_viz import copy_renderer

import oversight
from helpers import ROOT
from library import EXPERIMENTS
from oversight.app.society import MAX_SHOWN, Society, Status
from oversight.app.space import LOOKS, BrowserBackend, SocietyRenderer
from oversight.errors import InputError
from oversight.loading import load
from oversight.scenario import Experiment
from posed import fine

BUNDLED = [ROOT / "experiments" / f"{name}.yaml" for name in EXPERIMENTS]

MIXED: dict[str, Any] = {
    "name": "mixed",
    "policy": {
        "monitoring": {"kind": "random_audit", "rate": 0.5},
        "detector": {"sensitivity": 0.6, "false_positive_rate": 0.3},
        "sanction": {"kind": "fixed", "amount": 0.9, "suspension": 2},
    },
    "population": [{"kind": "rational", "size": 17}, {"kind": "quantal", "size": 8, "precision": 2}],
    "periods": 12,
    "burn_in": 4,
}


def experiment(**changes: Any) -> Experiment:
    return load(MIXED, {path.replace("__", "."): value for path, value in changes.items()}).experiment


def played(society: Society, periods: int) -> Society:
    for _ in range(periods):
        society.step()
    return society


def test_more_links_than_a_browser_can_draw_are_left_out() -> None:
    crowd = {
        **MIXED,
        "population": [{"kind": "rational", "size": 400}],
        "network": {"kind": "random", "neighbours": 200},
    }
    drawn = SocietyRenderer(Society(load(crowd).experiment)).drawn()
    assert (drawn["sight"], drawn["neighbours"]) == ("many", [])


@pytest.mark.parametrize(("kind", "sight"), [(None, "none"), ("everyone", "all"), ("ring", "some")])
def test_the_space_shows_who_sees_whom(kind: str | None, sight: str) -> None:
    network = None if kind is None else {"kind": kind}
    society = played(Society(load({**MIXED, "network": network}).experiment), 2)
    drawn = SocietyRenderer(society).drawn()
    assert drawn["sight"] == sight
    ring = [sorted([(place - 1) % 25, (place + 1) % 25]) for place in range(25)]
    assert drawn["neighbours"] == (ring if sight == "some" else [])
    violates = [drawn["styles"][code]["violates"] for code in drawn["codes"]]
    assert violates == society.engine.violating[0].tolist()


OPTIONS = [{"name": "small"}, {"name": "great", "gain": 2, "severity": 2}, {"name": "alike", "violation": False}]


def test_the_space_says_which_option_each_actor_took() -> None:
    """Entries of three and of no options, and one of another; a suspended actor took none."""
    population = [
        {"kind": "quantal", "size": 60, "name": "first", "options": OPTIONS},
        {"kind": "rational", "size": 9, "name": "second"},
        {"kind": "quantal", "size": 30, "name": "third", "options": OPTIONS[:1]},
    ]
    society = Society(load({**MIXED, "population": population}).experiment)
    drawn = SocietyRenderer(society).drawn()
    assert drawn["taken"] == [-1] * 99
    names = [option["name"] for option in drawn["options"]]
    assert names == ["first.small", "first.great", "first.alike", "third.small"]
    rows = oversight.run({**MIXED, "population": population}, agents=True).agents
    for _, period in rows.groupby("period"):
        society.step()
        drawn = json.loads(json.dumps(SocietyRenderer(society).drawn()))
        found = [names[place].partition(".")[2] if place >= 0 else "" for place in drawn["taken"]]
        named = period["option"].where(period["active"] & (period["entry"] != "second"), "")
        assert found == named.fillna("").tolist()
        entries = [names[place].partition(".")[0] for place in drawn["taken"] if place >= 0]
        assert entries == [entry for entry, place in zip(drawn["groups"], drawn["taken"], strict=True) if place >= 0]
    assert set(rows["option"].dropna()) >= {"small", "great", "alike"}


def test_an_option_that_is_reported_has_its_own_colour() -> None:
    """Sanctions of 1, and a share of .2 of them at audits of .9: many report themselves."""
    population = [{"kind": "quantal", "size": 60, "options": OPTIONS}, {"kind": "rational", "size": 9}]
    sanction = {"kind": "fixed", "amount": 1.0, "self_report": {"share": 0.2}}
    policy = {"monitoring": {"kind": "random_audit", "rate": 0.9}, "sanction": sanction}
    spec = {**MIXED, "policy": policy, "population": population}
    society = Society(load(spec).experiment)
    society.step()
    drawn = SocietyRenderer(society).drawn()
    first = oversight.run(spec, agents=True).agents.query("period == 0")
    assert first["reported_itself"].sum() > 10
    names = [option["name"].partition(".")[2] for option in drawn["options"]]
    found = [names[place] if place >= 0 else "" for place in drawn["taken"]]
    assert found == first["option"].where(first["entry"] == "quantal", "").tolist()
    actors = oversight.model(spec)
    actors.step()
    assert [actor.option for actor in actors.agents][60:] == [None] * 9


def test_options_have_colours_of_their_own() -> None:
    def drawn(**entry: Any) -> dict[str, Any]:
        population = [{"kind": "rational", "size": 4, **entry}]
        return SocietyRenderer(Society(load({**MIXED, "population": population}).experiment)).drawn()

    plain, several = drawn(), drawn(options=OPTIONS)
    colours = [option["color"] for option in several["options"]]
    assert len(set(colours)) == 3
    assert not set(colours) & {style["color"] for style in several["styles"]}
    assert plain["options"] == []
    for one, other in zip(plain["styles"], several["styles"], strict=True):
        assert one["violates"] or one == other  # who complies looks as ever
    assert len({style["color"] for style in several["styles"] if style["violates"]}) == 1


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_figures_and_series_are_those_of_the_command_line(path: Path) -> None:
    short: dict[str, Any] = {"periods": 20, "burn_in": 6}
    if load(path).experiment.dynamics:
        short["dynamics.window"] = 5
    expected = oversight.run(path, short)
    society = played(Society(load(path, short).experiment), 20)
    found = society.figures()
    assert found.keys() == expected.metrics.keys()
    np.testing.assert_array_equal(list(found.values()), list(expected.metrics.values()))
    for name, values in society.series.items():
        np.testing.assert_array_equal(values, expected.series[name])


def test_it_goes_beyond_its_end_only_when_asked_to() -> None:
    society = played(Society(experiment()), 20)
    assert society.period == 12
    assert society.figures() == oversight.run(MIXED).metrics
    society.play_on()
    society.step()
    assert society.period == 13


def test_statuses_are_what_the_actor_rows_say() -> None:
    rows = oversight.run(MIXED, agents=True).agents
    society = Society(experiment())
    assert (society.statuses == Status.NOT_PLAYED).all()
    seen = set()
    for _, period in rows.groupby("period"):
        society.step()
        for row, status in zip(period.itertuples(), society.statuses, strict=True):
            if not row.active:
                expected = Status.SUSPENDED
            elif row.sanctioned:
                expected = Status.CAUGHT if row.violated else Status.WRONGED
            elif row.inspected:
                expected = Status.MISSED if row.violated else Status.INSPECTED
            else:
                expected = Status.VIOLATED if row.violated else Status.COMPLIED
            assert status == expected
            seen.add(expected)
    assert len(seen) == 7  # every status but the first was met


def test_every_actor_has_a_cell_and_every_entry_a_block() -> None:
    society = played(Society(experiment()), 1)
    data = json.loads(json.dumps(SocietyRenderer(society).drawn()))
    assert (data["columns"], data["rows"]) == (5, 5)
    assert len(set(zip(data["x"], data["y"], strict=True))) == 25
    assert data["codes"] == society.statuses.tolist()
    assert data["groups"] == ["rational"] * 17 + ["quantal"] * 8
    # Read row by row from the top, the entries follow one another.
    order = sorted(range(25), key=lambda actor: (-data["y"][actor], data["x"][actor]))
    assert order == list(range(25))
    assert [style["name"] for style in data["styles"]] == [status.name.lower() for status in Status]
    assert len({(look.color, look.marker) for look in LOOKS.values()}) == len(Status)
    assert len({look.marker for status, look in LOOKS.items() if status != Status.NOT_PLAYED}) == len(Status) - 1


def test_a_policy_takes_effect_in_the_next_period_and_measures_begin_anew() -> None:
    society = played(Society(experiment()), 3)
    assert society.figures() == {}  # the burn-in
    society.adopt(experiment())
    assert society.changes == []
    society.adopt(experiment(policy__monitoring__rate=0.0, policy__sanction__amount=2))
    society.adopt(experiment(policy__monitoring__rate=0.0))
    assert society.changes == [3]
    assert society.figures() == {}
    played(society, 5)
    assert society.figures()["inspection_rate"] == 0
    assert society.figures()["misconduct_rate"] > 0.9 > np.mean(society.series["misconduct_rate"][:3])
    assert len(society.series["harm"]) == society.period == 8


def test_a_policy_adopted_before_the_first_period_is_the_run_under_it() -> None:
    society = Society(experiment())
    society.adopt(experiment(policy__monitoring__rate=0.2, burn_in=2))
    expected = oversight.run(MIXED, {"policy.monitoring.rate": 0.2, "burn_in": 2}).metrics
    assert played(society, 12).figures() == expected
    assert society.changes == []


@pytest.mark.parametrize("change", [{"population__0__size": 4}, {"seed": 3}, {"start": "violating"}])
def test_another_population_needs_another_society(change: dict[str, Any]) -> None:
    society = played(Society(experiment()), 1)
    with pytest.raises(InputError, match="another society"):
        society.adopt(experiment(**change))
    assert society.running
    assert society.experiment.model_dump() == experiment().model_dump()


def test_too_many_actors_are_refused_with_a_remedy() -> None:
    with pytest.raises(InputError, match=f"smaller, {MAX_SHOWN:,} actors"):
        Society(experiment(population__0__size=MAX_SHOWN))


def test_policies_may_change_while_it_plays() -> None:
    society, wrong = Society(experiment(periods=200)), []

    def play() -> None:
        try:
            played(society, 150)
        except Exception as error:
            wrong.append(error)

    player = Thread(target=play)
    player.start()
    other = {"policy__sanction__amount": 2, "policy__sanction__suspension": 0}
    policies = [experiment(periods=200, **other), experiment(periods=200)]
    for change in range(40):
        society.adopt(policies[change % 2])
        society.figures()
    player.join()
    assert not wrong
    assert society.period == 150
    assert {len(values) for values in society.series.values()} == {150}
    assert society.changes == sorted(set(society.changes))


BRANCHING = """\
from oversight.actors import Actor

class Branching(Actor):
    def violates(self, now):
        if now.gain > 0.5:
            return now.detection < 0.4
        return now.draw < 0.1

class Failing(Actor):
    def begin(self):
        self.left = 3

    def violates(self, now):
        return now.gain > 10 / self.left

    def learn(self, seen):
        self.left = int(self.left - 1)
"""


def test_a_class_that_works_on_one_actor_alone(tmp_path: Path) -> None:
    (tmp_path / "branching_actors.py").write_text(BRANCHING)
    changes = {"population": [{"kind": "branching_actors:Branching", "size": 40}]}
    files = [tmp_path / "branching_actors.py"]
    expected = oversight.run(MIXED, changes, actors=files)
    society = played(Society(load(MIXED, changes, files).experiment), 12)
    assert society.figures() == expected.metrics


def test_a_class_that_fails_stops_its_society(tmp_path: Path) -> None:
    (tmp_path / "failing_actors.py").write_text(BRANCHING)
    changes = {"population": [{"kind": "failing_actors:Failing", "size": 4}]}
    # Unchecked: it fails in its fourth period, which its contract forbids.
    files = [tmp_path / "failing_actors.py"]
    society = played(Society(load(MIXED, changes, files, unchecked=True).experiment), 3)
    assert society.running
    society.step()
    assert not society.running
    assert re.search("Failing.*division", society.failure)
    society.step()
    assert society.period == 3
    society.play_on()
    assert not society.running


def test_it_runs_while_a_period_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    # Who looks from another thread in the midst of a period must not think that the run is over.
    society, seen = Society(experiment()), []
    looked_at = society._looked_at
    monkeypatch.setattr(society, "_looked_at", lambda: (seen.append(society.running), looked_at())[1])
    society.step()
    assert seen == [True]


def test_mesa_can_begin_it_anew_and_copy_its_renderer() -> None:
    society = played(Society(experiment()), 2)
    again = type(society)(experiment=society.experiment)
    renderer = copy_renderer(SocietyRenderer(society), again)
    assert isinstance(renderer.backend_renderer, BrowserBackend)
    assert set(renderer.draw_agents()["codes"]) == {Status.NOT_PLAYED}


def test_a_society_that_nobody_watches_leaves_nothing_behind() -> None:
    kept = len(copyreg.dispatch_table)
    societies = [played(Society(experiment()), 2) for _ in range(3)]
    for society in societies:
        SocietyRenderer(society).drawn()
    left = [weakref.ref(society) for society in societies]
    del society, societies
    gc.collect()
    assert not any(society() for society in left)
    assert len(copyreg.dispatch_table) == kept


def test_a_society_that_was_left_never_runs_again() -> None:
    society = Society(experiment())
    society.leave()
    society.step()
    society.play_on()
    assert not society.running


def test_looking_at_what_members_believe_moves_no_belief() -> None:
    """From .9 towards .1, a fifth of the way in a period."""
    entry = {"kind": "rational", "size": 100, "belief": {"kind": "announced", "adjustment": 0.2}}

    def audited(rate: float) -> Experiment:
        policy = {"name": "p", "monitoring": {"kind": "random_audit", "rate": rate}, "sanction": fine(1.5)}
        return load({"name": "looked_at", "policy": policy, "population": [entry]}).experiment

    society = Society(audited(0.9))
    society.step()
    society.adopt(audited(0.1))
    for period in range(1, 4):
        society.views_of(0)
        society.views_of(0)
        society.step()
        assert np.mean(society.engine.groups[0].perceived) == pytest.approx(0.1 + 0.8 * 0.8**period)
