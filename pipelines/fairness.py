"""The one place that opens the vault of protected traits: after the lists are made, to see how groups fared in them."""

from collections.abc import Mapping

import pandas as pd

from evaluation.fairness.evaluate import ELIGIBLE, PLANNED, SCORES, SHORTLISTED, fairness
from features.snapshot import load_vault
from pipelines.job import Job

FAIRNESS = "fairness"


def how_groups_fared(job: Job, snapshot_id: str, as_of: pd.Timestamp, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the published table ``fairness`` for the ``tables`` of a run, whose people have the snapshot's hashed ids."""
    vault = load_vault(job.workspace.snapshots, snapshot_id)
    return fairness(reached(tables), mean_scores(tables["candidates"]), vault, as_of, job.params.fairness)


def reached(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return who got how far: index employee_id, everybody in service; birth_date, eligible, shortlisted, planned.

    Eligible: nothing rules the person out of at least one post (open questions do not rule out). Shortlisted: among those a page
    shows first for at least one post. Planned: moves in the plan.
    """
    facts, lists = tables["facts_employees"], tables["shortlists"]
    shown = lists["rank"] <= lists["position_id"].astype("str").map(_shown(tables["positions"]))
    who = {
        ELIGIBLE: tables["candidates"]["employee_id"],
        SHORTLISTED: lists.loc[shown, "employee_id"],
        PLANNED: tables["plan"]["employee_id"],
    }
    people = pd.DataFrame({"birth_date": facts["birth_date"].to_numpy()}, index=pd.Index(facts["employee_id"].astype("str")))
    return people.assign(**{name: people.index.isin(ids.drop_duplicates().astype("str")) for name, ids in who.items()})


def mean_scores(candidates: pd.DataFrame) -> pd.DataFrame:
    """Return every candidate's mean scores over the posts that person may take: index employee_id, columns `SCORES`."""
    means = candidates.groupby("employee_id", observed=True)[list(SCORES)].mean()
    return means.set_axis(means.index.astype("str"))


def _shown(positions: pd.DataFrame) -> pd.Series:
    return pd.Series(positions["shown"].to_numpy(), index=positions["position_id"].astype("str").to_numpy())
