"""What a file of a source may hold: beyond it, it is damaged or was made to fill the memory, and is refused."""

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NoReturn

from features.errors import SourceError

MOST_CHARACTERS = 131_072
"""Characters of a cell: four times what Excel holds, and what Python's own CSV reader takes."""

MOST_CELLS = 100_000_000
"""Cells of one table: a hundred times a large city's; beyond it a small file was made to unpack into a huge one."""

MOST_UNPACKED = 2_000_000_000
"""Bytes a workbook or Parquet file may unpack to."""

CELLS_A_BYTE, UNPACKED_A_BYTE = 10, 20
"""Cells, and bytes unpacked, that a Parquet file read piece by piece may hold for each byte of it (real ones: 1 and 3)."""

_MOST_PACKED = 200
"""A workbook of more than `_BOMB` bytes unpacked to more than this many times its size is no spreadsheet (real ones: 5 to 20)."""

_BOMB = 50_000_000


_HEAD = 65_536
"""Bytes of a part in which a declaration of entities is looked for: it stands before the first element."""


def require_spreadsheet(path: Path) -> None:
    """Raise `SourceError` if the workbook unpacks to more than a spreadsheet can, or declares entities, as no spreadsheet does."""
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
        declares = any(_declares_entities(archive, part) for part in archive.infolist())
    if declares:
        raise SourceError(
            f"{path.name}: declares entities of its own (DOCTYPE), as no spreadsheet does; it was made to reach other files or to "
            "fill the memory. Export it again",
            f"{path.name}: memuat deklarasi entitas (DOCTYPE) yang tidak ada pada lembar kerja wajar; berkas dibuat untuk "
            "menjangkau berkas lain atau memenuhi memori. Ekspor ulang",
        )
    if unpacked > MOST_UNPACKED or unpacked > max(_BOMB, _MOST_PACKED * path.stat().st_size):
        too_large(path.name)


def _declares_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as opened:
        head = opened.read(_HEAD)
    return b"<!DOCTYPE" in head.replace(b"\0", b"")  # in UTF-16 too


def too_large(origin: str) -> NoReturn:
    """Raise the `SourceError` of a file that unpacks to more than a table can hold."""
    raise SourceError(
        f"{origin}: unpacks to far more than a table can hold (at most {MOST_CELLS:,} cells); it is damaged or was made to fill "
        "the memory. Export it again",
        f"{origin}: isinya jauh melebihi isi sebuah tabel (paling banyak {MOST_CELLS:,} sel); berkas rusak atau sengaja dibuat "
        "untuk memenuhi memori. Ekspor ulang",
    )


def require_distinct(origin: str, names: Iterable[str]) -> None:
    """Raise `SourceError` if two columns bear one name: which of them is meant cannot be told."""
    twice = sorted(name for name, count in Counter(names).items() if name and count > 1)
    if twice:
        raise SourceError(
            f"{origin}: the header names {', '.join(map(repr, twice))} more than once",
            f"{origin}: judul kolom memuat {', '.join(map(repr, twice))} lebih dari sekali",
        )


def long_cell(origin: str) -> NoReturn:
    """Raise the `SourceError` of a cell longer than `MOST_CHARACTERS`."""
    raise SourceError(
        f"{origin}: holds a cell of more than {MOST_CHARACTERS:,} characters; the file is damaged. Export it again",
        f"{origin}: memuat sel lebih dari {MOST_CHARACTERS:,} karakter; berkas rusak. Ekspor ulang",
    )


def within_limits(origin: str, rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Yield ``rows``; raise `SourceError` once they hold more than `MOST_CELLS` cells."""
    cells = 0
    for row in rows:
        cells += len(row) + 1
        if cells > MOST_CELLS:
            too_large(origin)
        yield row


def unreadable(origin: str, why: str) -> NoReturn:
    """Raise the `SourceError` of a file that is damaged or cut short; ``why``: the kind of error, no cell of it."""
    raise SourceError(
        f"{origin}: cannot be read, the file is damaged or cut short ({why}). Export it again",
        f"{origin}: tidak terbaca, berkas rusak atau terpotong ({why}). Ekspor ulang",
    )


def unopened(origin: str, error: OSError) -> NoReturn:
    """Raise the `SourceError` of a file that cannot be opened."""
    raise SourceError(
        f"{origin}: cannot be opened ({error.strerror})", f"{origin}: tidak dapat dibuka ({error.strerror})"
    ) from None
