"""Moves as development, programmes, leadership, profile matching."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from features.tables import Tables, conform, employee_dtype
from pipelines.settings import load_params
from placement.development import DevelopmentParams, development
from placement.leadership import LeadershipParams, ripeness
from placement.profile_matching import profile_matching
from placement.programme import expected_of, programmes
from rules.facts import collect_facts

AS_OF, EFFECTIVE = pd.Timestamp("2025-11-21"), pd.Timestamp("2026-01-01")
PEOPLE = ["E-1", "E-2", "E-3"]


def tables(**changes) -> Tables:
    rows = {
        "employees": [{"employee_id": who, "hired_on": "2005-01-01"} for who in PEOPLE],
        "units": [{"unit_id": "U-0"}, {"unit_id": "U-1", "parent_id": "U-0"}, {"unit_id": "U-2", "parent_id": "U-0"}],
        "positions": [
            {"position_id": "P-1", "unit_id": "U-1", "job_family": "law", "job_kind": "staff", "level": 10, "headcount": 5},
            {"position_id": "P-2", "unit_id": "U-2", "job_family": "money", "job_kind": "staff", "level": 10, "headcount": 5},
            {"position_id": "P-3", "unit_id": "U-1", "job_family": "law", "job_kind": "supervisor", "level": 20,
             "supervisory": True},
            {"position_id": "P-4", "unit_id": "U-1", "job_family": "law", "job_kind": "executive", "level": 40,
             "supervisory": True},
        ],
        "assignments": [
            {"employee_id": "E-1", "position_id": "P-1", "start_on": "2015-01-01"},
            {"employee_id": "E-2", "position_id": "P-2", "start_on": "2010-01-01", "end_on": "2024-12-31"},
            {"employee_id": "E-2", "position_id": "P-1", "start_on": "2025-01-01"},
            {"employee_id": "E-3", "position_id": "P-3", "start_on": "2020-01-01"},
        ],
        "appraisals": [{"employee_id": "E-1", "period_start": "2024-01-01", "period_end": "2024-12-31", "rating": 4}],
        "competency_standards": [{"position_id": "P-2", "competency": "komunikasi", "required_level": 4},
                                 {"position_id": "P-2", "competency": "integritas", "required_level": 4}],
        "competencies": [{"employee_id": "E-1", "competency": c, "level": 2, "assessed_on": "2025-01-01"}
                         for c in ("komunikasi", "integritas")],
        "trainings_catalogue": [{"course": "Komunikasi", "competency": "komunikasi", "start_on": "2026-01-10"}],
    }  # fmt: skip
    rows |= changes
    ids = employee_dtype(PEOPLE)
    return Tables({name: conform(name, pd.DataFrame(table), ids) for name, table in rows.items()}, extracted_on=AS_OF)


def of_pairs(*pairs):
    return pd.DataFrame(list(pairs), columns=["employee_id", "position_id"])


@pytest.fixture
def city() -> SimpleNamespace:
    known = tables()
    return SimpleNamespace(known=known, facts=collect_facts(known, AS_OF, EFFECTIVE))


def test_what_is_new_to_the_person_counts_and_what_they_had_before_does_not(city) -> None:
    found = development(city.known, city.facts, of_pairs(("E-1", "P-2"), ("E-2", "P-2"), ("E-1", "P-3")), DevelopmentParams())
    assert found["new_family"].tolist() == [True, False, False]
    assert found["wider_network"].tolist() == [True, False, False]
    assert found["managerial_step"].tolist() == [False, False, True]


def test_only_gaps_that_some_course_closes_count(city) -> None:
    found = development(city.known, city.facts, of_pairs(("E-1", "P-2"), ("E-2", "P-2")), DevelopmentParams())
    assert found["gaps_closed"].tolist() == [2.0, 0.0]  # integritas is not taught, E-2 was never assessed
    assert found.loc[0, "development"] == pytest.approx(0.005 * 2 + 0.02 + 0.01)


def test_who_led_before_takes_no_first_step(city) -> None:
    assert not development(city.known, city.facts, of_pairs(("E-3", "P-4")), DevelopmentParams())["managerial_step"].any()


def test_development_alone_never_makes_a_move() -> None:
    params = load_params()
    grown = params.development
    most = grown.gap_level * grown.most_gap_levels + grown.new_family + grown.managerial_step + grown.wider_network
    assert most < params.wave.least_gain


GOALS = [
    {"goal": "kinerja pegawai naik", "indicator": "kenaikan (SD)", "target": 0.1, "from_on": "2024-01-01", "to_on": "2026-12-31"},
    {"goal": "jabatan lowong terisi", "indicator": "persen", "target": 95, "from_on": "2024-01-01", "to_on": "2026-12-31"},
    {"goal": "mutu layanan naik", "indicator": "IKM", "target": 82, "from_on": "2024-01-01", "to_on": "2026-12-31"},
    {"goal": "kinerja pegawai naik", "indicator": "kenaikan (SD)", "target": 0.1, "from_on": "2021-01-01", "to_on": "2023-12-31"},
    {"goal": "kinerja pegawai naik", "indicator": "kenaikan (SD)", "target": 0.2, "from_on": "2027-01-01", "to_on": None},
]  # fmt: skip


def test_a_wave_belongs_to_the_programme_in_force() -> None:
    found = programmes(tables(programmes=GOALS), EFFECTIVE)
    assert found.loc[found["of_this_wave"], "programme_id"].unique().tolist() == ["2024-01-01"]
    assert found.groupby("programme_id")["in_force"].first().to_dict() == {
        "2021-01-01": False, "2024-01-01": True, "2027-01-01": False,
    }  # fmt: skip


def test_where_none_is_in_force_it_belongs_to_the_newest_begun() -> None:
    found = programmes(tables(programmes=GOALS[3:]), EFFECTIVE)
    assert found.loc[found["of_this_wave"], "programme_id"].tolist() == ["2021-01-01"]
    assert programmes(tables(), EFFECTIVE).empty


def test_a_plan_says_what_it_brings_to_the_goals_it_can_speak_of(city) -> None:
    moves = pd.DataFrame({"from_position": ["P-1"], "to_position": ["P-4"]})
    goals = programmes(tables(programmes=GOALS), EFFECTIVE)
    found = expected_of(goals, moves, pd.Series([0.3]), city.facts.positions)
    mine = found[found["of_this_wave"]].set_index("goal")["expected"]
    assert mine["kinerja pegawai naik"] == pytest.approx(0.3)
    assert mine["jabatan lowong terisi"] == pytest.approx(100.0)  # P-3 is held, P-4 is filled
    assert np.isnan(mine["mutu layanan naik"])
    assert found.loc[~found["of_this_wave"], "expected"].isna().all()


def test_a_strategic_post_is_no_place_to_begin(city) -> None:
    pairs = of_pairs(("E-1", "P-3"), ("E-2", "P-3"), ("E-3", "P-4"), ("E-1", "P-2"))
    found = ripeness(city.facts, pairs, LeadershipParams())
    assert found["ripe_months"].round().tolist() == [132.0, 12.0, 0.0, 0.0]
    assert found["inexperienced"].tolist() == [False, True, True, False]  # P-4 asks for a post one step below it


def test_profile_matching_weighs_gaps_as_its_table_says() -> None:
    levels = pd.DataFrame({
        "pair": [0, 0, 1, 1, 2], "competency": ["pelayanan publik", "integritas"] * 2 + ["integritas"],
        "level": [3.0, 3.0, 4.0, 2.0, 1.0], "required": [3.0, 3.0, 3.0, 3.0, 3.0],
    })  # fmt: skip
    found = profile_matching(levels, pd.RangeIndex(4))
    assert found[:3].tolist() == pytest.approx([5.0, 0.6 * 4.5 + 0.4 * 4.0, 3.0])
    assert np.isnan(found[3])
