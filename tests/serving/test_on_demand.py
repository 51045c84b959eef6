"""Reasons below the first candidates come up when a page asks: waited for, shown, or said why not."""

from collections.abc import Iterator, Mapping
from threading import Event
from threading import enumerate as enumerate_threads
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from features.errors import StalePublicationError, UsageError
from serving.on_demand import WAIT_SECONDS, Coming, explained

BELOW, ABOVE = "/positions/P002/candidates/E11", "/positions/P002/candidates/E00"
MADE = {
    "reasons_for": [
        {"concept": "x", "contribution": 0.2, "id": "Dibuat sekarang", "en": "Made now", "record": "r", "record_en": "r"}
    ],
    "reasons_against": [],
}


@pytest.fixture
def application(client: TestClient) -> Iterator[FastAPI]:
    assert isinstance(client.app, FastAPI)
    before = client.app.state.explainer
    yield client.app
    client.app.state.explainer = before


def explaining(answer: Mapping[str, Any] | Exception | None) -> Any:
    def explainer(run_id: str, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        assert row["employee_id"] == "E11"
        if isinstance(answer, Exception):
            raise answer
        return answer

    return explainer


def test_reasons_made_now_are_shown_like_those_of_the_run(client: TestClient, application: FastAPI) -> None:
    application.state.explainer = explaining(MADE)
    assert client.get(f"/api/v1{BELOW}").json()["candidate"]["reasons_for"] == MADE["reasons_for"]
    assert "Dibuat sekarang" in client.get(BELOW).text
    assert "Made now" in client.get(f"{BELOW}?lang=en").text
    client.get(f"{BELOW}?lang=id")


def test_while_they_are_made_ready_the_page_says_so_and_asks_again(client: TestClient, application: FastAPI) -> None:
    application.state.explainer = explaining(None)
    answer = client.get(BELOW)
    assert answer.status_code == 200
    assert answer.headers["refresh"] == str(WAIT_SECONDS)
    assert "sedang disiapkan" in answer.text
    waiting = client.get(f"/api/v1{BELOW}")
    assert (waiting.status_code, waiting.headers["retry-after"]) == (503, str(WAIT_SECONDS))
    assert "refresh" not in client.get(ABOVE).headers


def test_why_they_cannot_be_made_is_said_in_the_language_of_the_reader(client: TestClient, application: FastAPI) -> None:
    application.state.explainer = explaining(StalePublicationError("other choices", "pilihan lain"))
    assert "pilihan lain" in client.get(BELOW).text
    assert client.get(f"/api/v1{BELOW}").json()["candidate"]["reasons_for"] is None


def test_without_one_who_explains_the_reasons_of_the_run_are_all_there_is(client: TestClient) -> None:
    assert client.get(f"/api/v1{BELOW}").json()["candidate"]["reasons_for"] is None
    assert client.get(f"/api/v1{ABOVE}").json()["candidate"]["reasons_for"]


def test_one_who_explains_is_made_in_the_background_and_a_fault_on_the_way_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = Event(), Event()

    def explainer() -> Any:
        begun.set()
        assert go_on.wait(10)
        return explaining(MADE)

    def broken() -> Any:
        raise UsageError("no such file", "berkas tidak ada")

    made = {"room:explainer": explainer, "room:broken": broken}
    monkeypatch.setattr("serving.on_demand.resolve_name", made.__getitem__)
    row = {"position_id": "P002", "employee_id": "E11"}
    coming = Coming("room:explainer")
    assert explained(coming, "r", row).waiting
    done = Event()
    coming.begin(done.set)
    assert begun.wait(10)
    assert explained(coming, "r", row).waiting
    go_on.set()
    settled(coming)
    assert explained(coming, "r", row).row["reasons_for"] == MADE["reasons_for"]
    failing = Coming("room:broken")
    failing.begin(done.set)
    settled(failing)
    problem = explained(failing, "r", row).problem
    assert problem is not None
    assert problem.into("id") == "berkas tidak ada"


def settled(coming: Coming) -> None:
    """Wait until the explainer is made, or will not be."""
    for thread in enumerate_threads():
        if thread.name == "explainer":
            thread.join(10)


def test_a_list_links_to_the_reasons_it_does_not_hold(client: TestClient) -> None:
    listed = client.get("/positions/P002?show=all").text
    assert listed.count("Lihat alasan") == 2
    assert "Lihat alasan" not in client.get("/positions/P002").text
