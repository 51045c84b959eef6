"""A disk that is full, a server that drops its connections, a clock that jumps: what was written stays whole."""

import os
import resource
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy

from pipelines.outages import outage
from publication import read
from publication.accounts.accounts import BROWSER
from publication.accounts.roles import GRANTS, Role
from publication.database.engine import UNREACHABLE
from publication.decisions.life import Asked, Listed
from publication.loading import load_rows
from publication.publish import Publication, publish
from publication.records import Records, open_records
from publication.store import Store
from publication.workspace import Workspace

NOW = datetime(2026, 3, 4, 9, tzinfo=timezone(timedelta(hours=7)))
LISTED = Listed("run1", "yes", 1, 1, 1, "B", 0.4, 0.2, 0.1, 0.3)
RESERVE = Asked("reserve", "hr", GRANTS[Role.HR].permissions, reason_code="timing", text="x" * 3_000)
GAVE_UP = 7
SMALL = 2_000
"""Bytes to which a file may grow while the disk is full: less than one published table."""


def with_a_full_disk(most: int, act: Callable[[], object]) -> bool:
    """Act in a child whose files may grow to ``most`` bytes, and return whether it gave up."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        try:
            act()
        except Exception:
            os._exit(GAVE_UP)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == GAVE_UP


def drop_every_connection(postgres: str) -> None:
    """End every connection to the server, as its stop does."""
    other = sqlalchemy.create_engine(postgres, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with other.connect() as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


def reserve(records: Records, employee_id: str, now: datetime = NOW) -> None:
    records.moves.take("J1", employee_id, RESERVE, LISTED, now)


def test_a_publication_that_finds_the_disk_full_changes_nothing_in_force(
    make: Callable[..., Publication], workspace: Workspace
) -> None:
    workspace.root.mkdir()
    before = publish(workspace, make("old"), Store(workspace.database_url))
    files = {path.name: path.read_bytes() for path in before.iterdir()}
    assert with_a_full_disk(SMALL, lambda: publish(workspace, make("new"), Store(workspace.database_url)))
    assert read.current(workspace).run_id == "old"
    assert {path.name: path.read_bytes() for path in before.iterdir()} == files
    run = Store(workspace.database_url).run()
    assert run is not None
    assert run["run_id"] == "old"
    publish(workspace, make("new"), Store(workspace.database_url))
    assert read.current(workspace).run_id == "new"


def test_a_decision_that_finds_the_disk_full_is_not_half_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tepat.db'}"
    records = open_records(url, tmp_path)
    reserve(records, "P1")
    records.database.engine.dispose()
    assert with_a_full_disk(SMALL, lambda: [reserve(open_records(url, tmp_path), f"P{n}") for n in range(2, 9)])
    again = open_records(url, tmp_path)
    assert again.verify().faults == ()
    assert again.verify().entries == 1
    reserve(again, "P2")
    assert again.verify().entries == 2


@pytest.mark.postgres
def test_a_database_that_goes_while_a_run_is_loaded_keeps_the_run_before(
    make: Callable[..., Publication], workspace: Workspace, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.root.mkdir()
    store, loaded = Store(postgres), []
    publish(workspace, make("old"), store)

    def and_then_gone(*asked: object) -> None:
        load_rows(*asked)  # type: ignore[arg-type]
        loaded.append(1)
        if len(loaded) == 3:
            drop_every_connection(postgres)

    monkeypatch.setattr("publication.store.load_rows", and_then_gone)
    with pytest.raises(UNREACHABLE) as gone:
        publish(workspace, make("new"), store)
    monkeypatch.undo()
    assert "database gave up" in str(outage(gone.value))
    assert read.current(workspace).run_id == "old"
    assert (store.run() or {})["run_id"] == "old"
    publish(workspace, make("new"), store)
    assert read.current(workspace).run_id == (store.run() or {})["run_id"] == "new"
    assert store.shortlist("J1") == Store(postgres).shortlist("J1") != []


@pytest.mark.postgres
def test_a_database_that_drops_every_connection_is_used_again_when_it_is_back(postgres: str, tmp_path: Path) -> None:
    records, store = open_records(postgres, tmp_path), Store(postgres)
    reserve(records, "P1")
    assert store.run() is None
    drop_every_connection(postgres)
    reserve(records, "P2")
    assert store.run() is None
    assert records.verify().entries == 2
    assert records.verify().faults == ()


def test_a_clock_that_jumps_breaks_no_chain_and_opens_no_session(tmp_path: Path) -> None:
    records = open_records(f"sqlite:///{tmp_path / 'tepat.db'}", tmp_path)
    for number, jump in enumerate((0, -400, 4_000, -1)):
        reserve(records, f"P{number}", NOW + timedelta(days=jump))
    assert records.verify().faults == ()
    assert [entry["seq"] for entry in records.ledger.entries()] == [1, 2, 3, 4]
    records.accounts.add("hr", "", 0.0)
    records.accounts.open_session("hr", "token", NOW.timestamp(), NOW.timestamp() + 60, BROWSER)
    assert records.accounts.session("token", NOW.timestamp() + 400 * 86_400, BROWSER) is None
