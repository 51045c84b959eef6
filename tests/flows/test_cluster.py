"""A run over a Dask scheduler and two workers, one of them killed on the way, publishes what one machine alone does."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from distributed import Client

from features.errors import OutageError
from pipelines.job import open_job
from pipelines.request import Request
from publication import read

pytestmark = pytest.mark.slow

DEADLINE = 120
AS_OF = "2025-12-31"
DASK = [sys.executable, "-m", "dask"]
PLAIN = ["--no-dashboard", "--host", "127.0.0.1"]


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its workers, each a process of its own."""

    address: str
    workers: dict[str, subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Start a scheduler and two workers of one thread, without nannies that would start them again."""
    file = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    joining = ["--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", *PLAIN]
    begun = [subprocess.Popen([*DASK, "scheduler", "--port", "0", "--scheduler-file", str(file), *PLAIN], **quiet)]
    try:
        names = ("first", "second")
        workers = {name: subprocess.Popen([*DASK, "worker", "--name", name, *joining], **quiet) for name in names}
        begun += workers.values()
        with Client(scheduler_file=str(file), timeout=DEADLINE, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=DEADLINE)
            address = client.scheduler.address
        yield Cluster(address, workers)
    finally:
        for process in begun:
            process.kill()
            process.wait()


def published(request: Request, on: str = "") -> dict[str, pd.DataFrame]:
    """Run, over the cluster ``on`` where named, and return the published tables by name."""
    from prefect.settings import PREFECT_API_URL

    from pipelines import flows
    from pipelines.cluster import runner_at

    runner = runner_at(on, PREFECT_API_URL.value() or "") if on else None
    flows.call(flows.run.with_options(task_runner=runner), request)
    run = read.current(open_job(request).workspace)
    return {path.stem: pd.read_parquet(path) for path in sorted(run.folder.glob("*.parquet"))}


def kill_who_holds_data(cluster: Cluster, killed: list[str]) -> None:
    """Kill, once both workers are at work, one that holds what others need: results of earlier pieces."""
    with Client(cluster.address, set_as_default=False) as client:
        names = {address: str(about["name"]) for address, about in client.scheduler_info(-1)["workers"].items()}
        ends = time.monotonic() + DEADLINE
        while time.monotonic() < ends:
            holding, working = client.has_what(), client.processing()
            for address, name in names.items():
                if holding.get(address) and working.get(address):
                    cluster.workers[name].kill()
                    killed.append(name)
                    return
            time.sleep(0.05)


def test_a_cluster_that_loses_a_worker_publishes_what_one_machine_does(cluster, moving_city, quick, prefect_server, tmp_path):
    alone = published(Request(str(moving_city), str(tmp_path / "alone"), params=str(quick), as_of=AS_OF))
    killed: list[str] = []
    killer = threading.Thread(target=kill_who_holds_data, args=(cluster, killed), daemon=True)
    killer.start()
    together = published(Request(str(moving_city), str(tmp_path / "together"), params=str(quick), as_of=AS_OF), cluster.address)
    killer.join()
    assert len(killed) == 1
    assert cluster.workers[killed[0]].poll() is not None
    assert together.keys() == alone.keys()
    for name, frame in alone.items():
        pd.testing.assert_frame_equal(together[name], frame, rtol=0, atol=1e-6)


def test_a_scheduler_without_workers_or_none_at_all_is_told(cluster, moving_city, quick, prefect_server, tmp_path):
    request = Request(str(moving_city), str(tmp_path / "workspace"), params=str(quick), as_of=AS_OF)
    for process in cluster.workers.values():
        process.kill()
        process.wait()
    with pytest.raises(OutageError, match="has no worker"):
        published(request, cluster.address)
