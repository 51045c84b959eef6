"""What people see while database or disk are away, or when they send what no database holds: words, no fault, and nothing lost."""

import errno
import os
import re
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from pydantic import SecretStr

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Role
from publication.records import open_records
from publication.store import Store
from publication.upkeep.copying import copy_database
from serving.accounts import looks
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.settings import ServingSettings


@pytest.fixture
def central(settings: ServingSettings, postgres: str) -> Iterator[TestClient]:
    """Return somebody of HR at an application whose database is a PostgreSQL server."""
    copy_database(settings.store_url(), postgres)
    records = open_records(postgres, settings.workspace)
    records.accounts.add("hr-a", "", 0.0, role=Role.HR)
    records.accounts.open_session("hr-a", fingerprint("hr"), 0.0, time.time() + 3600, TOKEN)
    application = create(ServingSettings(workspace=settings.workspace, database_url=SecretStr(postgres)))
    headers = {"Authorization": "Bearer hr"}
    with TestClient(application, base_url="http://localhost", raise_server_exceptions=False, headers=headers) as client:
        yield client


@pytest.mark.postgres
def test_a_nul_is_no_fault_and_does_not_silence_the_access_log(central: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "FLUSH_SECONDS", 0.05)
    assert central.get("/employees/%00").status_code == 422
    assert central.get("/api/v1/positions/%00/shortlist").status_code == 422
    assert central.get("/positions?q=%00").status_code == 422
    assert central.post("/api/v1/entries/aspirations", json={"employee_id": "E00", "job_family": "a\0"}).status_code in (404, 422)
    visitor = TestClient(central.app, base_url="http://localhost", raise_server_exceptions=False)
    page = visitor.get("/login").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token is not None
    assert visitor.post("/login", data={"username": "a\0b", "password": "x", "csrf": token[1]}).status_code == 422
    assert central.get("/positions/P001").status_code == 200
    log = central.app.state.records.access  # type: ignore[attr-defined]
    until = time.monotonic() + 30
    while "P001" not in [row["subject"] for row in log.newest()] and time.monotonic() < until:
        time.sleep(0.05)
    assert {"P001", "\N{REPLACEMENT CHARACTER}"} <= {row["subject"] for row in log.newest()}


@pytest.mark.parametrize("address", ["/positions", "/api/v1/positions"])
def test_while_the_database_is_away_it_is_said_so(address: str, own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own.get(address).status_code == 200

    def gone(*_: object) -> object:
        raise sa.exc.OperationalError("SELECT", {}, Exception("server closed the connection"))

    with monkeypatch.context() as away:
        away.setattr(Store, "reading", gone)
        answer = own.get(f"{address}?q=x")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "sedang tidak dapat dipakai" in answer.text
    assert own.get(address).status_code == 200


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 503), (errno.ENOENT, 500)])
def test_a_full_disk_is_told_from_a_fault(
    number: int, status: int, own: TestClient, csrf: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = csrf(own.get("/account").text)

    def full(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("publication.ledger.ledger.keep_head", full)
    form = {"csrf": token, "position_id": "P002", "employee_id": "E00", "action": "reserve", "reason_code": "timing", "text": "hai"}
    assert own.post("/decide", data=form, follow_redirects=False).status_code == status
