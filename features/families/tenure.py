"""Time in post, unit, level and service."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.families.context import Columns, Context, Floats
from features.sorting import last_of

STALE_MONTHS = 60
"""PP 11/2017 art. 190: a post is held for five years at most as a rule."""

NEEDS: tuple[str, ...] = ()


def employee_columns(context: Context) -> Columns:
    """Return the tenure columns of everybody in service."""
    spells = context.spells
    post = _by_person(context, context.posts["employee_id"], context.posts["since"])
    last = last_of(spells["employee_id"].cat.codes.to_numpy())
    idle = _by_person(context, spells["employee_id"][last], spells["end_on"][last])
    in_post = context.post >= 0
    return {
        "ten_post_months": post,
        "ten_stale": np.where(in_post, (post > STALE_MONTHS).astype(float), np.nan),
        "ten_unit_months": _unbroken(context, context.chart.code_at(context.spot, "unit_id")),
        "ten_level_months": _unbroken(context, spells["level"].to_numpy(dtype=float)),
        "ten_service_months": _service(context),
        "ten_idle_months": np.where(in_post, 0.0, idle),
    }


def _by_person(context: Context, employee_id: pd.Series, day: pd.Series) -> Floats:
    out = np.full(len(context.people), np.nan)
    place = context.place(employee_id)
    months = context.months_since(day)
    out[place[place >= 0]] = months[place >= 0]
    return out


def _unbroken(context: Context, value: NDArray[Any]) -> Floats:
    """Return months since the present run of spells with the same ``value`` (spells,) began, NaN without a post."""
    spells = context.spells
    person = spells["employee_id"].cat.codes.to_numpy()
    new = np.ones(len(spells), dtype=bool)
    new[1:] = (person[1:] != person[:-1]) | (value[1:] != value[:-1])
    began = np.flatnonzero(new)[np.cumsum(new) - 1]
    open_now = np.flatnonzero(spells["open"].to_numpy())
    now = open_now[last_of(person[open_now])]
    months = _by_person(context, spells["employee_id"].iloc[now], spells["since"].iloc[began[now]])
    return np.where(context.post >= 0, months, np.nan)


def _service(context: Context) -> Floats:
    """Return months since the start of service: hired, else the first known post."""
    spells, employees = context.spells, context.known["employees"]
    person = spells["employee_id"].cat.codes.to_numpy()
    first = np.append(True, person[1:] != person[:-1]) if len(person) else np.zeros(0, dtype=bool)
    started = _by_person(context, spells["employee_id"][first], spells["start_on"][first])
    hired = _by_person(context, employees["employee_id"], employees["hired_on"])
    return np.where(np.isnan(hired), started, hired)
