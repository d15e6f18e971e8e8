"""Palettes of many base models at once, of actors who differ in how near to their base they are held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from oversight.arrays import Column, Cube, FlagVector, Floats, Table, Vector
from oversight.palettes.maximum import DONE, ENOUGH, SURE, newton

_STEPS = 500
_FAR = 1e15
"""The longest step along one value, per range of it: halves of it come down to any other."""


@dataclass(frozen=True, eq=False)
class Met:
    """Situations that some actors meet, and what they do in them under the base model.

    Args:
        share: the part that these are of all that actors meet, (rows, 1).
        temperature: money per nat by which these actors are held to the base, (rows, 1).
        logs: of each answer, the logarithm of its share under the base, up to a constant of each situation, (rows,
            situations).
        often: how often each of the situations is met, (rows, situations), summing to 1.
        scores: of each answer, its values, (rows, values).
    """

    share: Column
    temperature: Column
    logs: Sequence[Floats]
    often: Floats
    scores: Sequence[Table]

    def take(self, rows: FlagVector) -> Met:
        """Those of some rows."""
        return Met(
            self.share[rows],
            self.temperature[rows],
            [each[rows] for each in self.logs],
            self.often[rows],
            [each[rows] for each in self.scores],
        )


@dataclass(frozen=True, eq=False)
class _Model:
    """What weights make of all situations: sum of s t E log Z, levels E v, and how these move with the weights."""

    energy: Column
    levels: Table
    slopes: Cube


def levels_at(met: Sequence[Met], weights: Table) -> Table:
    """The mean of each value over all situations, of the models that weights make; (rows, values) both."""
    return _model(met, weights).levels


def weights_for(met: Sequence[Met], targets: Table) -> Table:
    """Of each row the w >= 0 that maximises w . c - sum of s t E log Z(w), in money per unit of value, (rows, values).

    Z(w) is the sum of p0 exp(w . v / t) over the answers to a situation, s the share and t the temperature of those who
    meet it: with one temperature, t times the weights of the conditional palette. The targets c, (rows, values), must
    be feasible with some answers to spare. Newton steps, as of one palette; each row's are its own.
    """
    scale = _ranges(met)
    met = [replace(each, scores=[score / scale for score in each.scores]) for each in met]
    aims, rows = targets / scale, np.arange(len(targets))
    found, now = np.zeros(targets.shape), np.zeros(targets.shape)
    money = np.minimum.reduce([each.temperature for each in met])
    here = _model(met, now)
    dual = -here.energy
    for _ in range(_STEPS):
        slope = aims - here.levels
        step = _towards(now, slope, here.slopes) - now
        promised = (slope * step).sum(axis=1, keepdims=True) / money
        going = promised[:, 0] > DONE
        # A last step doubles the digits that are right.
        found[rows[~going]] = (now + step)[~going]
        if not going.any():
            break
        rows, aims, now, step, money, promised, dual = (
            part[going] for part in (rows, aims, now, step, money, promised, dual)
        )
        met = [each.take(going) for each in met]
        short = np.ones(len(rows), dtype=bool)
        for _ in range(_STEPS):
            here = _model(met, now + step)
            value = (aims * (now + step)).sum(axis=1, keepdims=True) - here.energy
            short = ((promised > SURE) & (value < dual + ENOUGH * promised * money))[:, 0]
            if not short.any():
                break
            step[short], promised[short] = step[short] / 2, promised[short] / 2
        now, dual = now + step, value
        found[rows] = now
    return found / scale


def _towards(weights: Table, slope: Table, slopes: Cube) -> Table:
    """Where a Newton step leads to, row by row."""
    if weights.shape[1] > 1:
        return np.array([newton(*each) for each in zip(weights, slope, slopes, strict=True)])
    curvature = np.maximum(slopes[:, 0], np.finfo(float).tiny)
    return np.maximum(weights + np.minimum(slope / curvature, _FAR), 0.0)


def _ranges(met: Sequence[Met]) -> Table:
    """How far answers differ in each value, 1 where they do not, (rows, values)."""
    scores = np.stack([score for each in met for score in each.scores])
    width = scores.max(axis=0) - scores.min(axis=0)
    return np.where(width > 0, width, 1.0)


def _model(met: Sequence[Met], weights: Table) -> _Model:
    values = weights.shape[1]
    energy: Column = np.zeros((len(weights), 1))
    levels, slopes = np.zeros(weights.shape), np.zeros((len(weights), values, values))
    for each in met:
        logs = [
            log + (score * weights).sum(axis=1, keepdims=True) / each.temperature
            for log, score in zip(each.logs, each.scores, strict=True)
        ]
        highest = np.maximum.reduce(logs)
        parts = [np.exp(log - highest) for log in logs]
        whole = np.add.reduce(parts)
        chances = [part / whole for part in parts]

        def mean(of: Floats, each: Met = each) -> Vector:
            found: Vector = (of * each.often).sum(axis=1)
            return found

        energy = energy + each.share * each.temperature * mean(highest + np.log(whole))[:, None]
        own = [
            np.add.reduce([chance * score[:, [value]] for chance, score in zip(chances, each.scores, strict=True)])
            for value in range(values)
        ]
        for value in range(values):
            levels[:, value] += each.share[:, 0] * mean(own[value])
            for other in range(value + 1):
                both = np.add.reduce(
                    [
                        chance * (score[:, [value]] * score[:, [other]])
                        for chance, score in zip(chances, each.scores, strict=True)
                    ]
                )
                moved = (each.share / each.temperature)[:, 0] * mean(both - own[value] * own[other])
                slopes[:, value, other] += moved
                slopes[:, other, value] = slopes[:, value, other]
    return _Model(energy, levels, slopes)
