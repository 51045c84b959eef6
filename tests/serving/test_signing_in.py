"""Nothing is reachable without an account, and guessing one is slow."""

import re
import stat
from collections.abc import Callable

import httpx
import pytest
from fastapi.testclient import TestClient

from publication.accounts.accounts import MOST_PER_ADDRESS, MOST_PER_USERNAME, WINDOW_SECONDS, Accounts
from publication.accounts.roles import Account, Role
from publication.records import open_records
from serving.accounts.beginning import FIRST_USERNAME, first_account
from serving.accounts.guard import session_key
from serving.application import HEADERS, create
from serving.settings import ServingSettings

Enter = Callable[..., httpx.Response]
Csrf = Callable[[str], str]


def accounts_of(settings: ServingSettings) -> Accounts:
    return open_records(settings.store_url(), settings.workspace).accounts


OPEN_PATHS = {"/health", "/login", "/login/provider", "/login/provider/back", "/join"}
"""Reachable without an account, beside the style sheet: a sign of life, and the form to sign in."""


def test_every_route_but_the_open_ones_asks_for_an_account(visitor: TestClient) -> None:
    described = visitor.app.openapi()["paths"]
    assert set(described) > OPEN_PATHS
    guarded = [(path, method) for path, methods in described.items() if path not in OPEN_PATHS for method in methods]
    assert len(guarded) >= 14
    for path, method in guarded:
        filled = re.sub(r"{\w+}", "P002", path)
        answer = visitor.request(method.upper(), filled, follow_redirects=False)
        if path.startswith("/api/"):
            assert answer.status_code == 401, path
            assert answer.headers["content-type"] == "application/problem+json"
        else:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/login"), path


def test_pages_that_are_not_there_tell_a_stranger_nothing_more(visitor: TestClient) -> None:
    assert visitor.get("/nothing-here", follow_redirects=False).status_code == 404
    assert "Kepala Dinas" not in visitor.get("/nothing-here").text


def test_health_says_only_that_it_lives(visitor: TestClient) -> None:
    assert visitor.get("/health").json() == {"status": "ok"}


def test_signing_in_leads_to_the_page_asked_for(visitor: TestClient, enter: Enter, password: str) -> None:
    asked = visitor.get("/positions/P002", follow_redirects=False).headers["location"]
    assert asked == "/login?next=%2Fpositions%2FP002"
    assert enter(visitor, password, next="/positions/P002").headers["location"] == "/positions/P002"
    assert visitor.get("/positions/P002").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/\tx", "evil"])
def test_signing_in_never_leads_to_another_server(visitor: TestClient, enter: Enter, password: str, elsewhere: str) -> None:
    assert enter(visitor, password, next=elsewhere).headers["location"] == "/"


def test_a_wrong_password_and_a_wrong_name_look_the_same(visitor: TestClient, enter: Enter) -> None:
    answers = [enter(visitor, "wrong"), enter(visitor, "wrong", username="somebody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    without_token = [re.sub(r'value="[^"]+"', "", answer.text) for answer in answers]
    assert without_token[0] == without_token[1]


def test_the_right_password_is_refused_after_too_many_wrong_ones(visitor: TestClient, enter: Enter, password: str) -> None:
    for _ in range(MOST_PER_USERNAME):
        assert enter(visitor, "wrong").status_code == 401
    refused = enter(visitor, password)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= WINDOW_SECONDS + 1


def test_a_lockout_ends_after_its_window(settings: ServingSettings) -> None:
    book = accounts_of(settings)
    assert [book.admit_attempt("a", "here", 0.0) for _ in range(MOST_PER_USERNAME)] == [0.0] * MOST_PER_USERNAME
    assert book.admit_attempt("a", "here", 1.0) == WINDOW_SECONDS - 1
    assert book.admit_attempt("a", "here", WINDOW_SECONDS + 1) == 0.0


def test_one_address_cannot_try_many_names(settings: ServingSettings) -> None:
    book = accounts_of(settings)
    for number in range(MOST_PER_ADDRESS):
        assert book.admit_attempt(f"name{number}", "here", 0.0) == 0.0
    assert book.admit_attempt("another", "here", 0.0) > 0
    assert book.admit_attempt("another", "there", 0.0) == 0.0


def test_a_form_without_its_token_is_refused(visitor: TestClient, password: str) -> None:
    form = {"username": FIRST_USERNAME, "password": password, "csrf": "guessed"}
    assert visitor.post("/login", data=form).status_code == 403
    assert visitor.get("/", follow_redirects=False).status_code == 303


def test_an_empty_token_never_holds(visitor: TestClient, password: str) -> None:
    assert visitor.post("/login", data={"username": FIRST_USERNAME, "password": password, "csrf": ""}).status_code == 403


def test_signing_out_ends_the_session_on_the_server(own: TestClient, csrf: Csrf) -> None:
    stolen = own.cookies["tepat_session"]
    assert own.post("/logout", data={"csrf": csrf(own.get("/").text)}, follow_redirects=False).status_code == 303
    own.cookies.set("tepat_session", stolen)
    assert own.get("/", follow_redirects=False).status_code == 303


def test_signing_out_needs_the_token(own: TestClient) -> None:
    own.post("/logout", data={"csrf": "guessed"})
    assert own.get("/", follow_redirects=False).status_code == 200


def test_a_session_expires(visitor: TestClient, settings: ServingSettings) -> None:
    book = accounts_of(settings)
    book.open_session(FIRST_USERNAME, "t", now=0.0, expires_at=10.0)
    assert book.session("t", now=9.0) == Account(FIRST_USERNAME, Role.HR)
    assert book.session("t", now=10.0) is None


def test_a_forged_cookie_opens_nothing(own: TestClient) -> None:
    payload, *rest = own.cookies["tepat_session"].split(".")
    own.cookies.set("tepat_session", ".".join([payload[:-2] + "AA", *rest]))
    assert own.get("/", follow_redirects=False).status_code == 303


def test_the_cookie_is_hidden_from_scripts_and_from_other_sites(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


def test_behind_tls_the_cookie_is_sent_over_tls_only(settings: ServingSettings) -> None:
    guarded = settings.model_copy(update={"https": True})
    with TestClient(create(guarded), base_url="https://localhost") as visitor:
        assert "secure" in visitor.get("/login").headers["set-cookie"].lower()


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/", "/health", "/login", "/static/style.css", "/api/v1/positions", "/nothing"):
        sent = client.get(path).headers
        assert {name: sent.get(name) for name in HEADERS} == HEADERS, path


def test_pages_with_personal_data_are_not_stored_by_the_browser(client: TestClient) -> None:
    assert client.get("/positions/P002").headers["cache-control"] == "no-store"


def test_a_foreign_host_name_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_the_first_account_is_made_once(settings: ServingSettings) -> None:
    assert first_account(accounts_of(settings)) is None


def test_the_first_password_goes_to_the_terminal_once_and_is_stored_as_a_hash(
    tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = ServingSettings(workspace=tmp_path_factory.mktemp("new"))
    create(settings)
    said = re.search(r"kata sandi: (\S+)", capfd.readouterr().err)
    assert said is not None
    stored = accounts_of(settings).password_hash(FIRST_USERNAME)
    assert stored is not None
    assert stored.startswith("$argon2id$")
    assert said[1].encode() not in (settings.workspace / "tepat.db").read_bytes()
    create(settings)
    assert "kata sandi" not in capfd.readouterr().err


def test_the_session_key_is_not_the_key_that_hashes_people(settings: ServingSettings) -> None:
    key = settings.folder.key()
    assert key.hex() not in session_key(key)
    assert session_key(key) == session_key(key)


def test_the_secret_is_readable_by_its_owner_only(settings: ServingSettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    fresh = ServingSettings(workspace=tmp_path_factory.mktemp("key"))
    fresh.folder.key()
    assert stat.S_IMODE((fresh.workspace / "secret").stat().st_mode) == 0o600


def test_overlong_fields_are_refused_and_not_repeated(visitor: TestClient, csrf: Csrf) -> None:
    token = csrf(visitor.get("/login").text)
    answer = visitor.post("/login", data={"username": "x", "password": "secret" * 100, "csrf": token})
    assert answer.status_code == 422
    assert "secretsecret" not in answer.text
