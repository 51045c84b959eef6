"""Typed tables while they are checked and after: those about people in parts of the people, kept in files, the others whole."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
from numpy.typing import NDArray

from features.parts import ABOUT_PEOPLE

WHOLE = "employees"
"""Who everybody is: the one table about people that all others refer to, so it is whole."""


class Shelf(Mapping[str, pd.DataFrame]):
    """Tables by name. With one part they are in memory; with more, those about people lie below ``folder``, a file a part."""

    def __init__(self, parts: int = 1, folder: Path | None = None) -> None:
        self.parts = parts
        self._folder = folder
        self._whole: dict[str, pd.DataFrame] = {}
        self._lengths: dict[str, list[int]] = {}

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame]) -> "Shelf":
        """Return whole tables as a shelf; a shelf as it is."""
        if isinstance(tables, Shelf):
            return tables
        out = cls()
        out._whole = dict(tables)
        return out

    def parted(self, name: str) -> bool:
        """Return whether a table is kept in parts."""
        return self.parts > 1 and name in ABOUT_PEOPLE and name != WHOLE

    def numbers(self, name: str) -> range:
        """Return the numbers of the parts in which a table is kept."""
        return range(self.parts if self.parted(name) else 1)

    def put(self, name: str, frame: pd.DataFrame, number: int = 0) -> None:
        """Keep a table, or one part of it."""
        if not self.parted(name):
            self._whole[name] = frame
            return
        self._lengths.setdefault(name, [0] * self.parts)[number] = len(frame)
        aside = self._path(name, number).with_suffix(".aside")
        pa.feather.write_feather(pa.Table.from_pandas(frame, preserve_index=True), aside, compression="uncompressed")
        aside.replace(self._path(name, number))  # what was read of the old file stays readable

    def scatter(self, name: str, pieces: Iterable[tuple[pd.DataFrame, NDArray[np.int64]]]) -> None:
        """Keep a table given piece by piece, each with the part of every row: rows of a part stay in their order."""
        lengths = np.zeros(self.parts, dtype=np.int64)
        with ExitStack() as files:
            writers: list[pa.ipc.RecordBatchWriter] = []
            for frame, part in pieces:
                order = np.argsort(part, kind="stable")
                table = pa.Table.from_pandas(frame.iloc[order], preserve_index=True)
                if not writers:
                    places = [self._path(name, number) for number in range(self.parts)]
                    writers = [files.enter_context(pa.ipc.new_file(str(place), table.schema)) for place in places]
                bounds = np.searchsorted(part[order], np.arange(self.parts + 1))
                for number, writer in enumerate(writers):
                    writer.write_table(table.slice(bounds[number], bounds[number + 1] - bounds[number]))
                lengths += np.diff(bounds)
        self._lengths[name] = lengths.tolist()

    def part(self, name: str, number: int = 0) -> pd.DataFrame:
        """Return one part of a table; the whole where it is not kept in parts."""
        if not self.parted(name):
            return self._whole[name]
        return pa.feather.read_feather(self._path(name, number), memory_map=True)

    def count(self, name: str) -> int:
        """Return how many rows a table has."""
        return sum(self._lengths[name]) if self.parted(name) else len(self._whole[name])

    def _path(self, name: str, number: int) -> Path:
        assert self._folder is not None
        return self._folder / f"{name}-part-{number:03d}.arrow"

    def __getitem__(self, name: str) -> pd.DataFrame:
        if not self.parted(name):
            return self._whole[name]
        if name not in self._lengths:
            raise KeyError(name)
        return pd.concat([self.part(name, number) for number in self.numbers(name)], ignore_index=True)

    def __iter__(self) -> Iterator[str]:
        return iter([*self._whole, *self._lengths])

    def __len__(self) -> int:
        return len(self._whole) + len(self._lengths)
