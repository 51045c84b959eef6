"""The facts of posts: what they demand, who holds them, whether they are or become vacant."""

import numpy as np
import pandas as pd

from features.tables import Tables


def post_facts(known: Tables, employees: pd.DataFrame, effective_on: pd.Timestamp, agencies: pd.Series) -> pd.DataFrame:
    """Return one row per position, indexed by position_id and sorted by it.

    Columns: unit_id, agency_id, title, job_kind, job_family, level, headcount, min_rank, min_education, education_fields,
    certificates, strategic, supervisory, retirement_age · holders (definitive), leaving (holders retiring by ``effective_on``),
    announced (an announced vacancy nobody has filled since), priority (of that announcement), needed (workload analysis),
    vacant (open posts on ``effective_on``). An open announcement overrides the requirements it states.
    """
    columns = ["unit_id", "title", "job_kind", "job_family", "level", "headcount", *_REQUIREMENTS, "strategic", "supervisory"]
    posts = known["positions"].set_index("position_id").sort_index()[[*columns, "retirement_age"]]
    posts = posts.assign(agency_id=posts["unit_id"].map(agencies), headcount=posts["headcount"].fillna(1).astype("int64"))
    posts = posts.join(_occupancy(employees, effective_on)).fillna({"holders": 0, "leaving": 0})
    posts = posts.astype({"holders": "int64", "leaving": "int64"}).join(_announcements(known, effective_on))
    posts = posts.join(_needed(known)).assign(announced=lambda frame: frame["open_from"].notna())
    overridden = {name: posts[f"{name}_announced"].fillna(posts[name]) for name in _REQUIREMENTS}
    vacant = np.maximum(posts["headcount"] - posts["holders"] + posts["leaving"], posts["announced"].astype("int64"))
    return posts.assign(**overridden, vacant=vacant.clip(lower=0)).drop(
        columns=["open_from", *(f"{name}_announced" for name in _REQUIREMENTS)]
    )


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
    still_open = newest[~(newest.index.map(taken).to_numpy(dtype="datetime64[us]") >= newest["open_from"].to_numpy())]
    renamed = {name: f"{name}_announced" for name in _REQUIREMENTS}
    return still_open[["open_from", "priority", *_REQUIREMENTS]].rename(columns=renamed)


def _needed(known: Tables) -> pd.DataFrame:
    rows = known.get("workloads").dropna(subset=["position_id"]).sort_values("period_end", kind="stable")
    return rows.drop_duplicates("position_id", keep="last").set_index("position_id")[["needed"]]
