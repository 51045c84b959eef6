"""The JSON fuzzed from its own description: whatever is sent, no server error, and nothing its description does not say."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Role
from publication.records import open_records
from serving.accounts.beginning import FirstAccount
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.settings import ServingSettings

EXAMPLES = 10
"""Requests tried per route and role."""
ROUTES = 20


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.HR, Role.EMPLOYEE])
def test_no_request_makes_a_server_error(first: tuple[Path, FirstAccount], tmp_path: Path, role: Role) -> None:
    for path in first[0].iterdir():
        shutil.copy2(path, tmp_path / path.name)
    served = ServingSettings(workspace=tmp_path, rate_per_minute=1_000_000)
    accounts = open_records(served.store_url(), tmp_path).accounts
    accounts.add("fuzzer", "", 0.0, role=role, employee_id="E00")
    accounts.open_session("fuzzer", fingerprint("t"), 0.0, 9e12, TOKEN)
    headers = {"Authorization": "Bearer t", "Host": "localhost"}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create(served), headers=headers)
    tried: Counter[str] = Counter()
    for found in schema.get_all_operations():
        fuzz(found.ok(), headers, tried)
    assert sum(tried.values()) >= EXAMPLES * ROUTES / 2
    assert len({key.split()[0] for key in tried}) >= ROUTES
    if role is Role.HR:
        assert {key.split()[1] for key in tried} >= {"200", "404", "422"}


def fuzz(operation: APIOperation, headers: dict[str, str], tried: Counter[str]) -> None:
    """Send requests made from the description of one route, and judge every answer."""

    @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy())
    def send(case: schemathesis.Case) -> None:
        answer = case.call(headers=headers)
        tried[f"{operation.method}:{operation.path} {answer.status_code}"] += 1
        if answer.status_code != 503:  # this small city has no files behind its database: exports and what-ifs say so
            case.validate_response(answer, checks=[not_a_server_error, content_type_conformance, status_code_conformance])

    send()
