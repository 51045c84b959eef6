"""A run to its end, resuming one that was interrupted: ``python -m benchmarks.kills.resuming run|retrain SOURCE WORKSPACE ...``.

In a process of its own: MLflow keeps its database open, and the workspace may be laid out anew between two of them.
"""

import sys
from pathlib import Path

from pipelines import stages
from pipelines.job import Job, open_job
from pipelines.modelling import Trained
from pipelines.process import quieten
from pipelines.request import Request
from publication import read


def finish(job: Job) -> dict[str, bytes]:
    """Run every stage, as ``tepat run`` would but without Prefect, and return the published files by name."""
    with job.workspace.hold():
        opened = stages.take_in(job)
        learned = stages.learn(job, opened)
        released = stages.decide(job, opened, learned)
        lists, measured = stages.draw_up(job, opened, released), stages.measure(job, opened, learned)
        stages.publish(job, opened, Trained.load(learned.folder), released, lists, measured)
    return contents(read.current(job.workspace).folder)


def retrain(job: Job) -> Path:
    """Take in, train and decide, as ``tepat train`` would, and return the folder of what was learned."""
    with job.workspace.hold():
        opened = stages.take_in(job)
        learned = stages.learn(job, opened)
        stages.decide(job, opened, learned)
    return learned.folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their places in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


if __name__ == "__main__":
    quieten()
    what, source, workspace, params, as_of = sys.argv[1:]
    job = open_job(Request(source, workspace, params=params, as_of=as_of))
    if what == "run":
        finish(job)
        place = read.current(job.workspace).folder
    else:
        place = retrain(job)
    sys.stdout.write(f"{place}\n")
