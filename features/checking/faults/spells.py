"""Spells: ends before starts, dates too far ahead, and definitive posts held at one time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.checking.faults.catalogue import Severity, found, joined
from features.coded import distinct, held, plain_frame, used_texts
from features.contract import SPANS, TABLES, Kind, Table
from features.sorting import Ints, ordered

SHORT_OVERLAP_DAYS = 31
"""A hand-over: two definitive posts may overlap by this much and both rows stay."""

CONCURRENT_SHARE = 0.10
"""If more people than this share hold two definitive posts at one time, it is the source's practice and not a fault."""

FUTURE_DAYS = 366
"""A row's own date may lie this far after the extraction (decisions signed ahead)."""

_OPEN = pd.Timestamp("2262-01-01")
_FIRST_DAY, _DAYS = np.datetime64("1000-01-01", "D"), 10**6
"""Days are counted from the first year that is a date, and are fewer than so many."""


def ends_before_start(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the faults of rows that end before they start.

    Where exchanging day and month of one of the two dates alone would put them in order, the fault is ``date_swapped``.
    """
    faults = []
    names = TABLES[name].names()
    for start, end in SPANS:
        if start not in names or end not in names:
            continue
        wrong = frame[(frame[end] < frame[start]).to_numpy(dtype=bool)]
        if wrong.empty:
            continue
        mended = (_exchanged(wrong[end]) >= wrong[start]) | (wrong[end] >= _exchanged(wrong[start]))
        cost = Severity.CELL if name == "employees" else Severity.SET_ASIDE
        faults += [
            found(name, wrong.index[mended], end, "date_swapped", cost),
            found(name, wrong.index[~mended], end, "ends_before_start", cost),
        ]
    return joined(faults)


def _exchanged(dates: pd.Series) -> pd.Series:
    """Return dates with day and month exchanged; NaT where the day is no month."""
    parts = pd.DataFrame({"year": dates.dt.year, "month": dates.dt.day, "day": dates.dt.month})
    return pd.to_datetime(parts, errors="coerce")


def too_far_ahead(table: Table, frame: pd.DataFrame, extracted_on: pd.Timestamp) -> pd.DataFrame:
    """Return the faults of rows whose own date or ``known_on`` lies more than `FUTURE_DAYS` after the extraction."""
    limit = extracted_on + pd.Timedelta(days=FUTURE_DAYS)
    names = [name for name in (table.dated_by, "known_on") if name in frame and table.column(name).kind is Kind.DATE]
    cost = Severity.CELL if table.name == "employees" else Severity.SET_ASIDE
    late = [
        found(table.name, frame.index[(frame[name] > limit).to_numpy(dtype=bool)], name, "date_in_future", cost) for name in names
    ]
    return joined(late).drop_duplicates("row")


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Definitive posts held at one time: the pairs of rows, and of how many people they are, among how many."""

    pairs: pd.DataFrame
    people: int
    overlapping: int


def overlaps(frame: pd.DataFrame) -> Overlaps:
    """Return the definitive assignments that overlap another of the same person; all rows of a person are in ``frame``."""
    spells = frame[_definitive(frame)]
    pairs = _overlapping_pairs(spells)
    long = pairs["days"] > SHORT_OVERLAP_DAYS
    return Overlaps(pairs, len(used_texts(spells["employee_id"])), int(pairs.loc[long, "employee_id"].nunique()))


def _definitive(assignments: pd.DataFrame) -> NDArray[np.bool_]:
    kind = assignments["kind"]
    return np.asarray(kind.isna() | (kind == "definitive"), dtype=np.bool_)


def is_practice(found: Sequence[Overlaps]) -> bool:
    """Return whether so many people hold two definitive posts at one time that it is the source's practice."""
    return sum(part.overlapping for part in found) > CONCURRENT_SHARE * max(sum(part.people for part in found), 1)


def overlapping(overlaps: Overlaps, *, practice: bool) -> pd.DataFrame:
    """Return the faults of definitive assignments that overlap another of the same person known earlier.

    Rows are taken in the order in which they became known; one that overlaps a row already standing is set aside, so that what
    becomes known later never changes what stood before. Where it is the source's practice (`is_practice`), it is only said.
    """
    pairs = overlaps.pairs
    if pairs.empty:
        return joined([])
    short = pairs["days"] <= SHORT_OVERLAP_DAYS
    faults = [found("assignments", pairs.loc[short, "later"].unique(), "start_on", "short_overlap", Severity.WARNING)]
    long = pairs[~short]
    if practice:
        rows = long["later"].unique()
        return joined([*faults, found("assignments", rows, "start_on", "concurrent_posts", Severity.WARNING)])
    losers = _later_known(long["earlier"].to_numpy(), long["later"].to_numpy())
    lost = long[long["later"].isin(losers)]
    both_open = lost.groupby("later")["both_open"].any()
    return joined([
        *faults,
        found("assignments", both_open.index[both_open], "end_on", "two_current_posts", Severity.SET_ASIDE),
        found("assignments", both_open.index[~both_open], "start_on", "overlapping_posts", Severity.SET_ASIDE),
    ])  # fmt: skip


def _overlapping_pairs(spells: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of overlapping rows (earlier, later by when they were known), with days in common."""
    some = plain_frame(spells[_of_people_who_overlap(spells)])
    some = some.assign(last=some["end_on"].fillna(_OPEN), row=some.index)
    some = some.sort_values(["known_on", "start_on", "position_id", "row"])
    some = some.assign(order=np.arange(len(some)))
    wanted = ["employee_id", "start_on", "last", "end_on", "row", "order"]
    pairs = some[wanted].merge(some[wanted], on="employee_id", suffixes=("", "_2"))
    pairs = pairs[(pairs["order"] < pairs["order_2"])]
    first, last = pairs[["start_on", "start_on_2"]].max(axis=1), pairs[["last", "last_2"]].min(axis=1)
    days = (last - first).dt.days
    out = pd.DataFrame({
        "employee_id": pairs["employee_id"], "earlier": pairs["row"], "later": pairs["row_2"], "days": days,
        "both_open": pairs["end_on"].isna() & pairs["end_on_2"].isna(),
    })  # fmt: skip
    return out[(days > 0).to_numpy()]


def _of_people_who_overlap(spells: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows are of a person one of whose spells begins before one that began earlier, or on its day, has ended."""
    places, people = distinct(spells["employee_id"])
    start, last = _days(spells["start_on"]), _days(spells["end_on"].fillna(_OPEN))
    order = ordered(places, start, last)
    person = places[order].astype(np.int64)
    furthest = np.maximum.accumulate(person * _DAYS + last[order]) - person * _DAYS  # so far: people come one after the other
    overlap = (person[1:] == person[:-1]) & (start[order][1:] < furthest[:-1])
    return np.asarray(np.append(held(person[1:][overlap], len(people)), False)[places], dtype=np.bool_)


def _days(dates: pd.Series) -> Ints:
    return np.asarray((dates.to_numpy().astype("datetime64[D]") - _FIRST_DAY).astype(np.int64), dtype=np.int64)


def _later_known(earlier: NDArray[np.int64], later: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows that fall when rows are taken in order and one overlapping a standing row falls."""
    fallen: list[NDArray[np.int64]] = []
    while len(earlier):
        standing = np.setdiff1d(earlier, later)
        losers = np.unique(later[np.isin(earlier, standing)])
        fallen.append(losers)
        left = ~np.isin(earlier, np.concatenate([standing, losers])) & ~np.isin(later, losers)
        earlier, later = earlier[left], later[left]
    return np.concatenate(fallen) if fallen else np.empty(0, dtype=np.int64)


def unclosed(assignments: pd.DataFrame, faults: pd.DataFrame) -> pd.DataFrame:
    """Return ``faults`` with the rows set aside whose struck ``end_on`` would wrongly read as "still in the post".

    A date written for "none" on a person's last post says just that; anything else unreadable, or a later post, does not.
    """
    struck = faults[(faults["table"] == "assignments") & (faults["column"] == "end_on")]
    if struck.empty:
        return faults
    last = assignments.groupby("employee_id")["start_on"].transform("max")
    is_last = (assignments["start_on"] >= last).reindex(struck["row"]).to_numpy(dtype=bool)
    stays = struck.index[is_last & (struck["rule"] == "date_sentinel").to_numpy()]
    costly = faults.index.isin(struck.index.difference(stays))
    return faults.assign(severity=faults["severity"].mask(costly, str(Severity.SET_ASIDE)))


def closed_by_next(frame: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Return assignments, none with an ``end_on``, closed on the day before the person's next definitive start.

    SIASN's history of posts has no last day: a post ends when the next one begins. Acting posts are left open; those that
    begin on one day end on one.
    """
    if frame.empty:
        return frame, False
    definitive = frame.loc[_definitive(frame), ["employee_id", "start_on"]]
    starts = definitive.drop_duplicates().sort_values(["employee_id", "start_on"])
    ends = starts.groupby("employee_id", sort=False)["start_on"].shift(-1) - pd.Timedelta(days=1)
    closed = definitive.merge(starts.assign(end_on=ends), how="left").set_axis(definitive.index)["end_on"]
    return frame.assign(end_on=closed.reindex(frame.index)), bool(closed.notna().any())
