"""A workspace comes back whole from one file; a person asked to be forgotten is in nothing but the chain's commitments."""

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest

from features.errors import LedgerError, SourceError, UsageError
from publication.accounts.roles import GRANTS, Role
from publication.decisions.life import Asked, Listed
from publication.publish import Publication, publish
from publication.records import Records, open_records
from publication.store import Store
from publication.upkeep import backup
from publication.upkeep.backup import back_up, restore
from publication.upkeep.forgetting import _without, forget
from publication.workspace import Workspace

NOW = datetime(2026, 3, 4, 9, tzinfo=timezone(timedelta(hours=7)))
LISTED = Listed("run1", "yes", 1, 1, 1, "B", 0.4, 0.2, 0.1, 0.3)
CHOOSE = Asked("choose", "hr", GRANTS[Role.HR].permissions, reason_code="evidence", text="Rahasia: alasan pribadi")


@pytest.fixture
def lived(url: str, tmp_path: Path, make: Callable[..., Publication]) -> tuple[Workspace, str, Records]:
    """Return a workspace with a key, a publication, entries, a decision and a cache."""
    workspace = Workspace(tmp_path / "city")
    key = workspace.key()
    assert key
    here = url.replace(str(tmp_path / "tepat.db"), str(workspace.root / "tepat.db"))
    publish(workspace, make("first"), Store(here))
    records = open_records(here, workspace.root)
    records.accounts.add("hr", "hash", 0.0)
    records.accounts.add("pegawai", "hash", 0.0, role=Role.EMPLOYEE, employee_id="P2")
    records.intake.enter("objections", {"employee_id": "P2", "ground": "procedure", "text": "Keberatan saya"}, "pegawai", NOW)
    records.intake.enter("aspirations", {"employee_id": "P2", "unit_id": "U1", "stated_on": "2026-03-01"}, "pegawai", NOW)
    records.moves.take("J1", "P2", CHOOSE, LISTED, NOW)
    (workspace.cache / "learn-1").mkdir(parents=True)
    (workspace.cache / "learn-1" / "x").write_text("cache", encoding="ascii")
    (workspace.trials / "undian").mkdir(parents=True)
    (workspace.trials / "undian" / "entrants.csv").write_text("employee_id,label\nP2,a\nP3,b\n", encoding="ascii")
    workspace.further_groups.parent.mkdir()
    workspace.further_groups.write_text("employee_id,trait,group\nP2,origin,north\nP3,origin,south\n", encoding="ascii")
    return workspace, here, records


def test_a_backup_comes_back_whole(lived: tuple[Workspace, str, Records], tmp_path: Path) -> None:
    workspace, url, _ = lived
    file = tmp_path / "out.tar.gz"
    made = back_up(workspace, url, file, NOW)
    assert file.stat().st_mode & 0o077 == 0
    assert not any(name.startswith("runs/cache") for name in made.members)
    again = Workspace(tmp_path / "again")
    restore(file, again, again.database_url)
    assert again.key() == workspace.key()
    files = {path.relative_to(workspace.root) for path in workspace.root.rglob("*") if path.is_file()}
    kept = {path for path in files if not path.is_relative_to("runs/cache") and not path.name.startswith((".", "tepat.db"))}
    assert len(kept) > 5
    assert [path for path in kept if (again.root / path).read_bytes() != (workspace.root / path).read_bytes()] == []
    before, after = Store(url), Store(again.database_url)
    assert after.run() == before.run()
    assert after.shortlist("J1") == before.shortlist("J1")
    records = open_records(again.database_url, again.root)
    assert records.verify(made.head).faults == ()
    assert records.accounts.password_hash("hr") == "hash"
    assert [row["unit_id"] for row in records.intake.rows("aspirations")] == ["U1"]
    assert records.moves.of_pair("J1", "P2") is not None
    assert (again.published / "current").read_text(encoding="ascii") == (workspace.published / "current").read_text(
        encoding="ascii"
    )
    number = records.intake.enter("aspirations", {"employee_id": "P3", "unit_id": "U1", "stated_on": "2026-03-01"}, "x", NOW)
    assert number == 2


def test_people_write_on_while_a_backup_is_made(
    lived: tuple[Workspace, str, Records], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, url, records = lived
    copied = backup._copy_databases

    def and_then_somebody_decides(*asked: object) -> None:
        copied(*asked)  # type: ignore[arg-type]
        records.moves.take("J1", "P3", CHOOSE, LISTED, NOW)

    monkeypatch.setattr(backup, "_copy_databases", and_then_somebody_decides)
    made = back_up(workspace, url, tmp_path / "out.tar.gz", NOW)
    again = Workspace(tmp_path / "again")
    restore(tmp_path / "out.tar.gz", again, again.database_url)
    assert open_records(again.database_url, again.root).verify(made.head).faults == ()
    assert records.verify().entries == made.head.seq + 1


@pytest.mark.postgres
def test_a_backup_moves_a_city_to_postgresql(lived: tuple[Workspace, str, Records], postgres: str, tmp_path: Path) -> None:
    workspace, url, _ = lived
    made = back_up(workspace, url, tmp_path / "out.tar.gz", NOW)
    again = Workspace(tmp_path / "again")
    if url.startswith("postgresql"):
        return  # its own database is not empty; the other way round is the test above
    restore(tmp_path / "out.tar.gz", again, postgres)
    records = open_records(postgres, again.root)
    assert records.verify(made.head).faults == ()
    assert Store(postgres).shortlist("J1")[0]["employee_id"] == "P2"
    assert records.intake.enter("aspirations", {"employee_id": "P3", "unit_id": "U1", "stated_on": "2026-03-01"}, "x", NOW) == 2


def test_a_restore_overwrites_nothing_and_takes_no_damaged_file(lived: tuple[Workspace, str, Records], tmp_path: Path) -> None:
    workspace, url, _ = lived
    file = tmp_path / "out.tar.gz"
    back_up(workspace, url, file, NOW)
    with pytest.raises(UsageError, match="there already"):
        back_up(workspace, url, file, NOW)
    with pytest.raises(UsageError, match="not empty"):
        restore(file, workspace, url)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    edited = _with_other_secret(file, tmp_path)
    for damaged in (cut, edited, tmp_path / "none"):
        again = Workspace(tmp_path / "again")
        with pytest.raises(SourceError):
            restore(damaged, again, again.database_url)
        assert not again.root.exists()


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "published/../../evil", "templates/decree.docx"])
def test_an_archive_that_reaches_out_or_brings_what_was_not_backed_up_is_refused(
    name: str, lived: tuple[Workspace, str, Records], tmp_path: Path
) -> None:
    workspace, url, _ = lived
    back_up(workspace, url, tmp_path / "out.tar.gz", NOW)
    with tarfile.open(tmp_path / "out.tar.gz") as sound, tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as made:
        for member in sound:
            made.addfile(member, sound.extractfile(member))
        entry = tarfile.TarInfo(name)
        entry.size = 4
        made.addfile(entry, io.BytesIO(b"evil"))
    again = Workspace(tmp_path / "deep" / "again")
    with pytest.raises(SourceError):
        restore(tmp_path / "evil.tar.gz", again, again.database_url)
    assert not again.root.exists()
    assert not list(tmp_path.rglob("evil"))


def test_a_manifest_that_names_a_file_outside_is_refused(lived: tuple[Workspace, str, Records], tmp_path: Path) -> None:
    told = {"made_at": "", "root": "", "head": {"seq": 0, "hash": ""}, "members": {"../evil": hashlib.sha256(b"evil").hexdigest()}}
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as made:
        for name, content in (("../evil", b"evil"), ("manifest.json", json.dumps(told).encode())):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
    again = Workspace(tmp_path / "deep" / "again")
    with pytest.raises(SourceError, match="1 of its files"):
        restore(tmp_path / "evil.tar.gz", again, again.database_url)
    assert not list(tmp_path.rglob("evil"))


def test_an_archive_with_a_link_out_of_it_is_refused(lived: tuple[Workspace, str, Records], tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as made:
        entry = tarfile.TarInfo("published")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc"
        made.addfile(entry)
    again = Workspace(tmp_path / "again")
    with pytest.raises(SourceError):
        restore(tmp_path / "evil.tar.gz", again, again.database_url)


def test_an_altered_ledger_is_not_backed_up(lived: tuple[Workspace, str, Records], tmp_path: Path) -> None:
    workspace, url, records = lived
    with records.database.writing() as connection:
        connection.exec_driver_sql("UPDATE moves SET state = 'approved'")
    with pytest.raises(LedgerError):
        back_up(workspace, url, tmp_path / "out.tar.gz", NOW)
    assert not (tmp_path / "out.tar.gz").exists()


def test_a_forgotten_person_is_nowhere_and_the_ledger_still_verifies(lived: tuple[Workspace, str, Records]) -> None:
    workspace, url, records = lived
    records.moves.take("J1", "P3", CHOOSE, LISTED, NOW)
    assert url.startswith("postgresql") or "Keberatan saya" in _bytes(workspace)
    gone = forget(workspace, records, "P2", "UU 27/2022 pasal 8", "terminal:data", NOW)
    assert gone.entries == 2
    assert gone.ledger_entries == 2
    assert gone.published_rows > 0
    assert records.verify().faults == ()
    assert records.intake.rows("aspirations", employee_id="P2") == []
    assert records.moves.of_pair("J1", "P2") is None
    assert records.moves.of_pair("J1", "P3") is not None
    assert records.accounts.account("pegawai") is None
    assert Store(url).people(["P2"]) == {}
    for path in workspace.published.glob("*/*.parquet"):
        frame = pd.read_parquet(path)
        assert not frame.astype("str").eq("P2").to_numpy().any(), path.name
    entrants = (workspace.trials / "undian" / "entrants.csv").read_text(encoding="ascii")
    assert entrants == "employee_id,label\n,a\nP3,b\n"
    assert workspace.further_groups.read_text(encoding="ascii") == "employee_id,trait,group\nP3,origin,south\n"
    told = json.dumps([entry["private"] for entry in records.ledger.entries()])
    assert "Keberatan saya" not in told
    assert records.ledger.entries()[-1]["public"]["ground"] == "UU 27/2022 pasal 8"
    assert not workspace.cache.exists()
    assert "Keberatan saya" not in _bytes(workspace)
    with pytest.raises(UsageError):
        forget(workspace, records, "P3", " ", "x", NOW)


def _bytes(workspace: Workspace) -> str:
    """Return what lies in the files of the database, in freed pages and the log too."""
    return "".join(path.read_bytes().decode("latin-1") for path in sorted(workspace.root.glob("tepat.db*")))


def test_who_is_named_in_a_row_about_somebody_else_is_erased_there_and_the_row_stays() -> None:
    mentored = pd.DataFrame({"employee_id": ["P3"], "mentor_employee_id": ["P2"]})
    couples = pd.DataFrame({"employee_id": ["P3"], "other_employee_id": ["P2"]})
    assert _without(mentored, ("P2",)).isna().to_numpy().tolist() == [[False, True]]
    assert _without(couples, ("P2",)).empty
    assert _without(couples, ("P9",)) is couples


def _with_other_secret(file: Path, folder: Path) -> Path:
    """Return the backup with another key in it, its manifest as it was."""
    opened = folder / "opened"
    shutil.unpack_archive(file, opened, "gztar")
    (opened / "secret").write_text("00" * 32, encoding="ascii")
    edited = folder / "edited.tar.gz"
    with tarfile.open(edited, "w:gz") as archive:
        for path in sorted(opened.rglob("*")):
            if path.is_file():
                archive.add(path, path.relative_to(opened).as_posix())
    return edited
