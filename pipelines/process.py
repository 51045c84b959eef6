"""The process: the environment that libraries read when they are imported (set it before), and the name it was called by."""

import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

from features.errors import OutageError, UsageError
from pipelines import parent, unneeded  # noqa: F401  # unneeded: imported for what it does

_QUIET = {
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "4",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "GOMP_SPINCOUNT": "20000",
    "OPENBLAS_NUM_THREADS": "1",
}
"""No telemetry; room for a slow server start, half a minute for an MLflow server that may come back; one clear terminal; threads
that yield when the cores are wanted (on two cores OpenBLAS's own threads made small factorisations up to ten times slower as soon
as anything else ran)."""


LEAST_FREE = 100_000_000
"""Bytes that must be free before a run: a small city's publication, database and caches."""


def prepare(workspace: Path) -> None:
    """Set what is not set yet, with Prefect's home inside ``workspace``.

    Raises
    ------
    UsageError
        The workspace cannot be written.
    """
    home = (workspace / "prefect").resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=home).close()
    except OSError as error:
        raise UsageError(
            f"The workspace '{workspace}' cannot be written ({error.strerror}). Check --workspace and the folder's permissions.",
            f"Ruang kerja '{workspace}' tidak dapat ditulisi ({error.strerror}). Periksa --workspace dan izin foldernya.",
        ) from error
    warnings.filterwarnings("ignore", message=".*An input example was not provided.*")  # it would hold rows about people
    os.environ.setdefault("PREFECT_HOME", str(home))
    os.environ[parent.STARTED_BY] = str(os.getpid())
    os.environ["UVICORN_LOOP"] = parent.LOOP
    quieten()


def require_room(workspace: Path) -> None:
    """Refuse to start a run that the disk has no room for: one that stops half-way costs the time until then.

    Raises
    ------
    OutageError
        Less than `LEAST_FREE` bytes are free.
    """
    free = shutil.disk_usage(workspace).free
    if free < LEAST_FREE:
        least = LEAST_FREE // 1_000_000
        raise OutageError(
            f"The disk of the workspace '{workspace}' has {free // 1_000_000} MB left; a run needs {least} MB and more. Make room: "
            "`tepat prune` removes old publications, and runs/cache may be deleted.",
            f"Disk ruang kerja '{workspace}' tinggal {free // 1_000_000} MB; satu proses memerlukan {least} MB atau lebih. "
            "Kosongkan: `tepat prune` menghapus terbitan lama, dan runs/cache boleh dihapus.",
        )


def quieten() -> None:
    """Set what is not set yet of the environment that libraries read when they are imported.

    A server that is away is told by the run itself, in words, and not by every try of the library underneath.
    """
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


def program() -> str:
    """Return this program as the user types it: its bare name where the shell finds it, else the path it was called by."""
    called = Path(sys.argv[0])
    if called.suffix == ".py":  # python -m pipelines.command_line
        return f"{sys.executable} -m pipelines.command_line"
    return called.name if shutil.which(called.name) == str(called) else str(called)
