"""The snapshot: what passed the checks, immutable, addressed by its content, with identities kept apart."""

import hashlib
import hmac
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.checking.checks import CheckedSource
from features.checking.faults.catalogue import REPEATED
from features.checking.shelf import Shelf
from features.coded import Listing, arrow_table, distinct, held, is_coded, plain_frame, text_ranks, used_texts
from features.contract import CONTRACT_VERSION, TABLES, Kind, Privacy
from features.errors import ContractError, SourceError
from features.flushing import flush
from features.parts import ABOUT_PEOPLE, PEOPLE_A_PART, part_numbers, part_of, parts_for
from features.person_codes import by_code
from features.pseudonyms import pseudonyms
from features.sorting import found_at, ordered
from features.source.raw import FILE, LINE
from features.tables import Tables, conform, employee_dtype, no_row_set_aside
from features.text_index import arrow_texts

_Ranks = tuple[NDArray[np.signedinteger], pd.Index]
"""Each cell's rank (-1: empty) among sorted distinct values, and those: the column's own, or of a person everybody's."""
_PEOPLE = "people.parquet"
_RATERS = "raters.parquet"
_IDENTITY = "identity.parquet"
_VAULT = "vault.parquet"
_DECREES = "decrees.parquet"
KEPT_HERE = (_IDENTITY, _VAULT, _DECREES)
"""Files of a snapshot that say who is who, or hold protected traits: no copy of a snapshot elsewhere has them."""
_SET_ASIDE = "set_aside.parquet"
_LINEAGE = "lineage.json"
_PART = "part-{:03d}"
_VAULTED = ("sex", "disability")
_IDENTIFYING = ("nip", "name")
_ADDRESS_LENGTH = 16
_NO_EXPONENT = (1e-3, 1e6)
_WRITTEN_AT_ONCE = 200_000
"""Distinct values told to the address in one go."""


def write_snapshot(checked: CheckedSource, folder: Path, key: bytes, people_a_part: int = PEOPLE_A_PART) -> str:
    """Keep the clean tables of ``checked`` under ``folder/SNAPSHOT_ID`` and return the id.

    The id is a hash of the sorted clean content, the extraction date and the contract's version, taken before pseudonymisation:
    row order, column order, file format, splitting into files and the key do not change it. Of a source whose people are coded
    outside (`CheckedSource.coded`) it depends on the key, as the codes do, and people stand in the order of their codes: that of
    their NIPs would tell their ages. A snapshot that exists is left untouched. It is written aside, flushed and renamed, so that a
    crash leaves no half of it.

    Parameters
    ----------
    checked
        What passed the checks.
    folder
        The workspace's ``snapshots/``.
    key
        The workspace's secret: ``employee_id`` and ``rater_id`` become HMAC-SHA256 under it.
    people_a_part
        Tables about people are written in parts of about so many people (`features.parts`), each readable alone; of a source that
        was checked in parts (under the same key) in those.

    Raises
    ------
    ContractError
        The key is empty, or the snapshot exists under another key, or two people have one code.
    """
    if not key:
        raise ContractError(
            "The pseudonymisation key is empty. The workspace's file `secret` must hold one.",
            "Kunci penyamaran kosong. Berkas `secret` di ruang kerja harus memuatnya.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".snapshot-", dir=folder))
    try:
        snapshot_id = _write(aside, checked, key, people_a_part)
        target = folder / snapshot_id
        if not target.exists():
            flush(aside)
            aside.rename(target)
        elif _lineage(folder, snapshot_id)["key_check"] != _key_check(key):
            raise ContractError(
                f"Snapshot {snapshot_id} was written under another key: its people would not match. "
                "Restore the workspace's file `secret`, or use a new workspace.",
                f"Snapshot {snapshot_id} ditulis dengan kunci lain: orang-orangnya tidak akan cocok. Pulihkan berkas `secret` di "
                "ruang kerja, atau pakai ruang kerja baru.",
            )
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return snapshot_id


def load_tables(folder: Path, snapshot_id: str) -> Tables:
    """Return the pseudonymous tables of a snapshot, see `Tables`.

    Columns that identify or are protected (nip, name, sex, disability, decree_number) are in no file read here; they are
    present and all NA.
    """
    kept = open_snapshot(folder, snapshot_id)
    return kept.tables(TABLES)


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """A snapshot on disk, read as much of at a time as is asked for: tables of everybody, or of one part of the people.

    ``people``, ``raters``: the shared dtypes of their columns. ``parts``: into how many parts people fall (1: none is apart).
    """

    place: Path
    people: pd.CategoricalDtype
    raters: pd.CategoricalDtype
    extracted_on: pd.Timestamp
    parts: int

    def tables(self, names: Iterable[str]) -> Tables:
        """Return the tables of ``names`` that the source has, whole."""
        return self._tables({name: self._files(name, range(self.parts)) for name in names})

    def part(self, number: int, names: Iterable[str]) -> Tables:
        """Return the tables of ``names`` that the source has: of those about people the rows of one part, the others whole."""
        tables = self._tables({name: self._files(name, (number,)) for name in names})
        return tables if self.parts > 1 else part_of(tables, number, self.parts)

    def _files(self, name: str, numbers: Iterable[int]) -> list[Path]:
        places = (
            [self.place / _PART.format(number) for number in numbers] if name in ABOUT_PEOPLE and self.parts > 1 else [self.place]
        )
        return [path for place in places if (path := place / f"{name}.parquet").exists()]

    def _tables(self, files: Mapping[str, list[Path]]) -> Tables:
        lost = pd.read_parquet(self.place / _SET_ASIDE)
        lost["employee_id"] = pd.Categorical.from_codes(lost["employee_id"], dtype=self.people)
        return Tables({name: self._frame(name, paths) for name, paths in files.items() if paths}, self.extracted_on, lost)

    def _frame(self, name: str, paths: list[Path]) -> pd.DataFrame:
        frame = pd.concat([pd.read_parquet(path) for path in paths], ignore_index=True)
        if len(paths) > 1:  # parts keep the order of content, in which the employee leads
            frame = frame.iloc[ordered(frame["employee_id"])].reset_index(drop=True)
        for column in TABLES[name].columns:
            if column.kind is Kind.PERSON:
                listed = self.raters if column.name == "rater_id" else self.people
                frame[column.name] = pd.Categorical.from_codes(frame[column.name], dtype=listed)
        return conform(name, frame, self.people)


def open_snapshot(folder: Path, snapshot_id: str) -> KeptSnapshot:
    """Return a snapshot to be read in pieces."""
    place, lineage = _place(folder, snapshot_id), _lineage(folder, snapshot_id)
    return KeptSnapshot(
        place,
        people=employee_dtype(pd.read_parquet(place / _PEOPLE)["employee_id"]),
        raters=employee_dtype(pd.read_parquet(place / _RATERS)["rater_id"]),
        extracted_on=pd.Timestamp(str(lineage["extracted_on"])),
        parts=int(str(lineage.get("parts", 1))),
    )


def load_identity(folder: Path, snapshot_id: str) -> pd.DataFrame:
    """Return one row per employee: employee_id (hashed), source_id, nip, name. For documents and published tables only.

    ``source_id``: what the person is known by outside, the source's own identifier or the code in its place.
    """
    return pd.read_parquet(_place(folder, snapshot_id) / _IDENTITY)


def load_vault(folder: Path, snapshot_id: str) -> pd.DataFrame:
    """Return one row per employee: employee_id (hashed), sex, disability. For the fairness evaluation only."""
    return pd.read_parquet(_place(folder, snapshot_id) / _VAULT)


def load_decrees(folder: Path, snapshot_id: str) -> pd.DataFrame:
    """Return one row per assignment with a decree: employee_id (hashed), position_id, start_on, decree_number."""
    return pd.read_parquet(_place(folder, snapshot_id) / _DECREES)


def load_lineage(folder: Path, snapshot_id: str) -> dict[str, object]:
    """Return what the snapshot was made from: source file hashes, mapping hash, extraction date, rows, fault counts."""
    return _lineage(folder, snapshot_id)


def _place(folder: Path, snapshot_id: str) -> Path:
    place = folder / snapshot_id
    if not (place / _LINEAGE).exists():
        raise SourceError(
            f"There is no snapshot '{snapshot_id}' in {folder}. `tepat run SOURCE` makes one.",
            f"Snapshot '{snapshot_id}' tidak ada di {folder}. `tepat run SUMBER` membuatnya.",
        )
    return place


def _lineage(folder: Path, snapshot_id: str) -> dict[str, object]:
    content: dict[str, object] = json.loads((_place(folder, snapshot_id) / _LINEAGE).read_text(encoding="utf-8"))
    return content


def _key_check(key: bytes) -> str:
    return hmac.new(key, b"tepat snapshot", hashlib.sha256).hexdigest()[:8]


def _canonical(frame: pd.DataFrame, known: Mapping[str, Listing]) -> tuple[pd.DataFrame, list[_Ranks]]:
    """Return ``frame`` with its rows sorted by content, and the ranks of its columns in that order.

    ``known``: of columns that name persons, all of them, sorted.
    """
    ranked = [_ranked(frame[column], known.get(column)) for column in frame.columns]
    order = ordered(*(codes for codes, _ in ranked))
    if (np.diff(order) == 1).all():
        return frame.reset_index(drop=True), ranked
    return frame.iloc[order].reset_index(drop=True), [(codes[order], values) for codes, values in ranked]


def lost_rows(checked: CheckedSource) -> pd.DataFrame:
    """Return whose rows were set aside: employee_id (plain), table, known_on (the row's own date where readable), sorted.

    Only people who are in the clean tables; a damaged row of somebody unknown says nothing about anybody. A repeat of a row that
    stands is not lost.
    """
    people = checked.tables["employees"]["employee_id"]
    told = {name: rows[~_repeats(checked.quarantine, name, rows)] for name, rows in checked.set_aside.items()}
    parts = [
        pd.DataFrame({"employee_id": rows["employee_id"], "table": name, "known_on": _dates(name, rows)})
        for name, rows in told.items()
        if "employee_id" in rows
    ]
    found = pd.concat(parts, ignore_index=True) if parts else no_row_set_aside()
    found = found.astype({"employee_id": "str", "table": "str"})
    found = found[found_at(found["employee_id"], pd.Index(people)) >= 0]
    return _canonical(found.drop_duplicates(), {})[0]


def _repeats(quarantine: pd.DataFrame, name: str, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which ``rows`` of a table were set aside because the same row was there already."""
    again = quarantine[(quarantine["table"] == name) & (quarantine["rule"] == REPEATED)]
    places = pd.MultiIndex.from_frame(rows[[FILE, LINE]].astype({FILE: "str"}))
    return np.asarray(places.isin(pd.MultiIndex.from_frame(again[["file", "line"]].astype({"file": "str"}))), dtype=np.bool_)


def _dates(name: str, rows: pd.DataFrame) -> pd.Series:
    """Return the day each row was known, missing where that cannot be read: then it counts from the start."""
    table = TABLES[name]
    given = next((column for column in ("known_on", table.dated_by) if column in rows and rows[column].notna().any()), None)
    if given is None:
        return pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    return pd.to_datetime(rows[given], format="ISO8601", errors="coerce").astype("datetime64[us]")


def _ranked(column: pd.Series, known: Listing | None) -> _Ranks:
    """Return each cell's rank among ``known`` or, where that does not name all of them, among the column's own values."""
    if known is not None:
        places, texts = distinct(column)
        among = known.places(texts)
        if (among >= 0).all() or (among[held(places, len(texts))] >= 0).all():
            return np.append(among, -1)[places], known.texts
    if is_coded(column):
        return text_ranks(column)
    codes, uniques = pd.factorize(column, sort=True)
    return np.asarray(codes, dtype=np.int64), pd.Index(uniques)


def _told(digest: "hashlib._Hash", name: str, columns: Iterable[str], rows: int, ranked: Iterable[_Ranks]) -> None:
    """Add a table in canonical order to the snapshot's address."""
    digest.update(f"table {name} {rows}\n".encode())
    for column, (codes, values) in zip(columns, ranked, strict=True):
        digest.update(f"column {column} {len(values)}\n".encode())
        for first in range(0, len(values), _WRITTEN_AT_ONCE):
            text = _written(values[first : first + _WRITTEN_AT_ONCE])
            joined = pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(text)], pa.int32()), text), "\x1f")[0].as_buffer()
            digest.update(b"\x1f" if first else b"")
            digest.update(joined)
        digest.update(np.ascontiguousarray(_small(codes, values)).data)


def _merged(parts: Sequence[Sequence[_Ranks]], persons: Sequence[bool]) -> Iterator[_Ranks]:
    """Yield the ranks among the table's own values, and these, of every column of a table in parts, in canonical order.

    ``persons``: which columns name persons, whose values may be everybody; those of others are in a row each. A part holds its
    people's rows in canonical order and nobody else's, so their order by the leading column, the person, is everybody's canonical
    order.
    """
    order: NDArray[np.int64] | None = None
    for column, of_persons in enumerate(persons):
        codes, values = _of_all([part[column] for part in parts])
        if len(parts) > 1:
            order = np.argsort(codes, kind="stable") if order is None else order
            codes = codes[order]
        if not of_persons or (found := held(codes, len(values))).all():
            yield codes, values
        else:
            yield _small(np.append(np.cumsum(found) - 1, -1), values)[codes], values[found]


def _of_all(parts: Sequence[_Ranks]) -> _Ranks:
    """Return the ranks of one column of all parts, one below the other, among the values of all."""
    first = parts[0][1]
    if all(values is first for _, values in parts):
        return np.concatenate([codes for codes, _ in parts]), first
    places, all_values = pd.factorize(pd.concat([pd.Series(values) for _, values in parts], ignore_index=True), sort=True)
    bounds = np.cumsum([0, *(len(values) for _, values in parts)])
    pieces = [
        _small(np.append(places[start:end], -1), all_values)[codes]
        for (codes, _), start, end in zip(parts, bounds[:-1], bounds[1:], strict=True)
    ]
    return np.concatenate(pieces), pd.Index(all_values)


def _written(values: pd.Index) -> pa.StringArray:
    """Return values as Python writes them, times as ISO 8601."""
    if values.dtype == "str":
        return arrow_texts(values, pa.string())
    if pd.api.types.is_float_dtype(values.dtype):
        return _numbers_written(values.to_numpy(dtype=np.float64))
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        return pa.array(map(str, values.tolist()), type=pa.string())
    whole = values.to_numpy().astype("datetime64[s]")
    if (whole == values.to_numpy()).all():
        return pa.array(np.datetime_as_string(whole), type=pa.string())
    return pa.array((value.isoformat() for value in values), type=pa.string())


def _numbers_written(values: NDArray[np.float64]) -> pa.StringArray:
    """Return numbers as Python writes them: Arrow writes fractions that need no exponent alike, at a quarter of the cost."""
    alike = (np.abs(values) >= _NO_EXPONENT[0]) & (np.abs(values) < _NO_EXPONENT[1]) & (np.modf(values)[0] != 0)
    texts = pa.array(values).cast(pa.string())
    return pc.replace_with_mask(texts, pa.array(~alike), pa.array(map(str, values[~alike].tolist()), type=pa.string()))


def _write(place: Path, checked: CheckedSource, key: bytes, people_a_part: int) -> str:
    """Write the snapshot to ``place``, one table in canonical order at a time, and return its address."""
    shelf = Shelf.of(checked.tables)
    raters = [pd.Series(used_texts(shelf.column("appraisals", number, "rater_id"))) for number in shelf.numbers("appraisals")]
    everybody = pd.Index(shelf["employees"]["employee_id"].sort_values())
    all_raters = pd.Index(pd.concat(raters).astype("str").sort_values().unique())
    outside, order = by_code(key, everybody) if checked.coded else (everybody, np.arange(len(everybody)))
    listed = _Listed(
        people=Listing(ids := everybody[order]),
        outside=outside,
        hashed=pseudonyms(key, ids) if shelf.people is None else shelf.people.pseudonyms(key, ids),
        raters=Listing(all_raters[by_code(key, all_raters)[1]] if checked.coded else all_raters),
    )
    _private(place / _PEOPLE, pd.DataFrame({"employee_id": listed.hashed}))
    _private(place / _RATERS, pd.DataFrame({"rater_id": pseudonyms(key, listed.raters.texts)}))
    parts = shelf.parts if shelf.parts > 1 else parts_for(len(ids), people_a_part)
    numbers = part_numbers(listed.hashed, parts)
    digest = hashlib.sha256(f"tepat contract {CONTRACT_VERSION}\n{checked.extracted_on:%Y-%m-%d}\n".encode())
    if checked.coded:
        digest.update(f"coded {_key_check(key)}\n".encode())
    decrees: list[pd.DataFrame] = []
    people = [listed.people.again() for _ in range(parts)]
    for name in sorted(shelf):
        told: list[list[_Ranks]] = []
        for number in shelf.numbers(name):
            known = _persons(name, listed, people[number])
            frame, ranked = _canonical(shelf.part(name, number), known)
            written = _pseudonymous(name, frame, ranked, known)
            if shelf.parted(name):
                _require_own_part(written["employee_id"], numbers, number)
                _write_part(place, name, written, number)
            else:
                _write_in_parts(place, name, written, numbers, parts)
            told.append([(_small(codes, values), values) for codes, values in ranked])
            if name == "employees":
                who = written["employee_id"]
                named = frame.assign(source_id=listed.outside[who], employee_id=listed.hashed[who])
                _private(place / _IDENTITY, named[["employee_id", "source_id", *_IDENTIFYING]].astype("str"))
                _private(place / _VAULT, named[["employee_id", *_VAULTED]])
            if name == "assignments":
                decrees.append(plain_frame(frame.assign(person=written["employee_id"]).dropna(subset=["decree_number"])))
        _told(digest, name, frame.columns, shelf.count(name), _merged(told, [column in known for column in frame.columns]))
    _write_decrees(place / _DECREES, pd.concat(decrees), listed)
    lost = lost_rows(checked)
    _, ranked = _canonical(lost, {})
    _told(digest, _SET_ASIDE, lost.columns, len(lost), ranked)
    numbered = lost.assign(employee_id=ids.get_indexer(lost["employee_id"]).astype("int32"))
    numbered.sort_values("employee_id", kind="stable").to_parquet(place / _SET_ASIDE, index=False)
    lineage = _account(checked, shelf, key) | ({"parts": parts} if parts > 1 else {})
    (place / _LINEAGE).write_text(json.dumps(lineage, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return f"s{digest.hexdigest()[:_ADDRESS_LENGTH]}"


@dataclass(frozen=True, slots=True)
class _Listed:
    """Everybody in the order of what they are known by ``outside``: by source identifier, so, and by pseudonym; and the raters."""

    people: Listing
    outside: pd.Index
    hashed: pd.Index
    raters: Listing


def _small(codes: NDArray[np.signedinteger], values: pd.Index) -> NDArray[np.signedinteger]:
    """Return the codes of so many values in as few bytes as they need."""
    return codes.astype(np.min_scalar_type(-max(len(values), 1)), copy=False)


def _write_in_parts(place: Path, name: str, frame: pd.DataFrame, numbers: NDArray[np.int64], parts: int) -> None:
    """Write a table; if it is about people and they fall into parts, each part's rows into a folder of its own."""
    if parts == 1 or name not in ABOUT_PEOPLE:
        _write_parquet(place / f"{name}.parquet", frame)
        return
    part = numbers[frame["employee_id"]]
    for number in range(parts):
        _write_part(place, name, frame[part == number], number)


def _write_part(place: Path, name: str, frame: pd.DataFrame, number: int) -> None:
    folder = place / _PART.format(number)
    folder.mkdir(exist_ok=True)
    _write_parquet(folder / f"{name}.parquet", frame)


def _write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write a table; texts are texts to whoever reads it, coded or not. Numbers are written as they are: few of them repeat."""
    table = arrow_table(frame, index=False)
    described = table.replace_schema_metadata(pa.Schema.from_pandas(plain_frame(frame.iloc[:0]), preserve_index=False).metadata)
    texts = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    pq.write_table(described, path, use_dictionary=texts, compression="lz4", store_schema=False, write_statistics=False)


def _require_own_part(people: pd.Series, numbers: NDArray[np.int64], number: int) -> None:
    if not (numbers[people] == number).all():
        raise ValueError("the source was checked in parts made under another key than the snapshot's")


def _write_decrees(path: Path, decrees: pd.DataFrame, listed: _Listed) -> None:
    ordered_rows = decrees.iloc[ordered(decrees["person"])]
    named = ordered_rows.assign(employee_id=listed.hashed[ordered_rows["person"]])
    _private(path, named[["employee_id", "position_id", "start_on", "decree_number"]])


def _persons(name: str, listed: _Listed, people: Listing) -> dict[str, Listing]:
    """Return whom each column of a table that names persons may name; ``people``: everybody, for what is asked of one part."""
    persons = [column.name for column in TABLES[name].columns if column.kind is Kind.PERSON]
    own = {"employee_id": people, "rater_id": listed.raters.again()}
    others = listed.people.again()
    return {column: own.get(column, others) for column in persons}


def _pseudonymous(name: str, frame: pd.DataFrame, ranked: list[_Ranks], known: Mapping[str, Listing]) -> pd.DataFrame:
    """Return a table without what identifies, its persons as numbers of those ``known``."""
    hidden = [column.name for column in TABLES[name].columns if column.privacy in (Privacy.IDENTIFIER, Privacy.PROTECTED)]
    out = frame.drop(columns=hidden)
    codes = dict(zip(frame.columns, ranked, strict=True))
    for column, persons in known.items():
        of_row, values = codes[column]
        out[column] = (of_row if values is persons.texts else np.append(persons.places(values), -1)[of_row]).astype("int32")
    return out


def _account(checked: CheckedSource, shelf: Shelf, key: bytes) -> dict[str, object]:
    faults = checked.report.faults
    counts = faults.groupby(["table", "rule", "severity"])["rows"].sum()
    return {
        "contract_version": CONTRACT_VERSION,
        "extracted_on": f"{checked.extracted_on:%Y-%m-%d}",
        "files": dict(sorted(checked.digests.items())),
        "mapping": checked.mapping_digest,
        "rows": {name: shelf.count(name) for name in shelf},
        "faults": {f"{table}: {rule}: {severity}": int(rows) for (table, rule, severity), rows in counts.items()},
        "notes": list(checked.report.notes),
        "key_check": _key_check(key),
    }


def _private(path: Path, frame: pd.DataFrame) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    frame.to_parquet(path, index=False)
