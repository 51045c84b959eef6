"""Sentinels over a source: what is to be reviewed, under the source's own ids, as a file for those who review."""

import pandas as pd

from evaluation.sentinels.watch import watch
from features.as_of import known_at
from features.ratings import harmonise
from features.snapshot import load_identity
from pipelines import stages
from pipelines.ingesting import load
from pipelines.job import Job

PERSONS = ("rater", "employee")
"""Kinds of subject that are people."""


def watched(job: Job) -> pd.DataFrame:
    """Return every subject looked at, those to be reviewed first (`evaluation.sentinels.watch`); people by the source's ids.

    Raters who are no employees of the source keep their hash: the source alone knows them.
    """
    opened = stages.take_in(job)
    snapshot = opened.ingested.snapshot_id
    known = known_at(load(job, snapshot), opened.days.as_of)
    scores = harmonise(known, job.params.trials.ratings).scores
    found = watch(known, scores, opened.days.as_of, job.params.sentinels, job.seed)
    identity = load_identity(job.workspace.snapshots, snapshot)
    names = dict(zip(identity["employee_id"].astype("str"), identity["source_id"].astype("str"), strict=True))
    people = found["kind"].isin(PERSONS)
    named = found["subject"].astype("str").map(names).fillna(found["subject"].astype("str"))
    return found.assign(subject=named.where(people, found["subject"].astype("str")), as_of=opened.days.as_of)
