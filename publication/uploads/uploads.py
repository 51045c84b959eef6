"""Uploads: each received, checked, then taken in by the data team or discarded; every step is an entry of the ledger."""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from features.bilingual import Bilingual
from features.errors import EntryError
from publication.database.records import RecordsDatabase
from publication.intake.entries import stamped
from publication.ledger.ledger import Entry, Ledger, Pen
from publication.uploads.tables import UPLOADS
from publication.uploads.unpacking import Kept, unpack

STATES: dict[str, Bilingual] = {
    "received": Bilingual("waiting for its check", "menunggu pemeriksaan"),
    "usable": Bilingual("may be used", "dapat dipakai"),
    "unusable": Bilingual("may not be used yet", "belum dapat dipakai"),
    "taken": Bilingual("taken in by the data team", "sudah diolah tim data"),
    "discarded": Bilingual("discarded, files deleted", "dibuang, berkas dihapus"),
}
MOST_KEPT = 20
"""Uploads whose files lie in the workspace at one time."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One export handed in: when, by which account, how it stands, what was said of it, its files by name and bytes."""

    upload_id: int
    received_at: str
    received_by: str
    state: str
    changed_at: str
    changed_by: str
    note: str
    files: tuple[Kept, ...]


class Uploads:
    """The uploads of a workspace: rows in the application database, files below ``folder``."""

    def __init__(self, database: RecordsDatabase, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    def receive(self, given: Iterable[tuple[str, IO[bytes]]], folder: Path, note: str, by: str, now: datetime) -> Upload:
        """Unpack files into a folder of their own below ``folder`` and record the upload.

        Raises
        ------
        EntryError
            The files are no export that can be taken in (`unpacking.unpack`), or `MOST_KEPT` uploads lie there already.
        """
        if len(self.newest(discarded=False)) >= MOST_KEPT:
            raise EntryError(
                f"{MOST_KEPT} exports are kept already; discard those no longer needed.",
                f"Sudah ada {MOST_KEPT} ekspor tersimpan; buang yang tidak diperlukan lagi.",
            )
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _aside(folder, f".{by}-{now:%Y%m%d%H%M%S%f}") as aside:
            kept = unpack(given, aside)
            with self._ledger.writing() as pen:
                upload = _received(pen, kept, note, by, now)
                place = folder / str(upload.upload_id)
                shutil.rmtree(place, ignore_errors=True)  # left by a process that died before its row was written
                aside.rename(place)
        return upload

    def settle(self, upload_id: int, state: str, by: str, now: datetime, figures: Mapping[str, Any] | None = None) -> None:
        """Record that an upload stands at ``state`` now; ``figures`` (counts, no person) go into the ledger with it."""
        with self._ledger.writing() as pen:
            values = {"state": state, "changed_at": stamped(now), "changed_by": by}
            pen.connection.execute(UPLOADS.update().where(UPLOADS.c.upload_id == upload_id).values(**values))
            pen.append(Entry(stamped(now), by, f"upload_{state}", subject_of(upload_id), dict(figures or {})))

    def discard(self, upload_id: int, folder: Path, by: str, now: datetime) -> None:
        """Delete an upload's files below ``folder``; that it was handed in stays on record."""
        self.settle(upload_id, "discarded", by, now)
        shutil.rmtree(folder / str(upload_id), ignore_errors=True)

    def upload(self, upload_id: int) -> Upload | None:
        """Return one upload, None where there is none."""
        found = self._rows(sa.select(UPLOADS).where(UPLOADS.c.upload_id == upload_id))
        return found[0] if found else None

    def newest(self, *, discarded: bool = True, limit: int = 100) -> list[Upload]:
        """Return the uploads, the last received first; without those discarded if asked."""
        wanted = sa.select(UPLOADS).order_by(UPLOADS.c.upload_id.desc()).limit(limit)
        return self._rows(wanted if discarded else wanted.where(UPLOADS.c.state != "discarded"))

    def _rows(self, wanted: sa.Select[Any]) -> list[Upload]:
        with self._database.reading() as connection:
            found = connection.execute(wanted).mappings().all()
        return [Upload(**{**row, "files": tuple(Kept(**one) for one in row["files"])}) for row in found]


def clear_unfinished(folder: Path) -> None:
    """Remove what an application that died was unpacking below ``folder``: rows about people that nobody else would remove.

    While another application on the same workspace unpacks something nothing is removed; the next start looks again.
    """
    if not folder.is_dir():
        return
    with suppress(BlockingIOError), _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
        for aside in folder.glob(".*/"):
            shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _aside(folder: Path, name: str) -> Iterator[Path]:
    """Yield where an upload is unpacked until it is recorded; gone after that, and not cleared by others meanwhile."""
    with _locked(folder, fcntl.LOCK_SH):
        try:
            yield folder / name
        finally:
            shutil.rmtree(folder / name, ignore_errors=True)


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    """Lock the folder itself: shared by all that unpack into it, alone for one that clears what was left unpacked."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def subject_of(upload_id: int) -> str:
    """Return what the ledger calls an upload."""
    return f"upload/{upload_id}"


def _received(pen: Pen, kept: Sequence[Kept], note: str, by: str, now: datetime) -> Upload:
    row: dict[str, Any] = {"received_at": stamped(now), "received_by": by, "state": "received", "changed_at": stamped(now)}
    row |= {"changed_by": by, "note": note.strip()}
    files = [{"name": one.name, "size": one.size} for one in kept]
    made = pen.connection.execute(UPLOADS.insert().values(**row, files=files)).inserted_primary_key
    assert made is not None
    number = int(made[0])
    public = {"files": len(kept), "bytes": sum(one.size for one in kept)}
    pen.append(Entry(stamped(now), by, "upload_received", subject_of(number), public))
    return Upload(number, files=tuple(kept), **row)
