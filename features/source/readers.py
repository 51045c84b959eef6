"""Reading a source: a folder of files, or a database, becomes raw tables under contract names."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from features.bilingual import Bilingual, listed
from features.contract import TABLES
from features.errors import SourceError
from features.source.chunks import Chunks
from features.source.database import database_sheets, is_database
from features.source.files import folder_sheets
from features.source.mapping import Block, Mapping, absent_columns, apply_block, can_fill, used_columns
from features.source.raw import FILE, LINE, WHOLE, RawTables, Reader, Stream

Catalogue = dict[str, Reader]
"""Source table name to its reader; nothing is read before it is asked."""

AT_ONCE = 2**26
"""Bytes of a source in memory at one time: a city's tables are one piece each."""


def catalogue(source: str) -> tuple[Catalogue, tuple[str, ...]]:
    """Return a reader for every table of ``source`` (folder or database URL), and the names of the files that are none.

    Raises
    ------
    SourceError
        The folder or database cannot be read, or two files hold a table of the same name.
    """
    return (database_sheets(source), ()) if is_database(source) else folder_sheets(Path(source))


def read_source(source: str, mapping: Mapping | None = None, scratch: Path | None = None, at_once: int = AT_ONCE) -> RawTables:
    """Return the cells of every contract table found in ``source``, as text with their lines.

    Parameters
    ----------
    source
        A folder of CSV, Parquet or XLSX files (one file or sheet a table), or a SQLAlchemy URL.
    mapping
        How source tables and columns become the contract's; None: they already have its names.
    scratch
        An empty folder: the cells lie there in chunks (`features.source.chunks`) and may be more than fit into memory.
        None: every table is held whole.
    at_once
        About so many bytes of a file are one chunk.

    Raises
    ------
    SourceError
        Anything that cannot be read or is required and missing; all such faults are named at once.
    """
    mapping = mapping or Mapping()
    sheets, ignored = catalogue(source)
    uses = [
        _Use(table, block, name)
        for table in TABLES for block in mapping.blocks_of(table) for name in sheets if block.matches(name)
    ]  # fmt: skip
    reading = _Reading(sheets, uses)
    frames = reading.frames(scratch, at_once if scratch else WHOLE)
    faults = [*reading.faults(), *_missing_tables(reading, mapping)]
    if faults:
        raise SourceError(_all_of(list(dict.fromkeys(faults))))
    unread = [name for name in sheets if name not in reading.read]
    notes = [
        *reading.notes(mapping),
        *reading.unused(),
        *(Bilingual(f"ignored: {name}", f"diabaikan: {name}") for name in (*ignored, *unread)),
    ]
    return RawTables(
        frames=frames,
        broken=reading.broken(),
        digests={sheet.origin: sheet.digest for sheet in reading.read.values()},
        mapping_digest=mapping.digest,
        extracted_on=mapping.extracted_on,
        notes=tuple(dict.fromkeys(notes)),
        coded=mapping.coded,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Use:
    """A sheet that fills a contract table by a block of the mapping."""

    table: str
    block: Block
    name: str


@dataclass(slots=True)
class _Reading:
    """What is read of a source: which sheet fills what, those that were read, and why others were not."""

    sheets: Catalogue
    uses: Sequence[_Use]
    read: dict[str, Stream] = field(default_factory=dict)
    unreadable: dict[str, Bilingual] = field(default_factory=dict)

    def frames(self, scratch: Path | None, at_once: int) -> MappingOf[str, pd.DataFrame]:
        """Read every sheet that is used, once, and return the tables they fill."""
        parts = {use: Chunks(_below(scratch, number)) for number, use in enumerate(self.uses)}
        for name in dict.fromkeys(use.name for use in self.uses):
            try:
                self._pour(name, {use: parts[use] for use in self.uses if use.name == name}, at_once)
            except SourceError as error:
                self.unreadable[name] = error.message
        tables = Chunks(scratch)
        for use in self.uses:
            if use.name in self.read:
                tables.take(use.table, parts[use])
        return tables if scratch else dict(tables)

    def _pour(self, name: str, parts: MappingOf[_Use, Chunks], at_once: int) -> None:
        stream = self.sheets[name].stream(at_once)
        for cells, lines in stream.pieces:
            origin = pd.Categorical.from_codes(np.zeros(len(cells), dtype=np.int8), [stream.origin])
            for use, chunks in parts.items():
                chunks.add(use.table, apply_block(use.block, use.table, cells).assign(**{FILE: origin, LINE: lines}))
        self.read[name] = stream

    def faults(self) -> list[Bilingual]:
        """Return what cannot be read and which required columns are missing."""
        faults: list[Bilingual] = []
        told: set[str] = set()
        for use in self.uses:
            if use.name in self.read:
                faults += _missing_columns(use.table, use.block, self.read[use.name])
            elif use.name not in told:
                faults.append(self.unreadable[use.name])
                told.add(use.name)
        return faults

    def notes(self, mapping: Mapping) -> list[Bilingual]:
        """Return remarks on what the mapping asks for and the source lacks, and on how sheets were read."""
        notes: list[Bilingual] = []
        for table in TABLES:
            for block in mapping.blocks_of(table):
                uses = [use for use in self.uses if (use.table, use.block) == (table, block)]
                if table in mapping.blocks and not uses:
                    notes.append(
                        Bilingual(
                            f"The source has no table '{block.source}', which the mapping reads as {table}",
                            f"Sumber tidak memiliki tabel '{block.source}', yang oleh pemetaan dibaca sebagai {table}",
                        )
                    )
                for sheet in (self.read[use.name] for use in uses):
                    notes += [
                        Bilingual(
                            f"{sheet.origin} has no column {column}, which the mapping reads for {table}",
                            f"{sheet.origin} tidak memiliki kolom {column}, yang oleh pemetaan dibaca untuk {table}",
                        )
                        for column in absent_columns(block, sheet.columns)
                    ]
                    notes += sheet.notes
        return notes

    def unused(self) -> list[Bilingual]:
        """Return a note per sheet whose columns are not all used: a mistyped header is one of them."""
        used: dict[str, set[str]] = {}
        for use in self.uses:
            used.setdefault(use.name, set()).update(used_columns(use.block, use.table))
        rest = {
            sheet.origin: [column for column in sheet.columns if column.casefold() not in used[name]]
            for name, sheet in self.read.items()
        }
        lists = {origin: ", ".join(columns) for origin, columns in rest.items() if columns}
        return [
            Bilingual(f"{origin}: columns not used: {names}", f"{origin}: kolom tidak dipakai: {names}")
            for origin, names in lists.items()
        ]

    def broken(self) -> pd.DataFrame:
        """Return the rows that have too many or too few cells, with the contract table they were meant for."""
        owners = {use.name: use.table for use in reversed(self.uses)}
        rows = [(owners[name], sheet.origin, *row) for name, sheet in self.read.items() for row in sheet.broken.items()]
        return pd.DataFrame(rows, columns=["table", FILE, LINE, "cells"]).astype({"table": "str", FILE: "str", LINE: "int64"})


def _below(scratch: Path | None, number: int) -> Path | None:
    """Return a folder of its own for what the numbered use of a sheet brings."""
    if scratch is None:
        return None
    place = scratch / f"cells-{number:03d}"
    place.mkdir()
    return place


def _missing_columns(table: str, block: Block, sheet: Stream) -> list[Bilingual]:
    contract = TABLES[table]
    needed = [(column.name,) for column in contract.columns if column.required]
    there = ", ".join(sheet.columns)
    return [
        Bilingual(
            f"{sheet.origin}: the table '{table}' needs a column {' or '.join(map(repr, names))}; it has {there}",
            f"{sheet.origin}: tabel '{table}' memerlukan kolom {' atau '.join(map(repr, names))}; yang ada: {there}",
        )
        for names in (*needed, *contract.one_of)
        if not any(can_fill(block, name, sheet.columns) for name in names)
    ]


def _missing_tables(reading: _Reading, mapping: Mapping) -> list[Bilingual]:
    present = ", ".join(sorted(reading.sheets))
    faults = []
    for table, contract in TABLES.items():
        blocks = mapping.blocks_of(table)
        damaged = any(block.matches(name) for block in blocks for name in reading.unreadable)
        if contract.required and not damaged and not any(use.table == table for use in reading.uses):
            wanted = [f"'{block.source}'" for block in blocks]
            faults.append(
                Bilingual(
                    f"the required table '{table}' is missing (looked for {' or '.join(wanted)}; the source has "
                    f"{present or 'no table at all'}). Map it in a mapping file: `tepat map SOURCE` drafts one",
                    f"tabel wajib '{table}' tidak ada (dicari {' atau '.join(wanted)}; isi sumber: "
                    f"{present or 'tanpa tabel'}). Petakan dalam berkas pemetaan: `tepat map SUMBER` membuat rancangannya",
                )
            )
    return faults


def _all_of(faults: list[Bilingual]) -> Bilingual:
    faulty = listed("\n  - ", faults)
    return Bilingual(
        f"The source has {len(faults)} fault(s):\n  - {faulty}",
        f"Sumber memiliki {len(faults)} kesalahan:\n  - {faulty.indonesian}",
    )
