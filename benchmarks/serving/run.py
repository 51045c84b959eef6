"""Measure start, throughput and latency of a served city: `python -m benchmarks.serving.run --workspace DIR`.

Throughput by wrk (apt: wrk) on one connection thread; latency at 100 requests a second by an open loop, which sends on the clock
whether answers came or not, so that a slow answer is not hidden by the next one waiting for it (Tene's coordinated omission). Asked
are shortlists of positions drawn at random from all. The workspace is copied; nothing in it is changed.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import numpy as np
import pandas as pd

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Role
from publication.read import current
from publication.records import open_records
from publication.schemas import TABLES
from publication.store import Store
from publication.upkeep.copying import copy_sqlite
from publication.workspace import Workspace
from serving.accounts.guard import fingerprint

TOKEN_TEXT = "benchmark-token"  # noqa: S105 - opens the copy only
HEADERS = {"Authorization": f"Bearer {TOKEN_TEXT}"}
KINDS = {"empty": "/api/v1/ping", "json": "/api/v1/positions/{}/shortlist", "html": "/positions/{}"}
RATE = 100
ID_COLUMNS = ("from_position", "to_position")
SHOWN = 2_000
"""Positions asked for, drawn at random from all: more than the answers kept in memory."""
LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
request = function() return wrk.format("GET", paths[math.random(#paths)]) end
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one kind of answer: requests a second, and milliseconds at 100 of them a second."""

    per_second: float
    relative: float
    p50: float
    p99: float
    failed: int


def main() -> None:
    """Measure and print, as a table and as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--times", type=int, default=1, help="serve the city this many times over, with ids of their own")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, paths = prepared(Workspace(asked.workspace), Path(name), asked.times)
        with served(folder) as (address, start):
            found = measure(address, paths, Path(name), asked.seconds)
    for kind, one in found.items():
        print(f"{kind:6} {one.per_second:8.0f}/s  {one.relative:5.2f} of empty  p50 {one.p50:6.1f} ms  p99 {one.p99:6.1f} ms  "
              f"failed {one.failed}")  # fmt: skip
    print(f"start  {start:.2f} s")
    print(json.dumps({"start": start, **{kind: asdict(one) for kind, one in found.items()}}))


def prepared(workspace: Workspace, folder: Path, times: int) -> tuple[Path, dict[str, list[str]]]:
    """Return a copy of the workspace with a token, and the addresses to ask by kind."""
    copy = Workspace(folder / "workspace")
    copy.root.mkdir()
    shutil.copy2(workspace.root / "secret", copy.root / "secret")
    shutil.copytree(workspace.published, copy.published)
    if times > 1:
        enlarge(workspace, copy, times)
    else:
        copy_sqlite(workspace.root / "tepat.db", copy.root / "tepat.db")
    records = open_records(copy.database_url)
    records.accounts.add("benchmark", "", 0.0, role=Role.HR)
    records.accounts.open_session("benchmark", fingerprint(TOKEN_TEXT), 0.0, 9e12, TOKEN)
    with Store(copy.database_url).reading() as answers:
        totals = answers.position_totals()
        known = [row["position_id"] for row in answers.positions(limit=1_000_000) if row["candidates"]]
    print(f"positions: {totals}; {len(known)} of them with candidates")
    chosen = np.random.default_rng(1).permutation(known)[:SHOWN]
    return copy.root, {kind: [path.format(quote(str(one), safe="")) for one in chosen] for kind, path in KINDS.items()}


def enlarge(workspace: Workspace, copy: Workspace, times: int) -> None:
    """Load the run in force ``times`` over into the copy's database: real rows, every id once per copy."""
    run = current(workspace)
    with Store(workspace.database_url).reading() as answers:
        everybody = run.table("facts_employees")["employee_id"]
        people = pd.DataFrame(answers.people(everybody).values()).drop(columns="run_id")
    frames = {name: many(run.table(name), times) for name in TABLES if (run.folder / f"{name}.parquet").exists()}
    fresh = Store(copy.database_url)
    fresh.load({"run_id": run.run_id, **run.run()}, frames, many(people, times))
    fresh.switch(run.run_id)


def many(frame: pd.DataFrame, times: int) -> pd.DataFrame:
    """Return the rows ``times`` over, each copy with ids of its own."""
    ids = [name for name in frame if name.endswith(("employee_id", "position_id", "unit_id", "parent_id")) or name in ID_COLUMNS]
    if not ids:
        return frame
    copies = [frame.assign(**{name: frame[name] + f"~{n}" for name in ids}) for n in range(times)]
    if "chain" in frame:
        copies = [copy.assign(chain=copy["chain"] + 100_000 * n) for n, copy in enumerate(copies)]
    return pd.concat(copies, ignore_index=True)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, float]]:
    """Serve the copy on a free port; yield its address and the seconds until it answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"TEPAT_WORKSPACE": str(folder), "TEPAT_RATE_PER_MINUTE": "1000000000"}
    arguments = [
        "-m",
        "uvicorn",
        "serving.application:create",
        "--factory",
        "--port",
        str(port),
        "--log-level",
        "warning",
        "--timeout-keep-alive",
        "60",
    ]
    began = time.perf_counter()
    server = subprocess.Popen([sys.executable, *arguments, "--loop", "uvloop", "--http", "httptools"], env=environment)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        while not answers_at(address):
            time.sleep(0.02)
        yield address, time.perf_counter() - began
    finally:
        server.terminate()
        server.wait()


def answers_at(address: str) -> bool:
    """Return whether a server answers at ``address``."""
    try:
        return httpx.get(f"{address}/health", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False


def measure(address: str, paths: dict[str, list[str]], folder: Path, seconds: int) -> dict[str, Measured]:
    """Return what is measured of every kind of answer."""
    for kind in paths:  # warm: the first look at a kind loads templates and rules
        for path in paths[kind][:20]:
            httpx.get(address + path, headers=HEADERS, timeout=60)
    speeds = {kind: throughput(address, listed, folder / f"{kind}.txt", seconds) for kind, listed in paths.items()}
    print(f"requests a second: {speeds}", flush=True)
    found = {}
    for kind, listed in paths.items():
        waits, failed = asyncio.run(open_loop(address, listed, seconds))
        p50, p99 = np.percentile(waits, [50, 99]) * 1000
        found[kind] = Measured(speeds[kind], speeds[kind] / speeds["empty"], float(p50), float(p99), failed)
    return found


def throughput(address: str, paths: list[str], listed: Path, seconds: int) -> float:
    """Return requests a second that sixteen connections get."""
    listed.write_text("\n".join(paths) + "\n", encoding="utf-8")
    script = listed.with_suffix(".lua")
    script.write_text(LUA % listed, encoding="utf-8")
    command = [
        "wrk",
        "-t1",
        "-c16",
        f"-d{seconds}s",
        "-s",
        str(script),
        "-H",
        f"Authorization: {HEADERS['Authorization']}",
        address,
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    if "Non-2xx" in said:
        raise RuntimeError(said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert rate is not None
    return float(rate[1])


async def open_loop(address: str, paths: list[str], seconds: int) -> tuple[list[float], int]:
    """Return seconds from when each request was due to its answer, at ``RATE`` a second, and how many failed."""
    waits: list[float] = []
    failed = 0

    async with httpx.AsyncClient(base_url=address, headers=HEADERS, timeout=30, limits=httpx.Limits(max_connections=64)) as client:

        async def ask(path: str, due: float) -> None:
            nonlocal failed
            try:
                failed += (await client.get(path)).status_code >= 400
            except httpx.HTTPError:
                failed += 1
            waits.append(time.perf_counter() - due)

        began, tasks = time.perf_counter(), []
        for number in range(RATE * seconds):
            due = began + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(ask(paths[number % len(paths)], due)))
        await asyncio.gather(*tasks)
    return waits, failed


if __name__ == "__main__":
    main()
