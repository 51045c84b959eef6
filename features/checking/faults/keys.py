"""Keys: rows that repeat or contradict one another, and rows that refer to nothing."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.checking.faults.catalogue import REPEATED, Cause, Severity, cost, found, joined
from features.coded import Listing, distinct, plain, used_texts
from features.contract import TABLES, Table


def repeated(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the faults of rows whose key is taken: exact repeats, and conflicting rows known later.

    Among conflicting rows the one known first is kept; where that does not tell, the one with more filled cells, then the first
    in the order of content, so that the order of rows in the source decides nothing.
    """
    key = list(table.key)
    if not key or frame.empty:
        return joined([])
    rows = frame[_taken(frame[key])]
    if rows.empty:
        return joined([])
    text = rows.astype("str")
    ranked = text.assign(
        _known=rows["known_on"].fillna(pd.Timestamp.max) if "known_on" in rows else 0,
        _empty=rows.isna().sum(axis=1),
        _row=rows.index,
    ).sort_values([*key, "_known", "_empty", *text.columns, "_row"], key=_orderable)
    columns = [column for column in text.columns if column != "known_on"]
    exact = ranked.duplicated(columns, keep="first")
    conflicting = ranked.duplicated(key, keep="first") & ~exact
    return joined([
        found(table.name, ranked.index[exact], key[0], REPEATED, Severity.SET_ASIDE),
        found(table.name, ranked.index[conflicting], key[0], "conflicting_key", Severity.SET_ASIDE),
    ])  # fmt: skip


def _taken(keys: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows bear a key that another bears too.

    Keys are numbered and sorted, which takes half as long as pandas' hashes where all differ, as nearly always. Where there could
    be more than 63 bits of them pandas is asked.
    """
    number = np.zeros(len(keys), dtype=np.int64)
    most = 1
    for name in keys.columns:
        places, texts = distinct(keys[name])
        most *= len(texts) + 1
        if most >= 2**63:
            return np.asarray(keys.duplicated(keep=False), dtype=np.bool_)
        number *= len(texts) + 1
        number += places
    in_order = np.sort(number)
    repeats = in_order[1:][in_order[1:] == in_order[:-1]]
    return np.isin(number, repeats) if len(repeats) else np.zeros(len(number), dtype=np.bool_)


def _orderable(column: pd.Series) -> pd.Series:
    return column.fillna("") if column.dtype == "str" else column


class Identifiers:
    """The identifiers of a table that stand: looked up once per distinct text."""

    def __init__(self, known: Listing, stripped: pd.Index) -> None:
        self._known, self._stripped = known, stripped

    @classmethod
    def of(cls, column: pd.Series) -> "Identifiers":
        """Return the identifiers in ``column``."""
        known = used_texts(column)
        return cls(Listing(known), cls._bare(known))

    def again(self) -> "Identifiers":
        """Return the same identifiers, which remember what they were last asked of apart from these."""
        return Identifiers(self._known.again(), self._stripped)

    def unknown(self, cells: pd.Series) -> NDArray[np.bool_]:
        """Return which filled cells name nothing that stands."""
        return _of_distinct(cells, lambda texts: self._known.places(texts) < 0)

    def lost_zeros(self, cells: pd.Series) -> NDArray[np.bool_]:
        """Return which cells name something that stands but for its leading zeros."""
        if self._stripped.empty:
            return np.zeros(len(cells), dtype=bool)
        return _of_distinct(cells, lambda texts: texts.isin(self._stripped) & (self._known.places(texts) < 0))

    @staticmethod
    def _bare(known: pd.Index) -> pd.Index:
        return known[known.str.fullmatch(r"0\d+").astype(bool)].str.lstrip("0") if len(known) else known


def _of_distinct(cells: pd.Series, judge: Callable[[pd.Index], NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Return for every cell what ``judge`` says of its text; no for empty ones."""
    places, texts = distinct(cells)
    return np.asarray(np.append(judge(texts), False)[places], dtype=np.bool_)


def orphans(name: str, frame: pd.DataFrame, kept: Mapping[str, Identifiers], suspects: Callable[[str], pd.Index]) -> pd.DataFrame:
    """Return the faults of cells that refer to no kept row.

    ``kept``: identifiers that stand, per table. ``suspects`` tells the identifiers of a table's rows that were set aside; an orphan
    of one of them is a cascade. A required reference and one in the key cost the row, another the cell.
    """
    faults = []
    table = TABLES[name]
    for column in table.columns:
        if column.refers_to not in kept:
            continue
        cells = frame[column.name]
        missing = kept[column.refers_to].unknown(cells)
        if not missing.any():
            continue
        follows = missing & cells.isin(suspects(column.refers_to)).to_numpy()
        faults += [
            found(name, frame.index[missing & ~follows], column.name, "orphan", cost(table, column)),
            found(name, frame.index[follows], column.name, "orphan", cost(table, column), Cause.CASCADE),
        ]
    return joined(faults)


def lost_zeros(name: str, frame: pd.DataFrame, targets: Mapping[str, Identifiers]) -> pd.DataFrame:
    """Return the faults of all-digit identifiers that exist, or would fit their column's width, with leading zeros in front."""
    faults = []
    table = TABLES[name]
    for column in table.columns:
        cells = frame[column.name]
        if table.key == (column.name,):
            hit = _shortened(cells)
        elif column.refers_to in targets:
            hit = targets[column.refers_to].lost_zeros(cells)
        else:
            continue
        faults.append(found(name, cells.index[hit], column.name, "lost_leading_zero", cost(table, column)))
    return joined(faults)


def _shortened(own: pd.Series) -> NDArray[np.bool_]:
    """Return which of a table's own identifiers are short of the width most of them have, where some begin with a zero."""
    cells = plain(own.dropna())
    known = pd.Index(cells.unique())
    if known.empty or not known.str.fullmatch(r"0\d+").astype(bool).any():
        return np.zeros(len(own), dtype=bool)
    return np.asarray(_short(cells, known).reindex(own.index, fill_value=False), dtype=np.bool_)


def _short(cells: pd.Series, known: pd.Index) -> pd.Series:
    widths = known.str.len()
    usual = int(pd.Series(widths).mode().iloc[0])
    one_width = (widths == usual).mean() >= 0.9
    return cells.str.fullmatch(r"[1-9]\d*").astype(bool) & (cells.str.len() < usual) & one_width
