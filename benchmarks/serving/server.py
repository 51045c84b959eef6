"""The application served as `tepat serve` does, in a process of its own, on a core of its own if wanted."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import numpy as np

from benchmarks.serving.city import TOKEN_TEXT
from publication.store import Store
from publication.workspace import Workspace

HEADERS = {"Authorization": f"Bearer {TOKEN_TEXT}"}
KINDS = {"empty": "/api/v1/ping", "json": "/api/v1/positions/{}/shortlist", "html": "/positions/{}"}
RESTING = 0.05
"""CPU seconds in a second below which the server does nothing but wait."""
SHOWN = 2_000
"""Positions asked for, drawn at random from all that have candidates."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers: where, how long until it did, and its process."""

    address: str
    start_seconds: float
    process: int

    def memory(self) -> float:
        """Return its resident memory in MiB."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def cpu(self) -> float:
        """Return the CPU seconds it has used."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(folder: Path, cores: frozenset[int] | None = None) -> Iterator[Served]:
    """Serve a workspace on a free port, on ``cores`` only if given."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"TEPAT_RATE_PER_MINUTE": "1000000000"}
    command = [str(Path(sys.executable).with_name("tepat")), "serve", "--workspace", str(folder), "--port", str(port)]
    command = command if cores is None else ["taskset", "-c", ",".join(map(str, sorted(cores))), *command]
    began = time.perf_counter()
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        while not _answers_at(address):
            time.sleep(0.02)
        yield Served(address, time.perf_counter() - began, server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def asked_paths(city: Workspace) -> dict[str, list[str]]:
    """Return the addresses to ask, by kind."""
    with Store(city.database_url).reading() as answers:
        known = [row["position_id"] for row in answers.positions(limit=1_000_000) if row["candidates"]]
    chosen = np.random.default_rng(1).permutation(known)[:SHOWN]
    return {kind: [path.format(quote(str(one), safe="")) for one in chosen] for kind, path in KINDS.items()}


def warm(server: Served, paths: dict[str, list[str]], most: int) -> None:
    """Ask for the last ``most`` of each kind, one after the other, and wait until the server rests.

    The first look loads templates and rules; after the start the explainer is made in the background.
    """
    with httpx.Client(base_url=server.address, headers=HEADERS, timeout=60) as client:
        for listed in paths.values():
            for path in listed[-most:]:
                client.get(path).raise_for_status()
    used = -1.0
    while server.cpu() - used > RESTING:
        used = server.cpu()
        time.sleep(1)


def _answers_at(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False
