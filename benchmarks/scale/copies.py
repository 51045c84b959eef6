"""A country from one city: every row of an invented city copied so many times, with identifiers of its own and other numbers.

Inventing a million people holds them all in memory; the work of reading them does not depend on where they come from. Copies share
nothing: units, posts, raters and relatives are their own. Scores, hours and answers are jittered, so that no two copies sort alike.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from features.contract import TABLES, Kind, Table
from features.in_parts import FEATURE_TABLES
from features.parts import ABOUT_PEOPLE, part_numbers, parts_for
from features.sorting import ordered
from features.tables import conform

_JITTER = {"appraisals": "score", "trainings": "hours", "service_index": "index"}
"""Numbers that differ from copy to copy, by up to a twentieth."""
_IDENTIFIERS = frozenset({Kind.ID, Kind.PERSON})
_AT_ONCE = 10
"""Copies made in one go."""


def copied(frames: dict[str, pd.DataFrame], copies: Sequence[int], seed: int) -> dict[str, pd.DataFrame]:
    """Return source tables (text identifiers) of the numbered ``copies`` of a city; number 0 is the one given."""
    rng = np.random.default_rng([seed, *copies])
    out = {name: pd.concat(_copies(TABLES[name], frame, copies, rng), ignore_index=True) for name, frame in frames.items()}
    keys = {name: list(TABLES[name].key) for name in out if TABLES[name].key}
    return {name: frame.drop_duplicates(keys[name], ignore_index=True) if name in keys else frame for name, frame in out.items()}


def write_source(frames: dict[str, pd.DataFrame], copies: int, seed: int, folder: Path) -> None:
    """Write the CSV files of so many copies, a few of them in memory; rows about nobody in particular stand once."""
    for first in range(0, copies, _AT_ONCE):
        for name, rows in copied(frames, range(first, min(first + _AT_ONCE, copies)), seed).items():
            own = first == 0 or any(column.kind in _IDENTIFIERS for column in TABLES[name].columns if column.name in rows)
            if own:
                rows.to_csv(folder / f"{name}.csv", index=False, mode="a", header=first == 0)


def write_country(frames: dict[str, pd.DataFrame], copies: int, seed: int, extracted_on: pd.Timestamp, folder: Path) -> None:
    """Write a snapshot (as `features.snapshot` lays it out, identities left out) of so many copies, a few of them in memory."""
    frames = {name: frame for name, frame in frames.items() if name in FEATURE_TABLES}
    people = _every(frames["employees"]["employee_id"], copies)
    raters = _every(frames["appraisals"]["rater_id"].dropna(), copies)
    of = parts_for(len(people))
    number = part_numbers(people, of)
    pieces = folder / "pieces"
    whole: dict[str, list[pd.DataFrame]] = {name: [] for name in frames if name not in ABOUT_PEOPLE}
    groups = [range(first, min(first + _AT_ONCE, copies)) for first in range(0, copies, _AT_ONCE)]
    for group, numbers in enumerate(groups):
        for name, frame in copied(frames, numbers, seed).items():
            rows = conform(name, frame)
            for column in TABLES[name].columns:
                if column.kind is Kind.PERSON:
                    listed = raters if column.name == "rater_id" else people
                    rows[column.name] = listed.get_indexer(rows[column.name]).astype("int32")
            if name not in ABOUT_PEOPLE:
                whole[name].append(rows)
                continue
            part = number[rows["employee_id"]]
            for one in range(of):
                place = pieces / f"part-{one:03d}" / name
                place.mkdir(parents=True, exist_ok=True)
                rows[part == one].to_parquet(place / f"{group}.parquet", index=False)
    for name, parts in whole.items():
        pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True).to_parquet(folder / f"{name}.parquet", index=False)
    for place in sorted(pieces.glob("*/*")):
        rows = pd.concat([pd.read_parquet(path) for path in sorted(place.iterdir())], ignore_index=True)
        target = folder / place.parent.name if of > 1 else folder
        target.mkdir(exist_ok=True)
        rows.iloc[ordered(rows["employee_id"])].to_parquet(target / f"{place.name}.parquet", index=False)
        for path in place.iterdir():
            path.unlink()
    pd.DataFrame({"employee_id": people}).to_parquet(folder / "people.parquet", index=False)
    pd.DataFrame({"rater_id": raters}).to_parquet(folder / "raters.parquet", index=False)
    nobody = {"employee_id": pd.array([], "int32"), "table": pd.array([], "str"), "known_on": pd.array([], "datetime64[us]")}
    pd.DataFrame(nobody).to_parquet(folder / "set_aside.parquet", index=False)
    lineage = {"extracted_on": f"{extracted_on:%Y-%m-%d}", "parts": of}
    (folder / "lineage.json").write_text(json.dumps(lineage), encoding="utf-8")


def _every(identifiers: pd.Series, copies: int) -> pd.Index:
    """Return the identifiers of all copies, sorted."""
    own = identifiers.astype("str").unique()
    return pd.Index(sorted(_named(name, copy) for copy in range(copies) for name in own))


def _named(identifier: str, copy: int) -> str:
    return f"{identifier}-{copy}" if copy else identifier


def _copies(table: Table, frame: pd.DataFrame, copies: Sequence[int], rng: np.random.Generator) -> list[pd.DataFrame]:
    identifiers = [column.name for column in table.columns if column.kind in _IDENTIFIERS and column.name in frame]
    if not identifiers:  # rows about nobody in particular: a second one would repeat the first
        return [frame]
    jittered = _JITTER.get(table.name, "")
    out = []
    for copy in copies:
        if not copy:
            out.append(frame)
            continue
        own = frame.assign(**{name: frame[name].astype("str") + f"-{copy}" for name in identifiers})
        own = own.assign(**{name: own[name].where(frame[name].notna()) for name in identifiers})
        if "nip" in frame:  # another serial number
            serial = (frame["nip"].str[-3:].astype("Int64") + 20 * copy) % 1000
            own["nip"] = frame["nip"].str[:-3] + serial.astype("str").str.zfill(3)
        if jittered in frame:
            own[jittered] = frame[jittered] * (1 + 0.05 * rng.uniform(-1, 0, len(frame)))
        out.append(own)
    return out
