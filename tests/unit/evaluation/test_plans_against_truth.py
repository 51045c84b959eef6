import numpy as np
import pandas as pd
import pytest

from evaluation.plans_against_truth import assigned, filling, share_of_plan

PEOPLE, POSTS = 60, 20
MOST_BY_LOT = 0.15
"""Share of the oracle's gain (2.3 SD) that the mean of 20 plans by lot may reach: about three standard errors of it."""


@pytest.fixture
def pairs() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    person, post = np.divmod(np.arange(PEOPLE * POSTS), POSTS)
    frame = pd.DataFrame({"employee_id": person, "position_id": post, "true": rng.normal(size=PEOPLE * POSTS)})
    return frame.sample(frac=0.7, random_state=1).reset_index(drop=True)


def test_nobody_gets_two_posts_and_no_post_two_people(pairs: pd.DataFrame) -> None:
    plan = pairs.iloc[assigned(pairs, filling(pairs["true"].to_numpy(), POSTS), seed=1)]
    assert plan["employee_id"].is_unique
    assert plan["position_id"].is_unique


def test_a_plan_gives_up_a_best_pair_where_two_posts_want_one_person() -> None:
    pairs = pd.DataFrame({"employee_id": [1, 2, 1], "position_id": ["a", "a", "b"]})
    assert assigned(pairs, np.array([3.0, 2.9, 1.0]), seed=1).tolist() == [1, 2]


def test_pairs_of_no_worth_are_left_and_filling_leaves_no_post_empty(pairs: pd.DataFrame) -> None:
    worth = -np.abs(pairs["true"].to_numpy())
    assert len(assigned(pairs, worth, seed=1)) == 0
    assert len(assigned(pairs, filling(worth, POSTS), seed=1)) == POSTS


def test_more_posts_than_people_fills_as_many_as_there_are_people() -> None:
    pairs = pd.DataFrame({"employee_id": [1, 1, 1], "position_id": ["a", "b", "c"]})
    assert assigned(pairs, np.array([1.0, 3.0, 2.0]), seed=1).tolist() == [1]


def test_the_truth_reaches_one_and_a_constant_what_lots_reach(pairs: pd.DataFrame) -> None:
    pairs = pairs.assign(same=1.0, backwards=-pairs["true"])
    assert share_of_plan(pairs, "true", seed=1) == pytest.approx(1.0)
    assert np.mean([share_of_plan(pairs, "same", seed) for seed in range(20)]) == pytest.approx(0.0, abs=MOST_BY_LOT)
    assert share_of_plan(pairs, "backwards", seed=1) < -0.5


def test_the_order_of_rows_decides_nothing(pairs: pd.DataFrame) -> None:
    shuffled = pairs.sample(frac=1, random_state=2)
    assert share_of_plan(shuffled, "true", seed=3) == pytest.approx(share_of_plan(pairs, "true", seed=3))


def test_where_nothing_can_be_gained_there_is_no_share(pairs: pd.DataFrame) -> None:
    assert np.isnan(share_of_plan(pairs.assign(forecast=pairs["true"], true=0.0), "forecast", seed=1))
