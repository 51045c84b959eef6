"""The facts of posts: what they demand, who holds them, whether they are or become vacant."""

import numpy as np
import pandas as pd

from features.tables import Tables


def post_facts(known: Tables, employees: pd.DataFrame, effective_on: pd.Timestamp, agencies: pd.Series) -> pd.DataFrame:
    """Return one row per position, indexed by position_id and sorted by it.

    Columns: unit_id, parent_unit_id, agency_id, title, job_kind, job_family, level, headcount, min_rank, min_education,
    education_fields, certificates, strategic, supervisory, retirement_age · holders (definitive), leaving (holders recorded to
    retire by ``effective_on``; `placement.staffing.openings` adds those whose birth date says so), announced (an announced vacancy
    nobody has filled since), priority (of that announcement), needed (workload analysis of the post), need (that, else its share
    of its unit's analysis; missing where there is neither), vacant (open posts on ``effective_on``). An open announcement
    overrides the requirements it states.
    """
    columns = ["unit_id", "title", "job_kind", "job_family", "level", "headcount", *_REQUIREMENTS, "strategic", "supervisory"]
    posts = known["positions"].set_index("position_id").sort_index()[[*columns, "retirement_age"]]
    parents = known["units"].drop_duplicates("unit_id").set_index("unit_id")["parent_id"]
    units = {"parent_unit_id": posts["unit_id"].map(parents), "agency_id": posts["unit_id"].map(agencies)}
    posts = posts.assign(**units, headcount=posts["headcount"].fillna(1).astype("int64"))
    posts = posts.join(_occupancy(employees, effective_on)).fillna({"holders": 0, "leaving": 0})
    posts = posts.astype({"holders": "int64", "leaving": "int64"}).join(_announcements(known, effective_on))
    posts = posts.join(_needed(known))
    posts = posts.assign(need=_need(known, posts), announced=lambda frame: frame["open_from"].notna())
    overridden = {name: posts[f"{name}_announced"].fillna(posts[name]) for name in _REQUIREMENTS}
    return posts.assign(**overridden, vacant=open_heads(posts)).drop(
        columns=["open_from", *(f"{name}_announced" for name in _REQUIREMENTS)]
    )


def open_heads(posts: pd.DataFrame) -> pd.Series:
    """Return how many of each post are open: not held, or about to be left; at least one where a vacancy is announced."""
    free = posts["headcount"] - posts["holders"] + posts["leaving"]
    return np.maximum(free, posts["announced"].astype("int64")).clip(lower=0)


def standards(known: Tables) -> pd.DataFrame:
    """Return one row per position and competency its standard demands: its own, else that of its kind and level."""
    rows = known.get("competency_standards").rename(columns={"required_level": "required"})
    own = rows.dropna(subset=["position_id"])[["position_id", "competency", "required"]]
    usual = rows[rows["position_id"].isna()][["job_kind", "level", "competency", "required"]]
    usual = known["positions"][["position_id", "job_kind", "level"]].merge(usual, on=["job_kind", "level"])
    both = pd.concat([own, usual[["position_id", "competency", "required"]]], ignore_index=True)
    return both.drop_duplicates(["position_id", "competency"], keep="first").reset_index(drop=True)


def agencies(units: pd.DataFrame) -> pd.Series:
    """Return the agency (OPD) of every unit: its ancestor just below a root; a root is its own agency."""
    parent = units.set_index("unit_id")["parent_id"]
    below_root = parent.map(parent).isna()
    agency = pd.Series(parent.index, index=parent.index, dtype="str")
    for _ in range(_DEEPEST):
        climbing = agency.map(parent).notna() & ~agency.map(below_root).fillna(True).astype(bool)
        agency = agency.where(~climbing, agency.map(parent))
    return agency


_REQUIREMENTS = ("min_rank", "min_education", "education_fields", "certificates")
_DEEPEST = 12  # levels of the deepest tree met (city, agency, division, section, technical unit, branch), doubled


def _occupancy(employees: pd.DataFrame, effective_on: pd.Timestamp) -> pd.DataFrame:
    held = employees.dropna(subset=["position_id"])
    leaving = held["retires_on"] <= effective_on
    return leaving.groupby(held["position_id"]).agg(["size", "sum"]).set_axis(["holders", "leaving"], axis=1)


def _announcements(known: Tables, effective_on: pd.Timestamp) -> pd.DataFrame:
    """Return per position its newest announcement in force that no definitive holder has taken up since."""
    rows = known.get("vacancies").sort_values("open_from", kind="stable")
    newest = rows[rows["open_from"] <= effective_on].drop_duplicates("position_id", keep="last").set_index("position_id")
    spells = known["assignments"]
    taken = spells[spells["kind"].fillna("definitive").eq("definitive")].groupby("position_id")["start_on"].max()
    still_open = newest[~(taken.reindex(newest.index).to_numpy() >= newest["open_from"].to_numpy())]
    renamed = {name: f"{name}_announced" for name in _REQUIREMENTS}
    return still_open[["open_from", "priority", *_REQUIREMENTS]].rename(columns=renamed)


def _needed(known: Tables) -> pd.DataFrame:
    rows = known.get("workloads").dropna(subset=["position_id"]).sort_values("period_end", kind="stable")
    return rows.drop_duplicates("position_id", keep="last").set_index("position_id")[["needed"]]


def _need(known: Tables, positions: pd.DataFrame) -> pd.Series:
    """Return the need of each position: its own analysis, else its share by headcount of what its unit's analysis leaves."""
    own = positions["needed"]
    rows = known.get("workloads").sort_values("period_end", kind="stable")
    of_units = rows[rows["position_id"].isna()].drop_duplicates("unit_id", keep="last").set_index("unit_id")["needed"]
    covered = own.fillna(0).groupby(positions["unit_id"]).transform("sum")
    open_heads = positions["headcount"].where(own.isna(), 0)
    share = open_heads / open_heads.groupby(positions["unit_id"]).transform("sum")
    return own.fillna((positions["unit_id"].map(of_units) - covered).clip(lower=0) * share).astype("float64")
