"""A run that is killed leaves no process, and nothing that the next run does not clear; what it had finished is used again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.kills.resuming import finish
from pipelines.job import open_job
from pipelines.request import Request

pytestmark = pytest.mark.slow
DEADLINE = 120
"""Seconds for a server's start on a busy machine."""


def wait_for_aside(cache: Path, stage: str, run: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + DEADLINE
    while not list(cache.glob(f".{stage}-*")):
        assert run.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture(scope="module")
def uninterrupted(city: Path, quick: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return finish(open_job(Request(str(city), str(tmp_path_factory.mktemp("whole")), params=str(quick))))


@pytest.mark.parametrize("stage", ["learn", "lists"])
def test_a_killed_run_leaves_nothing_behind_and_is_resumed(
    stage: str, city: Path, quick: Path, uninterrupted: dict[str, bytes], tmp_path: Path
) -> None:
    job = open_job(Request(str(city), str(tmp_path / "killed"), params=str(quick)))
    command = [sys.executable, "-m", "pipelines.command_line", "run", str(city), "--params", str(quick), "--workspace"]
    with subprocess.Popen([*command, str(job.workspace.root)], stdout=subprocess.PIPE, env=alone()) as run:
        wait_for_aside(job.workspace.cache, stage, run)
        run.send_signal(signal.SIGKILL)
        run.communicate(timeout=DEADLINE)  # its Prefect server holds the same output until it ends
    finished = {path.name: path.stat().st_ino for path in job.workspace.cache.glob("[!.]*")}
    assert finish(job) == uninterrupted
    assert finished.items() <= {path.name: path.stat().st_ino for path in job.workspace.cache.iterdir()}.items()
    assert any(name.startswith("learn-") for name in finished) == (stage == "lists")


def alone() -> dict[str, str]:
    """Return the environment without the server that the other tests of this room share."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_API")}


def test_the_schedule_ends_when_stopped_though_its_server_is_gone() -> None:
    program = (
        "import time; from pipelines import deployments as d; d.STOP_SECONDS = 1\n"
        "d.Runner.handle_sigterm = lambda *_: time.sleep(300)\n"
        "d.Stoppable().handle_sigterm()"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=DEADLINE, check=False)
    assert ended.returncode == -signal.SIGALRM
