"""What one command asks for, put together once and handed to every stage."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from features.errors import UsageError
from pipelines.cache import Cache
from pipelines.pooling import hearing
from pipelines.request import Request
from pipelines.settings import Environment, Params, load_params
from publication.run_id import KEY_LENGTH, content_hash
from publication.store import Store
from publication.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Job:
    """A request with everything it names opened: where to work, by which choices, for which days."""

    source: str
    mapping: str | None
    workspace: Workspace
    params: Params
    seed: int
    as_of: pd.Timestamp | None
    effective_on: pd.Timestamp | None
    environment: Environment

    @property
    def cache(self) -> Cache:
        """Outcomes of earlier stages."""
        return Cache(self.workspace.cache)

    @property
    def store(self) -> Store:
        """The application database: the workspace's own, or the one the environment names."""
        return Store(self.database_url)

    @property
    def database_url(self) -> str:
        """URL of the application database."""
        named = self.environment.database_url
        return named.get_secret_value() if named else self.workspace.database_url

    @property
    def tracking_uri(self) -> str:
        """MLflow's tracking store: the workspace's own, or the server the environment names."""
        named = self.environment.mlflow_uri
        return named.get_secret_value() if named else self.workspace.tracking_uri

    @property
    def shared_snapshots(self) -> str:
        """URL of this workspace's snapshots in the storage that all machines see; empty where none is named."""
        storage = self.environment.storage_url.rstrip("/")
        return storage and f"{storage}/snapshots/{content_hash({'key': self.workspace.key().hex()})[:KEY_LENGTH]}"

    @property
    def artifacts(self) -> str:
        """URL of MLflow's artefacts: the shared storage, or the workspace's own folder."""
        storage = self.environment.storage_url.rstrip("/")
        return f"{storage}/mlartifacts" if storage else self.workspace.artifacts.resolve().as_uri()


def open_job(request: Request) -> Job:
    """Return the job of ``request``.

    Raises
    ------
    UsageError
        A date, a setting or what another city told is wrong.
    """
    workspace, params = Workspace(Path(request.workspace)), load_params(Path(request.params) if request.params else None)
    return Job(
        source=request.source,
        mapping=request.mapping,
        workspace=workspace,
        params=hearing(params, request.pool, workspace.key()) if request.pool else params,
        seed=request.seed,
        as_of=_day(request.as_of, "--as-of"),
        effective_on=_day(request.effective_on, "--effective-on"),
        environment=Environment(),
    )


def _day(text: str | None, option: str) -> pd.Timestamp | None:
    if text is None:
        return None
    try:
        return pd.Timestamp(date.fromisoformat(text))  # pandas' own reader would take "today" and "nan"
    except ValueError as error:
        raise UsageError(
            f"{option} '{text}' is not a date. Write it as YYYY-MM-DD.",
            f"{option} '{text}' bukan tanggal. Tulis sebagai TTTT-BB-HH, misalnya 2026-06-30.",
        ) from error
