"""Runs and models in MLflow: what was tried, what was found, which model is in force and why. The only module that knows MLflow.

Nothing is pickled and no row about a person is logged: parameters, hashes, counts, figures, feature names and model text only.
MLflow's telemetry is switched off by the environment that the command line sets before this module is imported.
"""

import json
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.entities import Metric, Param, RunTag
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.tracking import MlflowClient
from mlflow.types import ColSpec, DataType, Schema

from features.errors import ReleaseRefusedError, SourceError, UsageError
from models.judgement.account import NOTHING, Account
from models.judgement.evidence import ValidationEvidence, as_plain
from models.judgement.release_texts import names_of
from models.tracking.plots import plots
from models.tracking.registered import LoggedRun, PairModel, RegisteredModel, Standing, Tried
from models.tracking.run_record import LONGEST_TAG, RunRecord, environment, folder_hash, requirements

MODEL_NAME = "tepat-uplift"
EXPERIMENT = "tepat"
CANDIDATE, CHAMPION = "candidate", "champion"
HISTORY_TAG = "champions"
NOBODY = 0
"""Stands in the history of champions for the time after the only one was refused."""
"""Tag of the registered model: JSON list of the versions that were champion, in order, the one in force last."""
MODEL_FOLDER, EVIDENCE_FILE, TRIED_FOLDER, ACCOUNTS_FILE = "model", "evidence.json", "tried", "accounts.json"
HEALTH_FILE, RELEASE_FILE = "label_health.json", "release.json"
TRIED_UNTIL_TAG = "tried_until"
"""Tag of a run: newest day that the model of its trial knew of."""
ABSENT = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""MLflow's codes for a model, version or alias that is not there."""
LONGEST_PARAM, PARAMS_A_BATCH = 6000, 100
"""Limits of MLflow's store on texts and batches."""


class Registry:
    """One workspace's runs and models.

    Parameters
    ----------
    tracking_uri : str
        ``sqlite:///.../mlflow.db`` or the address of an MLflow server.
    artifact_root : str
        URL of the artefacts of a database; a server (``http``) has its own place for them.
    """

    def __init__(self, tracking_uri: str, artifact_root: str) -> None:
        if not tracking_uri.startswith(("sqlite:", "postgresql", "mysql", "http:", "https:")):
            scheme = tracking_uri.split(":")[0]
            raise UsageError(
                f"MLflow address '{scheme}:...' is no database and no server. Use sqlite:///FILE.",
                f"Alamat MLflow '{scheme}:...' bukan basis data dan bukan server. Pakai sqlite:///BERKAS.",
            )
        self._uri = tracking_uri
        self._client = MlflowClient(tracking_uri, registry_uri=tracking_uri)
        self._root = None if tracking_uri.startswith("http") else artifact_root

    def log_run(
        self, record: RunRecord, model: PairModel | None = None, inputs: pd.DataFrame | None = None, tried: Tried | None = None
    ) -> LoggedRun:  # fmt: skip
        """Log one run, with its model and that of its trial if there are; ``inputs`` (rows of model inputs) give the signature."""
        run = self._client.create_run(self._experiment(), run_name=record.name)
        run_id = run.info.run_id
        try:
            self._log_texts(run_id, record)
            self._log_batches(run_id, run.info.start_time, record)
            for name, plot in plots(record.evidence, record.funnel):
                self._client.log_figure(run_id, plot, f"plots/{name}.png")
            if tried is not None:
                self._log_tried(run_id, tried)
            logged = LoggedRun(run_id, None, None) if model is None or inputs is None else self._log_model(run_id, model, inputs)
        except BaseException:
            self._client.set_terminated(run_id, "FAILED")
            raise
        self._client.set_terminated(run_id)
        return logged

    def register(self, logged: LoggedRun, record: RunRecord) -> int:
        """Register the run's model as ``candidate`` and return its version; the same model text is registered once.

        Raises
        ------
        UsageError
            The run has no model.
        """
        if logged.model_uri is None or logged.model_hash is None:
            raise UsageError(
                "This run has no model to register: its data were too few or its ratings unfit.",
                "Proses ini tidak menghasilkan model: datanya terlalu sedikit atau penilaiannya tidak layak.",
            )
        version = self._version_with(logged.model_hash) or self._create_version(logged, record)
        self._client.set_registered_model_alias(MODEL_NAME, CANDIDATE, str(version))
        return version

    def promote(self, version: int, reason: str, *, override: bool = False, by: str = "") -> None:
        """Make ``version`` champion and store why, and by whom (empty: by the rules).

        Raises
        ------
        ReleaseRefusedError
            The release rules or a person refused this version and ``override`` is not set.
        """
        tags = self._tags(version)
        if self.is_refused(version) and not override:
            why = names_of(_decided(tags))
            said = tags.get("refused_reason", why), tags.get("refused_reason", why.indonesian)
            raise ReleaseRefusedError(
                f"Version {version} was refused ({said[0]}). Train a better one, or promote it against the rules with "
                "--override; the reason is kept.",
                f"Versi {version} sudah ditolak ({said[1]}). Latih yang lebih baik, atau tetapkan di luar aturan dengan "
                "--override; alasannya disimpan.",
            )
        self._enthrone(version)
        self._tag(version, release="champion", promoted_reason=reason, overridden=str(override).lower(), decided_by=by)

    def refuse(self, version: int, reason: str, by: str = "") -> None:
        """Refuse ``version`` and store why and by whom; the champion stays.

        Raises
        ------
        ReleaseRefusedError
            ``version`` is the champion and there is a former one: roll back to that. A champion without a predecessor is taken
            out of force: then there is none.
        """
        self._tags(version)
        history = self._history()
        if history[-1:] == [version]:
            former = sorted({earlier for earlier in history if earlier not in (version, NOBODY)})
            if former:
                listed = ", ".join(map(str, former))
                raise ReleaseRefusedError(
                    f"Version {version} is the champion in force: roll back to a former one ({listed}) with `tepat rollback`.",
                    f"Versi {version} adalah model yang berlaku: kembalikan ke yang pernah berlaku ({listed}) dengan `tepat "
                    "rollback`.",
                )
            self._dethrone(history)
        self._tag(version, release="refused", refused_reason=reason, decided_by=by)

    def withdraw(self, model_hash: str, reason: str) -> None:
        """Refuse the model of this hash and store why; where it is the champion, the last former one not refused is again.

        What a rule does by itself after the fact, where ``refuse`` would ask a person to choose.

        Raises
        ------
        ReleaseRefusedError
            No model of this hash is registered.
        """
        version = self._version_with(model_hash)
        if version is None:
            raise ReleaseRefusedError(
                f"The model is to be withdrawn ({reason}), but the registry does not know it. Remove runs/cache in the workspace "
                "and run again.",
                f"Model harus ditarik ({reason}), tetapi registri tidak mengenalnya. Hapus runs/cache di ruang kerja, lalu "
                "jalankan lagi.",
            )
        history = self._history()
        self._tag(version, release="refused", refused_reason=reason, overridden="false", decided_by="")
        if history[-1:] != [version]:
            return
        former = [earlier for earlier in history if earlier not in (version, NOBODY) and not self.is_refused(earlier)]
        if former:
            self._enthrone(former[-1])
        else:
            self._dethrone(history)

    def override_of(self, model_hash: str) -> str:
        """Return the recorded reason for which a person promoted the model of this hash against the rules; empty: nobody did."""
        version = self._version_with(model_hash)
        tags = {} if version is None else self._tags(version)
        return tags.get("promoted_reason", "") if tags.get("overridden") == "true" and tags["release"] == "champion" else ""

    def refusal_of(self, model_hash: str) -> str:
        """Return why the model of this hash was refused; empty where it is not."""
        version = self._version_with(model_hash)
        tags = {} if version is None else self._tags(version)
        return tags.get("refused_reason", "") if tags.get("release") == "refused" else ""

    def attach(self, model_hash: str, texts: Mapping[str, str]) -> None:
        """Keep ``texts`` (file name: text about no single person) with the run of the model of this hash, if it is registered."""
        version = self._version_with(model_hash)
        if version is not None:
            run_id = str(self._client.get_model_version(MODEL_NAME, str(version)).run_id)
            for name, text in texts.items():
                self._client.log_text(run_id, text, f"cards/{name}")

    def tried(self, registered: RegisteredModel) -> tuple[Path, pd.Timestamp] | None:
        """Return folder and newest day known of the model that the trial of ``registered`` fitted; None where none was kept."""
        until = self._client.get_run(registered.run_id).data.tags.get(TRIED_UNTIL_TAG)
        if until is None:
            return None
        return Path(self._client.download_artifacts(registered.run_id, TRIED_FOLDER)), pd.Timestamp(until)

    def hold_to(self, model_hash: str, as_of: pd.Timestamp, account: Account) -> None:
        """Keep how the promises of the model of this hash were kept, as known on ``as_of``; no row about a person."""
        version = self._version_with(model_hash)
        if version is None:
            return
        run_id = str(self._client.get_model_version(MODEL_NAME, str(version)).run_id)
        kept = self._accounts(run_id) | {as_of.date().isoformat(): account.to_dict()}
        self._client.log_dict(run_id, dict(sorted(kept.items())), ACCOUNTS_FILE)

    def account(self, model_hash: str, as_of: pd.Timestamp) -> Account:
        """Return how the promises of the model of this hash were kept, as last known on ``as_of`` or before."""
        version = self._version_with(model_hash)
        if version is None:
            return NOTHING
        kept = self._accounts(str(self._client.get_model_version(MODEL_NAME, str(version)).run_id))
        known = [day for day in sorted(kept) if pd.Timestamp(day) <= as_of]
        return Account.from_dict(kept[known[-1]]) if known else NOTHING

    def rollback(self, version: int, reason: str, by: str = "") -> None:
        """Make the former champion ``version`` champion again, store why and by whom; the one in force counts as refused then.

        Raises
        ------
        ReleaseRefusedError
            ``version`` never was champion: only ``promote`` can make it one.
        """
        self._tags(version)
        history = self._history()
        if history[-1:] == [version]:
            raise ReleaseRefusedError(
                f"Version {version} is in force already; `tepat versions` lists those that were before.",
                f"Versi {version} sudah berlaku; `tepat versions` menampilkan yang pernah berlaku.",
            )
        former_ones = sorted({earlier for earlier in history[:-1] if earlier not in (NOBODY, history[-1])})
        if version not in former_ones:
            former = ", ".join(map(str, former_ones))
            raise ReleaseRefusedError(
                f"Version {version} is no former champion (they are: {former or 'none'}): promote it.",
                f"Versi {version} belum pernah berlaku (yang pernah: {former or 'tidak ada'}): tetapkan dengan `tepat promote`.",
            )
        if history[-1] != NOBODY:
            self._tag(history[-1], release="refused", refused_reason=reason, decided_by=by)
        self._enthrone(version)
        self._tag(version, release="champion", promoted_reason=reason, decided_by=by)

    def standings(self) -> list[Standing]:
        """Return how every registered version stands, the oldest first."""
        with _tolerating(*ABSENT):
            history = self._history()
            found = self._client.search_model_versions(f"name='{MODEL_NAME}'")
            return [self._standing(one, history) for one in sorted(found, key=lambda one: int(one.version))]
        return []

    def is_refused(self, version: int) -> bool:
        """Return whether the release rules, or a person, refused ``version``: the same model trained again stays refused."""
        return self._tags(version)["release"] == "refused"

    def stays_refused(self, model_hash: str) -> bool:
        """Return whether a model of this hash is registered and refused."""
        version = self._version_with(model_hash)
        return version is not None and self.is_refused(version)

    def champion(self, as_of: pd.Timestamp | None = None) -> RegisteredModel | None:
        """Return the champion, or None if there is none or it knows more than ``as_of``."""
        found = self._aliased(CHAMPION)
        return found if found is not None and (as_of is None or found.data_cutoff <= as_of) else None

    def candidate(self) -> RegisteredModel | None:
        """Return the newest registered version, None before the first."""
        return self._aliased(CANDIDATE)

    def folder_of(self, model_hash: str) -> Path | None:
        """Return the folder of the registered model of this hash, whether in force or not; None where there is none."""
        version = self._version_with(model_hash)
        return None if version is None else self._folder(self._client.get_model_version(MODEL_NAME, str(version)))

    def _experiment(self) -> str:
        found = self._client.get_experiment_by_name(EXPERIMENT)
        if found is not None:
            return str(found.experiment_id)
        return str(self._client.create_experiment(EXPERIMENT, artifact_location=self._root))

    def _log_texts(self, run_id: str, record: RunRecord) -> None:
        client = self._client
        client.log_dict(run_id, dict(record.parameters), "parameters.json")
        client.log_dict(run_id, dict(record.hashes), "hashes.json")
        client.log_dict(run_id, dict(record.health), HEALTH_FILE)
        client.log_dict(run_id, as_plain(record.decision), RELEASE_FILE)
        client.log_dict(run_id, environment(), "environment.json")
        client.log_text(run_id, record.funnel.to_csv(index=False), "funnel.csv")
        client.log_text(run_id, record.features.to_csv(index=False), "features.csv")
        if record.evidence is not None:
            client.log_dict(run_id, record.evidence.to_dict(), EVIDENCE_FILE)

    def _log_batches(self, run_id: str, started: int, record: RunRecord) -> None:
        params = [Param(key, text[:LONGEST_PARAM]) for key, text in record.parameter_texts().items()]
        metrics = [Metric(key, value, started, 0) for key, value in record.metrics().items()]
        for start in range(0, len(params), PARAMS_A_BATCH):
            self._client.log_batch(run_id, params=params[start : start + PARAMS_A_BATCH])
        self._client.log_batch(run_id, metrics=metrics, tags=[RunTag(key, value) for key, value in record.tags().items()])

    def _log_model(self, run_id: str, model: PairModel, inputs: pd.DataFrame) -> LoggedRun:
        with tempfile.TemporaryDirectory() as above, self._address(), mlflow.start_run(run_id=run_id), warnings.catch_warnings():
            folder = Path(above) / MODEL_FOLDER
            folder.mkdir()
            model.save(folder)
            warnings.filterwarnings("ignore", "(?s).*input example was not provided")  # an example would be a person's row
            info = mlflow.pyfunc.log_model(
                name="model", python_model=str(Path(__file__).with_name("pyfunc.py")), artifacts={"model": str(folder)},
                signature=_signature(inputs, model.predict_inputs(inputs)), pip_requirements=requirements(),
                model_config={"loader": f"{type(model).__module__}:{type(model).__qualname__}"},
            )  # fmt: skip
            return LoggedRun(run_id, str(info.model_uri), folder_hash(folder))

    @contextmanager
    def _address(self) -> Iterator[None]:
        """Point MLflow's process-wide address here for as long as an interface of it is used that knows no client."""
        before = mlflow.get_tracking_uri()
        mlflow.set_tracking_uri(self._uri)
        try:
            yield
        finally:
            mlflow.set_tracking_uri(before)

    def _version_with(self, model_hash: str) -> int | None:
        found = self._client.search_model_versions(f"name='{MODEL_NAME}'")
        return next((int(version.version) for version in found if version.tags.get("model_hash") == model_hash), None)

    def _create_version(self, logged: LoggedRun, record: RunRecord) -> int:
        with _tolerating("RESOURCE_ALREADY_EXISTS"):
            self._client.create_registered_model(MODEL_NAME)
        tags, address = {**record.tags(), "model_hash": str(logged.model_hash)}, str(logged.model_uri)
        own_id = address.removeprefix("models:/")  # a server asks for it beside the address
        with self._address():
            made = self._client.create_model_version(MODEL_NAME, address, logged.run_id, tags=tags, model_id=own_id)
        return int(made.version)

    def _tags(self, version: int) -> dict[str, str]:
        with _tolerating(*ABSENT):
            return dict(self._client.get_model_version(MODEL_NAME, str(version)).tags)
        raise UsageError(
            f"There is no version {version} of {MODEL_NAME}. `tepat versions` lists them.",
            f"Versi {version} dari {MODEL_NAME} tidak ada. `tepat versions` menampilkan semuanya.",
        )

    def _tag(self, version: int, **tags: str) -> None:
        for key, value in tags.items():
            self._client.set_model_version_tag(MODEL_NAME, str(version), key, value[:LONGEST_TAG])

    def _history(self) -> list[int]:
        with _tolerating(*ABSENT):
            tags = self._client.get_registered_model(MODEL_NAME).tags
            return [int(version) for version in json.loads(tags.get(HISTORY_TAG, "[]"))]
        return []

    def _dethrone(self, history: list[int]) -> None:
        self._client.delete_registered_model_alias(MODEL_NAME, CHAMPION)
        self._client.set_registered_model_tag(MODEL_NAME, HISTORY_TAG, json.dumps([*history, NOBODY]))

    def _enthrone(self, version: int) -> None:
        history = self._history()
        if history[-1:] != [version]:
            self._client.set_registered_model_tag(MODEL_NAME, HISTORY_TAG, json.dumps([*history, version]))
        self._client.set_registered_model_alias(MODEL_NAME, CHAMPION, str(version))

    def _aliased(self, alias: str) -> RegisteredModel | None:
        found = None
        with _tolerating(*ABSENT):
            found = self._client.get_model_version_by_alias(MODEL_NAME, alias)
        return None if found is None else self._described(found)

    def _described(self, found: ModelVersion) -> RegisteredModel:
        return RegisteredModel(
            version=int(found.version), folder=self._folder(found), data_cutoff=pd.Timestamp(found.tags["data_cutoff"]),
            model_hash=found.tags["model_hash"], run_id=str(found.run_id),
            ranking_supported=found.tags["ranking_supported"] == "true", evidence=self._evidence(str(found.run_id)),
        )  # fmt: skip

    def _standing(self, found: ModelVersion, history: list[int]) -> Standing:
        version, tags = int(found.version), found.tags
        refused = tags["release"] == "refused"
        state = "in_force" if history[-1:] == [version] else "refused" if refused else "former" if version in history else "waiting"
        given = tags.get("refused_reason" if refused else "promoted_reason", "")
        reason = given or "; ".join(_decided(tags))
        return Standing(
            version,
            tags["data_cutoff"],
            state,
            tags["ranking_supported"] == "true",
            reason,
            tags["model_hash"],
            tags.get("decided_by", ""),
        )

    def _folder(self, version: ModelVersion) -> Path:
        try:
            with self._address():
                return Path(mlflow.artifacts.download_artifacts(version.source)) / "artifacts" / MODEL_FOLDER
        except MlflowException as error:
            if error.error_code not in ABSENT:
                raise
            place = self._client.get_model_version_download_uri(MODEL_NAME, version.version)
            raise SourceError(
                f"Model version {version.version} is not at '{place}', where MLflow's database has it: the workspace was moved or "
                "copied. Move it back, or take it elsewhere by `tepat backup` and `tepat restore`.",
                f"Model versi {version.version} tidak ada di '{place}', tempat menurut basis data MLflow: ruang kerja dipindah "
                "atau disalin. Kembalikan ke tempat semula, atau pindahkan dengan `tepat backup` dan `tepat restore`.",
            ) from error

    def _evidence(self, run_id: str) -> ValidationEvidence | None:
        plain = self.kept_with(run_id, EVIDENCE_FILE)
        return None if plain is None else ValidationEvidence.from_dict(plain)

    def _accounts(self, run_id: str) -> dict[str, Any]:
        """Return the accounts kept with a run, plain, by the day on which they were known."""
        return self.kept_with(run_id, ACCOUNTS_FILE) or {}

    def kept_with(self, run_id: str, name: str) -> dict[str, Any] | None:
        """Return the JSON artefact of that name kept with a run, None where there is none."""
        if not any(entry.path == name for entry in self._client.list_artifacts(run_id)):
            return None
        found: dict[str, Any] = json.loads(Path(self._client.download_artifacts(run_id, name)).read_text(encoding="utf-8"))
        return found

    def _log_tried(self, run_id: str, tried: Tried) -> None:
        with tempfile.TemporaryDirectory() as above:
            tried.model.save(Path(above))
            self._client.log_artifacts(run_id, above, TRIED_FOLDER)
        self._client.set_tag(run_id, TRIED_UNTIL_TAG, tried.until.date().isoformat())


@contextmanager
def _tolerating(*codes: str) -> Iterator[None]:
    """Swallow MLflow's errors of these codes and no others: an unreachable server must not look like an empty registry."""
    try:
        yield
    except MlflowException as error:
        if error.error_code not in codes:
            raise


def _decided(tags: Mapping[str, str]) -> list[str]:
    """Return the codes of what the rules said; of a refusal those that refused."""
    told = json.loads(tags["reasons"])
    faults = [one["code"] for one in told if one["blocks"] == "release"]
    return faults if tags["release"] == "refused" and faults else [one["code"] for one in told]


def _signature(inputs: pd.DataFrame, outputs: pd.DataFrame) -> ModelSignature:
    return ModelSignature(inputs=_schema(inputs), outputs=_schema(outputs))


def _schema(frame: pd.DataFrame) -> Schema:
    """Return text and doubles only: MLflow refuses categories, and integers cannot hold gaps."""
    numeric = {str(name): pd.api.types.is_numeric_dtype(frame[name]) for name in frame.columns}
    return Schema([ColSpec(DataType.double if number else DataType.string, name) for name, number in numeric.items()])
