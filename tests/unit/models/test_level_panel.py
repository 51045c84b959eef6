"""Spells, seats and fit columns as the level model reads them."""

import numpy as np
import pandas as pd
import pytest

from models.mixed.fit_columns import fit_columns_of, nearest
from models.mixed.level_panel import ARRIVALS, days, fixed_columns, fixed_names, posts_of, seat_of, spells_of

PLACES = pd.DataFrame(
    {"unit_id": ["U1", "U1", "U2"], "job_family": ["admin", "admin", "health"], "level": [10.0, 20.0, 10.0]},
    index=pd.Index(["J1", "J2", "J3"], name="position_id"),
)
ONE_DAY = 2 / 365.25
"""Years by day counts: inclusive ends and leap days."""


def spells() -> pd.DataFrame:
    dates = ["2015-01-01", "2018-01-01", "2020-01-01", "2021-01-01"]
    return pd.DataFrame({
        "employee_id": pd.Categorical(["a", "a", "a", "b"], categories=["a", "b"], ordered=True),
        "position_id": ["J1", "J3", "J2", "J3"],
        "start_on": pd.to_datetime(dates), "since": pd.to_datetime(dates),
        "end_on": pd.to_datetime(["2017-12-31", "2019-12-31", "2022-12-31", "2022-12-31"]),
        "open": [False, False, True, True], "arrival": ["first", "assigned", "promotion", "first"],
    })  # fmt: skip


def seats(position: list[str], on: list[str], employee: list[int]):
    posts = posts_of(PLACES)
    coded = spells_of(spells(), posts)
    day = days(pd.Series(pd.to_datetime(on)))
    return seat_of(np.array(employee), day, posts.code(pd.Series(position)), coded, posts), posts


def test_experience_adds_up_over_spells_of_a_family() -> None:
    seat, _ = seats(["J1", "J3", "J2", "J2", "J3"], ["2016-01-01", "2019-01-01", "2020-01-01", "2021-01-01", "2021-06-01"], [0] * 5)
    assert seat.experience == pytest.approx([1.0, 1.0, 3.0, 4.0, 2.0], abs=ONE_DAY)


def test_tenure_and_arrival_are_those_of_the_spell() -> None:
    seat, _ = seats(["J3", "J2", "J3"], ["2019-01-01", "2022-01-01", "2022-01-01"], [0, 0, 1])
    assert seat.tenure == pytest.approx([1.0, 2.0, 1.0], abs=ONE_DAY)
    assert [ARRIVALS[code] for code in seat.arrival] == ["assigned", "promotion", "first"]
    assert list(seat.new_family) == [True, False, False]


def test_a_rating_in_another_post_than_the_spells_has_a_spell_of_its_own() -> None:
    seat, _ = seats(["J1", "J1", "J3"], ["2019-01-01", "2016-01-01", "2019-02-01"], [0, 0, 0])
    assert len(set(seat.spell)) == 3
    assert seat.tenure[0] == 0.0


def test_nobody_is_confused_with_the_next_person() -> None:
    seat, _ = seats(["J3"], ["2020-06-01"], [1])
    assert seat.experience[0] == 0.0
    assert seat.career[0] == 0.0


def test_fixed_columns_have_their_names_and_an_average_family_where_none_is_known() -> None:
    seat, posts = seats(["J1", "J3", "JX"], ["2016-01-01", "2019-01-01", "2019-01-01"], [0, 0, 0])
    columns = pd.DataFrame(fixed_columns(seat, len(posts.families)), columns=fixed_names(posts))
    assert (columns["intercept"] == 1.0).all()
    assert list(columns["family:admin"]) == [1.0, 0.0, 0.5]
    assert list(columns["family:health"]) == [0.0, 1.0, 0.5]


def test_nearest_prefers_the_same_group_then_the_nearest_day() -> None:
    at, known = nearest((np.array([1, 1, 2]), np.array([100, 200, 150])), (np.array([1, 1, 2, 3]), np.array([120, 180, 999, 150])))
    assert list(at[:3]) == [0, 1, 2]
    assert list(known) == [True, True, True, False]


def test_fit_columns_standardise_fill_gaps_from_the_same_group_and_drop_what_is_constant() -> None:
    matrix = pd.DataFrame({"pair_field_match": [np.nan, 1.0, 0.0, np.nan], "pair_gap_sum": [2.0] * 4, "perf_level": [1.0] * 4})
    fit = fit_columns_of(matrix)
    assert fit.names == ("pair_field_match",)
    assert fit.encode(matrix)[:, 0] == pytest.approx([0.0, 1.0, -1.0, 0.0])
    filled = fit.encode_filled(matrix, np.array([7, 7, 8, 9]), np.array([1, 2, 1, 1]))
    assert filled[:, 0] == pytest.approx([1.0, 1.0, -1.0, 0.0])
