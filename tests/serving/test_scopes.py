"""Every page and answer as every role, about people of theirs and of others: nobody's name goes to who may not see it."""

import re
import shutil
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import GRANTS, Field, Role, Scope
from publication.records import open_records
from publication.store import Store
from serving.accounts.beginning import FirstAccount
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.settings import ServingSettings

pytestmark = pytest.mark.slow
OWN, UNITS = "E00", {"own": "U9", "foreign": "U1"}
"""Everybody of the small city works in U9."""
WHOSE = {"position_id": ["P002", "P/4 a", "P9", "nothing"], "employee_id": ["E00", "E01", "E07", "nobody"]}
OTHERS = {
    "form": ["aspirations", "corrections", "cases"], "table": ["positions", "shortlists", "facts_employees"],
    "kind": ["shortlist", "letter"], "name": ["shortlist"], "page": ["positions"],
    "entry_id": ["1"], "move_id": ["1"], "unit_id": ["U9"],
}  # fmt: skip
VISITORS = [(role, where) for role in Role for where in (UNITS if GRANTS[role].scope is Scope.UNITS else ("own",))]


@pytest.fixture(scope="module")
def city(first: tuple[Path, FirstAccount], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, str]]]:
    """Return the application, a bearer token per role and place, and everybody's name."""
    folder = tmp_path_factory.mktemp("scopes")
    for path in first[0].iterdir():
        shutil.copy2(path, folder / path.name)
    settings = ServingSettings(workspace=folder, rate_per_minute=1_000_000)
    accounts = open_records(settings.store_url(), folder).accounts
    for role, where in VISITORS:
        employee = OWN if GRANTS[role].scope is Scope.SELF else None
        accounts.add(f"{role}-{where}", "", 0.0, role=role, employee_id=employee, units=[UNITS[where]])
        accounts.open_session(f"{role}-{where}", fingerprint(f"{role}-{where}"), 0.0, time.time() + 3600, TOKEN)
    people = Store(settings.store_url()).people([f"E{number:02d}" for number in range(14)])
    with TestClient(create(settings), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client, {employee_id: " ".join(person["name"].split()[:2]) for employee_id, person in people.items()}


def asked(application: FastAPI) -> list[str]:
    """Return every path that can be looked at, with each way of filling it."""
    found = [one for one in iter_route_contexts(application.routes) if isinstance(one.original_route, APIRoute)]
    paths = sorted({one.path for one in found if "GET" in one.methods and not one.path.startswith("/log")})
    return [filled for path in paths for filled in fillings(path)]


def fillings(path: str) -> list[str]:
    names = re.findall(r"{(\w+)(?::path)?}", path)
    choices = [WHOSE.get(name) or OTHERS.get(name, ["1"]) for name in names]
    return [re.sub(r"{\w+(?::path)?}", lambda _, left=list(values): left.pop(0), path) for values in product(*choices)]


def visible(role: Role, where: str, names: dict[str, str]) -> set[str]:
    """Return whose names a visitor may read."""
    grant = GRANTS[role]
    if grant.scope is Scope.SELF:
        return {OWN}
    if Field.NAME in grant.hidden or (grant.scope is Scope.UNITS and where == "foreign"):
        return set()
    return set(names)


@pytest.mark.parametrize(("role", "where"), VISITORS, ids=lambda part: str(part))
def test_no_answer_names_anybody_a_visitor_may_not_see(role: Role, where: str, city: tuple[TestClient, dict[str, str]]) -> None:
    client, names = city
    hidden = {employee_id: name for employee_id, name in names.items() if employee_id not in visible(role, where, names)}
    answered, told = 0, []
    for path in asked(client.app):
        for query in ("", "?lang=en", "?q=a&query=a&limit=500&employee_id=E01&position_id=P002"):
            answer = client.get(path + query, headers={"Authorization": f"Bearer {role}-{where}"}, follow_redirects=False)
            assert answer.status_code < 500 or answer.status_code == 503, (path, answer.text[:300])
            answered += answer.status_code == 200
            told += [(path + query, employee_id) for employee_id, name in hidden.items() if name in answer.text]
    assert answered > 5
    assert told == []


def test_the_matrix_is_thousands_of_requests_and_names_are_there_to_be_seen(city: tuple[TestClient, dict[str, str]]) -> None:
    client, names = city
    assert len(asked(client.app)) * 3 * len(VISITORS) > 2000
    seen = client.get("/employees?q=a", headers={"Authorization": "Bearer hr-own"}).text
    assert sum(name in seen for name in names.values()) > 3
