"""What the frontier says, in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd

from oversight.figures.words import capital, listed, plain
from oversight.report.frontier.found import NEAR, NEAR_IN_WORDS, ROUND, Frontier


def headline(found: Frontier) -> str:
    """The cheapest policy that keeps the main measure below the strictest round value that can be kept."""
    most, subject = found.strictest, found.study.subject
    row = None if most is None else found.below(most)
    if most is None or row is None:
        best = found.efficient.iloc[-1]
        return (
            f"No policy keeps {subject} below {found.rate(ROUND[0])}: the least is {found.rate(best['rate'])}, "
            f"with {found.named(best)}."
        )
    never = next((each for each in ROUND if each < most), None)
    beyond = f" None keeps it below {found.rate(never)}." if never else ""
    return (
        f"The cheapest policy that keeps {subject} below {found.rate(most)} has {found.named(row)}: "
        f"{found.rate(row['rate'])}, for {found.cost(row)}.{beyond}"
    )


def sentences(found: Frontier) -> list[str]:
    """What the frontier shows besides, each a sentence."""
    return [*_parts(found), *_thresholds(found), *_least(found), *_slope(found), *_same(found), *_base(found)]


def _parts(found: Frontier) -> list[str]:
    """The cheapest policy that keeps each part of the main measure below what the headline keeps all of it below."""
    most = found.strictest
    if most is None or not found.study.entries:
        return []
    kept: dict[str, list[str]] = {}
    never = []
    for entry in found.study.entries:
        row = found.below(most, f"rate.{entry}")
        if row is None:
            never.append(f"{plain(entry)} (at least {found.rate(found.policies[f'rate.{entry}'].min())})")
        else:
            kept.setdefault(found.short(row), []).append(plain(entry))
    said = [f"{policy} for {listed(who)}" for policy, who in kept.items()]
    said += [f"none for {listed(never)}"] if never else []
    return [f"By kind of actor, the cheapest that keeps it below {found.rate(most)}: {'; '.join(said)}."]


def _thresholds(found: Frontier) -> list[str]:
    """The cheapest policy below each of the other round values."""
    parts: dict[Any, str] = {}
    for most in ROUND:
        row = found.below(most)
        if row is None or row.name == _first(found):
            break
        parts.setdefault(row.name, f"{found.rate(most)}, {found.short(row)}, for {_bare(found, row)}")
    return [f"The cheapest below {'; below '.join(parts.values())}."] if parts else []


def _first(found: Frontier) -> Any:
    """The row of the headline's policy."""
    row = None if found.strictest is None else found.below(found.strictest)
    return found.efficient.index[-1] if row is None else row.name


def _least(found: Frontier) -> list[str]:
    best = found.efficient.iloc[-1]
    if best.name == _first(found):
        return []
    near = found.below(best["rate"] + NEAR)
    first = f"The least {found.study.subject} is {found.rate(best['rate'])}, with {found.short(best)}"
    if near is None or near["rate"] <= best["rate"]:
        return [f"{first}, for {_bare(found, best)}."]
    return [
        f"{first}, for {_bare(found, best)}; the cheapest {NEAR_IN_WORDS} of it has {found.short(near)}: "
        f"{found.rate(near['rate'])}, for {_bare(found, near)}."
    ]


def _slope(found: Frontier) -> list[str]:
    """What another percentage point costs between efficient neighbours, at both ends of the frontier."""
    # Neighbours closer than the noise of a simulation would give any slope.
    steps: list[pd.Series[Any]] = []
    for _, row in found.efficient.iterrows():
        if not steps or steps[-1]["rate"] - row["rate"] >= NEAR:
            steps.append(row)
    if len(steps) < 2:
        return []
    price = found.study.measure(found.study.environment.price)

    def between(low: pd.Series[Any], high: pd.Series[Any]) -> str:
        each = (high["cost"] - low["cost"]) / (low["rate"] - high["rate"]) / 100
        return f"{price.bare(each)} between {found.rate(low['rate'])} and {found.rate(high['rate'])}"

    ends = [between(*steps[:2]), between(*steps[-2:])] if len(steps) > 2 else [between(*steps)]
    return [f"From one efficient policy to the next, a percentage point less costs {', and '.join(ends)}."]


def _same(found: Frontier) -> list[str]:
    first = found.efficient.iloc[0]
    alike = listed([lever.phrase(first[lever.column]) for lever in found.same]) if found.same else ""
    return [f"{capital(alike)} is part of every efficient policy."] if alike else []


def _base(found: Frontier) -> list[str]:
    if found.baseline is None:
        return []
    row = found.policy(found.baseline)
    said = (
        f"The baseline ({found.named(row)}; {found.whence}) has {found.rate(row['rate'])} {found.study.subject} for "
        f"{_bare(found, row)}"
    )
    if row["efficient"]:
        return [f"{said}."]
    better = found.efficient[found.efficient["cost"] <= row["cost"]].iloc[-1]
    return [f"{said}; for no more, {found.named(better)} has {found.rate(better['rate'])}."]


def _bare(found: Frontier, row: pd.Series[Any]) -> str:
    """A cost without its unit, which the headline has."""
    return found.study.measure(found.study.environment.price).bare(row["cost"])
