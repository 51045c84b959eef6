"""Connections to the application database: SQLite by default, PostgreSQL by URL."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from pydantic_core import from_json
from sqlalchemy.exc import DataError, OperationalError

UNREACHABLE: tuple[type[Exception], ...] = (OSError, OperationalError)
"""Faults of a disk, a database or a server that may be gone in a moment: worth another try."""

UNFIT: type[Exception] = DataError
"""The fault of a value that the database cannot hold: a text with a NUL, for PostgreSQL."""

WRITES = "tepat_writes"
"""Execution option of an engine whose transactions will write: SQLite takes its one write lock at once, not half-way."""


def engine(url: str, isolation_level: str = "REPEATABLE READ") -> sa.Engine:
    """Return an engine whose transactions read one state of the database throughout.

    SQLite: write-ahead log, so that writers never block readers; transactions begin when asked, not when first written. The
    file's folder must exist. ``isolation_level`` is PostgreSQL's only: SQLite is serialisable always. What a statement carries
    (names, answers, reasons) is in no error of it, and so in no log.
    """
    made = sa.make_url(url)
    if made.get_backend_name() != "sqlite":
        return sa.create_engine(url, isolation_level=isolation_level, pool_pre_ping=True, hide_parameters=True)
    _make_private(made.database)
    made_engine = sa.create_engine(url, json_deserializer=from_json, hide_parameters=True)
    sa.event.listen(made_engine, "connect", _prepare_sqlite)
    sa.event.listen(made_engine, "begin", _begin_sqlite)
    return made_engine


def _make_private(database: str | None) -> None:
    """Make a file that is not there yet readable by its owner only: it will hold names, answers and decisions."""
    path = Path(database or "")
    if database not in (None, "", ":memory:") and path.parent.is_dir() and not path.exists():
        path.touch(mode=0o600)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Leave transactions to SQLAlchemy: the driver would start them late, and none for reads."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, however this SQLite was built
    connection.execute("PRAGMA busy_timeout=10000")


def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.connection.cursor().execute("BEGIN")  # waits for nobody; asked so often that SQLAlchemy's way would show
