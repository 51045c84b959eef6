"""Facts are what was known of people and posts, as plain columns."""

import json

import pandas as pd
import pytest

from features.tables import Tables, conform, employee_dtype
from rules.facts import _lists, collect_facts, packed, unpacked

AS_OF = pd.Timestamp("2025-11-21")
EFFECTIVE = pd.Timestamp("2026-01-01")

ROWS = {
    "employees": [
        {"employee_id": "E-1", "hired_on": "2010-01-01", "status": "PNS", "legal_status": "active", "birth_date": "1980-05-17"},
        {"employee_id": "E-2", "hired_on": "2015-01-01", "status": "PNS", "legal_status": "active", "retires_on": "2026-01-01"},
        {"employee_id": "E-3", "hired_on": "2015-01-01", "left_on": "2020-01-01"},
    ],
    "units": [
        {"unit_id": "U-0"},
        {"unit_id": "U-1", "parent_id": "U-0"},
        {"unit_id": "U-1-1", "parent_id": "U-1"},
        {"unit_id": "U-1-1-1", "parent_id": "U-1-1"},
    ],
    "positions": [
        {"position_id": "P-1", "unit_id": "U-1-1-1", "job_kind": "staff", "job_family": "health", "level": 10, "min_rank": "II/a"},
        {"position_id": "P-2", "unit_id": "U-1", "job_kind": "supervisor", "job_family": "law", "level": 20, "headcount": 2},
        {"position_id": "P-3", "unit_id": "U-1", "job_kind": "supervisor", "job_family": "law", "level": 20},
    ],
    "assignments": [
        {"employee_id": "E-1", "position_id": "P-1", "start_on": "2012-01-01", "end_on": "2019-12-31"},
        {"employee_id": "E-1", "position_id": "P-3", "start_on": "2018-01-01", "end_on": "2018-12-31", "kind": "plt"},
        {"employee_id": "E-1", "position_id": "P-2", "start_on": "2020-01-01"},
        {"employee_id": "E-2", "position_id": "P-3", "start_on": "2016-01-01"},
    ],
    "appraisals": [
        {"employee_id": "E-1", "period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "rating": rating}
        for year, rating in ((2022, 5), (2023, 3), (2024, 4))
    ]
    + [{"employee_id": "E-1", "period_start": "2024-10-01", "period_end": "2024-12-31", "rating": 1}],
    "educations": [
        {"employee_id": "E-1", "from_on": "2005-01-01", "value": "S-1", "field": "law"},
        {"employee_id": "E-1", "from_on": "2002-01-01", "value": "D-III", "field": "nursing"},
    ],
    "ranks": [
        {"employee_id": "E-1", "from_on": "2010-01-01", "value": "III/a"},
        {"employee_id": "E-1", "from_on": "2020-01-01", "value": "III/c"},
    ],
    "disciplines": [
        {"employee_id": "E-1", "severity": "heavy", "start_on": "2025-01-01", "end_on": "2027-12-31", "annulled_on": "2025-03-01"},
        {"employee_id": "E-1", "severity": "moderate", "start_on": "2025-02-01", "end_on": "2025-07-31"},
    ],
    "clearances": [
        {"employee_id": "E-1", "kind": "audit", "value": "clear", "valid_from": "2025-01-01"},
        {"employee_id": "E-1", "kind": "court", "value": "clear", "valid_from": "2023-01-01", "valid_to": "2024-01-01"},
        {"employee_id": "E-1", "kind": "certificate", "value": "procurement", "valid_from": "2025-01-01"},
        {"employee_id": "E-1", "kind": "certificate", "value": "audit", "valid_from": "2025-01-01"},
    ],
    "trainings": [
        {"employee_id": "E-1", "course": "PKP", "hours": 40, "finished_on": "2024-06-01"},
        {"employee_id": "E-1", "course": "old", "hours": 99, "finished_on": "2012-06-01"},
    ],
    "vacancies": [
        {"position_id": "P-1", "open_from": "2025-06-01", "priority": 3, "min_rank": "III/b"},
        {"position_id": "P-2", "open_from": "2019-06-01"},
    ],
    "workloads": [{"unit_id": "U-1", "position_id": "P-2", "period_start": "2024-01-01", "period_end": "2024-12-31", "needed": 3}],
}  # fmt: skip


def tables(**changes):
    rows = {**ROWS, **changes}
    ids = employee_dtype(sorted(row["employee_id"] for row in rows["employees"]))
    frames = {name: conform(name, pd.DataFrame(table), ids) for name, table in rows.items() if table is not None}
    return Tables(frames, extracted_on=AS_OF)


@pytest.fixture
def facts():
    return collect_facts(tables(), AS_OF, EFFECTIVE)


def test_facts_hold_people_in_service_alone(facts):
    assert facts.employees.index.tolist() == ["E-1", "E-2"]


def test_post_is_the_definitive_one_with_its_agency(facts):
    person = facts.employees.loc["E-1"]
    assert (person["position_id"], person["unit_id"], person["agency_id"]) == ("P-2", "U-1", "U-1")
    assert person["since"] == pd.Timestamp("2020-01-01")


def test_a_post_ends_with_itself_or_its_unit_whichever_comes_first(facts):
    assert facts.employees["post_ends_on"].isna().all()
    units = [{**row, "valid_to": "2025-06-30"} if row["unit_id"] == "U-1" else row for row in ROWS["units"]]
    posts = [{**row, "valid_to": day} for row, day in zip(ROWS["positions"], [None, "2025-12-31", "2025-03-31"], strict=True)]
    ended = collect_facts(tables(units=units, positions=posts), AS_OF, EFFECTIVE).employees["post_ends_on"]
    assert ended.tolist() == [pd.Timestamp("2025-06-30"), pd.Timestamp("2025-03-31")]


def test_agency_is_the_ancestor_just_below_the_root(facts):
    assert facts.positions["agency_id"].tolist() == ["U-1", "U-1", "U-1"]


def test_experience_counts_definitive_posts_already_left(facts):
    rows = facts.experience.astype({"employee_id": "str"})
    assert rows.to_dict("records") == [{"employee_id": "E-1", "job_family": "health", "step": 1.0, "months": 96.0}]


def test_highest_education_counts(facts):
    assert facts.employees.loc["E-1", ["education", "education_step"]].tolist() == ["S-1", 7.0]


def test_latest_rank_counts(facts):
    assert facts.employees.loc["E-1", "rank"] == "III/c"


def test_annual_ratings_are_those_of_the_longest_period_of_a_year(facts):
    columns = ["rating_last", "rating_last_year", "rating_prior", "rating_prior_year"]
    assert facts.employees.loc["E-1", columns].tolist() == [4.0, 2024.0, 3.0, 2023.0]


def test_annulled_punishments_do_not_count(facts):
    assert facts.employees.loc["E-1", "discipline"] == "moderate"
    assert facts.employees.loc["E-2", "discipline"] == "none"


def test_discipline_is_unknown_where_the_source_has_no_such_table():
    assert collect_facts(tables(disciplines=None), AS_OF, EFFECTIVE).employees["discipline"].isna().all()


def test_the_newest_statement_of_each_kind_is_kept_with_its_last_day(facts):
    person = facts.employees.loc["E-1"]
    assert (person["clearance_audit"], person["clearance_court"]) == ("clear", "clear")
    assert pd.isna(person["clearance_audit_until"])
    assert person["clearance_court_until"] == pd.Timestamp("2024-01-01")
    assert pd.isna(person["clearance_study"])


def test_certificates_are_those_of_clearances_and_courses_finished(facts):
    assert sorted(facts.certificates["certificate"]) == ["PKP", "audit", "old", "procurement"]
    assert collect_facts(tables(clearances=None, trainings=None), AS_OF, EFFECTIVE).certificates is None


def test_last_moderate_or_heavy_punishment_is_kept_apart(facts):
    person = facts.employees.loc["E-1"]
    assert (person["sanction"], person["sanction_until"]) == ("moderate", pd.Timestamp("2025-07-31"))
    assert facts.employees.loc["E-2", "sanction"] == "none"


def test_need_of_posts_is_their_own_analysis_else_a_share_of_the_units():
    units = [{"unit_id": "U-1", "position_id": None, "period_start": "2024-01-01", "period_end": "2024-12-31", "needed": 7}]
    need = collect_facts(tables(workloads=[*ROWS["workloads"], *units]), AS_OF, EFFECTIVE).positions["need"]
    assert need["P-2"] == 3
    assert need["P-3"] == 4
    assert pd.isna(need["P-1"])


def test_relatives_count_both_ways():
    ties = [{"employee_id": "E-1", "other_employee_id": "E-2", "kind": "child"}]
    kin = collect_facts(tables(relations=ties), AS_OF, EFFECTIVE).kin.astype("str")
    assert sorted(map(tuple, kin.to_numpy())) == [("E-1", "E-2"), ("E-2", "E-1")]
    assert collect_facts(tables(), AS_OF, EFFECTIVE).kin is None


def test_another_definitive_post_open_on_record_is_told():
    second = [{"employee_id": "E-1", "position_id": "P-3", "start_on": "2019-06-01"}]
    person = collect_facts(tables(assignments=[*ROWS["assignments"], *second]), AS_OF, EFFECTIVE).employees
    assert person["second_post"].tolist() == [True, False]
    assert person["second_job_kind"].iloc[0] == "supervisor"


def test_training_hours_are_those_of_three_years(facts):
    assert facts.employees.loc["E-1", "training_hours"] == 40


def test_vacancies_count_open_posts_retirements_and_open_announcements(facts):
    posts = facts.positions
    assert posts["holders"].tolist() == [0, 1, 1]
    assert posts["leaving"].tolist() == [0, 0, 1]
    assert posts["announced"].tolist() == [True, False, False]
    assert posts["vacant"].tolist() == [1, 1, 1]


def test_an_announcement_of_a_post_nobody_ever_held_is_open():
    positions = [*ROWS["positions"], {"position_id": "P-9", "unit_id": "U-1", "job_family": "law", "level": 20}]
    known = tables(positions=positions, vacancies=[{"position_id": "P-9", "open_from": "2025-10-01", "priority": 3}])
    assert collect_facts(known, AS_OF, EFFECTIVE).positions["announced"].to_dict()["P-9"]


def test_an_open_announcement_overrides_the_requirements_it_states(facts):
    assert facts.positions.loc["P-1", "min_rank"] == "III/b"


def test_workload_need_of_the_post_is_kept(facts):
    assert facts.positions.loc["P-2", "needed"] == 3


def test_a_bare_source_gives_facts_too():
    bare = collect_facts(
        tables(**{name: None for name in ROWS if name not in ("employees", "units", "positions", "assignments", "appraisals")}),
        AS_OF,
        EFFECTIVE,
    )
    assert bare.employees["rank"].isna().all()
    assert bare.freezes is None


def test_a_bare_source_of_many_people_gives_facts_too():
    """Beyond 127 people the codes of empty and full tables differ in width, which pandas refuses to align."""
    people = [f"E-{n:04d}" for n in range(300)]
    required = {name: ROWS[name] for name in ("units", "positions")}
    rows = {
        **dict.fromkeys(ROWS),
        **required,
        "employees": [{"employee_id": person, "hired_on": "2010-01-01"} for person in people],
        "assignments": [{"employee_id": person, "position_id": "P-2", "start_on": "2020-01-01"} for person in people],
        "appraisals": [
            {"employee_id": person, "period_start": "2024-01-01", "period_end": "2024-12-31", "score": 1.0} for person in people
        ],
    }
    facts = collect_facts(tables(**rows), AS_OF, EFFECTIVE)
    assert facts.employees["position_id"].eq("P-2").all()
    assert facts.employees["discipline"].isna().all()
    employees, positions = packed(facts)
    assert unpacked(employees, positions).employees.index.tolist() == people


def test_long_tables_are_published_as_json_would_write_each_owners_rows():
    long = pd.DataFrame(
        {
            "employee_id": pd.Categorical(["E-2", "E-1", "E-2", "E-3"], categories=["E-0", "E-1", "E-2", "E-3"]),
            "certificate": ['kata "kutip" \\ é', None, "a, ]", "a, ]"],
            "level": [1.0, 2.5, float("nan"), 1.0],
            "until": pd.to_datetime(["2026-01-01", None, "2027-12-31", "2026-01-01"]),
        }
    )
    cells = {
        "E-1": [[None, 2.5, None]],
        "E-2": [['kata "kutip" \\ é', 1.0, "2026-01-01 00:00:00"], ["a, ]", None, "2027-12-31 00:00:00"]],
        "E-3": [["a, ]", 1.0, "2026-01-01 00:00:00"]],
    }
    told = _lists(long, ["certificate", "level", "until"])
    assert told.to_dict() == {owner: json.dumps(rows, ensure_ascii=False) for owner, rows in cells.items()}
    assert _lists(long[:0], ["level"]).empty
