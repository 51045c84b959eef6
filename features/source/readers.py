"""Reading a source: a folder of files, or a database, becomes raw tables under contract names."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from features.bilingual import Bilingual, listed
from features.contract import TABLES
from features.errors import SourceError
from features.source.database import database_sheets, is_database
from features.source.files import folder_sheets
from features.source.mapping import Block, Mapping, absent_columns, apply_block, can_fill, used_columns
from features.source.raw import FILE, LINE, RawTables, Sheet

Catalogue = dict[str, Callable[[], Sheet]]
"""Source table name to its reader; nothing is read before it is called."""


def catalogue(source: str) -> tuple[Catalogue, tuple[str, ...]]:
    """Return a reader for every table of ``source`` (folder or database URL), and the names of the files that are none.

    Raises
    ------
    SourceError
        The folder or database cannot be read, or two files hold a table of the same name.
    """
    return (database_sheets(source), ()) if is_database(source) else folder_sheets(Path(source))


def read_source(source: str, mapping: Mapping | None = None) -> RawTables:
    """Return the cells of every contract table found in ``source``, as text with their lines.

    Parameters
    ----------
    source
        A folder of CSV, Parquet or XLSX files (one file or sheet a table), or a SQLAlchemy URL.
    mapping
        How source tables and columns become the contract's; None: they already have its names.

    Raises
    ------
    SourceError
        Anything that cannot be read or is required and missing; all such faults are named at once.
    """
    mapping = mapping or Mapping()
    sheets, ignored = catalogue(source)
    reading = _Reading(sheets)
    for table in TABLES:
        for block in mapping.blocks_of(table):
            reading.take(table, block, named=table in mapping.blocks)
    faults = [*reading.faults, *_missing_tables(reading, mapping)]
    if faults:
        raise SourceError(_all_of(list(dict.fromkeys(faults))))
    unread = [name for name in sheets if name not in reading.read]
    notes = [
        *reading.notes,
        *reading.unused(),
        *(Bilingual(f"ignored: {name}", f"diabaikan: {name}") for name in (*ignored, *unread)),
    ]
    return RawTables(
        frames={table: _joined(frames) for table, frames in reading.parts.items()},
        broken=reading.broken(),
        digests={sheet.origin: sheet.digest for sheet in reading.read.values()},
        mapping_digest=mapping.digest,
        extracted_on=mapping.extracted_on,
        notes=tuple(dict.fromkeys(notes)),
    )


@dataclass
class _Reading:
    """What has been read of a source so far: its sheets, the contract tables' parts, and what to say about them."""

    sheets: Catalogue
    read: dict[str, Sheet] = field(default_factory=dict)
    parts: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    used: dict[str, set[str]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    faults: list[Bilingual] = field(default_factory=list)
    notes: list[Bilingual] = field(default_factory=list)

    def take(self, table: str, block: Block, *, named: bool) -> None:
        """Read every sheet of ``block`` into ``table``; ``named``: the mapping asks for it, so its absence is said."""
        names = [name for name in self.sheets if block.matches(name)]
        if named and not names:
            self.notes.append(
                Bilingual(
                    f"{table}: the source has no table '{block.source}'", f"{table}: sumber tidak memiliki tabel '{block.source}'"
                )
            )
        for name in names:
            sheet = self._sheet(name)
            if sheet is None:
                continue
            self.faults += _missing_columns(table, block, sheet)
            self.notes += [
                Bilingual(
                    f"{table}: {sheet.origin} has no column {column}", f"{table}: {sheet.origin} tidak memiliki kolom {column}"
                )
                for column in absent_columns(block, sheet.cells)
            ]
            self.notes += sheet.notes
            self.owners.setdefault(sheet.origin, table)
            self.used.setdefault(name, set()).update(used_columns(block, table))
            cells = apply_block(block, table, sheet.cells)
            origin = pd.Categorical.from_codes(np.zeros(len(cells), dtype=np.int8), [sheet.origin])
            self.parts.setdefault(table, []).append(cells.assign(**{FILE: origin, LINE: sheet.lines}))

    def _sheet(self, name: str) -> Sheet | None:
        if name not in self.read and name not in self.unreadable:
            try:
                self.read[name] = self.sheets[name]()
            except SourceError as error:
                self.faults.append(error.message)
                self.unreadable.add(name)
        return self.read.get(name)

    def unused(self) -> list[Bilingual]:
        """Return a note per sheet whose columns are not all used: a mistyped header is one of them."""
        rest = {
            sheet.origin: [column for column in sheet.cells.columns if column.casefold() not in self.used[name]]
            for name, sheet in self.read.items()
        }
        lists = {origin: ", ".join(columns) for origin, columns in rest.items() if columns}
        return [
            Bilingual(f"{origin}: columns not used: {names}", f"{origin}: kolom tidak dipakai: {names}")
            for origin, names in lists.items()
        ]

    def broken(self) -> pd.DataFrame:
        """Return the rows that have too many or too few cells, with the contract table they were meant for."""
        rows = [(self.owners[sheet.origin], sheet.origin, *row) for sheet in self.read.values() for row in sheet.broken.items()]
        return pd.DataFrame(rows, columns=["table", FILE, LINE, "cells"]).astype({"table": "str", FILE: "str", LINE: "int64"})


def _missing_columns(table: str, block: Block, sheet: Sheet) -> list[Bilingual]:
    contract = TABLES[table]
    needed = [(column.name,) for column in contract.columns if column.required]
    there = ", ".join(sheet.cells.columns)
    return [
        Bilingual(
            f"{sheet.origin}: the table '{table}' needs a column {' or '.join(map(repr, names))}; it has {there}",
            f"{sheet.origin}: tabel '{table}' memerlukan kolom {' atau '.join(map(repr, names))}; yang ada: {there}",
        )
        for names in (*needed, *contract.one_of)
        if not any(can_fill(block, name, sheet.cells) for name in names)
    ]


def _missing_tables(reading: _Reading, mapping: Mapping) -> list[Bilingual]:
    present = ", ".join(sorted(reading.sheets))
    faults = []
    for table, contract in TABLES.items():
        blocks = mapping.blocks_of(table)
        damaged = any(block.matches(name) for block in blocks for name in reading.unreadable)
        if contract.required and table not in reading.parts and not damaged:
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


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    joined = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0].reset_index(drop=True)
    text = [column for column in joined.columns if column not in (FILE, LINE) and joined[column].dtype != "str"]
    return joined.astype({**dict.fromkeys(text, "str"), FILE: "category"})
