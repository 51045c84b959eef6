"""A served city of any size from a small one: ``python -m benchmarks.serving.city --workspace DIR --into DIR --times 17``.

The rows of the run in force are loaded so many times over, each copy with ids of its own, with a token that opens the JSON and the
pages. ``--again`` publishes the same rows as another run into a city made before: what a load goes on under.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Role
from publication.read import current
from publication.records import open_records
from publication.schemas import TABLES
from publication.store import Store
from publication.workspace import Workspace
from serving.accounts.guard import fingerprint

TOKEN_TEXT = "benchmark-token"  # noqa: S105 - opens the copy only
ACCOUNT = "benchmark"
ID_COLUMNS = ("from_position", "to_position")


def main() -> None:
    """Make the city, or publish its other run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="publish the same rows as another run")
    asked = parser.parse_args()
    workspace, into = Workspace(asked.workspace), Workspace(asked.into)
    if asked.again:
        load(workspace, into, asked.times, other_run(current(workspace).run_id))
    else:
        make(workspace, into, asked.times)


def make(workspace: Workspace, into: Workspace, times: int) -> None:
    """Make the city ``times`` as large as that of ``workspace``."""
    into.root.mkdir(parents=True)
    shutil.copy2(workspace.root / "secret", into.root / "secret")
    shutil.copytree(workspace.published, into.published)
    load(workspace, into, times, current(workspace).run_id)
    records = open_records(into.database_url)
    records.accounts.add(ACCOUNT, "", 0.0, role=Role.HR)
    records.accounts.open_session(ACCOUNT, fingerprint(TOKEN_TEXT), 0.0, 9e12, TOKEN)
    records.database.engine.dispose()


def load(workspace: Workspace, into: Workspace, times: int, run_id: str) -> None:
    """Load the rows of the run in force in ``workspace`` into the city as run ``run_id``, and put that in force."""
    run = current(workspace)
    with Store(workspace.database_url).reading() as answers:
        everybody = run.table("facts_employees")["employee_id"]
        people = pd.DataFrame(answers.people(everybody).values()).drop(columns="run_id")
    frames = {name: many(run.table(name), times) for name in TABLES if (run.folder / f"{name}.parquet").exists()}
    store = Store(into.database_url)
    store.load({**run.run(), "run_id": run_id}, frames, many(people, times))
    store.switch(run_id)


def other_run(run_id: str) -> str:
    """Return the id under which the same rows are published again."""
    return run_id[::-1]


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
def copied(city: Path, folder: Path) -> Iterator[Workspace]:
    """Yield a copy of a city, whose database the benchmark may write to."""
    copy = Workspace(folder / "workspace")
    shutil.copytree(city, copy.root)
    yield copy
    shutil.rmtree(copy.root)


if __name__ == "__main__":
    main()
