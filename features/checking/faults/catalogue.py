"""Every check rule by its stable id, with its reason in Indonesian and English, and the frame faults are collected in."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from features.contract import TABLES, Column, Table
from features.tables import fill_known_on


class Severity(StrEnum):
    """What a fault costs: the row, one optional cell, or nothing but a line in the report."""

    SET_ASIDE = "set_aside"
    CELL = "cell"
    WARNING = "warning"


class Cause(StrEnum):
    """Whether a fault stands for itself or follows from another row that was set aside."""

    FIRST = "first"
    CASCADE = "cascade"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong, said so that the data team can put it right at the source."""

    name: str
    indonesian: str
    english: str


REPEATED = "duplicate_row"
"""The rule of a row set aside because the same row stands: nothing it says is lost."""

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("row_width", "jumlah sel baris tidak sama dengan judul kolom", "the row has more or fewer cells than the header"),
        Rule("required_empty", "sel wajib kosong", "a required cell is empty"),
        Rule("formula", "rumus tanpa hasil; buka di Excel, hitung ulang, simpan, lalu ekspor lagi",
             "a formula without its result; open it in Excel, recalculate, save, and export again"),
        Rule("not_a_number", "bukan angka", "not a number"),
        Rule("not_whole", "bukan bilangan bulat", "not a whole number"),
        Rule("not_a_boolean", "bukan ya/tidak", "neither yes nor no"),
        Rule("unknown_code", "kode tidak dikenal; tambahkan di 'values' pada berkas pemetaan",
             "unknown code; add it under 'values' in the mapping file"),
        Rule("out_of_range", "nilai di luar batas kolom", "value outside the column's bounds"),
        Rule("unparseable_date", "tanggal tidak terbaca", "unreadable date"),
        Rule("date_swapped", "hari dan bulan tertukar", "day and month are exchanged"),
        Rule("date_sentinel", "tanggal pengganti kosong (mis. 9999-12-31); kosongkan selnya",
             "a date written for 'none' (such as 9999-12-31); leave the cell empty"),
        Rule("date_in_future", "tanggal lebih dari setahun setelah data ditarik", "date more than a year after the extraction"),
        Rule("ends_before_start", "berakhir sebelum mulai", "ends before it starts"),
        Rule("excel_damaged", "pengenal rusak oleh Excel (ditulis sebagai angka)", "identifier damaged by Excel (made a number)"),
        Rule("lost_leading_zero", "pengenal kehilangan nol di depan", "identifier lost its leading zeros"),
        Rule(REPEATED, "baris yang sama sudah ada", "the same row is there already"),
        Rule("conflicting_key", "kunci sama dengan isi berbeda; baris yang diketahui lebih awal dipakai",
             "same key, other content; the row known earlier is used"),
        Rule("orphan", "merujuk ke pengenal yang tidak ada", "refers to an identifier that does not exist"),
        Rule("unit_cycle", "unit menjadi atasan dirinya sendiri", "a unit is above itself"),
        Rule("overlapping_posts", "dua jabatan definitif pada waktu yang sama; yang diketahui lebih awal dipakai",
             "two definitive posts at one time; the one known earlier is used"),
        Rule("two_current_posts", "dua jabatan definitif tanpa tanggal akhir; yang diketahui lebih awal dipakai",
             "two definitive posts without an end; the one known earlier is used"),
        Rule("short_overlap", "jabatan definitif bertumpuk paling lama sebulan", "definitive posts overlap by a month at most"),
        Rule("concurrent_posts", "banyak pegawai memegang dua jabatan definitif; dianggap kebiasaan sumber ini",
             "many people hold two definitive posts; taken as this source's practice"),
        Rule("rating_off_scale", "nilai kinerja di luar skala", "rating off its scale"),
        Rule("mixed_scale", "nilai memakai skala lain daripada rezimnya", "score on another scale than the rest of its regime"),
        Rule("rating_off_quadrant", "predikat tidak sesuai hasil kerja dan perilaku",
             "rating disagrees with work result and behaviour"),
        Rule("impossible_age", "umur mustahil", "impossible age"),
        Rule("unusual_age", "umur saat mulai bekerja tidak lazim", "unusual age at the start of service"),
        Rule("outside_service", "di luar masa kerja pegawai", "outside the person's time in service"),
        Rule("nip_invalid", "NIP tidak sah (18 angka: lahir, TMT, jenis kelamin, urut)",
             "invalid NIP (18 digits: birth, start, sex, serial)"),
        Rule("nip_duplicate", "NIP dipakai lebih dari satu pegawai", "NIP used by more than one employee"),
        Rule("nip_disagrees", "NIP tidak cocok dengan tanggal lahir, TMT, jenis kelamin atau status",
             "NIP disagrees with birth date, start, sex or status"),
    )
}  # fmt: skip
"""Rule id to rule, in the order in which the checks run."""

COLUMNS = ("table", "row", "column", "rule", "severity", "cause")

_NONE = pd.DataFrame({name: pd.Series(dtype="int64" if name == "row" else "str") for name in COLUMNS})


def found(table: str, rows: ArrayLike, column: str, rule: str, severity: Severity, cause: Cause = Cause.FIRST) -> pd.DataFrame:
    """Return one fault per row id in ``rows`` of ``table``."""
    assert rule in RULES, rule
    ids = np.asarray(rows, dtype=np.int64)
    if not len(ids):
        return _NONE
    return pd.DataFrame(
        {"table": table, "row": ids, "column": column, "rule": rule, "severity": str(severity), "cause": str(cause)},
        columns=list(COLUMNS), index=range(len(ids)),
    )  # fmt: skip


def cost(table: Table, column: Column) -> Severity:
    """Return what a faulty cell costs: the row where the column is required or part of the key, else the cell.

    Without an optional part of its key a row would be about something else: one post's standard would become everybody's.
    """
    return Severity.SET_ASIDE if column.required or column.name in table.key else Severity.CELL


def joined(faults: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return all ``faults`` as one frame."""
    filled = [fault for fault in faults if len(fault)]
    return pd.concat(filled, ignore_index=True) if filled else _NONE


def struck(frame: pd.DataFrame, table: str, faults: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` without the rows that ``faults`` set aside and with the struck cells blank (``known_on`` by default)."""
    mine = faults[faults["table"] == table]
    if mine.empty:
        return frame
    cells = mine[mine["severity"] == Severity.CELL]
    if len(cells):
        frame = frame.copy()
        for column, hits in cells.groupby("column"):
            frame.loc[frame.index.isin(hits["row"]), column] = pd.NA
        frame = fill_known_on(TABLES[table], frame)
    gone = mine.loc[mine["severity"] == Severity.SET_ASIDE, "row"]
    return frame[~frame.index.isin(gone)] if len(gone) else frame
