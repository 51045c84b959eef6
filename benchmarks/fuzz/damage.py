"""Damage done to a source on its way here: to cells, to headers, to bytes, to what a file unpacks to."""

import csv
import io
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.fuzz.sources import Source

HOSTILE = (
    "0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "99999-12-31", "8999-12-31", "2999-12-31", "31-02-2020", "2020-02-30",
    "today", "now",
    "12-31-2020", "-2020-01-01", "1677-01-01", "2262-12-31", "99999999", "00000000", "43861", "99999", "1e5", "1E+17", "1e308",
    "1e999", "-1e999", "-0", "nan", "inf", "-inf", "NULL", "٢٠٢٠-٠١-٠١", "١٢٣", "²", "½", "1_000", "0x1F", "1,2,3", "1.2.3", "--1",
    "+", ".", "9" * 40, "9" * 400, "-" + "9" * 19, "9223372036854775808", "=1+1", "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://a","b")',
    "@SUM(A1)",
    "+62 811", "-2+3", "'; DROP TABLE employees; --", "{{ 7*7 }}", "${x}", "../../etc/passwd",
    "<script>alert(1)</script>",
    "[bold]x[/bold]", "[/]", "\t", " ", "\u200b", "\u00a0", "\u202e", "\ufeff", "\ufffd", "👩‍👩‍👧", "İ", "ß", "e\u0301", '"', '""',
    "a\nb", "a\r\nb", "a\rb", "a\x00b", ",", ";", "|", "U000", "E000", "P000", "e000", "E000 ", "TRUE", "ya", "III/d",
    "S-1/Sarjana", "x" * 40_000,
)  # fmt: skip
"""Cells that have broken readers somewhere: dates beyond calendars, numbers beyond machines, formulas, markup, other scripts."""

TYPED = (
    datetime(1900, 1, 1), datetime(9999, 12, 31), time(8), timedelta(days=-1), True, 1e300, 10**30, -1, 0.1, "=1+1", "#REF!", None,
)  # fmt: skip
"""Cells of a workbook that are no text."""

OTHER_ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-7", "cp037")
IN_SQLITE = (b"\xff\x00", b"", 2**63 - 1, -(2**63), 1e308, float("inf"), None, "a\x00b", "x" * 200_000, "2020-02-30", "0000-00-00")
"""Cells of a database that its table did not declare."""

IN_YAML = (
    "[a, b]", "{a: b}", "2020-02-30", "*none", "&a [*a]", "!!python/name:os.system", "!!binary x", "!!set {a}", "? [a]", "null",
    "~", "{" * 300 + "}" * 300, "9" * 5_000, "yes", "0x1F", "1:30", "'", "|", ">", "%", "@", "`", "\t", "- a", "---", "...",
)  # fmt: skip
"""Words that mean something else to YAML than to whoever wrote them."""

DATABASE, MAPPING, UPLOAD = "city.db", "mapping.yml", "handed-in.zip"
"""Files by which a case tells how its source is read."""
TEN_MILLION = 10_000_000

Damage = Callable[[Path, Source, str, np.random.Generator], None]
"""Writes the source to a folder, one table of it, named, damaged."""


def csv_text(cells: pd.DataFrame) -> str:
    """Return a frame as CSV, cells quoted where they must be."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(cells.columns)
    writer.writerows(cells.to_numpy().tolist())
    return file.getvalue()


def write_csv(folder: Path, source: Source) -> None:
    """Write every table as CSV."""
    for name, cells in source.items():
        (folder / f"{name}.csv").write_text(csv_text(cells), encoding="utf-8", newline="")


def hostile_cells(source: Source, name: str, rng: np.random.Generator) -> Source:
    """Return the source with one to five cells of table ``name`` replaced by hostile ones."""
    cells = source[name].copy()
    for _ in range(rng.integers(1, 6)):
        cells.iloc[rng.integers(len(cells)), rng.integers(len(cells.columns))] = _one_of(HOSTILE, rng)
    return {**source, name: cells}


def cells_of_csv(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Replace cells by hostile ones."""
    write_csv(folder, hostile_cells(source, name, rng))


def bytes_of_csv(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Flip, insert, drop or repeat bytes of one file, or cut it short."""
    write_csv(folder, source)
    _damage_file(folder / f"{name}.csv", rng)


def encoding_of_csv(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Write one file in another encoding, sometimes cut within a character, or with the line ends of an old Mac."""
    write_csv(folder, source)
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8").replace("Dinas", "Dïnas")
    text = text.replace("\n", "\r") if rng.random() < 0.2 else text
    data = text.encode(_one_of(OTHER_ENCODINGS, rng), errors="replace")
    path.write_bytes(data[: -int(rng.integers(1, 4))] if rng.random() < 0.3 else data)


def shape_of_csv(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Drop, repeat or rename a column, cut rows, change the delimiter, empty the file, or put a cell of ten million characters."""
    write_csv(folder, source)
    path, cells = folder / f"{name}.csv", source[name]
    text = csv_text(cells)
    lines = text.split("\n")
    column = _one_of(list(cells.columns), rng)
    line = int(rng.integers(len(lines)))
    long = TEN_MILLION if rng.random() < 0.2 else 200_000
    shapes = (
        lambda: csv_text(cells.drop(columns=column)),
        lambda: csv_text(pd.concat([cells, cells[[column]]], axis=1)),
        lambda: csv_text(pd.concat([cells, cells[[column]].rename(columns=str.upper)], axis=1)),
        lambda: csv_text(cells.rename(columns={column: _one_of(HOSTILE, rng)})),
        lambda: text.replace(",", _one_of((";", "\t", "|", " ", "\x01"), rng)),
        lambda: "\n".join([*lines[:line], lines[line] + ",extra", *lines[line + 1 :]]),
        lambda: "\n".join([*lines[:line], lines[line].rsplit(",", 1)[0], *lines[line + 1 :]]),
        lambda: lines[0],
        lambda: _one_of(("", "\n\n\n", " ", "\ufeff", ",,,\n", '"', "\r"), rng),
        lambda: "Laporan\n\n" + text,
        lambda: text + text,
        lambda: "\n".join([*lines[:line], lines[line] + "x" * long, *lines[line + 1 :]]),
    )
    path.write_text(shapes[rng.integers(len(shapes))](), encoding="utf-8", newline="")


def types_of_parquet(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Write one table as Parquet with one column of another type."""
    write_csv(folder, {other: cells for other, cells in source.items() if other != name})
    cells = source[name]
    column = int(rng.integers(len(cells.columns)))
    strange = _strange(len(cells))
    arrays = [pa.array(cells.iloc[:, place].to_list()) for place in range(len(cells.columns))]
    arrays[column] = strange[rng.integers(len(strange))]
    names = list(cells.columns)
    if rng.random() < 0.15:
        names[column] = _one_of((names[0], f" {names[0]} ", names[0].upper(), "", *HOSTILE[:5]), rng)
    pq.write_table(pa.Table.from_arrays(arrays, names=names), folder / f"{name}.parquet")


def _strange(rows: int) -> list[pa.Array]:
    epoch = datetime(2020, 1, 1)
    far = [2**62 - row for row in range(rows)]
    return [
        pa.nulls(rows),
        pa.array([[1, 2]] * rows),
        pa.array([{"a": 1}] * rows),
        pa.array([b"\xff\x00"] * rows),
        pa.array([b"\xff\xfe"] * rows, pa.binary()).view(pa.string()),
        pa.array([Decimal("1.50")] * rows),
        pa.array([Decimal(10) ** 37] * rows, pa.decimal256(60, 2)),
        pa.array([epoch] * rows, pa.timestamp("us", tz="Asia/Jakarta")),
        pa.array([epoch] * rows, pa.timestamp("ns")),
        pa.array(far, pa.timestamp("us")),
        pa.array([2**50] * rows, pa.timestamp("s")),
        pa.array([2**31 - 1] * rows, pa.date32()),
        pa.array([-(2**31)] * rows, pa.date32()),
        pa.array([time(8)] * rows),
        pa.array([timedelta(days=1)] * rows),
        pa.array(far, pa.duration("s")),
        pa.array([2**64 - 1] * rows, pa.uint64()),
        pa.array([float("nan"), float("inf"), *[1e300] * (rows - 2)]),
        pa.array([np.float16(1.5)] * rows, pa.float16()),
        pa.array(["x"] * rows).dictionary_encode(),
        pa.array(["x\x00y"] * rows),
        pa.array([True, None] * rows)[:rows],
        pa.array(["x" * 40_000] * rows),
    ]


def bytes_of_parquet(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Damage the bytes of a Parquet file."""
    write_csv(folder, {other: cells for other, cells in source.items() if other != name})
    pq.write_table(pa.Table.from_pandas(source[name], preserve_index=False), folder / f"{name}.parquet")
    _damage_file(folder / f"{name}.parquet", rng)


def _book(folder: Path, source: Source, name: str, changed: Mapping[tuple[int, int], object]) -> Path:
    write_csv(folder, {other: cells for other, cells in source.items() if other != name})
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name)
    rows: list[list[object]] = [list(source[name].columns), *source[name].to_numpy().tolist()]
    for (row, column), cell in changed.items():
        rows[row % len(rows)][column % len(rows[0])] = cell
    for cells in rows:
        sheet.append(cells)
    path = folder / f"{name}.xlsx"
    book.save(path)
    return path


def cells_of_workbook(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Write one table as XLSX with cells of other types: formulas, errors, times, huge numbers."""
    texts = [text for text in HOSTILE if len(text) < 32_000 and "\x00" not in text]
    every = [*TYPED * (len(texts) // len(TYPED)), *texts]
    cells = {(int(rng.integers(1000)), int(rng.integers(100))): every[rng.integers(len(every))] for _ in range(rng.integers(1, 6))}
    _book(folder, source, name, cells)


def bytes_of_workbook(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Damage the bytes of a workbook, or of one part within it."""
    path = _book(folder, source, name, {})
    if rng.random() < 0.3:
        _damage_file(path, rng)
        return
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    damaged = _one_of(sorted(parts), rng)
    parts[damaged] = _damaged(parts[damaged], rng)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            if part != damaged or rng.random() < 0.9:
                archive.writestr(part, data)


def bytes_of_sqlite(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Damage the bytes of a database file that holds the whole source, or put cells of other types into one table."""
    path = folder / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        for table, cells in source.items():
            cells.to_sql(table, connection, index=False)
        if rng.random() < 0.4:
            row, column = int(rng.integers(1, 10)), source[name].columns[rng.integers(len(source[name].columns))]
            value = IN_SQLITE[rng.integers(len(IN_SQLITE))]
            connection.execute(f'UPDATE "{name}" SET "{column}" = ? WHERE rowid = ?', (value, row))  # noqa: S608 - ours
            connection.commit()
            return
        connection.commit()
    _damage_file(path, rng)


def mapping(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Write a mapping with hostile words, shapes or bytes beside the source."""
    write_csv(folder, source)
    columns = list(source[name].columns)
    column, other = _one_of(columns, rng), _one_of(columns, rng)
    text = f"{name}:\n  from: {name}\n  columns: {{{column}: {other}}}\n  values: {{{column}: {{A: 5, B: 4}}}}\n"
    kind = rng.random()
    if kind < 0.4:
        words = [column, other, name, "A", "5", "from", "columns"]
        text = text.replace(_one_of(words, rng), _one_of((*IN_YAML, *HOSTILE[:-1]), rng), 1)
        text += _one_of(("", f"extracted_on: {_one_of(HOSTILE[:-1], rng)}\n", f"lists: {_one_of(IN_YAML, rng)}\n"), rng)
    path = folder / MAPPING
    path.write_bytes(text.encode(_one_of(OTHER_ENCODINGS, rng), errors="replace") if 0.4 <= kind < 0.5 else text.encode())
    if kind >= 0.5:
        _damage_file(path, rng)


def uploads(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Hand the source in as a zip: hostile names within, or damaged bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, cells in source.items():
            hostile = table == name and rng.random() < 0.5
            place = _one_of(("../../{}.csv", "/root/{}.csv", "..\\{}.csv", "a/b/{}.csv", "{}.csv\x00.exe", "{}.CSV", "C:{}.csv",
                             "~/{}.csv", ".{}.csv", "{}.csv/", "{}.csv ", "x" * 300 + "{}.csv", "{}\n.csv"), rng)  # fmt: skip
            archive.writestr(place.format(table) if hostile else f"{table}.csv", csv_text(cells))
        if rng.random() < 0.1:
            archive.writestr("bomb.csv", b"0" * 20_000_000)
    data = packed.getvalue()
    (folder / UPLOAD).write_bytes(_damaged(data, rng) if rng.random() < 0.5 else data)


def bombs(folder: Path, source: Source, name: str, rng: np.random.Generator) -> None:
    """Write a workbook or a Parquet file that is small here and huge once unpacked."""
    if rng.random() < 0.5:
        path = _book(folder, source, name, {})
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet9.xml", b"\0" * 100_000_000)
        return
    write_csv(folder, {other: cells for other, cells in source.items() if other != name})
    rows = 60_000_000
    columns = {column: pa.nulls(rows) for column in source[name].columns}
    pq.write_table(pa.table(columns), folder / f"{name}.parquet", row_group_size=rows)


def _damage_file(path: Path, rng: np.random.Generator) -> None:
    path.write_bytes(_damaged(path.read_bytes(), rng))


def _damaged(data: bytes, rng: np.random.Generator) -> bytes:
    buffer = bytearray(data)
    kind = rng.integers(5)
    for _ in range(rng.integers(1, 9)):
        at = int(rng.integers(len(buffer) + 1))
        if kind == 0 and at < len(buffer):
            buffer[at] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            buffer[at:at] = bytes(rng.integers(0, 256, int(rng.integers(1, 5)), dtype=np.uint8))
        elif kind == 2:
            del buffer[at : at + int(rng.integers(1, 20))]
        elif kind == 3:
            buffer[at:at] = buffer[at : at + int(rng.integers(1, 200))]
    return bytes(buffer[: int(rng.integers(len(buffer) + 1))]) if kind == 4 else bytes(buffer)


def _one_of(choices: "tuple[str, ...] | list[str]", rng: np.random.Generator) -> str:
    return str(choices[rng.integers(len(choices))])


DAMAGES: dict[str, tuple[Damage, int]] = {
    "cells of CSV": (cells_of_csv, 300),
    "bytes of CSV": (bytes_of_csv, 200),
    "encoding of CSV": (encoding_of_csv, 60),
    "shape of CSV": (shape_of_csv, 120),
    "types of Parquet": (types_of_parquet, 120),
    "bytes of Parquet": (bytes_of_parquet, 80),
    "cells of XLSX": (cells_of_workbook, 60),
    "bytes of XLSX": (bytes_of_workbook, 58),
    "bytes of SQLite": (bytes_of_sqlite, 40),
    "mapping": (mapping, 60),
    "uploads": (uploads, 40),
    "bombs": (bombs, 2),
}
"""Damage by name, with how many of some thousand cases suffer it."""
