"""A disk, database or server that gave up is told from a defect, in words, and nothing of a row is quoted."""

import errno
from pathlib import Path

import pytest
import sqlalchemy
from mlflow.exceptions import MlflowException

from features.errors import OutageError
from pipelines import command_line, process
from pipelines.outages import outage

DATABASE = sqlalchemy.exc.OperationalError("INSERT INTO people VALUES ('Sari')", {"name": "Sari"}, Exception("server closed"))
FULL = sqlalchemy.exc.OperationalError("INSERT", {}, Exception("database or disk is full"))
READ_ONLY = sqlalchemy.exc.OperationalError("INSERT", {}, Exception("attempt to write a readonly database"))
REFUSED = MlflowException("API request to http://127.0.0.1:9/api/2.0/mlflow failed with exception Max retries exceeded")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "x.parquet"), "disk is full"),
        (OSError("Error writing bytes to file. Detail: No space left on device"), "disk is full"),
        (OSError(errno.EFBIG, "File too large"), "disk is full"),
        (OSError(errno.EROFS, "Read-only file system"), "cannot be written"),
        (PermissionError(errno.EACCES, "Permission denied"), "cannot be written"),
        (OSError(errno.EIO, "Input/output error"), "answers with errors"),
        (DATABASE, "database gave up"),
        (FULL, "disk is full"),
        (READ_ONLY, "cannot be written"),
        (REFUSED, "TEPAT_MLFLOW_URI"),
        (RuntimeError("Failed to reach API at http://127.0.0.1:9/api/"), "PREFECT_API_URL"),
    ],
)
def test_what_gave_up_is_named_with_a_way_on(error: Exception, said: str) -> None:
    wrapped = RuntimeError("a task failed")
    wrapped.__cause__ = error
    for raised in (error, wrapped):
        found = outage(raised)
        assert found is not None
        assert said in str(found)
        assert "in force still" in str(found)
        assert "Sari" not in str(found) + found.into("id")


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyError("employee_id"), FileNotFoundError(errno.ENOENT, "x"), MlflowException("no run")]
)
def test_a_defect_stays_one(error: Exception) -> None:
    assert outage(error) is None


def test_a_full_disk_ends_a_command_with_its_own_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(command_line.app), "__call__", full)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 14
    assert "T430" in capsys.readouterr().err


def test_a_run_is_not_started_on_a_disk_without_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    process.require_room(tmp_path)
    monkeypatch.setattr(process, "LEAST_FREE", 10**18)
    with pytest.raises(OutageError, match="tepat prune"):
        process.require_room(tmp_path)
