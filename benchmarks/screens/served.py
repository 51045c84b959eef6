"""A workspace served as a demonstration, on the day its data end, in a process of its own.

The browser's driver switches greenlets on the main thread; a server on a thread beside it, which freezes what the garbage
collector knows, once brought the interpreter down. Two processes share nothing that could.
"""

import argparse
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import uvicorn

from publication.read import current
from publication.workspace import Workspace
from serving.application import create
from serving.settings import ServingSettings

PATIENCE = 180.0
"""Seconds a server may take to answer."""


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """Serve ``workspace`` from another process and yield the address.

    Raises
    ------
    RuntimeError
        The server ended, or does not answer.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-X", "faulthandler", "-m", __name__, str(workspace), str(port)]
    with subprocess.Popen(command) as server:  # noqa: S603
        try:
            _wait_for(address, server)
            yield address
            if server.poll() is not None:
                raise RuntimeError(f"the server ended with {server.returncode} before the pictures did")
        finally:
            server.terminate()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(f"{address}/health") as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except URLError:
            time.sleep(0.2)
    raise RuntimeError(f"the server at {address} does not answer; it ended with {server.poll()}")


def main() -> None:
    """Serve a workspace until told to end."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("workspace", type=Path)
    asked.add_argument("port", type=int)
    given = asked.parse_args()
    settings = ServingSettings(workspace=given.workspace, demo=True, rate_per_minute=100_000, address_per_minute=100_000)
    application = create(settings)
    as_of = date.fromisoformat(current(Workspace(given.workspace)).run()["as_of"])
    application.state.today = lambda: as_of
    uvicorn.run(application, host="127.0.0.1", port=given.port, log_level="error")


if __name__ == "__main__":
    main()
