"""Permutation within strata: what sums by group look like where only chance decides who is in which group."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_CELLS = 4_000_000
"""Random numbers drawn at once: 32 MB."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Sums by group as they are, and beside chance.

    ``observed``, ``expected``: (groups,) sums, and their mean by chance; ``high``, ``low``: (groups,) p values of a sum so high,
    or so low.
    """

    observed: Floats
    expected: Floats
    high: Floats
    low: Floats


def compare(values: Floats, groups: Ints, strata: Ints, draws: int, seed: int) -> Compared:
    """Return the sums of ``values`` by group beside those after exchanging values within strata.

    Parameters
    ----------
    values
        (rows,) what is summed.
    groups
        (rows,) group of each row, 0 .. G-1; -1 belongs to none and serves as comparison.
    strata
        (rows,) rows of one stratum are exchangeable where only chance decides.
    draws, seed
        Number of exchanges; p values cannot be smaller than 1 / (draws + 1).

    Notes
    -----
    Exact under exchangeability within strata: (1 + number as extreme) / (1 + draws) (Phipson and Smyth 2010).
    """
    count = int(groups.max(initial=-1)) + 1
    order = np.argsort(strata, kind="stable")
    values, groups, strata = values[order], groups[order], strata[order]
    observed = _sums(values[None, :], groups, count)[0]
    above, below, total = np.zeros(count), np.zeros(count), np.zeros(count)
    rng = np.random.default_rng(seed)
    ranks = np.unique(strata, return_inverse=True)[1].astype(np.float64)
    size = max(1, _CELLS // max(len(values), 1))
    for start in range(0, draws, size):
        keys = rng.random((min(size, draws - start), len(values))) + ranks
        sums = _sums(values[np.argsort(keys, axis=1)], groups, count)
        above += (sums >= observed - 1e-9).sum(axis=0)
        below += (sums <= observed + 1e-9).sum(axis=0)
        total += sums.sum(axis=0)
    return Compared(observed, total / draws, (1 + above) / (1 + draws), (1 + below) / (1 + draws))


def _sums(values: Floats, groups: Ints, count: int) -> Floats:
    """Return the sums by group of each row of ``values``: (draws, groups)."""
    inside = groups >= 0
    places = groups[inside][None, :] + np.arange(len(values))[:, None] * count
    summed = np.bincount(places.ravel(), values[:, inside].ravel(), minlength=len(values) * count).astype(np.float64)
    return summed.reshape(len(values), count)
