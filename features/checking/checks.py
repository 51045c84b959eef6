"""The checks: raw cells become clean typed tables, and everything set aside is named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from features.bilingual import Bilingual, listed
from features.checking.faults import cells, keys, people, scales, spells, tree
from features.checking.faults.catalogue import Cause, Severity, found, joined, struck
from features.checking.quarantine import described
from features.checking.report import CheckReport, summarise
from features.contract import TABLES
from features.errors import ContractError
from features.source.raw import RawTables
from features.tables import conform

_FIRST = ("employees", "units", "positions")
"""Tables other tables refer to, in the order in which their own references are followed."""


LONELY_YEARS = 10
"""A newest date this long after the next newest is a typing error, not the extraction date."""


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """What passed, what did not, and the account of both.

    ``tables``: clean frames of the contract (plain source identifiers), in the source's row order. ``quarantine``: one row per
    fault (`features.checking.quarantine`). ``set_aside``: the original cells of rows set aside, by table. ``extracted_on``: the day
    after which nothing in the source is known. ``digests`` and ``mapping_digest``: what it was made from.
    """

    tables: Mapping[str, pd.DataFrame]
    quarantine: pd.DataFrame
    set_aside: Mapping[str, pd.DataFrame]
    report: CheckReport
    extracted_on: pd.Timestamp
    digests: Mapping[str, str]
    mapping_digest: str


def check_source(raw: RawTables) -> CheckedSource:
    """Return the clean tables of ``raw`` with a quarantine that names every row, cell and rule.

    Rows pass the families in turn: cells, spells, tree, references, keys, scales, posts, people. A row set aside by one is not
    judged by the next, so each row is set aside for one reason; rows that refer to it are marked as cascades.

    Raises
    ------
    ContractError
        The mapping's own extraction date cannot be read, or no appraisal and no assignment is left to date the source by.
    """
    frames, faults = _typed(raw)
    faults = spells.unclosed(frames["assignments"], faults)
    notes = list(raw.notes)
    frames = _struck(frames, faults)
    frames["assignments"], derived = spells.closed_by_next(frames["assignments"])
    if derived:
        notes.append(
            Bilingual(
                "assignments: no end_on in the source; a post ends the day before the next definitive one starts",
                "assignments: sumber tanpa end_on; jabatan berakhir sehari sebelum jabatan definitif berikutnya",
            )
        )
    extracted_on = _extraction_date(raw.extracted_on, frames)
    judge = _Judge(frames, [faults])
    judge.rows(spells.ends_before_start)
    judge.rows(lambda name, frame: spells.too_far_ahead(TABLES[name], frame, extracted_on))
    judge.table("units", tree.cycles)
    _follow_references(judge, raw)
    judge.rows(lambda name, frame: keys.repeated(TABLES[name], frame) if name not in _FIRST else joined([]))
    judge.frames["appraisals"], regimes = scales.with_regimes(judge.frames["appraisals"])
    notes += [
        Bilingual(f"appraisals: regime detected: {regime}", f"appraisals: rezim penilaian terdeteksi: {regime}")
        for regime in regimes
    ]
    judge.table("appraisals", scales.off_scale)
    judge.table("assignments", spells.overlapping)
    judge.table("employees", people.nips)
    by_nip = people.known_by_nip(judge.frames["employees"])
    if by_nip:
        notes.append(
            Bilingual(
                f"employees: employee_id of {by_nip} people is their NIP, which tells birth day and sex: addresses, the access log "
                "and pages without names show it; give another identifier (SIASN: the PNS id)",
                f"employees: employee_id {by_nip} orang adalah NIP-nya, yang menyebut tanggal lahir dan jenis kelamin: alamat "
                "halaman, catatan akses, dan halaman tanpa nama memuatnya; berikan pengenal lain (SIASN: PNS ID)",
            )
        )
    judge.frames["appraisals"], linked = people.raters_by_nip(judge.frames["appraisals"], judge.frames["employees"])
    if linked:
        notes.append(
            Bilingual(
                f"appraisals: {linked} rater_id given as NIP, read as the employee",
                f"appraisals: {linked} rater_id berupa NIP, dibaca sebagai pegawainya",
            )
        )
    judge.table("employees", lambda frame: people.ages(frame, judge.frames["assignments"], extracted_on))
    judge.table("assignments", lambda frame: people.outside_service(judge.frames["employees"], frame))
    return _checked(raw, judge, notes, extracted_on)


def require_usable(checked: CheckedSource) -> None:
    """Raise `ContractError`, naming every fault with its count, if the source is too broken for a run."""
    if checked.report.usable:
        return
    faults = checked.report.faults
    first = faults[(faults["cause"] == Cause.FIRST) & (faults["severity"] != Severity.WARNING)]
    lines = [
        Bilingual(
            f"{row.table}.{row.column}: {row.reason_en} ({row.rule}) in {row.rows} row(s)",
            f"{row.table}.{row.column}: {row.reason_id} ({row.rule}) pada {row.rows} baris",
        )
        for row in first.itertuples()
    ]
    faulty = listed("\n  - ", [*checked.report.reasons, *lines])
    raise ContractError(
        f"No run may go on with this source:\n  - {faulty}\n"
        "Put the source right and run `tepat check` again; the quarantine folder lists the rows.",
        f"Sumber ini belum dapat dipakai:\n  - {faulty.indonesian}\n"
        "Perbaiki sumbernya dan jalankan `tepat check` lagi; folder karantina memuat baris-barisnya.",
    )


class _Judge:
    """The tables as they stand while the families pass over them, and the faults found so far."""

    def __init__(self, frames: dict[str, pd.DataFrame], faults: list[pd.DataFrame]) -> None:
        self.frames = frames
        self.faults = faults

    def take(self, faults: pd.DataFrame) -> None:
        """Record ``faults`` and strike what they cost."""
        if len(faults):
            self.faults.append(faults)
            self.frames = _struck(self.frames, faults)

    def rows(self, family: Callable[[str, pd.DataFrame], pd.DataFrame]) -> None:
        """Let ``family`` judge every table."""
        for name in list(self.frames):
            self.take(family(name, self.frames[name]))

    def table(self, name: str, family: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        """Let ``family`` judge one table."""
        self.take(family(self.frames[name]))


def _typed(raw: RawTables) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    pairs = {name: cells.typed(name, frame) for name, frame in raw.frames.items()}
    broken = [
        found(str(name), -1 - rows.index, "", "row_width", Severity.SET_ASIDE) for name, rows in raw.broken.groupby("table") if name
    ]
    frames = {name: conform(name, frame).set_axis(frame.index) for name, (frame, _) in pairs.items()}
    return frames, joined([*broken, *(faults for _, faults in pairs.values())])


def _struck(frames: dict[str, pd.DataFrame], faults: pd.DataFrame) -> dict[str, pd.DataFrame]:
    hit = set(faults["table"])
    return {name: struck(frame, name, faults) if name in hit else frame for name, frame in frames.items()}


def _extraction_date(stated: str | None, frames: dict[str, pd.DataFrame]) -> pd.Timestamp:
    """Return the day the source was extracted: stated by the mapping, else the newest plausible ``known_on``.

    Plausible: not more than a year after the 99th percentile (of a hundred dates or more), and not alone `LONELY_YEARS` after
    the next newest, so that a mistyped year does not move the date. File times are never read: copying a file changes them.
    """
    if stated is not None:
        given = pd.to_datetime(stated, errors="coerce")
        if pd.isna(given):
            raise ContractError(
                f"The mapping's extracted_on is '{stated}'; expected a date such as 2026-06-30.",
                f"extracted_on pada pemetaan bernilai '{stated}'; diharapkan tanggal seperti 2026-06-30.",
            )
        return pd.Timestamp(given).normalize()
    known = pd.concat([frames[name]["known_on"] for name in ("appraisals", "assignments")]).dropna()
    if known.empty:
        raise ContractError(
            "No row of appraisals and assignments has a readable date, so the source cannot be dated. Run `tepat check` to see the "
            "faults, or state extracted_on in the mapping.",
            "Tidak ada baris appraisals dan assignments bertanggal yang terbaca, sehingga sumber tidak dapat ditanggali. Jalankan "
            "`tepat check` untuk melihat kesalahannya, atau sebut extracted_on dalam pemetaan.",
        )
    limit = known.quantile(0.99, interpolation="higher") + pd.Timedelta(days=spells.FUTURE_DAYS)
    newest = known[known <= limit].drop_duplicates().nlargest(2)
    lonely = len(newest) == 2 and newest.iloc[0] > newest.iloc[1] + pd.DateOffset(years=LONELY_YEARS)
    return pd.Timestamp(newest.iloc[int(lonely)]).normalize()


def _follow_references(judge: _Judge, raw: RawTables) -> None:
    """Settle the keys of employees, units and positions, then every reference to them."""
    kept: dict[str, pd.Index] = {}
    for name in (*_FIRST, *(name for name in judge.frames if name not in _FIRST)):
        if name in _FIRST:
            judge.take(keys.lost_zeros(name, judge.frames[name], kept))
            judge.take(keys.repeated(TABLES[name], judge.frames[name]))
            kept[name] = _identifiers(judge, name)
        else:
            judge.take(keys.lost_zeros(name, judge.frames[name], kept))
        judge.take(keys.orphans(name, judge.frames[name], kept, partial(_suspects, judge, raw)))
        if name in _FIRST:
            kept[name] = _identifiers(judge, name)


def _identifiers(judge: _Judge, name: str) -> pd.Index:
    return pd.Index(judge.frames[name][TABLES[name].key[0]].unique())


def _suspects(judge: _Judge, raw: RawTables, name: str) -> pd.Index:
    """Return what rows of table ``name`` that were set aside called themselves, as far as can be told."""
    named = raw.frames[name][TABLES[name].key[0]]
    gone = named[~named.index.isin(judge.frames[name].index)].dropna()
    pieces = raw.broken.loc[raw.broken["table"] == name, "cells"].explode()
    width = int(named.str.len().max()) if len(named) else 0
    return pd.Index(pd.concat([gone, gone.str.zfill(width), pieces]).dropna().unique())


def _checked(raw: RawTables, judge: _Judge, notes: list[Bilingual], extracted_on: pd.Timestamp) -> CheckedSource:
    faults = joined(judge.faults)
    quarantine = described(faults, raw)
    broken = raw.broken["table"].value_counts()
    rows = {name: (len(frame) + int(broken.get(name, 0)), len(judge.frames[name])) for name, frame in raw.frames.items()}
    gone = {name: frame[~frame.index.isin(judge.frames[name].index)] for name, frame in raw.frames.items()}
    return CheckedSource(
        tables={name: frame.reset_index(drop=True) for name, frame in judge.frames.items()},
        quarantine=quarantine,
        set_aside={name: frame for name, frame in gone.items() if len(frame)},
        report=summarise(quarantine, rows, judge.frames, tuple(notes), extracted_on),
        extracted_on=extracted_on,
        digests=raw.digests,
        mapping_digest=raw.mapping_digest,
    )
