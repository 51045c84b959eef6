"""Typed tables while they are checked and after: those about people in parts of the people, kept in files, the others whole."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from features.coded import arrow_table, coded_texts, distinct, frame_of, plain_frame, stacked, trimmed, used_texts
from features.parts import ABOUT_PEOPLE, part_numbers
from features.pseudonyms import pseudonyms
from features.text_index import TextIndex

WHOLE = "employees"
"""Who everybody is: the one table about people that all others refer to, so it is whole."""


class People:
    """Persons by their part and their number in it: all rows of one identifier, also of nobody's, are in one part."""

    def __init__(self, employee_ids: pd.Series, key: bytes, parts: int) -> None:
        known = used_texts(employee_ids)
        self._key, self._hashed = key, pseudonyms(key, known)
        self._counts = np.zeros(parts, dtype=np.int64)
        self._employees = _Roll(known, part_numbers(self._hashed, parts), self._counts)
        self._others = _Roll(known[:0], np.empty(0, dtype=np.int64), self._counts)
        self._listed: dict[int, pd.CategoricalDtype] = {}

    def pseudonyms(self, key: bytes, employee_ids: pd.Index) -> pd.Index:
        """Return the pseudonyms of employees: those the parts were made by, where ``key`` is theirs."""
        places = self._employees.places(employee_ids)
        return self._hashed[places] if key == self._key and (places >= 0).all() else pseudonyms(key, employee_ids)

    def numbered(self, employee_ids: pd.Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return part and number of every row's person; of rows without an identifier the first part, and -1."""
        rows, texts = distinct(employee_ids)
        part, number = self._employees.find(texts)
        strange = part < 0
        if strange.any():
            self._others = self._others.with_more(texts[strange], self._counts)
            part[strange], number[strange] = self._others.find(texts[strange])
        return np.append(part, 0)[rows], np.append(number, -1)[rows]

    def listed(self, part: int) -> pd.CategoricalDtype:
        """Return the identifiers of a part as their numbers have them: the same object until one is added."""
        kept = self._listed.get(part)
        if kept is None or len(kept.categories) != self._counts[part]:
            texts = self._employees.of_part(part).append(self._others.of_part(part))
            kept = self._listed[part] = coded_texts(np.empty(0, np.int32), texts).dtype
        return kept


class _Roll:
    """Identifiers with part and number; ``counts``, how many each part has so far, is carried on."""

    def __init__(self, texts: pd.Index, part: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        self._index, self._part = TextIndex(texts), part
        self._number = np.empty(len(part), dtype=np.int64)
        order = np.argsort(part, kind="stable")
        added = np.bincount(part, minlength=len(counts))
        self._number[order] = np.arange(len(part)) - np.repeat(np.cumsum(added) - added, added) + np.repeat(counts, added)
        counts += added

    def find(self, texts: pd.Index) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return part and number of each of ``texts``, -1 for those that are not on the roll."""
        found = self.places(texts)
        return np.append(self._part, -1)[found], np.append(self._number, -1)[found]

    def places(self, texts: pd.Index) -> NDArray[np.int64]:
        """Return the place of each of ``texts`` on the roll, -1 for those that are not on it."""
        return self._index.places(texts)

    def of_part(self, part: int) -> pd.Index:
        """Return the identifiers of a part by number."""
        return self._index.texts[self._part == part]

    def with_more(self, texts: pd.Index, counts: NDArray[np.int64]) -> "_Roll":
        """Return the roll with those of ``texts`` that are not on it; their part is told by their own text."""
        new = texts[self.places(texts) < 0]
        if not len(new):
            return self
        more = _Roll(new, part_numbers(new, len(counts)), counts)
        more._index = TextIndex(self._index.texts.append(new))
        more._part, more._number = np.append(self._part, more._part), np.append(self._number, more._number)
        return more


@dataclass(slots=True)
class _Open:
    """The part worked on last: it is written when another is asked for, if it was changed."""

    name: str
    number: int
    frame: pd.DataFrame
    changed: bool


class Shelf(Mapping[str, pd.DataFrame]):
    """Tables by name. With one part they are in memory; with more, those about people lie below ``folder``, a file a part.

    `part` gives tables as they lie there, texts as categories where they came so; by name a table is whole and plain.
    """

    def __init__(self, parts: int = 1, folder: Path | None = None) -> None:
        self.parts = parts
        self._folder = folder
        self._whole: dict[str, pd.DataFrame] = {}
        self._lengths: dict[str, list[int]] = {}
        self._open: _Open | None = None
        self.people: People | None = None

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
        self._lengths[name][number] = len(frame)
        self._turn_to(_Open(name, number, frame, changed=True))

    def scatter(self, name: str, pieces: Iterable[tuple[pd.DataFrame, NDArray[np.int64]]]) -> None:
        """Keep a table given piece by piece, persons by number (`People`), each with the part of every row.

        Rows of a part stay in their order.
        """
        lengths = np.zeros(self.parts, dtype=np.int64)
        with ExitStack() as opened:
            files = [opened.enter_context(pa.OSFile(str(self._path(name, number)), "wb")) for number in range(self.parts)]
            for frame, part in pieces:
                order = np.argsort(part.astype(np.min_scalar_type(self.parts)), kind="stable")
                table = arrow_table(frame.iloc[order], index=True).combine_chunks()
                bounds = np.searchsorted(part[order], np.arange(self.parts + 1))
                for number, file in enumerate(files):
                    _append(file, trimmed(table.slice(bounds[number], bounds[number + 1] - bounds[number])))
                lengths += np.diff(bounds)
        self._lengths[name] = lengths.tolist()

    def part(self, name: str, number: int = 0) -> pd.DataFrame:
        """Return one part of a table; the whole where it is not kept in parts."""
        if not self.parted(name):
            return self._whole[name]
        if not self._is_open(name, number):
            self._turn_to(_Open(name, number, self._named(frame_of(self._read(name, number)), number), changed=False))
        assert self._open is not None
        return self._open.frame

    def column(self, name: str, number: int, column: str) -> pd.Series:
        """Return one column of one part of a table, the rest of it left on disk."""
        if not self.parted(name) or self._is_open(name, number) or column == "employee_id":
            return self.part(name, number)[column]
        return frame_of(self._read(name, number).select([column]))[column]

    def count(self, name: str) -> int:
        """Return how many rows a table has."""
        return sum(self._lengths[name]) if self.parted(name) else len(self._whole[name])

    def _turn_to(self, part: _Open) -> None:
        """Work on ``part``; write the one worked on before, if it was changed and is another."""
        before = self._open
        if before is not None and before.changed and not self._is_open(part.name, part.number):
            self._write(before)
        self._open = part

    def _is_open(self, name: str, number: int) -> bool:
        return self._open is not None and (self._open.name, self._open.number) == (name, number)

    def _write(self, part: _Open) -> None:
        numbers = part.frame["employee_id"].cat.codes.astype("int64")
        table = arrow_table(part.frame.assign(employee_id=numbers), index=True)
        aside = self._path(part.name, part.number).with_suffix(".aside")
        with pa.OSFile(str(aside), "wb") as file:
            _append(file, table)
        aside.replace(self._path(part.name, part.number))  # what was read of the old file stays readable

    def _named(self, frame: pd.DataFrame, number: int) -> pd.DataFrame:
        """Return a part with its persons' identifiers in place of their numbers."""
        assert self.people is not None
        numbers = frame["employee_id"].to_numpy()
        return frame.assign(employee_id=pd.Categorical.from_codes(numbers, dtype=self.people.listed(number), validate=False))

    def _read(self, name: str, number: int) -> pa.Table:
        file = pa.memory_map(str(self._path(name, number)))
        tables = []
        while file.tell() < file.size():
            tables.append(pa.ipc.open_stream(file).read_all())
        return stacked(tables)

    def _path(self, name: str, number: int) -> Path:
        assert self._folder is not None
        return self._folder / f"{name}-part-{number:03d}.arrow"

    def __getitem__(self, name: str) -> pd.DataFrame:
        if not self.parted(name):
            return plain_frame(self._whole[name])
        if name not in self._lengths:
            raise KeyError(name)
        return pd.concat([plain_frame(self.part(name, number)) for number in self.numbers(name)], ignore_index=True)

    def __iter__(self) -> Iterator[str]:
        return iter([*self._whole, *self._lengths])

    def __len__(self) -> int:
        return len(self._whole) + len(self._lengths)


def _append(file: pa.NativeFile, table: pa.Table) -> None:
    """Write a table behind what a file has, as a stream of its own: the next one's dictionaries may need wider places."""
    with pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
