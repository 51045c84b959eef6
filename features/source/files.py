"""Source tables in files: CSV (`delimited`), Parquet and XLSX, one file or sheet a table, as text cells with their lines."""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from features.errors import SourceError
from features.source.cells import TITLE_LINES, filled, header_row, text_cells, title_note
from features.source.delimited import csv_stream
from features.source.limits import (
    CELLS_A_BYTE,
    MOST_CELLS,
    MOST_UNPACKED,
    UNPACKED_A_BYTE,
    require_distinct,
    require_spreadsheet,
    too_large,
    unopened,
    unreadable,
    within_limits,
)
from features.source.raw import WHOLE, Piece, Reader, Stream, text_frame, text_of

_FORMATS = (".csv", ".parquet", ".xlsx")
_FORMULA_TAG = re.compile(rb"<(\w{1,20}:)?f[ />]")
_LONGEST_TAG, _PIECE = 32, 2**20
_DAMAGED = (OSError, ValueError, TypeError, ArithmeticError, pa.ArrowException)
"""What reading a damaged Parquet file ends in."""

_Cell = Cell | MergedCell
"""As the stubs have it; openpyxl gives read-only cells, which answer alike."""


def folder_sheets(folder: Path) -> tuple[dict[str, Reader], tuple[str, ...]]:
    """Return a reader for every table in ``folder`` by name, and the names of the files that hold none.

    Raises
    ------
    SourceError
        ``folder`` is none, or two files hold a table of the same name.
    """
    if not folder.is_dir():
        raise SourceError(
            f"The source '{folder}' is no folder and no database URL. Give a folder of CSV, Parquet or XLSX files.",
            f"Sumber '{folder}' bukan folder dan bukan URL basis data. Berikan folder berisi berkas CSV, Parquet atau XLSX.",
        )
    sheets: dict[str, Reader] = {}
    ignored: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() or path.suffix.lower() not in _FORMATS or path.name.startswith(("~$", ".")):
            ignored.append(path.name)
            continue
        for name, reader in _sheets_of(path).items():
            if name in sheets:
                raise SourceError(
                    f"The table '{name}' is in more than one file of '{folder}'. Keep one of them.",
                    f"Tabel '{name}' ada di lebih dari satu berkas dalam '{folder}'. Sisakan satu saja.",
                )
            sheets[name] = reader
    return sheets, tuple(ignored)


def _sheets_of(path: Path) -> dict[str, Reader]:
    if path.suffix.lower() == ".csv":
        return {path.stem: Reader(partial(csv_stream, path))}
    if path.suffix.lower() == ".parquet":
        return {path.stem: Reader(partial(_parquet_stream, path))}
    try:
        require_spreadsheet(path)
        book = openpyxl.load_workbook(path, read_only=True)
    except SourceError as error:
        return {path.stem: Reader(partial(_raise, error))}
    except Exception as error:  # openpyxl lets zip, XML and key errors through
        why = type(error).__name__
        return {path.stem: Reader(lambda _: unreadable(path.name, why))}
    names = book.sheetnames
    book.close()
    if len(names) == 1:
        return {path.stem: Reader(partial(_sheet_stream, path, names[0]))}
    return {name: Reader(partial(_sheet_stream, path, name)) for name in names}


def _raise(error: SourceError, at_once: int) -> NoReturn:
    raise error


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return unopened(path.name, error)


def _parquet_stream(path: Path, at_once: int) -> Stream:
    try:
        opened = pq.ParquetFile(path)
        declared = opened.metadata
        groups = [declared.row_group(group) for group in range(declared.num_row_groups)]
        unpacked = sum(group.total_byte_size for group in groups)
        _require_table(path, [(group.num_rows * declared.num_columns, group.total_byte_size) for group in groups], at_once)
        names = tuple(name.strip() for name in opened.schema_arrow.names)
        require_distinct(path.name, names)
    except _DAMAGED as error:
        return unreadable(path.name, type(error).__name__)
    rows = max(1, min(at_once * max(declared.num_rows, 1) // max(unpacked, 1), declared.num_rows))
    return Stream(path.name, names, _parquet_pieces(path, opened, rows), _digest(path))


def _require_table(path: Path, groups: list[tuple[int, int]], at_once: int) -> None:
    """Raise `SourceError` if a file's row groups, each so many cells and bytes, are more than a table's.

    Read piece by piece a file may hold a country, but no group of it more than a table, nor all of it more than its size allows.
    """
    cells, unpacked = (sum(part) for part in zip(*groups, strict=True)) if groups else (0, 0)
    packed = path.stat().st_size if at_once < WHOLE else 0
    if cells > max(MOST_CELLS, CELLS_A_BYTE * packed) or unpacked > max(MOST_UNPACKED, UNPACKED_A_BYTE * packed):
        too_large(path.name)
    if any(cells > MOST_CELLS or unpacked > MOST_UNPACKED for cells, unpacked in groups):
        too_large(path.name)


def _parquet_pieces(path: Path, opened: pq.ParquetFile, rows: int) -> Iterator[Piece]:
    """Yield so many rows at a time; a file that holds more or fewer than it says cannot be read."""
    count = 0
    batches = opened.iter_batches(batch_size=rows) if opened.metadata.num_rows else iter([opened.schema_arrow.empty_table()])
    while True:
        try:
            table = next(batches, None)
            if table is None:
                break
            texts = pa.table({name: _lossless(column) for name, column in zip(table.schema.names, table.columns, strict=True)})
            cells = text_cells(path.name, texts)
        except _DAMAGED as error:  # dates beyond Python's, broken text
            unreadable(path.name, type(error).__name__)
        yield cells, np.arange(count + 1, count + len(cells) + 1, dtype=np.int64)
        count += len(cells)
    if count != opened.metadata.num_rows:
        unreadable(path.name, f"{count} / {opened.metadata.num_rows}")


def _lossless(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_integer(column.type):
        return column.cast(pa.string())
    if pa.types.is_date(column.type):
        return pc.strftime(column.cast(pa.timestamp("s")), format="%Y-%m-%d")
    if pa.types.is_nested(column.type) or pa.types.is_null(column.type):
        return pa.array([text_of(cell) for cell in column.to_pylist()], pa.string())
    chunked = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    coded = chunked.dictionary_encode().unify_dictionaries()  # only distinct cells are written out
    return pa.chunked_array([_written_out(chunk) for chunk in coded.chunks], pa.dictionary(pa.int32(), pa.string()))


def _written_out(coded: pa.DictionaryArray) -> pa.DictionaryArray:
    texts = pa.array([text_of(cell) for cell in coded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(coded.indices.cast(pa.int32()), texts)


def _sheet_stream(path: Path, sheet: str, at_once: int) -> Stream:
    """Return a sheet as one piece: a workbook holds a million rows at most."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        worksheet = book[sheet]
        worksheet.reset_dimensions()  # the extent a sheet declares of itself may be anything
        values = _values_and_formulas(path, worksheet) if _holds_formulas(path) else worksheet.iter_rows(values_only=True)
        rows = list(within_limits(path.name, values))
        book.close()
    except SourceError:
        raise
    except Exception as error:  # openpyxl lets zip, XML and key errors through
        return unreadable(path.name, type(error).__name__)
    origin = path.name if len(book.sheetnames) == 1 else f"{path.name}[{sheet}]"
    first = header_row(rows[:TITLE_LINES])
    if not any(cell is not None for row in rows for cell in row):
        raise SourceError(
            f"{origin}: the sheet is empty; a header row is expected", f"{origin}: lembar kosong; diharapkan baris judul kolom"
        )
    header = {place: str(cell).strip() for place, cell in enumerate(rows[first]) if cell is not None}
    require_distinct(origin, header.values())
    body = {name: [row[place] if place < len(row) else None for row in rows[first + 1 :]] for place, name in header.items()}
    cells = text_cells(origin, pa.Table.from_pandas(text_frame(body), preserve_index=False))
    there = filled(cells)
    lines = np.arange(first + 2, first + 2 + len(cells), dtype=np.int64)
    piece = (cells[there].reset_index(drop=True), lines[there])
    return Stream(origin, tuple(cells.columns), iter([piece]), _digest(path), notes=title_note(origin, first))


def _holds_formulas(path: Path) -> bool:
    """Return whether any sheet of a workbook holds a formula."""
    with zipfile.ZipFile(path) as archive:
        sheets = [part for part in archive.namelist() if part.startswith("xl/worksheets/")]
        return any(_FORMULA_TAG.search(piece) for sheet in sheets for piece in _pieces(archive, sheet))


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a part of an archive piece by piece, each with the end of the one before it."""
    tail = b""
    with archive.open(part) as unpacked:
        while piece := unpacked.read(_PIECE):
            yield tail + piece
            tail = piece[-_LONGEST_TAG:]


def _values_and_formulas(path: Path, worksheet: Worksheet) -> Iterator[tuple[object, ...]]:
    """Yield the values of a sheet's rows; where a formula's result was never computed, the formula, which is no value.

    Programs that write formulas without computing them leave such cells; a formula whose result is the empty text has one.
    """
    book = openpyxl.load_workbook(path, read_only=True)
    formulas = book[worksheet.title]
    formulas.reset_dimensions()
    for row, asked in zip(worksheet.iter_rows(), formulas.iter_rows(), strict=True):
        yield tuple(_value_or_formula(cell, formula) for cell, formula in zip(row, asked, strict=True))
    book.close()


def _value_or_formula(cell: _Cell, formula: _Cell) -> object:
    if formula.data_type != "f" or cell.value is not None or cell.data_type != "n":
        return cell.value
    return formula.value if isinstance(formula.value, str) and formula.value != "=" else "=?"  # one formula over many cells
