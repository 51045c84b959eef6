"""Third stage: log the training, let the release rules decide, and settle which model publishes."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from features.definitions import FEATURES
from features.errors import ReleaseRefusedError
from features.harmoniser.label_health import LabelHealth
from models.judgement.release import ReleaseDecision, decide
from models.pair_uplift import PairUplift
from models.plain_outlook import PlainOutlook
from models.tracking.registry import RegisteredModel, Registry
from models.tracking.run_record import RunRecord, folder_hash
from pipelines.cache import Outcome
from pipelines.ingesting import Days, Ingested
from pipelines.job import Job
from pipelines.modelling import MODEL, Trained
from publication.run_id import as_json

NO_MODEL = "none"


@dataclass(frozen=True, slots=True)
class Released:
    """What publishes: the folder of the model (None: there is none), whether its ranking is supported, and what was decided.

    ``decision`` holds release (champion, refused, none), ranking_supported, reasons and the verdict of every rule on the model
    trained in this run, as plain JSON values.
    """

    folder: Path | None
    model_hash: str
    data_cutoff: str
    ranking_supported: bool
    decision: dict[str, Any]

    def figures(self) -> dict[str, Any]:
        """Return what the stage shows."""
        codes = ", ".join(reason["code"] for reason in self.decision["reasons"])
        return {"release": self.decision["release"], "ranking_supported": self.ranking_supported, "reasons": codes}

    def model(self) -> PairUplift | PlainOutlook:
        """Return the model that publishes; where ranking is not supported, the one that claims no difference between posts."""
        if self.folder is None:
            return PlainOutlook()
        model = PairUplift.load(self.folder)
        return model if self.ranking_supported else model.abstain()


def registry_of(job: Job) -> Registry:
    """Return the job's registry."""
    own = job.environment.mlflow_uri is None
    if own:
        job.workspace.artifacts.mkdir(parents=True, exist_ok=True)
    return Registry(job.tracking_uri, job.workspace.artifacts if own else None)


def release(job: Job, ingested: Ingested, trained: Outcome, days: Days) -> Released:
    """Decide on the model in ``trained``, log and register it once, and return what publishes as of ``days.as_of``."""
    registry, found = registry_of(job), Trained.load(trained.folder)
    champion = registry.champion()
    own_hash = folder_hash(trained.folder / MODEL) if found.model is not None else NO_MODEL
    decision = _decision(job, found, champion, own_hash)
    if champion is None or champion.model_hash != own_hash:
        inputs = {"training": trained.key, "tracking": job.tracking_uri}
        record = _record(job, ingested, trained, found, decision, days)
        job.cache.outcome("release", inputs, lambda _: _register(registry, record, found, champion))
    return _chosen(registry.champion(days.as_of), trained.folder, own_hash, decision, days)


def in_force(job: Job, days: Days) -> tuple[Released, Trained]:
    """Return what publishes as of ``days.as_of`` without training: the champion, and what its trial run showed.

    Raises
    ------
    ReleaseRefusedError
        There is no champion, or it knows more than was known on that day.
    """
    champion = registry_of(job).champion(days.as_of)
    if champion is None:
        raise ReleaseRefusedError(
            f"No champion may be used as of {days.as_of:%Y-%m-%d}: none was promoted, or it knows more. Use `tepat run` instead.",
            f"Tidak ada model berlaku yang boleh dipakai per {days.as_of:%Y-%m-%d}: belum ada yang ditetapkan, atau datanya "
            "lebih baru. "
            "Pakai `tepat run`.",
        )
    decision = {"release": "champion", "ranking_supported": champion.ranking_supported, "reasons": [], "rules": []}
    released = Released(
        champion.folder, champion.model_hash, f"{champion.data_cutoff:%Y-%m-%d}", champion.ranking_supported, decision
    )
    return released, Trained(None, champion.evidence, {}, pd.DataFrame({"step": [], "rows": [], "reason": []}))


def _decision(job: Job, found: Trained, champion: RegisteredModel | None, own_hash: str) -> ReleaseDecision:
    """Return the decision; a model is never judged against itself, so that the same run twice decides the same."""
    rival = champion.evidence if champion is not None and champion.model_hash != own_hash else None
    return decide(found.evidence, rival, LabelHealth(**found.health), job.params.release)


def _record(
    job: Job, ingested: Ingested, trained: Outcome, found: Trained, decision: ReleaseDecision, days: Days
) -> RunRecord:  # fmt: skip
    features = pd.DataFrame([asdict(feature) for feature in FEATURES])
    hashes = {"source": ingested.source, "snapshot": ingested.snapshot_id, "params": job.params.digest(), "training": trained.key}
    return RunRecord(
        name=f"{days.as_of:%Y-%m-%d} {trained.key}", data_cutoff=days.as_of, parameters=asdict(job.params), hashes=hashes,
        funnel=found.funnel, features=features, health=found.health, evidence=found.evidence, decision=decision,
    )  # fmt: skip


def _register(registry: Registry, record: RunRecord, found: Trained, champion: RegisteredModel | None) -> None:
    """Log the run and register its model; promote it if the rules say so and no champion knows more than it.

    Done once per training: a model refused or rolled back by hand is not promoted again by the same run.
    """
    logged = registry.log_run(record, found.model, found.sample)
    if logged.model_uri is None:
        return
    version = registry.register(logged, record)
    newest = champion is None or champion.data_cutoff <= record.data_cutoff
    if record.decision.release == "champion" and newest:
        registry.promote(version, "; ".join(reason.code for reason in record.decision.reasons))


def _chosen(champion: RegisteredModel | None, trained: Path, own_hash: str, decision: ReleaseDecision, days: Days) -> Released:
    """Return the champion if it may be used on that day; else the model just trained, trusted only as far as the rules allow."""
    plain = as_json(asdict(decision))
    if champion is not None:
        cutoff = f"{champion.data_cutoff:%Y-%m-%d}"
        return Released(champion.folder, champion.model_hash, cutoff, champion.ranking_supported, plain)
    folder = trained / MODEL if own_hash != NO_MODEL else None
    supported = decision.release == "champion" and decision.ranking_supported
    return Released(folder, own_hash, f"{days.as_of:%Y-%m-%d}", supported, plain)
