"""Gaps to courses, seats, and the calendar of all agencies."""

import pandas as pd

from placement.support.training import (
    TrainingParams,
    calendar,
    gaps_of,
    offerings,
    seated,
    trained_on,
    wanted_courses,
)

PARAMS = TrainingParams()
AS_OF = pd.Timestamp("2026-03-15")


def drawn(known, facts, moves):
    there = facts(known)
    on_offer = offerings(known, AS_OF)
    places = seated(wanted_courses(known, there, moves, gaps_of(known, there, moves), PARAMS), on_offer)
    return there, on_offer, places.assign(course=on_offer["course"].reindex(places["offering"]).to_numpy())


def courses(places, move):
    return places.loc[places["move"] == move, ["course", "seat"]].values.tolist()


def test_only_what_falls_short_is_a_gap(tables, facts, moves) -> None:
    gaps = gaps_of(tables(), facts(tables()), moves)
    assert gaps[["move", "competency", "gap"]].values.tolist() == [[0, "komunikasi", 2.0], [1, "komunikasi", 1.0]]


def test_a_course_begun_already_is_not_on_offer_and_ends_on_its_last_course_day(tables) -> None:
    found = offerings(tables(), AS_OF).set_index("course")
    assert "Lama" not in found.index
    assert found.loc["Komunikasi A", "finish_on"] == pd.Timestamp("2026-04-08")
    assert found.loc["SIPD", "finish_on"] == pd.Timestamp("2026-04-22")


def test_the_largest_gap_gets_the_seat_and_the_next_goes_to_the_next_course(tables, facts, moves) -> None:
    _, _, places = drawn(tables(), facts, moves)
    assert courses(places, 0) == [["Komunikasi A", True], ["SIPD", True]]
    assert ["Komunikasi B", True] in courses(places, 1)
    assert not places["course"].eq("Kepemimpinan").any()  # a career of its own


def test_the_systems_of_the_agency_entered_are_taught_but_not_to_its_own_people(tables, facts, moves) -> None:
    known = tables(trainings=[{"employee_id": "E-3", "course": "SIPD", "hours": 24, "finished_on": "2025-01-01"}])
    _, _, places = drawn(known, facts, moves)
    systems = places[places["course"] == "SIPD"]
    assert systems["move"].tolist() == [0, 1]  # E-9 comes from there, E-3 knows it
    assert systems["competency"].eq("").all()


def test_who_finds_no_seat_waits_for_the_first(tables, facts, moves) -> None:
    full = tables()
    frames = dict(full.frames)
    frames["trainings_catalogue"] = frames["trainings_catalogue"].assign(seats=1)
    known = type(full)(frames, extracted_on=full.extracted_on)
    _, on_offer, places = drawn(known, facts, moves)
    sipd = places[places["course"] == "SIPD"]
    assert sipd[["move", "seat"]].values.tolist() == [[0, True], [1, False], [3, False]]
    seats = places[places["seat"]].groupby("offering").size()
    assert (seats <= on_offer["seats"].reindex(seats.index)).all()


def test_the_calendar_counts_seats_and_names_the_agencies(tables, facts, moves) -> None:
    there, on_offer, places = drawn(tables(), facts, moves)
    rows = calendar(places, on_offer, there, moves).set_index("course")
    assert rows.loc["Komunikasi A", ["taken", "waiting", "agencies"]].tolist() == [1, 0, "U-2"]
    assert rows.loc["SIPD", "taken"] == 2


def test_a_move_waits_for_its_courses_but_not_for_those_over_too_late(tables, facts, moves) -> None:
    _, on_offer, places = drawn(tables(), facts, moves)
    soon = trained_on(places, on_offer, moves, pd.Timestamp("2026-05-01"))
    assert soon[0] == pd.Timestamp("2026-04-23")
    assert pd.isna(soon[2])
    assert trained_on(places, on_offer, moves, pd.Timestamp("2026-08-01"))[1] == pd.Timestamp("2026-06-11")
