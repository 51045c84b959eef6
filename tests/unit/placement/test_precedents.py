"""Past moves told as precedents, without a person in them."""

import numpy as np
import pandas as pd
import pytest

from placement.precedents import COLUMNS, PairTraits, nearest, past_moves, recent_moves


def spells() -> pd.DataFrame:
    rows = [
        ("A", "P1", "U1", "2018-01-01", "2018-01-01", False, "health", "staff", 10.0, "first", False),
        ("A", "P2", "U2", "2021-01-01", "2021-01-01", True, "finance", "supervisor", 20.0, "promotion", False),
        ("B", "P1", "U1", "2019-01-01", "2019-01-01", False, "health", "staff", 10.0, "first", False),
        ("B", "P3", "U1", "2025-06-01", "2025-06-01", True, "health", "staff", 10.0, "assigned", True),
    ]
    names = [
        "employee_id",
        "position_id",
        "unit_id",
        "start_on",
        "since",
        "moved",
        "job_family",
        "job_kind",
        "level",
        "arrival",
        "open",
    ]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(start_on=pd.to_datetime(frame["start_on"]), since=pd.to_datetime(frame["since"]))


def scores() -> pd.DataFrame:
    rows = [("A", "2019-12-31", "P1", 0.2), ("A", "2020-12-31", "P1", 0.4), ("A", "2021-03-31", "P2", 9.0),
            ("A", "2021-12-31", "P2", 1.0), ("A", "2022-06-30", "P1", 7.0), ("B", "2024-12-31", "P1", 0.0)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["employee_id", "period_end", "position_id", "score"])
    return frame.assign(period_end=pd.to_datetime(frame["period_end"]))


def test_a_move_is_told_by_what_was_scored_before_and_after_it_and_by_nobodys_name() -> None:
    past = past_moves(spells(), scores())
    assert list(past.columns) == list(COLUMNS)
    assert {"employee_id", "position_id"}.isdisjoint(past.columns)
    [move] = past.to_dict("records")
    assert (move["from_family"], move["to_family"], move["year"], move["level_step"]) == ("health", "finance", 2021, 10.0)
    assert move["before"] == pytest.approx(0.3)
    assert move["after"] == pytest.approx(1.0), "neither the first months nor a score from another post counts"
    assert move["change"] == pytest.approx(0.7)
    assert move["tenure_months"] == pytest.approx(36.0, abs=0.1)


def test_recent_movers_are_those_still_where_they_went() -> None:
    [move] = recent_moves(spells(), pd.Timestamp("2026-01-31"), 18.0).to_dict("records")
    assert (move["employee_id"], move["from_position"], move["to_position"]) == ("B", "P1", "P3")
    assert len(recent_moves(spells(), pd.Timestamp("2026-01-31"), 6.0)) == 0


def past() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = 200
    return pd.DataFrame({
        "precedent": [str(k) for k in range(n)], "year": rng.integers(2015, 2025, n),
        "from_family": rng.choice(["a", "b", "c"], n), "to_family": rng.choice(["a", "b", "c"], n),
        "to_kind": rng.choice(["staff", "supervisor"], n), "level_step": rng.choice([-10.0, 0.0, 10.0], n),
        "tenure_months": rng.uniform(6, 120, n), "before": rng.normal(0, 1, n),
    })  # fmt: skip


def test_the_nearest_past_moves_enter_the_same_family_and_come_nearest_first() -> None:
    found = nearest(past(), PairTraits("a", "b", "supervisor", 10.0, 40.0, 0.0))
    assert len(found) == 5
    assert found["distance"].is_monotonic_increasing
    alike = [found[name].eq(value) for name, value in (("from_family", "a"), ("to_family", "b"), ("to_kind", "supervisor"))]
    assert np.mean(alike[1:]) == 1.0


def test_what_is_unknown_of_a_pair_is_left_out_and_no_past_gives_no_precedent() -> None:
    assert nearest(past(), PairTraits(None, None, None, None, None, None))["distance"].eq(0).all()
    assert len(nearest(past().iloc[:0], PairTraits("a", "b", "staff", 0.0, 1.0, 0.0))) == 0
