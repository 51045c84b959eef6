"""Last stage: the source's own ids back in, the run's identity, and the atomic switch."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from features.snapshot import load_identity
from pipelines.code import code_hash
from pipelines.evaluating import SUMMARY
from pipelines.fairness import FAIRNESS, gate_of, marked
from pipelines.further_groups import digest
from pipelines.ingesting import Days, Ingested, load
from pipelines.job import Job
from pipelines.modelling import Trained
from pipelines.recommending import PLAN, RULES
from pipelines.releasing import Released, registry_of
from publication.cards.cards import render_cards
from publication.publish import Publication, publish
from publication.records import open_records
from publication.run_id import RunIdentity, as_json
from rules.pack import RulePack


def identity(job: Job, ingested: Ingested, released: Released, days: Days) -> RunIdentity:
    """Return what decides the bytes of this run's publication."""
    return RunIdentity(
        source=ingested.source, intake=ingested.intake, params=job.params.digest(), rule_pack=job.params.rules.pack().hash,
        as_of=f"{days.as_of:%Y-%m-%d}", effective_on=f"{days.effective_on:%Y-%m-%d}", seed=str(job.seed), code=code_hash(),
        model=released.identity(), groups=digest(job.workspace),
    )  # fmt: skip


def put_in_force(
    job: Job, ingested: Ingested, released: Released, days: Days, outcomes: tuple[Path, Path], trained: Trained
) -> Publication:  # fmt: skip
    """Publish the tables of both folders (the lists, what past moves did) and return the publication now in force."""
    lists, measured = outcomes
    who = load_identity(job.workspace.snapshots, ingested.snapshot_id).set_index("employee_id")
    tables = {
        path.stem: with_source_ids(pd.read_parquet(path), who["source_id"])
        for folder in outcomes
        for path in sorted(folder.glob("*.parquet"))
    } | {FAIRNESS: fared(job, outcomes)}
    decides = identity(job, ingested, released, days)
    standing = json.loads((lists / RULES).read_text(encoding="utf-8"))
    planned = json.loads((lists / PLAN).read_text(encoding="utf-8"))
    looked_back = json.loads((measured / SUMMARY).read_text(encoding="utf-8"))
    run = run_json(decides, ingested, released, trained, standing)
    run |= {
        "cities_heard": released.cities_heard(),
        "rule_titles": rule_titles(job.params.rules.pack()),
        "plan": planned,
        "evaluation": as_json(looked_back),
    }
    people = people_of(who, tables)
    run |= {"fairness": as_json(asdict(gate_of(job, tables[FAIRNESS], released)))}
    cards = render_cards(decides.run_id(), run, tables)
    publication = Publication(decides.run_id(), tables, run, people, cards)
    publish(job.workspace, publication, job.store)
    registry_of(job).attach(released.model_hash, cards)
    match_moves(job, ingested, who["source_id"], publication.run_id)
    return publication


def fared(job: Job, outcomes: tuple[Path, Path]) -> pd.DataFrame:
    """Return the table ``fairness`` of a run: how groups fared in the lists, whether promises to them were kept, what to review."""
    parts = [pd.read_parquet(folder / f"{FAIRNESS}.parquet") for folder in outcomes]
    both = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else parts[0]
    return marked(job, both)


def match_moves(job: Job, ingested: Ingested, source_ids: pd.Series, run_id: str) -> int:
    """Match the moves decided in the application to the service record that followed them; return how many."""
    held = load(job, ingested.snapshot_id)["assignments"][["employee_id", "position_id", "start_on", "kind"]]
    definitive = held[held["kind"].fillna("definitive") == "definitive"]
    records = open_records(job.database_url, job.workspace.root)
    return records.moves.match(with_source_ids(definitive, source_ids), run_id, datetime.now().astimezone())


def run_json(
    decides: RunIdentity, ingested: Ingested, released: Released, trained: Trained, rules: Mapping[str, str]
) -> dict[str, Any]:  # fmt: skip
    """Return what ``run.json`` says: dates, hashes, label health, release, validation, funnel. No time, no folder, no person."""
    decision = released.decision
    plain: dict[str, Any] = as_json({
        "as_of": decides.as_of, "effective_on": decides.effective_on, "data_cutoff": released.data_cutoff,
        "extracted_on": ingested.extracted_on, "entered_until": ingested.entered_until or None,
        "hashes": {"source": decides.source, "intake": decides.intake, "snapshot": ingested.snapshot_id, "params": decides.params,
                   "rule_pack": decides.rule_pack, "code": decides.code, "model": released.model_hash,
                   "groups": decides.groups},
        "seed": decides.seed, "source_rows": {"read": ingested.rows, "set_aside": ingested.set_aside, "faults": ingested.faults},
        "label_health": trained.health, "ranking_supported": released.ranking_supported,
        "release": {"decision": decision["release"], "reasons": decision["reasons"], "rules": decision["rules"],
                    "account": released.account.to_dict(), "correction": asdict(released.correction)},
        "validation": trained.evidence.to_dict() if trained.evidence else None,
        "funnel": trained.funnel.to_dict("records"), "rules": dict(rules),
    })  # fmt: skip
    return plain


def rule_titles(pack: RulePack) -> dict[str, dict[str, str]]:
    """Return the title of every rule in both languages, by rule id."""
    return {rule.id: {"id": rule.title.id, "en": rule.title.en} for rule in pack.rules}


def with_source_ids(frame: pd.DataFrame, source_ids: pd.Series) -> pd.DataFrame:
    """Return ``frame`` with the source's own id of every person in place of the hashed one."""
    columns = [name for name in frame if name == "employee_id" or name.endswith("_employee_id")]
    return frame.assign(**{name: frame[name].astype("str").map(source_ids).astype("str") for name in columns})


def people_of(who: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return name, NIP and present post of everybody in service, for documents and pages."""
    facts = tables["facts_employees"][["employee_id", "position_id"]]
    posts = tables["positions"][["position_id", "title", "unit_id", "unit_name"]].rename(columns={"title": "position_title"})
    named = who.set_index("source_id")[["nip", "name"]]
    return facts.join(named, on="employee_id").merge(posts, on="position_id", how="left")
