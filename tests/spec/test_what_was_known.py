"""A drawn table: what a row looks like on each of several days."""

import pandas as pd
import pytest

from features.as_of import default_as_of, default_effective_on, known_at
from features.errors import LookAheadError
from features.tables import Tables, conform, employee_dtype

PEOPLE = employee_dtype(["ani", "budi", "citra"])
EXTRACTED = pd.Timestamp("2022-12-31")


def drawn(text: str) -> pd.DataFrame:
    """Read a table drawn with bars; '-' is an empty cell."""
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0]).replace("-", pd.NA)


@pytest.fixture
def city() -> Tables:
    source = {
        "employees": """
            employee_id | hired_on   | left_on    | legal_status
            ani         | 2010-01-01 | 2021-06-30 | retired
            budi        | 2021-03-01 | -          | active
            citra       | -          | -          | active""",
        "units": """
            unit_id | parent_id
            u1      | -""",
        "positions": """
            position_id | unit_id
            p1          | u1
            p2          | u1""",
        "assignments": """
            employee_id | position_id | start_on   | end_on     | known_on
            ani         | p1          | 2010-01-01 | 2020-12-31 | -
            ani         | p2          | 2021-01-01 | -          | 2020-11-15
            citra       | p1          | 2021-02-01 | -          | 2021-08-01""",
        "appraisals": """
            employee_id | period_start | period_end | rating
            ani         | 2020-01-01   | 2020-12-31 | 4""",
        "ranks": """
            employee_id | from_on    | to_on      | value
            ani         | 2012-04-01 | 2016-03-31 | III/a""",
        "freezes": """
            from_on    | to_on      | known_on
            2021-01-01 | 2021-06-30 | -
            2024-01-01 | 2024-06-30 | 2022-05-01""",
    }
    return Tables({name: conform(name, drawn(text), PEOPLE) for name, text in source.items()}, EXTRACTED)


def rows(tables: Tables, name: str) -> int:
    return len(tables[name])


@pytest.mark.parametrize(
    ("day", "employees", "assignments", "appraisals", "freezes"),
    [
        ("2009-12-31", 1, 0, 0, 1),  # citra has no date of her own: constant
        ("2020-11-14", 2, 1, 0, 1),
        ("2020-11-15", 2, 2, 0, 1),  # a decree known before it takes effect
        ("2021-02-28", 2, 2, 0, 1),
        ("2021-03-01", 3, 2, 1, 1),  # ratings are known 60 days after their period
        ("2021-08-01", 3, 3, 1, 1),
        ("2022-05-01", 3, 3, 1, 2),
    ],
)
def test_a_row_counts_from_the_day_it_was_known(city, day, employees, assignments, appraisals, freezes):
    known = known_at(city, pd.Timestamp(day))
    found = [rows(known, name) for name in ("employees", "assignments", "appraisals", "freezes")]
    assert found == [employees, assignments, appraisals, freezes]


@pytest.mark.parametrize(
    ("day", "left", "ended", "rank_ended"),
    [
        ("2016-03-30", None, None, None),
        ("2016-03-31", None, None, "2016-03-31"),
        ("2020-12-30", None, None, "2016-03-31"),
        ("2020-12-31", None, "2020-12-31", "2016-03-31"),
        ("2021-06-30", "2021-06-30", "2020-12-31", "2016-03-31"),
    ],
)
def test_closing_dates_are_blank_until_they_come(city, day, left, ended, rank_ended):
    known = known_at(city, pd.Timestamp(day))
    found = (known["employees"]["left_on"].iloc[0], known["assignments"]["end_on"].iloc[0], known["ranks"]["to_on"].iloc[0])
    assert [None if pd.isna(value) else str(value.date()) for value in found] == [left, ended, rank_ended]


def test_todays_value_is_blank_before_the_extraction_date(city):
    assert known_at(city, pd.Timestamp("2022-12-30"))["employees"]["legal_status"].isna().all()
    assert known_at(city, EXTRACTED)["employees"]["legal_status"].tolist() == ["retired", "active", "active"]


def test_cutting_back_twice_is_cutting_back_to_the_earlier_day(city):
    early = pd.Timestamp("2020-12-31")
    twice = known_at(known_at(city, EXTRACTED), early)
    for name, frame in known_at(city, early).frames.items():
        pd.testing.assert_frame_equal(frame, twice[name])


def test_the_default_day_is_the_newest_knowledge_but_never_after_extraction(city):
    assert default_as_of(city) == pd.Timestamp("2021-08-01")
    assert default_as_of(Tables(city.frames, pd.Timestamp("2021-07-01"))) == pd.Timestamp("2021-07-01")


STARTS = [("2021-01-31", "2021-03-01"), ("2021-11-01", "2022-01-01"), ("2021-12-15", "2022-02-01")]


@pytest.mark.parametrize(("day", "starts"), STARTS)
def test_a_move_starts_on_the_first_day_of_the_second_month_after(day, starts):
    assert default_effective_on(pd.Timestamp(day)) == pd.Timestamp(starts)


def test_a_time_of_day_is_refused(city):
    with pytest.raises(LookAheadError, match="must be a day"):
        known_at(city, pd.Timestamp("2021-01-01 10:00"))
