"""Sentinels over a source: what is to be reviewed, under the source's own ids, as a file for those who review."""

from pathlib import Path

import pandas as pd

from evaluation.sentinels.watch import watch
from features.as_of import known_at
from features.ratings import harmonise
from features.snapshot import load_identity
from pipelines import stages
from pipelines.ingesting import load
from pipelines.job import Job
from pipelines.texts import Language, Texts

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


def as_text(found: pd.DataFrame, budget: float, out: Path, language: Language) -> str:
    """Return in words what was found: alarms among the tests beside the budget, and facts, which stand outside it."""
    texts, tested = Texts(language), found["p_value"].notna()
    alarms, facts = int((found["alarm"] & tested).sum()), int((~tested).sum())
    counts = {name: texts.count(number) for name, number in (("tests", int(tested.sum())), ("alarms", alarms), ("facts", facts))}
    return texts("sentinels_found", **counts, budget=f"{budget:g}".replace(".", "," if language is Language.ID else "."), out=out)
