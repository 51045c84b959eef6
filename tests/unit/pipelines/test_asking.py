"""What the terminal asks of the wave in force: swaps, and wishes by lot."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from features.errors import StalePublicationError, UsageError
from pipelines.asking import Lot, found_swaps, granted, put_on_record
from pipelines.settings import load_params
from placement.wave.draws import drawn_order
from placement.wave.limits import Limits
from placement.wave.scenario import stored_limits
from publication.records import open_records
from publication.workspace import Workspace

NOW = datetime(2026, 11, 29, tzinfo=UTC)
NOBODY = pd.DataFrame({"employee_id": [], "other_employee_id": []}, dtype="str")
LOT = Lot("4711", share=85.0, turns=100, seconds=60.0, scenario="Undian")


@pytest.fixture
def job(tmp_path: Path) -> SimpleNamespace:
    """Return a job on a run with one vacancy (E03 or E04 into it); E01 and E02 could swap."""
    folder = tmp_path / "published" / "run1"
    folder.mkdir(parents=True)
    rows = [("E01", "P3", 0.4), ("E02", "P2", 0.3), ("E03", "P1", 1.0), ("E04", "P1", 0.9)]
    moves = pd.DataFrame(rows, columns=["employee_id", "position_id", "value"])
    posts = pd.DataFrame({"position_id": ["P1", "P2", "P3", "P4"], "unit_id": ["U0", "U1", "U2", "U3"], "vacant": [1, 0, 0, 0]})
    tables = {
        "wave_moves": moves.assign(spread=0.1, distance=0.0, cost=1.0, aspired=False),
        "wave_posts": posts.assign(job_family="x", district="D"),
        "wave_floors": pd.DataFrame({"unit_id": ["U1"], "job_family": ["x"], "staff": [1], "floor": [1.0]}),
        "wave_couples": NOBODY, "wave_relatives": NOBODY,
        "facts_employees": pd.DataFrame({
            "employee_id": ["E01", "E02", "E03", "E04"], "position_id": ["P2", "P3", "P4", "P4"], "job_kind": "staff",
        }),
        "candidates": moves[["employee_id", "position_id"]].assign(uplift=[0.25, 0.15, 0.5, -0.1]),
        "wave_wishes": pd.DataFrame({"employee_id": ["E04", "E01"], "position_id": ["P1", "P3"], "aspiration": [5.0, 3.0]}),
    }  # fmt: skip
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    told(folder, ranking_supported=True)
    (tmp_path / "published" / "current").write_text("run1", encoding="ascii")
    workspace = Workspace(tmp_path)
    return SimpleNamespace(workspace=workspace, params=load_params(), database_url=workspace.database_url)


def told(folder: Path, *, ranking_supported: bool) -> None:
    run = {"ranking_supported": ranking_supported, "plan": {"limits": stored_limits(Limits(moves=1))}}
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")


def test_swaps_are_found_where_people_are_told_apart_and_nowhere_else(job: SimpleNamespace) -> None:
    found, ranked = found_swaps(job)
    assert ranked
    assert list(zip(found["employee_id"], found["to_position"], strict=True)) == [("E01", "P3"), ("E02", "P2")]
    told(job.workspace.published / "run1", ranking_supported=False)
    found, ranked = found_swaps(job)
    assert (len(found), ranked) == (0, False)


def test_a_lot_is_on_record_before_wishes_are_granted_in_its_order(job: SimpleNamespace) -> None:
    draw = put_on_record(job, LOT, "terminal:test", NOW)
    record = open_records(job.database_url, job.workspace.root).intake.row("scenarios", draw.number)
    assert record is not None
    assert (record["wish"], record["reason"], record["value"], record["run_id"]) == ("draw", "4711", 85.0, "run1")
    assert draw.order == drawn_order("4711", ["E01", "E04"])
    heard: list[int] = []
    rows, result = granted(job, draw, LOT, heard.append)
    assert heard == [1, 2]
    assert dict(zip(rows["employee_id"], rows["outcome"], strict=True)) == {"E04": "granted", "E01": "impossible"}
    assert result.value == pytest.approx(0.9)


def test_only_so_many_turns_come(job: SimpleNamespace) -> None:
    one = Lot("4711", share=85.0, turns=1, seconds=60.0, scenario="Undian")
    assert len(put_on_record(job, one, "terminal:test", NOW).order) == 1


def test_a_blank_lot_or_a_run_without_wishes_puts_nothing_on_record(job: SimpleNamespace) -> None:
    with pytest.raises(UsageError, match="blank"):
        put_on_record(job, Lot(" ", 85.0, 1, 60.0, "Undian"), "terminal:test", NOW)
    (job.workspace.published / "run1" / "wave_wishes.parquet").unlink()
    with pytest.raises(StalePublicationError):
        put_on_record(job, LOT, "terminal:test", NOW)
    assert open_records(job.database_url, job.workspace.root).intake.rows("scenarios", wish="draw") == []
