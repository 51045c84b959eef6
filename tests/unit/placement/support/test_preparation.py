"""A wave prepared: mentors, phases, hand-over, readiness."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from placement.staffing.departures import departures
from placement.support.mentors import MentorParams, mentors
from placement.support.preparation import SupportParams, prepare
from placement.support.readiness import OBJECTIONS, OTHER, RESPONSES, reason_codes
from placement.support.training import gaps_of
from placement.wave.phases import PhaseParams, phased, start_days
from publication.intake.choices import REFUSAL_REASONS
from rules.pack import load_pack

PACK = load_pack()
NONE = pd.Series(pd.NaT, index=range(4), dtype="datetime64[us]")


def dealt(known, facts, moves, params=None):
    there = facts(known)
    return mentors(there, departures(there, PACK), moves, gaps_of(known, there, moves), params or MentorParams())


def test_a_mentor_reaches_the_standard_where_the_newcomer_does_not(tables, facts, moves) -> None:
    found = dealt(tables(), facts, moves)
    assert set(found.loc[[0, 1], "mentor_employee_id"]) <= {"E-5", "E-7"}
    assert found.loc[0, "mentor_covers"] == "komunikasi"


@pytest.mark.parametrize(("level", "wanted"), [(20, True), (30, False), (41, False)])
def test_a_mentor_stands_at_most_a_step_from_the_post(tables, facts, moves, level: int, wanted: bool) -> None:
    """P-2 is of level 10; E-5, whom the gaps would choose, leads at ``level``."""
    post = {"position_id": "P-9", "unit_id": "U-21", "title": "Kepala", "job_family": "keuangan", "job_kind": "supervisor",
            "level": level, "headcount": 1}  # fmt: skip
    taken = {"employee_id": "E-5", "position_id": "P-9", "start_on": "2021-01-01"}
    known = tables(positions=[post], assignments=[taken])
    found = dealt(known, facts, moves)
    assert ("E-5" in set(found["mentor_employee_id"])) == wanted


def test_nobody_who_moves_is_a_mentor_and_nobody_has_too_many(tables, facts, moves) -> None:
    found = dealt(tables(), facts, moves, MentorParams(load=1))
    assert not set(found["mentor_employee_id"].dropna()) & set(moves["employee_id"])
    assert found["mentor_employee_id"].dropna().is_unique
    assert found["mentor_employee_id"].notna().all()


def test_where_mentors_are_few_the_best_matched_moves_get_them(tables, facts, moves) -> None:
    many = pd.concat([moves.iloc[[0]].assign(employee_id=who) for who in ("E-1", "E-2", "E-3")], ignore_index=True)
    everybody = pd.concat([many, moves.iloc[[2]].assign(employee_id="E-4")], ignore_index=True)
    found = dealt(tables(), facts, everybody, MentorParams(load=1, weighed=3))
    assert found["mentor_employee_id"].notna().sum() == found["mentor_employee_id"].nunique()
    assert pd.notna(found.loc[0, "mentor_employee_id"])  # the largest gap


def test_moves_start_on_firsts_of_months_from_the_effective_day() -> None:
    days = start_days(pd.Timestamp("2026-05-15"), PhaseParams(count=3))
    assert [f"{day:%Y-%m-%d}" for day in days] == ["2026-05-15", "2026-06-01", "2026-07-01"]


def test_a_step_waits_for_those_before_it_and_for_its_training(tables, facts, moves) -> None:
    trained = NONE.copy()
    trained[2] = pd.Timestamp("2026-06-10")
    found = phased(moves, trained, facts(tables()), PhaseParams())
    assert found["phase"].tolist() == [1, 1, 3, 3]
    assert found.loc[3, "start_on"] == pd.Timestamp("2026-07-01")


def test_a_freeze_puts_off_the_posts_in_its_scope_unless_it_is_approved(tables, facts, moves) -> None:
    freeze = {"from_on": "2026-04-01", "to_on": "2026-06-20", "known_on": "2026-01-01"}
    found = phased(moves, NONE, facts(tables(freezes=[freeze])), PhaseParams())
    assert found["phase"].tolist() == [1, 1, 3, 3]  # the section head, and who follows
    approved = facts(tables(freezes=[freeze | {"approval_number": "100.2/1/2026"}]))
    assert phased(moves, NONE, approved, PhaseParams())["phase"].eq(1).all()


def test_who_is_ready_too_late_starts_in_the_last_phase_all_the_same(tables, facts, moves) -> None:
    trained = NONE.copy()
    trained[0] = pd.Timestamp("2027-06-10")
    assert phased(moves, trained, facts(tables()), PhaseParams(count=4)).loc[0, "phase"] == 4


@pytest.fixture
def prepared(tables, facts, moves):
    known = tables(offers=[
        {"employee_id": "E-1", "position_id": "P-2", "offered_on": "2024-01-01", "response": "refused",
         "reason": "merasa kurang kompeten"},
        {"employee_id": "E-2", "position_id": "P-2", "offered_on": "2024-01-01", "response": "accepted"},
    ], aspirations=[{"employee_id": "E-3", "job_family": "keuangan", "stated_on": "2025-06-01"}],
       service_demand=[{"unit_id": "U-21", "period_start": "2026-01-01", "period_end": "2026-01-31", "visitors": 10}])  # fmt: skip
    return prepare(known, facts(known), departures(facts(known), PACK), moves, SupportParams())


def test_support_says_what_to_learn_by_when_and_who_helps(prepared) -> None:
    row = prepared.support.iloc[0]
    assert json.loads(row["gaps"]) == [{"competency": "komunikasi", "level": 1.0, "required": 3.0, "gap": 2.0}]
    trainings = json.loads(row["trainings"])
    assert [one["course"] for one in trainings] == ["Komunikasi A", "SIPD"]
    assert all(one["before_start"] for one in trainings)
    assert row["training_hours"] == 48
    assert row["deadline"] == row["start_on"] - pd.Timedelta(days=1)
    assert pd.Timestamp(trainings[-1]["finish_on"]) <= row["deadline"]
    assert prepared.support["not_taught"].eq(0).all()


def test_more_change_gives_more_time_to_settle(prepared) -> None:
    assert prepared.support["adaptation_months"].tolist() == [5, 5, 4, 4]  # family and gap; step up; family


def test_both_units_get_their_checklists(prepared) -> None:
    left, entered = ([{one["code"] for one in json.loads(text)} for text in prepared.support[name]]
                     for name in ("hand_over_left", "hand_over_entered"))  # fmt: skip
    assert "accounts" not in left[0]
    assert {"accounts", "counters"} <= left[2]
    assert {"appointment", "shadowing"} <= entered[0]
    assert "delegation" in entered[2]
    assert "report" not in left[0]


def test_past_refusals_come_with_an_answer(prepared) -> None:
    ready = prepared.readiness
    assert ready["readiness"].tolist() == ["hesitant", "open", "unknown", "willing"]
    told = json.loads(ready.loc[0, "objections"])
    assert told[0]["code"] == "competence"
    assert told[0]["response"] == "support"
    assert json.loads(ready.loc[1, "objections"]) == []


def test_every_reason_leads_to_support_an_exemption_or_another_plan() -> None:
    assert {known["response"] for known in OBJECTIONS.values()} == set(RESPONSES)
    said = [
        "Merasa kurang kompeten",
        "takut tidak memenuhi harapan atasan",
        "nyaman di unit sekarang",
        "jarak",
        "keluarga",
        "x",
        None,
    ]
    assert reason_codes(pd.Series(said)).tolist() == [
        "competence", "expectations", "comfort", "distance", "family", OTHER, OTHER,
    ]  # fmt: skip


def test_every_reason_the_form_of_refusals_offers_has_its_answer() -> None:
    codes = [code for known in OBJECTIONS.values() for code in known["codes"]]
    assert sorted(codes) == sorted(REFUSAL_REASONS)
    said = reason_codes(pd.Series(["likes_present_work", "income", "career", "lacks_competence"]))
    assert said.tolist() == ["comfort", "income", "career", "competence"]


def test_an_empty_plan_is_prepared_too(tables, facts, moves) -> None:
    known = tables()
    found = prepare(known, facts(known), departures(facts(known), PACK), moves.iloc[:0], SupportParams())
    assert found.support.empty
    assert found.readiness.empty
    assert found.calendar.empty


def test_without_a_catalogue_gaps_are_still_told(tables, facts, moves) -> None:
    full = tables()
    frames = {name: frame for name, frame in full.frames.items() if name != "trainings_catalogue"}
    known = replace(full, frames=frames)
    found = prepare(known, facts(known), departures(facts(known), PACK), moves, SupportParams()).support
    assert found["not_taught"].tolist() == [1, 1, 0, 0]
    assert np.isfinite(found["gap_levels"]).all()
