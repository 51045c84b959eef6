"""Publishing: validate, write aside, flush to disk, switch in one atomic step.

A kill at any point leaves the previous publication in force and whole (``docs/adr/0007-atomic-publication.md``). There is
deliberately no clean-up on error: what a dying run left aside is removed by the next publication, so a kill and an error take the
same path.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from publication import schemas
from publication.store import Store
from publication.workspace import Workspace

CURRENT = "current"
RUN_FILE = "run.json"


@dataclass(frozen=True, slots=True)
class Publication:
    """One run's results, ready to publish.

    ``tables`` are named as in ``schemas.TABLES`` and carry the source's own employee ids; ``run`` is what ``run.json`` holds
    (JSON values only, no times); ``people`` (employee_id, nip, name, position_id, position_title, unit_id, unit_name) goes to
    the application database only; ``cards`` are texts about the run by file name, about no person.
    """

    run_id: str
    tables: Mapping[str, pd.DataFrame]
    run: Mapping[str, Any]
    people: pd.DataFrame
    cards: Mapping[str, str] = field(default_factory=dict)


def publish(workspace: Workspace, publication: Publication, store: Store) -> Path:
    """Put ``publication`` in force as files and in the application database; return its folder.

    The same run published twice writes nothing the second time. Files are switched first: ``published/current`` is the truth,
    and the database, whose own switch is the very next step, is brought level with it by ``recover``.

    Raises
    ------
    PublicationError
        A table does not fit its schema; nothing is changed.
    """
    recover(workspace, store)
    tables = {name: schemas.conform(name, frame) for name, frame in sorted(publication.tables.items())}
    run = {"run_id": publication.run_id, **publication.run}
    folder = workspace.published / publication.run_id
    if folder.exists():
        os.utime(folder)  # in force again: ``prune`` keeps what was in force last
    else:
        _write_aside_and_rename(folder, tables, run, publication.cards)
    store.load(run, tables, publication.people)
    _switch(workspace.published, publication.run_id)
    store.switch(publication.run_id)
    return folder


def recover(workspace: Workspace, store: Store) -> None:
    """Bring the database's switch level with ``published/current`` after a kill between the two.

    A database that never held that run, such as one just named by URL, is left as it is.
    """
    current = workspace.published / CURRENT
    run_id = current.read_text(encoding="ascii").strip() if current.exists() else ""
    if store.holds(run_id):
        store.switch(run_id)


def prune(workspace: Workspace, store: Store, keep: int) -> tuple[int, int]:
    """Remove all publications but the one in force and the ``keep`` in force before it; return how many went, how many are left.

    The database loses no rows: it holds no other run than the one in force and the last before it.
    """
    recover(workspace, store)
    current = workspace.published / CURRENT
    in_force = current.read_text(encoding="ascii").strip() if current.exists() else ""
    others = [folder for folder in newest_first(workspace.published.glob("[!.]*/")) if folder.name != in_force]
    for folder in others[keep:]:
        aside = folder.with_name(f".{folder.name}.tmp")
        folder.replace(aside)  # gone in one step: a kill leaves no half of a publication under its name
        shutil.rmtree(aside)
    return len(others[keep:]), len(others[:keep]) + bool(in_force)


def newest_first(folders: Iterable[Path]) -> list[Path]:
    """Return ``folders`` by the time they were last written or used, the latest first."""
    return sorted(folders, key=lambda folder: (folder.stat().st_mtime_ns, folder.name), reverse=True)


def _write_aside_and_rename(
    folder: Path, tables: Mapping[str, pd.DataFrame], run: Mapping[str, Any], cards: Mapping[str, str]
) -> None:  # fmt: skip
    aside = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, frame in tables.items():
        _write_parquet(frame, aside / f"{name}.parquet")
    for name, text in cards.items():
        _write_flushed(aside / name, text)
    text = json.dumps(run, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    _write_flushed(aside / RUN_FILE, text + "\n")
    _flush_folder(aside)
    aside.replace(folder)
    _flush_folder(folder.parent)


def _switch(published: Path, run_id: str) -> None:
    aside = published / f".{CURRENT}.tmp"
    _write_flushed(aside, run_id + "\n")
    aside.replace(published / CURRENT)
    _flush_folder(published)


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write ``frame`` with nothing in the file but its rows: no pandas metadata, no row index."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    with path.open("wb") as handle:
        pq.write_table(table, handle, compression="zstd")
        handle.flush()
        os.fsync(handle.fileno())


def _write_flushed(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
