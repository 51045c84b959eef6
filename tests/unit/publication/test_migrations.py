"""What people wrote survives every change of the schema; what is only added to is never changed."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DatabaseError

from features.errors import SourceError, StalePublicationError
from publication.database.metadata import APPEND_ONLY, KEPT, RECORDS
from publication.database.migration import HEAD, SCRIPTS, revision
from publication.records import Records, open_records

BEFORE = """
CREATE TABLE accounts (username TEXT PRIMARY KEY, password_hash TEXT NOT NULL, created_at DOUBLE PRECISION NOT NULL);
CREATE TABLE sessions (token_hash TEXT PRIMARY KEY, username TEXT NOT NULL REFERENCES accounts (username),
                       expires_at DOUBLE PRECISION NOT NULL);
CREATE TABLE sign_in_attempts (attempt_id INTEGER PRIMARY KEY, username TEXT NOT NULL, address TEXT NOT NULL,
                               at DOUBLE PRECISION NOT NULL);
INSERT INTO accounts VALUES ('bkpsdm', 'hash', 1.0);
INSERT INTO sessions VALUES ('token', 'bkpsdm', 99.0)
"""
"""A database of the time before migrations."""


def test_the_migrated_schema_is_the_declared_one(records: Records) -> None:
    with records.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, RECORDS) == []
        assert revision(connection) == HEAD == ScriptDirectory(str(SCRIPTS)).get_current_head()


def test_a_database_from_before_migrations_keeps_its_accounts(url: str, tmp_path: Path) -> None:
    with sa.create_engine(url).begin() as connection:
        for statement in BEFORE.split(";"):
            connection.exec_driver_sql(statement)
    records = open_records(url, tmp_path)
    assert records.accounts.password_hash("bkpsdm") == "hash"
    account = records.accounts.session("token", now=2.0)
    assert account is not None
    assert account.role == "hr"


def test_opening_twice_changes_nothing(url: str, tmp_path: Path) -> None:
    open_records(url, tmp_path).accounts.add("a", "hash", 0.0)
    assert open_records(url, tmp_path).accounts.password_hash("a") == "hash"


def test_a_newer_programs_database_is_left_alone(url: str, tmp_path: Path) -> None:
    records = open_records(url, tmp_path)
    with records.database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StalePublicationError, match="newer version"):
        open_records(url, tmp_path)


def test_a_database_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="application database"):
        open_records(f"sqlite:///{tmp_path / 'missing' / 'tepat.db'}")


@pytest.mark.parametrize("name", sorted(name for name, table in RECORDS.tables.items() if table.info.get(APPEND_ONLY)))
def test_rows_that_are_only_added_cannot_be_changed(sqlite_records: Records, name: str) -> None:
    assert refuses(sqlite_records, RECORDS.tables[name], "UPDATE")
    assert refuses(sqlite_records, RECORDS.tables[name], "DELETE") == bool(RECORDS.tables[name].info.get(KEPT))


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["ledger", "intake_aspirations"])
def test_postgresql_refuses_too(postgres: str, tmp_path: Path, name: str) -> None:
    records = open_records(postgres, tmp_path)
    assert refuses(records, RECORDS.tables[name], "UPDATE")
    assert refuses(records, RECORDS.tables[name], "DELETE") == bool(RECORDS.tables[name].info.get(KEPT))


@pytest.fixture(scope="module")
def sqlite_records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    folder = tmp_path_factory.mktemp("guarded")
    return open_records(f"sqlite:///{folder / 'tepat.db'}", folder)


def refuses(records: Records, table: sa.Table, change: str) -> bool:
    """Return whether the database refuses a change of a row; nothing stays of the trial."""
    connection = records.database.engine.connect()
    transaction = connection.begin()
    try:
        row = {column.name: 1 if column.type.python_type in (int, float) else "x" for column in table.c}
        connection.execute(table.insert().values(**row))
        first = next(iter(table.primary_key))
        other = next(column for column in table.c if column.type.python_type is str)
        connection.execute(table.delete() if change == "DELETE" else table.update().where(first == 1).values({other: "y"}))
    except DatabaseError as error:
        return "only added" in str(error.orig)
    finally:
        transaction.rollback()
        connection.close()
    return False
