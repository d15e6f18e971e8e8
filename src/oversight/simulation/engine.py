"""The engine: one period of opportunity, decision, monitoring, detection, sanction, learning, measurement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

from oversight.actors import Actor, Experience, Situation, Terms, Traits, decision
from oversight.actors.comparison import on_arrays
from oversight.actors.crew import CREW, Crew
from oversight.actors.situation import shown
from oversight.arrays import (
    NOBODY,
    Choices,
    Column,
    Flags,
    Floats,
    Vector,
    Wholes,
    arrayed,
    columns_of,
    count,
    present,
    spread,
    weighted,
)
from oversight.distributions import Noise
from oversight.errors import InputError, Problem
from oversight.foresight.prospects import Prospects
from oversight.measures.totals import NONE, Totals, nothing
from oversight.policy import Acts, Amounts, Bargained, Chances, Deeds, Offence, Policy, Stance, State
from oversight.policy.monitoring.overseer import Overseer
from oversight.response.choosing import choice
from oversight.response.share import Facing
from oversight.scenario import Entry
from oversight.scenario.levels import values_of
from oversight.scenario.stacking import equal
from oversight.simulation.asked import Answers, Asked
from oversight.simulation.batch import Batch
from oversight.simulation.customers import Leaving
from oversight.simulation.foresight import Foresight
from oversight.simulation.forewarning import Foreseen, Forewarning
from oversight.simulation.governing import Governing
from oversight.simulation.ledger import Ledger
from oversight.simulation.menu import Done, Menu
from oversight.simulation.neighbours import Experiences, Neighbours
from oversight.simulation.offer import Offer
from oversight.simulation.outcomes import (
    Accidents,
    Rewards,
    erring_before,
    error_rates,
    largest_payoff_difference,
    pays,
)
from oversight.simulation.population import Group, History, joined
from oversight.simulation.records import Records
from oversight.simulation.streams import Draws, Purpose, Streams
from oversight.simulation.training import Loaded, Tally, tallied
from oversight.simulation.turns import Payoffs, Turns

Granularity = Literal["entry", "actor"]
"""One object of its class for a whole population entry, or one for each actor. It changes speed, never results."""


_NO_SIGNAL = np.zeros((1, 1), dtype=bool)
_UNFORESEEN = Foreseen(*[NONE] * 4)
_NOTHING = Chances(np.zeros((1, 1)), np.zeros((1, 1)))
_NONE_PAID = np.zeros((1, 1))
Watch = Callable[["Engine"], None]


class Engine:
    """A population of actors under a policy, in as many runs at once as the batch holds.

    After `step`, `violating`, `inspected`, `caught`, `sanctioned` and `played` hold the period's outcome as boolean
    (runs, population) arrays (`played` is None where nobody can be suspended), `gain` and `harm` its opportunities,
    `given` is the batch as it was handed over, `stacked` as the policy is now;
    `taken` what a sanction would have cost and `totals` its sums; `last.record` is the record it was decided with (None
    where nothing reads it). `active` says who plays the next period.
    """

    def __init__(self, batch: Batch, granularity: Granularity = "entry", known: Crew = CREW):
        """`known` says which classes do not work on arrays; classes are tried out for it."""
        self.known = known
        self.period = 0
        self._streams = Streams(batch.seed, batch.replicates, batch.periods)
        self._noise: dict[tuple[Purpose, int], Draws] = {}
        self.governing = Governing(batch.governed, self._draws) if batch.governed else None
        first = self.governing.policy(0) if self.governing else None
        self.given = batch
        self.stacked = batch if first is None else replace(batch, policy=first)
        self.policy = self.stacked.policy
        self.loaded: Loaded | None = None
        self.customers: Leaving | None = None
        self.neighbours: Neighbours | None = None
        self.rewarded: Floats = _NONE_PAID
        self._begin_population(granularity)
        self._begin_policy()
        self._begin_state()

    # Set-up

    def _begin_population(self, granularity: Granularity) -> None:
        runs, start = self.stacked.runs, 0
        self.groups: list[Group] = []
        self.crew: list[tuple[Group, slice, Actor]] = []
        for index, entry in enumerate(self.stacked.entries):
            columns = slice(start, start + entry.size)
            group = Group(entry, index, columns, runs, self._streams)
            self.groups.append(group)
            width = 1 if granularity == "actor" else entry.size
            for first in range(columns.start, columns.stop, width):
                mine = slice(first, first + width)
                self.crew.append((group, mine, self._employed(entry, width)))
            start = columns.stop
        self.prospects: dict[int, Prospects] = {}
        self._lay_menu()
        self.scores = bool(values_of([group.entry for group in self.groups]))
        self.wealth = joined([group.wealth for group in self.groups], self.groups)
        self.turnover = joined([group.turnover for group in self.groups], self.groups)

    def _employed(self, entry: Entry, width: int) -> Actor:
        return self.known.employ(entry.rule, entry.rule_parameters(), (self.stacked.runs, width))

    def _lay_menu(self) -> None:
        chosen = any(group.entry.options for group in self.groups)
        self.menu = Menu(self.groups, self.stacked.runs) if chosen else None
        self._reports = self.menu is not None and self.menu.reports

    def _begin_policy(self) -> None:
        """What the policy takes in each period; draws that are under way go on."""
        size = self.stacked.size
        rules = [group.entry.rule for group in self.groups]
        detector, monitoring = self.policy.detector, self.policy.monitoring
        self.foresight = {
            group.columns.start: Foresight(self.policy, group) for group in self.groups if "prospects" in group.reads
        }
        self._flags_innocents = bool(np.any(detector.false_positive_rate))
        self._begin_errors(size)
        self._innocents_safe = (
            not self._flags_innocents and self.accidents is None and (self.menu is None or self.menu.all_violate)
        )
        self._averts_harm = bool(np.any(detector.harm_averted))
        perfect = not self._flags_innocents and bool(np.all(np.equal(detector.sensitivity, 1)))
        self._turns = Turns(self.groups, self.policy, self._draws)
        overseer = monitoring.overseer
        overseers = overseer.overseer_draws if overseer and not self._turns.overseers else 0
        self._overseer = self._draws(Purpose.OVERSEER, "uniform", overseers)
        # Where nobody believes announcements and no innocent is flagged, nobody reads them either.
        believed = any(group.entry.belief.reads_announced for group in self.groups)
        self._announces = believed or self._flags_innocents or bool(self.accidents) or bool(self.rewards)
        self._decision = self._draws(Purpose.DECISION, "uniform", size * any("draw" in rule.uses for rule in rules))
        self._inspection = self._draws(Purpose.INSPECTION, monitoring.draws, size)
        self.warning = Forewarning(self.policy, size, self._draws) if self.policy.forewarns else None
        before = self.loaded
        self.loaded = None
        if self.policy.training is not None:
            self.loaded = Loaded(self.policy.training, self.groups, (self.stacked.runs, size), self._draws)
            # Before the first period nothing has been trained yet.
            same = before is not None and equal(before.training.stands_for, self.policy.training.stands_for)
            if before is not None and same and self.period > 0:
                self.loaded.resume(before)
        customers = self.customers
        self._begin_market()
        if customers is not None and self.customers is not None:
            self.customers.go_on_from(customers)
        self._rounding = self._draws(Purpose.ROUNDING, "uniform", int(monitoring.rounding))
        self._witness = self._draws(Purpose.WITNESS, "uniform", size * (self.policy.witnesses is not None))
        hides = self.menu is not None and self.menu.hides
        self._visibility = self._draws(Purpose.VISIBILITY, "uniform", size * hides)
        # Of each further answer what it is, whether it shows, and whether it is flagged.
        later = range(1, self.policy.sanction.resample or 1)
        self._later = [self._draws(Purpose.RESAMPLE, "uniform", size * 3, place) for place in later]
        # A perfect detector's draws decide nothing, so they are not made.
        self._detection = self._draws(Purpose.DETECTION, "uniform", 0 if perfect else size)

    def _begin_errors(self, size: int) -> None:
        """Which innocent acts go wrong, and what outcomes pay, where any do."""
        rates = error_rates(self.groups)
        draw = self._draws(Purpose.ERROR, "uniform", size * (rates is not None))
        self.accidents = None if rates is None else Accidents(self.groups, rates, present(draw))
        self.rewards = Rewards(self.policy, self.groups, rates) if self.policy.payoffs else None

    def _begin_market(self) -> None:
        """Customers have noticed nothing yet."""
        market, shape = self.policy.market, (self.stacked.runs, self.stacked.size)
        self.customers = None if market is None else Leaving(market, shape, self._draws)

    def _draws(self, purpose: Purpose, noise: Noise, width: int, place: int = 0) -> Draws | None:
        """The draws from this period on: those under way if they are the same, None for a width of 0."""
        draws = self._noise.pop((purpose, place), None)
        if not width:
            return None
        if draws is None or (draws.noise, draws.width) != (noise, width):
            draws = self._streams.draws(noise, purpose, width, place, first=self.period)
        self._noise[purpose, place] = draws
        return draws

    def _begin_state(self) -> None:
        self._begin_past()
        shape = (self.stacked.runs, self.stacked.size)
        self.violating = np.zeros(shape, dtype=bool)
        self.acting = self.inspected = self.caught = self.sanctioned = self.violating
        self.choice: Choices | None = None
        self.reported: Flags | None = None
        self.bribed = self.witnessed = self.withheld = NOBODY
        self.done: Done | None = None
        self.tally: Tally | None = None
        self.played: Flags | None = self.active
        self._taken: Offer | None = None
        nothing_yet = np.zeros((1, 1))
        self._offered = Offer(nothing_yet, nothing_yet, nothing_yet, nothing_yet, nothing_yet)
        self.totals = nothing(self.stacked.runs)
        self._begin_ledger()
        self.measured_from = self.stacked.burn_in

    def _begin_past(self) -> None:
        """What actors and overseers have behind them before the first period."""
        runs, size = self.stacked.runs, self.stacked.size
        shape = (runs, size)
        self.records: Records | None = None
        self.released: Wholes | None = None
        self.active: Flags | None = None
        self._keep_accounts()
        violated = [group.before(self.stacked.violating_start) for group in self.groups]
        total = np.zeros((runs, 1)) + sum(count(np.ascontiguousarray(row)) for row in violated)
        before = State(total, np.full((runs, 1), float(size)), size, self.record, period=self.period - 1)
        if self.menu is not None:
            acts = self.menu.before(violated)
            before = replace(before, violations=spread(acts.seen, (runs, 1)), acts=acts)
        if self.accidents is not None:
            erred = erring_before(self.groups, violated)
            before = replace(before, violations=before.violations + erred, errors=erred)
        overseer = self.policy.monitoring.overseer
        detector = self.policy.detector
        begun = {} if overseer is None else overseer.begins(self.policy.paying(before), detector)._asdict()
        self.last = replace(before, **begun)
        beliefs = [group.entry.belief for group in self.groups if group.entry.belief.remembers]
        windows = [belief.remembers for belief in beliefs if not belief.of_neighbours]
        began = present(joined(violated, self.groups))
        caught = self.policy.detection_probability(self.last).violating * began
        expected = np.broadcast_to(caught, shape).sum(axis=1, keepdims=True)
        self.history = History(max(windows), self.stacked.periods, expected, _wrongs(self.last)) if windows else None
        self.peers = [group for group in self.groups if "peers" in group.reads]
        for group, row in zip(self.groups, violated, strict=True):
            group.habit = np.broadcast_to(row, (runs, group.members)) if group in self.peers else None
        self._begin_neighbours(began > 0)

    def _begin_again(self) -> None:
        """Set actors and overseers back to where the run began; draws go on, and what was drawn once stays."""
        for group in self.groups:
            group.belief_state = group.entry.belief.begin((self.stacked.runs, group.members))
        self.crew = [(group, mine, self._employed(group.entry, mine.stop - mine.start)) for group, mine, _ in self.crew]
        self._lay_menu()
        self._begin_market()
        self._begin_past()

    def _begin_neighbours(self, violated: Flags) -> None:
        """What actors saw of one another before the first period, and what those do who do as before."""
        self.experiences: Experiences | None = None
        shape, network = (self.stacked.runs, self.stacked.size), self.stacked.network
        if network is None:
            return
        if self.neighbours is None:
            self.neighbours = Neighbours(network, self.stacked.size, self._streams, self.stacked.replicates)
        before = np.array(np.broadcast_to(violated, shape), dtype=bool)
        self.choice_before: Any = before
        if self.menu is not None:
            self.choice_before = self.menu.begun(before)
            before = self.menu.violating(self.choice_before)
        self.neighbours.see(before, np.zeros(shape, dtype=bool), None)
        windows = {group.entry.belief.remembers for group in self.groups if group.entry.belief.of_neighbours}
        if windows:
            self.experiences = Experiences(self.neighbours, windows, shape)

    def _begin_ledger(self) -> None:
        asked = Asked(self.stacked, self.groups)
        self.asked = asked if asked else None
        self.answers = Answers()
        self.ledger = Ledger(self.stacked, self.groups, self.governing.principal if self.governing else None)

    def _keep_accounts(self) -> None:
        """Records and suspensions, where the policy needs them; those that there are stand as they are."""
        shape = (self.stacked.runs, self.stacked.size)
        sanction = self.policy.sanction
        reads_record = any("record" in group.reads for group in self.groups) or self.policy.reads_record
        if self.records is not None:
            self.records.lapse_after(sanction.record_lifetime)
        elif reads_record:
            self.records = Records(shape, sanction.record_lifetime)
        if self.released is None and sanction.suspension:
            self.released, self.active = np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=bool)

    def change_policy(self, stacked: Batch) -> None:
        """Go on under the policy of `stacked` from the next period, with the same runs of the same population.

        A principal that moved the policy does so no longer. Nothing begins anew but `measures`: actors keep
        their beliefs and habits, the suspensions imposed on them run out, their records stand, and draws go on.
        What the policy is the first to need starts now: clean records; the draws that a run under it from the
        start would make in this period; an overseer that answers to the last one.
        Before the first period it is the same as a new engine of `stacked`.

        Raises:
            InputError: the population, the seed, the replicates or the start differ.
        """
        for part in ("population", "network", "seed", "replicates", "violating_start"):
            if not equal(getattr(stacked, part), getattr(self.stacked, part)):
                raise InputError(Problem(f"another policy needs the same runs: {part} differ", remedy="Begin anew."))
        self.governing = None
        self.given = stacked
        before = self.policy.monitoring.overseer
        self._take_on(stacked)
        if self.period == 0:
            self._begin_market()
            self._begin_state()
            return
        self._go_on_from(before)
        self._begin_ledger()
        self.measured_from = self.period

    def _take_on(self, stacked: Batch) -> None:
        reported = self.policy.sanction.self_report, stacked.policy.sanction.self_report
        self.stacked, self.policy = stacked, stacked.policy
        if not equal(*reported):
            self._change_menu()
        self._begin_policy()

    def _go_on_from(self, before: Overseer | None) -> None:
        """Let accounts and overseers go on after a change of policy; `before` is who oversaw until then."""
        self._keep_accounts()
        overseer = self.policy.monitoring.overseer
        if overseer and (before is None or before.answers != overseer.answers):
            self.last = replace(self.last, private=None)
        known = self.policy.paying(self.last)
        kept = overseer.resumes(known, self.policy.detector)._asdict() if overseer else {"private": None}
        self.last = replace(self.last, **kept)

    def _govern(self, governing: Governing) -> None:
        """Take on what the principal sets for the period: all else goes on, measures too."""
        policy = governing.policy(self.period)
        if policy is not None:
            before = self.policy.monitoring.overseer
            self._take_on(replace(self.stacked, policy=policy))
            self._go_on_from(before)
        if governing.resets:
            self._begin_again()

    def _change_menu(self) -> None:
        """Go on where actors may report themselves from now on, or no longer: what was done is done as it was."""
        before = self.menu
        silent = [sum(not act.reported for act in group.entry.acts) for group in self.groups]
        for group, entry in zip(self.groups, self.stacked.entries, strict=True):
            group.entry = entry
        self._lay_menu()
        if before is not None and self.menu is not None:
            self.menu.go_on_from(before)
        if self.neighbours is not None:
            self.choice_before = self._as_now(self.choice_before, silent)
        if self.menu is None:
            self.choice = None
            self.last = replace(
                self.last, violations=count(self.violating), active=self._number(self.played), acts=None
            )
            return
        self.choice = self._as_now(self.violating if self.choice is None else self.choice, silent)
        acts = self.menu.counts(self.choice)
        self.last = replace(
            self.last, violations=acts.seen, active=self._number(self.played) - acts.reported, acts=acts
        )

    def _as_now(self, made: Any, silent: list[int]) -> Any:
        """Who violated, or which option was taken, as of now; what can no longer be reported counts as what it was.

        `silent` are the options of each entry, or the one violation, that came before reports.
        """
        if self.menu is None:
            return made > 0
        found = np.broadcast_to(made, self.violating.shape).astype(np.int8)
        for group, number in zip(self.groups, silent, strict=True):
            if any(act.reported for act in group.entry.acts):
                continue
            own = found[:, group.columns]
            wrong = [place for place, violation in enumerate(group.entry.wrong, start=1) if violation]
            for place, original in enumerate(wrong, start=number + 1):
                own[own == place] = original
        return found

    @property
    def as_trained(self) -> Policy:
        """The policy with the weights that actors were trained to."""
        if self.loaded is None:
            return self.policy
        return self.policy.model_copy(update={"training": self.loaded.training})

    @property
    def record(self) -> Floats | None:
        """Standing past sanctions (runs, population), None where nothing reads them."""
        return None if self.records is None else self.records.standing

    @property
    def trait_names(self) -> list[str]:
        """Names of the traits that any entry states."""
        return list(dict.fromkeys(name for group in self.groups for name in group.traits))

    def trait(self, name: str) -> Floats:
        """An own trait of entries, (runs or 1, population), NaN for those that do not state it."""
        return present(joined([_wide(group.traits.get(name), group) for group in self.groups], self.groups))

    def recorded(self) -> dict[str, Floats]:
        """The state that classes name in `records`, as `state.NAME`: (runs, population), NaN for other classes."""
        found: dict[str, Floats] = {}
        for group, mine, actor in self.crew:
            for name in group.entry.rule.records:
                row = found.setdefault(f"state.{name}", np.full((self.stacked.runs, self.stacked.size), np.nan))
                row[:, mine] = actor.state(name)
        return found

    # One period

    def step(self) -> None:
        """Play one period."""
        if self.governing is not None and self.period:
            self._govern(self.governing)
        self.reported, self.bribed, self.witnessed = None, NOBODY, NOBODY
        gain, harm = self._opportunities()
        drawn = harm
        self.played = self.active
        if self.loaded is not None:
            triggered = self.governing.certify if self.governing else None
            self._certified = self.loaded.begin(self.period, triggered)
        if self.warning is not None:
            self._forewarn(self.warning)
        chances, settled = self._announce(gain, harm)
        taken = settled.amounts
        self._stakes = self._at_stake()
        if self.menu is not None:
            gain, harm, taken = self._lay_out(self.menu, gain, harm, settled)
        self._hold_out(chances)
        if self.loaded is not None and self.loaded.aims is not None:
            self.loaded.train(self.policy, [self._faced(group, chances) for group in self.groups])
        stance = self._meet(self._felt(gain, None), chances, taken)
        hoped = gain if self.warning is None else self.warning.hoped(gain)
        answered = self._decide(hoped, harm, chances, taken)
        acts = None if self.menu is None else self._act(self.menu)
        self._taken = None
        if self.warning is not None:
            gain, harm = self.warning.came(gain, harm)
        self._offered = _offered(gain, harm, settled)
        active = self._number(self.active)
        erred = self._go_wrong(drawn)
        seen = count(self.violating) if acts is None else acts.seen
        state = State(
            seen if erred is None else seen + erred,
            active if acts is None or not self._reports else active - acts.reported,
            self.stacked.size,
            self.record,
            **(stance._asdict() if stance else {}),
            period=self.period,
            acts=acts,
            errors=erred,
        )
        if self.warning is None:
            self.inspected = self._inspected(state, self.shown, None if self.menu is None else self.deeds)
        self._detect(None if self._detection is None else self._detection.next())
        if self.policy.sanction.resample is not None:
            state = self._draw_again(state, answered)
        if self.customers is not None:
            self.customers.see(self.offending, self.groups)
        self.totals = self._total(state, active)
        if self.scores:
            taking = self.violating if self.choice is None else self.choice
            self.tally = tallied(self.groups, taking, self.active, self.loaded)
        self._enter()
        self._learn(chances)
        self._sanction()
        self.last = state
        self.period += 1

    def _enter(self) -> None:
        """Show the period to the principal, answer what is asked of it, and enter it into the accounts."""
        if self.governing is not None:
            self.governing.see(self.totals, self.policy)
        if self.asked is not None:
            self.answers = self.asked.answer(self)
        if self.period >= self.measured_from:
            self.ledger.enter(
                self.totals,
                self.answers,
                self.offending,
                self.sanctioned,
                self.exposed,
                self.done,
                self.tally,
                phase=self.governing.principal.phase(self.period) if self.governing else 0,
                period=self.period,
            )

    def _faced(self, group: Group, chances: Chances) -> Facing:
        """What a group expects, whose members all expect the same."""
        options = group.entry.options
        offers = self.menu.offers[group.columns.start] if self.menu is not None and options else ()
        expected = [arrayed(offer.perceived)[:, :1] for offer in offers]
        return Facing(
            perceived=expected[0] if expected else arrayed(group.perceived)[:, :1],
            false_detection=arrayed(chances.complying)[:, :1],
            options=expected,
        )

    def _felt(self, gain: Floats, choice: Choices | None) -> Floats:
        """What the options taken are worth to actors, values included; of those who take none the first."""
        felt = gain if self.loaded is None else gain + self.loaded.laid(choice)
        if self.customers is None:
            return felt
        return felt - present(joined([self._stake_of(group, choice) for group in self.groups], self.groups))

    def _at_stake(self) -> dict[int, Floats]:
        """What a violation is expected to cost members of each group as customers leave, where some may."""
        if self.customers is None:
            return {}
        real = None if self.warning is None else self.warning.real
        found = {}
        for group in self.groups:
            stake = self.customers.expected(group)
            found[group.columns.start] = stake if real is None else stake * columns_of(real, group.columns)
        return found

    def _stake_of(self, group: Group, choice: Choices | None) -> Floats:
        """The same of the act that each member of a group takes, or of the first."""
        first, *others = group.entry.wrong
        wrong = np.full((1, 1), first)
        if choice is not None:
            for place, other in enumerate(others, start=2):
                wrong = np.where(choice[:, group.columns] == place, other, wrong)
        stake: Floats = self._stakes[group.columns.start] * wrong
        return stake

    def play(self, watch: Watch | None = None) -> None:
        """Play all periods; `watch` sees the engine after each."""
        for _ in range(self.period, self.stacked.periods):
            self.step()
            if watch:
                watch(self)

    def _meet(self, gain: Floats, chances: Chances, taken: Amounts) -> Stance | None:
        """Imitators look at one another; what the overseer does in this period, None of a committed one."""
        self._largest = self._largest_difference(gain, taken)
        rate = self._turns.play(self.last, self._payoffs(gain, chances, taken), self._largest)
        for group in self.peers:
            group.meet()
        if rate is not None:
            return Stance(rate)
        overseer = self.policy.monitoring.overseer
        if overseer is None:
            return None
        draw = self._overseer.next() if self._overseer else None
        return overseer.follows(self.policy.paying(self.last), self.policy.detector, draw, self._largest)

    def _largest_difference(self, gain: Floats, taken: Amounts) -> Column | None:
        """The largest payoff difference between two choices, (runs, 1); None where nobody imitates."""
        overseer = self.policy.monitoring.overseer
        if not self.peers and not (overseer and overseer.overseer_draws):
            return None
        payoffs = self.policy.payoffs
        if payoffs is None:
            largest = np.maximum(np.abs(gain), np.abs(gain - taken.violating))
        else:
            largest = largest_payoff_difference(payoffs.actor, gain, arrayed(taken.violating))
        largest = largest.max(axis=1, keepdims=True)
        if overseer:
            largest = np.maximum(largest, overseer.largest_difference(self.policy.detector, payoffs))
        return np.where(largest > 0, largest, 1.0)

    def _payoffs(self, gain: Floats, chances: Chances, taken: Amounts) -> list[Payoffs]:
        """What violating is worth to the groups that revise one at a time."""
        detector = self.policy.detector
        found = []
        for group in self._turns.groups:
            mine = group.columns
            own, guilty, innocent = (columns_of(arrayed(amount), mine) for amount in (gain, *taken))
            expected = group.perceived * guilty - columns_of(arrayed(chances.complying), mine) * innocent
            believed = guilty if group.entry.belief.trusts else np.zeros((1, 1))
            slope = believed * detector.sensitivity - innocent * detector.false_positive_rate
            found.append(
                Payoffs(
                    *(np.add.reduce(part, axis=1, keepdims=True) / part.shape[1] for part in (own - expected, slope))
                )
            )
        return found

    def _opportunities(self) -> tuple[Floats, Floats]:
        pairs = [group.opportunity(self.period) for group in self.groups]
        gain, harm = (present(joined(parts, self.groups)) for parts in zip(*pairs, strict=True))
        return gain, harm

    def _announce(self, gain: Floats, harm: Floats) -> tuple[Chances, Bargained]:
        """What the policy delivers at last period's state, own record included, and what being flagged would cost."""
        known = replace(self.last, record=self.record, period=self.period)
        chances = self._announced(known) if self._announces else _NOTHING
        if self.accidents is not None:
            chances = self.accidents.flagged(chances)
        settled = self.policy.settled(Offence(gain, harm, self.record, self.wealth, self.turnover))
        self._remember_neighbours()
        for group in self.groups:
            if not group.entry.options:
                group.believe(chances.violating, self.history)
        self.prospects = {
            start: foresight.prospects(known, self.records, self.period, self.customers)
            for start, foresight in self.foresight.items()
        }
        return chances, settled

    def _remember_neighbours(self) -> None:
        """Show what came of their neighbours' violations to those who learn from it."""
        if self.experiences is not None:
            for group in self.groups:
                if group.entry.belief.of_neighbours:
                    group.seen = self.experiences.last(group.entry.belief.remembers, group.columns)

    def _announced(self, known: State) -> Chances:
        """Chances of a sanction at last period's state, given what each actor noticed."""
        if self.warning is None:
            return self.policy.detection_probability(known)
        self._told = self.warning.announce(self.policy.monitoring.chances(known))
        return self.policy.sanctioned(self._told)

    def _lay_out(self, menu: Menu, gain: Floats, harm: Floats, settled: Bargained) -> tuple[Floats, Floats, Amounts]:
        """Make the entries' offers; gain, harm and amounts of the first of each."""
        known = replace(self.last, record=self.record, period=self.period)
        base = _offered(gain, harm, settled)
        told = None if self.warning is None else self._told
        first = menu.lay_out(self.policy, known, self.record, base, self.history, told)
        return first.gain, first.harm, first.taken

    def _act(self, menu: Menu) -> Acts:
        """Show what is done to the overseer; how often each act is."""
        made = present(self.choice)
        draw = self._visibility.next() if self._visibility else None
        self.deeds = menu.deeds(made, draw)
        self.reported = menu.reported(made) if self._reports else None
        return menu.counts(made)

    def _hold_out(self, chances: Chances) -> None:
        """Let actors count on what outcomes pay, at what they believe."""
        if self.rewards is None:
            return
        known = replace(self.last, record=self.record, period=self.period)
        perceived = {
            group.columns.start: [offer.perceived for offer in self.menu.offers[group.columns.start]]
            if self.menu is not None
            else [group.perceived]
            for group in self.groups
        }
        self.rewards.expect(known, perceived)

    def _go_wrong(self, harm: Floats) -> Column | None:
        """Let some innocent acts go wrong, and show them as what they look like; how many do, None where none can."""
        self.shown = self.violating if self.menu is None else self.deeds.shown
        if self.accidents is None:
            return None
        self.accidents.happen(self.acting, self.active, harm)
        self.shown = self.shown | self.accidents.erring
        if self.menu is not None:
            self.deeds = replace(self.deeds, shown=self.shown)
        return count(self.accidents.erring)

    @property
    def offered(self) -> Offer:
        """The period's opportunities; of options those taken, and the first of those who take none."""
        if self.menu is not None and self.choice is not None and self._taken is None:
            self._taken = self.menu.taken(self.choice)
        return self._taken or self._offered

    @property
    def offending(self) -> Flags:
        """Who violated at a real opportunity, rather than at a honeypot, (runs, population)."""
        return self.violating if self.warning is None else self.violating & ~self.warning.drawn.planted

    @property
    def exposed(self) -> Flags | None:
        """Who played the last period and met a real opportunity, (runs, population); None where all did."""
        if self.policy.honeypots is None or self.warning is None:
            return self.played
        real = ~self.warning.drawn.planted
        return real if self.played is None else self.played & real

    @property
    def gain(self) -> Floats:
        """What each opportunity offered, (runs, population)."""
        return self.offered.gain

    @property
    def harm(self) -> Floats:
        """What each would do to others."""
        return self.offered.harm

    @property
    def taken(self) -> Amounts:
        """What a sanction would have taken."""
        return self.offered.taken

    def _decision_draw(self) -> Floats | None:
        """The draws by which some classes decide; None where no class does."""
        if self._decision is None:
            return None
        return self._moved(self._decision.next())

    def _moved(self, draw: Floats) -> Floats:
        """Draws by which some classes decide, those of copies moved together."""
        copied = [(group, group.common) for group in self.groups if group.entry.copied_draw]
        if copied:
            draw = np.array(np.broadcast_to(draw, self.violating.shape))
        for group, common in copied:
            draw[:, group.columns] = present(common).moves_decision(draw[:, group.columns])
        return draw

    def _decide(self, gain: Floats, harm: Floats, chances: Chances, taken: Amounts) -> _Answered:
        """Let all decide; how they would answer by other draws."""
        draw = self._decision_draw()
        menu = self.menu
        offers = {
            group.columns.start: menu.offers[group.columns.start] if menu else [_offer(group, gain, harm, taken)]
            for group in self.groups
        }
        if self.period == 0:
            for group in self.groups:
                for place, offer in enumerate(offers[group.columns.start]):
                    now = self._situation(group, group.columns, place, offer, chances, draw)
                    whole = (self.stacked.runs, group.members)
                    self.known.try_out(group.entry.rule, group.entry.rule_parameters(), now, whole)
        answered = partial(self._answers, offers, chances)
        taking = answered(draw)
        if self.neighbours is not None:
            taking = self._revised(self.neighbours, taking)
        if self.active is not None:
            taking *= self.active
        self._do(taking)
        for group in self.peers:
            own = self.violating[:, group.columns]
            group.habit = (
                own if self.active is None else np.where(self.active[:, group.columns], own, present(group.habit))
            )
        return answered

    def _do(self, taking: Any) -> None:
        """Let this be done: options, counted from 1, where there are some, or the one violation."""
        self.choice, self.acting = (taking, taking > 0) if self.menu else (None, taking)
        self.violating = self.menu.violating(taking) if self.menu else taking

    def _answers(
        self, offers: Mapping[int, Sequence[Offer]], chances: Chances, draw: Floats | None, again: bool = False
    ) -> Any:
        """What all would do of what is offered, (runs, population); `again` of those who decided in this period."""
        taking = np.empty(self.violating.shape, dtype=np.int8 if self.menu else bool)
        for group, mine, actor in self.crew:
            here = offers[group.columns.start]
            if mine != group.columns:
                here = [offer.part(_inside(group, mine)) for offer in here]
            asked = [self._situation(group, mine, place, offer, chances, draw) for place, offer in enumerate(here)]
            for option, now in zip(group.entry.options, asked, strict=False):
                now.violation = option.violation
            with on_arrays(type(actor)):
                taking[:, mine] = self._answer(group, mine, actor, asked, here)
                if self.loaded is not None and not again:
                    self.loaded.move(group, mine, actor, asked)
        return taking

    def _answer(
        self, group: Group, mine: slice, actor: Actor, asked: Sequence[Situation], here: Sequence[Offer]
    ) -> Choices | Flags:
        """What some members do, who know this of what is offered."""
        if self.loaded is not None and self.loaded.selects(group):
            return self.loaded.select(group, mine, actor, asked)
        if group.entry.options:
            return choice(group.entry, actor, asked, [offer.harm for offer in here])
        return decision(actor, asked[0])

    def _revised(self, neighbours: Neighbours, anew: Any) -> Any:
        """What is done where only some revise, and the others do what they did when they last played."""
        taking = neighbours.held(anew, self.choice_before)
        self.choice_before = taking if self.active is None else np.where(self.active, taking, self.choice_before)
        return taking.copy()

    def _situation(
        self, group: Group, mine: slice, place: int, offer: Offer, chances: Chances, draw: Floats | None
    ) -> Situation:
        inside = _inside(group, mine)
        now = Situation(
            gain=offer.gain,
            detection=offer.perceived,
            false_detection=columns_of(arrayed(chances.complying), mine),
            sanction=offer.sanction,
            false_sanction=offer.false_sanction,
        )
        if self.loaded is not None and self.loaded.training.answers is None:
            now.gain = offer.gain + self.loaded.worth(group, place, mine)
        if self.customers is not None and group.entry.heeds and group.entry.wrong[place]:
            now.gain = now.gain - columns_of(self._stakes[group.columns.start], inside)
        if self.rewards is not None and group.entry.heeds:
            now.gain = now.gain + columns_of(self.rewards.worth[group.columns.start][place], inside)
        reads = group.reads
        if "harm" in reads:
            now.harm = offer.harm
        if "record" in reads and self.record is not None:
            now.record = self.record[:, mine]
        if "wealth" in reads:
            now.wealth = None if group.wealth is None else columns_of(group.wealth, inside)
        if "turnover" in reads:
            now.turnover = None if group.turnover is None else columns_of(group.turnover, inside)
        if "draw" in reads and draw is not None:
            now.draw = draw[:, mine]
        self._show_terms(now, group, place, inside)
        if "signal" in reads:
            now.signal = _NO_SIGNAL if self.warning is None else self.warning.signal(mine)
        if "prospects" in reads:
            now.prospects = self.prospects[group.columns.start].part(partial(_columns_of, inside))
        self._show_others(now, group, mine)
        return now if group.trusted else shown(now)

    def _show_terms(self, now: Situation, group: Group, place: int, inside: slice) -> None:
        """What a class reads of its entry and of the policy."""
        if "traits" in group.reads:
            now.traits = Traits({name: columns_of(trait, inside) for name, trait in group.traits.items()})
        if "income" in group.reads:
            now.income = group.entry.income
        if "policy" in group.reads:
            now.policy = Terms(self.policy)
        if "base" in group.reads:
            now.base = group.entry.bases[place]

    def _show_others(self, now: Situation, group: Group, mine: slice) -> None:
        """What a class reads of other actors."""
        inside = _inside(group, mine)
        if "neighbours" in group.reads:
            now.neighbours = present(self.neighbours).violating[:, mine]
        if "neighbours_sanctioned" in group.reads:
            now.neighbours_sanctioned = present(self.neighbours).sanctioned[:, mine]
        if "peers" in group.reads:
            now.habit, now.opposite = present(group.habit)[:, inside], present(group.opposite)[:, inside]
            now.largest = self._largest

    def _number(self, there: Flags | None) -> Column:
        """How many are there, (runs, 1): all of them where it is None."""
        return np.full((self.stacked.runs, 1), float(self.stacked.size)) if there is None else count(there)

    def _forewarn(self, warning: Forewarning) -> None:
        """Draw the inspections, which do not answer what is done in this period, and what actors notice of them."""
        nobody, none = np.zeros(self.violating.shape, dtype=bool), np.zeros((self.stacked.runs, 1))
        known = State(none, self._number(self.active), self.stacked.size, self.record, period=self.period)
        warning.look(self._inspected(known, nobody, None), self.active)
        self.inspected = warning.drawn.inspected

    def _inspected(self, state: State, violating: Flags, deeds: Deeds | None) -> Flags:
        """Who is inspected in a period that comes to `state`; `deeds` are what is done where there are options."""
        assert self._inspection
        draw = self._inspection.next()
        rounding = self._rounding.next() if self._rounding else np.zeros((1, 1))
        monitoring, there = self.policy.monitoring, self.active
        if self.reported is not None:
            there = ~self.reported if there is None else there & ~self.reported
        if deeds is None:
            inspected = monitoring.inspects(violating, there, state, self.last, draw, rounding)
        else:
            inspected = monitoring.examines(deeds, there, state, self.last, draw, rounding)
        inspected = spread(inspected, violating.shape)
        if self._witness is not None:
            shown = violating if deeds is None else deeds.shown
            self.witnessed = shown & (self._witness.next() < present(self.policy.witnesses).reported)
            inspected = monitoring.follows_up(inspected, shown, self.witnessed, state, self.last, draw)
        return inspected if there is None else inspected & there

    def _detect(self, draw: Floats | None) -> None:
        detector = self.policy.detector
        shown = self.shown
        flagged = self.inspected & shown
        if draw is not None:
            flagged &= draw < detector.sensitivity
        if self._flags_innocents:
            assert draw is not None
            wrongly = self.inspected & ~shown & (draw < detector.false_positive_rate)
            self.sanctioned = flagged | wrongly
        else:
            self.sanctioned = flagged
        plain = self.menu is None and self.accidents is None
        self.caught = flagged if plain else self.sanctioned & self.violating
        if self.policy.inspectors is not None:
            self._bargain()
        if self.reported is not None:
            self.sanctioned = self.sanctioned | self.reported

    def _draw_again(self, state: State, answered: _Answered) -> State:
        """Let those who are flagged answer again, and withhold the last answer; the state that it comes to.

        An opportunity that is inspected is so at each of its answers.
        """
        self._redrawn = np.zeros((self.stacked.runs, 1))
        for draws in self._later:
            decision, shows, found = np.split(present(draws).next(), 3, axis=1)
            flagged = self.sanctioned
            self._redrawn = self._redrawn + count(flagged)
            before = self.acting if self.menu is None else present(self.choice)
            self._do(np.where(flagged, answered(self._moved(decision), again=True), before))
            if self.menu is not None:
                self.deeds = self.menu.deeds(present(self.choice), shows)
            self.shown = self.violating if self.menu is None else self.deeds.shown
            looked, self.inspected = self.inspected, flagged
            self._detect(None if self._detection is None else found)
            self.inspected = looked
        if self.policy.sanction.withhold:
            self.withheld = self.sanctioned
            self._do((self.acting if self.menu is None else present(self.choice)) * ~self.withheld)
            self.sanctioned = self.caught = np.zeros_like(self.withheld)
        acts = None if self.menu is None else self.menu.counts(present(self.choice))
        return replace(state, violations=count(self.violating) if acts is None else acts.seen, acts=acts)

    def _bargain(self) -> None:
        """Let those who are flagged bribe their inspectors, where both gain."""
        offered = self.offered
        self.bribed = self.sanctioned & np.where(self.acting, offered.bribed, offered.falsely_bribed)
        self.sanctioned = self.sanctioned & ~self.bribed
        self.caught = self.caught & ~self.bribed

    def _total(self, state: State, active: Column) -> Totals:
        caught = count(self.caught)
        reported = present(state.acts).reported if self._reports else NONE
        false_sanctions = NONE if self._innocents_safe else count(self.sanctioned ^ self.caught)
        if self._reports and not self._innocents_safe:
            false_sanctions = false_sanctions - reported
        inspections = count(np.ascontiguousarray(self.inspected))
        came = self._came_of_one(state, caught) if self.menu is None else self._came_of_options(self.menu, state)
        cost, foreseen = arrayed(self.policy.monitoring.cost(inspections, state, self.last)), _UNFORESEEN
        if self.warning is not None:
            foreseen = self.warning.counts(self.violating, self.caught)
            cost = cost + self.warning.cost(foreseen.planted)
        if self.governing is not None:
            cost = cost + self.governing.cost * self.stacked.size
        return Totals(
            active,
            came.violations,
            caught,
            false_sanctions,
            inspections,
            self._perceived_total(),
            came.harm,
            came.gain,
            came.paid,
            cost,
            self._value_lost(),
            *foreseen,
            reported,
            *self._bribes(),
            NONE if self.policy.witnesses is None else count(self.witnessed & self.violating),
            *self._trained(),
            NONE if self.policy.sanction.resample is None else self._redrawn,
            count(self.withheld) if self.policy.sanction.withhold else NONE,
            NONE if self.customers is None else count(self.customers.noticed),
            NONE if self.customers is None else np.add.reduce(self.customers.taken, axis=1, keepdims=True),
            *self._errors(),
            *self._pay(),
        )

    def _errors(self) -> tuple[Column, Column, Column]:
        """How many complied, how many of them went wrong, and how many of those were sanctioned."""
        if self.accidents is None:
            return NONE, NONE, NONE
        honest = ~self.acting if self.active is None else ~self.acting & self.active
        erring = self.accidents.erring
        return count(honest), count(erring), count(erring & self.sanctioned)

    def _pay(self) -> tuple[Column, Column]:
        """Pay actors and overseers by outcomes; the sums."""
        payoffs = self.policy.payoffs
        if payoffs is None:
            self.rewarded = _NONE_PAID
            return NONE, NONE
        shape = self.violating.shape
        abstaining = NOBODY if self.menu is None else self.menu.abstaining(present(self.choice))
        erring = NOBODY if self.accidents is None else self.accidents.erring
        right = np.broadcast_to(~(self.violating | erring | abstaining), shape)
        right = right if self.active is None else right & self.active
        done = {"right": right, "error": erring, "violation": self.violating, "abstention": abstaining}
        self.rewarded, paid = (
            np.broadcast_to(pays(outcomes, done, self.inspected, self.sanctioned), shape)
            for outcomes in (payoffs.actor, payoffs.overseer)
        )
        actors, overseers = (np.add.reduce(each, axis=1, keepdims=True) for each in (self.rewarded, paid))
        return actors, overseers

    def _trained(self) -> tuple[Column, Column]:
        """Nats by which trained values move what is done, and what they cost."""
        if self.loaded is None:
            return NONE, NONE
        nats = self.loaded.nats(self.active)
        return nats, self.loaded.training.cost(nats) + self._certified

    def _bribes(self) -> tuple[Column, Column]:
        """How many violators paid a bribe, and what all who did paid."""
        if self.policy.inspectors is None:
            return NONE, NONE
        guilty, innocent = self.bribed & self.violating, self.bribed & ~self.acting
        offered, done = self.offered, self.bribed & self.acting
        paid = weighted(offered.sanction, done, count(done))
        return count(guilty), paid + weighted(offered.false_sanction, innocent, count(innocent))

    def _perceived_total(self) -> Column:
        """Sum of the perceived chances of a sanction of active actors."""
        if self.warning is not None:
            return self.warning.perceived(self.groups, self.active)
        return sum((group.perceived_total(self.active) for group in self.groups), np.zeros((1, 1)))

    def _came_of_one(self, state: State, caught: Column) -> _Came:
        """Violations and what came of them, where there are no options."""
        offered, violations = self._offered, _wrongs(state)
        paid = weighted(offered.sanction, self.caught, caught)
        if not self._innocents_safe:
            innocent = self.sanctioned ^ self.caught
            paid = paid + weighted(offered.false_sanction, innocent, count(innocent))
        done = weighted(offered.harm, self.violating, violations)
        if self._averts_harm:
            done = done - self.policy.detector.harm_averted * weighted(offered.harm, self.caught, caught)
        done = self._with_errors(done)
        return _Came(violations, done, weighted(offered.gain, self.violating, violations), paid)

    def _with_errors(self, harm: Column) -> Column:
        """Harm with that of errors."""
        if self.accidents is None:
            return harm
        return harm + self.accidents.harm(self.sanctioned, self.policy.detector.harm_averted)

    def _came_of_options(self, menu: Menu, state: State) -> _Came:
        """The same of options: of all that is done, whether it is a violation or not."""
        averted = self.policy.detector.harm_averted
        done = menu.done(present(state.acts), present(self.choice), self.caught, self.sanctioned, averted)
        self.done = done
        paid = done.total("paid")
        if self._flags_innocents or self.accidents is not None:
            innocent = self.sanctioned & ~self.acting
            paid = paid + weighted(self._offered.false_sanction, innocent, count(innocent))
        return _Came(count(self.violating), self._with_errors(done.total("harm")), done.total("gain"), paid)

    def _value_lost(self) -> Column:
        lost = NONE
        if self.active is not None:
            for group in self.groups:
                idle = group.members - count(self.active[:, group.columns])
                lost = lost + group.entry.value * idle
        return lost

    def _learn(self, chances: Chances) -> None:
        # What comes of a report is certain, and says nothing of the chance to be caught.
        silent = self.violating if self.reported is None else self.violating & ~self.reported
        # What is paid is paid, to whomever: beliefs are about being found.
        found, number = self.caught, self.totals.caught
        if self.policy.inspectors is not None:
            found, number = found | (self.bribed & self.violating), number + self.totals.bribed
        for group in self.groups:
            group.belief_state = group.entry.belief.learn(
                group.belief_state, silent[:, group.columns], found[:, group.columns]
            )
        if self.history is not None:
            self.history.add(number, self.totals.violations - self.totals.reported)
        if self.neighbours is not None:
            self.neighbours.see(self.violating, self.sanctioned, self.played)
        if self.experiences is not None:
            self.experiences.add(found, silent)
        learners = [(mine, actor) for group, mine, actor in self.crew if group.entry.rule.learn is not Actor.learn]
        if not learners:
            return
        offered = self.offered
        gain, taken = self._felt(offered.gain, self.choice), offered.taken
        payoff: Floats = gain * self.acting - self.paid(taken) + self.rewarded
        active = self.active if self.active is not None else np.ones((1, 1), dtype=bool)
        perceived = present(joined([group.perceived for group in self.groups], self.groups))
        if self.reported is not None:
            perceived = np.where(self.reported, 1.0, perceived)
        advantage = gain - (perceived * taken.violating - chances.complying * taken.complying)
        if self.rewards is not None:
            advantage = advantage + self.rewards.of(self.choice)
        outcome: dict[str, Any] = {
            "active": active,
            "violated": self.violating,
            "caught": self.caught,
            "sanctioned": self.sanctioned,
            "inspected": self.inspected,
            "payoff": payoff,
            "advantage": advantage,
        }
        for mine, actor in learners:
            seen = shown(Experience(**{name: columns_of(array, mine) for name, array in outcome.items()}))
            with on_arrays(type(actor)):
                actor.learn(seen)

    def paid(self, taken: Amounts) -> Floats:
        """What each actor pays in the period, bribes too, where being flagged costs this, (runs, population)."""
        paid: Floats = np.where(self.acting, taken.violating, taken.complying) * (self.sanctioned | self.bribed)
        return paid

    def _sanction(self) -> None:
        if self.records is not None:
            self.records.add(self.sanctioned)
        retrain = self.policy.sanction.retrain
        for group, mine, actor in self.crew if retrain else ():
            if group.entry.rule.retrain is not Actor.retrain:
                with on_arrays(type(actor)):
                    actor.retrain(self.sanctioned[:, mine], present(retrain).size)
        if self.released is not None:
            np.copyto(self.released, self.period + 1 + self.policy.sanction.suspension, where=self.sanctioned)
            self.active = self.released <= self.period + 1
        if self.customers is not None:
            self.customers.leave()

    # Results

    def measures(self) -> dict[str, Vector]:
        """Measures, each of shape (runs,), over the periods since the burn-in or the last change of policy."""
        return self.ledger.measures()


class _Answered(Protocol):
    """What all would do by these draws, (runs, population)."""

    def __call__(self, draw: Floats | None, again: bool = False) -> Any: ...


class _Came(NamedTuple):
    """What came of a period's violations, (runs, 1) each: their number, harm, gain, and what was paid."""

    violations: Column
    harm: Column
    gain: Column
    paid: Column


def _wrongs(state: State) -> Column:
    """How many violated, rather than did what looks like it by accident."""
    return state.violations if state.errors is None else state.violations - state.errors


def _inside(group: Group, mine: slice) -> slice:
    """The columns of some members within those of their entry."""
    return slice(mine.start - group.columns.start, mine.stop - group.columns.start)


def _offered(gain: Floats, harm: Floats, settled: Bargained) -> Offer:
    """The population's draws as an offer of what they are."""
    guilty, innocent = settled.amounts
    bribed = (settled.bribed, settled.falsely_bribed)
    return Offer(gain, harm, arrayed(guilty), arrayed(innocent), np.zeros((1, 1)), *bribed)


def _offer(group: Group, gain: Floats, harm: Floats, taken: Amounts) -> Offer:
    """The violation that members of an entry without options may do."""
    mine = group.columns
    guilty, innocent = (columns_of(arrayed(amount), mine) for amount in taken)
    return Offer(columns_of(gain, mine), columns_of(harm, mine), guilty, innocent, group.perceived)


def _wide(trait: Floats | None, group: Group) -> Floats | None:
    return None if trait is None else np.broadcast_to(trait, (len(trait), group.members))


def _columns_of(columns: slice, value: Any) -> Any:
    return columns_of(value, columns) if isinstance(value, np.ndarray) else value
