"""A solution as JSON, as text and as a table."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from oversight.measures import WORDS

if TYPE_CHECKING:
    import pandas as pd

    from oversight.equilibrium.certificate import Certificate
    from oversight.equilibrium.law import Law
    from oversight.equilibrium.prices import Price
    from oversight.equilibrium.solve import Equilibrium, Path, Solution

_COLUMNS = (
    "misconduct_rate",
    "detection_probability",
    "inspection_rate",
    "false_sanction_rate",
    "active_share",
    "social_cost",
    "stable",
    "mixing",
)
_STABLE = {True: "stable", False: "unstable", None: "stability unknown"}


def as_data(solution: Solution) -> dict[str, Any]:
    """The contract's mapping: a missing number is NaN (null in JSON), with a note beside it that says why."""
    data: dict[str, Any] = {
        "equilibria": [_equilibrium(each) for each in solution.equilibria],
        "complete": solution.complete,
        "not_covered": solution.not_covered or None,
        "notes": solution.notes,
        "paths": [_path(path) for path in solution.paths],
        "optimum": {
            "social_cost": solution.optimum.social_cost,
            "misconduct_rate": solution.optimum.misconduct_rate,
            **({"note": solution.optimum.note} if solution.optimum.note else {}),
        },
    }
    for name in ("price_of_anarchy", "price_of_stability", "price_of_non_commitment", "anarchy_share"):
        found: Price = getattr(solution, name)
        data[name] = found.value
        if found.note:
            data[f"{name}_note"] = found.note
    data["anarchy_gap"] = solution.anarchy_gap
    if np.isnan(solution.anarchy_gap):
        data["anarchy_gap_note"] = solution.price_of_anarchy.note
    if solution.law:
        data["law"] = asdict(solution.law)
    data["reference"] = {"social_cost": solution.reference.value}
    if solution.reference.note:
        data["reference"]["note"] = solution.reference.note
    return data


def _path(path: Path) -> dict[str, Any]:
    data = asdict(path)
    if not path.phases:
        del data["phases"]
    return data


def _equilibrium(each: Equilibrium) -> dict[str, Any]:
    data = asdict(each)
    if not each.option_rates:
        del data["option_rates"]
    if not each.measures:
        del data["measures"]
    if np.isnan(each.false_sanction_rate):
        data["false_sanction_rate_note"] = "nobody complies"
    if each.certificate:
        data["certificate"] = {**asdict(each.certificate), "holds": each.certificate.holds}
    return data


def as_frame(solution: Solution) -> pd.DataFrame:
    """A row an equilibrium."""
    import pandas as pd

    rows = []
    for each in solution.equilibria:
        row = {name: getattr(each, name) for name in _COLUMNS}
        if len(each.misconduct_rates) > 1:
            row |= {f"misconduct_rate.{label}": rate for label, rate in each.misconduct_rates.items()}
        row |= each.option_rates | each.measures
        rows.append(row | {"certified": each.certificate.holds if each.certificate else None})
    return pd.DataFrame(rows, columns=None if rows else [*_COLUMNS, "certified"])


def as_text(solution: Solution) -> str:
    """A few lines for a terminal."""
    if solution.not_covered:
        return f"Theory does not cover this. {solution.not_covered}"
    lines = ["Equilibria of the large-population limit:"] if solution.equilibria else []
    for each in solution.equilibria:
        mixing = ", exactly indifferent actors split" if each.mixing else ""
        lines.append(
            f"  misconduct {each.misconduct_rate:8.4%}  detection {each.detection_probability:7.3%}  inspected "
            f"{each.inspection_rate:7.3%}  social cost {_number(each.social_cost)}  {_STABLE[each.stable]}{mixing}"
        )
        if len(each.misconduct_rates) > 1:
            lines.append("    " + ", ".join(f"{name} {rate:.4%}" for name, rate in each.misconduct_rates.items()))
        if each.option_rates:
            parts = [f"{name.partition('.')[2]} {rate:.4%}" for name, rate in each.option_rates.items()]
            lines.append("    " + ", ".join(parts))
        if each.measures:
            lines.append("    " + ", ".join(_measured(name, value) for name, value in each.measures.items()))
    lines += [f"  {note}" for note in solution.notes]
    if solution.equilibria:
        lines.append(_certified([each.certificate for each in solution.equilibria], solution.uncertified))
    for path in solution.paths:
        lines.append(f"From the {path.start} start, the limit {_course(path)} {_range(path)}.")
        for place, phase in enumerate(path.phases):
            lines.append(f"  phase {place}: " + ", ".join(_measured(name, value) for name, value in phase.items()))
    if solution.law:
        lines.append(_law(solution.law))
    lines.append(f"Planner's optimum: social cost {_number(solution.optimum.social_cost)}")
    for name, found in (
        ("Price of anarchy", solution.price_of_anarchy),
        ("Price of stability", solution.price_of_stability),
        ("Price of non-commitment", solution.price_of_non_commitment),
    ):
        lines.append(f"{name}: {found.note or _number(found.value)}")
    lines.append(f"Anarchy gap: {_number(solution.anarchy_gap)}")
    if not solution.reference.note:
        lines.append(f"Without oversight: social cost {_number(solution.reference.value)}")
    share = solution.anarchy_share
    lines.append(f"Anarchy share: {share.note or f'{share.value:.4%} of what oversight could save is lost'}")
    return "\n".join(lines)


def _measured(name: str, value: float) -> str:
    """A measure that only some policies have, in words."""
    base, _, part = name.partition(".")
    words = WORDS[base]
    return f"{part or words.title.lower()} {_percent(value) if words.percent else _number(value)}"


def _percent(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.4%}"


def _law(law: Law) -> str:
    """What copies make of it."""
    beyond = f", and lies above {law.edge:.4%} in {law.beyond_edge:.4%} of periods" if law.edge == law.edge else ""
    return (
        f"Copies err together: misconduct is {law.mean:.4%} on average, at most {law.q95:.4%} in 95 and {law.q99:.4%} "
        f"in 99 of 100 periods{beyond}."
    )


def _certified(certificates: list[Certificate | None], why: str) -> str:
    known = [each for each in certificates if each is not None]
    if not known:
        return f"  Not certified: {why}."
    failed = sum(not each.holds for each in known)
    largest = max(max(each.residual, each.overseer, float(np.nan_to_num(each.regret))) for each in known)
    if failed:
        tails = max(each.tails for each in known)
        if np.isinf(tails):
            what = "gains or harms have no finite mean"
        elif not tails <= largest:
            what = f"what gains or harms state of their tails or means is off by up to {tails:.1e}"
        else:
            what = f"recomputed rates differ by up to {largest:.1e}"
        return f"  {failed} of {len(known)} not certified: {what}."
    return f"  Certified: recomputed by other code, rates and regrets agree within {largest:.1e}."


def _course(path: Path) -> str:
    length = path.length
    if path.phases:
        return f"has, over the {length} measured periods,"
    if length == 1:
        return "comes to rest at"
    return f"repeats every {length} periods, with" if length else "has not settled after a thousand periods, with"


def _range(path: Path) -> str:
    if path.length == 1 and not path.phases:
        return f"misconduct {path.misconduct_rate:.4%}"
    return f"misconduct from {path.lowest:.4%} to {path.highest:.4%}, {path.misconduct_rate:.4%} on average"


def _number(value: float) -> str:
    return "-" if np.isnan(value) else "infinite" if np.isinf(value) else f"{value:.6g}"
