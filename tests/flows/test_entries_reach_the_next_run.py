"""What people enter is in the next run: a wish beside its candidate, a decided move matched with the service record."""

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest

from pipelines import stages
from pipelines.job import Job, open_job
from pipelines.modelling import Trained
from pipelines.request import Request
from publication import read
from publication.accounts.roles import GRANTS, Role
from publication.decisions.life import Asked, Listed
from publication.records import open_records

pytestmark = pytest.mark.slow
NOW = datetime(2026, 4, 6, 9, tzinfo=timezone(timedelta(hours=7)))
START = "2026-04-08"


def run(job: Job) -> read.PublishedRun:
    """Run every stage as a plain function and return what is in force."""
    opened = stages.take_in(job)
    learned = stages.learn(job, opened)
    released = stages.decide(job, opened, learned)
    lists, measured = stages.draw_up(job, opened, released), stages.measure(job, opened)
    stages.publish(job, opened, Trained.load(learned.folder), released, lists, measured)
    return read.current(job.workspace)


def decree(job: Job, position_id: str, employee_id: str) -> int:
    """Take a pair from proposal to decree, and return its move."""
    moves = open_records(job.database_url, job.workspace.root).moves
    listed = Listed("run", "yes", 1, 1, 1, "B", 0.4, 0.2, 0.1, 0.3)
    paper = {"document_number": "SK 1/2026", "document_on": "2026-04-07"}
    move = None
    for action, role, said in (
        ("choose", Role.HR, {"reason_code": "evidence"}), ("check", Role.APPRAISAL_TEAM, {}), ("approve", Role.DECISION_MAKER, {}),
        ("offer", Role.HR, {}), ("accept", Role.HR, {}), ("record_decree", Role.HR, paper),
    ):  # fmt: skip
        move = moves.take(position_id, employee_id, Asked(action, str(role), GRANTS[role].permissions, **said), listed, NOW)
    assert move is not None
    return move.move_id


def moved(source: Path, target: Path, position_id: str, employee_id: str) -> None:
    """Write the source as exported later: the person has started in the new post."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("truth"))
    spells = pd.read_csv(target / "assignments.csv", dtype="str")
    held = (spells["employee_id"] == employee_id) & spells["end_on"].isna()
    spells.loc[held, "end_on"] = "2026-04-07"
    row = {"employee_id": employee_id, "position_id": position_id, "start_on": START, "kind": "definitive", "move_type": "assigned"}
    row = {**row, "move_type": "rotation", "known_on": START, "decided_on": "2026-04-07"}
    added = pd.DataFrame([row]).reindex(columns=spells.columns)
    pd.concat([spells, added], ignore_index=True).to_csv(target / "assignments.csv", index=False)


def test_a_wish_is_seen_and_a_decree_is_matched_in_the_next_run(city: Path, quick: Path, tmp_path: Path) -> None:
    workspace = str(tmp_path / "workspace")
    job = open_job(Request(str(city), workspace, params=str(quick)))
    before = run(job)
    shortlists, positions = before.table("shortlists"), before.table("positions").set_index("position_id")
    vacant = shortlists[positions["vacant"].reindex(shortlists["position_id"]).to_numpy() > 0]
    wisher = shortlists[shortlists["aspiration"].isna()].iloc[0]
    mover = vacant[(vacant["employee_id"] != wisher["employee_id"]) & (vacant["position_id"] != wisher["position_id"])].iloc[0]

    records = open_records(job.database_url, job.workspace.root)
    wish = {"employee_id": wisher["employee_id"], "position_id": wisher["position_id"], "stated_on": "2026-04-06", "strength": 4}
    records.intake.enter("aspirations", wish, "pegawai", NOW)
    move = decree(job, mover["position_id"], mover["employee_id"])

    later = tmp_path / "later"
    moved(city, later, mover["position_id"], mover["employee_id"])
    after = run(open_job(Request(str(later), workspace, params=str(quick))))

    told = after.run()
    assert after.run_id != before.run_id
    assert before.run()["hashes"]["intake"] == ""
    assert told["hashes"]["intake"] != ""
    assert (told["entered_until"], told["as_of"]) == ("2026-04-06", START)
    listed = after.table("shortlists").set_index(["position_id", "employee_id"])["aspiration"]
    assert listed.loc[(wisher["position_id"], wisher["employee_id"])] == 4.0
    assert (job.workspace.intake / told["hashes"]["intake"][:16] / "aspirations.csv").exists()
    matched = records.moves.move(move)
    assert matched is not None
    assert matched.state == "matched"
    assert records.moves.history(move)[-1]["public"]["matched_in"] == after.run_id
    assert records.verify().faults == ()
