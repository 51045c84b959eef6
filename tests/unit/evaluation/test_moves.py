"""Which moves are judged, and by which score."""

import pandas as pd
import pytest

from evaluation.moves import MoveParams, changes_of_unit, judged_moves, rated_periods
from features.contract import REQUIRED_TABLES
from features.tables import Tables, conform, employee_dtype

POSITIONS = [("P1", "U1"), ("P1b", "U1"), ("P2", "U2"), ("P3", "U3")]


def tables(assignments: list[tuple[str, ...]], appraisals: list[tuple[str, str, float]]) -> Tables:
    """Return tables of the people named; assignments: person, post, start (, move_type, kind); appraisals: person, start, score."""
    people = sorted({row[0] for row in assignments})
    held = pd.DataFrame(
        [(*row, *(None, None)[len(row) - 3 :])[:5] for row in assignments],
        columns=["employee_id", "position_id", "start_on", "move_type", "kind"],
    )
    held["start_on"] = pd.to_datetime(held["start_on"])
    rated = pd.DataFrame(appraisals, columns=["employee_id", "period_start", "score"])
    rated["period_start"] = pd.to_datetime(rated["period_start"])
    rated["period_end"] = rated["period_start"] + pd.Timedelta(days=180)
    raw = {
        "employees": pd.DataFrame({"employee_id": people}),
        "units": pd.DataFrame({"unit_id": ["U1", "U2", "U3"]}),
        "positions": pd.DataFrame(POSITIONS, columns=["position_id", "unit_id"]),
        "assignments": held,
        "appraisals": rated,
    }
    dtype = employee_dtype(people)
    return Tables({name: conform(name, raw[name], dtype) for name in REQUIRED_TABLES}, pd.Timestamp(2030, 1, 1))


TWO_YEARS = [("a", "2010-04-01", 1.0), ("b", "2010-04-01", -1.0), ("a", "2011-04-01", 3.0), ("b", "2011-04-01", 1.0)]


def test_a_change_of_unit_is_judged_by_the_first_score_that_begins_after_it() -> None:
    moves = judged_moves(
        tables([("a", "P1", "2009-04-01"), ("a", "P2", "2010-08-01"), ("b", "P1", "2009-04-01")], TWO_YEARS), MoveParams()
    )
    assert moves.frame[["employee_id", "position_id", "origin_position_id"]].to_numpy().tolist() == [["a", "P2", "P1"]]
    assert moves.frame["realised"].tolist() == pytest.approx([2**0.5])


def test_scores_are_standardised_within_their_year() -> None:
    people = [f"p{n:02d}" for n in range(10)]
    scores = [(who, f"{year}-04-01", year + n % 2 * 4.0) for year in (2010, 2011) for n, who in enumerate(people)]
    periods = rated_periods(tables([(who, "P1", "2009-04-01") for who in people], scores))
    assert periods["score"].tolist() == pytest.approx([-1, -1, 1, 1] * 5)


def test_a_new_post_in_the_same_unit_is_no_change_of_unit() -> None:
    assert changes_of_unit(tables([("a", "P1", "2009-04-01"), ("a", "P1b", "2010-08-01")], [])).empty


@pytest.mark.parametrize("move_type", ["renaming", "reinauguration", "disciplinary", "entry"])
def test_moves_that_are_none_are_not_judged(move_type: str) -> None:
    assert changes_of_unit(tables([("a", "P1", "2009-04-01"), ("a", "P2", "2010-08-01", move_type)], [])).empty


def test_acting_posts_are_not_moves() -> None:
    source = tables([("a", "P1", "2009-04-01"), ("a", "P2", "2010-08-01", "rotation", "plt"), ("a", "P1b", "2011-01-01")], [])
    assert changes_of_unit(source).empty


def test_a_score_after_the_next_change_of_unit_judges_only_the_later_move() -> None:
    source = tables(
        [("a", "P1", "2009-04-01"), ("a", "P2", "2010-08-01"), ("a", "P3", "2010-12-01"), ("b", "P1", "2009-04-01")], TWO_YEARS
    )
    judged = judged_moves(source, MoveParams())
    assert judged.frame["position_id"].tolist() == ["P3"]
    assert judged.funnel.set_index("step")["rows"].to_dict() == {"changes of unit": 2, "not rated after": 1}


def test_a_score_beyond_the_horizon_does_not_judge() -> None:
    source = tables([("a", "P1", "2008-04-01"), ("a", "P2", "2009-08-01"), ("b", "P1", "2009-04-01")], TWO_YEARS)
    assert len(judged_moves(source, MoveParams(horizon_days=365)).frame) == 1
    assert judged_moves(source, MoveParams(horizon_days=100)).frame.empty
