"""Time in post, unit, level and service."""

import numpy as np
import pandas as pd

from features.families.context import Columns, Context, Floats

STALE_MONTHS = 60
"""PP 11/2017 art. 190: a post is held for five years at most as a rule."""

NEEDS: tuple[str, ...] = ()


def employee_columns(context: Context) -> Columns:
    """Return the tenure columns of everybody in service."""
    post = _by_person(context, context.posts, "since")
    last_end = context.spells.drop_duplicates("employee_id", keep="last")
    idle = _by_person(context, last_end, "end_on")
    in_post = context.post >= 0
    return {
        "ten_post_months": post,
        "ten_stale": np.where(in_post, (post > STALE_MONTHS).astype(float), np.nan),
        "ten_unit_months": _unbroken(context, "unit_id"),
        "ten_level_months": _unbroken(context, "level"),
        "ten_service_months": _service(context),
        "ten_idle_months": np.where(in_post, 0.0, idle),
    }


def _by_person(context: Context, frame: pd.DataFrame, day: str) -> Floats:
    out = np.full(len(context.people), np.nan)
    place = context.place(frame["employee_id"])
    months = context.months_since(frame[day])
    out[place[place >= 0]] = months[place >= 0]
    return out


def _unbroken(context: Context, column: str) -> Floats:
    """Return months since the present run of spells with the same ``column`` began, NaN without a post."""
    spells = context.spells
    new = (spells["employee_id"].cat.codes.diff() != 0) | (spells[column] != spells[column].shift())
    began = spells["since"].groupby(new.cumsum()).transform("first")
    now = spells.assign(began=began)[spells["open"]].drop_duplicates("employee_id", keep="last")
    months = _by_person(context, now, "began")
    return np.where(context.post >= 0, months, np.nan)


def _service(context: Context) -> Floats:
    employees = context.known["employees"].drop_duplicates("employee_id").set_index("employee_id")
    hired = employees["hired_on"].reindex(context.people).reset_index(drop=True)
    first = context.spells.drop_duplicates("employee_id").set_index("employee_id")["start_on"]
    started = first.reindex(context.people).reset_index(drop=True)
    return context.months_since(hired.fillna(started))
