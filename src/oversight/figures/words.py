"""Titles and units of measures and of parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from oversight.documents.schema import field_at, member
from oversight.figures.quantity import Quantity, local_unit, number

_PER = "money per actor and period"
_SHARES = ("probability", "share")

MEASURES = {
    "misconduct_rate": Quantity(
        "Misconduct rate", "% of opportunities", True, "Violations per opportunity to violate.", "nobody was in play"
    ),
    "detection_rate": Quantity(
        "Detection rate", "% of violations", True, "Violations that were sanctioned.", "nobody violated"
    ),
    "inspection_rate": Quantity(
        "Inspected", "% of actors in play per period", True, "Actors inspected in a period.", "nobody was in play"
    ),
    "false_sanction_rate": Quantity(
        "False sanctions", "% of compliant actors", True, "Compliant actors that were sanctioned.", "nobody complied"
    ),
    "sanction_precision": Quantity(
        "Precision of sanctions", "% of sanctions", True, "Sanctions that hit a violator.", "nobody was sanctioned"
    ),
    "perceived_detection": Quantity(
        "Perceived detection",
        "% chance",
        True,
        "What actors believe is their chance of being caught if they violate.",
        "nobody was in play",
    ),
    "last_misconduct_rate": Quantity(
        "Misconduct rate in the last period", "% of opportunities", True, "Where a run ends.", "nobody was in play"
    ),
    "last_inspection_rate": Quantity(
        "Inspected in the last period", "% of actors in play", True, "Where a run ends.", "nobody was in play"
    ),
    "worst_window_misconduct_rate": Quantity(
        "Misconduct rate of the worst window",
        "% of opportunities",
        True,
        "The highest over any stretch of the given length.",
        "nobody was in play",
    ),
    "worst_window_inspection_rate": Quantity(
        "Inspected in the worst window",
        "% of actors in play per period",
        True,
        "The lowest over any stretch of the given length.",
        "nobody was in play",
    ),
    "time_near": Quantity(
        "Time near an equilibrium",
        "% of periods",
        True,
        "Periods whose misconduct rate is near that of an equilibrium.",
        "there is no such equilibrium",
    ),
    "active_share": Quantity("Actors in play", "% of all actors", True, "Actors that are not suspended."),
    "ever_sanctioned_share": Quantity(
        "Ever sanctioned", "% of all actors", True, "Actors that were sanctioned at least once."
    ),
    "social_cost": Quantity(
        "Social cost", _PER, description="Harm less weighted gains, plus oversight, sanctions and value lost."
    ),
    "harm": Quantity("Harm", _PER, description="What violations cost others, net of what was averted."),
    "gain": Quantity("Gains from violating", _PER, description="What violations earned."),
    "sanctions_paid": Quantity("Sanctions paid", _PER, description="A transfer, no part of social cost."),
    "oversight_cost": Quantity("Cost of oversight", _PER, description="Inspections and capacity."),
    "value_lost": Quantity("Value lost to suspensions", _PER, description="Legitimate work that did not happen."),
    "costs": Quantity("Social cost", _PER),
    "gap": Quantity("Anarchy gap", _PER, description="Social cost of the worse start, less the planner's optimum."),
    "worst": Quantity("Worse start", _PER),
    "best": Quantity("Better start", _PER),
    "optimum": Quantity("Planner's optimum", _PER),
    "price": Quantity("Price of anarchy", description="Social cost of the worse start over the planner's optimum."),
    "theory.worst": Quantity("Worst in theory", _PER, description="Social cost of the costliest equilibrium."),
    "theory.best": Quantity("Best in theory", _PER, description="Social cost of the least costly equilibrium."),
    "theory.gap": Quantity("Gap in theory", _PER, description="The costliest equilibrium, less the planner's optimum."),
    "theory.price": Quantity("Price in theory", description="The costliest equilibrium over the planner's optimum."),
}


def measure(name: str, units: Mapping[str, str]) -> Quantity:
    """The words of a measure, in the policy's own units. `misconduct_rate.<entry>` is that of one entry."""
    base, _, entry = (name, "", "") if name in MEASURES else name.partition(".")
    known = MEASURES.get(base, Quantity(plain(base).capitalize()))
    title = f"{known.title}: {plain(entry)}" if entry else known.title
    return Quantity(title, local_unit(known.unit, units), known.percent, known.description, known.missing)


def parameter(model: type[BaseModel], data: Mapping[str, Any], path: str, units: Mapping[str, str]) -> Quantity | None:
    """The words of the number at a dotted path, None where the schema has none for these data."""
    if path == "policy":
        return Quantity("Policy")
    field = field_at(model, data, path)
    if field is None:
        return None
    head, *inner = path.split(".")
    title = field.title or plain(inner[-1] if inner else head).capitalize()
    if inner and inner[-1].isdigit():
        title += f", no.\u00a0{int(inner[-1]) + 1}"
    if head == "population" and len(inner) > 1:
        title = _of_entry(model, data, inner, title)
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    return of_unit(title, unit, units, field.description or "")


def of_unit(title: str, unit: str, units: Mapping[str, str], description: str = "") -> Quantity:
    """A parameter of a schema unit: probabilities and shares are shown as percentages."""
    share = next((word for word in _SHARES if unit.startswith(word)), None)
    shown = f"%{unit.removeprefix(share)}" if share else unit
    # "Inspections: 300 per period" rather than "300 inspections per period".
    shown = shown.removeprefix(f"{title.lower()} ")
    return Quantity(title, local_unit(shown, units), share is not None, description, digits=6)


def category(value: Any, names: Mapping[str, str]) -> str:
    """A swept value that is no number, in words; `names` gives policies their titles."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if text in names:
        return names[text]
    if text.startswith(("{", "[")):
        return _in_words(json.loads(text))
    return plain(text)


def plain(text: str) -> str:
    """A name of a file or a key as words."""
    return text.replace("_", " ")


def _of_entry(model: type[BaseModel], data: Mapping[str, Any], inner: list[str], title: str) -> str:
    """The title with the section that it belongs to, and with the population entry where there are several."""
    entries = data["population"]
    index = member(entries, inner[0])
    entry = entries[index] if index is not None else {}
    whose = f" of {plain(str(entry.get('name') or entry.get('kind')))}" if len(entries) > 1 else ""
    parent = field_at(model, data, ".".join(["population", *inner[:-1]])) if len(inner) > 2 else None
    if parent is None or parent.title is None:
        return f"{title}{whose}"
    match inner[-1]:
        case "value":
            return f"{parent.title}{whose}"
        case "mean":
            return f"Mean {parent.title.lower()}{whose}"
        case _:
            return f"{parent.title}{whose}: {title.lower()}"


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        kind = [plain(str(value["kind"]))] if "kind" in value else []
        return ", ".join([*kind, *(f"{plain(key)} {_in_words(item)}" for key, item in value.items() if key != "kind")])
    if isinstance(value, list):
        return " / ".join(map(_in_words, value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value, 6)
    return category(value, {})
