"""Files handed in, one by one or as a zip, become the flat folder of a source: within limits, nothing outside the folder.

What an archive says of itself is not believed: bytes are counted as they come out, names lose their folders, links become
plain bytes.
"""

import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, cast

from features.errors import EntryError
from publication.uploads.places import MAPPING_FILE, SOURCE_FOLDER

TABLE_ENDINGS = (".csv", ".parquet", ".xlsx")
MAPPING_ENDINGS = (".yaml", ".yml")

MOST_FILES = 100
"""Files of one export; the contract has some thirty tables, SIASN exports a few parts of each."""
MOST_BYTES = 500_000_000
"""Bytes all files unpack to: ten years of a city of 30,000 as CSV are a fifth of it."""
MOST_PACKED = 100
"""An archive that unpacks to more than this many times its size was made to fill the disk (tables as text: 5 to 20)."""
SMALL = 10_000_000
"""Below this an archive may be packed as tightly as it likes."""
LONGEST_NAME = 120

_CHUNK = 1 << 20
_SIGNS = re.compile(r"[\w .()\[\]-]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """One file kept: its name in the folder, and its bytes."""

    name: str
    size: int


def unpack(given: Iterable[tuple[str, IO[bytes]]], folder: Path) -> list[Kept]:
    """Write the tables among ``given`` (name as sent, open file) into ``folder/source``, a mapping into ``folder/mapping.yaml``.

    A zip is looked into, once; what is no table and no mapping is left out. Files are readable by their owner only.

    Raises
    ------
    EntryError
        Nothing usable is among them; two bear one name; there are too many, or too much; an archive is damaged or locked.
    """
    source = folder / SOURCE_FOLDER
    source.mkdir(parents=True, mode=0o700)
    room, kept = _Room(), list[Kept]()
    for name, file in given:
        if PurePosixPath(_flat(name)).suffix.lower() == ".zip":
            for inner, opened in _members(name, file):
                kept += _keep(inner, opened, folder, room)
        else:
            kept += _keep(name, file, folder, room)
    if not any(one.name != MAPPING_FILE for one in kept):
        raise EntryError(
            "No table is among the files: hand in CSV, Excel (.xlsx) or Parquet files, or a zip of them.",
            "Tidak ada tabel di antara berkas itu: kirim berkas CSV, Excel (.xlsx) atau Parquet, atau zip yang memuatnya.",
        )
    return kept


@dataclass
class _Room:
    """How much may still be written."""

    files: int = field(default_factory=lambda: MOST_FILES)
    size: int = field(default_factory=lambda: MOST_BYTES)

    def take_file(self) -> None:
        self.files -= 1
        if self.files < 0:
            raise too_many()

    def take(self, size: int) -> None:
        self.size -= size
        if self.size < 0:
            raise too_much()


@dataclass(frozen=True, slots=True)
class _Sparing:
    """An open file of which nobody reads more than a chunk at one time: the list of an archive's members is read in one go."""

    file: IO[bytes]

    def read(self, size: int = -1) -> bytes:
        found = self.file.read(min(size, _CHUNK + 1) if size >= 0 else _CHUNK + 1)
        if len(found) > _CHUNK:
            raise too_many()
        return found

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        return self.file.seek(place, whence)

    def tell(self) -> int:
        return self.file.tell()

    def seekable(self) -> bool:
        return True


def too_many() -> EntryError:
    """Return what is said of more files than an export has."""
    return EntryError(f"More than {MOST_FILES} files.", f"Lebih dari {MOST_FILES} berkas.")


def too_much() -> EntryError:
    """Return what is said of files that are more than can be taken in here."""
    megabytes = MOST_BYTES // 1_000_000
    return EntryError(
        f"The files unpack to more than {megabytes} MB. Hand larger exports to the data team, who read them from a folder.",
        f"Isi berkas melebihi {megabytes} MB. Serahkan ekspor yang lebih besar kepada tim data, yang membacanya dari folder.",
    )


def _members(name: str, file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield name and open file of what an archive holds; folders, hidden files and what Mac adds are passed over."""
    with _reading(name):
        archive = zipfile.ZipFile(cast("IO[bytes]", _Sparing(file)))
    parts = [part for part in archive.infolist() if not part.is_dir() and not part.filename.startswith("__MACOSX/")]
    if any(part.flag_bits & 1 for part in parts):
        raise EntryError(
            "The zip is locked with a password; hand it in without.", "Zip terkunci kata sandi; kirim tanpa kata sandi."
        )
    packed = file.seek(0, os.SEEK_END)
    if sum(part.file_size for part in parts) > max(SMALL, MOST_PACKED * packed):
        raise too_much()
    for part in parts:
        with _reading(name):
            opened = archive.open(part)
        with opened:
            yield part.filename, opened


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except EntryError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError, OSError) as error:
        raise EntryError(
            f"The zip '{_flat(name)[:LONGEST_NAME]}' cannot be read ({type(error).__name__}); make it again.",
            f"Zip '{_flat(name)[:LONGEST_NAME]}' tidak terbaca ({type(error).__name__}); buat lagi.",
        ) from None


def _keep(name: str, file: IO[bytes], folder: Path, room: _Room) -> list[Kept]:
    """Write one file and return it; nothing where it is neither table nor mapping."""
    flat = _flat(name)
    ending = PurePosixPath(flat).suffix.lower()
    if flat.startswith((".", "~$")) or ending not in (*TABLE_ENDINGS, *MAPPING_ENDINGS):
        return []
    if len(flat) > LONGEST_NAME or not _SIGNS.fullmatch(flat):
        raise EntryError(
            f"A file's name has at most {LONGEST_NAME} letters, digits, spaces or . - _ ( ) [ ]; rename it.",
            f"Nama berkas paling banyak {LONGEST_NAME} huruf, angka, spasi atau . - _ ( ) [ ]; ganti namanya.",
        )
    room.take_file()
    target = folder / MAPPING_FILE if ending in MAPPING_ENDINGS else folder / SOURCE_FOLDER / flat
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise EntryError(f"Two files are named '{target.name}'.", f"Ada dua berkas bernama '{target.name}'.") from None
    with os.fdopen(descriptor, "wb") as out:
        size = 0
        while chunk := _next(name, file):
            room.take(len(chunk))
            size += out.write(chunk)
    return [Kept(target.name, size)]


def _next(name: str, file: IO[bytes]) -> bytes:
    with _reading(name):
        return file.read(_CHUNK)


def _flat(name: str) -> str:
    """Return a file's name without any folder, whichever way its system writes folders."""
    return PurePosixPath(name.replace("\\", "/")).name
