"""Copying the application database whole, between SQLite and PostgreSQL too."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa

import publication.records  # noqa: F401 - declares every table of records
from publication import tables
from publication.database.metadata import RECORDS
from publication.database.records import RecordsDatabase

BATCH = 5_000


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite file as it is at this moment, though others write to it."""
    target.touch(mode=0o600)
    with sqlite3.connect(source) as before, sqlite3.connect(target) as after:
        before.backup(after)
    before.close()
    after.close()


def copy_database(source: str, target: str) -> None:
    """Copy every row of the database at URL ``source`` to the one at ``target``, whose tables are made and must be empty.

    Both have this program's schema afterwards; numbers that PostgreSQL counts on go on after the last one copied.
    """
    opened, made = RecordsDatabase(source).engine, RecordsDatabase(target).engine
    with opened.connect() as before, before.begin(), made.begin() as after:
        if sa.inspect(before).has_table(tables.SCHEMA_VERSION.name):
            tables.METADATA.create_all(after)
            _copy_tables(before, after, tables.METADATA)
        _copy_tables(before, after, RECORDS)
        if after.dialect.name == "postgresql":
            _count_on(after)
    for one in (opened, made):
        one.dispose()  # the last connection closed writes SQLite's log into its file


def sqlite_path(url: str) -> Path | None:
    """Return the file of a SQLite URL, None for another database."""
    made = sa.make_url(url)
    return Path(made.database or "") if made.get_backend_name() == "sqlite" else None


def _copy_tables(before: sa.Connection, after: sa.Connection, metadata: sa.MetaData) -> None:
    for table in metadata.sorted_tables:
        found = before.execution_options(yield_per=BATCH).execute(sa.select(table))
        for rows in found.mappings().partitions():
            after.execute(table.insert(), [dict(row) for row in rows])


def _count_on(connection: sa.Connection) -> None:
    """Set PostgreSQL's counters after the last number copied."""
    for table in RECORDS.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            last = connection.scalar(sa.select(sa.func.max(column)))
            counter = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
            if last is not None and counter is not None:
                connection.execute(sa.select(sa.func.setval(counter, last)))
