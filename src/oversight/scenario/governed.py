"""What a principal may set: numbers of a policy that stays of its kinds, and that is right wherever it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from oversight.documents.paths import assign, value_at
from oversight.documents.problems import plainly
from oversight.documents.schema import field_at, fields_by_key
from oversight.errors import Mistake
from oversight.measures import Words
from oversight.measures.built_in import LEVER
from oversight.policy import Policy
from oversight.principals import Principal
from oversight.quantities import LocatedError, shown_unit, unit_of
from oversight.scenario.base import BaseExperiment
from oversight.scenario.stacking import structural
from oversight.seams import is_stranger

_NUMBERS = "Name one that the file states: policy.monitoring.rate, say."
_WHOLE = "What may move are numbers with a fraction: rates, amounts, capacities."


def check_principal(experiment: BaseModel, policy: Policy, principal: Principal) -> None:
    """Hold each setting of a principal to the schema, as if a file said it.

    Raises:
        LocatedError: a path names no number of the policy, or a value of it is refused where it stands.
    """
    if is_stranger(type(principal)):
        return
    overseer = policy.monitoring.overseer
    if overseer is not None and overseer.leads:
        message = "moves a policy whose overseers commit to it, once, before the first period"
        raise LocatedError(("principal",), message, remedy="Use another `response`, or leave the principal out.")
    if principal.restores and not (policy.training and policy.training.drift):
        remedy = "Let values be trained and drift: `policy.training.drift`."
        raise LocatedError(("principal",), "has values restored, and nothing drifts here", Mistake.IDLE, remedy)
    for key, settings in principal.trials():
        listed = isinstance(value_at(principal, ".".join(map(str, key))), Mapping)
        for path in settings:
            _check_path(policy, ("principal", *key, *([path] if listed else [])), path)
        _check_settings(experiment, policy, ("principal", *key), settings)


def _check_path(policy: Policy, where: tuple[str | int, ...], path: str) -> None:
    head, _, inner = path.partition(".")
    found = value_at(policy, inner) if head == "policy" and inner else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        section, _, rest = inner.partition(".")
        absent = (
            head == "policy" and rest and section in type(policy).model_fields and value_at(policy, section) is None
        )
        remedy = f"The policy has no `{section}`: state it there first, as it is to begin with." if absent else _NUMBERS
        raise LocatedError(where, f"`{path}` names no number of the policy", remedy=remedy)
    holder, key = value_at(policy, inner.rpartition(".")[0]), inner.rpartition(".")[2]
    if inner.startswith("training."):
        message = f"`{path}` is trained into actors before the first period, and stays as it is"
        raise LocatedError(where, message, remedy=_WHOLE)
    if isinstance(found, int) or (isinstance(holder, BaseModel) and key in structural(type(holder))):
        raise LocatedError(where, f"`{path}` is part of what the policy is, and stays as it is", remedy=_WHOLE)


def _check_settings(
    experiment: BaseModel, policy: Policy, where: tuple[str | int, ...], settings: Mapping[str, float]
) -> None:
    """Read the policy with these numbers, and the experiment with that policy, as files are read."""
    data = policy.model_dump(mode="json", by_alias=True, exclude_none=True)
    for path, value in settings.items():
        data = assign(data, path.partition(".")[2], value)
    kind = type(experiment)
    held = {key: getattr(experiment, name) for key, name in fields_by_key(kind).items()}
    whole: dict[str, Any] = {"principal": None, "sweep": None, "search": None, "against": None, "mark": {}}
    try:
        kind.model_validate({**held, **whole, "policy": type(policy).model_validate(data)})
    except ValidationError as error:
        item = error.errors()[0]
        located = item.get("ctx", {}).get("error")
        last = ["", *item["loc"], *(located.path if isinstance(located, LocatedError) else ())][-1]
        path = next((path for path in settings if path.rpartition(".")[2] == last), "")
        message, remedy = plainly(item)
        own = located.remedy if isinstance(located, LocatedError) else remedy
        remedy = own or "The policy must be right wherever it goes."
        raise LocatedError((*where, path) if path else where, message, remedy=remedy) from None


def kept(keep: str | None, principals: Sequence[Principal | None]) -> list[str]:
    """Measures of every period that an experiment keeps, with what its principals set and see."""
    moving = [principal for principal in principals if principal is not None]
    shown = ["apparent_misconduct_rate"] * bool(moving)
    return [*_SERIES, *shown, *with_phases((), principals, (), phases=False)] if keep else []


def paths(keep: str | None, principals: Sequence[Principal | None]) -> dict[str, dict[str, float]]:
    """The columns that keep them, and which periods they are of; no quantile is taken of any."""
    names = kept(keep, principals)
    return {f"path.series.{name}": {} for name in ("period", *names) if names}


_SERIES = ("misconduct_rate", "inspection_rate", "oversight_cost", "social_cost")


def with_phases(
    names: Sequence[str], principals: Sequence[Principal | None], whole: Sequence[str], phases: bool = True
) -> list[str]:
    """Measures with what principals bring: levers, and each by phase but those of the `whole` course."""
    moving = [principal for principal in principals if principal is not None]
    found = [*names, *dict.fromkeys(f"lever.{path}" for principal in moving for path in principal.levers)]
    found += dict.fromkeys(name for principal in moving for name in principal.counted)
    each = range(max((len(principal.starts) for principal in moving), default=0) * phases)
    return [*found, *(f"{name}.phase_{phase}" for phase in each for name in found if name not in whole)]


def governing(principal: Principal | None, swept: Mapping[str, str]) -> dict[str, str]:
    """The fact that the policy moves, and by what, for a report; nothing where it does not."""
    if principal is None:
        return {}
    kind = swept.get("principal", principal.kind)
    found = f"{kind}, which moves {', '.join(principal.levers)} by {principal.told()}"
    keys = {path.removeprefix("principal."): values for path, values in swept.items()}
    manner = "" if "principal" in swept else principal.manner(keys)
    return {"Principal": f"{found}, {manner}" if manner else found}


def lever_words(policy: Policy, principal: Principal | None) -> dict[str, Words]:
    """What the numbers that a principal moves are called, as `lever.<path>`."""
    found = {}
    for path in principal.levers if principal else ():
        field = field_at(type(policy), policy.model_dump(mode="json", by_alias=True), path.partition(".")[2])
        if field is not None:
            unit, share = shown_unit(unit_of(field))
            title = f"{field.title or path.rpartition('.')[2].replace('_', ' ').capitalize()}, as set"
            found[f"lever.{path}"] = replace(LEVER["lever"], title=title, unit=unit, percent=share)
    return found


def check_heard(experiment: BaseExperiment, principal: Principal) -> None:
    """Refuse to vary a number of the policy that the principal sets from the first period to the last.

    Raises:
        LocatedError: a sweep or a search does.
    """
    sweep, search, against = experiment.sweep, experiment.search, experiment.against
    varied = [
        *((("sweep",), path) for path in (sweep.begun().axes() if sweep else ())),
        *((("search", "levers"), path) for path in (search.levers if search else ())),
        *((("against", "levers"), path) for path in (against.levers if against else ())),
    ]
    if any(path.partition(".")[0] == "principal" for _, path in varied):
        return  # another principal, or another setting of it, may leave the number alone
    for where, path in varied:
        if path in principal.always:
            message = f"`{path}` is set by the principal in every period, so that varying it changes nothing"
            raise LocatedError(where, message, Mistake.IDLE, "Vary a number of `principal` instead.")
