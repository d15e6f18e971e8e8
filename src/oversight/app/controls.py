"""The controls of a scenario, and what they do to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from oversight.app.control import Control, Group
from oversight.app.fields import Fields, nice
from oversight.app.kinds import mean_of, repaired, with_kind, with_option
from oversight.app.scenario import Scenario
from oversight.errors import InputError, Mistake, Problem
from oversight.figures.quantity import Quantity
from oversight.figures.words import parameter, plain
from oversight.scenario import Experiment


def controls(scenario: Scenario) -> list[Group]:
    """The controls of a scenario, grouped: the policy's parts, each population entry, the run."""
    return _Panel(scenario).groups()


def edited(scenario: Scenario, key: str, value: Any) -> Scenario:
    """The scenario after a control, named by its `key`, was set to `value`.

    Raises:
        InputError: there is no such control, or the value is wrong or conflicts with another.
    """
    if key.endswith("?"):
        if not isinstance(value, bool):
            raise InputError(Problem("a switch is on or off", key.rstrip("?")))
        return with_option(scenario, key.removesuffix("?"), value)
    if key.rpartition(".")[2] == "kind":
        return with_kind(scenario, key, str(value))
    return repaired(scenario, {key: value}) if isinstance(value, str) else scenario.changed({key: value})


def message(groups: Sequence[Group], key: str, error: InputError) -> str:
    """Why the control `key` did not take a value, in the words and units that the page shows."""
    known = {control.key: control for group in groups for control in group.controls}
    return " ".join(_worded(problem, key, known) for problem in error.problems)


def _worded(problem: Problem, key: str, known: Mapping[str, Control]) -> str:
    control = known.get(problem.path)
    text = f"{problem.message}. {problem.remedy}".strip()
    if control is None:
        return text
    if control.percent and problem.mistake is Mistake.OUT_OF_BOUNDS:
        ends = "more than 0\u00a0% and " if control.least > 0 else "at least 0\u00a0% and "
        text = f"It must be {ends}{'less than' if control.most < 1 else 'at most'} 100\u00a0%."
    return text if control.key == key else f"{control.title}: {text}"


def _as_set(control: Control, number: Control, named: bool) -> Control:
    """The control of a value that a principal gives a number of the policy, on that number's scale."""
    begun, sign, _ = control.title.rpartition(": ")
    title = f"{begun}{sign}{number.title.lower() if sign else number.title}" if named else control.title
    # A number that is nothing says nothing of its scale.
    known = bool(number.value) or number.percent
    least, most = min(number.least, control.value), max(number.most, control.value) if known else control.most
    step = number.step if known else control.step
    return replace(control, title=title, unit=number.unit, percent=number.percent, least=least, most=most, step=step)


class _Panel(Fields[Experiment]):
    where = "in the text, under Scenarios"

    def __init__(self, scenario: Scenario):
        experiment = scenario.experiment
        super().__init__(experiment, scenario.opened, experiment.policy.units.model_dump())

    def groups(self) -> list[Group]:
        policy, labels = self.experiment.policy, [entry.label for entry in self.experiment.population]
        named = [
            ("Monitoring", self._monitoring(type(policy))),
            ("Detection", self.section("policy.detector", "Detector", type(policy))),
            ("Sanction", self._sanction(type(policy))),
            (
                "Training",
                self.field("policy.training", type(policy).model_fields["training"], type(policy), "training"),
            ),
            ("Principal", self._principal()),
            ("Social cost", self.section("social_cost", "Social cost", self.model)),
            *(
                (f"Actors: {plain(label)}" if len(labels) > 1 else "Actors", self._entry(index))
                for index, label in enumerate(labels)
            ),
            ("Run", self._run()),
        ]
        return [Group(title, found) for title, each in named if (found := tuple(each))]

    def _monitoring(self, policy: type[BaseModel]) -> Iterator[Control]:
        yield from self.section("policy.monitoring", "Monitoring", policy)
        for key in ("honeypots", "witnesses"):
            yield from self.field(f"policy.{key}", policy.model_fields[key], policy, key)

    def _sanction(self, policy: type[BaseModel]) -> Iterator[Control]:
        yield from self.section("policy.sanction", "Sanction", policy)
        for key in ("inspectors", "market"):
            yield from self.field(f"policy.{key}", policy.model_fields[key], policy, key)

    def _principal(self) -> Iterator[Control]:
        """Its numbers; which kind of principal it is, and what it moves, is said in the text."""
        principal = self.experiment.principal
        if principal is None:
            return
        levers = {
            ".".join(["principal", *map(str, key)]): list(settings) for key, settings in principal.trials() if settings
        }
        numbers = {control.path: control for control in self.section("policy", "Policy", self.model)}
        for control in self.fields("principal", principal):
            if control.kind not in ("number", "integer", "note"):
                continue
            key = next((key for key in levers if f"{control.path}.".startswith(f"{key}.")), "")
            inside = control.path[len(key) + 1 :]
            lever = next((path for path in levers.get(key, ()) if not inside or inside.startswith(path)), "")
            yield _as_set(control, numbers[lever], bool(inside)) if lever in numbers else control

    def _entry(self, index: int) -> Iterator[Control]:
        path = f"population.{index}"
        yield self.kind(path, "Kind of actor", self.model.model_fields["population"])
        yield from self.fields(path, self.experiment.population[index])

    def _run(self) -> Iterator[Control]:
        for key in ("start", "periods", "burn_in", "seed", "dynamics"):
            yield from self.field(key, self.model.model_fields[key], type(self.experiment), key)

    @property
    def money(self) -> float:
        return nice(abs(mean_of(self.experiment.population[0].gains)) or 1.0)

    def words(self, path: str) -> Quantity:
        head, *inner = path.split(".")
        if head != "population":
            return super().words(path)
        # An entry's words without its name, which its group has.
        data = {**self.data, head: [self.data[head][int(inner[0])]]}
        words = parameter(self.model, data, ".".join([head, "0", *inner[1:]]), self.units)
        assert words is not None
        return words

    def resets(self, path: str) -> bool:
        """A policy, and how outcomes are valued, change while a run plays."""
        return path.partition(".")[0] not in ("policy", "social_cost")
