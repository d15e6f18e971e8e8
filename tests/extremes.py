"""Experiments made from the schema, of numbers as extreme as it accepts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from oversight.distributions import DISTRIBUTIONS
from oversight.documents.schema import keys, kind_of, sections
from oversight.plugins import Kinds
from oversight.policy import Training
from oversight.quantities import LARGEST, SMALLEST
from oversight.scenario.experiment import experiment_model

Pick = Callable[[Sequence[Any]], Any]
"""Takes one of several, as hypothesis does."""

_SIZES = (0.0, SMALLEST, 1e-20, 1e-9, 0.01, 0.3, 0.5, 1 - 1e-9, 1.0, 2.0, 50.0, 1e9, 1e15, LARGEST)
NUMBERS = (*_SIZES, -SMALLEST, -1.0, -LARGEST)
_WHOLE = (0, 1, 2, 3, 5, 12)
_WORDS = frozenset({"kind", "name", "title", "description", "question", "units", "sources"})
_LEFT = _WORDS | {"traits", "sweep", "search", "stakeholders", "choice", "mark"}
"""Keys that hold no numbers, traits, which no built-in class reads, and what is asked of many runs."""
_TOO_MANY = frozenset({"measures", "dynamics", "overseers", "adjustment", "one_at_a_time", "entries"})
_TOO_MANY |= {"training", "violating", "complying", "values", "copies"}
"""Keys that most other choices forbid; training comes on its own."""
_ONE_OF = ("honeypots", "witnesses", "inspectors", "self_report", "payoffs")
"""Parts of a policy that do not go with one another."""


def extreme_experiment(pick: Pick, trains: bool = False) -> dict[str, Any]:
    """A mapping that is an experiment, or nearly: some of its numbers may be out of range. It may train a value."""
    made = _section(experiment_model(Kinds()), pick)
    for index, entry in enumerate(made["population"]):
        for place, option in enumerate(entry.get("options", ())):
            option["name"] = f"o{place}"
        entry |= {"name": f"e{index}", "size": pick((1, 2, 7, 50, 1000))}
        for trait in ("wealth", "turnover"):
            entry[trait] = entry.get(trait) or _section(pick(list(DISTRIBUTIONS.classes.values())), pick)
    kept = pick((None, *_ONE_OF))
    for entry in made["population"] if kept not in (None, "payoffs") else ():
        entry.pop("errors", None)
    for part in (made["policy"], made["policy"].get("sanction", {})):
        for name in _ONE_OF:
            if name != kept:
                part.pop(name, None)
    if trains:
        _train(made, pick)
    return made | {"name": "extreme", "periods": pick((3, 12, 30)), "burn_in": 0, "replicates": 2}


def _train(made: dict[str, Any], pick: Pick) -> None:
    """Load a value that everything there is to do has, as far as the population goes with it."""
    training = made["policy"]["training"] = _section(Training, pick) | {"weights": {"honesty": pick(NUMBERS)}}
    drift, proxy = training.get("drift"), training.get("proxy")
    if drift and "walk" not in drift:
        drift.pop("shared", None)
    if proxy and proxy["error"]["kind"] in ("lognormal", "pareto"):
        proxy["drawn"] = "once"
    if proxy:
        made["policy"].get("sanction", {}).pop("self_report", None)
    for entry in made["population"]:
        if entry["kind"] not in ("trained", "quantal"):
            training.pop("price_per_nat", None)
            (proxy or {}).pop("selection", None)
        weighed = {"values": {"honesty": pick(NUMBERS)}, "base": pick(_SIZES[1:])}
        if entry.get("options"):
            entry["options"][0]["values"] = weighed["values"]
        else:
            entry["violating"] = weighed
        if pick((True, False)):
            entry["complying"] = {"values": {"honesty": pick(NUMBERS)}, "base": pick(_SIZES[1:])}


def _section(section: type[BaseModel], pick: Pick) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, field in keys(section).items():
        if (key in _TOO_MANY and not field.is_required()) or (
            key in _LEFT and not (key == "kind" and kind_of(section))
        ):
            continue
        if key == "kind":
            made["kind"] = kind_of(section)
        elif field.is_required() or pick((True, False)):
            made[key] = _value(field.annotation, field.metadata, pick)
    return _consistent(made, pick)


def _consistent(made: dict[str, Any], pick: Pick) -> dict[str, Any]:
    """The section in an order that is no contradiction, and of values that do not grow beyond any number."""
    if made.get("kind") == "triangular":
        made["low"], made["mode"], made["high"] = sorted((made["low"], made["mode"], made["high"]))
    for low, high in (("low", "high"), ("investigators_low", "investigators_high"), ("base_rate", "max_rate")):
        if low in made and high in made:
            made[low], made[high] = sorted((made[low], made[high]))
    if "retaliation" in made or {"number", "response"} <= made.keys():  # witnesses
        made["number"], made["stake"] = max(made["number"], 1), made.get("stake", 1.0)
        made.pop("bounty", None)
        logit = made.setdefault("response", "best") == "logit"
        made = {**made, "precision": 2.0} if logit else {key: made[key] for key in made if key != "precision"}
    if "bribe" in made:
        made["reward"] = made.get("reward", 1.0)
    if made.get("kind") == "lognormal":
        made |= {"mu": pick((-90, -5, 0, 1, 50, 90)), "sigma": pick((0, SMALLEST, 0.5, 3, 5))}
    if made.get("kind") == "pareto":
        made |= {"minimum": pick((SMALLEST, 1, 1e5)), "shape": pick((0.5, 1, 1.0000001, 2, LARGEST))}
    return made


def _value(annotation: Any, limits: Sequence[Any], pick: Pick) -> Any:
    found = sections(annotation)
    if found:
        return _section(pick(found), pick)
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        more = [limit for each in inside[1:] for limit in getattr(each, "metadata", [each])]
        return _value(inside[0], [*limits, *more], pick)
    if origin in (Union, UnionType):
        return _value(inside[0], limits, pick)
    if origin is Literal:
        return pick(inside)
    if origin is tuple:
        return [_value(inside[0], [], pick) for _ in range(pick((1, 2)))]
    if annotation is bool:
        return pick((True, False))
    return pick(_within(limits, _WHOLE if annotation is int else NUMBERS))


def _within(limits: Sequence[Any], numbers: Sequence[float]) -> list[float]:
    """The numbers that a field's own bounds leave."""
    return [
        number
        for number in numbers
        if all(
            number >= getattr(limit, "ge", -inf)
            and number > getattr(limit, "gt", -inf)
            and number <= getattr(limit, "le", inf)
            and number < getattr(limit, "lt", inf)
            for limit in limits
        )
    ] or [numbers[-1]]
