"""Surges with the people who could help, and the training calendar of all agencies."""

import json
import re

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from publication.loading import as_rows, load_rows
from publication.schemas import TABLES
from publication.tables import PROJECTED
from publication.workspace import Workspace
from serving import blind
from serving.settings import ServingSettings

RUN_ID = "0f3a" * 8


@pytest.fixture
def prepared(settings: ServingSettings, own: TestClient) -> TestClient:
    """Return HR in a city where demand surges at U002 and two agencies send people to one course."""
    surge = {"unit_id": "U002", "demand_trend": 0.1, "surge_since": pd.Timestamp("2026-01-01"), "surge_rise": 0.4,
             "expected": 500.0, "visitors": 700.0, "p_value": 0.0}  # fmt: skip
    helper = {"unit_id": "U002", "rank": 1, "employee_id": "E03", "way": "temporary", "job_family": "umum", "months": 40.0,
              "from_unit": "U003", "from_fill": 0.9, "to_fill": 0.5, "position_id": None, "net_value": None}  # fmt: skip
    course = {
        "course": "Pelayanan Prima", "competency": "orientasi_pelayanan", "unit_id": "", "start_on": pd.Timestamp("2026-05-28"),
        "finish_on": pd.Timestamp("2026-06-01"), "hours": 24.0, "seats": 40.0, "taken": 3, "waiting": 2, "agencies": "U002; U003",
    }  # fmt: skip
    seats = [("E01", True, True), ("E02", True, True), ("E03", True, False), ("E04", False, False)]
    support = [prepared_for(*one) for one in seats]
    with sa.create_engine(Workspace(settings.workspace).database_url).begin() as connection:
        for name, rows in (
            ("surges", [surge]),
            ("reinforcements", [helper]),
            ("training_calendar", [course]),
            ("support", support),
        ):
            frame = pd.DataFrame(rows)[list(TABLES[name].schema.columns)]
            load_rows(connection, PROJECTED[name], as_rows(PROJECTED[name], RUN_ID, frame))
    return own


def prepared_for(employee_id: str, seat: bool, before_start: bool) -> dict[str, object]:
    """Return the support of one mover who takes the course."""
    course = {"course": "Pelayanan Prima", "unit_id": None, "start_on": "2026-05-28", "finish_on": "2026-06-01", "seat": seat,
              "before_start": before_start}  # fmt: skip
    nothing = dict.fromkeys(("waiting", "after_start", "not_taught", "adaptation_months"), 0)
    days = dict.fromkeys(("ready_on", "start_on", "deadline"), pd.Timestamp("2026-06-02"))
    mentor = {"mentor_employee_id": None, "mentor_covers": None, "mentor_months": None, "mentor_match": None}
    return {"employee_id": employee_id, "to_position": "P003", "phase": 1, "gaps": "[]", "gap_levels": 0.0, "training_hours": 24.0,
            "trainings": json.dumps([course]), "hand_over_left": "[]", "hand_over_entered": "[]",
            **nothing, **days, **mentor}  # fmt: skip


def test_a_surge_says_how_much_since_when_and_who_could_help(prepared: TestClient) -> None:
    page = prepared.get("/plan/preparation?lang=en").text
    assert "700 a month, 40 % above the 500" in page
    row = next(row for row in page.split("<tr>") if blind.code(RUN_ID, "E03") in row)
    assert "on loan" in row
    assert "90, 50" in row
    assert "40" in row


def test_the_calendar_says_seats_waiting_and_who_sends(prepared: TestClient) -> None:
    page = prepared.get("/plan/preparation?lang=id").text
    row = next(row for row in page.split("<tr>") if "Pelayanan Prima" in row)
    assert re.findall(r'class="number">([^<]+)<', row) == ["24", "3 / 40", "2", "1", "2"], "hours, seats, before, after, waiting"
    assert "28 Mei – 1 Juni 2026" in row
    assert row.count(";") == 1, "both agencies"


def test_without_surge_or_course_the_page_says_so(client: TestClient) -> None:
    page = client.get("/plan/preparation?lang=en").text
    assert "No surge beyond season and noise" in page
    assert "This plan needs no training" in page
