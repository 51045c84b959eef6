"""Where people are needed: workload need against staff in post, retirements ahead, demand that trends or surges."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import theilslopes

from features.tables import Tables
from rules.encoding import encode, listed
from rules.facts import Facts
from rules.months import month_number
from rules.pack import RulePack
from rules.predicates.catalogue import PREDICATES

MAD_TO_SD = 1.4826
"""Median absolute deviation of a normal variable to its standard deviation."""


@dataclass(frozen=True, slots=True)
class NeedParams:
    """How need is read and ranked.

    ``horizon_months``: retirements ahead that count. ``retirement_weight``, ``surge_weight``: their weight in the priority beside
    the share of posts missing. ``demand_months``: history of demand read. ``surge_deviations``: robust standard deviations above
    trend and season from which demand is called a surge. ``least_periods``: fewer periods of demand give no trend.
    """

    horizon_months: int = 36
    retirement_weight: float = 0.5
    surge_weight: float = 0.5
    demand_months: int = 36
    surge_deviations: float = 3.0
    least_periods: int = 8


def needs(known: Tables, facts: Facts, pack: RulePack, params: NeedParams) -> pd.DataFrame:
    """Return need and staff of every unit and job family that has posts.

    Need is the latest workload analysis (ABK): of the positions where it names them, else of the unit, shared out by headcount;
    the headcount where there is none. Filled counts definitive holders. ``demand_trend`` is the robust yearly change of visitors
    as a share of their median, missing for units that count none.

    Returns
    -------
    DataFrame
        One row per unit_id and job_family ("" where the source has none): need, filled, gap, demand_trend, surge,
        retirements_36_months, priority (share of need missing, plus weighted retirements and surge; higher is more urgent).
    """
    need = facts.positions["need"].fillna(facts.positions["headcount"]).astype("float64")
    posts = facts.positions.assign(job_family=facts.positions["job_family"].fillna(""), need=need)
    retiring = _retiring(facts, pack, params.horizon_months)
    posts["retirements_36_months"] = posts.index.map(retiring).fillna(0.0)
    groups = posts.groupby(["unit_id", "job_family"], sort=True)
    frame = groups.agg(need=("need", "sum"), filled=("holders", "sum"), retirements_36_months=("retirements_36_months", "sum"))
    frame = frame.astype("float64").reset_index().join(_demand(known, facts.as_of, params), on="unit_id")
    frame = frame.assign(gap=frame["need"] - frame["filled"], surge=frame["surge"].fillna(False).astype(bool))
    short = (frame["gap"] / frame["need"].clip(lower=1)).clip(-1, 1)
    leaving = frame["retirements_36_months"] / frame["need"].clip(lower=1)
    priority = short + params.retirement_weight * leaving + params.surge_weight * frame["surge"]
    return frame.assign(priority=priority)[list(_COLUMNS)]


_COLUMNS = ("unit_id", "job_family", "need", "filled", "gap", "demand_trend", "surge", "retirements_36_months", "priority")


def unit_fill(needs: pd.DataFrame) -> pd.DataFrame:
    """Return need and filled per unit (index: unit_id)."""
    return needs.groupby("unit_id", sort=True)[["need", "filled"]].sum()


def _retiring(facts: Facts, pack: RulePack, months: int) -> pd.Series:
    """Return per position how many holders retire within ``months`` of ``as_of``, by the retirement rule of the pack."""
    held = facts.employees["position_id"]
    encoded = encode(facts)
    people = np.flatnonzero(np.asarray(encoded.people["position"]) >= 0)
    now = float(month_number([facts.as_of])[0])
    view = listed(encoded, people, np.asarray(encoded.people["position"])[people], now)
    retires = PREDICATES["before_retirement"](view, **pack["R05"].params).values()["retires_on"]
    soon = held.iloc[people[np.asarray(retires) <= now + months]]
    return soon.value_counts()


def _demand(known: Tables, as_of: pd.Timestamp, params: NeedParams) -> pd.DataFrame:
    """Return demand_trend and surge per unit (index: unit_id) with enough periods of demand."""
    rows = known.get("service_demand")
    rows = rows[rows["period_end"] > as_of - pd.DateOffset(months=params.demand_months)]
    series = rows.groupby(["unit_id", "period_start"], sort=True)["visitors"].sum()
    found = {unit: _trend(part.droplevel(0), params) for unit, part in series.groupby(level=0) if len(part) >= params.least_periods}
    frame = pd.DataFrame.from_dict(found, orient="index", columns=["demand_trend", "surge"])
    return frame.astype({"demand_trend": "float64", "surge": "boolean"})


def _trend(visitors: pd.Series, params: NeedParams) -> tuple[float, bool]:
    """Return the robust yearly trend of one unit (share of the median) and whether its last period is a surge.

    The last period is held against the line through the others and the season of its calendar month: a surge that also moved
    the line would hide itself.
    """
    years = month_number(visitors.index) / 12
    level = max(float(visitors.median()), 1.0)
    slope, intercept, *_ = theilslopes(visitors.to_numpy()[:-1], years[:-1])
    residual = visitors.to_numpy() - (intercept + slope * years)
    past = residual[:-1]
    month = visitors.index.month.to_numpy()
    season = float(np.median(past[month[:-1] == month[-1]])) if (month[:-1] == month[-1]).any() else 0.0
    spread = MAD_TO_SD * float(np.median(np.abs(past - np.median(past))))
    surge = residual[-1] - season > params.surge_deviations * max(spread, 1.0)
    return float(slope / level), bool(surge)
