"""A run in this process, to its end: what an interrupted one is resumed by."""

from pipelines import stages
from pipelines.job import Job
from pipelines.modelling import Trained
from publication import read


def finish(job: Job) -> dict[str, bytes]:
    """Run every stage, as ``tepat run`` would but without Prefect, and return the published files by name."""
    with job.workspace.hold():
        opened = stages.take_in(job)
        learned = stages.learn(job, opened)
        released = stages.decide(job, opened, learned)
        lists, measured = stages.draw_up(job, opened, released), stages.measure(job, opened, learned)
        stages.publish(job, opened, Trained.load(learned.folder), released, lists, measured)
    return published(job)


def retrain(job: Job) -> dict[str, bytes]:
    """Take in, train and decide, as ``tepat train`` would, and return the files of what was learned by their places."""
    with job.workspace.hold():
        opened = stages.take_in(job)
        learned = stages.learn(job, opened)
        stages.decide(job, opened, learned)
    return {str(path.relative_to(learned.folder)): path.read_bytes() for path in learned.folder.rglob("*") if path.is_file()}


def published(job: Job) -> dict[str, bytes]:
    """Return the files of the publication in force by name."""
    return {path.name: path.read_bytes() for path in read.current(job.workspace).folder.iterdir()}
