"""A workspace as one file, and back.

The file holds what cannot be made again: the key, publications, snapshots, extracts, trials, MLflow's database and files, and the
application database as SQLite whatever it was. Caches and Prefect's home are left out. Each member's SHA-256 is in the manifest; a
restore checks them, and that there is nothing else, before it puts anything in place.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from features.errors import LedgerError, SourceError, UsageError
from publication.database.records import RecordsDatabase
from publication.ledger.chain import Head
from publication.ledger.head import FILE as HEAD
from publication.ledger.head import keep_head
from publication.ledger.ledger import Ledger
from publication.records import open_records
from publication.upkeep.copying import copy_database, copy_sqlite, sqlite_path
from publication.workspace import Workspace

MANIFEST, DATABASE, TRACKING = "manifest.json", "tepat.db", "mlflow.db"
LEFT_OUT = ("runs/cache", "prefect", "source", "lock")
"""What can be made again, or is the city's own: all else below the workspace is backed up, whichever room put it there."""
_MLFLOW_PLACES = (
    ("experiments", "artifact_location"), ("runs", "artifact_uri"), ("model_versions", "source"),
    ("model_versions", "storage_location"), ("logged_models", "artifact_location"),
)  # fmt: skip
"""Where MLflow writes down whole paths, which a workspace restored elsewhere must have changed."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: when and from where it was made, the ledger's head then, and every member with its SHA-256."""

    made_at: str
    root: str
    head: Head
    members: dict[str, str]


def back_up(workspace: Workspace, url: str, target: Path, now: datetime) -> Backup:
    """Write the workspace and its database to the file ``target``, readable by its owner only; the workspace must be held.

    Raises
    ------
    UsageError
        The file is there already.
    LedgerError
        The ledger does not verify: a backup would only hide it.
    """
    if target.exists():
        raise UsageError(f"'{target}' is there already. Choose another name.", f"'{target}' sudah ada. Pilih nama lain.")
    verified = open_records(url, workspace.root).verify()
    if verified.faults:
        raise LedgerError(
            f"The ledger does not verify: {verified.faults[0]}. Nothing was backed up; see `tepat ledger verify`.",
            f"Buku catatan tidak utuh: {verified.faults[0].indonesian}. Cadangan tidak dibuat; lihat `tepat ledger verify`.",
        )
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as aside:
        folder = Path(aside)
        _copy_databases(workspace, url, folder)
        head = _keep_head_of(folder)
        made = folder / "backup"
        made.touch(mode=0o600)
        members: dict[str, str] = {}
        with tarfile.open(made, "w:gz", compresslevel=3) as archive:
            for name, path in _members(workspace, folder):
                with path.open("rb") as content:
                    members[name] = hashlib.file_digest(content, "sha256").hexdigest()
                    content.seek(0)  # the same file, though another takes its name meanwhile
                    archive.addfile(archive.gettarinfo(arcname=name, fileobj=content), content)
            backup = Backup(now.isoformat(timespec="seconds"), str(workspace.root.resolve()), head, members)
            text = json.dumps(asdict(backup), indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
        os.replace(made, target)  # noqa: PTH105 - the file is whole under its name, or not there
    return backup


def restore(archive: Path, workspace: Workspace, url: str) -> Backup:
    """Put a backup into an empty workspace and its database, and verify the ledger.

    Raises
    ------
    UsageError
        The workspace holds something already.
    SourceError
        The file is no backup, or is damaged.
    LedgerError
        What was restored does not verify.
    """
    if workspace.root.exists() and any(path.name != "lock" for path in workspace.root.iterdir()):
        raise UsageError(
            f"The workspace '{workspace.root}' is not empty. Restore into a new one.",
            f"Ruang kerja '{workspace.root}' tidak kosong. Pulihkan ke ruang kerja yang baru.",
        )
    workspace.root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=workspace.root.parent, prefix=".restore-") as aside:
        folder = Path(aside)
        backup = _unpacked(archive, folder)
        _move_mlflow(folder / TRACKING, backup.root, str(workspace.root.resolve()))
        workspace.root.mkdir(exist_ok=True)
        file = sqlite_path(url)
        if (folder / DATABASE).exists() and file is None:
            copy_database(f"sqlite:///{folder / DATABASE}", url)
        elif (folder / DATABASE).exists() and file is not None:
            shutil.move(folder / DATABASE, file)
        for path in sorted(folder.iterdir()):
            if path.name not in (MANIFEST, DATABASE):
                path.chmod(0o700 if path.is_dir() else 0o600)
                path.replace(workspace.root / path.name)
    found = open_records(url, workspace.root).verify(backup.head)
    if found.faults:
        raise LedgerError(
            f"What was restored does not verify: {found.faults[0]}. Use an earlier backup.",
            f"Hasil pemulihan tidak utuh: {found.faults[0].indonesian}. Gunakan cadangan yang lebih lama.",
        )
    return backup


def _copy_databases(workspace: Workspace, url: str, folder: Path) -> None:
    file = sqlite_path(url)
    if file is None:
        copy_database(url, f"sqlite:///{folder / DATABASE}")
    else:
        copy_sqlite(file, folder / DATABASE)
    if (workspace.root / TRACKING).exists():
        copy_sqlite(workspace.root / TRACKING, folder / TRACKING)


def _keep_head_of(folder: Path) -> Head:
    """Return the last entry of the database copied to ``folder``, kept beside it: people write on while files are packed."""
    copied = RecordsDatabase(f"sqlite:///{folder / DATABASE}")
    head = Ledger(copied).head()
    copied.engine.dispose()  # the last connection closed takes SQLite's log away
    if head.seq:
        keep_head(folder / HEAD, head)
    return head


def _members(workspace: Workspace, folder: Path) -> Iterator[tuple[str, Path]]:
    for name in (DATABASE, TRACKING, HEAD):
        if (folder / name).exists():
            yield name, folder / name
    for path in sorted(workspace.root.rglob("*")):
        place = path.relative_to(workspace.root)
        aside = any(part.startswith(".") for part in place.parts)
        made_again = any(place.is_relative_to(name) for name in LEFT_OUT)
        copied = len(place.parts) == 1 and place.name.startswith((DATABASE, TRACKING, HEAD))  # with SQLite's logs beside them
        if path.is_file() and not (path.is_symlink() or aside or made_again or copied):
            yield place.as_posix(), path


def _unpacked(archive: Path, folder: Path) -> Backup:
    """Unpack a backup, nothing but plain files inside ``folder``, and check every member against the manifest."""
    try:
        with tarfile.open(archive, "r:gz") as packed:
            entries = {entry.name: entry for entry in packed}
            values = json.load(_opened(packed, entries.pop(MANIFEST)))
            backup = Backup(values["made_at"], values["root"], Head(**values["head"]), dict(values["members"]))
            damaged = {name for name, entry in entries.items() if not (entry.isreg() and _stays_inside(name))}
            damaged |= entries.keys() ^ backup.members.keys()
            for name in sorted(entries.keys() - damaged):
                _write(packed, entries[name], folder / name)
        damaged |= {name for name in entries.keys() - damaged if _digest(folder / name) != backup.members[name]}
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"'{archive}' is no backup, or is damaged ({type(error).__name__}). Take another one.",
            f"'{archive}' bukan cadangan atau rusak ({type(error).__name__}). Gunakan cadangan lain.",
        ) from error
    if damaged:
        raise SourceError(
            f"'{archive}': {len(damaged)} of its files are not what was backed up. Take another one.",
            f"'{archive}': {len(damaged)} berkas di dalamnya tidak sama dengan saat dicadangkan. Gunakan cadangan lain.",
        )
    return backup


def _stays_inside(name: str) -> bool:
    place = PurePosixPath(name)
    return not place.is_absolute() and ".." not in place.parts


def _opened(packed: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    handle = packed.extractfile(entry)
    if handle is None:
        raise ValueError(f"'{entry.name}' is no file.")
    return handle


def _write(packed: tarfile.TarFile, entry: tarfile.TarInfo, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with _opened(packed, entry) as content, place.open("wb") as target:
        shutil.copyfileobj(content, target)
    place.chmod(entry.mode & 0o700)


def _move_mlflow(path: Path, before: str, after: str) -> None:
    """Make MLflow's database name the files where they are now."""
    if not path.exists() or before == after:
        return
    with sqlite3.connect(path) as connection:
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table, column in _MLFLOW_PLACES:
            if table in there:
                connection.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (before, after))  # noqa: S608 - ours
    connection.close()


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
