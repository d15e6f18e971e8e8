"""Random policies and populations of every kind, small enough to run many of."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

probability = st.floats(0, 1, allow_subnormal=False).map(lambda x: round(x, 3))
money = st.floats(0, 3).map(lambda x: round(x, 3))


def section(kind: str, **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind), **keys})


def ordered(made: dict[str, Any], low: str, high: str) -> dict[str, Any]:
    return made | dict(zip((low, high), sorted((made[low], made[high])), strict=True))


cost = {"cost_per_inspection": money}
capacity = st.floats(0, 8).map(lambda x: round(x, 2))
MONITORING = {
    "random_audit": section("random_audit", rate=probability, **cost),
    "audit_capacity": section("audit_capacity", inspections=capacity, **cost),
    "targeted_audit": section("targeted_audit", inspections=capacity, separation=money, **cost),
    "record_based": section(
        "record_based",
        base_rate=probability,
        rate_per_record=probability.map(lambda x: round(x, 1)),
        max_rate=probability,
        **cost,
    ).map(lambda made: ordered(made, "base_rate", "max_rate")),
    "investigation_capacity": section(
        "investigation_capacity",
        investigators=capacity,
        cost_per_investigator=money,
        triage=st.sampled_from(["none", "severity"]),
    ),
    "crackdown": section(
        "crackdown",
        threshold=capacity,
        investigators_low=capacity,
        investigators_high=capacity,
        cost_per_investigator=money,
    ).map(lambda made: ordered(made, "investigators_low", "investigators_high")),
    "strategic": section(
        "strategic",
        inspection_cost=money,
        bounty=money,
        stake=money,
        false_flag_cost=money | money.map(lambda x: -x),
        response=section("best") | section("logit", precision=money),
        adjustment=st.floats(0.05, 1),
        overseers=st.none() | st.fixed_dictionaries({"size": st.integers(1, 4), "share_bounty": st.booleans()}),
    )
    | section(
        "strategic",
        inspection_cost=money,
        bounty=money,
        stake=money,
        response=section("hedge", rate=st.floats(0.01, 1), start=st.floats(0.01, 0.99)),
        overseers=st.none() | st.fixed_dictionaries({"size": st.integers(1, 4)}),
    )
    | section("strategic", inspection_cost=money, bounty=money, response=st.just("leadership"))
    | section(
        "strategic",
        inspection_cost=money,
        bounty=money,
        response=section("imitation", revision=st.floats(0.1, 1), one_at_a_time=st.integers(0, 3), start=probability),
        overseers=st.fixed_dictionaries({"size": st.integers(1, 6)}),
    ),
}
OPTIONS = {
    "limited_liability": st.booleans(),
    "suspension": st.integers(0, 3),
    "forfeit_gain": st.booleans(),
    "cost_per_sanction": money,
    "record_lifetime": st.none() | st.integers(1, 4),
}
SANCTIONS = {
    "fixed": section("fixed", amount=money, **OPTIONS),
    "proportional": section("proportional", factor=money, base=st.sampled_from(["gain", "harm"]), **OPTIONS),
    "graded": section("graded", amounts=st.lists(money, min_size=1, max_size=4), **OPTIONS),
    "escalating": section("escalating", amounts=st.lists(money, min_size=1, max_size=4), **OPTIONS),
    "turnover_cap": section(
        "turnover_cap",
        amount=money,
        share=probability,
        rule=st.sampled_from(["greater", "lesser"]),
        share_of_maximum=probability,
        **OPTIONS,
    ),
}
DISTRIBUTIONS = {
    "constant": section("constant", value=money),
    "uniform": section("uniform", low=st.just(0.0), high=money),
    "triangular": section("triangular", low=st.just(-0.5), mode=probability, high=st.floats(1, 2)),
    "beta": section("beta", a=st.floats(0.5, 4), b=st.floats(0.5, 4))
    | section("beta", a=st.floats(0.5, 4), b=st.floats(0.5, 4), low=st.just(-0.5), high=money),
    "normal": section("normal", mean=money, sd=money),
    "lognormal": section("lognormal", mu=st.floats(-1, 1).map(lambda x: round(x, 3)), sigma=probability),
    "exponential": section("exponential", mean=st.floats(0.1, 2)),
    "pareto": section("pareto", minimum=st.floats(0.1, 1), shape=st.floats(1.5, 4)),
    "empirical": section("empirical", values=st.lists(money, min_size=1, max_size=4)),
}
BELIEFS = {
    "announced": section("announced") | section("announced", adjustment=st.floats(0.05, 1)),
    "fixed": section("fixed", value=probability),
    "moving_average": section("moving_average", start=probability, rate=st.floats(0.05, 1)),
    "own_experience": section("own_experience", prior_caught=st.floats(0.1, 3), prior_missed=st.floats(0.1, 3)),
    "neighbourhood": section(
        "neighbourhood", window=st.integers(1, 3), prior_caught=st.floats(0.1, 3), prior_missed=st.floats(0.1, 3)
    ),
    "pooled_window": section(
        "pooled_window", window=st.integers(1, 3), prior_caught=probability, prior_violations=st.floats(1, 3)
    ),
}
NETWORKS = {
    "everyone": section("everyone"),
    "ring": section("ring", neighbours=st.sampled_from([2, 4])),
    "small_world": section("small_world", neighbours=st.sampled_from([2, 4]), rewiring=probability),
    "random": section("random", neighbours=probability),
    "scale_free": section("scale_free", links_each=st.integers(1, 3)),
    "file": section("file", links=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)).map(list), max_size=8)),
}
LEAST = {"everyone": 1, "random": 2, "scale_free": 4}
"""Actors that a network of the kind needs with the numbers above; 5 of others."""
NEIGHBOURLY = {"conformist", "threshold"}
RULES: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "rational": {},
    "risk_averse": {"form": st.sampled_from(["cara", "crra"]), "coefficient": st.sampled_from([-1.0, 0.0, 1.0, 2.5])},
    "quantal": {"precision": money},
    "trained": {"temperature": st.floats(0.1, 2).map(lambda x: round(x, 3))},
    "prospect": {},
    "forward_looking": {
        "discount": st.floats(0, 0.99).map(lambda x: round(x, 3)),
        "horizon": st.none() | st.integers(8, 12),
    },
    "hedge": {"rate": st.floats(0.01, 1), "start": st.floats(0.01, 0.99)},
    "policy_gradient": {
        "rate": st.floats(0.01, 1),
        "method": st.sampled_from(["natural", "vanilla"]),
        "entropy": money,
        "start": st.floats(0.01, 0.99),
    },
    "imitator": {"revision": st.floats(0.1, 1), "one_at_a_time": st.integers(0, 4), "start": probability},
    "unconditional": {"rate": probability},
    "conformist": {"weight": money, "base": st.sampled_from(["rational", "quantal"]), "precision": money},
    "threshold": {"traits": st.fixed_dictionaries({"threshold": section("uniform", low=st.just(-0.2), high=money)})},
}
HARMS = {"forward_looking": DISTRIBUTIONS["constant"]}
distribution = st.one_of(*DISTRIBUTIONS.values())
copies = st.fixed_dictionaries(
    {
        "correlation": probability | st.sampled_from([0.0, 1.0]),
        "persistent": st.booleans(),
        "family": st.none() | st.just("model_a"),
    }
)

moving = st.fixed_dictionaries(
    {"gain": st.fixed_dictionaries({"per_period": st.floats(-0.5, 0.5).map(lambda x: round(x, 3))})}
)


def entry(kind: str, index: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "kind": st.just(kind),
            "name": st.just(f"entry_{index}"),
            "size": st.integers(1, 6),
            "gain": distribution,
            "harm": HARMS.get(kind, distribution) | section("proportional", factor=money),
            "belief": st.one_of(*BELIEFS.values()),
            "value": money,
            "wealth": distribution,
            "turnover": distribution,
            **RULES[kind],
        }
    )


score = st.floats(-2, 2).map(lambda x: round(x, 3))
values = st.dictionaries(st.sampled_from(["honesty", "helpfulness"]), score)
valued = st.fixed_dictionaries({"values": values, "base": st.floats(0.1, 2)})


drift = st.fixed_dictionaries({"decay": probability}) | st.fixed_dictionaries(
    {"decay": probability, "walk": money, "shared": st.booleans()}
)


def proxy(chancy: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Errors of training, and choices among answers where actors decide by chance."""
    selection = st.fixed_dictionaries({"best_of": st.integers(1, 4)})
    light = [DISTRIBUTIONS[kind] for kind in ("constant", "uniform", "normal", "exponential", "empirical")]
    tilts = st.fixed_dictionaries({"error": st.one_of(*light), "drawn": st.sampled_from(["once", "each_opportunity"])})
    chosen = st.fixed_dictionaries(
        {
            "error": distribution,
            "drawn": st.sampled_from(["once", "each_opportunity"]),
            "selection": selection,
        }
    )
    return tilts | chosen if chancy else tilts


@st.composite
def trained(draw: st.DrawFn, policy: dict[str, Any], population: list[dict[str, Any]]) -> None:
    """Say what acts have of two values, and, now and then, let the policy train them."""
    for entry in population:
        entry |= {"violating": draw(st.none() | valued), "complying": draw(st.none() | valued)}
    if draw(st.booleans()):
        population[0]["complying"] = {"values": {"honesty": draw(score), "helpfulness": draw(score)}}
        policy["training"] = {
            "weights": draw(st.dictionaries(st.sampled_from(["honesty", "helpfulness"]), score, min_size=1))
        }


def option(name: str, severities: int, plain: bool) -> st.SearchStrategy[dict[str, Any]]:
    """An option of one of so many severity classes; a `plain` one is a violation in the open."""
    whole = st.just(1.0)
    return st.fixed_dictionaries(
        {
            "name": st.just(name),
            "violation": st.just(True) if plain else st.booleans(),
            "gain": money,
            "harm": money,
            "cost": probability | st.just(0.0),
            "visibility": whole if plain else probability | whole,
            "severity": st.integers(1, severities),
            "base": st.floats(0.1, 2),
            "values": values,
        }
    )


@st.composite
def options(draw: st.DrawFn, population: list[dict[str, Any]], *policies: dict[str, Any]) -> None:
    """Give some entries options that go with all of these policies."""
    rules = [policy["monitoring"] for policy in policies]
    if any(rule.get("response") == "leadership" for rule in rules):
        return
    pooled = any(entry["belief"]["kind"] in ("pooled_window", "neighbourhood") for entry in population)
    strategic = any(rule["kind"] == "strategic" for rule in rules)
    triage = any(rule.get("triage") == "severity" for rule in rules)
    severities = min(len(policy["sanction"].get("amounts", [0, 0, 0])) for policy in policies)
    for entry in population:
        announced = entry["belief"]["kind"] == "announced"
        if (triage and not announced) or draw(st.booleans()):
            continue
        alone = entry["kind"] in ("hedge", "imitator", "policy_gradient", "threshold")
        plain = alone or pooled or strategic or not announced
        number = 1 if alone else draw(st.integers(1, 3))
        entry["options"] = [draw(option(f"option_{place}", severities, plain)) for place in range(number)]
        entry["violating"] = None
        if entry["kind"] == "unconditional":
            entry["option"] = "option_0"


def neighbourly(entry: dict[str, Any]) -> bool:
    """Whether the actors of an entry go by their neighbours."""
    return entry["kind"] in NEIGHBOURLY or entry["belief"]["kind"] == "neighbourhood"


@st.composite
def network(draw: st.DrawFn, population: list[dict[str, Any]]) -> dict[str, Any] | None:
    """A network that goes with the population; none, now and then, where nobody goes by neighbours."""
    if not any(map(neighbourly, population)) and draw(st.booleans()):
        return None
    size = sum(entry["size"] for entry in population)
    kinds = [kind for kind in NETWORKS if LEAST.get(kind, 5) <= size]
    made = draw(st.sampled_from(kinds).flatmap(lambda kind: NETWORKS[kind]))
    in_turns = any(entry.get("one_at_a_time") for entry in population)
    return made | {"revision": 1.0 if in_turns else draw(st.just(1.0) | st.floats(0.1, 1))}


BLIND = ("random_audit", "audit_capacity", "record_based")
"""Monitoring that is drawn before the act, so that there can be a signal of it."""


@st.composite
def forewarned(draw: st.DrawFn, policy: dict[str, Any], population: list[dict[str, Any]]) -> None:
    """Give a policy signals or honeypots where its monitoring and these entries go with them."""
    if policy["monitoring"]["kind"] not in BLIND or draw(st.booleans()):
        return
    if any(entry["kind"] in ("forward_looking", "hedge", "imitator") for entry in population):
        return
    for entry in population:
        entry["belief"] = {"kind": "announced"}
    signal = st.fixed_dictionaries({"hit_rate": probability, "false_alarm_rate": probability})
    policy["monitoring"]["signal"] = draw(st.none() | signal)
    if not any("options" in entry for entry in population):
        gain = st.just("kept") if policy["sanction"]["forfeit_gain"] else st.sampled_from(["kept", "void"])
        honeypots = st.fixed_dictionaries(
            {"rate": st.floats(0, 0.95).map(lambda x: round(x, 3)), "cost": money, "gain": gain}
        )
        policy["honeypots"] = draw(st.none() | honeypots)


witnesses = st.fixed_dictionaries(
    {
        "number": st.integers(1, 5),
        "cost": money,
        "retaliation": money,
        "stake": st.none() | money,
        "response": st.sampled_from(["best", "logit"]),
    }
).map(
    lambda made: (
        made
        | {"bounty": 1.5 if made["stake"] is None else None, "precision": 2.0 if made["response"] == "logit" else None}
    )
)
bribe = st.fixed_dictionaries({"efficiency": probability, "power": probability})


@st.composite
def reports(draw: st.DrawFn, policy: dict[str, Any], population: list[dict[str, Any]]) -> None:
    """Let violators report themselves, be reported or bribe inspectors, where a policy and these entries allow it."""
    kinds = {entry["kind"] for entry in population}
    overseer = policy["monitoring"]["kind"] == "strategic"
    ahead, drifts = "forward_looking" in kinds, bool(kinds & {"hedge", "imitator"})
    notices = bool(policy["monitoring"].get("signal") or policy.get("honeypots"))
    leads = policy["monitoring"].get("response") == "leadership"
    if not (ahead or drifts or notices or leads) and draw(st.booleans()):
        scheme = st.fixed_dictionaries({"share": probability, "harm_averted": probability})
        policy["sanction"]["self_report"] = draw(scheme)
    elif not (ahead or leads) and draw(st.booleans()):
        fixed = policy["sanction"]["kind"] == "fixed"
        if not overseer or (
            fixed and not (policy["sanction"]["limited_liability"] or policy["sanction"]["forfeit_gain"])
        ):
            policy["inspectors"] = {"bribe": draw(bribe)} | ({} if overseer else {"reward": draw(money)})
    if not (overseer or notices or policy["monitoring"].get("triage") == "severity"):
        policy["witnesses"] = draw(st.none() | witnesses)


@st.composite
def market(draw: st.DrawFn, policy: dict[str, Any], population: list[dict[str, Any]]) -> None:
    """Let customers leave, in one of the ways that this policy and these entries go with."""
    if draw(st.booleans()):
        return
    for entry in population:
        entry["income"] = draw(money)
    ahead = any(entry["kind"] == "forward_looking" for entry in population)
    sanction, monitoring = policy["sanction"], policy["monitoring"]
    records = sanction["kind"] == "escalating" or monitoring["kind"] == "record_based" or sanction["suspension"]
    targets = policy.get("training", {}).get("targets")
    adds = (ahead and records) or monitoring.get("response") == "leadership" or targets
    policy["market"] = {
        "notice": draw(probability),
        "share_lost": draw(probability),
        "periods": draw(st.integers(1, 4)),
        "losses": "add" if adds else draw(st.sampled_from(["add", "restart"])),
    }


@st.composite
def outcomes(draw: st.DrawFn, policy: dict[str, Any], population: list[dict[str, Any]]) -> None:
    """Let acts go wrong, and outcomes pay, where this policy and these entries go with that."""
    monitoring, sanction = policy["monitoring"], policy["sanction"]
    response = monitoring.get("response")
    apart = {"honeypots", "witnesses", "inspectors"} & {name for name, part in policy.items() if part}
    apart |= {name for name in ("resample", "self_report") if sanction.get(name) is not None}
    apart |= {"signal"} if monitoring.get("signal") else set()
    apart |= {"targets"} if policy.get("training", {}).get("targets") else set()
    kinds = {entry["kind"] for entry in population}
    copies = response == "leadership" or (isinstance(response, dict) and response["kind"] == "imitation")
    if apart or copies or kinds & {"forward_looking", "imitator"}:
        return
    strategic = monitoring["kind"] == "strategic"
    blind = monitoring["kind"] in ("random_audit", "audit_capacity", "record_based") and not monitoring.get("triage")
    if blind or strategic or not any(entry.get("options") for entry in population):
        for entry in population:
            entry["errors"] = draw(st.none() | st.fixed_dictionaries({"rate": probability, "harm": money}))
    looks = st.fixed_dictionaries(
        dict.fromkeys(["unseen", "passed", "flagged"], st.integers(-20, 20).map(lambda tenth: tenth / 10))
    )
    paid = st.fixed_dictionaries(dict.fromkeys(["right", "error", "violation", "abstention"], looks))
    policy["payoffs"] = draw(
        st.none() | st.fixed_dictionaries({"actor": paid, **({"overseer": paid} if strategic else {})})
    )


@st.composite
def experiments(draw: st.DrawFn, chooses: bool = True, drifts: bool = False) -> dict[str, Any]:
    """An experiment with one to three entries of any kinds, which may have options, and gains that drift."""
    periods = draw(st.integers(1, 8))
    monitoring = draw(st.one_of(*MONITORING.values()))
    # An overseer that leads goes by theory, which knows no neighbours.
    leads = monitoring.get("response") == "leadership"
    rules = sorted(RULES.keys() - NEIGHBOURLY) if leads else sorted(RULES)
    kinds = draw(st.lists(st.sampled_from(rules), min_size=1, max_size=3))
    sanction = draw(st.one_of(*SANCTIONS.values()))
    population = [draw(entry(kind, index)) for index, kind in enumerate(kinds)]
    for each in population:
        if each["gain"]["kind"] != "constant":
            each["copies"] = draw(st.none() | copies)
        if drifts and not leads and each["kind"] != "forward_looking":
            each["drift"] = draw(st.none() | moving)
    if leads:
        # The rate is found by theory: it does not follow records that lapse, and takes long over many dimensions.
        sanction["record_lifetime"] = None
        for each in population:
            each |= {name: {"kind": "constant", "value": 1.5} for name in ("harm", "wealth", "turnover")}
            if each["belief"]["kind"] == "neighbourhood":
                each["belief"] = {"kind": "announced"}
    made = {
        "name": "random",
        "policy": {
            "monitoring": monitoring,
            "detector": {
                "sensitivity": draw(probability | st.just(1.0)),
                "false_positive_rate": draw(probability | st.just(0.0)),
                "harm_averted": draw(probability),
            },
            "sanction": sanction,
        },
        "population": population,
        "network": draw(network(population)),
        "periods": periods,
        "dynamics": draw(st.none() | st.fixed_dictionaries({"window": st.integers(1, periods), "near": probability})),
        "burn_in": 0,
        "seed": draw(st.integers(0, 2**40)),
        "social_cost": {"gain_weight": draw(probability)},
        "start": "both",
        "replicates": draw(st.integers(1, 3)),
    }
    draw(trained(made["policy"], made["population"]))
    if chooses:
        draw(options(made["population"], made["policy"]))
        if draw(st.booleans()):
            draw(outcomes(made["policy"], made["population"]))
        else:
            draw(forewarned(made["policy"], made["population"]))
            draw(reports(made["policy"], made["population"]))
        draw(market(made["policy"], made["population"]))
    return made
