"""What a file holds, layer under layer: tables cell by cell, archives member by member, anything else as text.

Compression, another encoding and pages a database has freed hide nothing. What cannot be looked into is said, not passed over.
"""

import bz2
import gzip
import io
import lzma
import sqlite3
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

DEEPEST = 4
"""Archives within archives that are opened."""
MOST_UNPACKED = 2_000_000_000
"""Bytes one layer may unpack to."""
LONG_NUMBER = 10**16
"""Whole numbers from here on may be a NIP kept as a number."""


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


_SQLITE, _PARQUET, _ZIP = b"SQLite format 3\0", b"PAR1", b"PK\x03\x04"
_PACKED: dict[bytes, Callable[[bytes], AbstractContextManager[_Readable]]] = {
    b"\x1f\x8b": lambda data: gzip.GzipFile(fileobj=io.BytesIO(data)),
    b"BZh": lambda data: bz2.BZ2File(io.BytesIO(data)),
    b"\xfd7zXZ\0": lambda data: lzma.open(io.BytesIO(data)),  # noqa: SIM115 - whoever unpacks closes it
    b"\x28\xb5\x2f\xfd": lambda data: pa.input_stream(pa.BufferReader(data), compression="zstd"),
}
"""How a stream packed by itself begins, and what unpacks it."""
_UNREADABLE = (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError,
               zipfile.BadZipFile, tarfile.TarError, pa.ArrowException, sqlite3.Error)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """One table, or one text: where it is, its texts by column (a text has the column ""), its rows; ``read``: it could be."""

    place: str
    texts: dict[str, set[str]] = field(default_factory=dict)
    rows: int = 0
    read: bool = True


def layers(path: Path, place: str) -> Iterator[Layer]:
    """Yield what the file at ``path`` holds; ``place``: what it is called."""
    with path.open("rb") as opened:
        database = opened.read(len(_SQLITE)) == _SQLITE
    data = path.read_bytes()
    if database:  # by its path: what its log holds belongs to it
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            yield from _database(connection, place)
        yield Layer(f"{place} (bytes)", {"": {_text(data)}})
    else:
        yield from _within(data, place, 0)


def _within(data: bytes, place: str, depth: int) -> Iterator[Layer]:
    opener = next((unpack for head, unpack in _PACKED.items() if data.startswith(head)), None)
    try:
        if data.startswith(_SQLITE):
            with closing(sqlite3.connect(":memory:")) as connection:
                connection.deserialize(data[:18] + b"\x01\x01" + data[20:])  # as one without a log
                yield from _database(connection, place)
        elif data.startswith(_PARQUET):
            yield _table(place, pq.read_table(pa.BufferReader(data)).to_pandas(ignore_metadata=True))
        elif depth >= DEEPEST and (opener or data.startswith(_ZIP)):
            yield Layer(place, read=False)
        elif data.startswith(_ZIP):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for part in archive.infolist():
                    with archive.open(part) as opened:
                        yield from _within(_whole(opened), f"{place} {part.filename}", depth + 1)
        elif opener is not None:
            with opener(data) as opened:
                yield from _within(_whole(opened), place, depth + 1)
        elif data[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                for entry in archive:
                    member = archive.extractfile(entry) if entry.isreg() else None
                    yield from _within(_whole(member) if member else b"", f"{place} {entry.name}", depth + 1)
        else:
            text = _text(data)
            yield Layer(place, {"": {text}, **{name: set() for name in _header(text)}}, text.count("\n"))
    except _UNREADABLE:
        yield Layer(place, read=False)
        yield Layer(place, {"": {_text(data)}})


def _whole(opened: _Readable) -> bytes:
    data = opened.read(MOST_UNPACKED + 1)
    if len(data) > MOST_UNPACKED:
        raise ValueError
    return data


def _database(connection: sqlite3.Connection, place: str) -> Iterator[Layer]:
    connection.text_factory = lambda data: data.decode("utf-8", errors="ignore")
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in names:
        quoted = name.replace('"', '""')
        frame = pd.read_sql_query(f'SELECT * FROM "{quoted}"', connection)  # noqa: S608 - a table's own name, quoted
        yield _table(f"{place} {name}", frame)


def _table(place: str, frame: pd.DataFrame) -> Layer:
    return Layer(place, {str(name): _cells(frame[name]) for name in frame.columns}, len(frame))


def _cells(column: "pd.Series[object]") -> set[str]:
    cells = column.dropna()
    if pd.api.types.is_datetime64_any_dtype(column):
        return set()
    if pd.api.types.is_numeric_dtype(column) and len(cells):
        cells = cells[(cells >= LONG_NUMBER) & (cells < float(2**63))].astype("int64")
    return {_text(one) if isinstance(one, bytes) else str(one) for one in cells}


def _text(data: bytes) -> str:
    """Return bytes as text; of what is written in two or four bytes a sign, what Latin letters say."""
    return data.replace(b"\0", b"").decode("utf-8", errors="ignore")


def _header(text: str) -> list[str]:
    """Return the columns a text names, if it is a table: the first line, split where tables are."""
    first = text[:10_000].split("\n", 1)[0]
    sign = max(",;\t", key=first.count)
    return [name.strip('\r" ') for name in first.split(sign)] if sign in first else []
