"""The inbox: what waits for an answer, whose it is, by when, and the answer given."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from fastapi.testclient import TestClient

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Role
from publication.records import Records, open_records
from serving.accounts.guard import fingerprint
from serving.settings import ServingSettings

MONDAY = datetime.fromisoformat("2026-01-05T09:00:00+07:00")
Csrf = Callable[[str], str]


@pytest.fixture
def records(settings: ServingSettings) -> Records:
    opened = open_records(settings.store_url(), settings.folder.root)
    opened.intake.enter("objections", {"employee_id": "E01", "ground": "data_wrong", "text": "Masa kerja keliru."}, "e01", MONDAY)
    opened.intake.enter("questions", {"employee_id": "E02", "text": "Di mana kantornya?"}, "e02", MONDAY)
    opened.intake.enter("corrections", {"employee_id": "E03", "table_name": "pendidikan", "stated": "S-2"}, "e03", MONDAY)
    return opened


@pytest.mark.usefixtures("records")
def test_what_waits_stands_with_owner_and_last_day_and_is_counted_on_the_overview(own: TestClient, csrf: Csrf) -> None:
    own.app.state.today = lambda: date(2026, 1, 13)
    page = own.get("/inbox").text
    order = [page.index(said) for said in ("S-2", "Di mana kantornya?", "Masa kerja keliru.")]
    assert order == sorted(order)
    for said in ("8 Januari 2026", "12 Januari 2026", "19 Januari 2026", "UU 30/2014 Pasal 77 ayat (4)", "BKPSDM"):
        assert said in page
    assert page.count("lewat tenggat") == 2
    overview = own.get("/").text
    assert "3 isian pegawai belum dijawab" in overview
    assert "2 melewati tenggat" in overview
    form = {
        "csrf": csrf(page),
        "employee_id": "E02",
        "form": "questions",
        "about_id": "1",
        "outcome": "answered",
        "text": "Lantai dua.",
    }
    assert own.post("/forms/replies", data=form | {"next": "/inbox"}, follow_redirects=False).headers["location"] == "/inbox"
    page = own.get("/inbox").text
    assert 'role="status">Terkirim dan tercatat' in page
    assert 'role="status"' not in own.get("/inbox").text, "said once"
    assert page.index("Sudah dijawab") < page.index("Lantai dua.")
    assert "2 isian pegawai belum dijawab" in own.get("/").text


def test_every_role_has_a_first_page_without_being_an_employee(own: TestClient, settings: ServingSettings) -> None:
    accounts = open_records(settings.store_url(), settings.folder.root).accounts
    for role in Role:
        accounts.add(f"a-{role}", "", 0.0, role=role, units=["U9"])
        accounts.open_session(f"a-{role}", fingerprint(f"t-{role}"), 0.0, 9e12, TOKEN)
        for path in ("/", "/me"):
            answer = own.get(path, headers={"Authorization": f"Bearer t-{role}"})
            assert answer.status_code == 200, (role, path)
            assert len(answer.history) <= 2


def test_a_head_of_unit_owns_the_questions_of_their_people_and_sees_no_others(own: TestClient, records: Records) -> None:
    for name, unit in (("kepala", "U9"), ("lain", "U1")):
        records.accounts.add(name, "", 0.0, role=Role.HEAD_OF_UNIT, units=[unit])
        records.accounts.open_session(name, fingerprint(name), 0.0, 9e12, TOKEN)
    page = own.get("/inbox").text
    assert page.count("kepala</span>") == 1
    assert "Di mana kantornya?" in own.get("/inbox", headers={"Authorization": "Bearer kepala"}).text
    assert "Semua sudah dijawab" in own.get("/inbox", headers={"Authorization": "Bearer lain"}).text
