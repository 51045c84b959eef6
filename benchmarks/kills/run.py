"""Kill -9 at random moments: ``python -m benchmarks.kills.run --folder DIR --kills 200 --table FILE``.

A small invented city is published once. Then, kill by kill, a run for a later day, a retraining, a publication or a decision is
started and killed at a moment drawn for that kill: of a run or retraining when it has used so many processor seconds, so that other
work on the machine moves no moment; of steps that never end so long after the first was said to be safe. After each the publication
in force must be whole, in files and in the database, and the ledger must verify with everything in it that was said to be written;
then the work is resumed and must end in the bytes of a run that nobody killed. Outcomes are kept a line a kill, so a stopped
benchmark goes on where it was; the exit code is 1 if one of them lost anything. The tree must not be edited meanwhile: its code is
part of what a run is.
"""

import argparse
import csv
import hashlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from benchmarks.kills.quick import QUICK
from benchmarks.kills.resuming import contents
from pipelines.code import code_hash
from pipelines.job import Job, open_job
from pipelines.request import Request
from publication import read
from publication.publish import recover
from publication.records import open_records
from simulation.city import invent_city, write_city
from simulation.knobs import Knobs

KINDS = ("run", "decisions", "publications", "retrain")
TEPAT = {"run": "run", "retrain": "train"}
"""The command behind a kind, where it is one; the others are steps without end (`victims`)."""
ROOMS = ("features", "rules", "models", "placement", "evaluation", "publication", "pipelines")
FIRST_DAY, LAST_DAY = "2025-03-31", "2025-12-31"
LONGEST = 6.0
"""Seconds within which steps without end are killed after the first."""
DEADLINE = 600
"""Seconds for what a killed run had started (its Prefect server, its second process) to end by itself; and for a first step."""
GLANCE = 0.02
"""Seconds between two looks at the processor time a victim has used."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one kill ended: after how many seconds it came, whether the work had ended before, and what was lost (empty: nothing)."""

    kill: int
    kind: str
    seconds: float
    ended_before: bool
    lost: str


@dataclass(frozen=True, slots=True)
class Ground:
    """Where kills happen: the folder, and the hashes of the files of the publication in force ``before``."""

    folder: Path
    before: dict[str, str]

    def job(self, as_of: str = LAST_DAY) -> Job:
        """Return the job that is killed and resumed, or that of the publication before it."""
        return open_job(request(self.folder, as_of))


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What a retraining and a run that nobody killed leave (hashes of their files), and the processor seconds of their commands."""

    files: dict[str, dict[str, str]]
    seconds: dict[str, float]


def main() -> int:
    """Kill as often as asked, less what is in the file of outcomes, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the city and its workspace are made; used again")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--table", type=Path, help="write the table, as Markdown, to this file")
    given = parser.parse_args()
    outcomes = given.folder / "outcomes.csv"
    done = set(pd.read_csv(outcomes)["kill"]) if outcomes.exists() else set()
    left = [kill for kill in range(given.kills) if kill not in done and kind_of(kill) in given.kinds]
    if left:
        ground = prepared(given.folder)
        with outcomes.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if not done:
                writer.writerow([field.name for field in fields(Outcome)])
            for kill in left:
                found = outcome(ground, kill)
                writer.writerow(astuple(found))
                file.flush()
                print(found, flush=True)
    found = pd.read_csv(outcomes, keep_default_na=False)
    print(table(found))
    if given.table:
        given.table.write_text(table(found), encoding="utf-8")
    return int((found["lost"] != "").any())


def kind_of(kill: int) -> str:
    """Return what kill number ``kill`` hits."""
    return KINDS[kill % len(KINDS)]


def request(folder: Path, as_of: str) -> Request:
    """Return the request of a run on the city in ``folder``."""
    return Request(str(folder / "source"), str(folder / "workspace"), params=str(folder / "quick.yaml"), as_of=as_of)


def prepared(folder: Path) -> Ground:
    """Make the city and its first publication, where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    workspace, base = folder / "workspace", folder / "base"
    if not base.exists():
        write_city(invent_city(Knobs(employees=400, years=6), seed=3), folder / "source")
        (folder / "quick.yaml").write_text(yaml.safe_dump(QUICK), encoding="utf-8")
        shutil.rmtree(workspace, ignore_errors=True)
        resumed(folder, "run", FIRST_DAY)
        shutil.copytree(workspace, base)
    laid(folder)
    return Ground(folder, published(open_job(request(folder, LAST_DAY))))


@cache
def undisturbed(folder: Path) -> Undisturbed:
    """Return what nobody killed leaves; kept beside the city, for this code only."""
    kept = folder / f"undisturbed-{code_hash(*ROOMS)[:16]}.json"
    if not kept.exists():
        files, seconds = {}, {}
        for what in ("retrain", "run"):
            laid(folder)  # a run would find what the retraining learned
            files[what] = resumed(folder, what)
            laid(folder)
            seconds[what] = worked(folder, what)
        kept.write_text(json.dumps({"files": files, "seconds": seconds}), encoding="utf-8")
    return Undisturbed(**json.loads(kept.read_text(encoding="utf-8")))


def worked(folder: Path, what: str) -> float:
    """Return the processor seconds that the command of a run or a retraining uses, its own process alone."""
    seconds = 0.0
    with victim(folder, what) as process:
        while process.poll() is None:
            seconds = max(seconds, used(process))
            time.sleep(GLANCE)
    return seconds


def resumed(folder: Path, what: str, as_of: str = LAST_DAY) -> dict[str, str]:
    """Bring a run or a retraining to its end, and return the hashes of its files (the publication's, or what was learned)."""
    asked = request(folder, as_of)
    command = [sys.executable, "-m", "benchmarks.kills.resuming", what, asked.source, asked.workspace, str(asked.params), as_of]
    said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)  # noqa: S603 - ours
    return hashes(Path(said.stdout.decode().strip().splitlines()[-1]))


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of the files of a folder by their places in it."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in contents(folder).items()}


def published(job: Job) -> dict[str, str]:
    """Return the hashes of the files of the publication in force."""
    return hashes(read.current(job.workspace).folder)


def laid(folder: Path) -> None:
    """Lay the workspace out as it stood after the first publication."""
    shutil.rmtree(folder / "workspace", ignore_errors=True)
    shutil.copytree(folder / "base", folder / "workspace")


def outcome(ground: Ground, kill: int) -> Outcome:
    """Kill once and return what was lost."""
    kind, drawn = kind_of(kill), np.random.default_rng([kill, 1]).random()
    at = drawn * (undisturbed(ground.folder).seconds[kind] if kind in TEPAT else LONGEST)
    laid(ground.folder)
    with victim(ground.folder, kind) as process:
        first = b"" if kind in TEPAT else first_step(process)
        ended = not (after_work if kind in TEPAT else after_seconds)(process, at)
        if not ended:
            process.send_signal(signal.SIGKILL)
        try:
            said, _ = process.communicate(timeout=DEADLINE)  # what it started holds the same output until it ends
        except subprocess.TimeoutExpired:
            return Outcome(kill, kind, round(at, 1), ended, "a process it had started runs on")
    if ended and process.returncode:
        return Outcome(kill, kind, round(at, 1), ended, f"ended by itself with {process.returncode}")
    lost = [*LOOKS[kind](ground, (first + said).decode().split()), *unsound(ground.job())]
    return Outcome(kill, kind, round(at, 1), ended, "; ".join(lost))


def first_step(process: "subprocess.Popen[bytes]") -> bytes:
    """Return the first line a process says, once it has said it."""
    assert process.stdout
    if not select.select([process.stdout], [], [], DEADLINE)[0]:
        return b""
    return process.stdout.readline()


def after_seconds(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Return after so many seconds whether a process runs still."""
    time.sleep(seconds)
    return process.poll() is None


def after_work(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Return, once a process has used so many processor seconds, whether it runs still."""
    while process.poll() is None:
        if used(process) >= seconds:
            return True
        time.sleep(GLANCE)
    return False


def used(process: "subprocess.Popen[bytes]") -> float:
    """Return the processor seconds a process has used; one that has just ended still says how many."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / TICKS


@contextmanager
def victim(folder: Path, kind: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start what is to be killed."""
    asked = request(folder, LAST_DAY)
    assert asked.params
    tepat = [*(sys.executable, "-m", "pipelines.command_line"), TEPAT.get(kind, ""), asked.source, "--as-of", LAST_DAY]
    command = (
        [*tepat, "--params", asked.params, "--workspace", asked.workspace]
        if kind in TEPAT
        else [sys.executable, "-m", "benchmarks.kills.victims", kind, asked.workspace]
    )
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_API")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=alone, bufsize=0) as process:  # noqa: S603
        yield process


def unsound(job: Job) -> list[str]:
    """Return what is wrong with files, database and ledger as they stand; nothing may be, at any moment."""
    found = open_records(job.database_url, job.workspace.root).verify()
    run = read.current(job.workspace)
    wrong = [f"ledger: {fault}" for fault in found.faults]
    if run.run()["run_id"] != run.run_id:
        wrong.append("run.json is another run's")
    recover(job.workspace, job.store)  # what the next start of anything does
    with job.store.reading() as answers:
        if answers.run()["run_id"] != run.run_id:
            wrong.append("the database has another run in force than the files")
        rows = len(run.table("positions"))
        if len(answers.positions("", limit=rows + 1, offset=0)) != rows:
            wrong.append("the database holds other positions than the files")
    return wrong


def after_run(ground: Ground, _: list[str]) -> list[str]:
    """Look at the publication in force after a killed run, then resume the run."""
    whole = undisturbed(ground.folder).files["run"]
    wrong = [] if published(ground.job()) in (ground.before, whole) else ["the publication in force is neither the old nor the new"]
    return wrong if resumed(ground.folder, "run") == whole else [*wrong, "the resumed run ended in other bytes"]


def after_retraining(ground: Ground, _: list[str]) -> list[str]:
    """Look at the publication in force after a killed retraining, which must not touch it, then resume the training."""
    learned = undisturbed(ground.folder).files["retrain"]
    wrong = [] if published(ground.job()) == ground.before else ["the publication in force has changed"]
    return wrong if resumed(ground.folder, "retrain") == learned else [*wrong, "the resumed training ended in other bytes"]


def after_publications(ground: Ground, said: list[str]) -> list[str]:
    """Compare every table in force with the one published first, under the last id said or the next."""
    job = ground.job()
    made, run_id = published(job), read.current(job.workspace).run_id
    last = int(said[-1], 16) if said else int(read.current(job.workspace).run_id, 16)
    wrong = [] if int(run_id, 16) - last in (0, 1) else [f"{run_id} is in force, {said[-1:]} was said last"]
    different = [name for name in ground.before if name.endswith(".parquet") and made.get(name) != ground.before[name]]
    return wrong if not different else [*wrong, f"not whole: {different}"]


def after_decisions(ground: Ground, said: list[str]) -> list[str]:
    """Compare the ledger with what was said to be in it."""
    job = ground.job()
    there = open_records(job.database_url, job.workspace.root).verify().entries
    acknowledged = int(said[-1]) if said else 0
    return [] if there >= acknowledged else [f"{acknowledged} entries were said to be written, {there} are there"]


LOOKS: dict[str, Callable[[Ground, list[str]], list[str]]] = {
    "run": after_run, "retrain": after_retraining, "publications": after_publications, "decisions": after_decisions,
}  # fmt: skip


def table(outcomes: pd.DataFrame) -> str:
    """Return how many kills of each kind lost nothing, as Markdown."""
    lines = ["| killed | kills | seconds | had ended before | lost something |", "|---|---|---|---|---|"]
    for kind, rows in outcomes.groupby("kind"):
        between = f"{rows['seconds'].min():.0f}-{rows['seconds'].max():.0f}"
        lines.append(f"| {kind} | {len(rows)} | {between} | {rows['ended_before'].sum()} | {(rows['lost'] != '').sum()} |")
    lost = int((outcomes["lost"] != "").sum())
    return "\n".join([*lines, f"| all | {len(outcomes)} | | {outcomes['ended_before'].sum()} | {lost} |"]) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
