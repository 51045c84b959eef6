"""The record that sentinels read: moves with what was left, and who stood where at the start of each year."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.posts import definitive_spells
from features.tables import Tables

STEP = 10
"""Levels of one step of the hierarchy lie in one ten: staff, supervisor, administrator, executive."""


def spells(known: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return every definitive spell with the one before it.

    Returns
    -------
    DataFrame
        The columns of `features.posts.definitive_spells`, and of the person's spell before: from_position, from_unit, from_level;
        ``left_on``: when the next real move out of the unit begins (missing: none).
    """
    frame = definitive_spells(known, as_of)
    frame = frame.assign(who=frame["employee_id"].astype("str"))
    before = frame.groupby("who", sort=False)[["position_id", "unit_id", "level"]].shift()
    frame = frame.assign(from_position=before["position_id"], from_unit=before["unit_id"], from_level=before["level"])
    after = frame.groupby("who", sort=False)[["start_on", "unit_id", "moved"]].shift(-1)
    goes = after["moved"].fillna(False).astype(bool) & after["unit_id"].ne(frame["unit_id"])
    return frame.assign(left_on=after["start_on"].where(goes))


def moves(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the real moves among spells, with the year they began in and whether they went up a step."""
    found = frame[frame["moved"]]
    step, before = found["level"] // STEP, found["from_level"] // STEP
    return found.assign(year=found["start_on"].dt.year, rose=(step > before).fillna(False), fell=(step < before).fillna(False))


def person_years(frame: pd.DataFrame, as_of: pd.Timestamp, years: int) -> pd.DataFrame:
    """Return one row per person and year in a post on its first day.

    Returns
    -------
    DataFrame
        who, year, unit_id, job_family, step, months (in the post by then), left (moved out of the unit within the year after).
    """
    days = [pd.Timestamp(year=year, month=1, day=1) for year in range(as_of.year - years, as_of.year)]
    return pd.concat([_on(frame, day) for day in days], ignore_index=True)


def _on(frame: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    held = frame[(frame["start_on"] <= day) & (frame["end_on"] >= day)].drop_duplicates("who", keep="last")
    left = held["left_on"].between(day, day + pd.DateOffset(years=1), inclusive="right")
    months = (day - held["start_on"]).dt.days / 30.44
    columns = {"who": held["who"], "unit_id": held["unit_id"], "job_family": held["job_family"], "step": held["level"] // STEP}
    return pd.DataFrame(columns).assign(year=day.year, months=months, left=left.to_numpy())


def codes(frame: pd.DataFrame, columns: list[str]) -> NDArray[np.int64]:
    """Return one integer per distinct combination of ``columns``; missing values are a value of their own."""
    numbered: NDArray[np.int64] = frame.groupby(columns, dropna=False, sort=True, observed=True).ngroup().to_numpy(dtype=np.int64)
    return numbered
