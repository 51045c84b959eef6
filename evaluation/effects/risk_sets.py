"""Who could have moved in a part of a year, what was on record before, and who did: movers beside people like them who stayed."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from evaluation.effects.panel import Array, Codes, Panel

STEPS_OF_LEVEL = 10
"""Levels 20 and 21 are one tier."""
FEWEST_OF_A_KIND = 0.01
"""Share of rows below which a kind of unit or tier has no column of its own."""
MOST_STAYERS = 1500
"""Stayers of one risk set that are looked at, a random sample: more make no effect surer, whose error is the movers'."""
LONGEST_HELD = 12.0
"""Years in post beyond which more years say nothing more."""


RECENT: tuple[float, ...] = (1.0, 2.0, 3.0, 4.0)
"""Years in post below which the record holds the dip of the move before, each year at another place of it."""


class Window(NamedTuple):
    """A part of a year in which moves begin.

    ``first``, ``after``: months (1-13) from which and before which; ``before``, ``outcome``: years, relative to the move's own, of
    the last rating that lies (nearly) all before the move, and of the first that lies (nearly) all after the adaptation.
    """

    first: int
    after: int
    before: int
    outcome: int


YEARLY: tuple[Window, ...] = (Window(1, 8, -1, 1), Window(8, 10, -1, 2), Window(10, 13, 0, 2))
"""Ratings over calendar years. A move in December is judged by the year after next: half of the next one is adaptation."""
SEASONAL: tuple[Window, ...] = (Window(1, 4, -1, 0), Window(4, 10, -1, 1), Window(10, 13, 0, 1))
"""Panels of seasons: the first season that begins after the move."""


@dataclass(frozen=True, slots=True)
class RiskSets:
    """Rows (m) of people at risk of a move in a window and rated in the year before; one risk set per window and year.

    Attributes
    ----------
    person, code : ndarray (m,)
        Who, and which risk set.
    last, outcome : ndarray (m,)
        Year of the last rating before, year of the outcome.
    unit : ndarray (m,)
        Unit that rates the outcome; -1: none.
    move : ndarray (m,)
        Row of ``Panel.moves``; -1: stayed.
    post : ndarray (m,)
        Row of ``Panel.posts`` of the post held before.
    history : ndarray (m, 5)
        Last score, the one before, mean of the earlier ones, and whether the latter two are missing.
    place : ndarray (m, k)
        Years in post, their square and whether they are few (``RECENT``), tier, kind of unit.
    funnel : DataFrame
        step, rows, movers.
    """

    person: Codes
    code: Codes
    last: Codes
    outcome: Codes
    unit: Codes
    move: Codes
    post: Codes
    history: Array
    place: Array
    funnel: pd.DataFrame

    @property
    def moved(self) -> Array:
        """Whether each row moved, 0 or 1."""
        return (self.move >= 0).astype(np.float64)

    def columns(self) -> Array:
        """Return everything matched on (m, 5 + k)."""
        return np.column_stack([self.history, self.place])


def risk_sets(panel: Panel, windows: tuple[Window, ...], seed: int, later: int = 0, score: Array | None = None) -> RiskSets:
    """Return the risk sets of all years.

    A row is left out if the person was not rated in the year before, or changed posts more than once from the beginning of
    the window to the end of the outcome's year (who stayed: at all). A window without movers makes no risk set.

    Parameters
    ----------
    panel : Panel
    windows : tuple of Window
        ``YEARLY`` or ``SEASONAL``.
    seed : int
        Of the stayers drawn where a risk set has more than ``MOST_STAYERS``.
    later : int
        Years by which the outcome lies later than each window's own.
    score : ndarray (n, T), optional
        History in place of ``panel.score``.
    """
    score = panel.score if score is None else score
    asked = [(int(year), window) for year in panel.years for window in windows]
    asked = [(year, window) for year, window in asked if panel.years[0] <= year + window.before]
    asked = [(year, window) for year, window in asked if year + window.outcome + later <= panel.years[-1]]
    rows = pd.concat([_rows(panel, score, year, window, later) for year, window in asked] or [_NO_ROWS], ignore_index=True)
    funnel = _funnel(rows)
    rows = _thinned(rows[rows["rated"] & rows["steady"]], seed)
    code = rows.groupby(["year", "first"], sort=True).ngroup().to_numpy(dtype=np.int64)
    person, last, outcome, move, post = (
        rows[name].to_numpy(dtype=np.int64) for name in ("person", "last", "outcome", "move", "post")
    )
    unit = panel.unit[person, outcome - panel.years[0]] if len(rows) else person
    return RiskSets(
        person, code, last, outcome, unit, move, post, _history(score, person, last - panel.years[0]),
        _place(panel, post, rows["years_held"].to_numpy(dtype=np.float64)), funnel,
    )  # fmt: skip


def _thinned(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    lot = np.where(rows["move"] >= 0, -1.0, np.random.default_rng(seed).random(len(rows)))
    rank = rows.assign(lot=lot)[rows["move"] < 0].groupby(["year", "first"])["lot"].rank(method="first")
    return rows[rank.reindex(rows.index).fillna(0.0) <= MOST_STAYERS].reset_index(drop=True)


_NO_ROWS = pd.DataFrame({name: pd.Series(dtype="int64") for name in ("person", "post", "move", "year", "first", "last", "outcome")})
_NO_ROWS = _NO_ROWS.assign(years_held=0.0, rated=False, steady=False)


def _rows(panel: Panel, score: Array, year: int, window: Window, later: int) -> pd.DataFrame:
    """Return everybody in a post at the beginning of the window, with who moved in it."""
    begins, ends = _month(year, window.first), _month(year, window.after)
    moves = panel.moves[(panel.moves["start_on"] >= begins) & (panel.moves["start_on"] < ends)]
    if moves.empty:
        return _NO_ROWS
    move = np.full(len(panel.score), -1, dtype=np.int64)
    move[moves["person"].to_numpy()[::-1]] = moves.index.to_numpy()[::-1]
    rows = panel.holders(begins - pd.Timedelta(days=1))
    person = rows["person"].to_numpy()
    outcome = year + window.outcome + later
    changed = panel.changes(begins, pd.Timestamp(outcome + 1, 1, 1))[person]
    return rows.assign(
        move=move[person], year=year, first=window.first, last=year + window.before, outcome=outcome,
        rated=np.isfinite(score[person, year + window.before - panel.years[0]]), steady=changed == (move[person] >= 0),
    )  # fmt: skip


def _month(year: int, month: int) -> pd.Timestamp:
    return pd.Timestamp(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _history(score: Array, person: Codes, column: Codes) -> Array:
    last = score[person, column]
    before = np.where(column >= 1, score[person, np.maximum(column - 1, 0)], np.nan)
    seen = np.isfinite(score)
    total = np.cumsum(np.where(seen, score, 0.0), axis=1)
    count = np.cumsum(seen, axis=1)
    back = np.maximum(column - 2, 0)
    number = np.where(column >= 2, count[person, back], 0)
    earlier = np.where(number > 0, total[person, back] / np.maximum(number, 1), np.nan)
    parts = [last, np.nan_to_num(before), np.nan_to_num(earlier), np.isnan(before), np.isnan(earlier)]
    return np.column_stack([np.asarray(part, dtype=np.float64) for part in parts])


def _place(panel: Panel, post: Codes, years_held: Array) -> Array:
    held = panel.posts.iloc[post]
    years = np.nan_to_num(years_held).clip(0, LONGEST_HELD) / LONGEST_HELD
    tier = (held["level"] // STEPS_OF_LEVEL).astype("str").to_numpy(dtype=object)
    recent = np.nan_to_num(years_held)[:, None] < np.array(RECENT)[None, :]
    return np.column_stack([years, years**2, recent, _dummies(tier), _dummies(held["kind"].to_numpy(dtype=object))])


def _dummies(values: np.ndarray) -> Array:
    """Return one column for every value but the commonest and the rare ones."""
    codes, names = pd.factorize(values, sort=True)
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    usual = np.flatnonzero(counts >= FEWEST_OF_A_KIND * max(len(values), 1))
    usual = usual[usual != counts.argmax()] if len(names) else usual
    return np.asarray(codes[:, None] == usual[None, :], dtype=np.float64)


def _funnel(rows: pd.DataFrame) -> pd.DataFrame:
    moved, rated = rows["move"].to_numpy() >= 0, rows["rated"].to_numpy(dtype=bool)
    steady = rows["steady"].to_numpy(dtype=bool)
    kept = {"at_risk": np.ones(len(rows), bool), "rated_before": rated, "steady_until_outcome": rated & steady}
    steps = [(name, int(among.sum()), int((among & moved).sum())) for name, among in kept.items()]
    return pd.DataFrame(steps, columns=["step", "rows", "movers"])
