"""The stages of a run in order, each keyed by the content of its inputs. Plain functions: Prefect only wraps them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from features.as_of import known_at
from features.ratings import harmonise
from models.judgement.succession import Beside
from pipelines import ingesting
from pipelines.cache import Outcome
from pipelines.city import open_city
from pipelines.code import code_hash
from pipelines.evaluating import SUMMARY, measure_moves, params_of
from pipelines.fairness import FAIRNESS, gate_of, how_groups_fared, how_groups_gained
from pipelines.further_groups import digest
from pipelines.ingesting import Days, Ingested
from pipelines.job import Job
from pipelines.listing import list_everybody, opened_again
from pipelines.modelling import Trained, train
from pipelines.models_told import telling
from pipelines.monitoring import look
from pipelines.publishing import fared, put_in_force
from pipelines.recommending import Recommendation, recommend
from pipelines.releasing import Released, in_force, registry_of, release
from pipelines.succession import Contest, contest, rival_of
from pipelines.workers import workers
from publication.model_in_force import RELEASED, WITHDRAWN
from publication.monitoring import Look
from publication.publish import Publication

LEARNING = ("trials", "uplift", "trial_run", "validation", "rules", "monitor")
KEPT = 6
"""Large outcomes kept of each stage, those used last. Outcomes of ``release`` all stay: each says that a training is logged."""
LEARNING_ROOMS = ("features", "rules", "models", "placement", "evaluation", "pipelines")
LOOKING_BACK = ("trials", "evaluation", "follow_up", "fairness")
LOOKING_BACK_ROOMS = ("features", "models", "evaluation", "pipelines")


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that has been taken in, and the days of the run."""

    ingested: Ingested
    days: Days

    def figures(self) -> dict[str, Any]:
        """Return what the stage shows."""
        return {
            **self.ingested.note(),
            "as_of": f"{self.days.as_of:%Y-%m-%d}",
            "effective_on": f"{self.days.effective_on:%Y-%m-%d}",
        }


def take_in(job: Job) -> Opened:
    """Ingest the source, share its snapshot where other machines work, and settle the days."""
    ingested = ingesting.ingest(job)
    ingesting.share(job, ingested.snapshot_id)
    return Opened(ingested, ingesting.days(job, ingesting.load(job, ingested.snapshot_id), ingested.entered_until))


def learn(job: Job, opened: Opened) -> Outcome:
    """Train on what was known at ``as_of`` and try the model out; found again where nothing it rests on has changed."""
    inputs = {
        "snapshot": opened.ingested.snapshot_id,
        "cut_off": f"{opened.days.as_of:%Y-%m-%d}",
        "params": job.params.digest(*LEARNING),
        "seed": str(job.seed),
        "code": code_hash(*LEARNING_ROOMS),
    }
    tables, again = ingesting.load(job, opened.ingested.snapshot_id), ingesting.again(job, opened.ingested.snapshot_id)
    return _outcome(job, "learn", inputs, lambda folder: train(tables, opened.days.as_of, job.params, job.seed, again).save(folder))


def decide(job: Job, opened: Opened, learned: Outcome) -> Released:
    """Log and register what was learned, decide on its release, and say which model publishes."""
    beside = _beside_champion(job, opened, learned)
    with telling(job, RELEASED):
        return release(job, opened.ingested, learned, opened.days, beside)


def _beside_champion(job: Job, opened: Opened, learned: Outcome) -> Beside | None:
    """Return how what was learned did beside the champion on later moves, and hold the champion to its promises of these."""
    champion = rival_of(job, learned, opened.days)
    if champion is None:
        return None
    inputs = {
        "learned": learned.key,
        "champion": champion.model_hash,
        "params": job.params.digest("trials", "release", "account"),
        "seed": str(job.seed),
        "code": code_hash(*LEARNING_ROOMS),
    }
    tables = ingesting.load(job, opened.ingested.snapshot_id)
    compared = _outcome(job, "succession", inputs, lambda folder: contest(job, tables, learned, champion).save(folder))
    found = Contest.load(compared.folder)
    if found.account.moves:
        registry_of(job).hold_to(champion.model_hash, opened.days.as_of, found.account)
    return found.beside


def draw_up(job: Job, opened: Opened, released: Released) -> Outcome:
    """Score, rank and explain; found again where nothing it rests on has changed."""
    inputs = {
        "snapshot": opened.ingested.snapshot_id,
        "as_of": f"{opened.days.as_of:%Y-%m-%d}",
        "effective_on": f"{opened.days.effective_on:%Y-%m-%d}",
        "model": released.identity(),
        "params": job.params.digest(),
        "groups": digest(job.workspace),
        "code": code_hash(),
    }
    return _outcome(job, "lists", inputs, lambda folder: _listed(job, opened, released, folder))


def _listed(job: Job, opened: Opened, released: Released, folder: Path) -> None:
    """Keep the lists, and, once they are made, how groups fared in them."""
    made = _recommendation(job, opened, released)
    made.save(folder)
    fared = how_groups_fared(job, opened.ingested.snapshot_id, opened.days.as_of, made.tables)
    fared.to_parquet(folder / f"{FAIRNESS}.parquet", index=False)


def _recommendation(job: Job, opened: Opened, released: Released) -> Recommendation:
    tables = ingesting.load(job, opened.ingested.snapshot_id)
    again, asked = ingesting.again(job, opened.ingested.snapshot_id), (released.model(), opened.days, job.params)
    with workers(worth_it=False) as beside:
        city = open_city(tables, *asked, supported=released.ranking_supported)
        there = beside.kept(city, opened_again, again, *asked, released.ranking_supported)
        lists = list_everybody(city, there, beside, job.params.lists)
    return recommend(city, lists, job.params, job.seed, released.slope_left())


def measure(job: Job, opened: Opened, learned: Outcome | None = None) -> Outcome:
    """Look back: what past moves did, who struggles, and how the trial's promises were kept where something was ``learned``."""
    inputs = {
        "snapshot": opened.ingested.snapshot_id,
        "as_of": f"{opened.days.as_of:%Y-%m-%d}",
        "params": job.params.digest(*LOOKING_BACK),
        "seed": str(job.seed),
        "learned": learned.key if learned else "",
        "groups": digest(job.workspace),
        "code": code_hash(*LOOKING_BACK_ROOMS),
    }
    return _outcome(job, "evaluate", inputs, lambda folder: _looked_back(job, opened, learned, folder))


def _looked_back(job: Job, opened: Opened, learned: Outcome | None, folder: Path) -> None:
    """Keep what past moves did, and, once that is made, how well promises were kept by group."""
    told = Trained.load(learned.folder).promised if learned else None
    snapshot = opened.ingested.snapshot_id
    made = measure_moves(ingesting.load(job, snapshot), opened.days.as_of, params_of(job), job.seed, told)
    made.save(folder)
    how_groups_gained(job, snapshot, opened.days.as_of, made.kept).to_parquet(folder / f"{FAIRNESS}.parquet", index=False)


def withdrawn(job: Job, released: Released, lists: Outcome, measured: Outcome) -> bool:
    """Return whether the gate of fairness refuses the model behind ``lists``; where it does, the registry withdraws it.

    What may publish then is decided anew: the last champion that was not refused, or lists no model orders. A refusal stays: it is
    overridden by promoting the model by hand, with a reason that is kept and published.
    """
    gate = gate_of(job, fared(job, (lists.folder, measured.folder)), released)
    if gate.decision == "blocked":
        with telling(job, WITHDRAWN):
            registry_of(job).withdraw(released.model_hash, f"fairness: {gate.reasons()}")
    return gate.decision == "blocked"


def champion(job: Job, opened: Opened) -> tuple[Released, Trained]:
    """Return the champion and what its trial run showed, with the verdict on today's ratings; nothing is trained."""
    known = known_at(ingesting.load(job, opened.ingested.snapshot_id), opened.days.as_of)
    return in_force(job, opened.days, harmonise(known, job.params.trials.ratings).health)


def watch(job: Job, opened: Opened) -> Look:
    """Look for drift as of the run's day."""
    return look(job, opened.ingested.snapshot_id, opened.days)


def publish(job: Job, opened: Opened, trained: Trained, released: Released, lists: Outcome, measured: Outcome) -> Publication:
    """Put the lists, and what past moves did, in force."""
    return put_in_force(job, opened.ingested, released, opened.days, (lists.folder, measured.folder), trained)


def _outcome(job: Job, stage: str, inputs: Mapping[str, str], make: Callable[[Path], None]) -> Outcome:
    """Return a large outcome, and forget those of the same stage that no recent run used."""
    found = job.cache.outcome(stage, inputs, make)
    job.cache.trim(stage, KEPT)
    return found


def learned_figures(learned: Outcome) -> dict[str, Any]:
    """Return what the learning stage shows: rows learned from, movers tried out, AUTOC."""
    found = Trained.load(learned.folder)
    rows = dict(zip(found.funnel["step"], found.funnel["rows"], strict=True))
    shown = {"risk_rows": rows.get("risk_rows", 0), "movers": rows.get("risk_movers", 0), "label_health": found.health["verdict"]}
    tried = {"tried_out_on": found.evidence.movers, "autoc": found.evidence.autoc.value} if found.evidence else {}
    return {**shown, **tried, "reused": learned.reused}


def listed_figures(lists: Outcome) -> dict[str, Any]:
    """Return what the listing stage shows: rows per table."""
    counts = {path.stem: pq.read_metadata(path).num_rows for path in sorted(lists.folder.glob("*.parquet"))}
    return {**counts, "reused": lists.reused}


def measured_figures(measured: Outcome) -> dict[str, Any]:
    """Return what looking back shows: moves judged, verdict, warnings."""
    told = json.loads((measured.folder / SUMMARY).read_text(encoding="utf-8"))
    return {
        "judged_moves": told["power"]["movers"],
        "programme": told["verdict"],
        "warned": told["warned"],
        "reused": measured.reused,
    }


def published_figures(published: Publication) -> dict[str, Any]:
    """Return what the publishing stage shows."""
    return {"run_id": published.run_id, "tables": len(published.tables)}
