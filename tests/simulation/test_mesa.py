"""The model that one holds is a Mesa model like any other, and plays what the command line plays."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import ipyvuetify
import mesa
import numpy as np
import pandas as pd
import pytest
import solara
from mesa.visualization import SolaraViz, make_plot_component
from mesa.visualization.solara_viz import ModelController

import oversight
from oversight.errors import ActorError, InputError, OversightError
from oversight.loading import load
from oversight.running import run_of
from oversight.simulation import Engine, batch
from oversight.stepping import OversightModel

EXPERIMENT: dict[str, Any] = {
    "name": "mesa",
    "policy": {"monitoring": {"kind": "random_audit", "rate": 0.4}, "sanction": {"kind": "fixed", "amount": 1}},
    "population": [{"kind": "rational", "size": 7}, {"kind": "quantal", "size": 5}],
    "periods": 6,
}


def model(**given: Any) -> OversightModel:
    return OversightModel(EXPERIMENT, **given)


def played(held: OversightModel, periods: int) -> OversightModel:
    for _ in range(periods):
        held.step()
    return held


def test_it_is_the_run_of_the_command_line() -> None:
    held = model()
    assert isinstance(held, mesa.Model)
    while held.running:
        held.step()
    assert held.time == held.steps == held.period == 6
    done = oversight.run(EXPERIMENT)
    assert held.measures() == done.metrics
    table = held.datacollector.get_model_vars_dataframe().reset_index(drop=True)
    pd.testing.assert_frame_equal(table, done.series[list(table.columns)])


@pytest.mark.parametrize(
    "play",
    [mesa.Model.run_model, lambda held: held.run_for(6), lambda held: held.run_until(6)],
    ids=["run_model", "run_for", "run_until"],
)
def test_time_is_right_however_it_is_played(play: Any) -> None:
    held = model()
    play(held)
    assert held.time == held.period == 6
    assert not held.running
    assert held.measures() == oversight.run(EXPERIMENT).metrics


def test_agents_are_views_of_what_happened() -> None:
    """Every property agrees with the rows that a run writes of its actors."""
    given = {
        "population.0.belief": {"kind": "moving_average", "start": 0.2, "rate": 0.5},
        "population.0.wealth": {"kind": "uniform", "low": 0, "high": 4},
        "population.1.wealth": {"kind": "constant", "value": 0.3},
        "policy.detector.false_positive_rate": 0.3,
        "policy.sanction": {"kind": "escalating", "amounts": [0.5, 2], "limited_liability": True, "suspension": 1},
    }
    rows = oversight.run(EXPERIMENT, given, agents=True).agents
    held = model(overrides=given)
    columns = {"perceived": "perceived_detection"}
    names = ["violated", "inspected", "caught", "sanctioned", "gain", "harm", "sanction", "paid", "perceived", "record"]
    for period in range(6):
        held.step()
        now = rows[rows["period"] == period]
        for name in [*names, "wealth"]:
            np.testing.assert_array_equal(held.agents.get(name), now[columns.get(name, name)])
        assert held.agents.get("suspended") == list(~now["active"])
        assert held.agents.get("entry") == list(now["entry"])
        np.testing.assert_array_equal(held.agents.get("payoff"), now["gain"] * now["violated"] - now["paid"])
    assert len(held.agents.select(lambda actor: actor.entry == "quantal")) == 5


def test_before_the_first_period_nobody_has_done_anything() -> None:
    actor = model().agents[0]
    assert not any([actor.violated, actor.inspected, actor.caught, actor.suspended])
    assert np.isnan([actor.gain, actor.payoff, actor.perceived]).all()


def test_reporters_of_agents_collect() -> None:
    held = model()
    held.datacollector = mesa.DataCollector(agent_reporters={"violated": "violated", "payoff": "payoff"})
    played(held, 6)
    table = held.datacollector.get_agent_vars_dataframe()
    assert len(table) == 6 * 12
    assert (
        table["violated"].groupby("Step").mean().to_list()
        == oversight.run(EXPERIMENT).series["misconduct_rate"].to_list()
    )


def test_batches_of_mesa_run_it() -> None:
    """Different seeds give different rows, and each is the run with that seed."""
    given = {"experiment": [EXPERIMENT], "overrides": [{"periods": 9}], "replicate": [0, 3]}
    rows = pd.DataFrame(mesa.batch_run(OversightModel, given, rng=[5, 6], display_progress=False))
    assert len(rows) == 4
    assert rows["gain"].nunique() == 4
    for row in rows.to_dict("records"):
        done = oversight.run(EXPERIMENT, {"periods": 9, "seed": row["rng"]}, replicate=row["replicate"])
        assert row["gain"] == done.series["gain"].iloc[-1]


@pytest.mark.parametrize("rng", ["x", 1.5, -1, [1, "x"]])
def test_what_is_no_seed_is_told_what_is(rng: Any) -> None:
    with pytest.raises(InputError, match=r"^rng: .* is no seed\. It is an integer from 0 to 2\*\*63 - 1, several"):
        OversightModel(EXPERIMENT, rng=rng)


def test_any_row_of_a_sweep_can_be_played_again(tmp_path: Path) -> None:
    swept = {"kind": "grid", "parameters": {"policy.monitoring.rate": {"values": [0.1, 0.7]}}}
    spec = {**EXPERIMENT, "start": "both", "replicates": 3, "sweep": swept}
    spec["population"] = [{"kind": "imitator", "size": 12, "revision": 0.5}]
    table = oversight.sweep(spec, out=tmp_path, workers=1).runs()
    for row in table.to_dict("records"):
        at = {"policy.monitoring.rate": row["param.policy.monitoring.rate"]}
        held = OversightModel(spec, at, replicate=row["replicate"], start=row["start"])
        played(held, 6)
        assert held.measures()["misconduct_rate"] == row["metric.misconduct_rate"]
        again = oversight.run(spec, at, replicate=row["replicate"], start=row["start"])
        assert again.metrics == held.measures()


def test_it_pickles_in_the_middle_of_a_run() -> None:
    held = played(model(), 3)
    held.change_policy({"policy.sanction.amount": 3})
    held.mark = "mine"
    played(held, 1)
    again = pickle.loads(pickle.dumps(held))
    assert (again.time, again.mark, len(again.agents)) == (4, "mine", 12)
    assert again.agents[3].payoff == held.agents[3].payoff
    for each in (held, again):
        played(each, 2)
    assert str(again.measures()) == str(held.measures())
    assert not again.running
    assert len(again.datacollector.get_model_vars_dataframe()) == 6


def test_a_policy_may_change_and_nothing_else() -> None:
    held = played(model(), 2)
    held.change_policy({"policy.monitoring.rate": 1.0, "policy.sanction.amount": 100})
    held.step()
    assert held.measured["inspection_rate"] == 1
    assert held.experiment.policy.monitoring.rate == 1
    with pytest.raises(InputError, match=r"Only `policy` and `social_cost` may change"):
        held.change_policy({"population.0.size": 8})
    held.change_policy({"policy.monitoring.rate": 0})
    held.step()
    assert held.measured["inspection_rate"] == 0


def test_a_whole_section_takes_the_place_of_what_was_laid_over_its_parts() -> None:
    held = played(model(), 1)
    held.change_policy({"policy.monitoring.rate": 1.0})
    held.change_policy({"policy.monitoring": {"kind": "random_audit", "rate": 0.0}})
    held.step()
    assert held.measured["inspection_rate"] == 0
    held.change_policy({"policy.monitoring.rate": 1.0})
    held.step()
    assert held.measured["inspection_rate"] == 1


def test_actors_cannot_be_removed() -> None:
    held = model()
    for remove in (held.agents[0].remove, held.remove_all_agents):
        with pytest.raises(OversightError, match="suspension"):
            remove()
    assert len(held.agents) == 12


@pytest.mark.parametrize(("given", "says"), [({"replicate": -1}, "counted from 0"), ({"start": "bad"}, "violating")])
def test_what_there_is_not_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        model(**given)


def test_mesas_page_shows_it() -> None:
    held = model()
    given = {"experiment": EXPERIMENT["name"]}
    page = SolaraViz(held, components=[make_plot_component("misconduct_rate")], model_params=given)
    _, rendered = solara.render(page, handle_error=False)
    rendered.close()
    parameters, every = solara.Reactive(given), solara.Reactive(1)
    controller = ModelController(
        solara.Reactive(held),
        model_parameters=parameters,
        play_interval=solara.Reactive(100),
        render_interval=every,
        use_threads=solara.Reactive(False),
    )
    _, rendered = solara.render(controller, handle_error=False)
    (step,) = (each for each in rendered.find(ipyvuetify.Btn).widgets if "Step" in each.children)
    step.click()
    rendered.close()
    assert held.period == 1


def test_an_actor_owns_no_generator() -> None:
    actor = Engine(batch([run_of(load(EXPERIMENT).experiment)])).crew[0][2]
    for name in ("random", "rng"):
        with pytest.raises(ActorError, match=r"now\.draw"):
            getattr(actor, name)


def rows_of(population: dict[str, Any], sanction: dict[str, Any], **keys: Any) -> Any:
    policy = {
        "monitoring": {"kind": "random_audit", "rate": 0.6},
        "detector": {"sensitivity": 0.8, "false_positive_rate": 0.3},
        "sanction": sanction,
    }
    spec = {"name": "rows", "policy": policy, "population": [{"size": 40, **population}], "periods": 8, **keys}
    return oversight.run(spec, agents=True)


@pytest.mark.parametrize(
    "belief",
    [
        {"kind": "moving_average", "start": 0.2, "rate": 0.5},
        {"kind": "own_experience", "prior_caught": 1, "prior_missed": 2},
        {"kind": "announced", "adjustment": 0.3},
        {"kind": "pooled_window", "window": 3, "prior_caught": 1, "prior_violations": 4},
    ],
)
def test_actor_rows_show_the_belief_that_was_acted_on(belief: dict[str, Any]) -> None:
    done = rows_of({"kind": "unconditional", "rate": 0.5, "belief": belief}, {"kind": "fixed", "amount": 1})
    by_period = done.agents.groupby("period")["perceived_detection"].mean()
    np.testing.assert_allclose(by_period, done.series["perceived_detection"], rtol=1e-12)
    if "start" in belief:
        assert by_period[0] == pytest.approx(0.2)


def test_actor_rows_let_sanctions_be_audited() -> None:
    """Each payment follows from the row: the step of the record, wealth as a cap, the gain forfeited if guilty."""
    sanction = {"kind": "escalating", "amounts": [0.5, 2, 9], "limited_liability": True, "record_lifetime": 3}
    traits = {"wealth": {"kind": "uniform", "low": 0, "high": 4}, "turnover": {"kind": "constant", "value": 7}}
    done = rows_of({"kind": "unconditional", "rate": 0.5, **traits}, {**sanction, "forfeit_gain": True})
    rows = done.agents
    steps = np.array([0.5, 2, 9])[rows["record"].clip(upper=2).astype(int)]
    np.testing.assert_allclose(rows["sanction"], np.minimum(steps + rows["gain"], rows["wealth"]))
    innocent = np.minimum(steps, rows["wealth"])
    np.testing.assert_allclose(
        rows["paid"], np.where(rows["violated"], rows["sanction"], innocent) * rows["sanctioned"]
    )
    assert rows["paid"].mean() == pytest.approx(done.metrics["sanctions_paid"])
    assert (rows["turnover"] == 7).all()
    entered = rows.pivot(index="period", columns="actor", values="sanctioned").astype(float)
    standing = rows.pivot(index="period", columns="actor", values="record")
    pd.testing.assert_frame_equal(standing, entered.shift(fill_value=0).rolling(3, min_periods=1).sum())


def test_actor_rows_leave_out_what_the_population_lacks() -> None:
    rows = rows_of({"kind": "rational"}, {"kind": "fixed", "amount": 1}).agents
    assert not {"wealth", "turnover", "record"} & set(rows.columns)
    assert (rows["sanction"] == 1).all()


def test_nobody_leaves_by_the_set_of_agents_either() -> None:
    model = oversight.model("capacity_tipping", {"periods": 5, "burn_in": 0})
    agents = model.agents
    whole = len(agents)
    agents.remove(agents[0])
    model.agents.discard(model.agents[0])
    model.agents.select(at_most=10, inplace=True)
    assert (len(agents), len(model.agents)) == (whole - 1, whole)
    with pytest.raises(OversightError, match="actors cannot be removed"):
        model.deregister_agent(model.agents[0])
    model.step()
    assert len(model.agents.get("inspected")) == whole
