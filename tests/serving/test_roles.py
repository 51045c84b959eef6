"""Every route as every role: who may is what the declarations say, and every route declares it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import GRANTS, Permission, Role, Scope
from publication.records import open_records
from serving.accounts.beginning import FirstAccount
from serving.accounts.guard import Needs, fingerprint
from serving.application import create
from serving.settings import ServingSettings

OPEN = {"/health", "/login", "/join", "/login/provider", "/login/provider/back"}
EVERYBODY = {"/logout", "/help", "/account",
             "/account/password", "/account/sessions/close", "/account/tokens", "/account/tokens/close",
             "/api/v1/me", "/api/v1/ping", "/api/v1/openapi.json", "/api/v1/moves/{move_id}", "/api/v1/decisions"}  # fmt: skip
"""Open to every account; the last two look at whose move it is, and at the step."""
LOOK_FURTHER = ("/api/v1/entries", "/api/v1/moves/", "/api/v1/decisions", "/employees/")
"""Routes that also look at whose row it is."""
FILLED = {"position_id": "P002", "employee_id": "E00", "form": "aspirations", "table": "positions"}


@pytest.fixture(scope="module")
def city(first: tuple[Path, FirstAccount], tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return the application with a bearer token per role, named as the role."""
    folder = tmp_path_factory.mktemp("roles")
    for path in first[0].iterdir():
        shutil.copy2(path, folder / path.name)
    settings = ServingSettings(workspace=folder, rate_per_minute=100_000)
    accounts = open_records(settings.store_url(), folder).accounts
    for role in Role:
        accounts.add(f"as-{role}", "", 0.0, role=role, employee_id="E99", units=["U1"])
        accounts.open_session(f"as-{role}", fingerprint(str(role)), 0.0, 9e12, TOKEN)
    with TestClient(create(settings), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def routes(application: FastAPI) -> list[tuple[str, str, tuple[tuple[Permission, ...], ...]]]:
    """Return path, method and the permissions asked for, of every route."""
    found = [one for one in iter_route_contexts(application.routes) if isinstance(one.original_route, APIRoute)]
    return [(one.path, method, tuple(asked(one.dependant))) for one in found for method in sorted(one.methods)]


def asked(dependant: Dependant) -> Iterator[tuple[Permission, ...]]:
    if isinstance(dependant.call, Needs) and dependant.call.permissions:
        yield dependant.call.permissions
    for below in dependant.dependencies:
        yield from asked(below)


def plain(path: str) -> str:
    return path.replace(":path}", "}")


def test_every_route_says_what_it_needs_or_is_meant_for_everybody(city: TestClient) -> None:
    undeclared = {plain(path) for path, _, needed in routes(city.app) if not needed} - OPEN - EVERYBODY
    assert undeclared == set()
    assert {plain(path) for path, *_ in routes(city.app)} >= OPEN | EVERYBODY


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_what_it_may_and_nothing_else(city: TestClient, role: Role) -> None:
    granted = GRANTS[role].permissions
    wrong = []
    for path, method, needed in routes(city.app):
        if plain(path) in OPEN or path == "/account" or path.startswith(("/account/", "/logout")):
            continue
        filled = re.sub(r"{(\w+)(:path)?}", lambda found: FILLED.get(found[1], "1"), path)
        answer = city.request(method, filled, headers={"Authorization": f"Bearer {role}"}, follow_redirects=False)
        assert answer.status_code < 500 or answer.status_code == 503, (path, answer.text[:200])
        may = all(granted & set(permissions) for permissions in needed)
        scoped = GRANTS[role].scope is not Scope.CITY or path.startswith(LOOK_FURTHER)
        form = method != "GET" and not path.startswith("/api/")  # pages take forms with a cookie only
        if not may and answer.status_code != 403:
            wrong.append(f"{role} got {answer.status_code} from {method} {path}")
        if may and not scoped and not form and answer.status_code == 403:
            wrong.append(f"{role} was refused {method} {path}")
    assert wrong == []


def test_an_employee_reaches_their_own_page_and_no_other(city: TestClient) -> None:
    own = city.get("/api/v1/entries/aspirations?employee_id=E99", headers={"Authorization": "Bearer employee"})
    other = city.get("/api/v1/entries/aspirations?employee_id=E00", headers={"Authorization": "Bearer employee"})
    assert (own.status_code, other.status_code) == (200, 403)


def test_a_head_of_unit_reaches_the_units_below_and_no_other(city: TestClient) -> None:
    """The people of the small city work in U9; the head's account is over U1."""
    answer = city.get("/api/v1/entries/aspirations?employee_id=E00", headers={"Authorization": "Bearer head_of_unit"})
    assert answer.status_code == 403


def test_names_are_hidden_from_analysts_and_aspirations_too(city: TestClient) -> None:
    seen = city.get("/api/v1/positions/P002/shortlist", headers={"Authorization": "Bearer analyst"}).json()["candidates"]
    full = city.get("/api/v1/positions/P002/shortlist", headers={"Authorization": "Bearer hr"}).json()["candidates"]
    assert {row["aspiration"] for row in seen} == {None}
    assert {row["aspiration"] for row in full} != {None}
    page = city.get("/positions/P002", headers={"Authorization": "Bearer analyst"})
    assert page.status_code == 200
    assert "Rahmawati" not in page.text
