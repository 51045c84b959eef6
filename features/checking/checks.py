"""The checks: raw cells become clean typed tables, and everything set aside is named."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.bilingual import Bilingual, listed
from features.checking.faults import cells, keys, people, scales, spells, tree
from features.checking.faults.catalogue import Cause, Severity, found, joined, struck
from features.checking.quarantine import described
from features.checking.report import CheckReport, summarise
from features.checking.shelf import WHOLE, People, Shelf
from features.coded import below
from features.contract import TABLES
from features.errors import ContractError
from features.parts import PEOPLE_A_PART, parts_for
from features.source.chunks import Chunks
from features.source.parsing import parse_dates
from features.source.raw import RawTables
from features.tables import conform

_FIRST = ("employees", "units", "positions")
"""Tables other tables refer to, in the order in which their own references are followed."""

_LAST = ("assignments", "appraisals")
"""Tables judged by what all people's rows say together, so that each is gone over more than once."""


LONELY_YEARS = 10
"""A newest date this long after the next newest is a typing error, not the extraction date."""


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """What passed, what did not, and the account of both.

    ``tables``: clean frames of the contract (plain source identifiers), in the source's row order; a `Shelf` where they are kept in
    parts, each of which is in that order. ``quarantine``: one row per
    fault (`features.checking.quarantine`). ``set_aside``: the original cells of rows set aside, by table. ``extracted_on``: the day
    after which nothing in the source is known. ``digests`` and ``mapping_digest``: what it was made from. ``coded``: outside,
    people are known by codes (`features.person_codes`); here they have the source's own identifiers all the same.
    """

    tables: Mapping[str, pd.DataFrame]
    quarantine: pd.DataFrame
    set_aside: Mapping[str, pd.DataFrame]
    report: CheckReport
    extracted_on: pd.Timestamp
    digests: Mapping[str, str]
    mapping_digest: str
    coded: bool = False


@dataclass(frozen=True, slots=True)
class Parting:
    """How a source of more people than fit into memory is checked: part after part, kept in ``scratch``, an empty folder.

    The parts are those of the snapshot: by a hash of the identifier under ``key``, about ``people_a_part`` people each.
    """

    scratch: Path
    key: bytes
    people_a_part: int = PEOPLE_A_PART


def check_source(raw: RawTables, parting: Parting | None = None) -> CheckedSource:
    """Return the clean tables of ``raw`` with a quarantine that names every row, cell and rule.

    Rows pass the families in turn: cells, spells, tree, references, keys, scales, posts, people. A row set aside by one is not
    judged by the next, so each row is set aside for one reason; rows that refer to it are marked as cascades. What is found does
    not depend on ``parting``: what a family must know of everybody (identifiers that stand, dates, scores by regime, how many
    people hold two posts) is gathered from all parts before any is judged by it. None: everything is in memory.

    Raises
    ------
    ContractError
        The mapping's own extraction date cannot be read, or no appraisal and no assignment is left to date the source by.
    """
    judge = _typed(raw, parting)
    notes = list(raw.notes)
    for name, number in judge.every(*_LAST):
        if name == "assignments" and judge.faults[name, number]:
            judge.faults[name, number] = [spells.unclosed(judge.shelf.part(name, number), joined(judge.faults[name, number]))]
        judge.strike(name, number)
    if _close_posts(judge):
        notes.append(
            Bilingual(
                "Service record: the source says of no post when it ended (end_on); each is taken to end the day before the next"
                " definitive one starts",
                "Riwayat jabatan: sumber tidak menyebut akhir jabatan (end_on); setiap jabatan dianggap berakhir sehari sebelum"
                " jabatan definitif berikutnya",
            )
        )
    extracted_on = _extraction_date(
        raw.extracted_on, [judge.shelf.column(*one, "known_on") for one in judge.every(*reversed(_LAST))]
    )
    for name in _FIRST:
        judge.strike(name)
        judge.pass_spells(name, 0, extracted_on)
    judge.take("units", 0, tree.cycles(judge.shelf["units"]))
    references = _settle(judge, raw)
    held: list[spells.Overlaps] = []
    scores: list[scales.Scores] = []
    for name, number in judge.every(*(name for name in judge.shelf if name not in _FIRST)):
        if name not in _LAST:
            judge.strike(name, number)
        judge.pass_spells(name, number, extracted_on)
        references.follow(judge, name, number)
        judge.take(name, number, keys.repeated(TABLES[name], judge.shelf.part(name, number)))
        if name == "assignments":
            held.append(spells.overlaps(judge.shelf.part(name, number)))
        if name == "appraisals":
            scores.append(scales.scores_by(judge.shelf.part(name, number)))
    notes += _known_by_nip(judge, coded=raw.coded)
    _judge_posts(judge, held, extracted_on)
    notes += _judge_ratings(judge, scales.regimes_of(scores))
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


@dataclass(frozen=True, slots=True)
class _Judge:
    """The tables as they stand while the families pass over them, and the faults found so far, by table and part."""

    shelf: Shelf
    faults: dict[tuple[str, int], list[pd.DataFrame]] = field(default_factory=lambda: defaultdict(list))

    def every(self, *names: str) -> Iterator[tuple[str, int]]:
        """Yield every part of the tables ``names``."""
        return ((name, number) for name in names for number in self.shelf.numbers(name))

    def take(self, name: str, number: int, faults: pd.DataFrame) -> None:
        """Record ``faults`` of one part of a table and strike what they cost."""
        if len(faults):
            self.faults[name, number].append(faults)
            self.shelf.put(name, struck(self.shelf.part(name, number), name, faults), number)

    def strike(self, name: str, number: int = 0) -> None:
        """Strike what the faults recorded so far cost."""
        faults = joined(self.faults[name, number])
        if len(faults):
            self.shelf.put(name, struck(self.shelf.part(name, number), name, faults), number)

    def pass_spells(self, name: str, number: int, extracted_on: pd.Timestamp) -> None:
        """Let the dates of one part of a table be judged."""
        self.take(name, number, spells.ends_before_start(name, self.shelf.part(name, number)))
        self.take(name, number, spells.too_far_ahead(TABLES[name], self.shelf.part(name, number), extracted_on))


def _typed(raw: RawTables, parting: Parting | None) -> _Judge:
    """Return the typed tables with the faults of their cells, none struck yet."""
    chunks = Chunks.of(raw.frames)
    parts = parts_for(chunks.count("employees"), parting.people_a_part) if parting else 1
    judge = _Judge(Shelf(parts, parting.scratch if parting else None))
    for name, rows in raw.broken.groupby("table"):
        if name:
            judge.faults[str(name), 0].append(found(str(name), -1 - rows.index, "", "row_width", Severity.SET_ASIDE))
    for name in sorted(chunks, key=lambda name: name not in _FIRST):
        if judge.shelf.parted(name):
            judge.shelf.scatter(name, _typed_pieces(judge, name, chunks.chunks(name)))
            continue
        whole = [chunks[name]] if name in _FIRST else chunks.chunks(name)  # only whole can an attribute be told from a number
        frames, faults = zip(*(_conformed(name, rows) for rows in whole), strict=True)
        frame = below(frames)
        judge.faults[name, 0] += faults
        judge.shelf.put(name, frame)
        if name == WHOLE and parting and parts > 1:
            judge.shelf.people = People(frame["employee_id"], parting.key, parts)
    return judge


def _conformed(name: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame, faults = cells.typed(name, rows)
    return conform(name, frame, coded=True).set_axis(frame.index), faults


def _typed_pieces(judge: _Judge, name: str, pieces: Iterator[pd.DataFrame]) -> Iterator[tuple[pd.DataFrame, NDArray[np.int64]]]:
    """Yield typed rows, their persons by number, with their parts, and record the faults of their cells."""
    assert judge.shelf.people is not None
    for piece in pieces:
        frame, faults = _conformed(name, piece)
        part, frame["employee_id"] = judge.shelf.people.numbered(frame["employee_id"])
        of_fault = part[faults["row"].to_numpy() - frame.index[0]] if len(faults) else part[:0]
        for number in np.unique(of_fault).tolist():
            judge.faults[name, number].append(faults[of_fault == number])
        yield frame, part


def _close_posts(judge: _Judge) -> bool:
    """Close posts by those that follow, if the source says of none when it ended; return whether any was closed."""
    parts = list(judge.every("assignments"))
    if any(bool(judge.shelf.column(*part, "end_on").notna().any()) for part in parts):
        return False
    any_closed = False
    for name, number in parts:
        frame, derived = spells.closed_by_next(judge.shelf.part(name, number))
        if derived:
            judge.shelf.put(name, frame, number)
        any_closed |= derived
    return any_closed


def _extraction_date(stated: str | None, known_on: list[pd.Series]) -> pd.Timestamp:
    """Return the day the source was extracted: stated by the mapping, else the newest plausible ``known_on``.

    Plausible: not more than a year after the 99th percentile (of a hundred dates or more), and not alone `LONELY_YEARS` after
    the next newest, so that a mistyped year does not move the date. File times are never read: copying a file changes them.
    """
    if stated is not None:
        given = parse_dates(pd.Series([stated], dtype="str"))[0].iloc[0]  # as any date of the source, so that no clock is asked
        if pd.isna(given):
            raise ContractError(
                f"The mapping's extracted_on is '{stated}'; expected a date such as 2026-06-30.",
                f"extracted_on pada pemetaan bernilai '{stated}'; diharapkan tanggal seperti 2026-06-30.",
            )
        return pd.Timestamp(given).normalize()
    known = pd.concat(known_on).dropna()
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


@dataclass(frozen=True, slots=True)
class _References:
    """What can be referred to: the identifiers that stand, and those of rows that were set aside."""

    kept: dict[str, keys.Identifiers]
    suspects: Callable[[str], pd.Index]
    people: dict[int, keys.Identifiers] = field(default_factory=dict)

    def follow(self, judge: _Judge, name: str, number: int = 0) -> None:
        """Let the references of one part of a table be judged; whom all tables of a part name is looked up once."""
        people = self.people.setdefault(number, self.kept[WHOLE].again()) if judge.shelf.parted(name) else self.kept[WHOLE]
        kept = {**self.kept, WHOLE: people}
        judge.take(name, number, keys.lost_zeros(name, judge.shelf.part(name, number), kept))
        judge.take(name, number, keys.orphans(name, judge.shelf.part(name, number), kept, self.suspects))


def _settle(judge: _Judge, raw: RawTables) -> _References:
    """Settle the keys of employees, units and positions, and their references; return what others may refer to."""
    kept: dict[str, keys.Identifiers] = {}
    for name in _FIRST:
        judge.take(name, 0, keys.lost_zeros(name, judge.shelf.part(name), kept))
        judge.take(name, 0, keys.repeated(TABLES[name], judge.shelf.part(name)))
        kept[name] = _identifiers(judge, name)
        judge.take(name, 0, keys.orphans(name, judge.shelf.part(name), kept, lambda of: _suspects(judge, raw, of)))
        kept[name] = _identifiers(judge, name)
    return _References(kept, cache(lambda of: _suspects(judge, raw, of)))


def _identifiers(judge: _Judge, name: str) -> keys.Identifiers:
    return keys.Identifiers.of(judge.shelf.part(name)[TABLES[name].key[0]])


def _suspects(judge: _Judge, raw: RawTables, name: str) -> pd.Index:
    """Return what rows of table ``name`` that were set aside called themselves, as far as can be told."""
    named = Chunks.of(raw.frames).column(name, TABLES[name].key[0])
    gone = named[~named.index.isin(judge.shelf[name].index)].dropna()
    pieces = raw.broken.loc[raw.broken["table"] == name, "cells"].explode()
    width = int(named.str.len().fillna(0).max()) if len(named) else 0
    return pd.Index(pd.concat([gone, gone.str.zfill(width), pieces]).dropna().unique())


def _judge_posts(judge: _Judge, held: list[spells.Overlaps], extracted_on: pd.Timestamp) -> None:
    """Judge posts held at one time, and employees by their posts; ``held``: of every part."""
    practice = spells.is_practice(held)
    starts = []
    for overlaps, (name, number) in zip(held, judge.every("assignments"), strict=True):
        judge.take(name, number, spells.overlapping(overlaps, practice=practice))
        starts.append(people.first_and_last_starts(judge.shelf.part(name, number)))
    judge.take("employees", 0, people.nips(judge.shelf["employees"]))
    judge.take("employees", 0, people.ages(judge.shelf["employees"], pd.concat(starts, ignore_index=True), extracted_on))
    service = judge.shelf["employees"].set_index("employee_id")[["hired_on", "left_on"]]
    for name, number in judge.every("assignments"):
        judge.take(name, number, people.outside_service(service, judge.shelf.part(name, number)))


def _known_by_nip(judge: _Judge, *, coded: bool) -> list[Bilingual]:
    """Take a NIP that is an identifier for what it is; return what is to be said where the source knows people by theirs."""
    employees, filled = people.with_nips(judge.shelf.part("employees"))
    notes = []
    if filled:
        judge.shelf.put("employees", employees)
        notes.append(
            Bilingual(
                f"Employees: {filled} people have no NIP; their number in the source (employee_id) is one, and is read as it",
                f"Pegawai: NIP {filled} orang kosong; nomor pegawainya di sumber (employee_id) adalah NIP dan dibaca demikian",
            )
        )
    count = int(people.known_by_nip(employees).sum())
    if count and not coded:
        notes.append(
            Bilingual(
                f"Employees: the source knows {count} people by their NIP (employee_id), which tells birth day and sex: addresses, "
                "the access log and pages without names show it; write `identifiers: coded` into the mapping, or give another "
                "identifier (SIASN: the PNS id)",
                f"Pegawai: sumber mengenal {count} orang dengan NIP-nya (employee_id), yang menyebut tanggal lahir dan jenis "
                "kelamin: alamat halaman, catatan akses, dan halaman tanpa nama memuatnya; tulis `identifiers: coded` dalam "
                "pemetaan, atau berikan pengenal lain (SIASN: PNS ID)",
            )
        )
    return notes


def _judge_ratings(judge: _Judge, regimes: scales.Regimes) -> list[Bilingual]:
    """Judge ratings by their scales, and name raters given by NIP as employees; return what is to be said of it."""
    detected: set[str] = set()
    linked = 0
    by_nip = people.identifiers_by_nip(judge.shelf["employees"])
    for name, number in judge.every("appraisals"):
        frame, named = scales.with_regimes(judge.shelf.part(name, number), regimes)
        faults = scales.off_scale(frame, regimes)
        frame, raters = people.raters_by_nip(struck(frame, name, faults), by_nip)
        judge.faults[name, number].append(faults)
        if named or raters or len(faults):
            judge.shelf.put(name, frame, number)
        detected |= named
        linked += raters
    notes = [
        Bilingual(
            f"Appraisals: the scale of scores was told by the scores themselves: {regime}",
            f"Penilaian kinerja: skala nilainya dikenali dari isinya: {regime}",
        )
        for regime in sorted(detected)
    ]
    if linked:
        notes.append(
            Bilingual(
                f"Appraisals: raters named by their NIP {linked} times (rater_id), read as the employees they are",
                f"Penilaian kinerja: {linked} kali penilai (rater_id) ditulis dengan NIP-nya, dibaca sebagai pegawai itu",
            )
        )
    return notes


def _checked(raw: RawTables, judge: _Judge, notes: list[Bilingual], extracted_on: pd.Timestamp) -> CheckedSource:
    chunks = Chunks.of(raw.frames)
    faults = {
        name: joined(found for number in judge.shelf.numbers(name) for found in judge.faults[name, number]) for name in chunks
    }
    quarantine = described(faults, chunks, raw.broken)
    broken = raw.broken["table"].value_counts()
    rows = {name: (chunks.count(name) + int(broken.get(name, 0)), judge.shelf.count(name)) for name in chunks}
    gone = {name: _set_aside(of_table) for name, of_table in faults.items()}
    for name in chunks:
        if not judge.shelf.parted(name):
            judge.shelf.put(name, judge.shelf.part(name).reset_index(drop=True))
    return CheckedSource(
        tables=judge.shelf,
        quarantine=quarantine,
        set_aside={name: chunks.rows(name, numbers) for name, numbers in gone.items() if len(numbers)},
        report=summarise(quarantine, rows, judge.shelf, tuple(notes), extracted_on),
        extracted_on=extracted_on,
        digests=raw.digests,
        mapping_digest=raw.mapping_digest,
        coded=raw.coded,
    )


def _set_aside(faults: pd.DataFrame) -> NDArray[np.int64]:
    """Return the numbers of the rows that ``faults`` of a table set aside; rows that never fitted its header have none."""
    lost = faults.loc[(faults["severity"] == Severity.SET_ASIDE) & (faults["row"] >= 0), "row"]
    return np.asarray(lost.unique(), dtype=np.int64)
