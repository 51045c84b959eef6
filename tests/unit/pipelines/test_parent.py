"""A server started by a command ends with it, even after a kill, and even if the kill came before the server was up."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines import parent

SERVER = [sys.executable, "-m", "uvicorn", "--interface", "asgi3", "--lifespan", "off", "builtins:print"]
"""Started as Prefect starts its own, with an application that nobody asks anything."""
STARTS = """
import signal, subprocess, sys, time
from pathlib import Path
from pipelines.process import prepare
signal.signal(signal.SIGINT, signal.default_int_handler)  # where the tests run in the background it is ignored
prepare(Path(sys.argv[1]))
print(subprocess.Popen(sys.argv[2:]).pid, flush=True)
time.sleep(300)
"""
DEADLINE = 30
"""Seconds for what takes one or two on an idle machine."""


@pytest.mark.parametrize("deadly", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_with_its_parent(deadly: signal.Signals, tmp_path: Path) -> None:
    socket = tmp_path / "socket"
    command = [sys.executable, "-c", STARTS, str(tmp_path), *SERVER, "--uds", str(socket)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as started:
        assert started.stdout is not None
        server = int(started.stdout.readline())
        wait_for(socket)
        assert os.getpgid(server) == server
        started.send_signal(deadly)
        ends(started, server)


def test_a_server_whose_parent_died_before_it_looked_ends_at_once() -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    surroundings = {**os.environ, parent.STARTED_BY: str(dead.pid), "UVICORN_LOOP": parent.LOOP}
    subprocess.run([*SERVER, "--port", "0"], env=surroundings, capture_output=True, timeout=DEADLINE, check=False)


def test_a_server_whose_parent_was_killed_and_not_yet_missed_ends_too() -> None:
    """Whoever killed the parent may wait for the server before it looks after the parent: then each would wait for the other."""
    dead = subprocess.Popen(["true"])
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)  # ended, and left as it is
    surroundings = {**os.environ, parent.STARTED_BY: str(dead.pid), "UVICORN_LOOP": parent.LOOP}
    subprocess.run([*SERVER, "--port", "0"], env=surroundings, capture_output=True, timeout=DEADLINE, check=False)
    dead.wait()


def wait_for(path: Path) -> None:
    until = time.monotonic() + DEADLINE
    while not path.exists():
        assert time.monotonic() < until, "the server never started"
        time.sleep(0.05)


def ends(started: subprocess.Popen[str], server: int) -> None:
    """Wait until nobody holds the output any more that ``started`` and its server share."""
    try:
        started.communicate(timeout=DEADLINE)
    except subprocess.TimeoutExpired:
        os.kill(server, signal.SIGKILL)
        started.kill()
        pytest.fail("the server outlived its parent")
