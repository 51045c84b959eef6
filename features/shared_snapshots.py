"""Snapshots under a URL that all machines see (object storage by fsspec): copies of what is pseudonymous, and nothing else."""

import atexit
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import fsspec

from features.errors import SourceError
from features.snapshot import KEPT_HERE, load_tables
from features.tables import Tables

DIGESTS = "copied.json"
"""Written last: a copy is whole where it is there. Holds the SHA-256 of every other file."""


def share_snapshot(folder: Path, snapshot_id: str, url: str) -> None:
    """Copy a snapshot of ``folder`` to ``url/SNAPSHOT_ID``, unless a whole copy is there; identities, vault and decrees stay here.

    Raises
    ------
    OSError
        The storage cannot be written.
    """
    storage, above = fsspec.core.url_to_fs(url)
    place = f"{above}/{snapshot_id}"
    if storage.exists(f"{place}/{DIGESTS}"):
        return
    digests = {}
    for path in _files(folder / snapshot_id):
        name = path.relative_to(folder / snapshot_id).as_posix()
        storage.makedirs(f"{place}/{name}".rpartition("/")[0], exist_ok=True)
        storage.put_file(str(path), f"{place}/{name}")
        digests[name] = _digest(path)
    storage.pipe_file(f"{place}/{DIGESTS}", json.dumps(digests, indent=2, sort_keys=True).encode())


def withdraw_copies(folder: Path, url: str) -> int:
    """Remove the copies of snapshots that ``folder`` no longer holds (pruned, or with somebody erased); return how many."""
    storage, above = fsspec.core.url_to_fs(url)
    places = storage.ls(above, detail=False) if storage.exists(above) else []
    gone = [place for place in places if not (folder / place.rstrip("/").rpartition("/")[2]).exists()]
    for place in gone:
        storage.rm(place, recursive=True)
    return len(gone)


def load_shared_tables(url: str, snapshot_id: str) -> Tables:
    """Return the tables of a snapshot of which ``url`` holds a copy; a process fetches it once, and forgets it when it ends.

    Raises
    ------
    SourceError
        There is no whole copy, or a file of it is not what was written.
    """
    return load_tables(_fetched(url, snapshot_id), snapshot_id)


@cache
def _fetched(url: str, snapshot_id: str) -> Path:
    storage, above = fsspec.core.url_to_fs(url)
    place = f"{above}/{snapshot_id}"
    if not storage.exists(f"{place}/{DIGESTS}"):
        raise SourceError(
            f"The shared storage holds no whole copy of snapshot '{snapshot_id}'. `tepat run` writes one; check TEPAT_STORAGE_URL.",
            f"Penyimpanan bersama tidak memuat salinan utuh snapshot '{snapshot_id}'. `tepat run` menulisnya; periksa "
            "TEPAT_STORAGE_URL.",
        )
    folder = Path(tempfile.mkdtemp(prefix="tepat-snapshots-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, digest in json.loads(storage.cat_file(f"{place}/{DIGESTS}")).items():
        target = folder / snapshot_id / name
        target.parent.mkdir(parents=True, exist_ok=True)
        storage.get_file(f"{place}/{name}", str(target))
        if _digest(target) != digest:
            raise SourceError(
                f"'{name}' of snapshot '{snapshot_id}' in the shared storage is not what was written there. Delete the copy and "
                "run again: it is written anew.",
                f"'{name}' dari snapshot '{snapshot_id}' di penyimpanan bersama berbeda dari yang ditulis. Hapus salinan itu dan "
                "jalankan lagi: salinan ditulis ulang.",
            )
    return folder


def _files(place: Path) -> Iterator[Path]:
    return (path for path in sorted(place.rglob("*")) if path.is_file() and path.name not in KEPT_HERE)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
