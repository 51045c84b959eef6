"""The quarantine folder lists every fault and holds the original rows, for its owner's eyes only."""

import stat
from pathlib import Path

import pandas as pd

from features.checking.checks import check_source
from features.checking.quarantine import FAULTS_FILE, write_quarantine
from features.source.readers import read_source

TABLES = {
    "employees": "employee_id,name,hired_on\nE1,Budi,2010-01-01\nE2,Sari,2015-03-01\nE3,Ani\n",
    "units": "unit_id\nU1\n",
    "positions": "position_id,unit_id\nP1,U1\nP2,U9\n",
    "assignments": "employee_id,position_id,start_on\nE1,P1,2012-01-01\nE2,P2,2015-03-01\nE3,P1,2015-03-01\n",
    "appraisals": "employee_id,period_start,period_end,rating\nE1,2020-01-01,2020-12-31,4\nE2,2020-01-01,2020-31-12,5\n",
}


def test_every_fault_has_its_line_and_the_row_as_it_was(tmp_path: Path) -> None:
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    checked = check_source(read_source(str(tmp_path)))
    folder = tmp_path / "quarantine"
    write_quarantine(checked.quarantine, checked.set_aside, folder)
    faults = pd.read_csv(folder / FAULTS_FILE)
    assert faults[["table", "file", "line", "column", "rule", "cause"]].fillna("").to_numpy().tolist() == [
        ["employees", "employees.csv", 4, "", "row_width", "first"],
        ["positions", "positions.csv", 3, "unit_id", "orphan", "first"],
        ["assignments", "assignments.csv", 3, "position_id", "orphan", "cascade"],
        ["assignments", "assignments.csv", 4, "employee_id", "orphan", "cascade"],
        ["appraisals", "appraisals.csv", 3, "period_end", "date_swapped", "first"],
    ]
    assert pd.read_csv(folder / "appraisals.csv")["period_end"].tolist() == ["2020-31-12"]
    assert sorted(path.name for path in folder.iterdir()) == ["appraisals.csv", "assignments.csv", "faults.csv", "positions.csv"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())


def test_a_clean_source_clears_the_folder_of_the_last_check(tmp_path: Path) -> None:
    clean = {**TABLES, "employees": "employee_id\nE1\nE2\nE3\n", "positions": "position_id,unit_id\nP1,U1\nP2,U1\n"}
    clean["appraisals"] = TABLES["appraisals"].replace("2020-31-12", "2020-12-31")
    for name, text in clean.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    folder = tmp_path / "quarantine"
    folder.mkdir()
    (folder / "ranks.csv").write_text("old")
    checked = check_source(read_source(str(tmp_path)))
    write_quarantine(checked.quarantine, checked.set_aside, folder)
    assert [path.name for path in folder.iterdir()] == [FAULTS_FILE]
    assert pd.read_csv(folder / FAULTS_FILE).empty
