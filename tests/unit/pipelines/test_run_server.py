"""The run's own Prefect server: none beside one that is named, and a clear word where it does not start."""

import os
import shutil
import sys

import pytest

from features.errors import UsageError
from pipelines import run_server


def test_no_server_is_started_where_the_environment_names_one(monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    assert not run_server.start()
    assert os.environ["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"


def test_a_server_that_does_not_start_is_said_in_both_languages(monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "to be removed again afterwards")
    monkeypatch.delenv("PREFECT_API_URL")
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    assert run_server.start()
    with pytest.raises(UsageError, match="did not start") as told:
        run_server.wait()
    assert "tidak jalan" in told.value.into("id")
