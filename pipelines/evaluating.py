"""What past moves did, as a stage: the table of effects, the verdict, and the warnings of who struggles."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from evaluation.effects.evaluate import evaluate
from evaluation.effects.finding import EvaluationParams
from evaluation.follow_up import FollowUpParams, follow_up
from evaluation.promises import kept, no_promises, promises
from features.as_of import known_at
from features.ratings import RatingParams, harmonise
from features.tables import Tables
from pipelines import ingesting
from pipelines.effects_told import as_text
from pipelines.files import require_ending, write_frame
from pipelines.job import Job
from pipelines.texts import Language, Texts

EVALUATION, FOLLOW_UP, PROMISES, SUMMARY = "evaluation", "follow_up", "promises", "evaluation.json"


@dataclass(frozen=True, slots=True)
class LookedBack:
    """``tables`` by their published names, with hashed ids; ``summary``: what ``run.json`` says; ``kept``: move by move."""

    tables: dict[str, pd.DataFrame]
    summary: dict[str, Any]
    kept: pd.DataFrame

    def save(self, folder: Path) -> None:
        """Write the tables as Parquet, the summary as JSON."""
        for name, frame in self.tables.items():
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        (folder / SUMMARY).write_text(json.dumps(self.summary, indent=2, default=float), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class LookBackParams:
    """Which study choices looking back rests on."""

    ratings: RatingParams
    evaluation: EvaluationParams
    follow_up: FollowUpParams


def measure_moves(
    tables: Tables, as_of: pd.Timestamp, params: LookBackParams, seed: int, promised: pd.DataFrame | None = None
) -> LookedBack:  # fmt: skip
    """Return what the moves known at ``as_of`` did, who of the latest movers struggles, and how what was ``promised`` was kept."""
    known = known_at(tables, as_of)
    found = evaluate(known, harmonise(known, params.ratings), as_of, params.evaluation, seed)
    finding = found.finding
    warned = follow_up(finding.study, finding.matched, finding.causes, as_of, params.follow_up)
    told = no_promises() if promised is None else promised
    account = promises(finding.study, finding.matched, told, params.evaluation.verdict.level)
    return LookedBack(
        {EVALUATION: found.table, FOLLOW_UP: warned, PROMISES: account}, found.summary() | {"warned": len(warned)},
        kept(finding.study, finding.matched, told),
    )  # fmt: skip


def params_of(job: Job) -> LookBackParams:
    """Return the study choices of a job that looking back rests on."""
    return LookBackParams(job.params.trials.ratings, job.params.evaluation, job.params.follow_up)


def run_evaluation(job: Job, out: Path | None, language: Language) -> str:
    """Return what past moves did as text, the power first; write the table of effects to ``out`` where given."""
    if out is not None:
        require_ending(out)
    ingested = ingesting.ingest(job)
    tables = ingesting.load(job, ingested.snapshot_id)
    looked = measure_moves(tables, ingesting.days(job, tables).as_of, params_of(job), job.seed)
    if out is not None:
        write_frame(looked.tables[EVALUATION], out)
    return as_text(looked.tables[EVALUATION], looked.summary, Texts(language))
