"""The JSON fuzzed from its own description: whatever is sent, no server error, and nothing its description does not say."""

import json
import shutil
from pathlib import Path

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from publication.accounts.accounts import TOKEN
from publication.accounts.roles import Role
from publication.records import open_records
from serving.accounts.beginning import FirstAccount
from serving.accounts.guard import fingerprint
from serving.application import create
from serving.settings import ServingSettings

EXAMPLES = 12
"""Requests tried per route here; `make fuzz` tries many more."""


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.HR, Role.EMPLOYEE, Role.ANALYST])
def test_no_request_makes_a_server_error(first: tuple[Path, FirstAccount], tmp_path: Path, role: Role) -> None:
    for path in first[0].iterdir():
        shutil.copy2(path, tmp_path / path.name)
    served = ServingSettings(workspace=tmp_path, rate_per_minute=1_000_000)
    accounts = open_records(served.store_url(), tmp_path).accounts
    accounts.add("fuzzer", "", 0.0, role=role, employee_id="E00")
    accounts.open_session("fuzzer", fingerprint("t"), 0.0, 9e12, TOKEN)
    application = create(served)
    headers = {"Authorization": "Bearer t", "Host": "localhost"}
    with TestClient(application, base_url="http://localhost", headers=headers) as client:
        description = client.get("/api/v1/openapi.json").json()
        schema = schemathesis.openapi.from_dict(json.loads(json.dumps(description)))
        schema.app = application
        tried = 0
        for found in schema.get_all_operations():
            operation = found.ok()
            checks = [not_a_server_error, content_type_conformance, status_code_conformance]

            @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], derandomize=True,
                      suppress_health_check=list(HealthCheck))  # fmt: skip
            @schemathesis.hypothesis.given(case=operation.as_strategy()) if hasattr(schemathesis, "hypothesis") else _given(operation)
            def send(case: schemathesis.Case) -> None:
                nonlocal tried
                tried += 1
                answer = case.call(headers=headers, base_url="http://localhost")
                if answer.status_code != 503:
                    case.validate_response(answer, checks=checks)

            send()
    assert tried > 20 * EXAMPLES / 2
