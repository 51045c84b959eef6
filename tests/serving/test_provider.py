"""Signing in with the office's own accounts, against a small provider in the test: who has one here too comes in, nobody else."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.jose import JsonWebKey, jwt
from fastapi import FastAPI, Form
from fastapi.testclient import TestClient

from publication.accounts.roles import Role
from publication.records import open_records
from serving.accounts import provider
from serving.accounts.beginning import FirstAccount
from serving.application import create
from serving.settings import ServingSettings

ISSUER = "https://sso.kota.example"
SECRET = "a-secret-of-the-test-only"


class Provider:
    """An OpenID Connect provider that signs ID tokens for whoever ``who`` is."""

    def __init__(self) -> None:
        self.key = JsonWebKey.generate_key("RSA", 2048, {"kid": "k1"}, is_private=True)
        self.signing = self.key
        self.who, self.nonce, self.audience = "kepala", "", "tepat"
        self.app = FastAPI()
        self.app.add_api_route("/.well-known/openid-configuration", self.configuration)
        self.app.add_api_route("/keys", lambda: {"keys": [self.key.as_dict(is_private=False)]})
        self.app.add_api_route("/token", self.token, methods=["POST"])

    def configuration(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        told = {name: ISSUER + path for name, path in places.items()} | {"issuer": ISSUER}
        return told | {"id_token_signing_alg_values_supported": ["RS256"], "response_types_supported": ["code"]}

    def token(self, code: str = Form(), code_verifier: str = Form()) -> dict[str, Any]:
        assert code == "the-code"
        assert code_verifier
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": self.audience, "sub": "1", "iat": now, "exp": now + 60, "nonce": self.nonce}
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims | {"preferred_username": self.who}, self.signing)
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed.decode()}


@pytest.fixture
def office() -> Provider:
    return Provider()


@pytest.fixture
def visitor(first: tuple[Path, FirstAccount], tmp_path: Path, office: Provider) -> Iterator[TestClient]:
    for path in first[0].iterdir():
        shutil.copy2(path, tmp_path / path.name)
    settings = ServingSettings(workspace=tmp_path, oidc_issuer=ISSUER, oidc_client_id="tepat", oidc_client_secret=SECRET)
    open_records(settings.store_url(), tmp_path).accounts.add("kepala", "", 0.0, role=Role.APPRAISAL_TEAM)
    application = create(settings)
    application.state.provider = provider.client_of(settings, transport=httpx.ASGITransport(office.app))
    with TestClient(application, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def come_back(visitor: TestClient, office: Provider, *, state: str | None = None) -> httpx.Response:
    """Go to the provider and come back with its code."""
    sent = visitor.get("/login/provider?next=/help", follow_redirects=False)
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    assert sent.headers["location"].startswith(ISSUER + "/authorize")
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://localhost/login/provider/back"]
    office.nonce = asked["nonce"][0]
    return visitor.get(f"/login/provider/back?code=the-code&state={state or asked['state'][0]}", follow_redirects=False)


def test_whoever_has_an_account_here_comes_in(visitor: TestClient, office: Provider) -> None:
    assert "/login/provider" in visitor.get("/login").text
    back = come_back(visitor, office)
    assert (back.status_code, back.headers["location"]) == (303, "/help")
    assert visitor.get("/api/v1/me").json()["role"] == "appraisal_team"


def test_whoever_has_none_does_not(visitor: TestClient, office: Provider) -> None:
    office.who = "orang-lain"
    assert come_back(visitor, office).headers["location"] == "/login?problem=login_provider"
    assert visitor.get("/api/v1/me").status_code == 401


def test_a_foreign_state_a_foreign_key_or_another_audience_does_not(visitor: TestClient, office: Provider) -> None:
    assert come_back(visitor, office, state="guessed").headers["location"].startswith("/login?problem")
    office.signing = JsonWebKey.generate_key("RSA", 2048, {"kid": "k1"}, is_private=True)
    assert come_back(visitor, office).headers["location"].startswith("/login?problem")
    office.signing, office.audience = office.key, "another-program"
    assert come_back(visitor, office).headers["location"].startswith("/login?problem")
    assert visitor.get("/api/v1/me").status_code == 401


def test_without_a_provider_there_is_no_such_door(client: TestClient) -> None:
    assert client.get("/login/provider", follow_redirects=False).status_code == 404
    assert "/login/provider" not in client.get("/login").text
