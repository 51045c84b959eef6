"""Programs that write without end until they are killed: ``python -m benchmarks.kills.victims decisions|publications WORKSPACE``.

Each says on standard output, a line at a time, what it holds for safely written.
"""

import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pandas as pd

from publication import read
from publication.accounts.roles import GRANTS, Role
from publication.decisions.life import Asked, Listed, Move
from publication.publish import Publication, prune, publish
from publication.records import Records, open_records
from publication.store import Store
from publication.workspace import Workspace

STEPS = (("choose", "hr", Role.HR), ("check", "ketua", Role.APPRAISAL_TEAM), ("approve", "walikota", Role.DECISION_MAKER))
LISTED = Listed("run", "yes", 1, 1, 1, "B", 0.4, 0.2, 0.1, 0.3)
PEOPLE = ["employee_id", "name", "nip", "position_id", "position_title", "unit_id", "unit_name"]


def decide(workspace: Workspace) -> None:
    """Choose, check and approve one pair after another; say the number of steps known to be in the ledger."""
    records = open_records(workspace.database_url, workspace.root)
    first = records.verify().entries
    for number in count(first):
        for action, by, role in STEPS:
            asked = Asked(action, by, GRANTS[role].permissions, reason_code="evidence" if action == "choose" else "")
            _take(records, number, asked)
            sys.stdout.write(f"{records.ledger.head().seq}\n")
            sys.stdout.flush()


def _take(records: Records, number: int, asked: Asked) -> Move:
    return records.moves.take("P1", f"E{number}", asked, LISTED, datetime.now(UTC))


def publish_again(workspace: Workspace) -> None:
    """Put the publication in force in force again under one new id after another, keeping one former; say each id."""
    run, store = read.current(workspace), Store(workspace.database_url)
    tables = {path.stem: pd.read_parquet(path) for path in run.folder.glob("*.parquet")}
    said = {name: value for name, value in run.run().items() if name != "run_id"}
    people = pd.DataFrame({"employee_id": tables["facts_employees"]["employee_id"]}).reindex(columns=PEOPLE).astype("str")
    for number in count(int(run.run_id, 16) + 1):
        with workspace.hold():
            publish(workspace, Publication(f"{number:016x}", tables, said, people), store)
            prune(workspace, store, keep=1)
        sys.stdout.write(f"{number:016x}\n")
        sys.stdout.flush()


VICTIMS = {"decisions": decide, "publications": publish_again}

if __name__ == "__main__":
    VICTIMS[sys.argv[1]](Workspace(Path(sys.argv[2])))
