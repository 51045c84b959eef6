"""The moves a backtest is held to: changes of unit, each with the first score recorded after it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.codes import MOVES_THAT_ARE_NONE
from features.tables import Tables


@dataclass(frozen=True, slots=True)
class MoveParams:
    """What counts as the outcome of a move.

    ``horizon_days``: the first rated period after a move must begin within this many days. One year: a calendar-year rating
    or a season that begins later says more about what happened since than about the move.
    """

    horizon_days: int = 366


@dataclass(frozen=True, slots=True)
class JudgedMoves:
    """Moves with a realised score.

    ``frame``: one row per move: ``employee_id``, ``position_id``, ``unit_id``, ``job_family`` (of the new post), ``moved_on``,
    ``origin_position_id``, ``realised`` (SD units of its year), ``realised_known_on``; sorted by day, person, post.
    ``funnel``: ``step``, ``rows``, ``reason``, every exclusion counted.
    """

    frame: pd.DataFrame
    funnel: pd.DataFrame


def rated_periods(tables: Tables) -> pd.DataFrame:
    """Return one row per rated person-period with its score standardised within regime and year (mean 0, SD 1).

    The year is that of the period's first day. A numeric score is preferred to the ordinal rating of the same row. Groups in
    which the score does not vary say nothing about anybody and are left out.

    Returns
    -------
    pandas.DataFrame
        ``employee_id``, ``unit_id``, ``period_start``, ``known_on``, ``year``, ``exposure`` (1 where the source has none),
        ``score``; sorted by person and period.
    """
    appraisals = tables["appraisals"]
    raw = appraisals["score"].fillna(appraisals["rating"].astype("float64"))
    scale = appraisals["regime"].fillna("") + appraisals["score"].isna().map({True: "|rating", False: "|score"})
    year = appraisals["period_start"].dt.year
    groups = raw.groupby([scale, year])
    spread = groups.transform("std")
    out = appraisals[["employee_id", "unit_id", "period_start", "known_on"]].assign(
        year=year,
        exposure=appraisals["exposure"].fillna(1.0),
        score=(raw - groups.transform("mean")) / spread.where(spread > 0),
    )
    return out[out["score"].notna()].sort_values(["employee_id", "period_start"], ignore_index=True)


def changes_of_unit(tables: Tables) -> pd.DataFrame:
    """Return one row per definitive assignment in another unit than the person's assignment before it.

    Renamings, re-inaugurations, first posts and executions of a punishment are no moves. ``until`` is the next change of unit
    (NaT: none yet).
    """
    assignments = tables["assignments"]
    definitive = assignments["kind"].fillna("definitive") == "definitive"
    posts = tables["positions"][["position_id", "unit_id", "job_family"]]
    held = assignments.loc[definitive, ["employee_id", "position_id", "start_on", "move_type"]].merge(posts, on="position_id")
    held = held.sort_values(["employee_id", "start_on", "position_id"], ignore_index=True)
    before = held.groupby("employee_id", observed=True)[["unit_id", "position_id"]].shift()
    changed = before["unit_id"].notna() & (before["unit_id"] != held["unit_id"])
    moves = held.assign(origin_position_id=before["position_id"])[changed & ~held["move_type"].isin(MOVES_THAT_ARE_NONE)]
    moves = moves.rename(columns={"start_on": "moved_on"}).drop(columns="move_type")
    return moves.assign(until=moves.groupby("employee_id", observed=True)["moved_on"].shift(-1)).reset_index(drop=True)


def judged_moves(tables: Tables, params: MoveParams) -> JudgedMoves:
    """Return every change of unit with the score recorded first after it, and what was left out.

    That score belongs to the first rated period that begins on or after the move, within the horizon, in the new unit and
    before the next change of unit. The person need not have been rated before.
    """
    moves = changes_of_unit(tables)
    moves["move"] = np.arange(len(moves))
    periods = rated_periods(tables).rename(columns={"unit_id": "rated_unit", "known_on": "realised_known_on", "score": "realised"})
    met = moves.merge(periods, on="employee_id")
    begins = met["period_start"]
    inside = (begins >= met["moved_on"]) & (begins < met["moved_on"] + pd.Timedelta(days=params.horizon_days))
    inside &= met["until"].isna() | (begins < met["until"])
    inside &= met["rated_unit"].isna() | (met["rated_unit"] == met["unit_id"])
    first = met[inside].sort_values(["move", "period_start"]).drop_duplicates("move")
    columns = ["employee_id", "position_id", "unit_id", "job_family", "moved_on", "origin_position_id"]
    frame = first[[*columns, "realised", "realised_known_on"]]
    frame = frame.sort_values(["moved_on", "employee_id", "position_id"], ignore_index=True)
    funnel = pd.DataFrame(
        [
            ("changes of unit", len(moves), "definitive assignment in another unit than the one before"),
            (
                "not rated after",
                len(moves) - len(frame),
                f"no rated period begins within {params.horizon_days} days in the new unit",
            ),
        ],
        columns=["step", "rows", "reason"],
    )
    return JudgedMoves(frame, funnel)
