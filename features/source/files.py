"""Source tables in files: CSV, Parquet and XLSX, one file or sheet a table, as text cells with their lines."""

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import NoReturn

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from features.bilingual import Bilingual
from features.errors import SourceError
from features.source.limits import (
    MOST_CELLS,
    MOST_CHARACTERS,
    MOST_UNPACKED,
    long_cell,
    require_distinct,
    require_spreadsheet,
    too_large,
    within_limits,
)
from features.source.raw import Sheet, text_frame, text_of

_FORMATS = (".csv", ".parquet", ".xlsx")
_DELIMITERS = (",", ";", "\t", "|")
_TITLE_LINES = 20
"""Lines looked at for the column names: reports put a title, a date and empty lines above them."""

_FEWEST_COLUMNS = 3
"""Columns from which a row with a single cell above them is a title; a table of two columns may have an unnamed one."""

_FORMULA_TAG = re.compile(rb"<(\w{1,20}:)?f[ />]")
_LONGEST_TAG, _PIECE = 32, 2**20
_EMPTY = ("", "-", "null", "none", "nan", "n/a", "#n/a")
_EMPTY_SPELT = pa.array(sorted({"".join(spelt) for word in _EMPTY for spelt in product(*((c, c.upper()) for c in word))}))
"""What spells nothing, in small and capital letters."""
_HEADER_WITHIN = 1_000_000
"""Characters within which the column names are looked for first."""


_Cell = Cell | MergedCell
"""As the stubs have it; openpyxl gives read-only cells, which answer alike."""


def folder_sheets(folder: Path) -> tuple[dict[str, Callable[[], Sheet]], tuple[str, ...]]:
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
    sheets: dict[str, Callable[[], Sheet]] = {}
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


def _sheets_of(path: Path) -> dict[str, Callable[[], Sheet]]:
    if path.suffix.lower() == ".csv":
        return {path.stem: partial(_read_csv, path)}
    if path.suffix.lower() == ".parquet":
        return {path.stem: partial(_read_parquet, path)}
    try:
        require_spreadsheet(path)
        book = openpyxl.load_workbook(path, read_only=True)
    except SourceError as error:
        return {path.stem: partial(_raise, error)}
    except Exception as error:  # openpyxl lets zip, XML and key errors through
        return {path.stem: partial(_unreadable, path, type(error).__name__)}
    names = book.sheetnames
    book.close()
    if len(names) == 1:
        return {path.stem: partial(_read_sheet, path, names[0])}
    return {name: partial(_read_sheet, path, name) for name in names}


def _raise(error: SourceError) -> NoReturn:
    raise error


def _unreadable(path: Path, why: str) -> NoReturn:
    raise SourceError(
        f"{path.name}: cannot be read, the file is damaged or cut short ({why}). Export it again",
        f"{path.name}: tidak terbaca, berkas rusak atau terpotong ({why}). Ekspor ulang",
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{path.name}: cannot be opened ({error.strerror})", f"{path.name}: tidak dapat dibuka ({error.strerror})"
        ) from None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read_csv(path: Path) -> Sheet:
    data = _bytes(path)
    text, notes = _decoded(path, data)
    if not text.strip():
        raise SourceError(
            f"{path.name}: the file is empty; a header line is expected",
            f"{path.name}: berkas kosong; diharapkan baris judul kolom",
        )
    if text.count('"') % 2:
        raise SourceError(
            f"{path.name}: a quotation mark is never closed; the file is cut short or damaged. Export it again",
            f"{path.name}: ada tanda kutip yang tidak ditutup; berkas terpotong atau rusak. Ekspor ulang",
        )
    if "\n" not in text:
        text = text.replace("\r", "\n")  # the line ends of an old Mac
    try:
        return _parsed_csv(path, text, _digest(data), notes)
    except csv.Error:
        return long_cell(path.name)


def _parsed_csv(path: Path, text: str, digest: str, notes: tuple[Bilingual, ...]) -> Sheet:
    first_lines = [line.replace("\r", " ") for line in text.split("\n", _TITLE_LINES)[:_TITLE_LINES]]
    delimiter = max(_DELIMITERS, key=lambda mark: max(line.count(mark) for line in first_lines))
    skipped = _header_row([next(csv.reader([line], delimiter=delimiter), []) for line in first_lines])
    header, lines, begin = _header(text[:_HEADER_WITHIN], skipped, delimiter)
    if begin == _HEADER_WITHIN:
        header, lines, begin = _header(text, skipped, delimiter)
    body = text[begin:]
    table, broken = _parsed(path, header, body, delimiter)
    number = np.delete(np.arange(1, 1 + table.num_rows + len(broken), dtype=np.int64), [row - 1 for row in broken])
    cells = _text_cells(path.name, table)
    if any(len(row) > MOST_CHARACTERS for row in broken.values()):
        long_cell(path.name)
    line_of = _line_numbers(table if '"' in body else None, number, broken) + lines + skipped
    filled = _filled(cells)
    broken_rows = {int(line_of[row]): tuple(piece.strip() for piece in text.split(delimiter)) for row, text in broken.items()}
    return Sheet(
        path.name,
        cells if filled.all() else cells[filled].reset_index(drop=True),
        line_of[number][filled],
        digest,
        broken_rows,
        (*notes, *_title_note(path.name, skipped)),
    )


def _header(text: str, skipped: int, delimiter: str) -> tuple[list[str], int, int]:
    """Return the column names below ``skipped`` lines, the lines they take, and the character after them."""
    buffer = io.StringIO(text, newline="")
    for _ in range(skipped):
        buffer.readline()
    reader = csv.reader(buffer, delimiter=delimiter)
    header = [name.strip() for name in next(reader)]
    return header, reader.line_num, buffer.tell()


def _filled(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows have a cell that is not empty."""
    if any(not column.hasnans for _, column in cells.items()):
        return np.ones(len(cells), dtype=bool)
    return np.asarray(cells.notna().any(axis=1), dtype=np.bool_)


def _decoded(path: Path, data: bytes) -> tuple[str, tuple[Bilingual, ...]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            return _unreadable(path, "UTF-16")
        data = text.encode()
    if b"\x00" in data:
        raise SourceError(
            f"{path.name}: the file holds binary zeros, it is no CSV or is damaged. Export it again",
            f"{path.name}: berkas memuat nol biner, bukan CSV atau rusak. Ekspor ulang",
        )
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        note = Bilingual(
            f"{path.name}: not UTF-8, read as Latin-1; check names with accents",
            f"{path.name}: bukan UTF-8, dibaca sebagai Latin-1; periksa nama beraksen",
        )
        return data.decode("latin-1"), (note,)


def _parsed(path: Path, header: list[str], body: str, delimiter: str) -> tuple[pa.Table, dict[int, str]]:
    """Return the rows under ``header`` and, by number, the rows whose cells are too few or too many."""
    broken: dict[int, str] = {}

    def set_aside(row: pa.csv.InvalidRow) -> str:
        broken[row.number] = row.text
        return "skip"

    require_distinct(path.name, header)
    names = [name or f"unnamed_{position}" for position, name in enumerate(header)]
    if not body.strip():
        return pa.table({name: pa.array([], pa.string()) for name in names}), broken
    data = body.encode()
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(data),
            read_options=pa.csv.ReadOptions(use_threads=False, column_names=names, block_size=max(len(data), 1)),
            parse_options=pa.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=set_aside
            ),
            convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid as error:
        raise SourceError(
            f"{path.name}: cannot be read as CSV, its cells do not fall into columns. Export it again, comma-separated, in UTF-8",
            f"{path.name}: tidak terbaca sebagai CSV, selnya tidak terbagi ke dalam kolom. Ekspor ulang, dipisah koma, dalam UTF-8",
        ) from error
    return table.drop_columns([name for name in names if name.startswith("unnamed_")]), broken


def _line_numbers(table: pa.Table | None, number: NDArray[np.int64], broken: dict[int, str]) -> NDArray[np.int64]:
    """Return for each row, by its number, the line below the header it starts on: line breaks within cells of ``table`` count."""
    extra = np.zeros(len(number) + len(broken) + 1, dtype=np.int64)
    for column in table.columns if table is not None else []:
        extra[number] += pc.fill_null(pc.count_substring(column, "\n"), 0).to_numpy()
    for row, text in broken.items():
        extra[row] += text.count("\n")
    return np.arange(len(extra)) + np.cumsum(extra) - extra


def _text_cells(origin: str, table: pa.Table) -> pd.DataFrame:
    """Return text columns trimmed, with NA for what spells nothing."""
    if any((pc.max(pc.utf8_length(column)).as_py() or 0) > MOST_CHARACTERS for column in table.columns):
        long_cell(origin)
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
        empty = pc.is_in(trimmed, value_set=_EMPTY_SPELT)
        columns[str(name).strip()] = pd.Series(pc.if_else(empty, None, trimmed).to_pandas(), dtype="str")
    return pd.DataFrame(columns)


def _read_parquet(path: Path) -> Sheet:
    try:
        declared = pq.read_metadata(path)
        unpacked = sum(declared.row_group(group).total_byte_size for group in range(declared.num_row_groups))
        if declared.num_rows * declared.num_columns > MOST_CELLS or unpacked > MOST_UNPACKED:
            too_large(path.name)
        table = pq.read_table(path)
        require_distinct(path.name, (name.strip() for name in table.column_names))
        texts = pa.table({name: _lossless(column) for name, column in zip(table.column_names, table.columns, strict=True)})
        cells = _text_cells(path.name, texts)
    except (OSError, ValueError, TypeError, ArithmeticError, pa.ArrowException) as error:  # dates beyond Python's, broken text
        return _unreadable(path, type(error).__name__)
    return Sheet(path.name, cells, np.arange(1, len(texts) + 1, dtype=np.int64), _digest(_bytes(path)))


def _lossless(column: pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or pa.types.is_integer(column.type):
        return column.cast(pa.string())
    if pa.types.is_date(column.type):
        return pc.strftime(column.cast(pa.timestamp("s")), format="%Y-%m-%d")
    return pa.array([text_of(cell) for cell in column.to_pylist()], pa.string())


def _read_sheet(path: Path, sheet: str) -> Sheet:
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
        return _unreadable(path, type(error).__name__)
    origin = path.name if len(book.sheetnames) == 1 else f"{path.name}[{sheet}]"
    first = _header_row(rows[:_TITLE_LINES])
    if not any(cell is not None for row in rows for cell in row):
        raise SourceError(
            f"{origin}: the sheet is empty; a header row is expected", f"{origin}: lembar kosong; diharapkan baris judul kolom"
        )
    header = {place: str(cell).strip() for place, cell in enumerate(rows[first]) if cell is not None}
    require_distinct(origin, header.values())
    body = {name: [row[place] if place < len(row) else None for row in rows[first + 1 :]] for place, name in header.items()}
    cells = _text_cells(origin, pa.Table.from_pandas(text_frame(body), preserve_index=False))
    filled = _filled(cells)
    lines = np.arange(first + 2, first + 2 + len(cells), dtype=np.int64)
    notes = _title_note(origin, first)
    return Sheet(origin, cells[filled].reset_index(drop=True), lines[filled], _digest(_bytes(path)), notes=notes)


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


def _header_row(rows: Sequence[Sequence[object]]) -> int:
    """Return which of the first ``rows`` names the columns: the first filled one, or, below a title alone in its row, the next."""
    filled = [sum(cell not in (None, "") and bool(str(cell).strip()) for cell in row) for row in rows]
    widest = max(filled, default=0)
    titles = widest >= _FEWEST_COLUMNS
    return next((number for number, count in enumerate(filled) if count > (1 if titles else 0)), 0)


def _title_note(origin: str, above: int) -> tuple[Bilingual, ...]:
    if not above:
        return ()
    return (
        Bilingual(
            f"{origin}: the column names were taken from line {above + 1}; what stands above it is passed over",
            f"{origin}: judul kolom diambil dari baris {above + 1}; isi di atasnya dilewati",
        ),
    )
