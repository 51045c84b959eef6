"""The moves a backtest is held to: changes of unit, each with the first score recorded after it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.harmoniser.scales import measure
from features.posts import definitive_spells
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
    """Return one row per rated person-period with its recorded score, standardised within regime and year (mean 0, SD 1).

    Returns
    -------
    pandas.DataFrame
        ``employee_id``, ``unit_id``, ``period_start``, ``known_on``, ``year``, ``exposure`` (1 where the source has none),
        ``score``; sorted by person and period.
    """
    rows = measure(tables).rows
    out = rows[["employee_id", "unit_id", "period_start", "known_on", "year"]].assign(
        exposure=rows["exposure"].fillna(1.0), score=rows["standard"]
    )
    return out.sort_values(["employee_id", "period_start"], ignore_index=True)


def changes_of_unit(tables: Tables) -> pd.DataFrame:
    """Return one row per real move (`features.posts.definitive_spells`) into another unit than the spell before it.

    ``until`` is the start of the next change of unit (NaT: none yet).
    """
    spells = definitive_spells(tables, tables["assignments"]["start_on"].max())
    before = spells.groupby("employee_id", observed=True)[["unit_id", "position_id"]].shift()
    changed = spells["moved"] & (before["unit_id"] != spells["unit_id"])
    moves = spells.assign(origin_position_id=before["position_id"])[changed].rename(columns={"start_on": "moved_on"})
    moves = moves[["employee_id", "position_id", "unit_id", "job_family", "moved_on", "origin_position_id"]]
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
