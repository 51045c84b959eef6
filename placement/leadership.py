"""Leading posts and strategic ones: a good worker is not yet a good leader, and a strategic post is no place to begin."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.posts import DAYS_PER_MONTH
from rules.facts import Facts
from rules.identifiers import places_of


@dataclass(frozen=True, slots=True)
class LeadershipParams:
    """``least_months``: time in the family, at most one step below the post, under which somebody is inexperienced for it."""

    least_months: float = 24.0


def ripeness(facts: Facts, pairs: pd.DataFrame, params: LeadershipParams) -> pd.DataFrame:
    """Return how long each has prepared for the post, on the index of ``pairs`` (employee_id, position_id).

    Returns
    -------
    DataFrame
        ``ripe_months``: definitive months in the post's job family at its own level step, one below or any above, the present
        post until ``effective_on`` included (missing: the post has no family or level); ``inexperienced``: the post is strategic or
        leads, and these months are fewer than ``least_months``.
    """
    posts = facts.positions.reindex(pairs["position_id"].astype(object))
    family, step = posts["job_family"].astype(object).to_numpy(), np.floor(posts["level"].to_numpy(dtype=np.float64) / 10)
    person = places_of(pairs["employee_id"], facts.employees.index)
    rows = pd.DataFrame({"pair": np.arange(len(pairs)), "person": person, "job_family": family, "least": step - 1})
    past = facts.experience[["employee_id", "job_family", "step", "months"]]
    past = past.assign(person=places_of(past["employee_id"], facts.employees.index)).dropna(subset=["job_family"])
    now = facts.employees.assign(person=np.arange(len(facts.employees)), step=facts.employees["level"].astype("float64") // 10)
    now = now.dropna(subset=["job_family", "since"])
    now = now.assign(months=(facts.effective_on - now["since"]).dt.days / DAYS_PER_MONTH)
    columns = ["person", "job_family", "step", "months"]
    done = pd.concat([frame[columns].astype({"job_family": object}) for frame in (past, now)], ignore_index=True)
    found = rows.merge(done, on=["person", "job_family"])
    months = found[found["step"] >= found["least"]].groupby("pair")["months"].sum().reindex(rows["pair"]).fillna(0.0).to_numpy()
    known = posts["job_family"].notna().to_numpy() & np.isfinite(step)
    weighty = (posts["strategic"].fillna(False).astype(bool) | posts["supervisory"].fillna(False).astype(bool)).to_numpy()
    return pd.DataFrame({
        "ripe_months": np.where(known, months, np.nan), "inexperienced": weighty & known & (months < params.least_months),
    }, index=pairs.index)  # fmt: skip
