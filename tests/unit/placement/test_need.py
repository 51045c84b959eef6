"""Need: workload against staff, retirements ahead, demand that trends or surges."""

import numpy as np
import pandas as pd
import pytest

from features.tables import Tables, conform, employee_dtype
from placement.need import NeedParams, needs, unit_fill
from rules.facts import collect_facts
from rules.pack import load_pack

AS_OF = pd.Timestamp("2025-11-21")


def found(**changes):
    rows = {
        "employees": [
            {"employee_id": "E-1", "hired_on": "2010-01-01", "retires_on": "2026-06-01"},
            {"employee_id": "E-2", "hired_on": "2010-01-01", "birth_date": "1990-01-01"},
        ],
        "units": [{"unit_id": "U-1"}, {"unit_id": "U-2", "parent_id": "U-1"}],
        "positions": [
            {"position_id": "P-1", "unit_id": "U-1", "job_family": "health", "job_kind": "staff", "level": 10, "headcount": 3},
            {"position_id": "P-2", "unit_id": "U-1", "job_family": "law", "job_kind": "staff", "level": 10},
            {"position_id": "P-3", "unit_id": "U-2", "job_kind": "staff", "level": 10},
        ],
        "assignments": [
            {"employee_id": "E-1", "position_id": "P-1", "start_on": "2015-01-01"},
            {"employee_id": "E-2", "position_id": "P-2", "start_on": "2015-01-01"},
        ],
        "appraisals": [{"employee_id": "E-1", "period_start": "2024-01-01", "period_end": "2024-12-31", "rating": 4}],
        **changes,
    }  # fmt: skip
    ids = employee_dtype(["E-1", "E-2"])
    frames = {name: conform(name, pd.DataFrame(table), ids) for name, table in rows.items()}
    tables = Tables(frames, extracted_on=AS_OF)
    facts = collect_facts(tables, AS_OF, AS_OF)
    return needs(tables, facts, load_pack(), NeedParams()).set_index(["unit_id", "job_family"])


def workload(unit, needed, position=None, year=2024):
    return {
        "unit_id": unit,
        "position_id": position,
        "period_start": f"{year}-01-01",
        "period_end": f"{year}-12-31",
        "needed": needed,
    }


def test_without_workload_analysis_the_headcount_is_needed():
    assert found()["need"].to_dict() == {("U-1", "health"): 3, ("U-1", "law"): 1, ("U-2", ""): 1}


def test_the_latest_analysis_of_a_position_counts():
    frame = found(workloads=[workload("U-1", 2, "P-1", 2023), workload("U-1", 5, "P-1")])
    assert frame.loc[("U-1", "health"), "need"] == 5


def test_a_units_analysis_is_shared_out_by_headcount():
    frame = found(workloads=[workload("U-1", 8)])
    assert frame.loc["U-1", "need"].to_dict() == {"health": 6, "law": 2}


def test_a_units_analysis_covers_what_its_positions_leave_open():
    frame = found(workloads=[workload("U-1", 8), workload("U-1", 5, "P-1")])
    assert frame.loc["U-1", "need"].to_dict() == {"health": 5, "law": 3}


def test_gap_is_need_less_definitive_holders():
    assert found()["gap"].to_dict() == {("U-1", "health"): 2, ("U-1", "law"): 0, ("U-2", ""): 1}


def test_retirements_within_three_years_count():
    assert found()["retirements_36_months"].to_dict() == {("U-1", "health"): 1, ("U-1", "law"): 0, ("U-2", ""): 0}


def test_shortage_and_retirements_raise_the_priority():
    frame = found()
    assert frame.loc[("U-1", "health"), "priority"] == pytest.approx(2 / 3 + 0.5 / 3)
    assert frame.loc[("U-1", "law"), "priority"] == 0


def test_units_add_their_families_up():
    fill = unit_fill(found().reset_index())
    assert fill.loc["U-1"].to_dict() == {"need": 4, "filled": 2}


def demand(visitors):
    months = pd.period_range(end="2025-10", periods=len(visitors), freq="M")
    return [
        {"unit_id": "U-1", "period_start": month.start_time.date(), "period_end": month.end_time.date(), "visitors": count}
        for month, count in zip(months, visitors, strict=True)
    ]


def test_a_steady_rise_is_a_trend_and_no_surge():
    row = found(service_demand=demand(1000 + 10.0 * np.arange(24))).loc[("U-1", "health")]
    assert row["demand_trend"] == pytest.approx(120 / 1115, abs=1e-6)
    assert not row["surge"]


def test_a_jump_above_trend_and_noise_is_a_surge():
    noise = np.tile([-8.0, 5.0, 3.0, -6.0, 9.0, -3.0], 4)
    calm, jump = 1000 + noise, 1000 + noise
    jump[-1] += 250  # a surge is a rise by a fifth at least
    assert not found(service_demand=demand(calm)).loc[("U-1", "health"), "surge"]
    assert found(service_demand=demand(jump)).loc[("U-1", "health"), "surge"]


def test_a_peak_that_comes_every_year_is_season_and_no_surge():
    visitors = 1000 + np.tile([-8.0, 5.0, 3.0, -6.0, 9.0, -3.0], 6)
    visitors[[11, 23, 35]] += 300
    assert not found(service_demand=demand(visitors)).loc[("U-1", "health"), "surge"]


def test_units_that_count_no_visitors_have_no_trend():
    frame = found(service_demand=demand(1000 + 10.0 * np.arange(24)))
    assert pd.isna(frame.loc[("U-2", ""), "demand_trend"])
    assert not frame.loc[("U-2", ""), "surge"]


def test_too_short_a_series_has_no_trend():
    assert pd.isna(found(service_demand=demand([1.0, 2.0, 3.0])).loc[("U-1", "health"), "demand_trend"])
