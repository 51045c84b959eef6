"""Support of one planned move: training, mentor, hand-over of both units; readiness for those who support people alone."""

import json
import time
from collections.abc import Callable

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import GRANTS, Permission, Role
from publication.loading import as_rows, load_rows
from publication.records import open_records
from publication.schemas import TABLES
from publication.tables import PROJECTED
from publication.workspace import Workspace
from serving.accounts.guard import fingerprint
from serving.settings import ServingSettings

RUN_ID = "0f3a" * 8
PAGE = "/plan/support/E03?lang=id"
DAY = pd.Timestamp("2026-02-01")


@pytest.fixture
def prepared(settings: ServingSettings, own: TestClient) -> TestClient:
    """Return HR in a city where E03 enters P001, E12 is the mentor, and a refusal over the distance is on record."""
    course = {"course": "Pelatihan Integritas", "competency": "integritas", "unit_id": None, "hours": 24.0,
              "start_on": "2026-01-10", "finish_on": "2026-01-12", "seat": True, "before_start": True}  # fmt: skip
    row = {
        "employee_id": "E03", "to_position": "P001", "ready_on": DAY, "start_on": DAY, "phase": 1,
        "gaps": json.dumps([{"competency": "integritas", "level": 1.0, "required": 3.0, "gap": 2.0}]), "gap_levels": 2.0,
        "trainings": json.dumps([course]), "training_hours": 24.0, "deadline": DAY, "waiting": 0, "after_start": 0,
        "not_taught": 0, "mentor_employee_id": "E12", "mentor_covers": "integritas", "mentor_months": 60.0, "mentor_match": 1.0,
        "adaptation_months": 4,
        "hand_over_left": json.dumps([{"code": "tasks", "id": "Tugas diserahkan", "en": "Tasks handed over"}]),
        "hand_over_entered": json.dumps([{"code": "access", "id": "Akses siap", "en": "Access ready"}]),
    }  # fmt: skip
    far = {"code": "distance", "id": "Terlalu jauh", "en": "Too far", "answer_id": "Cari yang dekat", "answer_en": "Look nearer",
           "response": "replan"}  # fmt: skip
    ready = {"employee_id": "E03", "to_position": "P001", "readiness": "hesitant", "refusals": 1, "objections": json.dumps([far])}
    with sa.create_engine(Workspace(settings.workspace).database_url).begin() as connection:
        for name, one in (("support", row), ("readiness", ready)):
            connection.execute(PROJECTED[name].delete())
            frame = pd.DataFrame([one])[list(TABLES[name].schema.columns)]
            load_rows(connection, PROJECTED[name], as_rows(PROJECTED[name], RUN_ID, frame))
    return own


def test_training_mentor_time_to_settle_and_both_checklists_are_shown(prepared: TestClient) -> None:
    page = prepared.get(PAGE).text
    for said in ("Pelatihan Integritas", "10–12 Januari 2026", "kursi disediakan", "mendampingi 1 pegawai", "Tugas diserahkan",
                 "Akses siap", "−2", "masa penyesuaian"):  # fmt: skip
        assert said in page, said
    assert page.index("unit yang ditinggalkan") < page.index("Tugas diserahkan") < page.index("unit yang dituju")


def test_an_objection_comes_with_its_answer_and_the_way_to_it(prepared: TestClient) -> None:
    page = prepared.get(PAGE).text
    assert "Pernah menolak tawaran (1 kali)." in page
    assert page.index("Terlalu jauh") < page.index("Cari yang dekat") < page.index("Hitung ulang tanpa mutasi ini")


def test_a_refusal_entered_since_the_run_leads_to_its_answer_at_once(prepared: TestClient, csrf: Callable[[str], str]) -> None:
    form = {"csrf": csrf(prepared.get("/account").text), "employee_id": "E03", "position_id": "P001", "offered_on": "2026-01-05",
            "response": "refused", "reason_code": "health", "next": "/"}  # fmt: skip
    assert prepared.post("/forms/offers", data=form, follow_redirects=False).status_code == 303
    page = prepared.get(PAGE).text
    assert "Pernah menolak tawaran (2 kali)." in page
    assert page.index("Keadaan kesehatan") < page.index("Ajukan pengecualian") < page.index("Terlalu jauh")


def test_nobody_but_who_supports_people_sees_it(prepared: TestClient, settings: ServingSettings) -> None:
    accounts, now = open_records(Workspace(settings.workspace).database_url, settings.workspace).accounts, time.time()
    prepared.cookies.clear()
    for role in Role:
        accounts.add(role.value, "", now, role=role)
        accounts.open_session(role.value, fingerprint(role.value), now, now + 600, TOKEN)
        seen = prepared.get(PAGE, headers={"Authorization": f"Bearer {role.value}"})
        may = Permission.READ_CASES in GRANTS[role].permissions
        assert (seen.status_code == 200) <= may, role
        assert ("Terlalu jauh" in seen.text) <= may, role
    assert not {Role.APPRAISAL_TEAM, Role.DECISION_MAKER} & {
        role for role in Role if Permission.READ_CASES in GRANTS[role].permissions
    }


def test_who_is_not_in_the_plan_has_no_such_page(prepared: TestClient) -> None:
    assert prepared.get("/plan/support/E05").status_code == 404


def test_the_page_of_what_follows_links_to_it(prepared: TestClient) -> None:
    assert 'href="/plan/support/E03"' in prepared.get("/after?view=support").text
