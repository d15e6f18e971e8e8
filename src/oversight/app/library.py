"""The bundled experiments and policies that the page opens by name."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oversight.actors import ACTORS
from oversight.app.kinds import completed
from oversight.app.scenario import Scenario, scenario
from oversight.contract import hold, hold_kinds
from oversight.documents.bundled import Kind, bundled, files_in
from oversight.documents.extends import read_policy
from oversight.documents.yaml_file import Document, read_text, read_yaml
from oversight.errors import InputError, Problem, short
from oversight.plugins import known_kinds
from oversight.scenario import Source, enforced, experiment_model, load_experiment
from oversight.scenario.schemas import DEFAULT, section_of
from oversight.scenario.templates import EXPERIMENT
from oversight.scenario.templates import POLICY as POLICY_TEMPLATE

START = "detection_by_penalty"
"""The experiment that the page opens with where the library has it: the simplest one."""
POLICY = "policies/"
"""How the name of a policy that was opened as a scenario starts."""
GAME = "games/"
"""How the list of the library names an experiment on a game."""
ASSUMED = (
    "A policy alone: the population is an assumption, actors who weigh gain against expected sanction, with gains "
    "that are exponential with mean 1 and a harm of 2."
)
_SCAFFOLD = "first_steps"


@dataclass(frozen=True)
class Item:
    """A file of the library, by its name. `problem` says why it cannot be opened."""

    name: str
    title: str
    problem: str = ""
    question: str = ""


class Library:
    """The experiments and policies of a folder, and the bundled ones where it has none.

    `plugins` are files of kinds that the command line named: nothing else is ever imported.
    """

    def __init__(
        self, folder: str | Path, plugins: Sequence[str | Path] = (), named: Any = None, game: Path | None = None
    ):
        """`named` is plain data whose kinds may be installed distributions', `game` a file of another folder."""
        self.folder = Path(folder)
        self.plugins = tuple(map(str, plugins))
        self.kinds = known_kinds(plugins, named)
        self.model = experiment_model(self.kinds)
        files = self._files("experiments")
        games = [path for path in files if _is_game(path)]
        self._games = {path.stem: path for path in [*games, *([game] if game else [])]}
        self.experiments = [self._item(path, "") for path in files if path not in games]
        self.games = [self._game(path) for path in self._games.values()]
        """Experiments without a policy and a population, which have a tab of their own."""
        self.policies = [self._item(path, POLICY) for path in self._files("policies")]

    def hold(self, unchecked: bool = False) -> None:
        """Hold the kinds that the page may play to their contract.

        Raises:
            InputError: one breaks a promise, and not `unchecked`.
        """
        hold(self.kinds.own(ACTORS), {}, unchecked=unchecked)
        hold_kinds(self.kinds.more, unchecked)

    @property
    def first(self) -> Scenario:
        """What the page opens with: the first experiment that can be opened, or policy, or else the scaffold."""
        names = [item.name for item in self.experiments] + [POLICY + item.name for item in self.policies]
        preferred = sorted(names, key=lambda name: name != START)
        for name in preferred:
            with suppress(InputError):
                return self.scenario(name)
        return self.scaffold()

    def scenario(self, name: str) -> Scenario:
        """The bundled scenario of a name that `Scenario.base` may have.

        Raises:
            InputError: there is none, or its file is broken.
        """
        if name.startswith(POLICY):
            return self.policy(name.removeprefix(POLICY))
        return self.experiment(name)

    def experiment(self, name: str) -> Scenario:
        """A bundled experiment.

        Raises:
            InputError: there is none of that name, or it is broken.
        """
        if name == _SCAFFOLD and all(path.stem != name for path in self._files("experiments")):
            return self.scaffold()
        loaded = load_experiment(self._file("experiments", name), plugins=self.plugins)
        enforced(loaded.experiment)
        return scenario(without_files(loaded), self.model, self.plugins, name)

    def game(self, name: str) -> Source:
        """A bundled experiment on a game.

        Raises:
            InputError: there is none of that name, or it is broken.
        """
        return load_experiment(self._games.get(name) or self._file("experiments", name), plugins=self.plugins)

    def policy(self, name: str) -> Scenario:
        """A bundled policy, with the scaffold's population, which is an assumption and says so.

        Raises:
            InputError: there is none of that name, or it is broken.
        """
        document = read_policy(self._file("policies", name))
        return self.with_assumed_population(document, POLICY + name)

    def scaffold(self) -> Scenario:
        """What `oversight new` writes, as one experiment."""
        return scenario(Document(_scaffold(), Path()), self.model, self.plugins, _SCAFFOLD)

    def with_assumed_population(self, policy: Document, base: str | None = None) -> Scenario:
        """A policy as a scenario.

        Raises:
            InputError: the policy is wrong.
        """
        scaffold = _scaffold()
        data = {
            "name": policy.data.get("name", "policy"),
            "title": policy.data.get("title", ""),
            "description": ASSUMED,
            "policy": {"name": "policy", **policy.data},
            **{key: scaffold[key] for key in ("population", "periods", "burn_in")},
        }
        marks = {("policy", *path): mark for path, mark in policy.marks.items()}
        document = completed(Document(data, Path(), marks), self.model)
        return scenario(document, self.model, self.plugins, base)

    def argument(self, scenario: Scenario) -> str:
        """What `oversight sweep` in this folder takes for a scenario's experiment; empty where no file holds it."""
        path = {path.stem: path for path in self._files("experiments")}.get(scenario.base or "")
        if path is None:
            return ""
        known = bundled("experiments").get(path.stem)
        return path.stem if known and known.resolve() == path.resolve() else path.relative_to(self.folder).as_posix()

    def _files(self, kind: Kind) -> list[Path]:
        return files_in(self.folder, kind)

    def _file(self, folder: Kind, name: str) -> Path:
        path = {path.stem: path for path in self._files(folder)}.get(name)
        if path is None:
            remedy = "Choose one of those on the page."
            raise InputError(Problem(f"there is nothing called `{short(name)}` in {folder}", remedy=remedy))
        return path

    def _item(self, path: Path, prefix: str) -> Item:
        try:
            return Item(path.stem, self.scenario(prefix + path.stem).title)
        except InputError as error:
            return Item(path.stem, path.stem, str(error.problems[0]))

    def _game(self, path: Path) -> Item:
        try:
            experiment = self.game(path.stem).experiment
            return Item(path.stem, experiment.heading, question=experiment.question)
        except InputError as error:
            return Item(path.stem, path.stem, str(error.problems[0]))


def _is_game(path: Path) -> bool:
    """Whether an experiment is of another model than the society's; not where it cannot be read."""
    with suppress(InputError):
        return section_of(read_yaml(path, path.name).data) != DEFAULT
    return False


def without_files(loaded: Source) -> Document:
    """The experiment with the policies that its sweep and its search name written out, and columns read in."""
    data = dict(loaded.document.data)
    match data.get("sweep"):
        case {"parameters": {"policy": {"values": list(values)}} as parameters, **rest}:
            axis = {"values": [loaded.policy(value) for value in values]}
            data["sweep"] = {**rest, "parameters": {**parameters, "policy": axis}}
        case {"points": list(points), **rest}:
            written = [
                {**point, "policy": loaded.policy(point["policy"])} if "policy" in point else point for point in points
            ]
            data["sweep"] = {**rest, "points": written}
    match data.get("search"):
        case {"levers": {"policy": {"values": list(values)}} as levers, **rest}:
            axis = {"values": [loaded.policy(value) for value in values]}
            data["search"] = {**rest, "levers": {**levers, "policy": axis}}
    return Document(data, Path())


def _scaffold() -> dict[str, Any]:
    words = {"name": _SCAFFOLD, "title": "First steps"}
    policy, experiment = (
        read_text(text.format(**words), "scaffold", Path()).data for text in (POLICY_TEMPLATE, EXPERIMENT)
    )
    return {**experiment, "title": words["title"], "policy": policy}
