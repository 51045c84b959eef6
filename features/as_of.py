"""What was known on a day: rows, closing dates and today's-value columns cut back to ``as_of``."""

import pandas as pd

from features.contract import TABLES, Known, Table
from features.errors import LookAheadError, TooLittleDataError
from features.tables import Tables

EFFECTIVE_MONTHS_AHEAD = 2
"""A move decided now starts on the first day of the second month after (decree, hand-over, payroll cut-off)."""


def known_at(tables: Tables, as_of: pd.Timestamp) -> Tables:
    """Return ``tables`` as they were known at the end of ``as_of``.

    Rows count from their ``known_on`` (a table without one: from its own date). A row with no date at all is constant where
    its table may be undated, and dropped where the table's own date says when it counts. Closing dates (``end_on``,
    ``left_on``, ``valid_to`` ...) later than ``as_of`` are blank: the spell was still open. Columns that only hold today's
    value are blank before the extraction date. The answer keeps ``extracted_on`` and the shared ``employee_id`` dtype, so
    it can be cut back again to an earlier day.

    Parameters
    ----------
    tables : Tables
        Typed source tables, or tables already cut back to a later day.
    as_of : Timestamp
        Naive midnight; closed on the right (``known_on <= as_of``).

    Returns
    -------
    Tables
        Frames with clean range indices.

    Raises
    ------
    LookAheadError
        ``as_of`` is not a naive midnight.
    """
    if as_of != as_of.normalize() or as_of.tzinfo is not None:
        raise LookAheadError(
            f"as_of must be a day (naive midnight), not '{as_of}'. Give it as YYYY-MM-DD.",
            f"as_of harus sebuah hari (tengah malam), bukan '{as_of}'. Tulis sebagai TTTT-BB-HH.",
        )
    frames = {name: _known_frame(TABLES[name], frame, as_of, tables.extracted_on) for name, frame in tables.frames.items()}
    lost = tables.set_aside
    return Tables(frames, tables.extracted_on, lost[lost["known_on"].isna() | (lost["known_on"] <= as_of)].reset_index(drop=True))


def default_as_of(tables: Tables) -> pd.Timestamp:
    """Return the newest ``known_on`` among appraisals and assignments, never after the extraction date.

    Raises
    ------
    TooLittleDataError
        No appraisal and no assignment carries a date.
    """
    newest = pd.concat([tables["appraisals"]["known_on"], tables["assignments"]["known_on"]]).max()
    if pd.isna(newest):
        raise TooLittleDataError(
            "appraisals and assignments: no row has a date, so there is no day to stand on. "
            "Expected known_on, period_end or start_on; run `tepat check` on the source.",
            "appraisals dan assignments: tidak ada baris bertanggal, sehingga tidak ada hari untuk berpijak. Diharapkan known_on, "
            "period_end atau start_on; jalankan `tepat check` pada sumber.",
        )
    return min(newest.normalize(), tables.extracted_on.normalize())


def default_effective_on(as_of: pd.Timestamp) -> pd.Timestamp:
    """Return the day on which a move decided at ``as_of`` would start: first day of the second month after."""
    return as_of.to_period("M").to_timestamp() + pd.DateOffset(months=EFFECTIVE_MONTHS_AHEAD)


def _known_frame(table: Table, frame: pd.DataFrame, as_of: pd.Timestamp, extracted_on: pd.Timestamp) -> pd.DataFrame:
    counts = _known_rows(table, frame, as_of)
    out = (frame if bool(counts.all()) else frame[counts]).reset_index(drop=True)
    blank: dict[str, pd.Series] = {}
    for column in table.columns:
        if column.known is Known.CLOSING:
            blank[column.name] = out[column.name].where(out[column.name].dt.normalize() <= as_of)
        elif column.known is Known.CURRENT and as_of < extracted_on.normalize():
            blank[column.name] = out[column.name].iloc[:0].reindex(out.index)
    return out.assign(**blank) if blank else out


def _known_rows(table: Table, frame: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    if "known_on" in frame:
        undated = frame["known_on"].isna() if not table.dated_by else False
        return (frame["known_on"].dt.normalize() <= as_of) | undated
    if table.dated_by:
        return (frame[table.dated_by].dt.normalize() <= as_of) | frame[table.dated_by].isna()
    return pd.Series(True, index=frame.index)
