"""Where a workspace holds what identifies a person, or a protected trait beside one, and may not.

What is looked for comes from the workspace's own identity files: NIP, names, the source's ids. Files are read as what they are
(Parquet and SQLite cell by cell, anything else as text), so that compression hides nothing. A finding names the place and the kind
of thing that is there, never the thing itself.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from features.bilingual import Bilingual
from features.contract import TABLES, Privacy
from publication.workspace import Workspace

PRIVATE = (
    "snapshots/*/identity.parquet", "snapshots/*/decrees.parquet", "snapshots/*/vault.parquet", "quarantine/**", "tepat.db*",
    "intake/**", "uploads/**", "trials/*/entrants.csv", "vault/**", "templates/**", "secret", "source/**",
)  # fmt: skip
"""Where personal data belong (docs/workspace.md); a source kept in the workspace is the city's own."""
WITH_IDS = ("published/**",)
"""Where the source's own ids belong, and nothing else of a person."""

TRAITS = frozenset(column.name for table in TABLES.values() for column in table.columns if column.privacy is Privacy.PROTECTED)
ALSO_TRAITS = frozenset({"gender", "jenis_kelamin", "agama", "religion", "disabilitas", "suku", "ethnicity"})
KINDS = {
    "nip": Bilingual("NIP", "NIP"),
    "name": Bilingual("name", "nama"),
    "source_id": Bilingual("the source's own id", "pengenal dari sumber"),
    "trait": Bilingual("protected trait beside a person", "ciri yang dilindungi di samping orangnya"),
}
_WORDS = re.compile(r"[^\W_]+(?:[_.-][^\W_]+)*")
_SQLITE = b"SQLite format 3\0"
_PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class Exposure:
    """Something personal where it may not be: ``place`` (file, and table or column in it), ``kind`` of `KINDS`, how many."""

    place: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class _Sought:
    """What is looked for: NIP and source ids by kind, and names by their first two words, without titles."""

    words: Mapping[str, str]
    names: frozenset[tuple[str, str]]


def exposures(workspace: Workspace, also: Iterable[Path] = ()) -> list[Exposure]:
    """Return what is exposed in a workspace and in the files and folders ``also`` (logs, notebooks), ordered by place.

    A name of a single word is not looked for: it may be any word. Whoever the workspace has no identity file of is not known here.
    """
    identities = [pd.read_parquet(path) for path in sorted(workspace.snapshots.glob("*/identity.parquet"))]
    people = pd.concat(identities) if identities else pd.DataFrame(columns=["nip", "name", "source_id"])
    everything, without_ids = _sought(people, ids=True), _sought(people, ids=False)
    found: list[Exposure] = []
    for path in _files([workspace.root]):
        place = path.relative_to(workspace.root)
        if not _among(place, PRIVATE):
            found += _in_file(path, str(place), without_ids if _among(place, WITH_IDS) else everything)
    for path in _files(also):
        found += _in_file(path, str(path), everything)
    return sorted(found, key=lambda one: (one.place, one.kind))


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())


def _among(place: Path, patterns: Iterable[str]) -> bool:
    return any(place.is_relative_to(one[:-3]) if one.endswith("/**") else place.match(one) for one in patterns)


def _sought(people: pd.DataFrame, *, ids: bool) -> _Sought:
    words = {str(nip): "nip" for nip in people["nip"].dropna()}
    if ids:
        words |= {str(one): "source_id" for one in people["source_id"].dropna() if len(str(one)) > 3}
    names = (_WORDS.findall(str(name)) for name in people["name"].dropna().unique())
    return _Sought(words, frozenset((name[0], name[1]) for name in names if len(name) > 1))


def _in_file(path: Path, place: str, sought: _Sought) -> Iterator[Exposure]:
    with path.open("rb") as opened:
        head = opened.read(len(_SQLITE))
    if head == _SQLITE:
        yield from _in_database(path, place, sought)
    elif head.startswith(_PARQUET):
        frame = pd.read_parquet(path)
        yield from _in_columns(place, frame, sought)
    else:
        yield from _in_texts(place, [path.read_bytes().decode("utf-8", errors="ignore")], sought)


def _in_database(path: Path, place: str, sought: _Sought) -> Iterator[Exposure]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.text_factory = lambda data: data.decode("utf-8", errors="ignore")
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            quoted = table.replace('"', '""')
            frame = pd.read_sql_query(f'SELECT * FROM "{quoted}"', connection)  # noqa: S608 - a table's own name, quoted
            yield from _in_columns(f"{place} {table}", frame, sought)


def _in_columns(place: str, frame: pd.DataFrame, sought: _Sought) -> Iterator[Exposure]:
    columns = {str(name).lower() for name in frame.columns}
    beside = columns & (TRAITS | ALSO_TRAITS)
    if beside and any(name == "employee_id" or name.endswith("_employee_id") for name in columns):
        yield Exposure(f"{place} {', '.join(sorted(beside))}", "trait", len(frame))
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_datetime64_any_dtype(frame[name]):
            cells = frame[name].dropna()
            texts = {one.decode("utf-8", errors="ignore") if isinstance(one, bytes) else str(one) for one in cells}
            yield from _in_texts(f"{place} {name}", texts, sought)


def _in_texts(place: str, texts: Iterable[str], sought: _Sought) -> Iterator[Exposure]:
    counts: dict[str, int] = {}
    for text in texts:
        words = _WORDS.findall(text)
        for word in sought.words.keys() & set(words):
            counts[sought.words[word]] = counts.get(sought.words[word], 0) + 1
        named = len(sought.names & set(pairwise(words)))
        if named:
            counts["name"] = counts.get("name", 0) + named
    yield from (Exposure(place, kind, count) for kind, count in counts.items())
