"""The registry keeps runs, models and the reasons of every promotion and refusal, and nothing about a person."""

import json
import re
import sqlite3
import time
from dataclasses import dataclass, replace
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from features.errors import ReleaseRefusedError, SourceError, UsageError
from models.judgement.account import NOTHING, Account
from models.judgement.effect_scores import Bin, Figure
from models.judgement.evidence import Baseline, ValidationEvidence
from models.judgement.release import Reason, ReleaseDecision
from models.tracking.registered import LoggedRun, Tried
from models.tracking.registry import Registry
from models.tracking.run_record import RunRecord, folder_hash

EMPLOYEES = [f"E{number:06d}" for number in range(40)]
SECONDS = 10.0
"""A run must not spend longer on its log (processor time, so that a busy machine fails no test)."""


@dataclass
class StandIn:
    """A pair model of one number, with the interface of PairUplift."""

    gain: float

    def save(self, folder: Path) -> None:
        (folder / "manifest.json").write_text(json.dumps({"gain": self.gain}))

    @classmethod
    def load(cls, folder: Path) -> "StandIn":
        return cls(json.loads((folder / "manifest.json").read_text())["gain"])

    def predict_inputs(self, frame: pd.DataFrame) -> pd.DataFrame:
        assert isinstance(frame["edu_field"].dtype, pd.CategoricalDtype)
        stay = frame["perf_level"].fillna(0.0) + (frame["edu_field"] == "health")
        return pd.DataFrame({"stay_outlook": stay, "expected_in_post": stay + self.gain, "uplift": self.gain, "grade": "B"})


def evidence() -> ValidationEvidence:
    figure = Figure(0.5, 0.2, 0.8)
    bins = (Bin(0.1, figure, 3.0), Bin(0.3, Figure(float("nan")), 2.0))
    names = [f.name for f in ValidationEvidence.__dataclass_fields__.values() if f.type in ("Figure", Figure)]
    return ValidationEvidence(
        "out of time", 200, 900, 700, **dict.fromkeys(names, figure), calibration=bins, toc=bins,
        baselines=(Baseline("model", figure, figure),),
    )  # fmt: skip


def record(release: str = "champion", cutoff: str = "2026-06-30") -> RunRecord:
    reasons = (Reason("overlap", "release", Figure(0.4), 0.6, "", ""),) if release == "refused" else ()
    return RunRecord(
        name="run-a", data_cutoff=pd.Timestamp(cutoff), parameters={"seed": 1, "model": {"trees": 80}},
        hashes={"source": "ab" * 32, "snapshot": "cd" * 32},
        funnel=pd.DataFrame({"step": ["moves", "rated on both sides"], "rows": [900, 400], "reason": ["", "no rating"]}),
        features=pd.DataFrame({"name": ["perf_level", "edu_field"], "family": ["perf", "edu"]}),
        health={"verdict": "layak"}, evidence=evidence(), decision=ReleaseDecision(release, True, reasons),  # type: ignore[arg-type]
    )  # fmt: skip


def inputs() -> pd.DataFrame:
    frame = pd.DataFrame({"perf_level": [0.5, np.nan, 1.0], "edu_field": pd.Categorical(["health", "law", None])})
    return frame.set_index(pd.Index(EMPLOYEES[:3], name="employee_id"))


@pytest.fixture
def registry(fresh: Registry, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Return an empty registry that draws nothing: drawing is most of the time of a log."""
    monkeypatch.setattr("models.tracking.registry.plots", lambda evidence, funnel: ())
    return fresh


@pytest.fixture
def fresh(tmp_path: Path, empty_store: Path) -> Registry:
    (tmp_path / "mlflow.db").write_bytes(empty_store.read_bytes())
    return Registry(f"sqlite:///{tmp_path}/mlflow.db", (tmp_path / "mlartifacts").as_uri())


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    Registry(f"sqlite:///{folder}/mlflow.db", (folder / "mlartifacts").as_uri()).champion()
    return folder / "mlflow.db"


def client_of(folder: Path) -> mlflow.MlflowClient:
    address = f"sqlite:///{folder}/mlflow.db"
    return mlflow.MlflowClient(address, registry_uri=address)


def logged(registry: Registry, gain: float = 0.2, release: str = "champion", cutoff: str = "2026-06-30") -> int:
    kept = record(release, cutoff)
    return registry.register(registry.log_run(kept, StandIn(gain), inputs()), kept)


def test_a_run_logs_everything_within_ten_seconds(fresh: Registry, tmp_path: Path) -> None:
    start = time.process_time()
    run = fresh.log_run(record(), StandIn(0.2), inputs())
    assert time.process_time() - start < SECONDS
    client = client_of(tmp_path)
    stored = client.get_run(run.run_id)
    assert stored.info.status == "FINISHED"
    assert stored.data.params == {"seed": "1", "model.trees": "80", "loader": f"{__name__}:StandIn"}
    assert stored.data.metrics["slope.lower"] == pytest.approx(0.2)
    assert stored.data.metrics["funnel.rated_on_both_sides"] == 400
    assert stored.data.tags["hash.source"] == "ab" * 32
    paths = {entry.path for entry in client.list_artifacts(run.run_id)} | {
        e.path for e in client.list_artifacts(run.run_id, "plots")
    }
    wanted = {"parameters.json", "hashes.json", "evidence.json", "release.json", "label_health.json", "environment.json"}
    assert wanted | {"funnel.csv", "features.csv", "plots/calibration.png", "plots/targeting_curve.png"} <= paths


def test_a_failed_log_is_marked_failed(fresh: Registry, tmp_path: Path) -> None:
    broken = replace(record(), funnel=pd.DataFrame({"nothing": [1]}))
    with pytest.raises(KeyError):
        fresh.log_run(broken)
    client = client_of(tmp_path)
    (run,) = client.search_runs([client.get_experiment_by_name("tepat").experiment_id])
    assert run.info.status == "FAILED"


def test_the_champion_answers_through_mlflows_own_interface(registry: Registry, tmp_path: Path) -> None:
    registry.promote(logged(registry, 0.25), "first model")
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    try:
        model = mlflow.pyfunc.load_model("models:/tepat-uplift@champion")
        frame = inputs().reset_index(drop=True)
        out = model.predict(frame.astype({"edu_field": object}))
    finally:
        mlflow.set_tracking_uri(before)
    pd.testing.assert_frame_equal(out, StandIn(0.25).predict_inputs(frame))
    assert model.metadata.signature.inputs.input_names() == ["perf_level", "edu_field"]


def test_the_same_model_is_registered_once(registry: Registry) -> None:
    assert logged(registry, 0.2) == logged(registry, 0.2) == 1
    assert logged(registry, 0.3) == 2


def test_a_run_without_a_model_is_logged_but_not_registered(registry: Registry) -> None:
    kept = replace(record("none"), evidence=None)
    run = registry.log_run(kept)
    assert run == LoggedRun(run.run_id, None, None)
    with pytest.raises(UsageError, match="no model"):
        registry.register(run, kept)


def test_champion_candidate_and_their_evidence(registry: Registry) -> None:
    assert registry.champion() is None
    first = logged(registry, 0.2)
    registry.promote(first, "first model")
    second = logged(registry, 0.3)
    champion, candidate = registry.champion(), registry.candidate()
    assert champion is not None
    assert candidate is not None
    assert (champion.version, candidate.version) == (first, second)
    assert StandIn.load(champion.folder) == StandIn(0.2)
    assert folder_hash(champion.folder) == champion.model_hash
    assert champion.evidence is not None
    assert champion.evidence.to_dict() == evidence().to_dict()


def test_a_registry_whose_workspace_was_moved_says_so(registry: Registry, tmp_path: Path) -> None:
    registry.promote(logged(registry), "first model")
    (tmp_path / "mlartifacts").rename(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match="moved or copied"):
        registry.champion()


def test_a_champion_that_knows_later_data_is_not_used(registry: Registry) -> None:
    registry.promote(logged(registry, cutoff="2026-06-30"), "first model")
    assert registry.champion(pd.Timestamp("2026-06-29")) is None
    assert registry.champion(pd.Timestamp("2026-06-30")) is not None


def test_a_refused_model_needs_an_override_and_keeps_its_reasons(registry: Registry, tmp_path: Path) -> None:
    version = logged(registry, release="refused")
    with pytest.raises(ReleaseRefusedError, match=r"was refused \(share of moves with a comparison\)"):
        registry.promote(version, "I like it")
    registry.promote(version, "minister's order", override=True)
    tags = client_of(tmp_path).get_model_version("tepat-uplift", str(version)).tags
    assert (tags["promoted_reason"], tags["overridden"]) == ("minister's order", "true")


def test_refusal_keeps_the_champion(registry: Registry, tmp_path: Path) -> None:
    first = logged(registry, 0.2)
    registry.promote(first, "first model")
    second = logged(registry, 0.3)
    registry.refuse(second, "ratings of one agency are missing")
    champion = registry.champion()
    assert champion is not None
    assert champion.version == first
    tags = client_of(tmp_path).get_model_version("tepat-uplift", str(second)).tags
    assert (tags["release"], tags["refused_reason"]) == ("refused", "ratings of one agency are missing")
    registry.promote(second, "on second thoughts", override=True)
    with pytest.raises(ReleaseRefusedError, match="roll back"):
        registry.refuse(second, "no")


def test_rollback_returns_to_a_former_champion_only(registry: Registry) -> None:
    first, second, third = (logged(registry, gain) for gain in (0.1, 0.2, 0.3))
    registry.promote(first, "first")
    registry.promote(second, "better")
    with pytest.raises(ReleaseRefusedError):
        registry.rollback(third, "never was one")
    registry.rollback(first, "complaints")
    champion = registry.champion()
    assert champion is not None
    assert champion.version == first
    assert registry.is_refused(second)
    with pytest.raises(ReleaseRefusedError, match="in force already"):
        registry.rollback(first, "once more")
    with pytest.raises(UsageError, match="no version 9"):
        registry.rollback(9, "unknown")
    told = {one.version: (one.state, one.reason) for one in registry.standings()}
    assert told[first] == ("in_force", "complaints")
    assert told[second] == ("refused", "complaints")
    assert told[third][0] == "waiting"
    registry.promote(third, "new")
    assert {one.version: one.state for one in registry.standings()}[first] == "former"
    with pytest.raises(ReleaseRefusedError):
        registry.promote(second, "the same run again")


def test_an_unreachable_server_is_not_taken_for_an_empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(mlflow.exceptions.MlflowException):
        Registry("http://127.0.0.1:9", "").champion()


def test_an_unknown_version_is_named(registry: Registry) -> None:
    with pytest.raises(UsageError, match="no version 9"):
        registry.promote(9, "why not")
    assert registry.standings() == []


def test_a_file_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="sqlite"):
        Registry(f"file:{tmp_path}", tmp_path.as_uri())


def test_no_artefact_and_no_record_names_an_employee(registry: Registry, tmp_path: Path) -> None:
    registry.promote(logged(registry), "first model")
    pattern = re.compile("|".join(EMPLOYEES).encode())
    files = [path for path in (tmp_path / "mlartifacts").rglob("*") if path.is_file()]
    assert len(files) > 8
    assert not [path for path in files if pattern.search(path.read_bytes())]
    with sqlite3.connect(tmp_path / "mlflow.db") as store:
        assert not pattern.search("\n".join(store.iterdump()).encode())


def test_nothing_is_pickled(registry: Registry, tmp_path: Path) -> None:
    logged(registry)
    assert not [
        path for path in (tmp_path / "mlartifacts").rglob("*") if path.suffix in (".pkl", ".pickle", ".joblib", ".cloudpickle")
    ]


def test_an_only_champion_is_taken_out_of_force_by_a_refusal_and_can_come_back(registry: Registry, tmp_path: Path) -> None:
    only = logged(registry, release="champion")
    registry.promote(only, "first")
    registry.refuse(only, "complaints")
    assert registry.champion() is None
    assert registry.is_refused(only)
    registry.rollback(only, "complaints were unfounded")
    found = registry.champion()
    assert found is not None
    assert found.version == only
    assert registry.stays_refused(found.model_hash) is False
    assert registry.folder_of(found.model_hash) == found.folder
    assert registry.folder_of("none") is None


def test_a_withdrawn_champion_gives_way_to_the_last_one_not_refused(registry: Registry) -> None:
    first, second, third = logged(registry, 0.1), logged(registry, 0.2), logged(registry, 0.3)
    for version in (first, second, third):
        registry.promote(version, "passed")
    registry.refuse(second, "complaints")
    champion = registry.champion()
    assert champion is not None
    registry.withdraw(champion.model_hash, "fairness: women were held back")
    left = registry.champion()
    assert left is not None
    assert left.version == first
    assert registry.refusal_of(champion.model_hash) == "fairness: women were held back"
    registry.withdraw(left.model_hash, "fairness: again")
    assert registry.champion() is None
    registry.promote(third, "minutes of 3 March", override=True)
    assert registry.override_of(champion.model_hash) == "minutes of 3 March"
    assert registry.override_of(left.model_hash) == ""
    with pytest.raises(ReleaseRefusedError, match="does not know it"):
        registry.withdraw("ab" * 32, "fairness: x")


def test_the_model_of_a_trial_is_kept_with_the_newest_day_it_knew(registry: Registry) -> None:
    logged = registry.log_run(record(), StandIn(0.2), inputs(), Tried(StandIn(0.7), pd.Timestamp("2024-07-01")))
    registry.promote(registry.register(logged, record()), "better")
    champion = registry.champion()
    assert champion is not None
    found = registry.tried(champion)
    assert found is not None
    assert (StandIn.load(found[0]).gain, found[1]) == (0.7, pd.Timestamp("2024-07-01"))


def test_a_model_is_held_to_what_was_known_on_the_day(registry: Registry) -> None:
    logged = registry.log_run(record(), StandIn(0.2), inputs())
    registry.register(logged, record())
    assert logged.model_hash is not None
    for day, moves in (("2026-06-30", 100), ("2027-06-30", 300)):
        registry.hold_to(logged.model_hash, pd.Timestamp(day), Account(moves=moves))
    told = {day: registry.account(logged.model_hash, pd.Timestamp(day)).moves for day in ("2026-01-01", "2026-12-31", "2028-01-01")}
    assert told == {"2026-01-01": 0, "2026-12-31": 100, "2028-01-01": 300}
    assert registry.account("unknown", pd.Timestamp("2028-01-01")) == NOTHING


def test_cards_are_kept_with_the_run_of_their_model(registry: Registry, tmp_path: Path) -> None:
    registry.promote(logged(registry), "first")
    champion = registry.champion()
    assert champion is not None
    registry.attach(champion.model_hash, {"model-card.en.md": "# Model card"})
    registry.attach("ab" * 32, {"model-card.en.md": "nobody's"})
    assert [entry.path for entry in client_of(tmp_path).list_artifacts(champion.run_id, "cards")] == ["cards/model-card.en.md"]


@pytest.mark.postgres
@pytest.mark.slow
def test_a_central_database_keeps_runs_and_the_storage_named_their_artefacts(postgres: str, tmp_path: Path) -> None:
    central = Registry(postgres, (tmp_path / "storage" / "mlartifacts").as_uri())
    version = logged(central, gain=0.3)
    central.promote(version, "released")
    seen = Registry(postgres, "file:///another/machine/names/another/place").champion()
    assert seen is not None
    assert StandIn.load(seen.folder).gain == 0.3
    assert (tmp_path / "storage" / "mlartifacts") in seen.folder.parents
