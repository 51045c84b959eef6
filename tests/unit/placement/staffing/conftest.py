"""A city of one office and one clinic, small enough to read."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from features.tables import Tables, conform, employee_dtype
from rules.facts import Facts, collect_facts

AS_OF = pd.Timestamp("2025-11-21")
EFFECTIVE = pd.Timestamp("2026-01-01")
PEOPLE = [f"E-{n}" for n in range(1, 7)]


def small_city(**changes: Any) -> Tables:
    rows: dict[str, Any] = {
        "employees": [{"employee_id": who, "hired_on": "2005-01-01", "birth_date": "1985-01-01", "status": "PNS",
                       "legal_status": "active"} for who in PEOPLE],
        "units": [{"unit_id": "U-0"}, {"unit_id": "U-1", "parent_id": "U-0"}, {"unit_id": "U-2", "parent_id": "U-0"}],
        "positions": [
            {"position_id": "P-1", "unit_id": "U-1", "job_family": "health", "job_kind": "staff", "level": 10, "headcount": 3},
            {"position_id": "P-2", "unit_id": "U-2", "job_family": "health", "job_kind": "staff", "level": 10, "headcount": 4},
            {"position_id": "P-3", "unit_id": "U-2", "job_family": "law", "job_kind": "staff", "level": 10, "headcount": 1},
            {"position_id": "P-4", "unit_id": "U-1", "job_family": "health", "job_kind": "executive", "level": 40,
             "headcount": 1, "strategic": True, "supervisory": True},
        ],
        "assignments": [
            {"employee_id": "E-1", "position_id": "P-1", "start_on": "2015-01-01"},
            {"employee_id": "E-2", "position_id": "P-2", "start_on": "2016-01-01"},
            {"employee_id": "E-3", "position_id": "P-2", "start_on": "2023-06-01"},
            {"employee_id": "E-4", "position_id": "P-2", "start_on": "2025-06-01"},
            {"employee_id": "E-5", "position_id": "P-3", "start_on": "2018-01-01"},
            {"employee_id": "E-6", "position_id": "P-4", "start_on": "2021-05-01"},
        ],
        "appraisals": [{"employee_id": "E-1", "period_start": "2024-01-01", "period_end": "2024-12-31", "rating": 4}],
    }  # fmt: skip
    for name, table in changes.items():
        rows[name] = [*rows.get(name, []), *table]
    ids = employee_dtype(PEOPLE)
    return Tables({name: conform(name, pd.DataFrame(table), ids) for name, table in rows.items()}, extracted_on=AS_OF)


@pytest.fixture
def tables() -> Callable[..., Tables]:
    """Return what makes the small city; tables given by name are added to."""
    return small_city


@pytest.fixture
def facts() -> Callable[[Tables], Facts]:
    """Return what collects its facts."""
    return lambda known: collect_facts(known, AS_OF, EFFECTIVE)
