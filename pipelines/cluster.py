"""The workers of a Dask cluster, as the flow's own task runner reaches them.

A piece of a stage is a Prefect task on a worker. Nothing is left with a worker that only it knows: the scheduler keeps what every
piece was asked, and has others make again what is lost with a worker that dies. What many pieces read is made by a piece of its
own, from storage that all workers see; no table passes through this process.
"""

from collections.abc import Callable
from contextvars import ContextVar, copy_context
from ipaddress import ip_address
from typing import Any, ClassVar, TypeVar, cast
from urllib.parse import urlsplit

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext, TaskRunContext
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner
from prefect.tasks import Task
from prefect_dask.task_runners import DaskTaskRunner

from features.errors import OutageError, UsageError
from pipelines.code import code_hash

Made = TypeVar("Made")
PIECES_A_WORKER = 4
"""What can be cut is cut into so many pieces for each thread of a worker: the last to finish is not waited for long."""


def _do(fn: Callable[..., Made], args: tuple[Any, ...]) -> Made:
    """Do a call on a worker; no decorator, so that it is found there by its name."""
    return fn(*args)


piece = task(cache_policy=NO_CACHE, persist_result=False)(_do)


class OnCluster:
    """Hands pieces to the workers of the running flow; results are those of one machine.

    Pieces are tasks of the flow, not of the stage that hands them out: what the stage was given (addresses of databases among it)
    would travel with every one.
    """

    every: ClassVar[int] = 1

    def __init__(self, pieces: int) -> None:
        self.pieces, self._of_flow = pieces, copy_context()
        self._of_flow.run(cast(ContextVar[TaskRunContext | None], TaskRunContext.__var__).set, None)

    def submit(self, fn: Callable[..., Made], /, *args: Any) -> PrefectFuture[Made]:  # noqa: ANN401 - arguments of any function
        """Return the call as it will be made on a worker; arguments may be what earlier calls will return."""
        named = cast(Task[..., Made], piece.with_options(name=_name_of(fn)))
        return self._of_flow.run(named.submit, fn, args)

    def kept(self, _value: Made, make: Callable[..., Made], *args: Any) -> PrefectFuture[Made]:  # noqa: ANN401
        """Return the value as a worker will make it: pieces that read it fetch it from there."""
        return self.submit(make, *args)


def _name_of(fn: Callable[..., object]) -> str:
    """Return what Prefect's pages call a piece."""
    return str(getattr(getattr(fn, "func", fn), "__name__", "piece")).strip("_")


def of_flow() -> OnCluster | None:
    """Return the cluster of the running flow, None where its tasks are run in this process.

    Raises
    ------
    OutageError
        The scheduler does not answer, or has no worker.
    UsageError
        A worker runs another version of the program.
    """
    running = FlowRunContext.get()
    if running is None or not isinstance(running.task_runner, DaskTaskRunner):
        return None
    workers = _workers(running.task_runner)
    codes = running.task_runner.client.run(code_hash)
    other = sorted(address for address, code in codes.items() if code != code_hash())
    if other:
        raise UsageError(
            f"{len(other)} of {len(codes)} workers of the cluster run another version of the program, first {other[0]}: results "
            "would be neither's. Install this version there and start them again.",
            f"{len(other)} dari {len(codes)} pekerja klaster menjalankan versi program lain, pertama {other[0]}: hasilnya tidak "
            "dapat dipakai. Pasang versi ini di sana dan jalankan lagi.",
        )
    return OnCluster(PIECES_A_WORKER * sum(workers.values()))


def _workers(runner: DaskTaskRunner) -> dict[str, int]:
    """Return the address of every worker and how many threads it has."""
    try:
        found = {address: int(about["nthreads"]) for address, about in runner.client.scheduler_info(-1)["workers"].items()}
    except OSError as error:
        raise OutageError(
            f"The Dask scheduler named in TEPAT_DASK_SCHEDULER does not answer ({type(error).__name__}). Start it, or unset the "
            "variable: the work is then done on this machine.",
            f"Penjadwal Dask pada TEPAT_DASK_SCHEDULER tidak menjawab ({type(error).__name__}). Jalankan, atau hapus variabel itu: "
            "pekerjaan lalu dikerjakan di mesin ini.",
        ) from error
    if not found:
        raise OutageError(
            "The Dask scheduler named in TEPAT_DASK_SCHEDULER has no worker. Start some: `dask worker ADDRESS`.",
            "Penjadwal Dask pada TEPAT_DASK_SCHEDULER tidak punya pekerja. Jalankan: `dask worker ALAMAT`.",
        )
    return found


def runner_at(scheduler: str, prefect: str) -> TaskRunner[Any]:
    """Return the task runner of the cluster whose scheduler listens at ``scheduler``; ``prefect`` is the URL of Prefect's API.

    Raises
    ------
    UsageError
        The workers are on other machines, where a Prefect server that only this one sees is out of their reach.
    """
    if _is_here(prefect) and not _is_here(scheduler):
        raise UsageError(
            f"The workers of {scheduler} cannot reach the run's own Prefect server, which listens on this machine only. Name one "
            "that all machines see in PREFECT_API_URL (docs/scale.md, Beyond one machine).",
            f"Pekerja dari {scheduler} tidak dapat menjangkau server Prefect milik proses ini, yang hanya melayani mesin ini. "
            "Sebutkan server yang terlihat semua mesin di PREFECT_API_URL (docs/scale.md, Beyond one machine).",
        )
    return DaskTaskRunner(address=scheduler)


def _is_here(address: str) -> bool:
    host = urlsplit(address if "//" in address else f"tcp://{address}").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
