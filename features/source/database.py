"""Source tables behind a SQLAlchemy URL: PostgreSQL, SQLite, or any database whose driver is installed."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import Connection, Dialect, Engine, MetaData, Table, create_engine, inspect, select, type_coerce
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.types import Boolean, NullType, TypeEngine

from features.errors import SourceError
from features.source.raw import Piece, Reader, Stream, text_frame

KINDS = ("postgresql", "sqlite", "mysql", "mariadb", "oracle", "mssql")
"""Databases a source may be in. Other URLs that some installed driver would follow (files, web pages) are refused."""

ROWS_AT_ONCE = 100_000
"""Rows of a table in memory at one time."""

_URL = re.compile(r"^[a-z0-9]+(\+[a-z0-9_]+)?://", re.IGNORECASE)


def is_database(source: str) -> bool:
    """Return whether ``source`` is a database URL and not a folder."""
    return bool(_URL.match(source))


def database_sheets(url: str) -> dict[str, Reader]:
    """Return a reader for every table and view of the database's default schema, by name.

    Rows come in the order of the primary key, or of all columns where there is none, so that the n-th row is the same row
    every time it is read.

    Raises
    ------
    SourceError
        The URL is malformed, its driver is missing, or the server cannot be reached. The message never holds the password.
    """
    with _connected(url) as connection:
        inspector = inspect(connection)
        names = sorted({*inspector.get_table_names(), *inspector.get_view_names()})
    return {name: Reader(partial(_stream, url, name)) for name in names}


def _stream(url: str, name: str, at_once: int) -> Stream:
    """Return the rows of a table, `ROWS_AT_ONCE` at a time; the digest is that of the table as CSV."""
    with _connected(url) as connection:
        table = Table(name, MetaData(), autoload_with=connection)
    stream = Stream(name, tuple(column.name for column in table.columns), iter(()))
    stream.pieces = _pieces(url, table, stream, min(at_once, ROWS_AT_ONCE))
    return stream


def _pieces(url: str, table: Table, stream: Stream, rows_at_once: int) -> Iterator[Piece]:
    order = list(table.primary_key.columns) or list(table.columns)
    digest, count = hashlib.sha256(), 0
    with _connected(url) as connection:
        loose = connection.dialect.name == "sqlite"
        asked = [type_coerce(column, NullType()) if loose else column for column in table.columns]
        read = [_loosely(column.type, connection.dialect) if loose else _as_it_is for column in table.columns]
        for rows in connection.execution_options(yield_per=rows_at_once).execute(select(*asked).order_by(*order)).partitions():
            cells = text_frame({name: [read[place](row[place]) for row in rows] for place, name in enumerate(stream.columns)})
            digest.update(cells.to_csv(index=False, header=not count).encode())
            yield cells, np.arange(count + 1, count + len(cells) + 1, dtype=np.int64)
            count += len(cells)
    if not count:
        nothing = text_frame({name: [] for name in stream.columns})
        digest.update(nothing.to_csv(index=False).encode())
        yield nothing, np.arange(0, dtype=np.int64)
    stream.digest = digest.hexdigest()


def _loosely(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[object], object]:
    """Return how SQLite's cells of a column of that kind are read.

    SQLite keeps anything in a column of any kind: what cannot be of its kind is read as it stands, and the checks name it.
    """
    convert = _flag if isinstance(kind, Boolean) else kind.dialect_impl(dialect).result_processor(dialect, None) or _as_it_is

    def read(value: object) -> object:
        try:
            return convert(value)
        except (TypeError, ValueError, ArithmeticError):
            return value

    return read


def _flag(value: object) -> object:
    """Return 0 and 1 as what they say; SQLAlchemy takes any text for yes."""
    return bool(value) if value in (0, 1) else value


def _as_it_is(value: object) -> object:
    return value


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    except (SQLAlchemyError, UnicodeError) as error:  # a damaged file may hold names that are no text
        where = make_url(url).set(query={}).render_as_string(hide_password=True)  # a password may stand in the query too
        raise SourceError(
            f"The database {where} cannot be read ({type(error).__name__}). Check that the server runs, that this user may read "
            "the tables, and the name of the database.",
            f"Basis data {where} tidak terbaca ({type(error).__name__}). Pastikan server berjalan, pengguna ini boleh membaca "
            "tabelnya, dan nama basis datanya benar.",
        ) from None
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in KINDS:
            raise ArgumentError(parsed.drivername)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            parsed = parsed.set(database=f"file:{parsed.database}").update_query_dict({"mode": "ro", "uri": "true"})
        return create_engine(parsed)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        kinds = ", ".join(KINDS)
        raise SourceError(
            f"The database URL is not understood ({type(error).__name__}); it may begin with {kinds}. Expected for example "
            "postgresql+psycopg://user@host/name or sqlite:///file.db, with the driver installed.",
            f"URL basis data tidak dipahami ({type(error).__name__}); awalannya {kinds}. Contoh: "
            "postgresql+psycopg://pengguna@server/nama atau sqlite:///berkas.db, dengan driver terpasang.",
        ) from None
