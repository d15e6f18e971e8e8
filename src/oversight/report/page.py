"""The page: everything that it says, put into its template."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from oversight.documents.whole import written_whole
from oversight.plugins import Plugin
from oversight.report import findings, theory
from oversight.report.anarchy import anarchy, note
from oversight.report.choice import choice
from oversight.report.course import course
from oversight.report.downloads import downloads
from oversight.report.frontier import drawn, frontier
from oversight.report.line import line
from oversight.report.numbers import cards
from oversight.report.ranking import ranking
from oversight.report.sensitivity import sensitivity
from oversight.report.solutions import solutions
from oversight.report.standing import standing
from oversight.report.states import states
from oversight.report.study import Study
from oversight.report.template import rendered
from oversight.report.uncertain import discovered, draws, regions, robustness, tornado
from oversight.report.views import View, varying, view_of
from oversight.report.worlds import worlds
from oversight.sweeps import load_results


def write_report(folder: Path, plugins: Sequence[Plugin] = ()) -> Path:
    """Write `report.html` into the folder of a finished sweep; its path.

    Raises:
        InputError: the folder holds no finished sweep.
    """
    target = Path(folder) / "report.html"
    page = render(Path(folder), plugins)
    with written_whole(target) as unfinished:
        unfinished.write_text(page, encoding="utf-8")
    return target


def render(folder: Path, plugins: Sequence[Plugin] = ()) -> str:
    """The page of a finished sweep as one HTML text that needs nothing else."""
    study = Study(load_results(folder, plugins))
    crossed, chosen, front = line(study), choice(study), frontier(study)
    drawn_facts = draws(study, front)
    one_by_one = tornado(drawn_facts) if drawn_facts else None
    stand = standing(study)
    others = {
        "frontier": drawn(front) if front else None,
        "line": crossed.view if crossed else None,
        "choice": chosen.view if chosen else None,
        "tornado": one_by_one.view if one_by_one else None,
        "course": course(study),
        "standing": stand.view if stand else None,
    }
    return rendered(
        "report.html",
        study.experiment.name,
        _views(study) | others,
        line=crossed,
        choice=chosen,
        standing=stand,
        study=study,
        experiment=study.experiment,
        headline=findings.headline(study, front),
        findings=findings.further(study, front),
        cautions=_cautions(study),
        coarse=_coarse(study),
        failures=_failures(study),
        same=[f"{words.title} {words.text(value)}" for words, value in varying(study)[1]],
        key_figures=[] if study.parameters else _key_figures(study),
        ranking=ranking(study),
        anarchy=anarchy(study),
        anarchy_note=note(study),
        theory=theory.sentences(study),
        solutions=solutions(study),
        worlds=worlds(study),
        robustness=robustness(study, front),
        sensitivity=sensitivity(study),
        draws=drawn_facts,
        tornado=one_by_one,
        regions=regions(drawn_facts) if drawn_facts else None,
        discovered=discovered(drawn_facts) if drawn_facts else None,
        states=states(study),
        chapters=[(chapter, [(group, cards(study, group)) for group in chapter.groups]) for chapter in study.chapters],
        method=_method(study),
        downloads=downloads(folder),
        command=_command(study),
    )


def _views(study: Study) -> dict[str, View | None]:
    """The main view, the other measures, and the price of anarchy; None where there is nothing to draw."""
    moving, _ = varying(study)
    costs = "costs" if len(study.axes) == 1 else "gap"
    drawn = {
        "main": [study.main] if study.axes or study.who else [],
        "measures": moving if study.axes else [],
        "anarchy": [costs] if study.axes and "anarchy.gap" in study.summary else [],
    }
    return {name: view_of(study, name, metrics) if metrics else None for name, metrics in drawn.items()}


def _command(study: Study) -> str:
    """The command that gives these numbers again."""
    manifest = study.results.manifest
    if manifest["command"]:
        return str(manifest["command"])
    words = ["oversight", "sweep", manifest["file"] or f"{study.experiment.name}.yaml"]
    for path, value in manifest["overrides"].items():
        words += ["--set", f"{path}={json.dumps(value)}"]
    for file in manifest.get("plugins", manifest.get("actors", ())):
        words += ["--plugins", file]
    return shlex.join(words)


def _key_figures(study: Study) -> list[tuple[str, list[str]]]:
    """Each measure with its confidence interval, one value a start."""
    figures = []
    for name in study.metrics:
        words = study.measure(name)
        values = []
        for row in study.summary.to_dict("records"):
            mean, low, high = (row[f"metric.{name}.{part}"] for part in ("mean", "ci_low", "ci_high"))
            interval = f" ({words.bare(low)} to {words.bare(high)})" if low < high else ""
            reason = f" ({words.missing})" if mean != mean and words.missing else ""
            values.append(f"{words.bare(mean)}{interval}{reason}")
        figures.append((words.axis, values))
    return figures


def _cautions(study: Study) -> list[str]:
    """Which classes were run although they break their contract."""
    return [
        f"{kind} breaks its contract and was run unchecked: numbers may depend on the batch."
        for kind in study.results.manifest.get("unchecked", ())
    ]


def _coarse(study: Study) -> str:
    """What a reader of very many points does not see; empty where all are shown."""
    shown = study.summary["point"].nunique()
    which = "those of the grid" if study.design.lattice else "evenly chosen"
    said = (
        f"Of {len(study.design):,} design points, figures, tables, counts and theory show {shown:,}, {which}; "
        "the lowest, the highest, the best and the worst are those of all. summary.csv has every point."
    )
    return said if study.is_coarse else ""


def _failures(study: Study) -> list[str]:
    """What failed, in words; nothing where all runs ended well."""
    failed = int(study.results.read(columns=["failed"])["failed"].sum())
    runs = study.results.manifest["design"]["runs"]
    if not failed:
        return []
    empty = study.whole.groupby("point")[f"metric.{study.main}.mean"].count().eq(0).sum()
    points = f" {empty:,} of {len(study.design):,} design points have no results at all." if empty else ""
    said = f"{failed:,} of {runs:,} runs failed and are missing from every number below.{points}"
    return [said, *study.results.errors(3)]


def _replicates(study: Study) -> str:
    """How many runs each design point has, and why."""
    design = study.results.manifest["design"]
    most = f"{design['replicates']:,}"
    if "until" not in design:
        return f"{most} independent runs of each point and start"
    until = design["until"]
    words = study.measure(until["metric"])
    return (
        f"{until['first']:,} to {most} independent runs of each point and start, in rounds, until the mean of "
        f"“{words.title}” is known to ± {words.text(until['half_width'])}, or {until['max']:,} are reached"
    )


def _method(study: Study) -> list[tuple[str, str]]:
    """How the numbers came about."""
    experiment, manifest = study.experiment, study.results.manifest
    swept = {dimension.path: ", ".join(dimension.labels) for dimension in study.swept}
    design, versions = manifest["design"], manifest["versions"]
    starts = "; then again ".join(study.environment.starts[start] for start in design["starts"])
    facts: Mapping[str, Any] = {
        "Design points": f"{design['points']:,}",
        "Replicates": f"{_replicates(study)}, {design['runs']:,} in all",
        "Start": f"Each replicate runs {starts}",
        "Confidence": (
            "95\u00a0% intervals of the mean by Student's t, from the spread between replicates (never between "
            "periods, which are correlated)"
            if design["replicates"] > 1
            else "One replicate: no interval can be given"
        ),
        "Random numbers": (
            f"Seed {manifest['seed']}; all points share their draws, so that luck adds little to their differences"
        ),
        **study.environment.method(experiment, swept, study.units),
        "Run": f"{manifest.get('finished', '')[:10]}, {manifest['timings']['total_seconds']:.1f} seconds",
        "Versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "Fingerprint": manifest["hash"][:16],
    }
    names = study.names_of_units.get("money", [])
    if len(names) > 1:
        facts = {"Money": f"The policies count in {' and '.join(names)}; results take these as one unit", **facts}
    return list(facts.items())
