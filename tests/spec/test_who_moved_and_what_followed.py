"""Drawn careers: which rows are learned from at a decision date, with which outcome, and why the others are not."""

import pandas as pd
import pytest

from features.as_of import known_at
from features.posts import current_posts, definitive_spells
from features.ratings import HarmonisedRatings, RatingParams, harmonise
from features.risk import EXCLUSIONS, WindowParams, look_later, risk_rows
from features.tables import Tables, conform, employee_dtype

DECISION = pd.Timestamp("2020-01-01")
AS_OF = pd.Timestamp("2022-12-31")
MONTHS = WindowParams(window="months")

CAREERS = """
    who        | post | start      | end        | move_type     | left       | found
    stays      | p1   | 2015-01-01 | -          | -             | -          | stay
    moves      | p1   | 2015-01-01 | 2020-03-31 | -             | -          | -
    moves      | p3   | 2020-04-01 | -          | rotation      | -          | assigned
    rises      | p1   | 2015-01-01 | 2020-03-31 | -             | -          | -
    rises      | p4   | 2020-04-01 | -          | -             | -          | promotion
    renamed    | p1   | 2015-01-01 | 2020-03-31 | -             | -          | -
    renamed    | p2   | 2020-04-01 | -          | renaming      | -          | stay
    acts       | p1   | 2015-01-01 | -          | -             | -          | stay
    twice      | p1   | 2015-01-01 | 2020-03-31 | -             | -          | -
    twice      | p3   | 2020-04-01 | 2020-12-31 | rotation      | -          | -
    twice      | p1   | 2021-01-01 | -          | rotation      | -          | second_move
    late       | p1   | 2015-01-01 | 2020-12-31 | -             | -          | -
    late       | p3   | 2021-01-01 | -          | rotation      | -          | later_move
    retires    | p1   | 2015-01-01 | -          | -             | 2020-11-30 | left
    punished   | p3   | 2015-01-01 | 2020-03-31 | -             | -          | -
    punished   | p1   | 2020-04-01 | -          | disciplinary  | -          | disciplinary
    vanishes   | p1   | 2015-01-01 | 2020-09-30 | -             | -          | post_ended
    unrated    | p1   | 2015-01-01 | -          | -             | -          | no_rating_after
    elsewhere  | p1   | 2015-01-01 | 2020-03-31 | -             | -          | -
    elsewhere  | gone | 2020-04-01 | -          | rotation      | -          | destination_unknown
    nowhere    | gone | 2015-01-01 | -          | -             | -          | position_unknown
    frozen     | head | 2015-01-01 | -          | -             | -          | frozen
"""


def drawn(text: str) -> pd.DataFrame:
    """Read a table drawn with bars; '-' is an empty cell."""
    lines = [[cell.strip() for cell in line.strip().split("|")] for line in text.strip().splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0]).replace("-", pd.NA)


@pytest.fixture(scope="module")
def careers() -> pd.DataFrame:
    return drawn(CAREERS)


@pytest.fixture(scope="module")
def city(careers) -> Tables:
    people = employee_dtype(sorted(careers["who"].unique()))
    assignments = careers.rename(columns={"who": "employee_id", "post": "position_id", "start": "start_on", "end": "end_on"})
    acting = pd.DataFrame({"employee_id": ["acts"], "position_id": ["p4"], "start_on": ["2020-02-01"], "kind": ["plt"]})
    rated = [who for who in people.categories if who != "unrated"]
    years = pd.DataFrame({"period_start": [f"{year}-01-01" for year in range(2017, 2022)]})
    appraisals = pd.DataFrame({"employee_id": rated}).merge(years, how="cross")
    appraisals["period_end"] = appraisals["period_start"].str[:4] + "-12-31"
    appraisals["score"] = 70.0 + appraisals.index % 7 + 3 * (appraisals.index % 3)
    left = careers.drop_duplicates("who").set_index("who")["left"].reindex(people.categories)
    frames = {
        "employees": pd.DataFrame({"employee_id": people.categories, "left_on": left.to_numpy()}),
        "units": pd.DataFrame({"unit_id": ["u1", "u2"]}),
        "positions": drawn("""
            position_id | unit_id | job_kind      | level
            p1          | u1      | staff         | 10
            p2          | u1      | staff         | 10
            p3          | u2      | staff         | 10
            p4          | u2      | supervisor    | 20
            head        | u2      | administrator | 30"""),
        "assignments": pd.concat([assignments, acting], ignore_index=True),
        "appraisals": appraisals,
        "freezes": pd.DataFrame({"from_on": ["2019-12-01"], "to_on": ["2020-12-31"]}),
    }
    return Tables({name: conform(name, frame, people) for name, frame in frames.items()}, AS_OF)


@pytest.fixture(scope="module")
def ratings(city) -> HarmonisedRatings:
    return harmonise(known_at(city, AS_OF), RatingParams())


def rows_at(city: Tables, ratings: HarmonisedRatings, window: WindowParams, as_of: pd.Timestamp = AS_OF) -> pd.DataFrame:
    later = look_later(known_at(city, as_of), ratings, as_of)
    rows = risk_rows(later, current_posts(known_at(city, DECISION), DECISION), DECISION, 6, window)
    return rows.assign(employee_id=rows["employee_id"].astype("str")).set_index("employee_id")


def test_every_career_is_learned_from_or_left_out_for_its_reason(city, ratings, careers):
    rows = rows_at(city, ratings, MONTHS)
    found = rows["exclusion"].where(rows["exclusion"] != "", rows["arrival"])
    expected = careers.dropna(subset="found").set_index("who")["found"]
    assert found.sort_index().to_dict() == expected.sort_index().to_dict()


def test_every_reason_is_drawn_except_two_that_need_other_days(careers):
    drawn_reasons = set(careers["found"].dropna()) & {name for name, _ in EXCLUSIONS}
    assert {name for name, _ in EXCLUSIONS} - drawn_reasons == {"stale_knowledge", "window_open"}


def test_a_mover_is_judged_in_the_new_post_and_a_stayer_in_the_old(city, ratings):
    rows = rows_at(city, ratings, MONTHS)
    assert rows.loc["moves", ["origin_position_id", "position_id"]].tolist() == ["p1", "p3"]
    assert rows.loc["stays", ["origin_position_id", "position_id"]].tolist() == ["p1", "p1"]
    assert rows.loc["renamed", "position_id"] == "p1"


def test_the_outcome_is_the_mean_of_ratings_half_of_which_lie_in_months_7_to_18(city, ratings):
    """Stayer: July 2020 to June 2021 holds half of 2020 and of 2021. Mover of April: October 2020 to September 2021 holds 2021."""
    rows, scores = rows_at(city, ratings, MONTHS), ratings.scores
    scores = scores.assign(year=scores["period_end"].dt.year).set_index(["employee_id", "year"])
    expected = scores.loc[[("stays", 2020), ("stays", 2021)], "score"].mean()  # equally reliable: one regime, full years
    assert rows.loc["stays", "outcome"] == pytest.approx(expected)
    assert rows.loc["moves", "outcome"] == pytest.approx(scores.loc[("moves", 2021), "score"])


def test_in_a_panel_of_periods_the_first_that_starts_on_or_after_the_move_counts(city, ratings):
    rows, scores = rows_at(city, ratings, WindowParams(window="first_period")), ratings.scores
    scores = scores.assign(year=scores["period_end"].dt.year).set_index(["employee_id", "year"])
    assert rows.loc["stays", "outcome"] == pytest.approx(scores.loc[("stays", 2020), "score"])
    assert rows.loc["moves", "outcome"] == pytest.approx(scores.loc[("moves", 2021), "score"])


def test_before_the_window_has_closed_nothing_is_learned(city, ratings):
    early = pd.Timestamp("2021-05-31")
    rows = rows_at(city, harmonise(known_at(city, early), RatingParams()), MONTHS, early)
    assert set(rows.loc[["stays", "moves", "rises", "acts"], "exclusion"]) == {"window_open"}


def test_a_post_known_too_late_is_not_learned_from(city, ratings):
    assignments = city["assignments"]
    late = assignments["known_on"].mask(
        (assignments["employee_id"] == "stays") | ((assignments["employee_id"] == "moves") & (assignments["position_id"] == "p1")),
        pd.Timestamp("2020-02-01"),
    )
    before = assignments[assignments["employee_id"] == "stays"].assign(
        position_id="p2", start_on=pd.Timestamp("2014-01-01"), known_on=pd.Timestamp("2014-01-01")
    )
    frame = pd.concat([assignments.assign(known_on=late), before], ignore_index=True)
    rows = rows_at(Tables({**city.frames, "assignments": frame}, AS_OF), ratings, MONTHS)
    assert rows.loc["stays", "exclusion"] == "stale_knowledge"
    assert "moves" not in rows.index


def test_time_in_post_runs_on_through_a_renaming(city):
    posts = current_posts(known_at(city, AS_OF), AS_OF)
    posts = posts.assign(employee_id=posts["employee_id"].astype("str")).set_index("employee_id")
    assert posts.loc["renamed", ["position_id", "since"]].tolist() == ["p2", pd.Timestamp("2015-01-01")]
    assert posts.loc["moves", ["position_id", "since", "arrival"]].tolist() == ["p3", pd.Timestamp("2020-04-01"), "assigned"]
    assert posts.loc["acts", "position_id"] == "p1"
    assert "retires" not in posts.index
    assert "vanishes" not in posts.index


def test_a_spell_ends_the_day_before_the_next_begins(city):
    spells = definitive_spells(known_at(city, DECISION + pd.Timedelta(days=100)), DECISION + pd.Timedelta(days=100))
    mine = spells[spells["employee_id"] == "moves"]
    assert mine["end_on"].tolist() == [pd.Timestamp("2020-03-31"), pd.Timestamp("2020-04-10")]
    assert mine["moved"].tolist() == [False, True]


@pytest.mark.parametrize(
    ("starts", "ends", "window"),
    [("01-01", "12-31", "months"), ("04-01", "09-30", "first_period"), ("04-01", "12-31", "months")],
)
def test_seasons_are_told_from_years_by_the_months_nobody_is_rated_in(city, starts, ends, window):
    appraisals = pd.DataFrame({"employee_id": ["stays"] * 3, "period_start": [f"{year}-{starts}" for year in (2017, 2018, 2019)]})
    appraisals["period_end"] = appraisals["period_start"].str[:5] + ends
    appraisals["score"] = 1.0
    tables = Tables({**city.frames, "appraisals": conform("appraisals", appraisals, city.employee_ids)}, AS_OF)
    assert WindowParams().resolve(tables) == window
