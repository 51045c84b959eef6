"""The unit of the post: people, climate, service, leniency."""

import numpy as np
import pandas as pd

from features.families.context import Columns, Context, Floats, Ints
from features.families.post import shrunk_mean

MIN_PEOPLE = 5
"""Unit means of surveys show at least this many people's answers."""
SURVEY_MONTHS = 24
TREND_YEARS = 3
JOINED_MONTHS = 12

NEEDS: tuple[str, ...] = ()


def position_columns(context: Context) -> Columns:
    """Return the columns of every position's unit."""
    code, units = pd.factorize(context.positions["unit_id"])
    size = len(units)
    staff = _staff(context, code, size)
    known = context.ratings.units.set_index("unit_id")["leniency"]
    kinds = context.positions["unit_kind"]
    rated_in = units.get_indexer(context.ratings.scores["unit_id"].astype(object)).astype(np.int64)
    by_unit: dict[str, Floats] = {
        "unit_staff": staff,
        "unit_perf": shrunk_mean(context, rated_in, size),
        "unit_leniency": known.reindex(units).fillna(0.0).to_numpy(dtype=float),
        "unit_turnover": _joined(context, code, size) / np.where(staff > 0, staff, np.nan),
        "unit_survey": _survey(context, code, size),
        "unit_service_index": _last(context, "service_index", "index", units),
        "unit_service_trend": _trend(context, "service_index", "index", units, relative=False),
        "unit_demand_trend": _trend(context, "service_demand", "visitors", units, relative=True),
        "unit_need_ratio": staff / _needed(context, units),
    }
    columns: Columns = {name: values[code] for name, values in by_unit.items()}
    columns["unit_kind"] = pd.Categorical(kinds, sorted(kinds.dropna().unique()))
    return columns


def _staff(context: Context, code: Ints, size: int) -> Floats:
    return np.bincount(code[context.post[context.post >= 0]], minlength=size).astype(float)


def _joined(context: Context, code: Ints, size: int) -> Floats:
    """Return how many of today's staff joined the unit within a year."""
    spells = context.spells
    now = spells[spells["open"] & (context.months_since(spells["since"]) <= JOINED_MONTHS)]
    spot = context.spot(now["position_id"])
    spot = spot[(spot >= 0) & (context.place(now["employee_id"]) >= 0)]
    return np.bincount(code[spot], minlength=size).astype(float)


def _survey(context: Context, code: Ints, size: int) -> Floats:
    """Return the mean over people of their mean answer, by present unit, where five or more answered."""
    rows = context.known.get("surveys")
    person = context.place(rows["employee_id"])
    wanted = (person >= 0) & (context.months_since(rows["date"]) <= SURVEY_MONTHS)
    people = len(context.people)
    n = np.bincount(person[wanted], minlength=people)
    mean = np.bincount(person[wanted], rows["answer"].to_numpy(dtype=float)[wanted], people) / np.maximum(n, 1)
    answered = (n > 0) & (context.post >= 0)
    unit = code[context.post[answered]]
    count = np.bincount(unit, minlength=size)
    return np.where(count >= MIN_PEOPLE, np.bincount(unit, mean[answered], size) / np.maximum(count, 1), np.nan)


def _series(context: Context, table: str, value: str, units: pd.Index) -> pd.DataFrame:
    rows = context.known.get(table)
    rows = rows.assign(unit=units.get_indexer(rows["unit_id"].astype(object)), value=rows[value].astype("float64"))
    rows = rows[(rows["unit"] >= 0) & rows["value"].notna()]
    return rows.sort_values(["unit", "period_end", "period_start", "position_id", "value"])


def _last(context: Context, table: str, value: str, units: pd.Index) -> Floats:
    rows = _series(context, table, value, units).drop_duplicates("unit", keep="last").set_index("unit")
    return np.asarray(rows["value"].reindex(range(len(units))), dtype=float)


def _needed(context: Context, units: pd.Index) -> Floats:
    """Return people needed by the last workload analysis of the unit: its own row, else the sum over its positions."""
    rows = _series(context, "workloads", "needed", units)
    rows = rows[rows["period_end"] == rows.groupby("unit")["period_end"].transform("max")]
    whole = rows[rows["position_id"].isna()].groupby("unit")["value"].sum()
    parts = rows[rows["position_id"].notna()].groupby("unit")["value"].sum()
    needed = whole.reindex(range(len(units))).fillna(parts.reindex(range(len(units))))
    return np.asarray(needed.where(needed > 0), dtype=float)


def _trend(context: Context, table: str, value: str, units: pd.Index, *, relative: bool) -> Floats:
    """Return the least-squares change per year over the last three years (as a share of the mean if ``relative``)."""
    rows = _series(context, table, value, units)
    years = -context.months_since(rows["period_end"]) / 12
    recent = years >= -TREND_YEARS
    unit, years, values = rows["unit"].to_numpy()[recent], years[recent], rows["value"].to_numpy()[recent]
    size = len(units)
    n = np.maximum(np.bincount(unit, minlength=size), 1)
    mean, centre = np.bincount(unit, values, size) / n, np.bincount(unit, years, size) / n
    off = years - centre[unit]
    square = np.bincount(unit, off**2, size)
    slope = np.bincount(unit, off * (values - mean[unit]), size) / np.where(square > 0, square, np.nan)
    return slope / np.where(mean > 0, mean, np.nan) if relative else slope
