"""Reasons below the first candidates come up when a page asks: waited for, shown, or said why not."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from features.errors import StalePublicationError
from serving.on_demand import WAIT_SECONDS, load_explainer

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
    assert load_explainer("") is None
    assert load_explainer("collections:Counter") == {}


def test_a_list_links_to_the_reasons_it_does_not_hold(client: TestClient) -> None:
    listed = client.get("/positions/P002?show=all").text
    assert listed.count("Lihat alasan") == 2
    assert "Lihat alasan" not in client.get("/positions/P002").text
