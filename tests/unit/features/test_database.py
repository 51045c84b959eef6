"""Databases read like folders; a server that is away is one clear error without the password."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sql

from features.checking.checks import check_source
from features.errors import SourceError
from features.snapshot import write_snapshot
from features.source.database import database_sheets
from features.source.raw import FILE, LINE
from features.source.readers import read_source

ROWS = {
    "employees": [
        {"employee_id": "E2", "nip": "199001012015032002", "disability": False},
        {"employee_id": "E1", "disability": True},
    ],
    "units": [{"unit_id": "U1", "latitude": 0.1}],
    "positions": [{"position_id": "P1", "unit_id": "U1", "headcount": 2}],
    "assignments": [{"employee_id": "E1", "position_id": "P1", "start_on": "2012-01-01"}],
    "appraisals": [{"employee_id": "E1", "period_start": "2020-01-01", "period_end": "2020-12-31", "score": 88.5}],
}
TYPES = {"disability": sql.Boolean, "latitude": sql.Float(53), "score": sql.Numeric(6, 2), "headcount": sql.Integer,
         "start_on": sql.Date, "period_start": sql.Date, "period_end": sql.DateTime}  # fmt: skip


def filled(url: str) -> None:
    """Write the town to the database at ``url``, typed, with one table that is no contract table."""
    engine = sql.create_engine(url)
    metadata = sql.MetaData()
    tables = {
        name: sql.Table(name, metadata, *(sql.Column(column, TYPES.get(column, sql.String)) for column in rows[0]))
        for name, rows in {**ROWS, "other": [{"a": 1}]}.items()
    }
    metadata.create_all(engine)
    from_text = {"start_on": "date", "period_start": "date", "period_end": "datetime"}
    with engine.begin() as connection:
        for name, rows in ROWS.items():
            for row in rows:
                typed = {k: _typed(v, from_text.get(k)) for k, v in row.items()}
                connection.execute(sql.insert(tables[name]).values(**typed))
    engine.dispose()


def _typed(value: object, kind: str | None) -> object:
    import datetime

    if kind == "date":
        return datetime.date.fromisoformat(str(value))
    return datetime.datetime.fromisoformat(str(value)) if kind == "datetime" else value


def cells(url: str) -> dict[str, list[list[object]]]:
    frames = read_source(url).frames
    return {name: frames[name].dropna(axis=1, how="all").drop(columns=[FILE]).astype("object").to_numpy().tolist() for name in ROWS}


EXPECTED = {
    "units": [["U1", "0.1", 1]],
    "positions": [["P1", "U1", "2", 1]],
    "assignments": [["E1", "P1", "2012-01-01", 1]],
    "appraisals": [["E1", "2020-01-01", "2020-12-31", "88.5", 1]],
}


def test_sqlite_cells_are_text_without_loss(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    filled(url)
    found = cells(url)
    assert {name: found[name] for name in EXPECTED} == EXPECTED
    assert [row[0] for row in found["employees"]] == ["E1", "E2"]
    raw = read_source(url)
    assert raw.frames["employees"]["disability"].tolist() == ["true", "false"]
    assert raw.frames["employees"][LINE].tolist() == [1, 2]
    assert "ignored: other" in raw.notes


def test_a_database_is_the_same_snapshot_as_a_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    filled(url)
    folder = tmp_path / "csv"
    folder.mkdir()
    for name, frame in read_source(url).frames.items():
        frame.drop(columns=[FILE, LINE]).to_csv(folder / f"{name}.csv", index=False)
    first = write_snapshot(check_source(read_source(url)), tmp_path / "snapshots", b"key")
    assert write_snapshot(check_source(read_source(str(folder))), tmp_path / "snapshots", b"key") == first


def test_reading_creates_no_database(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_source(f"sqlite:///{tmp_path / 'absent.db'}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://reader:geheim@127.0.0.1:9/city",
        "postgresql+psycopg://127.0.0.1:9/city?user=reader&password=geheim",
        "mysql+nodriver://reader:geheim@host/city",
        "oracle://a:geheim@h/x",
    ],
)
def test_an_unreachable_server_is_a_clear_error_without_the_password(url: str) -> None:
    with pytest.raises(SourceError) as raised:
        read_source(url)
    assert "geheim" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/",
        "https://a:geheim@host/x",
        "file:///etc/passwd",
        "shillelagh://",
        "duckdb:///x",
        "ftp://h/x",
    ],
)
def test_a_url_that_is_no_database_is_followed_nowhere(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        raise AssertionError("something was connected to")

    monkeypatch.setattr("socket.socket.connect", connect)
    with pytest.raises(SourceError, match="may begin with postgresql, sqlite") as raised:
        read_source(url)
    assert "geheim" not in str(raised.value)


@pytest.mark.postgres
def test_a_real_postgresql_server_reads_like_a_folder(postgres: str, tmp_path: Path) -> None:
    filled(postgres)
    found = cells(postgres)
    assert {name: found[name] for name in EXPECTED} == EXPECTED
    lite = f"sqlite:///{tmp_path / 'source.db'}"
    filled(lite)
    snapshots = [write_snapshot(check_source(read_source(url)), tmp_path / "s", b"key") for url in (postgres, lite)]
    assert snapshots[0] == snapshots[1]


def test_what_sqlite_keeps_in_a_column_of_another_kind_is_read_as_it_stands(tmp_path: Path) -> None:
    place = tmp_path / "loose.db"
    with closing(sqlite3.connect(place)) as database:
        columns = "employee_id TEXT, hired_on DATE, left_on DATETIME, attr_weight NUMERIC, attr_open BOOLEAN"
        database.execute(f"CREATE TABLE employees ({columns})")
        rows = [
            ("E-1", "2020-01-31", "2024-01-31 00:00:00.000000", 1.5, 1),
            ("E-2", "akhir 2019", "?", "satu", "ya"),
            (7, 5, None, None, 3),
        ]
        database.executemany("INSERT INTO employees VALUES (?, ?, ?, ?, ?)", rows)
        database.commit()
    cells = database_sheets(f"sqlite:///{place}")["employees"]().cells
    assert cells.sort_values("employee_id").fillna("").to_numpy().tolist() == [
        ["7", "5", "", "", "3"],
        ["E-1", "2020-01-31", "2024-01-31", "1.5", "true"],
        ["E-2", "akhir 2019", "?", "satu", "ya"],
    ]


def test_a_damaged_database_whose_fault_is_told_in_no_text_is_a_clear_error(tmp_path: Path) -> None:
    place = tmp_path / "damaged.db"
    with closing(sqlite3.connect(place)) as database:
        database.execute("CREATE TABLE employees (employee_id TEXT)")
        database.commit()
    place.write_bytes(place.read_bytes().replace(b"CREATE TABLE employees", b"CREATE TABL\xcc emp\xccoyees"))
    with pytest.raises(SourceError, match="cannot be read"):
        read_source(f"sqlite:///{place}")
