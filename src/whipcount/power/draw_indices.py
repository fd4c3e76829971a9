"""Both indices for many small games at once."""

from __future__ import annotations

from math import comb

import numpy as np
import numpy.typing as npt

from whipcount.power.game import Game

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Up to this many camps all coalitions are gone through, as one matrix product for a block of games.
_ALL_COALITIONS = 13
_BLOCK = 1 << 22


def indices(sizes: Ints, quotas: Ints) -> tuple[Floats, Floats]:
    """[draw, camp]: the Shapley-Shubik index and the normalised Banzhaf index. Draws alike but for order are done once."""
    order = np.argsort(-sizes, axis=1, kind="stable")
    games = np.column_stack([quotas, np.take_along_axis(sizes, order, axis=1)])
    different, which = np.unique(games, axis=0, return_inverse=True)
    solve = _by_enumeration if sizes.shape[1] <= _ALL_COALITIONS else _one_by_one
    shapley, banzhaf = solve(different[:, 1:], different[:, 0])
    which = which.reshape(-1)
    return _put_back(shapley[which], order), _put_back(banzhaf[which], order)


def _put_back(values: Floats, order: Ints) -> Floats:
    placed = np.empty_like(values)
    np.put_along_axis(placed, order, values, axis=1)
    return placed


def _by_enumeration(sizes: Ints, quotas: Ints) -> tuple[Floats, Floats]:
    """Every index is linear in which coalitions win: coalition S gives its members what it takes from the others."""
    camps = sizes.shape[1]
    members = (np.arange(1 << camps)[:, None] >> np.arange(camps)) & 1
    many = members.sum(axis=1)
    inside = np.array([1 / (camps * comb(camps - 1, s - 1)) if s else 0.0 for s in range(camps + 1)])[many]
    outside = np.array([1 / (camps * comb(camps - 1, s)) if s < camps else 0.0 for s in range(camps + 1)])[many]
    shares = np.where(members == 1, inside[:, None], -outside[:, None])
    signs = np.where(members == 1, 1.0, -1.0)
    shapley, swings = np.empty(sizes.shape), np.empty(sizes.shape)
    block = max(_BLOCK >> camps, 1)
    for start in range(0, len(sizes), block):
        rows = slice(start, start + block)
        wins = (sizes[rows] @ members.T >= quotas[rows, None]).astype(np.float64)
        shapley[rows], swings[rows] = wins @ shares, wins @ signs
    shapley[swings == 0] = 0.0  # a dummy's shares cancel but for rounding
    return shapley, swings / swings.sum(axis=1, keepdims=True)


def _one_by_one(sizes: Ints, quotas: Ints) -> tuple[Floats, Floats]:
    shapley, banzhaf = np.empty(sizes.shape), np.empty(sizes.shape)
    for row, (weights, quota) in enumerate(zip(sizes.tolist(), quotas.tolist(), strict=True)):
        game = Game(quota, weights)
        swings = game._swing_list
        shapley[row] = game._shapley_float()
        banzhaf[row] = [count / sum(swings) for count in swings]
    return shapley, banzhaf
