"""The one place that opens the vaults of protected traits: after lists and looking back, to see how groups fared in them."""

from collections.abc import Mapping

import pandas as pd

from evaluation.fairness.evaluate import (
    ELIGIBLE,
    MENTORED,
    PLANNED,
    SCORES,
    SHORTLISTED,
    TRAINED,
    fairness,
    promises_by_group,
)
from evaluation.fairness.gate import Gate, judge, worth_a_look
from features.snapshot import load_identity, load_vault
from pipelines.further_groups import further_groups
from pipelines.ingesting import load
from pipelines.job import Job
from pipelines.releasing import Released, registry_of

FAIRNESS = "fairness"
NONE = "[]"
"""No course, as published."""


def how_groups_fared(job: Job, snapshot_id: str, as_of: pd.Timestamp, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the published table ``fairness`` for the ``tables`` of a run, whose people have the snapshot's hashed ids."""
    vault = vault_of(job, snapshot_id)
    return fairness(reached(tables), mean_scores(tables["candidates"]), vault, as_of, job.params.fairness)


def how_groups_gained(job: Job, snapshot_id: str, as_of: pd.Timestamp, kept: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the table ``fairness`` on how well promises were kept by group; ``kept``: ``evaluation.promises.KEPT``."""
    vault = vault_of(job, snapshot_id)
    people = load(job, snapshot_id)["employees"]
    births = pd.Series(people["birth_date"].to_numpy(), index=pd.Index(people["employee_id"].astype("str")))
    return promises_by_group(kept, births, vault, as_of, job.params.fairness)


def vault_of(job: Job, snapshot_id: str) -> pd.DataFrame:
    """Return one row per employee: employee_id (hashed), sex, disability, and a column for every further trait."""
    vault = load_vault(job.workspace.snapshots, snapshot_id)
    further = further_groups(job.workspace, load_identity(job.workspace.snapshots, snapshot_id))
    return vault.join(further, on="employee_id") if len(further.columns) else vault


def gate_of(job: Job, table: pd.DataFrame, released: Released) -> Gate:
    """Return what the gate says of lists drawn up with the model that was ``released``."""
    override = registry_of(job).override_of(released.model_hash) if released.ranking_supported else ""
    return judge(table, job.params.fairness.gate, ranked=released.ranking_supported, override=override)


def marked(job: Job, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table ``fairness`` with ``review``: whether people should look at the row."""
    return table.assign(review=worth_a_look(table, job.params.fairness.gate))


def reached(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return who got how far: index employee_id, everybody in service; birth_date and flags `REACHED`.

    Eligible: nothing rules the person out of at least one post (open questions do not rule out). Shortlisted: among those a page
    shows first for at least one post. Planned: moves in the plan. Trained, mentored: the plan gives the mover a course, a mentor.
    """
    facts, lists, support = tables["facts_employees"], tables["shortlists"], tables["support"]
    shown = lists["rank"] <= lists["position_id"].astype("str").map(_shown(tables["positions"]))
    who = {
        ELIGIBLE: tables["candidates"]["employee_id"],
        SHORTLISTED: lists.loc[shown, "employee_id"],
        PLANNED: tables["plan"]["employee_id"],
        TRAINED: support.loc[support["trainings"] != NONE, "employee_id"],
        MENTORED: support.loc[support["mentor_employee_id"].notna(), "employee_id"],
    }
    people = pd.DataFrame({"birth_date": facts["birth_date"].to_numpy()}, index=pd.Index(facts["employee_id"].astype("str")))
    return people.assign(**{name: people.index.isin(ids.drop_duplicates().astype("str")) for name, ids in who.items()})


def mean_scores(candidates: pd.DataFrame) -> pd.DataFrame:
    """Return every candidate's mean scores over the posts that person may take: index employee_id, columns `SCORES`."""
    means = candidates.groupby("employee_id", observed=True)[list(SCORES)].mean()
    return means.set_axis(means.index.astype("str"))


def _shown(positions: pd.DataFrame) -> pd.Series:
    return pd.Series(positions["shown"].to_numpy(), index=positions["position_id"].astype("str").to_numpy())
