"""People and positions are named as readers know them, and what a role may not see is said to be hidden, not missing."""

import time
from collections.abc import Callable

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from features.codes import CLEARANCE_KINDS, DISCIPLINE_SEVERITIES, LEGAL_STATUSES
from features.contract import TABLES as TABLES_OF_SOURCE
from features.posts import ARRIVALS
from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Role
from publication.intake.choices import ASKED_ITEMS
from publication.loading import as_rows, load_rows
from publication.records import Records, open_records
from publication.schemas import TABLES
from publication.tables import IN_FORCE, PEOPLE, PROJECTED
from publication.workspace import Workspace
from serving import blind
from serving.accounts.guard import fingerprint
from serving.pages.employees import CLEARED
from serving.settings import ServingSettings
from serving.texts.coded import CHOICES

RUN_ID = "0f3a" * 8
NIP = "198601012010011001"


@pytest.fixture
def office(settings: ServingSettings, own: TestClient) -> TestClient:
    """Return HR in a city where E05 has a NIP and E06 has the name of E05."""
    with sa.create_engine(Workspace(settings.workspace).database_url).begin() as connection:
        connection.execute(PEOPLE.update().where(PEOPLE.c.employee_id == "E05").values(nip=NIP))
        connection.execute(PEOPLE.update().where(PEOPLE.c.employee_id == "E06").values(name="Rina Marlina, S.IP."))
        run_id = connection.execute(sa.select(IN_FORCE.c.run_id)).scalar_one()
        move = pd.DataFrame({
            "employee_id": ["E05"], "to_position": "P002", "from_position": "P003", "chain": 1, "step": 1, "swap": False,
            "net_value": 0.9, "stability": 1.0, "stability_person": 1.0, "stability_post": 1.0,
            "start_on": pd.Timestamp("2026-02-01"),
        })  # fmt: skip
        load_rows(connection, PROJECTED["plan"], as_rows(PROJECTED["plan"], run_id, move[list(TABLES["plan"].schema.columns)]))
    return own


def records_of(settings: ServingSettings) -> Records:
    return open_records(settings.store_url(), settings.workspace)


def as_role(settings: ServingSettings, client: TestClient, role: Role, employee: str | None = None) -> Callable[[str], str]:
    """Return how somebody of ``role`` reads a page."""
    accounts, now = records_of(settings).accounts, time.time()
    accounts.add(f"one-{role}", "", now, role=role, employee_id=employee)
    accounts.open_session(f"one-{role}", fingerprint(f"token-{role}"), now, now + 600, TOKEN)
    client.cookies.clear()
    return lambda path: client.get(path, headers={"Authorization": f"Bearer token-{role}"}).text


def sent(client: TestClient, csrf: Callable[[str], str], form: str, **given: str) -> tuple[int, str]:
    page = client.get(f"/forms/{form}").text
    answer = client.post(f"/forms/{form}", data={"csrf": csrf(page), **given}, follow_redirects=False)
    return answer.status_code, answer.text


@pytest.mark.parametrize("called", ["E05", NIP, "19860101 201001 1 001"])
def test_a_form_from_paper_names_its_person_by_number_or_nip(
    called: str, office: TestClient, settings: ServingSettings, csrf: Callable[[str], str]
) -> None:
    given = {"position_id": "Perizinan", "stated_on": "2026-01-05", "strength": "4"}
    assert sent(office, csrf, "aspirations", employee_id=called, **given)[0] == 303
    row = records_of(settings).intake.rows("aspirations")[0]
    assert (row["employee_id"], row["position_id"]) == ("E05", "P002")


@pytest.mark.parametrize("called", ["Rina Marlina, S.IP.", "Rina", "nobody"])
def test_a_name_of_two_people_a_part_of_one_or_of_nobody_names_nobody(
    called: str, office: TestClient, csrf: Callable[[str], str]
) -> None:
    status, page = sent(office, csrf, "aspirations", employee_id=called, position_id="P002", stated_on="2026-01-05")
    assert status == 422
    assert "Cari pegawainya di halaman Pegawai" in page


def test_words_of_several_positions_name_none(office: TestClient, csrf: Callable[[str], str]) -> None:
    status, page = sent(office, csrf, "aspirations", employee_id="E05", position_id="Kepala", stated_on="2026-01-05")
    assert status == 422
    assert "tulis namanya lebih lengkap" in page


def test_a_scenario_takes_the_code_of_a_blind_list(
    office: TestClient, settings: ServingSettings, csrf: Callable[[str], str]
) -> None:
    token = csrf(office.get("/account").text)
    form = {"csrf": token, "wish": "lock", "employee_id": blind.code(RUN_ID, "E07").lower(), "position_id": "Perizinan"}
    assert office.post("/plan/scenario", data=form, follow_redirects=False).status_code == 303
    row = records_of(settings).intake.rows("scenarios")[0]
    assert (row["employee_id"], row["position_id"]) == ("E07", "P002")
    refused = office.post(
        "/plan/scenario", data={**form, "employee_id": "ZZZZZ"}, headers={"Referer": "http://localhost/plan/scenario"}
    )
    assert refused.status_code == 422
    assert 'href="/plan/scenario">Kembali ke isian' in refused.text


def test_documents_are_chosen_by_nip_and_nobody_found_is_said(office: TestClient) -> None:
    assert "employee=E05" in office.get(f"/documents?position=P002&employee={NIP}").text
    assert "Tidak ada satu pegawai pun yang cocok" in office.get("/documents?employee=Rina").text


def test_an_employee_reads_all_of_oneself_but_no_draft_plan(office: TestClient, settings: ServingSettings) -> None:
    told = "Rencana gelombang memuat perpindahan"
    hr = office.get("/employees/E05").text
    assert told in hr
    assert "/forms/corrections?employee_id=E05" in hr
    assert "Tanggal lahir" not in hr
    page = as_role(settings, office, Role.EMPLOYEE, "E05")("/employees/E05")
    assert told not in page
    assert "Tanggal lahir" in page
    assert 'href="/employees"' not in page, "a link leads where one may go"
    assert all(f'href="/forms/{form}"' in page for form in ("corrections", "aspirations", "questions", "objections"))
    assert "Uji kompetensi" in page


def test_an_employee_asks_why_not_of_any_post_and_of_nobody_else(office: TestClient, settings: ServingSettings) -> None:
    read = as_role(settings, office, Role.EMPLOYEE, "E05")
    found = read("/me/why?q=perizinan")
    assert 'href="/positions/P002/candidates/E05"' in found
    assert "/me/why" in read("/employees/E05")
    page = read("/positions/P002/candidates/E05")
    assert "Mengapa / mengapa tidak" in page
    assert "Bukan wewenang" not in page
    assert 'href="/positions/P002"' not in page, "the list itself is not for employees"
    assert "Bukan wewenang" in read("/positions/P002/candidates/E00")
    assert "Bukan wewenang" in read("/positions/P002")


def test_a_form_tells_no_employee_who_a_number_is(office: TestClient, settings: ServingSettings) -> None:
    read = as_role(settings, office, Role.EMPLOYEE, "E05")
    assert not any("Dewi Lestari" in read(f"/forms/{form}?employee_id=E07") for form in ("aspirations", "peer_reviews"))


def test_a_wish_hidden_from_a_role_is_no_missing_wish(office: TestClient, settings: ServingSettings) -> None:
    read = as_role(settings, office, Role.ANALYST)
    assert read("/positions/P002/compare?who=E00&who=E05").count("tersembunyi untuk peran Anda") == 2


def test_a_decision_without_a_reason_is_told_the_reasons_in_words(office: TestClient, csrf: Callable[[str], str]) -> None:
    page = office.get("/positions/P002/candidates/E00").text
    form = {"csrf": csrf(page), "position_id": "P002", "employee_id": "E00", "action": "choose"}
    answer = office.post("/decide", data=form)
    assert answer.status_code == 422
    assert "jabatan mendesak diisi" in answer.text


def test_whoever_takes_a_step_is_told_that_it_is_on_record(office: TestClient, csrf: Callable[[str], str]) -> None:
    page = office.get("/positions/P002/candidates/E00").text
    form = {"csrf": csrf(page), "position_id": "P002", "employee_id": "E00", "action": "choose", "reason_code": "evidence"}
    assert "Tercatat dalam buku keputusan." in office.post("/decide", data=form).text
    assert "Tercatat dalam buku keputusan." not in office.get("/moves").text, "it is said once"


@pytest.mark.parametrize("form", sorted(ASKED_ITEMS))
def test_what_a_form_asks_is_in_the_readers_language(form: str, client: TestClient) -> None:
    pages = {language: client.get(f"/forms/{form}?lang={language}").text for language in ("en", "id")}
    for asked in ASKED_ITEMS[form].values():
        assert str(asked) in pages["en"]
        assert asked.indonesian in pages["id"]


def test_every_code_told_of_a_person_has_words() -> None:
    assert {*LEGAL_STATUSES, *DISCIPLINE_SEVERITIES, *ARRIVALS} - {"stay"} <= set(CHOICES["fact"])
    assert set(CLEARANCE_KINDS) <= set(CHOICES["entry"])
    assert set(CLEARED) == set(CLEARANCE_KINDS) - {"certificate"}


def test_every_table_of_the_contract_has_words() -> None:
    assert set(TABLES_OF_SOURCE) == set(CHOICES["table"])
