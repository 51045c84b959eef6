"""What a row set aside said of a person is not known: the snapshot says whose rows are missing, and the rules listen."""

import pandas as pd
import pytest

from features.as_of import known_at
from features.checking.checks import check_source
from features.snapshot import load_identity, load_tables, write_snapshot
from features.source.readers import read_source
from rules.facts import collect_facts

KEY = b"a key for tests only, of any length"


@pytest.fixture
def damaged(tmp_path, small_city):
    """Return (tables, source id of the person) of a city with one unreadable punishment."""
    for name, frame in small_city.tables.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    path = tmp_path / "disciplines.csv"
    cases = pd.read_csv(path, dtype=str)
    present = set(small_city.tables["employees"].loc[small_city.tables["employees"]["left_on"].isna(), "employee_id"])
    row = cases.index[cases["employee_id"].isin(present)][0]
    cases.loc[row, ["start_on", "known_on"]] = ["not a date", None]
    cases.to_csv(path, index=False)
    snapshots = tmp_path / "snapshots"
    snapshot = write_snapshot(check_source(read_source(str(tmp_path), None)), snapshots, KEY)
    identity = load_identity(snapshots, snapshot).set_index("source_id")["employee_id"]
    return load_tables(snapshots, snapshot), identity[cases.loc[row, "employee_id"]]


def test_the_snapshot_says_whose_row_is_missing(damaged):
    tables, person = damaged
    lost = tables.set_aside
    assert lost["employee_id"].astype(str).tolist() == [person]
    assert lost["table"].tolist() == ["disciplines"]


def test_facts_carry_it_whatever_the_day_where_the_row_has_no_readable_date(damaged):
    tables, person = damaged
    as_of = tables.extracted_on - pd.Timedelta(days=400)
    facts = collect_facts(known_at(tables, as_of), as_of, as_of)
    assert facts.employees["set_aside"].dropna().to_dict() == {person: "disciplines"}


def test_a_dated_row_counts_from_its_day(small_tables):
    people = pd.Categorical(small_tables["employees"]["employee_id"][:1], dtype=small_tables.employee_ids)
    day = small_tables.extracted_on
    lost = pd.DataFrame({"employee_id": people, "table": ["ranks"], "known_on": [day]})
    tables = type(small_tables)(small_tables.frames, day, lost)
    assert len(known_at(tables, day).set_aside) == 1
    assert len(known_at(tables, day - pd.Timedelta(days=1)).set_aside) == 0
