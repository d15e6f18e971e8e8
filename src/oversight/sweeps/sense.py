"""Whether a sweep makes sense: every path changes runs, every override is heard, every policy has its own name."""

from __future__ import annotations

from oversight.caller import by_caller
from oversight.documents.paths import resolved
from oversight.errors import InputError, Problem
from oversight.scenario import Source

NOT_SWEPT = {
    "start": "Set `start: both` in the experiment.",
    "replicates": "Set `replicates` of the experiment.",
    **dict.fromkeys(
        ("name", "title", "question", "description", "sweep", "search", "against", "mark", "theory"),
        "It changes no run.",
    ),
}


def refuse_nonsense(source: Source) -> None:
    """Refuse a sweep that would not do what it says.

    Raises:
        InputError: with one problem for each mistake.
    """
    found = [*_idle_paths(source), *_unheard_overrides(source), *_repeated_policies(source)]
    if found:
        raise InputError(found)


def _idle_paths(source: Source) -> list[Problem]:
    """Swept paths that change no run."""
    return [
        source.document.problem(source.where(path, 0), "cannot be swept", remedy)
        for path in source.swept
        if (remedy := NOT_SWEPT.get(path.partition(".")[0]))
    ]


def _unheard_overrides(source: Source) -> list[Problem]:
    """Overrides of values that the sweep sets itself."""
    data = source.document.data
    swept = {resolved(data, path): path for path in source.swept}
    return [
        Problem(
            "is swept, so setting it would change nothing",
            path,
            by_caller("--set", "overrides"),
            remedy=_instead(source, swept[where]),
        )
        for path in source.overrides
        if (where := resolved(data, path)) in swept
    ]


def _instead(source: Source, path: str) -> str:
    sweep = source.experiment.sweep
    assert sweep is not None
    what = "its distribution" if sweep.draws(path) else "its values"
    return f"Change {what} instead: {by_caller('--set ', '')}{sweep.setting(path)}"


def _repeated_policies(source: Source) -> list[Problem]:
    """Swept policies of one name, which tables could not tell apart."""
    sweep = source.experiment.sweep
    axes = sweep.axes() if sweep else {}
    values = axes["policy"].values if "policy" in axes else []
    distinct = [value for place, value in enumerate(values) if value not in values[:place]]
    names = [source.policy(value, ("sweep", "parameters", "policy"))["name"] for value in distinct]
    return [
        source.document.problem(("sweep",), f"two swept policies are called `{name}`", "Give each a name of its own.")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
