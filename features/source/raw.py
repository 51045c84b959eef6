"""Raw tables: the source's cells as text under contract names, each row with the file and line it came from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.bilingual import Bilingual
from features.coded import plain

FILE = "source_file"
"""Reserved column: the file, sheet or database table a row came from."""

LINE = "source_line"
"""Reserved column: the row's line in that file (the header is line 1; Parquet and databases: the n-th row)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of the source as it stands: text cells under the source's own column names.

    ``lines`` are the rows' lines; ``broken`` gives, by line, the cells of rows that have more or fewer of them than the header;
    ``digest`` is the SHA-256 of the bytes it was read from; ``notes`` are remarks for the report (an encoding that was guessed).
    """

    origin: str
    cells: pd.DataFrame
    lines: NDArray[np.int64]
    digest: str
    broken: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[Bilingual, ...] = ()


Piece = tuple[pd.DataFrame, NDArray[np.int64]]
"""Some rows of a sheet: their cells (``str``, or categories of it) and their lines."""

WHOLE = 2**62
"""As many bytes at a time as there are."""


@dataclass(slots=True)
class Stream:
    """A sheet that is read piece by piece, at least one.

    ``pieces`` may be gone through once. ``digest``, ``broken`` and ``notes`` are whole when it has ended; see `Sheet`.
    """

    origin: str
    columns: tuple[str, ...]
    pieces: Iterator[Piece]
    digest: str = ""
    broken: dict[int, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """One table of the source, not read before it is asked for: whole by calling it, or with so many bytes at a time."""

    stream: Callable[[int], Stream]

    def __call__(self) -> Sheet:
        """Return the sheet whole; raises `SourceError` if it cannot be read."""
        stream = self.stream(WHOLE)
        pieces = list(stream.pieces)
        cells = [as_text(piece) for piece, _ in pieces]
        lines = np.concatenate([lines for _, lines in pieces])
        whole = cells[0] if len(cells) == 1 else pd.concat(cells, ignore_index=True)
        return Sheet(stream.origin, whole, lines, stream.digest, stream.broken, stream.notes)


def as_text(cells: pd.DataFrame) -> pd.DataFrame:
    """Return ``cells`` with every column as ``str``, `FILE` and `LINE` as they are."""
    other = [name for name in cells.columns if name not in (FILE, LINE) and cells[name].dtype != "str"]
    return cells.assign(**{name: plain(cells[name]).astype("str") for name in other}) if other else cells


@dataclass(frozen=True, slots=True)
class RawTables:
    """What a reader hands to the checks.

    ``frames``: contract table to its cells, all ``str`` with NA for empty, under contract names (and ``attr_*``), plus ``FILE``
    and ``LINE``; of a source read in pieces `features.source.chunks.Chunks`. ``broken``: rows that have too many or too few cells
    (table, ``FILE``, ``LINE``, cells). ``digests``: file to SHA-256. ``extracted_on``: the mapping's own extraction date as text,
    if it states one. ``coded``: outside, people are known by codes (`features.person_codes`). ``notes``: remarks for the report.
    """

    frames: Mapping[str, pd.DataFrame]
    broken: pd.DataFrame
    digests: Mapping[str, str]
    mapping_digest: str = ""
    extracted_on: str | None = None
    notes: tuple[Bilingual, ...] = field(default=())
    coded: bool = False


def text_of(value: object) -> str | None:
    """Return a typed cell as text without loss: dates ISO, whole floats as whole numbers, booleans lower case; empty is None."""
    if value is None or value == "" or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize())
    return str(value)


def text_frame(columns: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Return typed columns as a frame of ``str`` cells, see `text_of`."""
    return pd.DataFrame({name: pd.Series(list(map(text_of, cells)), dtype="str") for name, cells in columns.items()})
