"""Prefect flows: thin tasks over the stages. No decision and no frame is made here.

Tasks exchange references (ids, folders), retry on faults of input and output only, and leave a table artifact each. What is
already there is not made again: the stages key their outcomes by content (``pipelines.cache``), with or without a server.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any, TypeVar

from prefect import Flow, flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.task_runners import TaskRunner
from prefect.tasks import Task

from features.errors import UsageError
from pipelines import monitoring, stages
from pipelines.cache import Outcome
from pipelines.decision_told import DECISION, decision_rows
from pipelines.job import Job, open_job
from pipelines.modelling import Trained
from pipelines.progress import Progress, StageTime, terminal
from pipelines.releasing import Released
from pipelines.request import Request
from pipelines.settings import Environment
from pipelines.stages import Opened
from publication.database.engine import UNREACHABLE
from publication.model_in_force import latest
from publication.monitoring import Look
from publication.publish import Publication

Made = TypeVar("Made")
ALERTS = (
    "Yang perlu ditelaah orang menurut pemantauan; tabel kosong: tidak ada. Arti tiap sinyal: docs/monitoring.md. — What the "
    "monitor found that people should look at; an empty table: nothing. docs/monitoring.md says what each signal means."
)
"""Read in Prefect by whoever opens it: both languages."""
RETRIES, RETRY_DELAY_SECONDS = 2, 2


def runner() -> TaskRunner[Any] | None:
    """Return the task runner of the cluster that the environment names; without one the stages do everything on this machine.

    Raises
    ------
    UsageError
        Dask is not installed, or the workers could not reach the Prefect server of this process.
    """
    scheduler = Environment().dask_scheduler
    if not scheduler:
        return None
    if find_spec("prefect_dask") is None:
        raise UsageError(
            "TEPAT_DASK_SCHEDULER names a cluster, but Dask is not installed here. Install the project with its extra `cluster`, "
            "or unset the variable: this machine then does the work alone.",
            "TEPAT_DASK_SCHEDULER menyebut klaster, tetapi Dask tidak terpasang di sini. Pasang program dengan tambahan `cluster`, "
            "atau hapus variabel itu: mesin ini lalu bekerja sendiri.",
        )
    from pipelines.cluster import runner_at

    return runner_at(scheduler, PREFECT_API_URL.value() or "")


RUNNER = runner()


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished run: what is in force now, how long each stage took, and the folder of what was found wrong (empty: nothing)."""

    run_id: str
    times: tuple[StageTime, ...]
    quarantine: str = ""


def on_input_output(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Return whether a task failed on a disk, a database or a server, which may be back in a moment."""
    return isinstance(state.result(raise_on_failure=False), UNREACHABLE)


thin = task(
    cache_policy=NO_CACHE, retries=RETRIES, retry_delay_seconds=RETRY_DELAY_SECONDS, retry_condition_fn=on_input_output,
)  # fmt: skip


def shown(progress: Progress, stage: str, make: Callable[[], Made], figures: Callable[[Made], Mapping[str, Any]]) -> Made:
    """Return what ``make`` returns; its time is shown, its figures are kept as the stage's table artifact."""
    with progress.stage(stage) as log:
        made = make()
        log.figures.update(figures(made))
    create_table_artifact(table=[{"figure": name, "value": str(value)} for name, value in log.figures.items()], key=stage)
    return made


def tell_decision(job: Job, released: Released) -> None:
    """Keep the decision in words as an artifact: figures alone name the rules by their codes."""
    create_table_artifact(table=decision_rows(released, latest(job.workspace)), key="decision", description=DECISION)


@thin
def ingest(job: Job, progress: Progress) -> Opened:
    """Take the source in."""
    return shown(progress, "ingest", lambda: stages.take_in(job), Opened.figures)


@thin
def learn(job: Job, progress: Progress, opened: Opened) -> Outcome:
    """Train and try out."""
    return shown(progress, "learn", lambda: stages.learn(job, opened), stages.learned_figures)


@thin
def decide(job: Job, progress: Progress, opened: Opened, learned: Outcome) -> Released:
    """Decide on the release."""
    released = shown(progress, "release", lambda: stages.decide(job, opened, learned), Released.figures)
    tell_decision(job, released)
    return released


@thin
def draw_up(job: Job, progress: Progress, opened: Opened, released: Released) -> Outcome:
    """Draw up the lists."""
    return shown(progress, "recommend", lambda: stages.draw_up(job, opened, released), stages.listed_figures)


@thin
def measure(job: Job, progress: Progress, opened: Opened, learned: Outcome | None = None) -> Outcome:
    """Look back at past moves."""
    return shown(progress, "evaluate", lambda: stages.measure(job, opened, learned), stages.measured_figures)


@thin
def refused(job: Job, progress: Progress, released: Released, lists: Outcome, measured: Outcome) -> bool:
    """Let the gate of fairness judge the lists; True: their model was withdrawn, draw up others."""
    return shown(progress, "gate", lambda: stages.withdrawn(job, released, lists, measured), lambda found: {"gate": not found})


@thin
def publish(
    job: Job, progress: Progress, opened: Opened, released: Released, trained: Trained, lists: Outcome, measured: Outcome
) -> Publication:  # fmt: skip
    """Put the lists in force."""
    return shown(
        progress, "publish", lambda: stages.publish(job, opened, trained, released, lists, measured), stages.published_figures
    )  # fmt: skip


@thin
def champion(job: Job, progress: Progress, opened: Opened) -> tuple[Released, Trained]:
    """Take the champion instead of training."""
    found = shown(progress, "release", lambda: stages.champion(job, opened), lambda found: found[0].figures())
    tell_decision(job, found[0])
    return found


@thin
def look(job: Job, progress: Progress, opened: Opened) -> Look:
    """Look with the monitor; what is to be reviewed is an artifact of its own."""
    found = shown(progress, "monitor", lambda: stages.watch(job, opened), monitoring.figures)
    create_table_artifact(table=monitoring.alerts(found).to_dict("records"), key="alerts", description=ALERTS)
    return found


def settled(
    job: Job, progress: Progress, opened: Opened, measured: Outcome, released_now: Callable[[], tuple[Released, Trained]]
) -> tuple[Released, Trained, Outcome]:  # fmt: skip
    """Return what publishes and its lists, drawn up anew as long as the gate of fairness refuses the model behind them."""
    released, trained = released_now()
    lists = draw_up(job, progress, opened, released)
    while refused(job, progress, released, lists, measured):
        released, trained = released_now()
        lists = draw_up(job, progress, opened, released)
    return released, trained, lists


@flow(name="tepat-run", retries=0, task_runner=RUNNER)
def run(request: Request) -> Finished:
    """Ingest, train, decide, draw up the lists, look back at past moves and publish."""
    job, progress = open_job(request), terminal(request.lang)
    with job.workspace.hold():
        opened = ingest(job, progress)
        learned = learn(job, progress, opened)
        measured, found = measure(job, progress, opened, learned), Trained.load(learned.folder)
        last = settled(job, progress, opened, measured, lambda: (decide(job, progress, opened, learned), found))
        published = publish(job, progress, opened, *last, measured)
    return finished(job, progress, opened, published.run_id)


@flow(name="tepat-shortlist", task_runner=RUNNER)
def shortlist(request: Request) -> Finished:
    """Ingest, draw up the lists with the champion and publish."""
    job, progress = open_job(request), terminal(request.lang)
    with job.workspace.hold():
        opened = ingest(job, progress)
        measured = measure(job, progress, opened)
        last = settled(job, progress, opened, measured, lambda: champion(job, progress, opened))
        published = publish(job, progress, opened, *last, measured)
    return finished(job, progress, opened, published.run_id)


@flow(name="tepat-train", task_runner=RUNNER)
def train(request: Request) -> Finished:
    """Ingest, train and decide; publish nothing."""
    job, progress = open_job(request), terminal(request.lang)
    with job.workspace.hold():
        opened = ingest(job, progress)
        decide(job, progress, opened, learn(job, progress, opened))
    return finished(job, progress, opened)


@flow(name="tepat-ingest", task_runner=RUNNER)
def take_in(request: Request) -> Finished:
    """Ingest only: the nightly check that a new export can be used."""
    job, progress = open_job(request), terminal(request.lang)
    with job.workspace.hold():
        opened = ingest(job, progress)
    return finished(job, progress, opened)


@flow(name="tepat-monitor", task_runner=RUNNER)
def monitor(request: Request) -> Finished:
    """Ingest and look for drift; train and publish nothing."""
    job, progress = open_job(request), terminal(request.lang)
    with job.workspace.hold():
        opened = ingest(job, progress)
        look(job, progress, opened)
    return finished(job, progress, opened)


def finished(job: Job, progress: Progress, opened: Opened, run_id: str = "") -> Finished:
    """Write the stage times beside the runs, where they disturb no published byte, and return them."""
    job.workspace.runs.mkdir(parents=True, exist_ok=True)
    done = Finished(run_id, tuple(progress.times), opened.ingested.quarantine if opened.ingested.faults else "")
    with (job.workspace.runs / "times.jsonl").open("a", encoding="utf-8") as handle:
        handle.write(json.dumps({"ended_at": datetime.now(UTC).isoformat(timespec="seconds"), **asdict(done)}) + "\n")
    return done


def call(work: Flow[[Request], Finished], request: Request) -> Finished:
    """Run a flow here and now, with a Prefect server of its own for as long as it takes.

    The heartbeat is for flows that a worker runs unattended; here it would only make every flow wait a second at its end.
    """
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return work(request)
