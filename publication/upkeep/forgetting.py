"""Erasing a person by law: from everything people wrote, from the publications, and from what was made of the source.

What stays is the ledger's chain: that a decision was taken, when, by whom and on which figures, without the person it was about.
"""

import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from features.errors import UsageError
from features.snapshot import load_identity
from publication import tables
from publication.accounts.tables import ACCOUNTS, SESSIONS
from publication.decisions.moves import subject_of
from publication.decisions.tables import MOVES
from publication.intake.entries import stamped
from publication.intake.tables import ENTRIES
from publication.known_as import every_id
from publication.ledger.ledger import Pen
from publication.ledger.tables import LEDGER, PRIVATE
from publication.records import Records
from publication.workspace import ENTRANTS, Workspace

_PERSON = "employee_id"
_NULLABLE = {column.name for table in tables.PROJECTED.values() for column in table.c if column.nullable}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much of a person was erased: rows they or others entered, entries of the ledger, published rows, snapshots."""

    entries: int
    ledger_entries: int
    published_rows: int
    snapshots: int


def forget(workspace: Workspace, records: Records, name: str, ground: str, by: str, now: datetime) -> Forgotten:
    """Erase the person called ``name`` (what they are known by outside, the source's id, or a NIP); the workspace must be held.

    The source itself must not hold the person any more, or the next run takes them in again. Access-log rows stay: they say who
    looked, and name the person by what they are known by outside only.

    Raises
    ------
    UsageError
        No ground is given.
    """
    if not ground.strip():
        raise UsageError("Give the legal ground of the erasure.", "Sebutkan dasar hukum penghapusan.")
    ids = every_id(workspace, name)
    with records.ledger.writing() as pen:
        entries = _erase_entries(pen, ids)
        seqs = _seqs_of(pen, ids)
        pen.connection.execute(MOVES.update().where(MOVES.c.employee_id.in_(ids)).values(employee_id=""))
        records.ledger.erase(pen, seqs, stamped(now), by, ground.strip())
    _erase_entrants(workspace, ids)
    _erase_groups(workspace, ids)
    rows = _erase_projection(records, ids) + _erase_files(workspace, ids)
    made = _erase_made(workspace, ids)
    records.database.overwrite_deleted()
    return Forgotten(entries, len(seqs), rows, made)


def _erase_entries(pen: Pen, ids: Collection[str]) -> int:
    gone = 0
    for table in ENTRIES.values():
        gone += pen.connection.execute(table.delete().where(table.c.employee_id.in_(ids))).rowcount
    names = sa.select(ACCOUNTS.c.username).where(ACCOUNTS.c.employee_id.in_(ids))
    pen.connection.execute(SESSIONS.delete().where(SESSIONS.c.username.in_(names)))
    pen.connection.execute(ACCOUNTS.update().where(ACCOUNTS.c.employee_id.in_(ids)).values(employee_id=None, active=False))
    return gone


def _seqs_of(pen: Pen, ids: Collection[str]) -> list[int]:
    """Return the entries whose personal part is about the person: those of their moves, and those that name them."""
    moves = [subject_of(move) for move in pen.connection.scalars(sa.select(MOVES.c.move_id).where(MOVES.c.employee_id.in_(ids)))]
    named = [PRIVATE.c.body.contains(f'"employee_id":"{_escaped(one)}"', autoescape=True) for one in ids]
    wanted = sa.select(PRIVATE.c.seq).join(LEDGER, LEDGER.c.seq == PRIVATE.c.seq).where(sa.or_(LEDGER.c.subject.in_(moves), *named))
    return sorted(pen.connection.scalars(wanted))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _erase_projection(records: Records, ids: Collection[str]) -> int:
    with records.database.writing() as connection:
        if not sa.inspect(connection).has_table(tables.SCHEMA_VERSION.name):
            return 0
        every = [
            column for table in (tables.PEOPLE, *tables.PROJECTED.values()) for column in table.c if _names_a_person(column.name)
        ]
        return sum(connection.execute(_erasing(column).where(column.in_(ids))).rowcount for column in every)


def _names_a_person(column: str) -> bool:
    return column == _PERSON or column.endswith(f"_{_PERSON}")


def _erasing(column: sa.Column[str]) -> sa.Delete | sa.Update:
    """Return what takes a person out of a published table: rows about them go, of rows about others only the name of them."""
    if column.name != _PERSON and column.nullable:
        return column.table.update().values({column.name: None})
    return column.table.delete()


def _erase_files(workspace: Workspace, ids: Collection[str]) -> int:
    """Take a person out of every publication's files: erasure by law comes before the same bytes."""
    gone = 0
    for path in sorted(workspace.published.glob("*/*.parquet")):
        frame = pd.read_parquet(path)
        kept = _without(frame, ids)
        if kept is not frame:
            aside = path.with_name(f".{path.name}.tmp")
            kept.to_parquet(aside, index=False, compression="zstd")
            os.replace(aside, path)  # noqa: PTH105 - either the old file or the new one
            gone += len(frame) - len(kept)
    return gone


def _without(frame: pd.DataFrame, ids: Collection[str]) -> pd.DataFrame:
    """Return ``frame`` without the person, the frame itself where they are not in it."""
    for column in filter(_names_a_person, frame.columns):
        hit = frame[column].isin(ids).to_numpy(dtype=bool)
        if not hit.any():
            continue
        others = column != _PERSON and column in _NULLABLE
        frame = frame.assign(**{column: frame[column].mask(hit)}) if others else frame[~hit]
    return frame


def _erase_entrants(workspace: Workspace, ids: Collection[str]) -> None:
    """Take a person's id from behind their label in every trial; the label stays, or the draw could not be checked any more."""
    for path in sorted(workspace.trials.glob(f"*/{ENTRANTS}")):
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        hit = frame[_PERSON].isin(ids)
        if hit.any():
            _rewrite(path, frame.assign(**{_PERSON: frame[_PERSON].mask(hit, "")}))


def _erase_groups(workspace: Workspace, ids: Collection[str]) -> None:
    """Take a person out of the file of further protected groups, where there is one."""
    path = workspace.further_groups
    if path.exists():
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        if _PERSON in frame and (hit := frame[_PERSON].str.strip().isin(ids)).any():
            _rewrite(path, frame[~hit])


def _rewrite(path: Path, frame: pd.DataFrame) -> None:
    aside = path.with_name(f".{path.name}.tmp")
    aside.touch(mode=0o600)
    frame.to_csv(aside, index=False)
    os.replace(aside, path)  # noqa: PTH105 - either the old file or the new one


def _erase_made(workspace: Workspace, ids: Collection[str]) -> int:
    """Remove what was made of the source: snapshots that hold the person, quarantined rows, extracts, uploads and caches."""
    gone = 0
    for folder in sorted(workspace.snapshots.glob("[!.]*/")):
        if load_identity(workspace.snapshots, folder.name)["source_id"].isin(ids).any():
            shutil.rmtree(folder)
            gone += 1
    for made in (workspace.quarantine, workspace.intake, workspace.uploads, workspace.cache):
        _remove(made)
    return gone


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
