"""The JSON: what it answers, its ETags, its problem documents."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

RUN_ID = "0f3a" * 8
PATHS = ["/api/v1/positions", "/api/v1/positions/P002/shortlist", "/api/v1/positions/P002/candidates/E03"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_names_its_run(client: TestClient, path: str) -> None:
    assert client.get(path).json()["run_id"] == RUN_ID


@pytest.mark.parametrize("path", PATHS)
def test_the_same_bytes_are_not_sent_twice(client: TestClient, path: str) -> None:
    tag = client.get(path).headers["etag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": held})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_shortlist_comes_by_rank_and_as_long_as_asked(client: TestClient) -> None:
    candidates = client.get("/api/v1/positions/P002/shortlist?limit=4").json()["candidates"]
    assert [row["rank"] for row in candidates] == [1, 2, 3, 4]
    assert candidates[0]["reasons_for"][0]["concept"] == "experience"


def test_a_candidates_numbers_add_up(client: TestClient) -> None:
    found = client.get("/api/v1/positions/P002/candidates/E03").json()["candidate"]
    assert found["uplift"] == pytest.approx(found["expected_in_post"] - found["stay_outlook"], abs=1e-9)


def test_ids_with_slashes_and_spaces_are_found(client: TestClient) -> None:
    assert client.get("/api/v1/positions/P%2F4%20a/shortlist").json()["position"]["title"] == "Pengelola Keuangan"


def test_no_name_leaves_through_the_json(client: TestClient) -> None:
    assert not any("Rahmawati" in client.get(path).text for path in PATHS)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/positions/none/shortlist", 404),
        ("/api/v1/positions/P002/candidates/none", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/positions?limit=0", 422),
        ("/api/v1/positions?limit=many", 422),
        ("/api/v1/positions?offset=-1", 422),
    ],
)
def test_refusals_are_problem_documents(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("asked", "accepted", "said"),
    [
        ("", "", "Jabatan ini tidak ada"),
        ("", "en-GB,en;q=0.9,id;q=0.5", "This position is not"),
        ("", "fr, id;q=0.3, en;q=0.8", "This position is not"),
        ("", "en;q=0, *;q=x", "Jabatan ini tidak ada"),
        ("?lang=id", "en", "Jabatan ini tidak ada"),
        ("?lang=en", "", "This position is not"),
    ],
)
def test_refusals_are_in_the_language_asked_for(client: TestClient, asked: str, accepted: str, said: str) -> None:
    refused = client.get(f"/api/v1/positions/none/shortlist{asked}", headers={"Accept-Language": accepted})
    assert refused.json()["detail"].startswith(said)
    assert refused.headers["content-language"] == ("en" if said.startswith("This") else "id")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/positions?limit=0"])
def test_no_refusal_is_in_the_words_of_the_framework(client: TestClient, path: str) -> None:
    said = [client.get(path, headers={"Accept-Language": lang}).json() for lang in ("id", "en")]
    assert said[0]["title"] != said[1]["title"]
    assert said[0]["detail"] != said[1]["detail"]


def test_nothing_can_be_written(client: TestClient) -> None:
    assert {client.request(method, "/api/v1/positions").status_code for method in ("POST", "PUT", "PATCH", "DELETE")} == {405}


def test_every_address_of_the_json_is_in_the_analysts_guide(client: TestClient) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "how-to-analyst.md").read_text(encoding="utf-8")
    paths = [path for path in client.app.openapi()["paths"] if path.startswith("/api/")]
    assert len(paths) > 15
    documented = [
        path.replace("{position_id}", "ID").replace("{employee_id}", "EMPLOYEE_ID").replace("{move_id}", "NUMBER") for path in paths
    ]
    assert [path for path in documented if f"`{path}" not in guide] == []


@pytest.mark.parametrize(
    ("path", "name", "key"),
    [("positions", "positions", "position_id"), ("units", "units", "unit_id"), ("needs", "needs", "unit_id")],
)
@pytest.mark.parametrize("limit", [1, 2, 4, 200])
def test_pages_put_together_are_the_whole(client: TestClient, path: str, name: str, key: str, limit: int) -> None:
    whole = client.get(f"/api/v1/{path}?limit=200").json()[name]
    found, offset = [], 0
    while offset is not None:
        part = client.get(f"/api/v1/{path}?limit={limit}&offset={offset}").json()
        assert len(part[name]) <= limit
        found, offset = found + part[name], part["next_offset"]
    assert found == whole
    assert len({row[key] for row in whole}) == len(whole) > 0


def test_an_answer_not_sent_again_is_not_made_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = client.get(PATHS[1]).headers["etag"]
    monkeypatch.setattr("publication.answers.Answers.shortlist", None)
    assert client.get(PATHS[1], headers={"If-None-Match": tag}).status_code == 304
    assert client.get(PATHS[1]).status_code == 200


def test_a_pair_that_is_not_listed_is_told_from_one_that_is_nobody(client: TestClient) -> None:
    excluded = client.get("/api/v1/positions/P002/exclusions").json()["exclusions"]
    unlisted = next(row["employee_id"] for row in excluded if row["verdict"] == "fail")
    told = client.get(f"/api/v1/positions/P002/candidates/{unlisted}?lang=en")
    nobody = client.get("/api/v1/positions/P002/candidates/E99999?lang=en")
    assert told.status_code == nobody.status_code == 404
    assert told.headers["content-type"].startswith("application/problem+json")
    assert "not on this position's list" in told.json()["detail"]
    assert "/exclusions" in told.json()["detail"]
    assert "not on this position's list" not in nobody.json()["detail"]
