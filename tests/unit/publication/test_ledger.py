"""Any edited byte of the ledger, and a cut-off tail, is found; a lawful erasure is not one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.errors import LedgerError
from publication.ledger.chain import Head
from publication.ledger.head import FILE, keep_head, read_head
from publication.ledger.ledger import Entry, anchor_of
from publication.records import Records, open_records

AT = "2026-03-04T09:30:00+07:00"
NOW = datetime(2026, 3, 4, tzinfo=UTC)


def write(records: Records, entries: int = 4) -> None:
    for number in range(entries):
        private = {"employee_id": f"E{number}", "text": "alasan"} if number % 2 else {}
        records.ledger.append(Entry(AT, "hr", "choose", f"x/{number}", {"rank": number, "reason": "kebutuhan"}, private))


def test_what_was_written_verifies_and_reads_back(records: Records) -> None:
    assert records.verify().faults == ()
    write(records)
    found = records.verify()
    assert found.faults == ()
    assert found.entries == 4
    assert [entry["seq"] for entry in records.ledger.entries()] == [1, 2, 3, 4]
    assert records.ledger.entries(subject="x/1")[0]["private"] == {"employee_id": "E1", "text": "alasan"}
    assert records.ledger.entries(after=2, limit=1)[0]["public"] == {"rank": 2, "reason": "kebutuhan"}


def test_a_transaction_that_fails_leaves_no_entry(records: Records) -> None:
    with pytest.raises(TypeError), records.ledger.writing() as pen:
        assert [pen.append(Entry(AT, "hr", "choose", "x")), pen.append(Entry(AT, "hr", "choose", "x", {"what": object()}))]
    assert records.ledger.entries() == []
    assert records.verify().faults == ()


def test_several_entries_of_one_transaction_are_chained(records: Records) -> None:
    with records.ledger.writing() as pen:
        assert [pen.append(Entry(AT, "hr", "choose", "x")) for _ in range(3)] == [1, 2, 3]
    assert records.verify().faults == ()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Records:
    folder = tmp_path_factory.mktemp("ledger")
    records = open_records(f"sqlite:///{folder / 'tepat.db'}", folder)
    write(records, 6)
    with records.database.writing() as connection:
        for trigger in ("ledger_no_update", "ledger_no_delete", "ledger_private_no_update"):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")  # whoever holds the file can do as much
    return records


COLUMNS = [("ledger", name) for name in ("at", "actor", "kind", "subject", "public", "commitment", "previous", "hash")]
COLUMNS += [("ledger_private", "salt"), ("ledger_private", "body")]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_edited_byte_is_found(kept: Records, data: st.DataObject) -> None:
    table, column = data.draw(st.sampled_from(COLUMNS))
    connection = kept.database.engine.connect()
    transaction = connection.begin()
    try:
        rows = connection.exec_driver_sql(f"SELECT seq, CAST({column} AS BLOB) FROM {table} ORDER BY seq").all()
        seq, stored = data.draw(st.sampled_from([row for row in rows if row[1]]))
        place = data.draw(st.integers(0, len(stored) - 1))
        edited = bytearray(stored)
        edited[place] ^= 1 << data.draw(st.integers(0, 7))
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = CAST(? AS TEXT) WHERE seq = ?", (bytes(edited), seq))
        transaction.commit()
        assert kept.ledger.verify().faults
    finally:
        with kept.database.writing() as mending:
            mending.exec_driver_sql(f"UPDATE {table} SET {column} = CAST(? AS TEXT) WHERE seq = ?", (bytes(stored), seq))
        connection.close()
    assert kept.ledger.verify().faults == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger SET seq = 99 WHERE seq = 6",
        "DELETE FROM ledger WHERE seq = 6",
        "DELETE FROM ledger WHERE seq >= 3",
        "DELETE FROM ledger WHERE seq = 1",
        "DELETE FROM ledger",
        "DELETE FROM ledger_private WHERE seq = 2",
        "INSERT INTO ledger_private VALUES (77, 'salt', '{}')",
        "UPDATE ledger_private SET seq = 1 WHERE seq = 2",
        "INSERT INTO ledger SELECT 7, at, actor, kind, subject, public, commitment, hash, hash FROM ledger WHERE seq = 6",
    ],
)
def test_rows_taken_added_or_moved_are_found(tmp_path: Path, change: str) -> None:
    records = open_records(f"sqlite:///{tmp_path / 'tepat.db'}", tmp_path)
    write(records, 6)
    with records.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER ledger_no_update")
        connection.exec_driver_sql("DROP TRIGGER ledger_no_delete")
        connection.exec_driver_sql("DROP TRIGGER ledger_private_no_update")
        connection.exec_driver_sql(change)
    assert records.ledger.verify().faults


def test_a_head_file_taken_away_or_damaged_is_found(records: Records, tmp_path: Path) -> None:
    write(records)
    (tmp_path / FILE).unlink()
    assert "head file" in records.verify().faults[0]
    (tmp_path / FILE).write_text("?", encoding="ascii")
    with pytest.raises(LedgerError):
        records.verify()


def test_a_kill_between_the_database_and_the_head_is_no_fault(records: Records, tmp_path: Path) -> None:
    write(records)
    before = (tmp_path / FILE).read_bytes()
    write(records)
    (tmp_path / FILE).write_bytes(before)
    assert records.verify().faults == ()


def test_a_head_is_never_set_back(tmp_path: Path) -> None:
    keep_head(tmp_path / FILE, Head(5, "b" * 64))
    keep_head(tmp_path / FILE, Head(4, "a" * 64))
    assert read_head(tmp_path / FILE) == Head(5, "b" * 64)


def test_a_ledger_written_anew_is_found_by_the_head_on_a_signed_document(records: Records, tmp_path: Path) -> None:
    write(records)
    signed = records.verify().head
    forged = open_records(f"sqlite:///{tmp_path / 'forged.db'}", None)
    for number in range(4):
        forged.ledger.append(Entry(AT, "hr", "choose", f"x/{number}", {"rank": 9}))
    assert forged.verify().faults == ()
    assert forged.verify(signed).faults
    assert records.verify(anchor_of(f"{signed.seq}:{signed.hash}")).faults == ()
    with pytest.raises(LedgerError):
        anchor_of("somewhere")


def test_an_erasure_by_law_leaves_a_ledger_that_verifies(records: Records) -> None:
    write(records)
    with records.ledger.writing() as pen:
        records.ledger.erase(pen, [2], AT, "hr", "permintaan pegawai")
    assert records.verify().faults == ()
    assert records.ledger.entries(subject="x/1")[0]["private"] is None
    assert records.ledger.entries(subject="x/3")[0]["private"] is not None
    with records.database.writing() as connection:
        connection.execute(sa.text("DELETE FROM ledger_private WHERE seq = 4"))
    assert "gone without a record" in records.verify().faults[0]
