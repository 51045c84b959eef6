"""A post exists from its first day or its first trace, as far as that was known."""

import pandas as pd
import pytest

from features.as_of import known_at
from features.posts import existing_posts
from features.tables import Tables, conform, employee_dtype

EXTRACTED = pd.Timestamp("2026-06-30")
ROWS = {
    "employees": [{"employee_id": "E-1", "hired_on": "2010-01-01"}],
    "units": [
        {"unit_id": "U-0"},
        {"unit_id": "U-old", "parent_id": "U-0", "valid_to": "2021-12-31"},
        {"unit_id": "U-new", "parent_id": "U-0", "valid_from": "2022-01-01"},
    ],
    "positions": [
        {"position_id": "dated", "unit_id": "U-0", "valid_from": "2020-01-01", "valid_to": "2023-12-31"},
        {"position_id": "held", "unit_id": "U-0"},
        {"position_id": "announced", "unit_id": "U-0"},
        {"position_id": "analysed", "unit_id": "U-0"},
        {"position_id": "no trace", "unit_id": "U-0"},
        {"position_id": "in the old unit", "unit_id": "U-old"},
        {"position_id": "in the new unit", "unit_id": "U-new"},
    ],
    "assignments": [
        {"employee_id": "E-1", "position_id": "held", "start_on": "2015-01-01", "end_on": "2017-12-31"},
        {"employee_id": "E-1", "position_id": "in the old unit", "start_on": "2018-01-01", "end_on": "2021-12-31"},
        {"employee_id": "E-1", "position_id": "in the new unit", "start_on": "2022-01-01"},
    ],
    "appraisals": [],
    "vacancies": [{"position_id": "announced", "open_from": "2016-05-01"}],
    "workloads": [
        {"unit_id": "U-0", "position_id": "analysed", "period_start": "2018-01-01", "period_end": "2018-12-31", "needed": 1.0}
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Tables:
    ids = employee_dtype(["E-1"])
    return Tables({name: conform(name, pd.DataFrame(rows), ids) for name, rows in ROWS.items()}, extracted_on=EXTRACTED)


@pytest.mark.parametrize(
    ("day", "there"),
    [
        ("2014-12-31", set()),
        ("2015-06-30", {"held"}),
        ("2017-01-01", {"held", "announced"}),
        ("2021-06-30", {"dated", "held", "announced", "analysed", "in the old unit"}),
        ("2023-12-31", {"dated", "held", "announced", "analysed", "in the new unit"}),
        ("2024-06-30", {"held", "announced", "analysed", "in the new unit"}),
        ("2026-06-30", {"held", "announced", "analysed", "no trace", "in the new unit"}),
    ],
)
def test_a_post_exists_from_its_first_day_or_trace_until_it_or_its_unit_ends(tables, day, there):
    as_of = pd.Timestamp(day)
    assert set(existing_posts(known_at(tables, as_of), as_of)) == there


def test_posts_people_hold_are_always_there(small_tables):
    as_of = pd.Timestamp("2022-03-01")
    known = known_at(small_tables, as_of)
    open_spells = known["assignments"][known["assignments"]["end_on"].isna() & known["assignments"]["kind"].eq("definitive")]
    last = open_spells.sort_values("start_on").drop_duplicates("employee_id", keep="last")
    served = last["employee_id"].isin(known["employees"].loc[known["employees"]["left_on"].isna(), "employee_id"])
    assert len(last) > 100
    assert set(last.loc[served, "position_id"]) <= set(existing_posts(known, as_of))
