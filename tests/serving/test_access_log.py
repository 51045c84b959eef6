"""The access log as whoever audits reads it: filtered, page by page, as a file; and nobody else."""

import csv
import io
from collections.abc import Iterator
from time import sleep

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from publication.accounts.access import Seen, Wanted
from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Role
from publication.records import Records
from serving.accounts import looks
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.pages.access import PER_PAGE
from serving.settings import ServingSettings

LOOKS = [
    Seen("2026-03-01T08:00:00+07:00", "dinda", "hr", "GET /positions/{position_id:path}", "P001", "10.0.0.7"),
    Seen("2026-03-02T09:00:00+07:00", "dinda", "hr", "reveal", "P001", "10.0.0.7"),
    Seen("2026-03-02T23:59:59+07:00", "eko", "employee", "GET /employees/{employee_id:path}", "E07", "10.0.0.8", 403),
    Seen("2026-03-03T10:00:00+07:00", "dinda", "hr", "POST /decide", "", "10.0.0.7", 303),
    Seen("2026-03-04T10:00:00+07:00", "dinda", "hr", "choose", "P001 E07", "=cmd()", 200),
]


@pytest.fixture
def auditor(settings: ServingSettings) -> Iterator[TestClient]:
    """Return an auditor of a city with five looks on record."""
    with TestClient(create(settings), base_url="http://localhost") as client:
        records = client.app.state.records  # type: ignore[attr-defined]
        assert isinstance(records, Records)
        for role in (Role.AUDITOR, Role.HR):
            records.accounts.add(f"as-{role}", "", 0.0, role=role)
            records.accounts.open_session(f"as-{role}", fingerprint(str(role)), 0.0, 9e12, TOKEN)
        records.access.write(LOOKS)
        client.headers["Authorization"] = f"Bearer {Role.AUDITOR}"
        yield client


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), [4, 3, 2, 1, 0]),
        (Wanted("eko"), [2]),
        (Wanted(kind="look"), [2, 0]),
        (Wanted(kind="sent"), [3]),
        (Wanted(kind="deed"), [4, 1]),
        (Wanted(kind="refused"), [2]),
        (Wanted(subject="E07"), [4, 2]),
        (Wanted(subject="P00"), []),
        (Wanted(subject="%"), []),
    ],
)
def test_a_filter_keeps_what_it_says(auditor: TestClient, wanted: Wanted, found: list[int]) -> None:
    rows = auditor.app.state.records.access.newest(wanted)  # type: ignore[attr-defined]
    assert [row["at"] for row in rows] == [LOOKS[n].at for n in found]


def test_days_are_whole(auditor: TestClient) -> None:
    said = auditor.get("/access-log?since=2026-03-02&until=2026-03-02").text
    assert [text in said for text in ("dinda", "membuka nama", "ditolak (403)", "E07")] == [True] * 4
    assert "mengirim <code>/decide" not in said
    assert "23:59:59" in said


def test_the_page_speaks_of_deeds_in_words_and_leaves_out_what_is_no_day(auditor: TestClient) -> None:
    said = auditor.get("/access-log?since=kemarin&kind=nonsense").text
    assert "/positions/{position_id}" in said
    assert "pilih" in said
    assert "Pegawai" in said
    assert "showed names" in auditor.get("/access-log?lang=en").text


def test_pages_follow_one_another(auditor: TestClient) -> None:
    many = [Seen(f"2026-04-01T08:{n // 60:02}:{n % 60:02}+07:00", "budi", "hr", "GET /", f"S{n:03}") for n in range(PER_PAGE + 1)]
    auditor.app.state.records.access.write(many)  # type: ignore[attr-defined]
    first = auditor.get("/access-log?subject=&username=budi").text
    assert "S100" in first
    assert "S000" not in first
    assert "username=budi&amp;page=2" in first
    assert "S000" in auditor.get("/access-log?username=budi&page=2").text


def test_the_file_holds_what_is_filtered_and_is_on_record(auditor: TestClient) -> None:
    answer = auditor.get("/access-log.csv?subject=E07")
    assert answer.headers["content-disposition"] == 'attachment; filename="access-log.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["action"] for row in rows] == ["choose", "GET /employees/{employee_id:path}"]
    assert rows[0]["address"] == "'=cmd()", "no formula reaches a spreadsheet"
    deed = auditor.app.state.records.access.newest(Wanted(kind="deed"))[0]  # type: ignore[attr-defined]
    assert (deed["username"], deed["action"], deed["subject"]) == ("as-auditor", "export", "access-log.csv subject=E07")


def test_an_empty_log_says_so_and_is_an_empty_file(auditor: TestClient) -> None:
    assert "Tidak ada catatan yang cocok" in auditor.get("/access-log?username=nobody").text
    assert auditor.get("/access-log.csv?username=nobody").text.strip() == "at,username,role,action,subject,address,status"


def test_only_who_may_audit_reads_it(auditor: TestClient) -> None:
    for path in ("/access-log", "/access-log.csv"):
        assert auditor.get(path, headers={"Authorization": f"Bearer {Role.HR}"}).status_code == 403
    assert 'href="/access-log"' in auditor.get("/").text
    assert 'href="/access-log"' not in auditor.get("/", headers={"Authorization": f"Bearer {Role.HR}"}).text


def test_looks_wait_for_a_database_that_is_gone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Seen] = []
    gone = [True]

    class Log:
        def write(self, looks: list[Seen]) -> None:
            if gone and looks and gone.pop():
                raise OperationalError("BEGIN IMMEDIATE", {}, Exception("locked"))
            written.extend(looks)

    monkeypatch.setattr(looks, "FLUSH_SECONDS", 0.01)
    waiting = looks.Looks(Log())  # type: ignore[arg-type]
    with waiting.running():
        waiting.note(LOOKS[0])
        while gone:
            sleep(0.005)
        waiting.note(LOOKS[1])
    assert written == LOOKS[:2]
