"""How near a mix of providers comes to what a user wants: approximate weighted alignment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from oversight.arrays import Table, Values


@dataclass(frozen=True)
class Alignment:
    """The mix that comes nearest: |sum of weight x utility + constant - user| is at most `distance` everywhere."""

    distance: float
    weights: tuple[float, ...]
    constant: float
    """One number for all states and actions. Where all weights are 0 the user is as near to a constant as to any
    mix: the witness says nothing of the providers."""


def alignment(user: Values, providers: Values, cone: bool = False) -> Alignment:
    """The least eps with |w_1 U_1 + ... + w_k U_k + c - u| <= eps in every state and for every action.

    By linear programme. Weights are not negative, and add up to 1 unless any sum of them will do, which is the `cone`.
    After the weighted alignment of arXiv 2509.15090.

    Args:
        user: utility in each state of each action, (states, actions).
        providers: the same of each provider, (providers, states, actions).
        cone: whether the weights may have any sum.
    """
    number, rows = len(providers), user.size
    mixed: Table = np.column_stack([providers.reshape(number, rows).T, np.ones(rows), -np.ones(rows)])
    below: Table = np.column_stack([-providers.reshape(number, rows).T, -np.ones(rows), -np.ones(rows)])
    cost = np.zeros(number + 2)
    cost[-1] = 1
    found = linprog(
        cost,
        A_ub=np.vstack([mixed, below]),
        b_ub=np.concatenate([user.ravel(), -user.ravel()]),
        A_eq=None if cone else np.append(np.ones(number), [0, 0])[None],
        b_eq=None if cone else [1],
        bounds=[*[(0, None)] * number, (None, None), (0, None)],
    )
    *weights, constant, distance = found.x.tolist()
    return Alignment(max(distance, 0.0), tuple(weights), constant)


def alone(user: Values, provider: Values) -> float:
    """The same distance of one provider by itself, with weight 1: half the range of what it wants otherwise."""
    apart = provider - user
    return float(apart.max() - apart.min()) / 2
