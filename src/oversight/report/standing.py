"""Where players stand towards each other, and whom they are chosen from, where a model has such a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.errors import OversightError
from oversight.figures import players
from oversight.figures.players import told
from oversight.report.study import Study, rows_of
from oversight.report.views import Panel, Selector, View

_MOST = 12
"""Design points that are drawn."""


@dataclass(frozen=True)
class Standing:
    """The figures, and what all of them show."""

    view: View
    words: str


def standing(study: Study) -> Standing | None:
    """The last round of the first replicate, of some design points: each is played once more."""
    points = study.summary.drop_duplicates("point")
    places = np.unique(np.linspace(0, len(points) - 1, _MOST).astype(int))
    environment, names, figures, words = study.environment, [], [], ""
    for row in rows_of(points.iloc[places]):
        try:
            experiment = study.design.experiment(int(row["point"]))
            scene = environment.scene(experiment, 0)
            if scene is None:
                return None
            rounds = environment.single(experiment, 0, experiment.starts[0], False).periods
        except OversightError:
            continue  # a run that fails has its row among the failures; or its class is not known here
        now, before = rounds[-1], rounds[max(0, len(rounds) - 2)]
        said = told(scene, now)
        figures.append(Panel(f"{said} {scene.caption}", said, players(scene, now, before)))
        names.append(study.place(row))
        words = scene.words
    if not figures:
        return None
    view = View("standing", [Selector("Design point", names)] if len(names) > 1 else [])
    view.thinned = len(places) < len(points)
    for place, figure in enumerate(figures):
        view.panels[str(place) if view.selectors else ""] = [figure]
    return Standing(view, words)
