"""An MLflow server keeps what the workspace's own file keeps: runs, models, who is in force."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from models.tracking.registered import Tried
from models.tracking.registry import Registry
from tests.unit.models.test_registry import StandIn, evidence, inputs, record

STARTS_WITHIN = 300


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Start an MLflow server as the manual says; yield its address."""
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    stores = ["--backend-store-uri", f"sqlite:///{tmp_path}/central.db", "--artifacts-destination", str(tmp_path / "artefacts")]
    with (tmp_path / "server.log").open("w") as log:
        started = subprocess.Popen([*command, *stores], stdout=log, stderr=log, start_new_session=True)
    until = time.monotonic() + STARTS_WITHIN
    try:
        while started.poll() is None and time.monotonic() < until:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


@pytest.mark.slow
def test_a_central_server_keeps_runs_and_models(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.tracking.registry.plots", lambda evidence, funnel: ())
    central, kept = Registry(server, ""), record()
    tried = Tried(StandIn(0.1), pd.Timestamp("2026-05-31"))
    version = central.register(central.log_run(kept, StandIn(0.3), inputs(), tried), kept)
    central.promote(version, "released")
    champion = Registry(server, "").champion()
    assert champion is not None
    assert StandIn.load(champion.folder).gain == 0.3
    assert champion.evidence is not None
    assert champion.evidence.autoc == evidence().autoc
    found = central.tried(champion)
    assert found is not None
    assert StandIn.load(found[0]).gain == 0.1
    assert central.register(central.log_run(kept, StandIn(0.3), inputs()), kept) == version, "the same model is registered once"
