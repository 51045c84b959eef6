"""Where people are needed: workload need against staff in post, posts that fall vacant, people to spare, demand."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from features.tables import Tables
from placement.staffing.departures import acting, departures, movable
from placement.staffing.surges import SurgeParams, surges
from rules.facts import Facts
from rules.pack import RulePack


@dataclass(frozen=True, slots=True)
class NeedParams:
    """How need is read and ranked.

    ``horizon_months``: departures ahead that count. ``retirement_weight``, ``surge_weight``: their weight in the priority beside
    the share of posts missing. ``surges``: how demand is read.
    """

    horizon_months: int = 36
    retirement_weight: float = 0.5
    surge_weight: float = 0.5
    surges: SurgeParams = field(default_factory=SurgeParams)


_COLUMNS = (
    "unit_id", "job_family", "need", "filled", "gap", "acting", "vacant", "demand_trend", "surge", "retirements_36_months",
    "vacancies_36_months", "surplus", "releasable", "priority",
)  # fmt: skip


def needs(known: Tables, facts: Facts, pack: RulePack, params: NeedParams) -> pd.DataFrame:
    """Return need and staff of every unit and job family that has posts.

    Need is the latest workload analysis (ABK): of the positions where it names them, else of the unit, shared out by headcount;
    the headcount where there is none. Filled counts definitive holders; people who only act in a post fill nothing.

    Returns
    -------
    DataFrame
        One row per unit_id and job_family ("" where the source has none): need, filled, gap; ``acting`` (people acting in a post
        of it), ``vacant`` (open seats on ``effective_on``); ``demand_trend`` (robust yearly change of visitors as a share of their
        median, missing for units that count none), ``surge``; ``retirements_36_months``; ``vacancies_36_months`` (seats vacant
        now and those whose holders retire or end their legal term within the horizon); ``surplus`` (whole people above need);
        ``releasable`` (of these, as many as may leave: least time in post over, no retirement ahead before the move);
        ``priority`` (share of need missing, plus weighted retirements and surge; higher is more urgent).
    """
    need = facts.positions["need"].fillna(facts.positions["headcount"]).astype("float64")
    posts = facts.positions.assign(job_family=facts.positions["job_family"].fillna(""), need=need)
    posts = posts.assign(**_per_post(known, facts, pack, params))
    groups = posts.groupby(["unit_id", "job_family"], sort=True)
    added = ["need", "acting", "vacant", "retirements_36_months", "vacancies_36_months", "movable"]
    frame = groups[["holders", *added]].sum().astype("float64").rename(columns={"holders": "filled"}).reset_index()
    demand = surges(known, facts.as_of, params.surges).set_index("unit_id")[["demand_trend", "surge"]]
    frame = frame.join(demand, on="unit_id")
    frame = frame.assign(gap=frame["need"] - frame["filled"], surge=frame["surge"].fillna(False).astype(bool))
    short = (frame["gap"] / frame["need"].clip(lower=1)).clip(-1, 1)
    leaving = frame["retirements_36_months"] / frame["need"].clip(lower=1)
    priority = short + params.retirement_weight * leaving + params.surge_weight * frame["surge"]
    surplus = np.floor((frame["filled"] - frame["need"]).clip(lower=0))
    releasable = np.minimum(surplus, frame["movable"])
    return frame.assign(priority=priority, surplus=surplus, releasable=releasable)[list(_COLUMNS)]


def unit_fill(needs: pd.DataFrame) -> pd.DataFrame:
    """Return need and filled per unit (index: unit_id)."""
    return needs.groupby("unit_id", sort=True)[["need", "filled"]].sum()


def _per_post(known: Tables, facts: Facts, pack: RulePack, params: NeedParams) -> dict[str, pd.Series]:
    """Return per position the people acting in it, the holders who retire or leave within the horizon, and those who may move."""
    held = departures(facts, pack)
    until = facts.as_of + pd.DateOffset(months=params.horizon_months)

    def count(of: pd.Series) -> pd.Series:
        return of.value_counts().reindex(facts.positions.index).fillna(0.0).astype("float64")

    vacant = facts.positions["vacant"].astype("float64")
    still = held[(held["leaves_on"] <= until) & ~(held["retires_on"] <= facts.effective_on)]
    return {
        "acting": count(acting(known, facts.as_of)["position_id"]), "vacant": vacant,
        "retirements_36_months": count(held.loc[held["retires_on"] <= until, "position_id"]),
        "vacancies_36_months": vacant + count(still["position_id"]),
        "movable": count(held.loc[movable(held, pack, facts.effective_on), "position_id"]),
    }  # fmt: skip
