"""What happened after a decision date: the next move, the outcome window, and why a row cannot be learned from."""

from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.posts import definitive_spells
from features.ratings import HarmonisedRatings
from features.tables import Tables

Days = TypeVar("Days", pd.Timestamp, pd.Series)
FROZEN_KINDS: tuple[str, ...] = ("executive", "administrator", "supervisor")
"""Job kinds an election freeze covers where its row names none (UU 10/2016 art. 71)."""
UNEQUAL_HALVES_DAYS = 2
"""January to June is 181 days of 365 and still half a year."""
SEASON_BREAK_MONTHS = 4
"""Months of the year without any rated period that make a panel one of seasons."""
EXCLUSIONS: tuple[tuple[str, str], ...] = (
    ("position_unknown", "the post held is not in the table of positions"),
    ("stale_knowledge", "the post held was not yet known on the decision date"),
    ("disciplinary", "a punishment was executed within the window"),
    ("frozen", "an election freeze covers the whole period: nobody could move"),
    ("destination_unknown", "the post moved to is not in the table of positions"),
    ("left", "retired or left before the window ended"),
    ("second_move", "moved again before the window ended"),
    ("later_move", "stayed in the period, moved before the window ended"),
    ("post_ended", "the post ended before the window did, and no other followed"),
    ("window_open", "the window had not closed by as_of"),
    ("no_rating_after", "no rating lies in the window"),
)
"""Why a risk row is left out, in the order in which reasons are counted."""


@dataclass(frozen=True, slots=True)
class WindowParams:
    """When the outcome of a decision is measured.

    Attributes
    ----------
    window : {"auto", "months", "first_period"}
        ``months``: mean rating over months ``first_month``-``last_month`` after the move (or the decision date of who
        stays); a rating belongs if at least half of its period lies inside. ``first_period``: the first rated period that
        starts on or after it (panels of seasons). ``auto``: ``first_period`` where nobody is ever rated in four months of the
        year or more, else ``months``.
    first_month, last_month : int
        Months after the start, both included.
    longest_wait : int
        ``first_period`` only: months within which the rated period must start.
    """

    window: Literal["auto", "months", "first_period"] = "auto"
    first_month: int = 7
    last_month: int = 18
    longest_wait: int = 24

    def resolve(self, known: Tables) -> Literal["months", "first_period"]:
        """Return the window in use on these ratings."""
        if self.window != "auto":
            return self.window
        appraisals = known["appraisals"]
        start, end = appraisals["period_start"].dt.month, appraisals["period_end"].dt.month
        over_new_year = appraisals["period_end"].dt.year > appraisals["period_start"].dt.year
        rated = [(over_new_year | ((start <= month) & (end >= month))).any() for month in range(1, 13)]
        return "first_period" if rated.count(False) >= SEASON_BREAK_MONTHS else "months"

    def last_day(self, start: Days) -> Days:
        """Return the last day of the window of ``months`` that opens with a move (or a decision) on ``start``."""
        return start + pd.DateOffset(months=self.last_month) - pd.Timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Later:
    """Everything known at ``as_of`` about what followed: spells in order, leaving days, harmonised ratings, freezes.

    ``acting`` counts the acting assignments (plt, plh), which are no posts.
    """

    spells: pd.DataFrame
    moves: pd.DataFrame
    left_on: pd.Series
    scores: pd.DataFrame
    freezes: pd.DataFrame
    job_kind: pd.Series
    acting: int
    as_of: pd.Timestamp


def look_later(known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp) -> Later:
    """Return what followed, from tables cut back to ``as_of``."""
    spells = definitive_spells(known, as_of)
    spells = spells.assign(person=spells["employee_id"].cat.codes.astype("int64"))
    moves = spells[spells["moved"]].reset_index(drop=True)
    employees = known["employees"].drop_duplicates("employee_id").set_index("employee_id")
    positions = known["positions"].drop_duplicates("position_id").set_index("position_id")
    acting = int((known["assignments"]["kind"].fillna("definitive") != "definitive").sum())
    return Later(spells, moves, employees["left_on"], ratings.scores, known.get("freezes"), positions["job_kind"], acting, as_of)


def risk_rows(later: Later, posts: pd.DataFrame, decision_on: pd.Timestamp, months: int, params: WindowParams) -> pd.DataFrame:
    """Return one row per person in a definitive post at ``decision_on``, with what followed and why it may be unusable.

    Parameters
    ----------
    later : Later
        What followed, known at its ``as_of``.
    posts : DataFrame
        ``posts.current_posts`` as known at ``decision_on``.
    months : int
        Length of the decision period: a move counts if it starts in (decision_on, decision_on + months].
    params : WindowParams
        With ``window`` resolved.

    Returns
    -------
    DataFrame
        employee_id, decision_on, moved, origin_position_id, position_id, arrival, outcome, outcome_weight, outcome_on
        (mean middle of the rated periods), exclusion (empty: usable).
    """
    ends = decision_on + pd.DateOffset(months=months)
    rows = posts[["employee_id", "position_id", "unit_id"]].rename(columns={"position_id": "origin_position_id"})
    rows = rows.assign(decision_on=decision_on, person=rows["employee_id"].cat.codes.astype("int64"))
    rows = _next_moves(rows, later.moves, decision_on)
    rows["moved"] = (rows["move_on"] <= ends).to_numpy()
    rows["position_id"] = rows["to_position_id"].where(rows["moved"], rows["origin_position_id"])
    rows["arrival"] = rows["to_arrival"].where(rows["moved"], "stay")
    rows["start"] = rows["move_on"].where(rows["moved"], decision_on)
    rows = _outcomes(rows, later, params)
    rows["exclusion"] = _exclusions(rows, later, decision_on, ends)
    columns = [
        "employee_id",
        "decision_on",
        "moved",
        "origin_position_id",
        "position_id",
        "arrival",
        "outcome",
        "outcome_weight",
        "outcome_on",
        "exclusion",
    ]
    return rows[columns]


def _next_moves(rows: pd.DataFrame, moves: pd.DataFrame, decision_on: pd.Timestamp) -> pd.DataFrame:
    """Attach the first real move after ``decision_on`` and the day of the one after it."""
    after = moves[moves["start_on"] > decision_on]
    first = after.drop_duplicates("person").set_index("person")
    second = after[after.duplicated("person")].drop_duplicates("person").set_index("person")
    person = rows["person"]
    return rows.assign(
        move_on=_of(person, first["start_on"]),
        to_position_id=_of(person, first["position_id"]),
        to_known=_of(person, first["unit_id"]).notna(),
        to_arrival=_of(person, first["arrival"]),
        second_on=_of(person, second["start_on"]),
    )


def _of(key: pd.Series, values: pd.Series) -> pd.Series:
    """Return ``values`` looked up by their index, on the index of ``key``; missing where there is none."""
    return values.reindex(key).set_axis(key.index)


def _outcomes(rows: pd.DataFrame, later: Later, params: WindowParams) -> pd.DataFrame:
    """Attach outcome, its weight and the window's last day."""
    rows = rows.reset_index(drop=True)
    scores = later.scores[["employee_id", "period_start", "period_end", "score", "reliability"]]
    pairs = rows[["employee_id", "start"]].reset_index(names="row").merge(scores, on="employee_id")
    if params.window == "first_period":
        return _first_period(rows, pairs, params)
    from_on = pairs["start"] + pd.DateOffset(months=params.first_month - 1)
    to_on = params.last_day(pairs["start"])
    inside = (np.minimum(pairs["period_end"], to_on) - np.maximum(pairs["period_start"], from_on)).dt.days + 1
    length = (pairs["period_end"] - pairs["period_start"]).dt.days + 1
    closing = rows.assign(window_end=params.last_day(rows["start"]))
    return _mean_outcome(closing, pairs[2 * (inside + UNEQUAL_HALVES_DAYS) >= length])


def _first_period(rows: pd.DataFrame, pairs: pd.DataFrame, params: WindowParams) -> pd.DataFrame:
    limit = rows["start"] + pd.DateOffset(months=params.longest_wait)
    within = (pairs["period_start"] >= pairs["start"]) & (pairs["period_start"] <= limit.loc[pairs["row"]].to_numpy())
    first = pairs[within].sort_values(["row", "period_start", "period_end"]).drop_duplicates("row")
    ends = first.set_index("row")["period_end"].reindex(rows.index)
    return _mean_outcome(rows.assign(window_end=ends.fillna(limit)), first)


def _mean_outcome(rows: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    row, weight = pairs["row"].to_numpy(), pairs["reliability"].to_numpy(dtype=float).clip(min=1e-6)
    total = np.bincount(row, weight, len(rows))
    mean = np.bincount(row, weight * pairs["score"].to_numpy(dtype=float), len(rows)) / np.where(total > 0, total, np.nan)
    middle = (
        (pairs["period_start"] + (pairs["period_end"] - pairs["period_start"]) / 2).to_numpy(dtype="datetime64[D]").astype(float)
    )
    day = np.bincount(row, weight * middle, len(rows)) / np.where(total > 0, total, np.nan)
    outcome_on = pd.to_datetime(np.where(total > 0, day, np.nan), unit="D").normalize().astype("datetime64[us]")
    return rows.assign(outcome=mean, outcome_weight=total, outcome_on=outcome_on)


def _exclusions(rows: pd.DataFrame, later: Later, decision_on: pd.Timestamp, ends: pd.Timestamp) -> NDArray[np.object_]:
    """Return the first reason of ``EXCLUSIONS`` that holds per row, empty where none does."""
    moved, window_end = rows["moved"].to_numpy(), rows["window_end"]
    rated, closed = rows["outcome"].notna(), window_end <= later.as_of
    left = _of(rows["employee_id"], later.left_on)
    again = rows["second_on"].where(rows["moved"], rows["move_on"]) <= window_end
    held_until, punished, true_post = _held(rows, later, decision_on)
    holds = {
        "position_unknown": rows["unit_id"].isna(),
        "stale_knowledge": true_post != rows["origin_position_id"].astype(object),
        "disciplinary": punished <= window_end,
        "frozen": ~moved & _frozen(rows, later, decision_on, ends),
        "destination_unknown": moved & ~rows["to_known"],
        "left": left <= window_end,
        "second_move": moved & again,
        "later_move": ~moved & again,
        "post_ended": held_until < np.minimum(window_end, later.as_of),
        "window_open": ~closed,
        "no_rating_after": ~rated,
    }
    reason = np.full(len(rows), "", dtype=object)
    for name, _ in reversed(EXCLUSIONS):
        reason[holds[name].to_numpy(dtype=bool)] = name
    return reason


def _held(rows: pd.DataFrame, later: Later, decision_on: pd.Timestamp) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return per row: last day in the post at stake (renamings count as the same), first punishment, true post at the date."""
    spells = later.spells
    at_date = spells[(spells["start_on"] <= decision_on) & (spells["end_on"] >= decision_on)]
    true_post = _of(rows["person"], at_date.drop_duplicates("person", keep="last").set_index("person")["position_id"])
    after = spells[spells["start_on"] > decision_on]
    punished = after[after["move_type"] == "disciplinary"].drop_duplicates("person").set_index("person")["start_on"]
    stretch = (spells["moved"] | (spells["person"] != spells["person"].shift())).cumsum()
    last_day = spells["end_on"].groupby(stretch).transform("max")
    held = spells.assign(last_day=last_day, place=stretch)
    start = rows[["person", "start"]].assign(row=np.arange(len(rows))).sort_values("start")
    joined = pd.merge_asof(
        start, held.sort_values("start_on")[["person", "start_on", "last_day"]], left_on="start", right_on="start_on", by="person"
    )
    held_until = joined.sort_values("row")["last_day"].set_axis(rows.index)
    return held_until, _of(rows["person"], punished), true_post.astype(object)


def _frozen(rows: pd.DataFrame, later: Later, decision_on: pd.Timestamp, ends: pd.Timestamp) -> pd.Series:
    """Return whether a freeze window covers the whole decision period for the post's job kind."""
    kind = _of(rows["origin_position_id"], later.job_kind)
    frozen = pd.Series(False, index=rows.index)
    for freeze in later.freezes[(later.freezes["from_on"] <= decision_on) & (later.freezes["to_on"] >= ends)].itertuples():
        scope = [part.strip() for part in str(freeze.scope).split(";")] if isinstance(freeze.scope, str) else list(FROZEN_KINDS)
        frozen |= kind.isin(scope)
    return frozen
