"""The part of the application database that people write to: opened, brought to the present schema, read and written."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from features.errors import OutageError, SourceError
from publication.database.engine import WRITES, engine
from publication.database.migration import migrate
from publication.database.questions import Question

_ALONE = sa.select(sa.func.pg_advisory_xact_lock(7_429_002))
"""Holds up every other writer of the records until the transaction ends."""


class RecordsDatabase:
    """The records at a SQLAlchemy URL (SQLite or PostgreSQL); migrated to this program's schema when opened.

    Raises
    ------
    SourceError
        The database cannot be reached or written.
    StalePublicationError
        A newer version of the program wrote it.
    """

    def __init__(self, url: str) -> None:
        self.engine = engine(url, isolation_level="READ COMMITTED")
        self._writer = self.engine.execution_options(**{WRITES: True})
        try:
            migrate(self._writer)
        except OperationalError as error:
            raise unreachable(error) from error

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction that only reads."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def asked(self, question: Question, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Return the answer to one question that is asked all day, in a transaction of its own."""
        return question.alone(self.engine, values)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction that is committed whole, or not at all.

        There is one writer at a time, so that what a transaction reads still holds when it writes: SQLite lets one in, which waits
        for the one before it up to ten seconds; PostgreSQL holds a lock.
        """
        with self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(_ALONE)
            yield connection

    def overwrite_deleted(self) -> None:
        """Let nothing of what was deleted lie in SQLite's file or its log; it waits for readers up to ten seconds.

        PostgreSQL overwrites by its own vacuum.

        Raises
        ------
        OutageError
            Somebody goes on reading what was deleted.
        """
        if self.engine.dialect.name != "sqlite":
            return
        with self.engine.connect() as connection:
            blocked = connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if blocked:
            raise OutageError(
                "The rows are deleted, but the database is being read and its log still holds them. Run the command again.",
                "Barisnya terhapus, tetapi basis data sedang dibaca dan catatannya masih memuatnya. Jalankan perintah ini lagi.",
            )


def unreachable(error: OperationalError) -> SourceError:
    """Return what to tell somebody whose application database does not answer."""
    kind = type(error.orig).__name__
    return SourceError(
        f"The application database cannot be opened or written ({kind}). Check that it runs, that its URL is right and that no "
        "other program holds it; then try again.",
        f"Basis data aplikasi tidak dapat dibuka atau ditulis ({kind}). Pastikan berjalan, URL-nya benar dan tidak dipakai program "
        "lain; lalu coba lagi.",
    )
