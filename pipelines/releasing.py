"""Third stage: log the training, let the release rules decide, and settle which model publishes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.monitoring.for_release import fallen_since
from features.definitions import FEATURES
from features.errors import ReleaseRefusedError
from features.harmoniser.label_health import LabelHealth
from models.judgement.account import NOTHING, UNTOUCHED, Account, Correction, account_of, correction_of
from models.judgement.effect_scores import EffectSample, Figure
from models.judgement.evidence import UNKNOWN, ValidationEvidence
from models.judgement.newest_ratings import Newest
from models.judgement.release import ReleaseDecision, decide, drawn_back
from models.judgement.succession import Beside
from models.pair_uplift import PairUplift
from models.plain_outlook import PlainOutlook
from models.tracking.registered import RegisteredModel, Tried
from models.tracking.registry import HEALTH_FILE, RELEASE_FILE, Registry
from models.tracking.run_record import RunRecord, folder_hash
from pipelines.cache import Outcome
from pipelines.ingesting import Days, Ingested
from pipelines.job import Job
from pipelines.modelling import MODEL, Trained
from publication.run_id import as_json

NO_MODEL = "none"

REFUSED_BEFORE: dict[str, Any] = {
    "code": "refused_before",
    "blocks": "release",
    "text_id": "Model ini sudah pernah ditolak dan tetap ditolak; alasannya ada di registri, atau tetapkan dengan `tepat promote`",
    "text_en": "This model was refused before and stays refused; see why in the registry, or promote it with `tepat promote`",
}
"""Reason of a decision that a registry makes, not the rules."""


@dataclass(frozen=True, slots=True)
class Released:
    """What publishes: the folder of the model (None: there is none), whether its ranking is supported, and what was decided.

    ``decision`` holds release (champion, refused, none), ranking_supported, reasons and the verdict of every rule on the model
    trained in this run, as plain JSON values; ``slope``: how far differences between effects were borne out on moves that the
    model which publishes had not seen (NaN: not measured).
    """

    folder: Path | None
    model_hash: str
    data_cutoff: str
    ranking_supported: bool
    decision: dict[str, Any]
    slope: Figure = UNKNOWN
    account: Account = NOTHING
    correction: Correction = UNTOUCHED

    def figures(self) -> dict[str, Any]:
        """Return what the stage shows."""
        codes = ", ".join(reason["code"] for reason in self.decision["reasons"])
        return {"release": self.decision["release"], "ranking_supported": self.ranking_supported, "reasons": codes}

    def identity(self) -> str:
        """Return everything of the model that decides what is published."""
        slope = [repr(float(value)) for value in (self.slope.value, self.slope.lower, self.slope.upper)]
        return " ".join([self.model_hash, str(self.ranking_supported), *slope, repr(self.correction)])

    def model(self) -> PairUplift | PlainOutlook:
        """Return the model that publishes; where ranking is not supported, the one that claims no difference between posts."""
        if self.folder is None:
            return PlainOutlook()
        model = PairUplift.load(self.folder)
        return model.drawn_back(self.correction) if self.ranking_supported else model.abstain()

    def cities_heard(self) -> int:
        """Return how many other cities' statistics the model that publishes was drawn to (`--pool`)."""
        belief = None if self.folder is None else PairUplift.load(self.folder).settings.belief
        return 0 if belief is None else belief.cities

    def slope_left(self) -> Figure:
        """Return the slope that the effects it publishes still have: what was drawn back is not taken off twice."""
        share = self.correction.share
        return Figure(*(end / share for end in (self.slope.value, self.slope.lower, self.slope.upper))) if share > 0 else UNKNOWN


def registry_of(job: Job) -> Registry:
    """Return the job's registry."""
    if job.environment.mlflow_uri is None:
        job.workspace.artifacts.mkdir(parents=True, exist_ok=True)
    return Registry(job.tracking_uri, job.artifacts)


def release(job: Job, ingested: Ingested, trained: Outcome, days: Days, beside: Beside | None) -> Released:
    """Decide on the model in ``trained``, log and register it once, and return what publishes as of ``days.as_of``.

    ``beside``: how it did beside the champion on later moves that both forecast unseen; None where there is none to compare with.
    """
    registry, found = registry_of(job), Trained.load(trained.folder)
    champion = usable_champion(registry)
    own_hash = folder_hash(trained.folder / MODEL) if found.model is not None else NO_MODEL
    newest = newest_of(job, found, champion, days)
    decision = _decision(job, found, champion, own_hash, beside, newest)
    if champion is None or champion.model_hash != own_hash:
        inputs = {"training": trained.key, "tracking": job.tracking_uri}
        record = _record(job, ingested, trained, found, decision, days)
        job.cache.outcome("release", inputs, lambda _: _register(job, record, found, champion))
    said = _said(registry, decision, own_hash)
    chosen = _chosen(usable_champion(registry, days.as_of), trained.folder, own_hash, said, days, found.evidence)
    account = registry.account(chosen.model_hash, days.as_of)
    return held_to(chosen, own_account(job, found) if account == NOTHING and chosen.model_hash == own_hash else account, job)


def own_account(job: Job, found: Trained) -> Account:
    """Return how the promises of the trial in ``found`` were kept: of a model made the same way that ended before the moves."""
    if found.unseen is None:
        return NOTHING
    return account_of(*sample_of(found.unseen), job.params.account, job.seed)


def sample_of(unseen: pd.DataFrame) -> tuple[EffectSample, NDArray[np.str_], NDArray[np.intp]]:
    """Return rows of `trial_run.UNSEEN` as scores of the effect, the grade each forecast had, and the code of its day."""
    effect, gain, weight = (unseen[name].to_numpy(dtype=np.float64) for name in ("uplift", "gain", "weight"))
    group, day = (np.asarray(pd.factorize(unseen[name], sort=True)[0], dtype=np.intp) for name in ("employee_id", "decision_on"))
    return EffectSample(effect, gain, weight, group), unseen["grade"].to_numpy(dtype=np.str_), day


def published_model(model: PairUplift, document: Mapping[str, Any]) -> PairUplift:
    """Return what was made of a registered model behind the numbers of a published run: ``document`` is its ``run.json``."""
    if not document["ranking_supported"]:
        return model.abstain()
    return model.drawn_back(Correction.from_dict(document["release"].get("correction", {})))


def held_to(released: Released, account: Account, job: Job) -> Released:
    """Return ``released`` held to its promises: drawn back by what ``account`` proves, and saying so."""
    if not released.ranking_supported:
        return replace(released, account=account)
    correction = correction_of(account, job.params.account)
    said = released.decision
    if correction != UNTOUCHED:
        said = said | {"reasons": [*said["reasons"], as_json(asdict(drawn_back(account, correction)))]}
    return replace(released, account=account, correction=correction, decision=said)


def usable_champion(registry: Registry, as_of: pd.Timestamp | None = None) -> RegisteredModel | None:
    """Return the champion that may be used on that day; None where there is none, or this version of the program cannot read it."""
    champion = registry.champion(as_of)
    if champion is None:
        return None
    try:
        PairUplift.load(champion.folder)
    except ReleaseRefusedError:
        return None
    return champion


def in_force(job: Job, days: Days, health: LabelHealth) -> tuple[Released, Trained]:
    """Return what publishes as of ``days.as_of`` without training: the champion, and what its trial run showed.

    ``health`` is the verdict on today's ratings.

    Raises
    ------
    ReleaseRefusedError
        There is no champion, or it knows more than was known on that day.
    """
    champion = usable_champion(registry_of(job), days.as_of)
    if champion is None:
        raise ReleaseRefusedError(
            f"No champion may be used as of {days.as_of:%Y-%m-%d}: none was promoted, it knows more, or another version of the "
            "program wrote it. Use `tepat run` instead.",
            f"Tidak ada model berlaku yang boleh dipakai per {days.as_of:%Y-%m-%d}: belum ada yang ditetapkan, datanya lebih "
            "baru, atau ditulis versi program lain. Pakai `tepat run`.",
        )
    judged = as_json(asdict(decide(champion.evidence, None, health, job.params.release)))
    reasons = [] if champion.ranking_supported else [reason for reason in judged["reasons"] if reason["blocks"] == "ranking"]
    decision = {
        "release": "champion",
        "ranking_supported": champion.ranking_supported,
        "reasons": reasons,
        "rules": judged["rules"],
    }
    released = Released(
        champion.folder, champion.model_hash, f"{champion.data_cutoff:%Y-%m-%d}", champion.ranking_supported, decision,
        _slope(champion.evidence),
    )  # fmt: skip
    released = held_to(released, registry_of(job).account(champion.model_hash, days.as_of), job)
    return released, Trained(None, champion.evidence, asdict(health), pd.DataFrame({"step": [], "rows": [], "reason": []}))


def newest_of(job: Job, found: Trained, champion: RegisteredModel | None, days: Days) -> Newest:
    """Return what the newest ratings say, and what the champion has learned from already; none that knows more than this day."""
    if champion is None or champion.data_cutoff > days.as_of:
        return Newest(found.newest)
    registry = registry_of(job)
    then, rules = (registry.kept_with(champion.run_id, name) or {} for name in (HEALTH_FILE, RELEASE_FILE))
    between = f"{days.as_of:%Y-%m-%d}", f"{champion.data_cutoff:%Y-%m-%d}"
    fell = fallen_since(LabelHealth(**found.health), LabelHealth(**then), between, job.params.monitor) if then else ()
    return Newest((*found.newest, *fell), rules.get("rules", ()))


def _decision(
    job: Job, found: Trained, champion: RegisteredModel | None, own_hash: str, beside: Beside | None, newest: Newest
) -> ReleaseDecision:  # fmt: skip
    """Return the decision; a model is never judged against itself, so that the same run twice decides the same."""
    rival = champion.evidence if champion is not None and champion.model_hash != own_hash else None
    return decide(found.evidence, rival, LabelHealth(**found.health), job.params.release, beside, newest)


def _record(
    job: Job, ingested: Ingested, trained: Outcome, found: Trained, decision: ReleaseDecision, days: Days
) -> RunRecord:  # fmt: skip
    features = pd.DataFrame([asdict(feature) for feature in FEATURES])
    hashes = {"source": ingested.source, "snapshot": ingested.snapshot_id, "params": job.params.digest(), "training": trained.key}
    return RunRecord(
        name=f"{days.as_of:%Y-%m-%d} {trained.key}", data_cutoff=days.as_of, parameters=asdict(job.params), hashes=hashes,
        funnel=found.funnel, features=features, health=found.health, evidence=found.evidence, decision=decision,
    )  # fmt: skip


def _register(job: Job, record: RunRecord, found: Trained, champion: RegisteredModel | None) -> None:
    """Log the run and register its model; promote it if the rules say so and no champion knows more than it.

    Done once per training: a model refused or rolled back by hand is not promoted again by the same run.
    """
    registry = registry_of(job)
    tried = None
    if found.tried is not None and found.unseen is not None:
        tried = Tried(found.tried, found.unseen["decision_on"].min())
    logged = registry.log_run(record, found.model, found.sample, tried)
    if logged.model_uri is None or logged.model_hash is None:
        return
    version = registry.register(logged, record)
    registry.hold_to(logged.model_hash, record.data_cutoff, own_account(job, found))
    newest = champion is None or champion.data_cutoff <= record.data_cutoff
    if record.decision.release == "champion" and newest:
        registry.promote(version, "; ".join(reason.code for reason in record.decision.reasons))


def _said(registry: Registry, decision: ReleaseDecision, own_hash: str) -> dict[str, Any]:
    """Return the decision as plain values; a model refused before, by a person or by other rules, stays refused."""
    plain: dict[str, Any] = as_json(asdict(decision))
    if decision.release != "champion" or not registry.stays_refused(own_hash):
        return plain
    return plain | {
        "release": "refused",
        "ranking_supported": False,
        "reasons": [refused_before(registry, own_hash), *plain["reasons"]],
    }


def refused_before(registry: Registry, own_hash: str) -> dict[str, Any]:
    """Return `REFUSED_BEFORE` with the reason the registry keeps, where it keeps one."""
    why = registry.refusal_of(own_hash)
    said = {name: f"{REFUSED_BEFORE[name]}: {why}" if why else REFUSED_BEFORE[name] for name in ("text_id", "text_en")}
    return REFUSED_BEFORE | said


def _slope(evidence: ValidationEvidence | None) -> Figure:
    return UNKNOWN if evidence is None else evidence.slope


def _chosen(
    champion: RegisteredModel | None, trained: Path, own_hash: str, plain: dict[str, Any], days: Days,
    evidence: ValidationEvidence | None,
) -> Released:  # fmt: skip
    """Return the champion if it may be used on that day; else the model just trained, trusted only as far as the rules allow."""
    if champion is not None:
        cutoff = f"{champion.data_cutoff:%Y-%m-%d}"
        return Released(champion.folder, champion.model_hash, cutoff, champion.ranking_supported, plain, _slope(champion.evidence))
    folder = trained / MODEL if own_hash != NO_MODEL else None
    supported = plain["release"] == "champion" and bool(plain["ranking_supported"])
    return Released(folder, own_hash, f"{days.as_of:%Y-%m-%d}", supported, plain, _slope(evidence))
