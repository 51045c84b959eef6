"""Handing in an export on a page: checked, put right, handed on or discarded; by whom, and how much."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from publication.accounts.access import Wanted
from publication.accounts.roles import Role
from publication.records import open_records
from publication.uploads.checking import checked
from publication.uploads.places import REPORT_FILE, write
from serving import checks
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.settings import ServingSettings

Csrf = Callable[[str], str]
TABLES = {
    "pegawai": "kode_pegawai;nama\nA;Siti Rahma\nB;Budi Karya\n",
    "units": "unit_id\nU\n",
    "positions": "position_id,unit_id\nP,U\n",
    "assignments": "employee_id,position_id,start_on\nA,P,2020-01-01\nB,P,2021-03-01\n",
    "appraisals": "employee_id,period_start,period_end,score,regime\nA,2023-01-01,2023-12-31,80,N100\n",
}
FAULTY = TABLES | {"assignments": "employee_id,position_id,start_on\nA,P,2020-01-01\nB,P,2021-13-01\n"}
MAPPING = "employees:\n  from: pegawai\n  columns: {employee_id: kode_pegawai, name: nama}\n"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check within this process: a process of its own takes seconds to begin; one slow test goes through it."""

    def check(_: Any, folder: Path, language: str, settle: Callable[[dict[str, Any]], None]) -> None:
        report = checked(folder, language)
        write(folder / REPORT_FILE, json.dumps(report))
        settle(report)

    monkeypatch.setattr(checks.Checks, "_check", check)


def hand_in(client: TestClient, csrf: Csrf, tables: dict[str, str], **extra: str) -> httpx.Response:
    files = [("files", (f"{name}.csv", io.BytesIO(text.encode()))) for name, text in tables.items()]
    files += [("files", (name, io.BytesIO(text.encode()))) for name, text in extra.items()]
    form = {"csrf": csrf(client.get("/uploads").text), "note": "triwulan I"}
    return client.post("/uploads", data=form, files=files, follow_redirects=False)


@pytest.mark.usefixtures("at_once")
def test_an_export_is_checked_its_mapping_put_right_and_it_is_handed_on(own: TestClient, csrf: Csrf) -> None:
    sent = hand_in(own, csrf, TABLES, **{"map.yaml": "employees:\n  from: karyawan\n"})
    assert sent.headers["location"] == "/uploads/1"
    page = own.get("/uploads/1").text
    assert "Data belum dapat dipakai" in page
    assert "karyawan" in page
    wrong = own.post("/uploads/1/check", data={"csrf": csrf(page), "mapping": "employees: [1"})
    assert wrong.status_code == 422
    assert "bukan YAML" in wrong.text
    own.post("/uploads/1/check", data={"csrf": csrf(page), "mapping": MAPPING.replace("\n", "\r\n")})
    page = own.get("/uploads/1").text
    assert "Data dapat dipakai" in page
    assert "Siti" not in page
    assert "tepat run uploads/1/source --mapping uploads/1/mapping.yaml" in page


@pytest.mark.usefixtures("at_once")
def test_rows_set_aside_are_downloaded_on_record_and_files_go_when_discarded(
    own: TestClient, csrf: Csrf, settings: ServingSettings
) -> None:
    hand_in(own, csrf, FAULTY, **{"map.yaml": MAPPING})
    page = own.get("/uploads/1").text
    assert 'href="/uploads/1/quarantine/faults.csv"' in page
    rows = own.get("/uploads/1/quarantine/faults.csv")
    assert rows.headers["content-disposition"].startswith("attachment")
    assert "assignments" in rows.text
    for path in (
        "/uploads/1/quarantine/..%2Freport.json",
        "/uploads/1/quarantine/report.json",
        "/uploads/9",
        "/uploads/99999999999999999999",
    ):
        assert own.get(path).status_code in (404, 422), path
    own.post("/uploads/1/discard", data={"csrf": csrf(page)})
    assert not (settings.folder.uploads / "1").exists()
    assert "sudah dihapus" in own.get("/uploads/1").text
    assert own.post("/uploads/1/check", data={"csrf": csrf(page)}).status_code == 404
    seen = open_records(settings.store_url()).access.newest(Wanted(kind="deed"))
    assert [row["subject"] for row in seen if row["action"] == "download"] == ["upload/1 faults.csv"]


@pytest.mark.usefixtures("at_once")
def test_only_the_data_team_takes_an_export_in_and_it_sees_no_rows(own: TestClient, csrf: Csrf, settings: ServingSettings) -> None:
    hand_in(own, csrf, FAULTY, **{"map.yaml": MAPPING})
    assert own.post("/uploads/1/taken", data={"csrf": csrf(own.get("/uploads").text)}).status_code == 403
    accounts = open_records(settings.store_url()).accounts
    accounts.add("data", "", 0.0, role=Role.DATA_TEAM)
    accounts.open_session("data", fingerprint("key"), 0.0, 9e12, "token")
    token = {"Authorization": "Bearer key"}
    assert own.get("/uploads/1/quarantine/faults.csv", headers=token).status_code == 403
    assert "Hanya untuk yang mengunggah" in own.get("/uploads/1", headers=token).text


def test_what_is_no_export_comes_back_with_the_form(own: TestClient, csrf: Csrf) -> None:
    answer = hand_in(own, csrf, {}, **{"surat.pdf": "x"})
    assert answer.status_code == 422
    assert "Tidak ada tabel" in answer.text


def test_a_request_carries_no_more_than_its_address_may(own: TestClient, csrf: Csrf, settings: ServingSettings) -> None:
    token = csrf(own.get("/uploads").text)
    large = own.post("/views", data={"csrf": token, "page": "plan", "name": "x" * 2_100_000})
    assert large.status_code == 413
    assert "Terlalu besar" in large.text
    chunks = (b"x" * 100_000 for _ in range(30))
    streamed = own.post("/views", content=chunks, headers={"content-type": "application/x-www-form-urlencoded"})
    assert streamed.status_code == 413
    assert settings.upload_megabytes == 200


def test_a_form_without_the_sessions_token_is_refused_before_anything_is_kept(own: TestClient, settings: ServingSettings) -> None:
    files = [("files", ("units.csv", io.BytesIO(b"unit_id\nU\n")))]
    assert own.post("/uploads", data={"csrf": "other"}, files=files).status_code == 403
    assert not settings.folder.uploads.exists()


@pytest.mark.slow
def test_the_check_has_a_process_of_its_own(own: TestClient, csrf: Csrf) -> None:
    hand_in(own, csrf, FAULTY, **{"map.yaml": MAPPING})
    own.app.state.checks._waiting[1].result(timeout=120)
    page = own.get("/uploads/1").text
    assert "faults.csv" in page
    assert "assignments" in page


@pytest.mark.slow
def test_a_check_that_dies_says_so(own: TestClient, csrf: Csrf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.sys, "executable", "/bin/false")
    hand_in(own, csrf, TABLES, **{"map.yaml": MAPPING})
    own.app.state.checks._waiting[1].result(timeout=120)
    assert "Pemeriksaan berakhir dengan kesalahan" in own.get("/uploads/1").text


def test_what_an_application_that_died_was_unpacking_is_removed_by_the_next(settings: ServingSettings) -> None:
    half, whole = settings.folder.uploads / ".hr-20260304", settings.folder.uploads / "1"
    for folder in (half, whole):
        (folder / "source").mkdir(parents=True)
        (folder / "source" / "employees.csv").write_text("employee_id,name", encoding="utf-8")
    create(settings)
    assert not half.exists()
    assert (whole / "source" / "employees.csv").exists()
