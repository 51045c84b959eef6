"""Departures by law, posts that hang on one person, critical posts."""

import pandas as pd

from placement.need import NeedParams, needs
from placement.staffing.departures import acting, departures, movable, stale
from placement.staffing.posts import PostParams, post_needs
from rules.pack import load_pack

PACK = load_pack()


def of(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    return frame.assign(**{key: frame[key].astype("str")}).set_index(key)


def test_an_executive_leaves_when_the_term_ends_others_when_they_retire(tables, facts) -> None:
    held = of(departures(facts(tables()), PACK), "employee_id")
    assert held.loc["E-6", "leaves_on"] == pd.Timestamp("2026-05-01")
    assert held.loc["E-6", "why"] == "term"
    assert held.loc["E-1", "why"] == "retirement"
    assert held.loc["E-1", "leaves_on"].year == 2043
    assert pd.isna(held.loc["E-1", "term_ends_on"])


def test_five_years_are_stale_and_two_are_needed_to_move(tables, facts) -> None:
    held = departures(facts(tables()), PACK)
    names = held["employee_id"].astype("str")
    assert set(names[stale(held, PACK)]) == {"E-1", "E-2", "E-5"}
    assert set(names[~movable(held, PACK, pd.Timestamp("2026-01-01"))]) == {"E-4"}


def test_who_acts_in_a_post_fills_nothing(tables, facts) -> None:
    known = tables(assignments=[
        {"employee_id": "E-5", "position_id": "P-1", "start_on": "2025-08-01", "kind": "plt"},
        {"employee_id": "E-2", "position_id": "P-1", "start_on": "2020-08-01", "end_on": "2020-12-01", "kind": "plh"},
    ])  # fmt: skip
    found = acting(known, pd.Timestamp("2025-11-21"))
    assert found["employee_id"].astype("str").tolist() == ["E-5"]
    need = needs(known, facts(known), PACK, NeedParams()).set_index(["unit_id", "job_family"])
    assert need.loc[("U-1", "health"), "acting"] == 1
    assert need.loc[("U-1", "health"), "filled"] == 2
    posts = of(
        post_needs(known, facts(known), PACK, departures(facts(known), PACK), pd.Series(dtype=float), PostParams()), "position_id"
    )
    assert posts.loc["P-1", "acting_since"] == pd.Timestamp("2025-08-01")


def test_vacancies_ahead_count_open_seats_and_people_who_leave(tables, facts) -> None:
    known = tables()
    need = needs(known, facts(known), PACK, NeedParams()).set_index(["unit_id", "job_family"])
    assert need.loc[("U-1", "health"), ["vacant", "vacancies_36_months"]].tolist() == [2, 3]
    assert need.loc[("U-2", "law"), "vacancies_36_months"] == 0


def test_people_above_need_can_be_released_if_the_law_lets_them_go(tables, facts) -> None:
    analysis = {"unit_id": "U-2", "position_id": "P-2", "period_start": "2024-01-01", "period_end": "2024-12-31", "needed": 0.5}
    known = tables(workloads=[analysis])
    row = needs(known, facts(known), PACK, NeedParams()).set_index(["unit_id", "job_family"]).loc[("U-2", "health")]
    assert row["surplus"] == 2
    assert row["releasable"] == 2
    young = tables(workloads=[analysis], assignments=[{"employee_id": "E-3", "position_id": "P-2", "start_on": "2025-07-01"}])
    row = needs(young, facts(young), PACK, NeedParams()).set_index(["unit_id", "job_family"]).loc[("U-2", "health")]
    assert row["releasable"] == 1


def test_one_person_alone_is_a_risk_unless_a_colleague_could_stand_in(tables, facts) -> None:
    def alone(**more) -> pd.Series:
        known = tables(**more)
        return of(
            post_needs(known, facts(known), PACK, departures(facts(known), PACK), pd.Series(dtype=float), PostParams()),
            "position_id",
        )["depends_on_one"]

    assert alone()["P-3"]
    assert not alone()["P-2"]
    past = {"employee_id": "E-3", "position_id": "P-3", "start_on": "2019-01-01", "end_on": "2021-12-31"}
    assert not alone(assignments=[past])["P-3"]


def test_a_weighty_post_that_opens_with_few_ready_is_critical(tables, facts) -> None:
    known = tables()

    def critical(ready: int) -> pd.Series:
        frame = post_needs(
            known, facts(known), PACK, departures(facts(known), PACK), pd.Series({"P-4": ready, "P-3": 0}), PostParams()
        )
        return of(frame, "position_id")["critical"]

    assert critical(2)["P-4"]
    assert not critical(3)["P-4"]
    assert not critical(2)["P-3"]  # depends on one person, who stays
    assert not critical(2)["P-1"]  # vacant seats, but no weighty post
