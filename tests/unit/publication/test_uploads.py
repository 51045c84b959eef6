"""An export handed in: unpacked within limits, recorded, discarded; what would fill the disk or leave the folder is refused."""

import io
import json
import multiprocessing
import shutil
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from features.errors import EntryError
from publication.records import Records
from publication.uploads import unpacking, uploads
from publication.uploads.checking import CONTRACT, DRAFTED, checked, picked, stand_back
from publication.uploads.unpacking import unpack

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
ROWS = {
    "employees": "employee_id\nA\nB\n",
    "units": "unit_id\nU\n",
    "positions": "position_id,unit_id\nP,U\n",
    "assignments": "employee_id,position_id,start_on\nA,P,2020-01-01\nB,P,2021-13-01\n",
    "appraisals": (
        "employee_id,period_start,period_end,score,regime\nA,2023-01-01,2023-12-31,80,N100\nB,2023-01-01,2023-12-31,70,N100\n"
    ),
}


def archive(parts: Mapping[str, bytes]) -> io.BytesIO:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in parts.items():
            out.writestr(name, data)
    return io.BytesIO(held.getvalue())


def tables(**changed: str) -> dict[str, bytes]:
    return {f"{name}.csv": text.encode() for name, text in (ROWS | changed).items()}


def handed(parts: Mapping[str, bytes]) -> list[tuple[str, io.BytesIO]]:
    return [(name, io.BytesIO(data)) for name, data in parts.items()]


def test_files_and_a_zip_of_folders_become_one_flat_folder(tmp_path: Path) -> None:
    inner = archive(
        {"ekspor/a.csv": b"x\n1\n", "../../b.xlsx": b"PK", "__MACOSX/._a.csv": b"?", "readme.txt": b"no", "map.yaml": b"{}"}
    )
    kept = unpack([("C:\\data\\c.parquet", io.BytesIO(b"PAR1")), ("all.zip", inner)], tmp_path / "one")
    assert {one.name for one in kept} == {"a.csv", "b.xlsx", "c.parquet", "mapping.yaml"}
    assert {path.name for path in (tmp_path / "one/source").iterdir()} == {"a.csv", "b.xlsx", "c.parquet"}
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert (tmp_path / "one/source/a.csv").stat().st_mode & 0o777 == 0o600


def test_bytes_are_counted_as_they_come_out_whatever_an_archive_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_PACKED", 10_000)
    monkeypatch.setattr(unpacking, "MOST_BYTES", 3_000_000)
    with pytest.raises(EntryError, match="unpack to more"):
        unpack([("a.zip", archive({"a.csv": b"0" * 3_000_001}))], tmp_path / "one")


def test_what_would_fill_the_disk_is_refused_before_it_does(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match="unpack to more"):
        unpack([("bomb.zip", archive({"a.csv": b"0" * 30_000_000}))], tmp_path / "bomb")
    assert not list((tmp_path / "bomb/source").iterdir())


def test_an_archive_of_countless_members_is_not_even_listed(tmp_path: Path) -> None:
    countless = archive({f"{number:0100d}.csv": b"" for number in range(8_000)})
    with pytest.raises(EntryError, match="More than 100 files"):
        unpack([("countless.zip", countless)], tmp_path / "countless")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([("notes.txt", b"x")], "No table"),
        ([("only.yaml", b"{}")], "No table"),
        ([("a.csv", b"x"), ("folder/a.csv", b"y")], "Two files"),
        ([("broken.zip", b"PK\x03\x04 nothing")], "cannot be read"),
        ([("a\x00b.csv", b"x")], "letters, digits"),
        ([("x" * 130 + ".csv", b"x")], "letters, digits"),
        ([(f"{n}.csv", b"x") for n in range(unpacking.MOST_FILES + 1)], "More than"),
    ],
)
def test_what_is_no_export_is_refused_in_words(given: list[tuple[str, bytes]], said: str, tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=said):
        unpack([(name, io.BytesIO(data)) for name, data in given], tmp_path / "one")


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(archive({"a.csv": bytes(range(256)) * 400}).getvalue())
    data[60:90] = bytes(30)
    with pytest.raises(EntryError, match="cannot be read"):
        unpack([("a.zip", io.BytesIO(bytes(data)))], tmp_path / "one")


def test_an_upload_is_recorded_step_by_step_and_its_files_go_when_discarded(records: Records, tmp_path: Path) -> None:
    book, folder = records.uploads, tmp_path / "uploads"
    made = book.receive(handed(tables()), folder, " triwulan I ", "hr", NOW)
    book.settle(made.upload_id, "usable", "hr", NOW, {"rows": 9})
    found = book.upload(made.upload_id)
    assert found is not None
    assert (found.state, found.note, len(found.files)) == ("usable", "triwulan I", 5)
    assert (folder / str(made.upload_id) / "source/units.csv").is_file()
    book.discard(made.upload_id, folder, "hr", NOW)
    assert list(folder.iterdir()) == []
    steps = records.ledger.entries(subject=f"upload/{made.upload_id}")
    assert [step["kind"] for step in steps] == ["upload_received", "upload_usable", "upload_discarded"]
    assert not any("employees" in json.dumps(step["public"]) for step in steps)
    assert records.verify().faults == ()


def test_a_refused_upload_leaves_nothing_behind(records: Records, tmp_path: Path) -> None:
    with pytest.raises(EntryError):
        records.uploads.receive(handed({"notes.txt": b"x"}), tmp_path / "uploads", "", "hr", NOW)
    assert list((tmp_path / "uploads").iterdir()) == []
    assert records.uploads.newest() == []


def test_no_more_uploads_are_kept_than_somebody_can_look_after(
    records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_KEPT", 1)
    first = records.uploads.receive(handed(tables()), tmp_path / "uploads", "", "hr", NOW)
    with pytest.raises(EntryError, match="discard"):
        records.uploads.receive(handed(tables()), tmp_path / "uploads", "", "hr", NOW)
    records.uploads.discard(first.upload_id, tmp_path / "uploads", "hr", NOW)
    assert records.uploads.receive(handed(tables()), tmp_path / "uploads", "", "hr", NOW).upload_id != first.upload_id


def test_a_mapping_is_picked_by_the_names_of_the_tables(tmp_path: Path) -> None:
    unpack(handed(tables()), tmp_path / "plain")
    assert picked(tmp_path / "plain/source", "id") == (CONTRACT, None)
    other = {("pegawai.csv" if name == "employees.csv" else name): data for name, data in tables().items()}
    unpack(handed(other), tmp_path / "other")
    name, text = picked(tmp_path / "other/source", "id")
    assert name == DRAFTED
    assert text is not None
    assert "pegawai" in text


def test_the_report_counts_faults_and_holds_no_cell(tmp_path: Path) -> None:
    unpack(handed(tables(employees="employee_id,name\nA,Siti\nB,Budi\n")), tmp_path)
    report = checked(tmp_path, "id")
    assert report["fatal"] is None
    assert [(fault["table"], fault["column"], fault["rows"]) for fault in report["faults"]][:1] == [("assignments", "start_on", 1)]
    assert "Siti" not in json.dumps(report)
    assert (tmp_path / "quarantine/faults.csv").is_file()


def test_an_export_that_cannot_be_read_says_why_without_a_path_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpack(handed({"employees.csv": b"employee_id\nA\n"}), tmp_path)
    monkeypatch.chdir(tmp_path)
    report = checked(Path(), "id")
    assert report["usable"] is False
    assert "positions" in report["fatal"]["en"]
    assert str(tmp_path) not in json.dumps(report)
    shutil.rmtree(tmp_path / "source")


def test_where_memory_ends_the_check_is_ended_and_not_the_pages() -> None:
    check = multiprocessing.get_context("fork").Process(target=_standing_back)
    check.start()
    check.join()
    assert check.exitcode == 0


def _standing_back() -> None:
    stand_back()
    assert Path("/proc/self/oom_score_adj").read_text(encoding="ascii").strip() == "1000"


class _SecondStart(io.BytesIO):
    """A file during whose reading another application starts on the same workspace."""

    def __init__(self, data: bytes, folder: Path) -> None:
        super().__init__(data)
        self._folder = folder

    def read(self, size: int | None = -1) -> bytes:
        uploads.clear_unfinished(self._folder)
        return super().read(size)


def test_what_died_unpacking_is_cleared_but_not_what_another_application_unpacks(tmp_path: Path, records: Records) -> None:
    folder = tmp_path / "uploads"
    (folder / ".left/source").mkdir(parents=True)
    files = [(name, _SecondStart(data, folder)) for name, data in tables().items()]
    received = records.uploads.receive(files, folder, "", "hr", NOW)
    assert {path.name for path in (folder / str(received.upload_id) / "source").iterdir()} == set(tables())
    assert (folder / ".left").exists()
    uploads.clear_unfinished(folder)
    assert not (folder / ".left").exists()
    assert (folder / str(received.upload_id)).exists()
