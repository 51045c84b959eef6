"""Where a workspace holds what identifies a person, or a protected trait beside one, and may not.

What is looked for comes from the workspace's own identity files: NIP, names, the source's ids. Files are read as what they are
(`publication.upkeep.layers`), names of files too. A finding names the place and the kind of thing that is there, never the thing
itself.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

import pandas as pd

from features.bilingual import Bilingual
from features.contract import TABLES, Privacy
from publication.upkeep.layers import Layer, layers
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
    "unread": Bilingual("could not be looked into", "tidak dapat diperiksa"),
}
_WORDS = re.compile(r"[^\W_]+")
_NIP = re.compile(r"(?<!\d)(\d{8})[ .-]?(\d{6})[ .-]?(\d)[ .-]?(\d{3})(?!\d)")
"""A NIP, also set in groups as on letters."""
_SHORTEST_ID = 4


@dataclass(frozen=True, slots=True)
class Exposure:
    """Something personal where it may not be: ``place`` (file, and table or column in it), ``kind`` of `KINDS`, how many."""

    place: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class _Sought:
    """What is looked for: NIPs, names by their first two words, without titles, in small letters, ids by how they are written."""

    nips: frozenset[str]
    names: frozenset[tuple[str, str]]
    ids: frozenset[str]
    written: re.Pattern[str]


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
            found += _in_file(path, place.as_posix(), without_ids if _among(place, WITH_IDS) else everything)
    for path in _files(also):
        found += _in_file(path, str(path), everything)
    return sorted(found, key=lambda one: (one.place, one.kind))


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())


def _among(place: Path, patterns: Iterable[str]) -> bool:
    return any(_is(place, one) for one in patterns)


def _is(place: Path, pattern: str) -> bool:
    """Return whether a place below the workspace is what a pattern names, part by part: nothing of that name elsewhere."""
    if pattern.endswith("/**"):
        return place.is_relative_to(pattern[:-3])
    parts = pattern.split("/")
    return len(parts) == len(place.parts) and all(map(fnmatchcase, place.parts, parts))


def _sought(people: pd.DataFrame, *, ids: bool) -> _Sought:
    wanted = {str(one) for one in people["source_id"].dropna() if len(str(one)) >= _SHORTEST_ID} if ids else set[str]()
    names = (_words(str(name)) for name in people["name"].dropna().unique())
    return _Sought(
        nips=frozenset(str(nip) for nip in people["nip"].dropna()),
        names=frozenset((name[0], name[1]) for name in names if len(name) > 1),
        ids=frozenset(wanted),
        written=_written(wanted),
    )


def _written(ids: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any text written as one of ``ids`` are: as many letters and digits between the same signs."""
    ways = {re.sub(r"[^\W_]+", lambda run: rf"[^\W_]{{{len(run[0])}}}", re.escape(one)) for one in ids}
    either = "|".join(sorted(ways, key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?<![^\W_])(?=({either})(?![^\W_]))")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(text)]


def _in_file(path: Path, place: str, sought: _Sought) -> Iterator[Exposure]:
    yield from _in_texts(place, [place], sought)
    seen: set[str] = set()
    for layer in layers(path, place):
        for one in _in_layer(layer, sought):
            if not (layer.place.endswith("(bytes)") and one.kind in seen):  # what a database's tables said already
                yield one
            seen.add(one.kind)


def _in_layer(layer: Layer, sought: _Sought) -> Iterator[Exposure]:
    if not layer.read:
        yield Exposure(layer.place, "unread", 1)
    columns = {name.lower() for name in layer.texts}
    beside = columns & (TRAITS | ALSO_TRAITS)
    if beside and any(name == "employee_id" or name.endswith("_employee_id") for name in columns):
        yield Exposure(f"{layer.place} {', '.join(sorted(beside))}", "trait", layer.rows)
    for name, texts in layer.texts.items():
        yield from _in_texts(f"{layer.place} {name}".rstrip(), texts, sought)


def _in_texts(place: str, texts: Iterable[str], sought: _Sought) -> Iterator[Exposure]:
    counts: dict[str, int] = {}
    for text in texts:
        said = html.unescape(text) if "&" in text else text
        for kind, number in (
            ("nip", len(sought.nips & {"".join(groups) for groups in _NIP.findall(said)})),
            ("name", len(sought.names & set(pairwise(_words(said))))),
            ("source_id", len(sought.ids & set(sought.written.findall(said))) if sought.ids else 0),
        ):
            counts[kind] = counts.get(kind, 0) + number
    yield from (Exposure(place, kind, count) for kind, count in counts.items() if count)
