import numpy as np
import pandas as pd
import pytest

from evaluation.against_truth import LIST, POSTS, Best, best_of, coverage, figures, rank_correlation, share_of_gain, spread_within

PEOPLE, PLACES = 40, 50


@pytest.fixture
def pairs() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    person, post = np.divmod(np.arange(PEOPLE * PLACES), PLACES)
    return pd.DataFrame({"employee_id": person, "position_id": post, "true": rng.normal(size=PEOPLE * PLACES),
                         "leniency": rng.normal(size=PEOPLE * PLACES), "same": 1.0})  # fmt: skip


def test_a_perfect_forecast_scores_one_and_a_reversed_one_minus_one(pairs: pd.DataFrame) -> None:
    pairs = pairs.assign(backwards=-pairs["true"])
    for best in (POSTS, LIST):
        assert rank_correlation(pairs, "true", best) == pytest.approx(1.0)
        assert rank_correlation(pairs, "backwards", best) == pytest.approx(-1.0)
        assert share_of_gain(pairs, "true", best) == pytest.approx(1.0)
        assert share_of_gain(pairs, "backwards", best) < 0
    found = figures(pairs, "true")
    assert found["slope"] == pytest.approx(1.0)
    assert found["RMSE"] == 0
    assert found["promised"] == found["delivered"]


def test_a_forecast_that_says_the_same_of_all_gains_nothing_and_has_no_rank(pairs: pd.DataFrame) -> None:
    found = figures(pairs, "same")
    assert found["gain of best 3 posts"] == pytest.approx(0.0, abs=1e-12)
    assert found["gain of top 10"] == pytest.approx(0.0, abs=1e-12)
    assert all(np.isnan(found[name]) for name in ("within employee", "within position", "slope", "contamination"))


def test_ties_at_the_edge_count_by_equal_parts() -> None:
    frame = pd.DataFrame({"position_id": 1, "true": [4.0, 2.0, 1.0, 0.0], "forecast": [9.0, 5.0, 5.0, 1.0]})
    assert best_of(frame, "forecast", Best("position_id", top=2, fewest=1), "true") == pytest.approx((4.0 + 1.5) / 2)


def test_the_order_of_rows_does_not_matter(pairs: pd.DataFrame) -> None:
    pairs = pairs.assign(coarse=pairs["true"].round())
    shuffled = pairs.sample(frac=1, random_state=2)
    assert figures(shuffled, "coarse") == pytest.approx(figures(pairs, "coarse"))


def test_small_groups_are_not_ranked(pairs: pd.DataFrame) -> None:
    assert np.isnan(rank_correlation(pairs[pairs["position_id"] < POSTS.fewest - 1], "true", POSTS))


def test_where_nothing_can_be_gained_there_is_no_share(pairs: pd.DataFrame) -> None:
    assert np.isnan(share_of_gain(pairs.assign(forecast=pairs["true"], true=0.0), "forecast", LIST))


def test_coverage_counts_truths_inside_and_spread_is_within_a_person(pairs: pd.DataFrame) -> None:
    half = pairs.assign(lower=-np.inf, upper=0.0)
    assert coverage(half) == pytest.approx((pairs["true"] <= 0).mean())
    assert spread_within(pairs.assign(own=pairs["employee_id"] * 1.0), "own") == 0
