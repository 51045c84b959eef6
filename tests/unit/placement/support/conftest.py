"""An office and a clinic, moves between them, and a catalogue of courses."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from features.tables import Tables, conform, employee_dtype
from rules.facts import Facts, collect_facts

AS_OF = pd.Timestamp("2026-03-15")
EFFECTIVE = pd.Timestamp("2026-05-01")
PEOPLE = [f"E-{n}" for n in range(1, 10)]


def course(name: str, competency: str | None, start: str, *, unit: str | None = None, hours: float = 24, seats: int = 2) -> dict:
    return {"course": name, "competency": competency, "unit_id": unit, "hours": hours, "seats": seats, "start_on": start}


def level(who: str, competency: str, found: float) -> dict:
    return {"employee_id": who, "competency": competency, "level": found, "assessed_on": "2025-06-01"}


def city(**changes: Any) -> Tables:
    rows: dict[str, Any] = {
        "employees": [{"employee_id": who, "hired_on": "2005-01-01", "birth_date": "1985-01-01", "status": "PNS",
                       "legal_status": "active"} for who in PEOPLE],
        "units": [{"unit_id": "U-0"}, {"unit_id": "U-1", "parent_id": "U-0"}, {"unit_id": "U-2", "parent_id": "U-0"},
                  {"unit_id": "U-21", "parent_id": "U-2"}],
        "positions": [
            {"position_id": "P-1", "unit_id": "U-1", "title": "Analis Hukum", "job_family": "law", "job_kind": "staff", "level": 10,
             "headcount": 6},
            {"position_id": "P-2", "unit_id": "U-21", "title": "Penata Keuangan", "job_family": "keuangan", "job_kind": "staff",
             "level": 10, "headcount": 6},
            {"position_id": "P-3", "unit_id": "U-2", "title": "Kepala Seksi", "job_family": "keuangan", "job_kind": "supervisor",
             "level": 20, "headcount": 1, "supervisory": True},
        ],
        "assignments": [{"employee_id": who, "position_id": "P-1" if n < 4 else "P-2", "start_on": f"{2010 + n}-01-01"}
                        for n, who in enumerate(PEOPLE)],
        "appraisals": [{"employee_id": "E-1", "period_start": "2025-01-01", "period_end": "2025-12-31", "rating": 4}],
        "competency_standards": [{"position_id": "P-2", "competency": "komunikasi", "required_level": 3},
                                 {"position_id": "P-2", "competency": "integritas", "required_level": 2}],
        "competencies": [level("E-1", "komunikasi", 1), level("E-1", "integritas", 2), level("E-2", "komunikasi", 2),
                         level("E-5", "komunikasi", 3), level("E-6", "komunikasi", 2), level("E-7", "komunikasi", 3)],
        "trainings_catalogue": [
            course("Komunikasi A", "komunikasi", "2026-04-06", seats=1), course("Komunikasi B", "komunikasi", "2026-06-08"),
            course("Kepemimpinan", "komunikasi", "2026-04-01", hours=900), course("SIPD", None, "2026-04-20", unit="U-2"),
            course("Lama", "komunikasi", "2026-02-01"),
        ],
    }  # fmt: skip
    for name, table in changes.items():
        rows[name] = [*rows.get(name, []), *table]
    ids = employee_dtype(PEOPLE)
    return Tables({name: conform(name, pd.DataFrame(table), ids) for name, table in rows.items()}, extracted_on=AS_OF)


@pytest.fixture
def tables() -> Callable[..., Tables]:
    """Return what makes the city; tables given by name are added to."""
    return city


@pytest.fixture
def facts() -> Callable[[Tables], Facts]:
    """Return what collects its facts."""
    return lambda known: collect_facts(known, AS_OF, EFFECTIVE)


@pytest.fixture
def moves() -> pd.DataFrame:
    """Return three moves into the clinic's finance posts, the third into the seat that a fourth leaves."""
    return pd.DataFrame({
        "employee_id": ["E-1", "E-2", "E-9", "E-3"], "from_position": ["P-1", "P-1", "P-2", "P-1"],
        "to_position": ["P-2", "P-2", "P-3", "P-2"], "chain": [1, 2, 3, 3], "step": [1, 1, 1, 2], "swap": False,
    })  # fmt: skip
