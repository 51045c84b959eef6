"""Cells of sheets of every kind: trimmed, what spells nothing empty, and the line that names the columns."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.bilingual import Bilingual
from features.coded import coded_texts
from features.source.limits import MOST_CHARACTERS, long_cell

TITLE_LINES = 20
"""Lines looked at for the column names: reports put a title, a date and empty lines above them."""

_FEWEST_COLUMNS = 3
"""Columns from which a row with a single cell above them is a title; a table of two columns may have an unnamed one."""

_EMPTY = ("", "-", "null", "none", "nan", "n/a", "#n/a")
_EMPTY_SPELT = pa.array(sorted({"".join(spelt) for word in _EMPTY for spelt in product(*((c, c.upper()) for c in word))}))
"""What spells nothing, in small and capital letters."""


def text_cells(origin: str, table: pa.Table) -> pd.DataFrame:
    """Return text columns as categories of trimmed texts, empty for what spells nothing; only distinct texts are looked at."""
    return pd.DataFrame(
        {str(name).strip(): _trimmed(origin, column) for name, column in zip(table.column_names, table.columns, strict=True)}
    )


def _trimmed(origin: str, column: pa.ChunkedArray) -> pd.Categorical:
    coded = column if pa.types.is_dictionary(column.type) else column.cast(pa.string()).dictionary_encode()
    whole = coded.unify_dictionaries().combine_chunks()
    whole = whole if isinstance(whole, pa.DictionaryArray) else whole.chunk(0)
    texts = whole.dictionary
    if (pc.max(pc.utf8_length(texts)).as_py() or 0) > MOST_CHARACTERS:
        long_cell(origin)
    trimmed = pc.utf8_trim_whitespace(texts)
    kept = pc.if_else(pc.is_in(trimmed, value_set=_EMPTY_SPELT), None, trimmed).dictionary_encode()
    place = np.append(pc.fill_null(kept.indices, -1).to_numpy(zero_copy_only=False), -1)
    codes = place[pc.fill_null(whole.indices, -1).to_numpy(zero_copy_only=False)]
    return coded_texts(codes, pd.Index(kept.dictionary.to_pandas(), dtype="str"))


def filled(cells: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows have a cell that is not empty."""
    if any(not column.hasnans for _, column in cells.items()):
        return np.ones(len(cells), dtype=bool)
    return np.asarray(cells.notna().any(axis=1), dtype=np.bool_)


def header_row(rows: Sequence[Sequence[object]]) -> int:
    """Return which of the first ``rows`` names the columns: the first filled one, or, below a title alone in its row, the next."""
    filled = [sum(cell not in (None, "") and bool(str(cell).strip()) for cell in row) for row in rows]
    widest = max(filled, default=0)
    titles = widest >= _FEWEST_COLUMNS
    return next((number for number, count in enumerate(filled) if count > (1 if titles else 0)), 0)


def title_note(origin: str, above: int) -> tuple[Bilingual, ...]:
    """Return the remark that so many lines above the column names were passed over."""
    if not above:
        return ()
    return (
        Bilingual(
            f"{origin}: the column names were taken from line {above + 1}; what stands above it is passed over",
            f"{origin}: judul kolom diambil dari baris {above + 1}; isi di atasnya dilewati",
        ),
    )
