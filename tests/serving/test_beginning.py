"""The pages do not start with secrets everybody knows, unless the data are invented."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from features.errors import SourceError, UsageError
from publication.accounts.passwords import DEMO_PASSWORD
from publication.accounts.roles import Role
from publication.records import open_records
from serving.application import create
from serving.settings import ServingSettings


def test_a_demonstration_has_an_account_per_role_and_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    create(ServingSettings(workspace=tmp_path, demo=True))
    said = capfd.readouterr().err
    assert DEMO_PASSWORD in said
    accounts = open_records(ServingSettings(workspace=tmp_path).store_url(), tmp_path).accounts
    assert {row["role"] for row in accounts.all()} == set(Role)
    create(ServingSettings(workspace=tmp_path, demo=True))
    assert len(accounts.all()) == len(Role)


def test_a_demonstrations_workspace_does_not_become_a_real_one_unseen(tmp_path: Path) -> None:
    create(ServingSettings(workspace=tmp_path, demo=True))
    settings = ServingSettings(workspace=tmp_path)
    with pytest.raises(UsageError, match="remove-demo"):
        create(settings)
    open_records(settings.store_url(), tmp_path).accounts.remove_demo()
    create(settings)


def test_a_key_that_others_may_read_is_refused(settings: ServingSettings) -> None:
    (settings.workspace / "secret").chmod(0o644)
    with pytest.raises(SourceError, match="chmod 600"):
        create(settings)


@pytest.mark.parametrize("secret", ["", "changeme", "short"])
def test_a_weak_secret_of_the_provider_is_refused(settings: ServingSettings, secret: str) -> None:
    with pytest.raises(UsageError, match="OIDC"):
        create(ServingSettings(workspace=settings.workspace, oidc_issuer="https://x", oidc_client_secret=secret))


def test_a_well_known_password_of_the_database_is_refused(settings: ServingSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ServingSettings, "database_password", lambda _: "postgres")
    with pytest.raises(UsageError, match="TEPAT_DATABASE_URL"):
        create(settings)


def test_the_databases_password_is_read_from_its_url() -> None:
    assert ServingSettings(database_url="postgresql+psycopg://tepat:p%40ss@db/tepat").database_password() == "p@ss"
    assert ServingSettings(database_url="postgresql+psycopg://tepat@db/tepat").database_password() is None
    assert ServingSettings().database_password() is None


def test_ones_own_account_changes_its_password_and_ends_its_sessions(own: TestClient, csrf, password: str) -> None:
    token = csrf(own.get("/account").text)
    weak = own.post("/account/password", data={"csrf": token, "present": password, "wanted": "pendek"})
    assert weak.status_code == 422
    wrong = own.post("/account/password", data={"csrf": token, "present": "bukan", "wanted": "kuda baterai jepit benar"})
    assert wrong.status_code == 401
    done = own.post(
        "/account/password", data={"csrf": token, "present": password, "wanted": "kuda baterai jepit benar"}, follow_redirects=False
    )
    assert done.status_code == 303
    assert own.get("/account").status_code == 200
    own.post("/account/sessions/close", data={"csrf": csrf(own.get("/account").text)})
    assert own.get("/account", follow_redirects=False).status_code == 303


def test_a_token_is_shown_once_and_can_be_revoked(own: TestClient, csrf) -> None:
    page = own.post("/account/tokens", data={"csrf": csrf(own.get("/account").text), "label": "laporan"}).text
    token = page.split("<code>")[1].split("</code>")[0]
    own.cookies.clear()
    headers = {"Authorization": f"Bearer {token}"}
    assert own.get("/api/v1/me", headers=headers).json()["role"] == "hr"
    assert token not in own.get("/account", headers=headers).text


def test_a_form_of_another_session_is_refused(own: TestClient) -> None:
    refused = own.post("/account/tokens", data={"csrf": "guessed", "label": "x"})
    assert refused.status_code == 403
    assert "Formulir kedaluwarsa" in refused.text
