"""CSV files piece by piece: any encoding, delimiter and line end, titles above the header, rows that do not fit it."""

import codecs
import csv
import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO, NoReturn, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from features.bilingual import Bilingual
from features.errors import SourceError
from features.heap import large_blocks
from features.sorting import Ints
from features.source.cells import TITLE_LINES, filled, header_row, text_cells, title_note
from features.source.limits import MOST_CHARACTERS, long_cell, require_distinct, unopened, unreadable
from features.source.raw import Piece, Stream

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_WITHIN = 1_000_000
"""Characters within which the column names are looked for first."""
_AT_ONCE = 2**22
"""Bytes looked at in one go before anything is parsed."""
_IN_MEMORY = 2**26
"""Bytes up to which a file that has to be written anew in UTF-8 is kept in memory."""
_READING = Lock()
_WIDER = 8
"""A row that does not fit into a piece makes pieces so many times as large."""


@dataclass(slots=True)
class _Text:
    """An open file of UTF-8 text: the bytes to leave out before it, its length, and what the checks of it found."""

    file: BinaryIO
    skipped: int
    size: int
    digest: str
    notes: tuple[Bilingual, ...]
    quoted: bool


@dataclass(frozen=True, slots=True)
class _Scan:
    """What the bytes of a file hold."""

    digest: str
    size: int
    zeros: bool
    utf8: bool
    blank: bool
    quotes: int
    new_lines: bool
    returns: bool


def csv_stream(path: Path, at_once: int) -> Stream:
    """Return the rows of a CSV file, about ``at_once`` bytes of them at a time.

    Raises
    ------
    SourceError
        The file cannot be opened, is binary, empty, cut within a quotation mark or has two columns of one name; while rows are
        read: its cells do not fall into columns, or one is too long to be a cell.
    """
    with ExitStack() as files:
        try:
            stream = _stream(path.name, _opened(path, files), at_once)
        except csv.Error:
            return long_cell(path.name)
        stream.pieces = _closing(stream.pieces, files.pop_all())
        return stream


def _closing(pieces: Iterator[Piece], files: ExitStack) -> Iterator[Piece]:
    with files:
        yield from pieces


def _opened(path: Path, files: ExitStack) -> _Text:
    """Return the text of a file in UTF-8 with line feeds, written anew where it is not; ``files`` will close it."""
    try:
        file: BinaryIO = files.enter_context(path.open("rb"))
    except OSError as error:
        return unopened(path.name, error)
    start = file.read(3)
    notes: tuple[Bilingual, ...] = ()
    wide = start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    found = digest = _scanned(file, start)
    if wide:
        try:
            file = _rewritten(files, file, "utf-16")
        except UnicodeDecodeError:
            return unreadable(path.name, "UTF-16")
        found = _scanned(file, _start(file))
    if found.zeros:
        raise SourceError(
            f"{path.name}: the file holds binary zeros, it is no CSV or is damaged. Export it again",
            f"{path.name}: berkas memuat nol biner, bukan CSV atau rusak. Ekspor ulang",
        )
    skipped = 3 if found.utf8 and _start(file) == codecs.BOM_UTF8 else 0
    if not found.utf8:
        file = _rewritten(files, file, "latin-1")
        found = _scanned(file, b"")
        notes = (
            Bilingual(
                f"{path.name}: not UTF-8, read as Latin-1; check names with accents",
                f"{path.name}: bukan UTF-8, dibaca sebagai Latin-1; periksa nama beraksen",
            ),
        )
    if found.blank:
        raise SourceError(
            f"{path.name}: the file is empty; a header line is expected",
            f"{path.name}: berkas kosong; diharapkan baris judul kolom",
        )
    if found.quotes % 2:
        raise SourceError(
            f"{path.name}: a quotation mark is never closed; the file is cut short or damaged. Export it again",
            f"{path.name}: ada tanda kutip yang tidak ditutup; berkas terpotong atau rusak. Ekspor ulang",
        )
    if found.returns and not found.new_lines:  # the line ends of an old Mac
        file = _rewritten(files, file, "utf-8", old_mac=True)
    return _Text(file, skipped, found.size - skipped, digest.digest, notes, found.quotes > 0)


def _start(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(3)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_AT_ONCE):
        yield piece


def _scanned(file: BinaryIO, start: bytes) -> _Scan:
    """Return what a file holds; ``start`` (a byte order mark) does not count as text."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    utf8, blank, zeros, new_lines, returns, quotes, size = True, True, False, False, False, 0, 0
    mark = 3 if start == codecs.BOM_UTF8 else 0
    for piece in _pieces(file):
        digest.update(piece)
        zeros = zeros or b"\x00" in piece
        new_lines, returns = new_lines or b"\n" in piece, returns or b"\r" in piece
        quotes += piece.count(b'"')
        if utf8:
            try:
                text = decoder.decode(piece[mark:] if not size else piece)
                blank = blank and not text.strip()
            except UnicodeDecodeError:
                utf8 = False
        size += len(piece)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        utf8 = False
    return _Scan(digest.hexdigest(), size, zeros, utf8, blank and utf8, quotes, new_lines, returns)


def _rewritten(files: ExitStack, file: BinaryIO, encoding: str, *, old_mac: bool = False) -> BinaryIO:
    """Return a temporary file without a name that holds the text of ``file`` in UTF-8; raises `UnicodeDecodeError`."""
    decoder = codecs.getincrementaldecoder(encoding)()
    spooled = files.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - open while rows are read
    out = cast("BinaryIO", spooled)
    for piece in _pieces(file):
        out.write(piece.replace(b"\r", b"\n") if old_mac else decoder.decode(piece).encode())
    if not old_mac:
        out.write(decoder.decode(b"", final=True).encode())
    return out


def _stream(origin: str, text: _Text, at_once: int) -> Stream:
    """Return the stream of rows below the header."""
    begin = _decoded(text, TITLE_LINES)
    first_lines = [line.replace("\r", " ") for line in begin.split("\n", TITLE_LINES)[:TITLE_LINES]]
    delimiter = max(_DELIMITERS, key=lambda mark: max(line.count(mark) for line in first_lines))
    skipped = header_row([next(csv.reader([line], delimiter=delimiter), []) for line in first_lines])
    header, lines, end = _header(begin[:_HEADER_WITHIN], skipped, delimiter)
    if end == _HEADER_WITHIN:
        begin = _decoded(text, None)
        header, lines, end = _header(begin, skipped, delimiter)
    require_distinct(origin, header)
    names = [name or f"unnamed_{position}" for position, name in enumerate(header)]
    text.skipped += len(begin[:end].encode())
    text.size -= len(begin[:end].encode())
    columns = tuple(name for name in names if not name.startswith("unnamed_"))
    stream = Stream(origin, columns, iter(()), text.digest, notes=(*text.notes, *title_note(origin, skipped)))
    stream.pieces = _rows(stream, text, names, delimiter, lines + skipped, at_once)
    return stream


def _decoded(text: _Text, lines: int | None) -> str:
    """Return the text up to so many lines and `_HEADER_WITHIN` characters; None: all of it."""
    text.file.seek(text.skipped)
    data = text.file.read(_AT_ONCE if lines is not None else -1)
    while lines is not None and data.count(b"\n") < lines and (more := text.file.read(_AT_ONCE)):
        data += more
    return data.decode("utf-8", "ignore" if len(data) < text.size else "strict")


def _header(text: str, skipped: int, delimiter: str) -> tuple[list[str], int, int]:
    """Return the column names below ``skipped`` lines, the lines they take, and the character after them."""
    buffer = io.StringIO(text, newline="")
    for _ in range(skipped):
        buffer.readline()
    reader = csv.reader(buffer, delimiter=delimiter)
    header = [name.strip() for name in next(reader)]
    return header, reader.line_num, buffer.tell()


def _rows(stream: Stream, text: _Text, names: list[str], delimiter: str, above: int, at_once: int) -> Iterator[Piece]:
    """Yield the rows piece by piece; ``stream`` is told of those that have more or fewer cells than the header.

    ``above``: the lines above the first row. A row's line is its number below the header plus the line breaks within cells before.
    """
    count, breaks, invalid = 0, 0, dict[int, str]()
    for table in _tables(stream.origin, text, names, delimiter, invalid, at_once):
        number, last = _numbers(count, table.num_rows, invalid)
        told = _breaks(table if text.quoted else None, number, count, last, invalid)
        line_of = np.arange(count + 1, last + 1) + above + breaks + np.cumsum(told) - told
        passed = [row for row in sorted(invalid) if count < row <= last]
        _note_broken(stream, {int(line_of[row - count - 1]): invalid.pop(row) for row in passed}, delimiter)
        cells = text_cells(stream.origin, table.drop_columns([name for name in names if name not in stream.columns]))
        there = filled(cells)
        yield (cells if there.all() else cells[there].reset_index(drop=True)), line_of[number - count - 1][there]
        count, breaks = last, breaks + int(told.sum())
    for row in sorted(invalid):
        if row > count:
            _note_broken(stream, {row + above + breaks: invalid[row]}, delimiter)
            breaks += invalid[row].count("\n")


def _numbers(count: int, rows: int, invalid: dict[int, str]) -> tuple[Ints, int]:
    """Return the numbers of the next ``rows`` rows after ``count``, those of ``invalid`` rows left out, and the last of them."""
    between = np.array([row for row in invalid if row > count], dtype=np.int64)
    number = np.setdiff1d(np.arange(count + 1, count + rows + len(between) + 1), between, assume_unique=True)[:rows]
    return number, int(number[-1]) if rows else count


def _breaks(table: pa.Table | None, number: Ints, count: int, last: int, invalid: dict[int, str]) -> Ints:
    """Return the line breaks within cells of every row after ``count`` up to ``last``; None: there are none in the table."""
    told = np.zeros(last - count, dtype=np.int64)
    for column in table.columns if table is not None else []:
        for first, chunk in _placed(column):
            within = pc.fill_null(pc.count_substring(chunk.dictionary, "\n"), 0).to_numpy(zero_copy_only=False)
            if within.any():
                told[number[first : first + len(chunk)] - count - 1] += within[chunk.indices.to_numpy(zero_copy_only=False)]
    for row, text in invalid.items():
        if count < row <= last:
            told[row - count - 1] += text.count("\n")
    return told


def _placed(column: pa.ChunkedArray) -> Iterator[tuple[int, pa.DictionaryArray]]:
    first = 0
    for chunk in column.chunks:
        yield first, chunk
        first += len(chunk)


def _note_broken(stream: Stream, rows: dict[int, str], delimiter: str) -> None:
    for line, text in rows.items():
        if len(text) > MOST_CHARACTERS:
            long_cell(stream.origin)
        stream.broken[line] = tuple(piece.strip() for piece in text.split(delimiter))


def _tables(
    origin: str, text: _Text, names: list[str], delimiter: str, invalid: dict[int, str], at_once: int
) -> Iterator[pa.Table]:
    """Yield the rows as tables of coded texts, one at least; ``invalid`` takes the rows that do not fit the header, by number.

    Where a row is longer than a piece, reading begins again with larger pieces and passes over what was told.
    """
    told = 0
    block = max(min(at_once, text.size), 1)
    nothing = pa.table(
        {name: pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.string())) for name in names}
    )
    if _is_blank(text):
        yield nothing
        return
    while True:
        try:
            known = 0
            for batch in _batches(text, names, delimiter, invalid, block):
                new = batch.slice(min(max(told - known, 0), batch.num_rows))
                known += batch.num_rows
                if new.num_rows:
                    yield pa.Table.from_batches([new])
                    told += new.num_rows
        except pa.ArrowInvalid as error:
            if block >= text.size:
                _not_in_columns(origin, error)
            block = min(block * _WIDER, text.size)
            continue
        if not told:
            yield nothing
        return


def _not_in_columns(origin: str, error: pa.ArrowInvalid) -> NoReturn:
    raise SourceError(
        f"{origin}: cannot be read as CSV, its cells do not fall into columns. Export it again, comma-separated, in UTF-8",
        f"{origin}: tidak terbaca sebagai CSV, selnya tidak terbagi ke dalam kolom. Ekspor ulang, dipisah koma, dalam UTF-8",
    ) from error


def _is_blank(text: _Text) -> bool:
    text.file.seek(text.skipped)
    decoder = codecs.getincrementaldecoder("utf-8")()
    while piece := text.file.read(_AT_ONCE):
        if decoder.decode(piece).strip():
            return False
    return True


class _Tail(io.RawIOBase):
    """A file from some byte on, at a place of its own: a reader given up may still be reading ahead."""

    def __init__(self, file: BinaryIO, place: int) -> None:
        self._file, self._place = file, place

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        with _READING:
            self._file.seek(self._place)
            data = self._file.read(size)
        self._place += len(data)
        return data


def _batches(text: _Text, names: list[str], delimiter: str, invalid: dict[int, str], block: int) -> Iterator[pa.RecordBatch]:
    def set_aside(row: pa.csv.InvalidRow) -> str:
        invalid[row.number] = row.text
        return "skip"

    return iter(
        pa.csv.open_csv(
            pa.PythonFile(_Tail(text.file, text.skipped), mode="r"),
            read_options=pa.csv.ReadOptions(use_threads=False, column_names=names, block_size=block),
            parse_options=pa.csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if text.quoted else False,  # what is not looked for costs no time
                newlines_in_values=text.quoted,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string()))),
            memory_pool=large_blocks(),
        )
    )
