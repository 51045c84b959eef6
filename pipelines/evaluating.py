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
from pipelines.files import require_ending, write_frame
from pipelines.job import Job
from pipelines.texts import Language, Texts

EVALUATION, FOLLOW_UP, PROMISES, SUMMARY = "evaluation", "follow_up", "promises", "evaluation.json"
SHOWN = ("performance", "satisfaction", "motivation", "network", "communication", "colleagues", "service_index", "visitors")
"""Outcomes the terminal shows, in this order."""
SHOWN_DESIGNS = ("matched", "level", "received", "left_behind")


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
    return as_text(looked, Texts(language))


def as_text(looked: LookedBack, texts: Texts) -> str:
    """Return the power, the verdict with its reasons, the main effects, and the causes named."""
    table, summary = looked.tables[EVALUATION], looked.summary
    power = summary["power"]
    lines = [texts("evaluated_power", movers=texts.count(int(power["movers"])), detectable=_plain(texts, power["detectable"]))]
    lines += [texts("evaluated_verdict", verdict=texts(f"verdict_{summary['verdict'].replace(' ', '_')}"))]
    lines += [f"  {reason[f'text_{texts.language.value}']}" for reason in summary["reasons"]]
    shown = table[(table["dimension"] == "all") & table["design"].isin(SHOWN_DESIGNS) & table["outcome"].isin(SHOWN)]
    shown = shown.assign(order=shown["outcome"].map(SHOWN.index)).sort_values(["order", "design"], kind="stable")
    title = "title_en" if texts.language is Language.EN else "title"
    for row in shown.to_dict("records"):
        told = texts.plain if row["design"] == "level" else texts.signed
        estimate, lower, upper = ("-" if pd.isna(row[name]) else told(row[name]) for name in ("estimate", "lower", "upper"))
        unit, people = texts("evaluated_unit_" + row["measure"]), texts.count(int(row["people"]))
        lines.append(f"  {row[title]}: {estimate}  ({lower} .. {upper})  {unit}, n {people}")
    for cause in table[(table["design"] == "cause") & (table["reached"] == "named")].to_dict("records"):
        lines.append(texts("evaluated_cause", cause=cause[title], lost=_signed(texts, cause["estimate"])))
    lines.append(texts("evaluated_warned", count=texts.count(int(summary["warned"]))))
    return "\n".join(lines)


def _signed(texts: Texts, value: float) -> str:
    return "-" if pd.isna(value) else texts.signed(value)


def _plain(texts: Texts, value: float) -> str:
    return "-" if pd.isna(value) else texts.plain(value)
