"""The unit of the post: people, climate, service, leniency."""

import numpy as np
import pandas as pd

from features.families.context import Chart, Columns, Context, Counts, Floats, Ints
from features.families.post import scores_by, shrunk_mean

MIN_PEOPLE = 5
"""Unit means of surveys show at least this many people's answers."""
SURVEY_MONTHS = 24
TREND_YEARS = 3
JOINED_MONTHS = 12

NEEDS: tuple[str, ...] = ()


def position_columns(context: Context) -> Columns:
    """Return the columns of every position's unit."""
    chart, totals = context.chart, context.totals["unit"]
    code, units = chart.codes("unit_id")
    staff = totals["staff"].to_numpy()
    known = context.ratings.units.set_index("unit_id")["leniency"]
    kinds = context.positions["unit_kind"]
    answered = totals["answered"].to_numpy()
    by_unit: dict[str, Floats] = {
        "unit_staff": staff,
        "unit_perf": shrunk_mean(totals),
        "unit_leniency": known.reindex(units).fillna(0.0).to_numpy(dtype=float),
        "unit_turnover": totals["joined"].to_numpy() / np.where(staff > 0, staff, np.nan),
        "unit_survey": np.where(answered >= MIN_PEOPLE, totals["answer"].to_numpy() / np.maximum(answered, 1), np.nan),
        "unit_service_index": _last(chart, "service_index", "index"),
        "unit_service_trend": _trend(context, "service_index", "index", relative=False),
        "unit_demand_trend": _trend(context, "service_demand", "visitors", relative=True),
        "unit_need_ratio": staff / _needed(chart),
    }
    columns: Columns = {name: values[code] for name, values in by_unit.items()}
    columns["unit_kind"] = pd.Categorical(kinds, sorted(chart.codes("unit_kind")[1]))
    return columns


def counts(context: Context) -> Counts:
    """Return by unit: staff, who joined within a year, ratings and their scores, who answered surveys and their mean answers."""
    chart = context.chart
    code, size = chart.codes("unit_id")[0], len(chart.codes("unit_id")[1])
    rated = scores_by(context, chart.unit(context.ratings.scores["unit_id"]), size)
    answered, answer = _survey(context, code, size)
    staff = np.bincount(code[context.post[context.post >= 0]], minlength=size).astype(float)
    return {"unit": rated.assign(staff=staff, joined=_joined(context, code, size), answered=answered, answer=answer)}


def _joined(context: Context, code: Ints, size: int) -> Floats:
    """Return how many of today's staff joined the unit within a year."""
    spells = context.spells
    now = spells["open"].to_numpy() & (context.months_since(spells["since"]) <= JOINED_MONTHS) & (context.spot >= 0)
    serving = context.place(spells["employee_id"]) >= 0
    return np.bincount(code[context.spot[now & serving]], minlength=size).astype(float)


def _survey(context: Context, code: Ints, size: int) -> tuple[Floats, Floats]:
    """Return by present unit how many people answered of late, and the sum of their mean answers."""
    person, rows = context.rows("surveys", "date", "answer")
    wanted = context.months_since(rows["date"]) <= SURVEY_MONTHS
    people = len(context.people)
    n = np.bincount(person[wanted], minlength=people)
    mean = np.bincount(person[wanted], rows["answer"].to_numpy(dtype=float)[wanted], people) / np.maximum(n, 1)
    answered = (n > 0) & (context.post >= 0)
    unit = code[context.post[answered]]
    return np.bincount(unit, minlength=size).astype(float), np.bincount(unit, mean[answered], size).astype(float)


def _series(chart: Chart, table: str, value: str) -> pd.DataFrame:
    """Return a table of units' figures, oldest first: unit (code), whole (of no single position), period_end, value."""
    rows = chart.known.get(table)
    rows = pd.DataFrame(
        {"unit": chart.unit(rows["unit_id"]), "spot": chart.spot(rows["position_id"]), "whole": rows["position_id"].isna(),
         "value": rows[value].astype("float64"), "period_start": rows["period_start"], "period_end": rows["period_end"]}
    )  # fmt: skip
    rows = rows[(rows["unit"] >= 0) & rows["value"].notna()]
    return rows.sort_values(["unit", "period_end", "period_start", "whole", "spot", "value"])


def _last(chart: Chart, table: str, value: str) -> Floats:
    rows = _series(chart, table, value).drop_duplicates("unit", keep="last").set_index("unit")
    return np.asarray(rows["value"].reindex(range(len(chart.codes("unit_id")[1]))), dtype=float)


def _needed(chart: Chart) -> Floats:
    """Return people needed by the last workload analysis of the unit: its own row, else the sum over its positions."""
    units = range(len(chart.codes("unit_id")[1]))
    rows = _series(chart, "workloads", "needed")
    rows = rows[rows["period_end"] == rows.groupby("unit")["period_end"].transform("max")]
    whole = rows[rows["whole"]].groupby("unit")["value"].sum()
    parts = rows[~rows["whole"]].groupby("unit")["value"].sum()
    needed = whole.reindex(units).fillna(parts.reindex(units))
    return np.asarray(needed.where(needed > 0), dtype=float)


def _trend(context: Context, table: str, value: str, *, relative: bool) -> Floats:
    """Return the least-squares change per year over the last three years (as a share of the mean if ``relative``)."""
    rows = _series(context.chart, table, value)
    years = -context.months_since(rows["period_end"]) / 12
    recent = years >= -TREND_YEARS
    unit, years, values = rows["unit"].to_numpy()[recent], years[recent], rows["value"].to_numpy()[recent]
    size = len(context.chart.codes("unit_id")[1])
    n = np.maximum(np.bincount(unit, minlength=size), 1)
    mean, centre = np.bincount(unit, values, size) / n, np.bincount(unit, years, size) / n
    off = years - centre[unit]
    square = np.bincount(unit, off**2, size)
    slope = np.bincount(unit, off * (values - mean[unit]), size) / np.where(square > 0, square, np.nan)
    return slope / np.where(mean > 0, mean, np.nan) if relative else slope
