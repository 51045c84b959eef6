"""One damaged source through readers and checks: it ends in a documented error or in a full account of every row and cell."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.fuzz.damage import DAMAGES, DATABASE, MAPPING, UPLOAD, write_csv
from benchmarks.fuzz.same import assert_same
from benchmarks.fuzz.sources import Source, drawn, thinned
from features.checking.checks import CheckedSource, Parting, check_source, require_usable
from features.checking.faults.cells import typed as cells_typed
from features.checking.quarantine import write_quarantine
from features.checking.report import render_html, render_text
from features.contract import TABLES
from features.errors import TepatError
from features.source.mapping import load_mapping
from features.source.raw import FILE, LINE, RawTables
from features.source.readers import read_source
from publication.uploads.places import SOURCE_FOLDER
from publication.uploads.unpacking import unpack

BASES = 25
"""Different undamaged sources."""

LANGUAGES = ("id", "en")

DERIVED = {("appraisals", "regime"), ("appraisals", "rater_id"), ("assignments", "end_on")}
"""Columns the checks may fill, or name otherwise, from other rows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case ended: refused, unusable, quarantined, clean or FAULT; ``detail``: the error's code or what is wrong."""

    seed: int
    damage: str
    ending: str
    detail: str


def damage_of(seed: int) -> str:
    """Return the kind of damage case ``seed`` suffers."""
    weights = np.array([weight for _, weight in DAMAGES.values()], dtype=float)
    return str(np.random.default_rng([seed, 1]).choice(np.array(list(DAMAGES)), p=weights / weights.sum()))


def outcome(seed: int, damage: str | None = None) -> Outcome:
    """Return how case ``seed`` ends; ``damage``: another kind than the one drawn for it.

    Half of the cases are read in pieces of some hundred bytes, half in memory; of every eighth both, and in parts of the people:
    that must change nothing.
    """
    kind = damage or damage_of(seed)
    rng = np.random.default_rng([seed, 2])
    full = _base(seed % BASES)
    target = str(rng.choice(sorted(full)))
    with tempfile.TemporaryDirectory() as name:
        given, aside = Path(name) / "source", Path(name) / "aside"
        given.mkdir()
        aside.mkdir()
        DAMAGES[kind][0](given, thinned(full, target), target, rng)
        try:
            raw, checked = _read(given, aside, seed)
            write_quarantine(checked.quarantine, checked.set_aside, aside / "quarantine")
            render_text(checked.report, LANGUAGES[seed % 2])
            render_html(checked.report, LANGUAGES[1 - seed % 2])
            wrong = unaccounted(raw, checked)
            if kind == "cells of CSV":
                wrong += changed(*_undamaged(seed % BASES, target), raw, checked)
            if seed % 8 == 0:
                assert_same(checked, _in_parts(given, aside, seed))
        except TepatError as error:
            return Outcome(seed, kind, "refused", error.code)
        except Exception as error:  # what this is here to find
            return Outcome(seed, kind, "FAULT", f"{type(error).__name__}: {str(error)[:200]}")
        if wrong:
            return Outcome(seed, kind, "FAULT", "; ".join(wrong[:3]))
        try:
            require_usable(checked)
        except TepatError as error:
            return Outcome(seed, kind, "unusable", error.code)
        return Outcome(seed, kind, "quarantined" if len(checked.quarantine) else "clean", "")


def _read(given: Path, aside: Path, seed: int) -> tuple[RawTables, CheckedSource]:
    """Read and check what was damaged, the way its files ask for."""
    if (given / UPLOAD).exists():
        with (given / UPLOAD).open("rb") as file:
            unpack([(UPLOAD, file)], aside / "upload")
        outside = [path for path in aside.parent.rglob("*.csv") if not path.is_relative_to(aside / "upload")]
        assert not outside, "an archive reached out of its folder"
        given = aside / "upload" / SOURCE_FOLDER
    source = f"sqlite:///{given / DATABASE}" if (given / DATABASE).exists() else str(given)
    mapping = load_mapping(given / MAPPING) if (given / MAPPING).exists() else None
    if seed % 8 and seed % 2:
        scratch = aside / "scratch"
        scratch.mkdir()
        raw = read_source(source, mapping, scratch, int(np.random.default_rng([seed, 3]).integers(100, 3_000)))
    else:
        raw = read_source(source, mapping)
    return raw, check_source(raw)


def _in_parts(given: Path, aside: Path, seed: int) -> CheckedSource:
    """Read in pieces and check in parts what was read whole."""
    scratch = aside / "parts"
    scratch.mkdir()
    given = aside / "upload" / SOURCE_FOLDER if (given / UPLOAD).exists() else given
    source = f"sqlite:///{given / DATABASE}" if (given / DATABASE).exists() else str(given)
    mapping = load_mapping(given / MAPPING) if (given / MAPPING).exists() else None
    pieces, people = np.random.default_rng([seed, 3]).integers((100, 2), (3_000, 15)).tolist()
    return check_source(read_source(source, mapping, scratch, pieces), Parting(scratch, b"k" * 32, people))


def unaccounted(raw: RawTables, checked: CheckedSource) -> list[str]:
    """Return what was lost without a word: rows neither kept nor quarantined, and filled cells that came out empty unnamed."""
    named = checked.quarantine
    out = []
    for name, cells in raw.frames.items():
        gone = checked.set_aside.get(name, cells.iloc[:0])
        kept, clean = cells[~cells.index.isin(gone.index)], checked.tables[name]
        if len(kept) != len(clean):
            out.append(f"{name}: {len(cells)} rows read, {len(clean)} kept, {len(gone)} set aside")
            continue
        mine = named[named["table"] == name]
        told = {(str(c), f, n) for c, f, n in zip(mine["column"].astype("str"), mine["file"], mine["line"], strict=True)}
        rows = {(file, line) for _, file, line in told}
        out += [f"{name}: a row set aside unnamed" for row in zip(gone[FILE], gone[LINE], strict=True) if row not in rows]
        columns = list(TABLES[name].names())
        lost = kept[columns].notna().to_numpy() & clean[columns].isna().to_numpy()
        files, lines = kept[FILE].to_numpy(), kept[LINE].to_numpy()
        cells_lost = [(columns[c], files[r], lines[r]) for r, c in np.argwhere(lost)]
        out += [f"{name}.{cell[0]}: a cell lost unnamed" for cell in cells_lost if cell not in told]
    return out


def changed(before: RawTables, clean: Mapping[str, pd.DataFrame], raw: RawTables, checked: CheckedSource) -> list[str]:
    """Return columns in which one text was read as one value in the undamaged source and as another in this one."""
    out = []
    for name, cells in raw.frames.items():
        kept = cells.index[~cells.index.isin(checked.set_aside.get(name, cells.iloc[:0]).index)]
        for column in TABLES[name].names():
            known = (
                dict(zip(before.frames[name][column], clean[name][column].astype("str"), strict=True)) if column in cells else {}
            )
            read = zip(cells.loc[kept, column], checked.tables[name][column].astype("str"), strict=True)
            if (name, column) not in DERIVED:
                out += [f"{name}.{column}: read otherwise" for text, value in read if not _agree(known.get(text), value)]
    return out


def _agree(known: object, value: object) -> bool:
    return bool(pd.isna(known)) or bool(pd.isna(value)) or known == value


@cache
def _base(seed: int) -> Source:
    return drawn(seed)


@cache
def _undamaged(seed: int, target: str) -> tuple[RawTables, dict[str, pd.DataFrame]]:
    with tempfile.TemporaryDirectory() as name:
        write_csv(Path(name), thinned(_base(seed), target))
        raw = read_source(name)
        frames = {table: cells_typed(table, cells)[0] for table, cells in raw.frames.items()}
        return raw, frames
