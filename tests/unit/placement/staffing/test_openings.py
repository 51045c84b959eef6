"""A post is open when its holder has retired by then, whether the day is on record or follows from the birth date."""

import pandas as pd
import pytest

from features.tables import Tables, conform, employee_dtype
from placement.staffing.openings import opened_by_retirement
from rules.facts import collect_facts
from rules.pack import load_pack

AS_OF, EFFECTIVE = pd.Timestamp("2025-11-21"), pd.Timestamp("2026-01-01")


def facts_of(**person):
    rows = {
        "employees": [{"employee_id": "E-1", "hired_on": "1995-01-01", "status": "PNS", "legal_status": "active", **person}],
        "units": [{"unit_id": "U-0"}],
        "positions": [{"position_id": "P-1", "unit_id": "U-0", "job_kind": "staff", "level": 10}],
        "assignments": [{"employee_id": "E-1", "position_id": "P-1", "start_on": "2015-01-01"}],
        "appraisals": [],
    }
    ids = employee_dtype(["E-1"])
    tables = Tables({name: conform(name, pd.DataFrame(table), ids) for name, table in rows.items()}, extracted_on=AS_OF)
    return collect_facts(tables, AS_OF, EFFECTIVE)


@pytest.mark.parametrize(
    ("person", "vacant"),
    [
        ({"birth_date": "1967-12-20"}, 1),  # 58 in December 2025, retired from 1 January 2026
        ({"birth_date": "1968-01-05"}, 0),
        ({"retires_on": "2026-01-01"}, 1),
        ({"retires_on": "2027-01-01", "birth_date": "1967-12-20"}, 0),  # what is on record goes before the birth date
        ({}, 0),
    ],
)
def test_a_retirement_by_then_opens_the_post(person, vacant):
    posts = opened_by_retirement(facts_of(**person), load_pack()).positions
    assert posts.loc["P-1", ["leaving", "vacant"]].tolist() == [vacant, vacant]
