"""Cells of tables in chunks of rows, so that no table has to be in memory whole: each chunk in a file, or in memory."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
from numpy.typing import NDArray

from features.coded import arrow_table, frame_of
from features.sorting import distinct_numbers
from features.source.raw import FILE, as_text

_Some = NDArray[np.int64] | None
"""Which rows of a chunk, by number within it; None: all."""
_Chunk = tuple[int, Callable[[_Some], pd.DataFrame]]
"""How many rows, and what brings them, or some of them."""


class Chunks(Mapping[str, pd.DataFrame]):
    """Tables in chunks, each with the rows' numbers within the table as its index.

    Asked for by name, a table is put together whole, its cells as ``str``. ``folder``: where the chunks are kept; None: in memory.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._chunks: dict[str, list[_Chunk]] = {}

    @classmethod
    def of(cls, frames: Mapping[str, pd.DataFrame]) -> "Chunks":
        """Return whole tables as chunks, one a table; chunks as they are."""
        if isinstance(frames, Chunks):
            return frames
        out = cls()
        for name, frame in frames.items():
            out._chunks[name] = [(len(frame), partial(_same, frame))]
        return out

    def with_rows(self, rows: Mapping[str, pd.DataFrame]) -> "Chunks":
        """Return these tables with ``rows`` below their own."""
        out = Chunks(self._folder)
        out._chunks = {name: list(kept) for name, kept in self._chunks.items()}
        for name, frame in rows.items():
            out.add(name, frame)
        return out

    def take(self, name: str, below: "Chunks") -> None:
        """Put the rows that ``below`` has of table ``name`` below those that are here."""
        first = self.count(name) if name in self._chunks else 0
        for length, bring in below._chunks[name]:
            self._chunks.setdefault(name, []).append((length, partial(_numbered, bring, first)))
            first += length

    def add(self, name: str, rows: pd.DataFrame) -> None:
        """Put ``rows`` below those that table ``name`` has."""
        kept = self._chunks.setdefault(name, [])
        first = sum(length for length, _ in kept)
        bring = partial(_same, rows)
        if self._folder is not None:
            path = self._folder / f"{name}-{len(kept):04d}.arrow"
            table = arrow_table(_coded(rows), index=False)
            whole = max(1, len(rows))  # in smaller batches each would have its own dictionaries
            pa.feather.write_feather(table, path, compression="uncompressed", chunksize=whole)
            bring = partial(_brought, path)
        kept.append((len(rows), partial(_numbered, bring, first)))

    def chunks(self, name: str) -> Iterator[pd.DataFrame]:
        """Yield the chunks of a table one after another."""
        return (bring(None) for _, bring in self._chunks[name])

    def count(self, name: str) -> int:
        """Return how many rows a table has."""
        return sum(length for length, _ in self._chunks[name])

    def column(self, name: str, column: str) -> pd.Series:
        """Return one column of a table, whole."""
        return pd.concat([as_text(chunk[[column]])[column] for chunk in self.chunks(name)])

    def rows(self, name: str, numbers: NDArray[np.int64]) -> pd.DataFrame:
        """Return the rows of a table whose numbers are given, each once, in the table's order."""
        wanted = distinct_numbers(numbers)
        found = [as_text(rows) for rows in self._some(name, wanted)]
        return _joined(found or [as_text(self._chunks[name][0][1](wanted[:0]))])

    def _some(self, name: str, wanted: NDArray[np.int64]) -> Iterator[pd.DataFrame]:
        first = 0
        for length, bring in self._chunks[name]:
            start, end = np.searchsorted(wanted, (first, first + length))
            if start < end:
                yield bring(wanted[start:end] - first)
            first += length

    def __getitem__(self, name: str) -> pd.DataFrame:
        return _joined([as_text(chunk) for chunk in self.chunks(name)])

    def __iter__(self) -> Iterator[str]:
        return iter(self._chunks)

    def __len__(self) -> int:
        return len(self._chunks)


def _same(rows: pd.DataFrame, some: _Some) -> pd.DataFrame:
    return rows if some is None else rows.iloc[some]


def _brought(path: Path, some: _Some) -> pd.DataFrame:
    table = pa.feather.read_table(path, memory_map=True)
    return frame_of(table if some is None else table.take(pa.array(some)))


def _numbered(bring: Callable[[_Some], pd.DataFrame], first: int, some: _Some) -> pd.DataFrame:
    rows = bring(some)
    return rows.set_axis(pd.RangeIndex(first, first + len(rows)) if some is None else pd.Index(first + some), axis=0)


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    joined = pd.concat(frames) if len(frames) > 1 else frames[0]
    return joined if isinstance(joined[FILE].dtype, pd.CategoricalDtype) else joined.astype({FILE: "category"})


def _coded(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``rows`` with their texts as categories: the distinct ones are few."""
    texts = [name for name in rows.columns if rows[name].dtype == "str"]
    return rows.astype(dict.fromkeys(texts, "category"))
