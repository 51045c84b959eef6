"""A scan finds whoever is named where nobody may be, in whatever kind of file, and passes over the places meant for it."""

import gzip
import io
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from publication.upkeep.exposure import Exposure, exposures
from publication.workspace import Workspace

NIP, NAME, ID = "199001012015032002", "Sari Dewi Lestari, S.E.", "EMP-000042"


@pytest.fixture
def lived_in(workspace: Workspace) -> Workspace:
    """Return a workspace with one known person, everywhere where they may be."""
    snapshot = workspace.snapshots / "s1"
    for folder in (snapshot, workspace.quarantine / "q", workspace.published / "r1", workspace.runs, workspace.trials / "t"):
        folder.mkdir(parents=True)
    person = pd.DataFrame({"employee_id": ["ab12"], "source_id": [ID], "nip": [NIP], "name": [NAME]})
    person.to_parquet(snapshot / "identity.parquet")
    pd.DataFrame({"employee_id": ["ab12"], "sex": ["F"]}).to_parquet(snapshot / "vault.parquet")
    person.to_csv(workspace.quarantine / "q" / "faults.csv")
    person[["source_id"]].to_parquet(workspace.published / "r1" / "shortlists.parquet")
    person[["source_id"]].to_csv(workspace.trials / "t" / "entrants.csv")
    pd.DataFrame({"sex": ["F", "M"], "listed": [0.5, 0.5]}).to_parquet(workspace.published / "r1" / "fairness.parquet")
    return workspace


def test_what_lies_in_its_place_is_no_exposure(lived_in: Workspace) -> None:
    assert exposures(lived_in) == []


@pytest.mark.parametrize(("text", "kind"), [(NIP, "nip"), (NAME, "name"), (ID, "source_id")])
def test_a_person_in_a_log_a_compressed_table_or_a_database_is_found(text: str, kind: str, lived_in: Workspace) -> None:
    (lived_in.runs / "run.log").write_text(f'taking in {text}; "{text}" again', encoding="utf-8")
    pd.DataFrame({"note": [f"see {text}"] * 50}).to_parquet(lived_in.runs / "cache.parquet", compression="zstd")
    with sqlite3.connect(lived_in.root / "mlflow.db") as database:
        database.execute("CREATE TABLE params (value TEXT)")
        database.execute("INSERT INTO params VALUES (?)", (text,))
    database.close()
    assert exposures(lived_in) == [
        Exposure("mlflow.db params value", kind, 1),
        Exposure("runs/cache.parquet note", kind, 1),
        Exposure("runs/run.log", kind, 1),
    ]


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def tarred(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def table(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out)
    return out.getvalue()


def array(text: str) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, names=np.array([text, "lain"]))
    return out.getvalue()


def database(text: str, tmp_path: Path) -> bytes:
    with sqlite3.connect(tmp_path / "aside.db") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE cells (value TEXT)")
        connection.execute("INSERT INTO cells VALUES (?)", (text,))
    connection.close()
    return (tmp_path / "aside.db").read_bytes()


HIDDEN: dict[str, Callable[[Path], bytes]] = {
    "text in UTF-16": lambda _: f"untuk {NAME}".encode("utf-16"),
    "in capitals": lambda _: b"Yth. SARI DEWI LESTARI",
    "joined by signs": lambda _: b"surat_sari_dewi-lestari.docx",
    "in a page": lambda _: b"<td>Sari&nbsp;Dewi</td>",
    "an id within a word": lambda _: f"uji_{ID}.json".encode(),
    "a NIP in groups": lambda _: f"NIP {NIP[:8]} {NIP[8:14]} {NIP[14]} {NIP[15:]}".encode(),
    "a NIP within a word": lambda _: f"foto_{NIP}.png".encode(),
    "gzip": lambda _: gzip.compress(NIP.encode()),
    "zstd": lambda _: pa.compress(NAME.encode(), "zstd", asbytes=True),
    "an archive": lambda _: tarred("log/run.log", NIP.encode()),
    "an archive in an archive": lambda _: zipped("a.tar.gz", tarred("run.log", NAME.encode())),
    "a workbook": lambda _: zipped("xl/sharedStrings.xml", f"<t>{NAME}</t>".encode()),
    "NumPy's": lambda _: array(NAME),
    "a table of numbers": lambda _: table(pd.DataFrame({"nomor": [int(NIP)]})),
    "the rows' names": lambda _: table(pd.DataFrame({"value": [1.0]}, index=pd.Index([NAME], name="who"))),
    "a table in an archive": lambda _: zipped("x.parquet", table(pd.DataFrame({"who": [NAME]}))),
    "a database in an archive": lambda path: zipped("x.db", database(NAME, path)),
}


@pytest.mark.parametrize("where", HIDDEN)
def test_no_packing_writing_or_number_hides_a_person(where: str, lived_in: Workspace, tmp_path: Path) -> None:
    place = lived_in.root / "mlartifacts" / "1" / "secret"
    place.parent.mkdir(parents=True)
    place.write_bytes(HIDDEN[where](tmp_path))
    assert len(exposures(lived_in)) == 1


def test_a_file_named_after_somebody_and_a_row_a_database_has_freed_are_found(lived_in: Workspace) -> None:
    (lived_in.runs / f"{NIP}.log").write_text("", encoding="utf-8")
    with sqlite3.connect(lived_in.root / "mlflow.db") as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE params (value TEXT)")
        connection.executemany("INSERT INTO params VALUES (?)", [(NAME,)] * 500)
        connection.execute("DELETE FROM params")
    connection.close()
    assert [(one.place, one.kind) for one in exposures(lived_in)] == [
        ("mlflow.db (bytes)", "name"), (f"runs/{NIP}.log", "nip"),
    ]  # fmt: skip


def test_an_archive_under_lock_is_said_not_to_have_been_looked_into(lived_in: Workspace) -> None:
    locked = bytearray(zipped("a.txt", b"x" * 100))
    for header, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(header) + at] |= 1
    (lived_in.runs / "locked.zip").write_bytes(bytes(locked))
    assert exposures(lived_in) == [Exposure("runs/locked.zip", "unread", 1)]


def test_a_trait_beside_a_person_is_found_in_a_list_too(lived_in: Workspace) -> None:
    (lived_in.runs / "groups.csv").write_text("employee_id;sex\nab12;F\n", encoding="utf-8")
    assert exposures(lived_in) == [Exposure("runs/groups.csv sex", "trait", 2)]


def test_a_publication_may_hold_source_ids_but_no_name_and_no_trait_of_anybody(lived_in: Workspace) -> None:
    folder = lived_in.published / "r1"
    pd.DataFrame({"employee_id": [ID], "reason": [f"{NAME} is ready"], "sex": ["F"]}).to_parquet(folder / "plan.parquet")
    found = exposures(lived_in)
    assert [(one.place, one.kind) for one in found] == [
        ("published/r1/plan.parquet reason", "name"), ("published/r1/plan.parquet sex", "trait"),
    ]  # fmt: skip


def test_other_folders_are_looked_through_and_a_finding_never_repeats_what_it_found(lived_in: Workspace, tmp_path: Path) -> None:
    (tmp_path / "notebook.ipynb").write_text(f'{{"outputs": ["{NAME}"]}}', encoding="utf-8")
    found = exposures(lived_in, [tmp_path / "notebook.ipynb"])
    assert [one.kind for one in found] == ["name"]
    assert not any(private in str(found) for private in (NIP, NAME, ID))


def test_the_command_ends_with_its_own_exit_code(
    lived_in: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipelines import command_line

    run: Callable[[], None] = command_line.main
    monkeypatch.setattr("sys.argv", ["tepat", "scan", "--workspace", str(lived_in.root), "--lang", "en"])
    with pytest.raises(SystemExit) as ended:
        run()
    assert not ended.value.code
    (lived_in.runs / "run.log").write_text(NIP, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        run()
    said = capsys.readouterr()
    assert ended.value.code == 13
    assert "runs/run.log: NIP (1)" in said.err
    assert NIP not in said.err + said.out
