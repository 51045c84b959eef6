"""First stage: read, check, set aside what is wrong, keep the rest as a snapshot, and settle the two dates of the run."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from features.as_of import default_as_of, default_effective_on
from features.checking.checks import CheckedSource, Parting, check_source, require_usable
from features.checking.quarantine import write_quarantine
from features.checking.report import render_html
from features.contract import TABLES, Kind
from features.errors import SourceError, UsageError
from features.heap import kept_heap
from features.person_codes import person_code, person_codes
from features.shared_snapshots import load_shared_tables, share_snapshot, withdraw_copies
from features.snapshot import load_tables, write_snapshot
from features.source.chunks import Chunks
from features.source.database import is_database
from features.source.mapping import Mapping as SourceMapping
from features.source.mapping import load_mapping
from features.source.raw import FILE, LINE, RawTables
from features.source.readers import read_source
from features.tables import Tables
from pipelines.code import code_hash
from pipelines.job import Job
from publication.intake.extract import IntakeExtract, extract, write_extract
from publication.run_id import KEY_LENGTH, content_hash, files_hash

REPORT_FILE = "report.{language}.html"
ROOMS = ("features",)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What later stages need to know of the source: which snapshot, which days, how much was set aside, whether it was read anew.

    ``source`` is the hash of what was read, how it was mapped and, where people are coded, of their codes; ``quarantine`` the
    folder with the rows set aside; ``intake`` the hash of what people entered in the application, ``entered_until`` the last day
    they did.
    """

    snapshot_id: str
    source: str
    extracted_on: str
    rows: int
    set_aside: int
    faults: int
    quarantine: str
    intake: str = ""
    entered_until: str = ""

    def note(self) -> dict[str, object]:
        """Return the figures a stage shows."""
        return {"rows": self.rows, "set_aside": self.set_aside, "faults": self.faults, "snapshot": self.snapshot_id}


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a run: what is known, when a move would start."""

    as_of: pd.Timestamp
    effective_on: pd.Timestamp


def check(job: Job) -> tuple[CheckedSource, Path]:
    """Return what was found of the source, joined by what people entered, and the folder of its quarantine and reports.

    Both are written; the tables themselves are gone.

    Raises
    ------
    SourceError, ContractError
        The source cannot be read, or not be dated.
    """
    with _checked(job, extract(job.database_url)) as (checked, folder):
        return replace(checked, tables={}), folder


def ingest(job: Job) -> Ingested:
    """Return the source as a snapshot; a folder whose bytes were ingested before is not read again.

    Raises
    ------
    SourceError, ContractError
        The source cannot be read, was written to meanwhile, or is too broken for any run; quarantine and report are written all
        the same.
    """
    entered = extract(job.database_url)
    write_extract(entered, job.workspace.intake)
    if is_database(job.source) or not Path(job.source).is_dir():
        return _ingest(job, entered)
    at_rest, mapping = _touched(Path(job.source)), _mapping(job)
    inputs = {
        "files": files_hash(Path(job.source), ("*",)),
        "mapping": mapping.digest if mapping else "",
        "intake": entered.digest,
        "key": content_hash({"key": job.workspace.key().hex()}),
        "code": code_hash(*ROOMS),
    }

    def make(folder: Path) -> None:
        ingested = _ingest(job, entered)
        _require_at_rest(Path(job.source), at_rest)
        _save(ingested, folder)

    return _load(job.cache.outcome("ingest", inputs, make).folder)


def _touched(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return when each file of a folder was last written, and what would tell another in its place."""
    stats = {path.name: path.stat() for path in folder.iterdir() if path.is_file()}
    return {name: (found.st_ctime_ns, found.st_size, found.st_ino) for name, found in stats.items()}


def _require_at_rest(folder: Path, before: Mapping[str, tuple[int, int, int]]) -> None:
    """Refuse what was read of files that somebody wrote meanwhile: kept under their hash it would be taken for them ever after.

    Raises
    ------
    SourceError
        The files are no longer as `_touched` found them ``before``.
    """
    if _touched(folder) != before:
        raise SourceError(
            f"Files of the source '{folder}' changed while they were read: an export or a copy is still under way. Wait until it "
            "has ended, then run the same command again.",
            f"Berkas sumber '{folder}' berubah selagi dibaca: ekspor atau penyalinan masih berjalan. Tunggu sampai selesai, lalu "
            "jalankan perintah yang sama.",
        )


def load(job: Job, snapshot_id: str) -> Tables:
    """Return the typed tables of a snapshot."""
    return load_tables(job.workspace.snapshots, snapshot_id)


def again(job: Job, snapshot_id: str) -> Callable[[], Tables]:
    """Return what makes the tables of a snapshot on any machine that sees the shared storage, or else the workspace."""
    if job.shared_snapshots:
        return partial(load_shared_tables, job.shared_snapshots, snapshot_id)
    return partial(load_tables, job.workspace.snapshots.resolve(), snapshot_id)


def share(job: Job, snapshot_id: str) -> None:
    """Copy a snapshot to the shared storage, if one is named, and withdraw copies of those that are here no more."""
    withdraw(job)
    if job.shared_snapshots:
        share_snapshot(job.workspace.snapshots, snapshot_id, job.shared_snapshots)


def withdraw(job: Job) -> None:
    """Remove from the shared storage, if one is named, what the workspace no longer holds: pruned, or with somebody erased."""
    if job.shared_snapshots:
        withdraw_copies(job.workspace.snapshots, job.shared_snapshots)


def with_entries(raw: RawTables, entered: IntakeExtract, key: bytes) -> RawTables:
    """Return the source with the rows people entered below its own, named after the form's table and the entry's number.

    Entries name people as they are known outside: of codes, the source's own identifiers are put in their place.
    """
    chunks = Chunks.of(raw.frames)
    own = _by_code(chunks, key) if raw.coded and entered.frames else pd.Series(dtype="str")
    placed = {
        table: _as_the_source(table, rows.reset_index(drop=True), own).assign(
            **{FILE: f"intake/{table}", LINE: rows.index.to_numpy()}
        )
        for table, rows in entered.frames.items()
    }
    return replace(raw, frames=chunks.with_rows(placed))


def _by_code(chunks: Chunks, key: bytes) -> pd.Series:
    """Return the source's own identifier of every employee by code."""
    own = pd.Index(chunks.column("employees", "employee_id").dropna().unique())
    return pd.Series(own, index=person_codes(key, own), dtype="str")


def _as_the_source(table: str, rows: pd.DataFrame, own: pd.Series) -> pd.DataFrame:
    """Return entries whose persons have the source's ``own`` identifiers, by code; what is no code of the source's stays."""
    persons = [column.name for column in TABLES[table].columns if column.kind is Kind.PERSON and column.name in rows]
    return rows.assign(**{name: rows[name].map(own).fillna(rows[name]) for name in persons}) if len(own) else rows


def days(job: Job, tables: Tables, entered_until: str = "") -> Days:
    """Return the days of a run, as asked for or by default.

    ``entered_until`` is the last day anybody entered something: it is part of what is known, so a run stands on it where it is
    later than the export (``docs/adr/0010-intake-and-ledger.md``).

    Raises
    ------
    UsageError
        ``as_of`` is later than the extraction, or a move would start before ``as_of``.
    """
    newest = max([default_as_of(tables), *([pd.Timestamp(entered_until)] if entered_until else [])])
    last = max(newest, tables.extracted_on)
    as_of = newest if job.as_of is None else job.as_of
    effective_on = default_effective_on(as_of) if job.effective_on is None else job.effective_on
    if as_of > last:
        raise UsageError(
            f"--as-of {as_of:%Y-%m-%d} is later than the source, which was extracted on {last:%Y-%m-%d}. "
            "Choose an earlier day or bring a newer export.",
            f"--as-of {as_of:%Y-%m-%d} lebih baru daripada sumber, yang ditarik {last:%Y-%m-%d}. Pilih hari "
            "yang lebih "
            "awal atau bawa ekspor yang lebih baru.",
        )
    if effective_on < as_of:
        raise UsageError(
            f"--effective-on {effective_on:%Y-%m-%d} lies before --as-of {as_of:%Y-%m-%d}. Choose a later day.",
            f"--effective-on {effective_on:%Y-%m-%d} mendahului --as-of {as_of:%Y-%m-%d}. Pilih hari yang lebih kemudian.",
        )
    return Days(as_of, effective_on)


def _mapping(job: Job) -> SourceMapping | None:
    return None if job.mapping is None else load_mapping(Path(job.mapping))


@contextmanager
def _checked(job: Job, entered: IntakeExtract) -> Iterator[tuple[CheckedSource, Path]]:
    """Give the checked source, its tables there until the block ends, and the folder of its quarantine.

    What does not fit into memory lies in a folder whose name begins with a dot: whoever holds the workspace next removes what a
    crash left.
    """
    job.workspace.snapshots.mkdir(parents=True, exist_ok=True)
    with kept_heap(), TemporaryDirectory(prefix=".ingest-", dir=job.workspace.snapshots) as scratch:
        key = job.workspace.key()
        raw = with_entries(read_source(job.source, _mapping(job), Path(scratch)), entered, key)
        checked = check_source(raw, Parting(Path(scratch), key))
        folder = job.workspace.quarantine / _source_hash(checked, key)[:KEY_LENGTH]
        write_quarantine(checked.quarantine, checked.set_aside, folder)
        for language in ("id", "en"):
            page = folder / REPORT_FILE.format(language=language)
            page.write_text(render_html(checked.report, language), encoding="utf-8")
        yield checked, folder


def _ingest(job: Job, entered: IntakeExtract) -> Ingested:
    with _checked(job, entered) as (checked, folder):
        require_usable(checked)
        tables, key = checked.report.tables, job.workspace.key()
        return Ingested(
            snapshot_id=write_snapshot(checked, job.workspace.snapshots, key),
            source=_source_hash(checked, key),
            extracted_on=f"{checked.extracted_on:%Y-%m-%d}",
            rows=int(tables["read"].sum()),
            set_aside=int(tables["set_aside"].sum()),
            faults=len(checked.quarantine),
            quarantine=str(folder),
            intake=entered.digest,
            entered_until=entered.newest,
        )


def _source_hash(checked: CheckedSource, key: bytes) -> str:
    """Return what identifies what was read and how: codes come of the key, so that under another a run is another one."""
    codes = {"codes": person_code(key, "")} if checked.coded else {}
    return content_hash({"files": dict(checked.digests), "mapping": checked.mapping_digest} | codes)


def _save(ingested: Ingested, folder: Path) -> None:
    (folder / "ingested.json").write_text(json.dumps(asdict(ingested), indent=2), encoding="utf-8")


def _load(folder: Path) -> Ingested:
    return Ingested(**json.loads((folder / "ingested.json").read_text(encoding="utf-8")))
