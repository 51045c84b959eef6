"""The JSON that writes: decisions with their signatures, entries, withdrawals; tokens only, and everything in the ledger."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from publication.accounts.access import Wanted
from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Role
from publication.records import Records, open_records
from publication.tables import PEOPLE
from serving.accounts.beginning import FirstAccount
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.settings import ServingSettings

V1 = "/api/v1"


class Office:
    """An application and a token per role."""

    def __init__(self, client: TestClient, records: Records) -> None:
        self.client, self.records = client, records

    def post(self, role: str, path: str, body: dict[str, Any]) -> httpx.Response:
        return self.client.post(V1 + path, json=body, headers={"Authorization": f"Bearer {role}", "Accept-Language": "en"})

    def get(self, role: str, path: str) -> httpx.Response:
        return self.client.get(V1 + path, headers={"Authorization": f"Bearer {role}"})

    def decide(self, role: str, action: str, employee: str = "E00", position: str = "P002", **said: str) -> httpx.Response:
        return self.post(role, "/decisions", {"position_id": position, "employee_id": employee, "action": action, **said})


@pytest.fixture
def office(first: tuple[Path, FirstAccount], tmp_path: Path) -> Iterator[Office]:
    for path in first[0].iterdir():
        shutil.copy2(path, tmp_path / path.name)
    settings = ServingSettings(workspace=tmp_path)
    records = open_records(settings.store_url(), tmp_path)
    for role in Role:
        records.accounts.add(f"as-{role}", "", 0.0, role=role, employee_id="E00" if role is Role.EMPLOYEE else None, units=["U9"])
        records.accounts.open_session(f"as-{role}", fingerprint(str(role)), 0.0, 9e12, TOKEN)
    with TestClient(create(settings), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield Office(client, records)


def test_a_move_is_signed_by_three_and_accepted_by_the_employee(office: Office) -> None:
    assert office.decide("hr", "choose", reason_code="evidence").json()["move"]["state"] == "proposed"
    assert office.decide("hr", "check").status_code == 422
    assert office.decide("appraisal_team", "check").json()["move"]["state"] == "checked"
    assert office.decide("decision_maker", "approve").json()["move"]["state"] == "approved"
    assert office.decide("hr", "offer").status_code == 200
    accepted = office.decide("employee", "accept")
    assert accepted.json()["move"]["state"] == "accepted"
    number = accepted.json()["move"]["move_id"]
    history = office.get("employee", f"/moves/{number}").json()
    assert [entry["kind"] for entry in history["history"]] == ["choose", "check", "approve", "offer", "accept"]
    assert history["history"][0]["public"]["listed"]["band"] == 1
    assert office.get("auditor", "/moves?state=accepted").json()["moves"][0]["employee_id"] == "E00"
    assert office.records.verify().faults == ()


def test_one_seat_is_given_to_one_person_and_who_signs_sees_the_others(office: Office) -> None:
    for who in ("E00", "E01"):
        assert office.decide("hr", "choose", who, reason_code="evidence").status_code == 200
        assert office.decide("appraisal_team", "check", who).status_code == 200
    page = office.client.get("/sign", headers={"Authorization": "Bearer decision_maker"}).text
    assert page.count("1 orang lain sedang diusulkan atau disetujui untuk jabatan yang sama; formasi lowong: 1.") == 2
    assert office.decide("decision_maker", "approve", "E00").status_code == 200
    refused = office.decide("decision_maker", "approve", "E01")
    assert refused.status_code == 422
    assert "1 seats to give" in refused.json()["detail"]


def test_a_departure_without_words_is_refused_in_words(office: Office) -> None:
    refused = office.decide("hr", "choose", "E09", reason_code="need")
    assert refused.status_code == 422
    assert "departs" in refused.json()["detail"]
    asked = {"position_id": "P002", "employee_id": "E09", "action": "choose", "reason_code": "need"}
    told = office.client.post(f"{V1}/decisions", json=asked, headers={"Authorization": "Bearer hr"}).json()
    assert (told["title"], "departs" in told["detail"]) == ("Tidak diterima", False)
    assert office.decide("hr", "choose", "E09", reason_code="need", text="Satu-satunya yang bersedia.").status_code == 200
    assert office.get("hr", "/decisions/open?position_id=P002&employee_id=E11").json()["departing"] == ["choose"]


def test_unknown_eligibility_cannot_be_signed(office: Office) -> None:
    assert office.decide("hr", "choose", "E03", reason_code="need", text="x" * 20).status_code == 200
    assert "cannot be signed" in office.decide("appraisal_team", "check", "E03").json()["detail"]


def test_a_pair_nobody_knows_is_not_decided_on(office: Office) -> None:
    assert office.decide("hr", "choose", "E77", reason_code="need").status_code == 404
    assert office.decide("hr", "choose", position="P77", reason_code="need").status_code == 404
    assert office.decide("hr", "match").status_code == 422
    assert office.decide("employee", "accept", "E01").status_code == 403


def test_entries_are_made_read_and_withdrawn(office: Office) -> None:
    wish = {"employee_id": "E00", "job_family": "perencanaan", "stated_on": "2026-01-05", "strength": 4}
    made = office.post("employee", "/entries/aspirations", {"rows": [wish]})
    assert made.status_code == 201
    number = made.json()["entry_ids"][0]
    assert office.get("employee", "/entries/aspirations?employee_id=E00").json()["entries"][0]["strength"] == 4
    assert office.get("hr", "/entries/aspirations").json()["entries"][0]["entered_by"] == "as-employee"
    assert office.get("analyst", "/entries/aspirations").status_code == 403
    assert office.post("employee", f"/entries/aspirations/{number}/withdrawal", {"reason": "keliru"}).status_code == 201
    assert office.get("employee", "/entries/aspirations?employee_id=E00").json()["entries"] == []
    assert office.post("employee", f"/entries/aspirations/{number}/withdrawal", {"reason": "keliru"}).status_code == 404


def test_nobody_enters_for_others_without_the_right(office: Office) -> None:
    wish = {"employee_id": "E01", "job_family": "perencanaan", "stated_on": "2026-01-05"}
    assert office.post("employee", "/entries/aspirations", {"rows": [wish]}).status_code == 403
    assert office.post("auditor", "/entries/aspirations", {"rows": [wish]}).status_code == 403
    assert office.post("hr", "/entries/aspirations", {"rows": [wish]}).status_code == 201
    nobody = office.post("hr", "/entries/aspirations", {"rows": [wish | {"employee_id": "E77"}]})
    assert "not in the run" in nobody.json()["detail"]
    review = {"employee_id": "E01", "date": "2026-01-05", "item": "kerja sama", "answer": 4, "reviewer_kind": "peer"}
    assert office.post("employee", "/entries/peer_reviews", {"rows": [review]}).status_code == 201
    assert office.post("employee", "/entries/peer_reviews", {"rows": [review | {"employee_id": "E00"}]}).status_code == 403


def test_single_answers_are_for_hr_and_oneself(office: Office) -> None:
    pulse = {"employee_id": "E00", "date": "2026-01-05", "days": "30", "item": "support", "answer": 2}
    assert office.post("employee", "/entries/pulses", {"rows": [pulse]}).status_code == 201
    assert office.get("employee", "/entries/pulses?employee_id=E00").status_code == 200
    assert [office.get(role, "/entries/pulses").status_code for role in ("hr", "auditor", "appraisal_team")] == [200, 403, 403]


def test_a_wrong_entry_is_told_field_by_field(office: Office) -> None:
    refused = office.post("employee", "/entries/aspirations", {"rows": [{"employee_id": "E00", "strength": 9}]})
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert "strength" in refused.json()["detail"]
    assert office.post("employee", "/entries/nothing", {"rows": [{}]}).status_code == 404


def test_a_cookie_cannot_write_through_the_json(own: TestClient) -> None:
    refused = own.post("/api/v1/decisions", json={"position_id": "P002", "employee_id": "E00", "action": "choose"})
    assert refused.status_code == 403
    assert "token" in refused.json()["detail"]


def test_every_look_is_in_the_access_log_with_whose_it_was(office: Office) -> None:
    office.get("hr", "/positions/P002/candidates/E03")
    office.client.app.state.looks.flush()
    seen = office.records.access.newest(Wanted("as-hr"))
    assert seen[0]["action"] == "GET /api/v1/positions/{position_id:path}/candidates/{employee_id:path}"
    assert seen[0]["subject"] == "P002 E03"
    assert seen[0]["status"] == 200


def test_an_account_that_asks_too_often_is_told_when_to_come_back(first: tuple[Path, FirstAccount], tmp_path: Path) -> None:
    for path in first[0].iterdir():
        shutil.copy2(path, tmp_path / path.name)
    settings = ServingSettings(workspace=tmp_path, rate_per_minute=3)
    records = open_records(settings.store_url(), tmp_path)
    records.accounts.add("program", "", 0.0, role=Role.ANALYST)
    records.accounts.open_session("program", fingerprint("t"), 0.0, 9e12, TOKEN)
    with TestClient(create(settings), base_url="http://localhost") as client:
        answers = [client.get("/api/v1/me", headers={"Authorization": "Bearer t"}) for _ in range(5)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_the_description_is_served_to_accounts_and_names_every_route(office: Office) -> None:
    described = office.get("employee", "/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert {"/api/v1/decisions", "/api/v1/entries/{form}", "/api/v1/plan/what-if"} <= set(described["paths"])
    assert all(path.startswith(V1) for path in described["paths"])
    assert office.client.get("/api/v1/openapi.json").status_code == 401


def test_auditors_read_the_trail_and_the_data_team_no_person_in_it(office: Office) -> None:
    office.decide("hr", "choose", reason_code="evidence")
    entries = office.get("auditor", "/ledger").json()["entries"]
    assert entries[0]["private"]["employee_id"] == "E00"
    assert office.get("data_team", "/ledger").json()["entries"][0]["private"] is None
    told = office.get("auditor", "/ledger/verification").json()
    assert told["faults"] == []
    assert told["anchor"].startswith("1:")
    assert office.get("auditor", "/overrides").json()["rate"] == []
    office.client.app.state.looks.flush()
    assert office.get("auditor", "/access-log?username=as-hr").json()["looks"][0]["action"] == "POST /api/v1/decisions"
    assert office.get("hr", "/access-log").status_code == 403


def test_an_entry_may_name_somebody_by_nip_and_reaches_no_further(office: Office) -> None:
    nip = "198601012010011001"
    with office.records.database.engine.begin() as connection:
        connection.execute(PEOPLE.update().where(PEOPLE.c.employee_id == "E05").values(nip=nip))
    wish = {"employee_id": nip, "unit_id": "U9", "stated_on": "2026-03-01"}
    assert office.post("hr", "/entries/aspirations", {"rows": [wish]}).status_code == 201
    assert [row["employee_id"] for row in office.records.intake.rows("aspirations")] == ["E05"]
    for role in ("employee", "analyst"):
        assert office.post(role, "/entries/aspirations", {"rows": [wish]}).status_code == 403
    unknown = wish | {"employee_id": "198601012010011002"}
    assert office.post("hr", "/entries/aspirations", {"rows": [unknown]}).status_code == 422
    assert len(office.records.intake.rows("aspirations")) == 1
