"""The order of a plan: who follows whom, so that no seat is taken before it is free."""

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from placement.wave.program import Codes


def chained(moves: pd.DataFrame, vacant: pd.Series) -> pd.DataFrame:
    """Return ``moves`` with their ``chain`` (1, 2, ...), ``step`` in it (1, 2, ...) and ``swap``, sorted by both.

    The first step of a chain takes a vacant seat, each further step the seat that the step before has left. In a swap (a ring)
    there is no vacant seat: all its steps start on one day.

    Parameters
    ----------
    moves
        employee_id, from_position (missing: none), to_position.
    vacant
        Vacant seats by position_id.
    """
    ordered = moves.sort_values("employee_id", kind="stable", ignore_index=True)
    before = _followed(ordered, vacant)
    n = len(ordered)
    known = np.flatnonzero(before >= 0)
    links = sparse.coo_array((np.ones(len(known)), (known, before[known])), shape=(n, n))
    chain = connected_components(links, directed=False)[1] if n else np.zeros(0, dtype=np.int64)
    swap = np.bincount(chain[before >= 0], minlength=chain.max(initial=-1) + 1) == np.bincount(chain)
    first = before < 0
    first[np.unique(chain, return_index=True)[1][swap]] = True
    listed = ordered.assign(chain=chain + 1, step=_depth(np.where(first, -1, before)), swap=swap[chain])
    return listed.sort_values(["chain", "step"], kind="stable", ignore_index=True)


def _followed(moves: pd.DataFrame, vacant: pd.Series) -> Codes:
    """Return, per move, the row of the move whose seat it takes, -1 for a vacant seat.

    Those who enter a post take its vacant seats first, in the order of rows, then the seats of those who leave it.
    """
    free = vacant.reindex(moves["to_position"]).fillna(0).to_numpy(dtype=np.int64)
    seat = moves.groupby("to_position").cumcount().to_numpy() - free
    leaving = moves.assign(row=np.arange(len(moves)), seat=moves.groupby("from_position", dropna=False).cumcount())
    left = leaving.dropna(subset=["from_position"]).set_index(["from_position", "seat"])["row"]
    wanted = pd.MultiIndex.from_arrays([moves["to_position"].astype(object), seat])
    return np.asarray(left.reindex(wanted).fillna(-1).to_numpy(dtype=np.int64))


def _depth(before: Codes) -> Codes:
    """Return 1 for moves that follow nobody, 2 for those that follow them, and so on; by pointer doubling."""
    n = len(before)
    reach, depth = np.r_[np.where(before < 0, n, before), n], np.r_[np.ones(n, dtype=np.int64), 0]
    while (reach < n).any():
        depth, reach = depth + depth[reach], reach[reach]
    return np.asarray(depth[:n])


def scheduled(moves: pd.DataFrame, ready_on: pd.Series, starts: pd.DatetimeIndex) -> pd.Series:
    """Return ``start_on`` of each chained move: the first of ``starts`` on which it and all steps before it are ready.

    Parameters
    ----------
    moves
        As `chained` returns it.
    ready_on
        Per row of ``moves``: day on which training is finished and hand-over done.
    starts
        The days on which a phase may start, ascending.

    Returns
    -------
    Series
        NaT where the last phase comes too soon.
    """
    ready = pd.Series(ready_on.to_numpy(), index=moves.index)
    together = ready.groupby(moves["chain"]).transform("max")
    after = ready.groupby(moves["chain"]).cummax()
    wanted = after.mask(moves["swap"], together)
    place = starts.searchsorted(wanted.to_numpy())
    dates = np.r_[starts.to_numpy(), np.datetime64("NaT")]
    return pd.Series(dates[np.minimum(place, len(starts))], index=moves.index, name="start_on")
