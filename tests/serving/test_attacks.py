"""What somebody would try from outside: a planted session, another site's forms, hostile words in every place that takes some."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from publication.accounts.accounts import TOKEN
from publication.accounts.passwords import NO_PASSWORD, fits, hashed
from publication.accounts.roles import GRANTS, Role
from publication.decisions.life import Asked, Listed
from publication.records import open_records
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.settings import ServingSettings

HOSTILE = (
    "' OR '1'='1", '"; DROP TABLE moves; --', "%27%20UNION%20SELECT%20password_hash%20FROM%20accounts--", "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%2fsecret", "/etc/passwd", "....//....//secret", "<script>alert(1)</script>",
    "{{7*7*191}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}", "${7*7*191}", "%0d%0aSet-Cookie:%20a=b", "%00",
    "\u202e", "x" * 5000, "-1", "999999999999999999999", "http://169.254.169.254/latest/meta-data/",
)  # fmt: skip
BEFORE_SIGNING_IN = ("/login", "/join")
ASKED = ("q", "query", "lang", "next", "sort", "limit", "offset", "employee_id", "position_id", "unit_id", "columns")


def paths(client: TestClient, method: str) -> list[str]:
    found = [one for one in iter_route_contexts(client.app.routes) if isinstance(one.original_route, APIRoute)]
    return sorted({one.path for one in found if method in one.methods})


def filled(path: str, value: str = "1") -> str:
    return re.sub(r"{\w+(?::path)?}", lambda _: value, path)


def test_a_session_planted_before_signing_in_is_worth_nothing_after(
    visitor: TestClient, enter: Callable[..., httpx.Response], password: str
) -> None:
    visitor.get("/login")
    planted = visitor.cookies["tepat_session"]
    assert enter(visitor, password).status_code == 303
    assert visitor.cookies["tepat_session"] != planted
    visitor.cookies.clear()
    visitor.cookies.set("tepat_session", planted)
    assert visitor.get("/", follow_redirects=False).status_code == 303


def test_signing_in_again_leaves_the_session_before_it_to_whom_it_was(
    own: TestClient, enter: Callable[..., httpx.Response], settings: ServingSettings
) -> None:
    """Who plants their own signed-in session in somebody's browser does not get that somebody's."""
    theirs = own.cookies["tepat_session"]
    records = open_records(settings.store_url(), settings.workspace)
    records.accounts.add("korban", hashed("kuda baterai jepit"), time.time())
    assert enter(own, "kuda baterai jepit", username="korban").status_code == 303
    own.cookies.clear()
    own.cookies.set("tepat_session", theirs)
    assert "korban" not in own.get("/account").text


@pytest.mark.parametrize(("role", "employee"), [(Role.HEAD_OF_UNIT, None), (Role.EMPLOYEE, "E01"), (Role.ANALYST, None)])
def test_a_step_on_a_colleague_out_of_reach_is_refused_without_telling_how_the_move_stands(
    role: Role, employee: str | None, visitor: TestClient, enter: Callable[..., httpx.Response], csrf: Callable[[str], str],
    settings: ServingSettings,
) -> None:  # fmt: skip
    records = open_records(settings.store_url(), settings.workspace)
    listed = Listed("run", "yes", 1, 1, 1, "B", 0.4, 0.2, 0.1, 0.3)
    choose = Asked("choose", "hr", GRANTS[Role.HR].permissions, reason_code="evidence")
    records.moves.take("P002", "E00", choose, listed, datetime.now(UTC))
    records.accounts.add("orang", hashed("kuda baterai jepit"), 0.0, role=role, employee_id=employee, units=["U1"])
    before = records.ledger.head()
    assert enter(visitor, "kuda baterai jepit", username="orang").status_code == 303
    form = {"csrf": csrf(visitor.get("/account").text), "position_id": "P002", "text": "hai"}
    said = {
        (who, action): visitor.post("/decide", data=form | {"employee_id": who, "action": action}, follow_redirects=False)
        for who in ("E00", "E02", "nobody") for action in ("accept", "comment", "approve")
    }  # fmt: skip
    assert {answer.status_code for answer in said.values()} <= {403, 404, 422}
    for action in ("accept", "comment", "approve"):
        assert "diusulkan" not in said["E00", action].text
        assert said["E00", action].text == said["E02", action].text, "decided on or not looks the same"
    assert records.ledger.head() == before


def test_a_head_of_unit_comments_on_a_move_of_their_own_people(
    visitor: TestClient, enter: Callable[..., httpx.Response], csrf: Callable[[str], str], settings: ServingSettings
) -> None:
    records = open_records(settings.store_url(), settings.workspace)
    listed = Listed("run", "yes", 1, 1, 1, "B", 0.4, 0.2, 0.1, 0.3)
    choose = Asked("choose", "hr", GRANTS[Role.HR].permissions, reason_code="evidence")
    records.moves.take("P002", "E00", choose, listed, datetime.now(UTC))
    records.accounts.add("kepala", hashed("kuda baterai jepit"), 0.0, role=Role.HEAD_OF_UNIT, units=["U9"])
    assert enter(visitor, "kuda baterai jepit", username="kepala").status_code == 303
    form = {"csrf": csrf(visitor.get("/account").text), "position_id": "P002", "employee_id": "E00"}
    assert visitor.post("/decide", data=form | {"action": "comment", "text": "Siap."}, follow_redirects=False).status_code == 303


def test_no_form_of_a_page_is_taken_without_the_token_of_its_session(own: TestClient, settings: ServingSettings) -> None:
    forms = [path for path in paths(own, "POST") if not path.startswith(("/api/", *BEFORE_SIGNING_IN))]
    records = open_records(settings.store_url(), settings.workspace)
    before = records.ledger.head()
    assert len(forms) > 10
    for path in forms:
        for token in ({}, {"csrf": ""}, {"csrf": "guessed"}):
            answer = own.post(filled(path), data=token, follow_redirects=False)
            assert answer.status_code == 403, (path, answer.status_code)
    assert own.get("/", follow_redirects=False).status_code == 200, "nothing was signed out"
    assert records.ledger.head() == before


@pytest.mark.parametrize("path", BEFORE_SIGNING_IN)
def test_a_form_before_signing_in_needs_the_token_of_its_page_too(visitor: TestClient, path: str) -> None:
    visitor.get(path)
    filled_in = {"username": "bkpsdm", "password": "x", "code": "x", "wanted": "kuda baterai jepit benar"}
    for token in ("", "guessed"):
        assert visitor.post(path, data=filled_in | {"csrf": token}).status_code == 403


def test_no_write_of_the_json_is_taken_with_a_cookie(own: TestClient, settings: ServingSettings) -> None:
    before = open_records(settings.store_url(), settings.workspace).ledger.head()
    writes = [(method, path) for method in ("POST", "PUT", "PATCH", "DELETE") for path in paths(own, method) if "/api/" in path]
    assert len(writes) > 3
    for method, path in writes:
        assert own.request(method, filled(path), json={}).status_code == 403, path
    assert open_records(settings.store_url(), settings.workspace).ledger.head() == before


@pytest.fixture
def unlimited(settings: ServingSettings) -> Iterator[TestClient]:
    """Return somebody of HR whom no limit of requests stops."""
    records = open_records(settings.store_url(), settings.workspace)
    records.accounts.open_session("bkpsdm", fingerprint("unlimited"), 0.0, time.time() + 3600, TOKEN)
    application = create(settings.model_copy(update={"rate_per_minute": 1_000_000, "address_per_minute": 1_000_000}))
    headers = {"Authorization": "Bearer unlimited"}
    with TestClient(application, base_url="http://localhost", raise_server_exceptions=False, headers=headers) as client:
        yield client


@pytest.mark.slow
def test_hostile_words_in_any_path_or_question_are_only_words(unlimited: TestClient) -> None:
    client, wrong, answered = unlimited, [], 0
    for path in paths(client, "GET"):
        for word in HOSTILE:
            everywhere = "&".join(f"{name}={word}" for name in ASKED)
            for asked in (filled(path, word), f"{filled(path)}?{everywhere}"):
                try:
                    answer = client.get(asked, follow_redirects=False)
                except httpx.InvalidURL:
                    continue
                said = answer.text
                answered += answer.status_code == 200
                broken = answer.status_code == 429 or (answer.status_code >= 500 and answer.status_code != 503)
                done = any(sign in said for sign in ("<script>alert", "root:x:", "9359", "1337", "$argon2", "Traceback"))
                if broken or done or "a=b" in answer.headers.get("set-cookie", ""):
                    wrong.append((answer.status_code, asked[:80]))
    assert wrong == []


@pytest.mark.parametrize(
    "path", ["/static/../../secret", "/static/%2e%2e/%2e%2e/secret", "/static//etc/passwd", "/static/..%5c..%5csecret"]
)
def test_the_style_sheets_folder_leads_nowhere_else(visitor: TestClient, path: str) -> None:
    assert visitor.get(path, follow_redirects=False).status_code == 404


def test_a_wrong_name_a_wrong_password_and_an_account_without_one_take_equally_long() -> None:
    known = hashed("kuda baterai jepit benar")

    def seconds(password_hash: str | None) -> float:
        taken = []
        for _ in range(4):
            before = time.process_time()
            assert not fits(password_hash, "wrong")
            taken.append(time.process_time() - before)
        return min(taken)

    longest, shortest = max(kinds := [seconds(one) for one in (known, None, NO_PASSWORD)]), min(kinds)
    assert shortest > 0.005
    assert longest < 1.5 * shortest
