"""When each move starts: training over, hand-over done, no freeze, and nobody before the seat is free."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from placement.wave.chains import scheduled
from rules.facts import Facts

STRUCTURAL = ("executive", "administrator", "supervisor")
"""Kinds of posts a freeze stops where it names none (UU 10/2016)."""


@dataclass(frozen=True, slots=True)
class PhaseParams:
    """``count`` days on which moves may start, the first of a month each, from ``effective_on`` on.

    ``hand_over_days``: from the day of knowledge to the earliest start: a post is handed over within two weeks.
    """

    count: int = 6
    hand_over_days: int = 14


def start_days(effective_on: pd.Timestamp, params: PhaseParams) -> pd.DatetimeIndex:
    """Return the days on which moves may start: ``effective_on``, then every first of a month after it."""
    later = pd.date_range(effective_on + pd.Timedelta(days=1), periods=max(params.count - 1, 0), freq="MS")
    return pd.DatetimeIndex([effective_on]).append(later)


def phased(moves: pd.DataFrame, trained: pd.Series, facts: Facts, params: PhaseParams) -> pd.DataFrame:
    """Return, on the index of ``moves``, when each is ready and starts: ready_on, start_on, phase (1, 2, ...).

    Parameters
    ----------
    moves
        As `placement.wave.chains.chained` returns them: from_position, to_position, chain, step, swap.
    trained
        Day from which the training before the start is over; missing: there is none.
    facts
        Freeze windows without an approval put moves of the kinds in their scope off to their end.

    Notes
    -----
    Every step waits for those before it in its chain, a swap for all in it. Who would be ready only after the last start day starts
    on it all the same: their courses then go on after the start.
    """
    earliest = max(facts.effective_on, facts.as_of + pd.Timedelta(days=params.hand_over_days))
    ready = trained.fillna(earliest).clip(lower=earliest).astype("datetime64[us]")
    ready = _after_freezes(ready, moves, facts)
    starts = start_days(facts.effective_on, params)
    start = scheduled(moves, ready, starts).fillna(starts[-1]).astype("datetime64[us]")
    phase = np.asarray(starts.get_indexer(pd.DatetimeIndex(start)), dtype=np.int64) + 1
    return pd.DataFrame({"ready_on": ready, "start_on": start, "phase": phase}, index=moves.index)


def _after_freezes(ready: pd.Series, moves: pd.DataFrame, facts: Facts) -> pd.Series:
    """Return the days put off to the end of every freeze they fall into."""
    if facts.freezes is None or not len(facts.freezes):
        return ready
    kind = facts.positions["job_kind"].astype(object)
    ends = [kind.reindex(moves[name]).to_numpy() for name in ("from_position", "to_position")]
    for freeze in facts.freezes.sort_values("from_on", kind="stable").itertuples():
        if pd.notna(freeze.approval_number) and str(freeze.approval_number).strip():
            continue
        scope = [part.strip() for part in str(freeze.scope).split(";")] if pd.notna(freeze.scope) else list(STRUCTURAL)
        concerned = np.isin(ends[0], scope) | np.isin(ends[1], scope)
        within = concerned & (ready >= freeze.from_on).to_numpy() & (ready <= freeze.to_on).to_numpy()
        ready = ready.mask(within, freeze.to_on + pd.Timedelta(days=1))
    return ready
