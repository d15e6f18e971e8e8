"""What a report lists of policies and populations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oversight.environments.chapters import Chapter, Group, Part
from oversight.policy import Policy
from oversight.scenario import Entry, Experiment
from oversight.scenario.governed import governing
from oversight.seams import meaning, title_of

_SECTIONS = ("monitoring", "honeypots", "witnesses", "detector", "sanction", "inspectors", "market", "training")


def chapters(experiments: Sequence[Experiment]) -> list[Chapter]:
    """The policies, who moves them, and the population."""
    compared = policies([each.policy for each in experiments])
    return [compared, *principals(experiments), population(experiments[0])]


def played_and_weighed(experiment: Experiment, swept: Mapping[str, str], units: Mapping[str, str]) -> Mapping[str, str]:
    """Facts of how runs were played and weighed; see `Environment.method`."""
    periods = swept.get("periods", f"{experiment.periods:,} {units.get('period', 'period')}s")
    first = swept.get("burn_in", f"{experiment.burn_in:,}")
    weighed = {path.removeprefix("social_cost."): values for path, values in swept.items()}
    found = {
        "Horizon": f"{periods}, of which the first {first} are not measured",
        "Social cost": experiment.social_cost.told(weighed),
        **governing(experiment.principal, swept),
    }
    if experiment.network is not None:
        keys = {path.removeprefix("network."): values for path, values in swept.items()}
        found["Neighbours"] = keys.get("network", experiment.network.told(keys))
    return found


def policies(compared: Sequence[Policy]) -> Chapter:
    """The sections of each policy."""
    return Chapter(
        name="policy",
        short="Policy and sources",
        title="The policies" if len(compared) > 1 else "The policy",
        groups=[
            Group(
                name=policy.name,
                heading=policy.heading,
                description=policy.description,
                units=policy.units.model_dump(),
                parts=[_section(policy, name) for name in _SECTIONS if getattr(policy, name) is not None],
            )
            for policy in compared
        ],
    )


def principals(experiments: Sequence[Experiment]) -> list[Chapter]:
    """Who moves the policy, in a chapter; none where nobody does."""
    first = experiments[0]
    if first.principal is None:
        return []
    kind = title_of(first.principal.kind, type(first.principal))
    part = Part(
        path="principal",
        section=first.principal,
        heading=f"Principal: {kind}",
        meaning=meaning(type(first.principal)),
        kind=kind,
        kind_of="Principal",
        sources=first.principal.sources,
    )
    group = Group(units=first.policy.units.model_dump(), parts=[part])
    return [Chapter(name="principal", short="Principal", title="Who moves the policy", groups=[group])]


def population(experiment: Experiment) -> Chapter:
    """The entries of the population."""
    entries = [_entry(place, entry) for place, entry in enumerate(experiment.population)]
    units = experiment.policy.units.model_dump()
    return Chapter(
        name="population", short="Population", title="The population", groups=[Group(units=units, parts=entries)]
    )


def _section(policy: Policy, name: str) -> Part:
    section, word = getattr(policy, name), name.capitalize()
    kind = title_of(section.kind, type(section)) if hasattr(section, "kind") else ""
    inside = f"{name}."
    own = {path.removeprefix(inside): cited for path, cited in policy.sources.items() if path.startswith(inside)}
    return Part(
        path=f"policy.{name}",
        section=section,
        heading=f"{word}: {kind}" if kind else word,
        meaning=meaning(type(section)),
        kind=kind,
        kind_of=word,
        sources=own,
    )


def _entry(place: int, entry: Entry) -> Part:
    kind = title_of(entry.kind, entry.rule)
    return Part(
        path=f"population.{place}",
        section=entry,
        heading=entry.label.replace("_", " "),
        meaning=_told(kind, meaning(entry.rule)),
        kind=kind,
        kind_of="Kind of actor",
        sources=entry.sources,
    )


def _told(kind: str, text: str) -> str:
    """The kind and what it means, as one sentence; words in capitals, such as AI, keep them."""
    rest = text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"
    return ": ".join(filter(None, [f"{kind[:1].upper()}{kind[1:]}", rest]))
