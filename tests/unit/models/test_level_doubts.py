"""What levels of a category differ by and no forecast knows: measured by pairs of rows, and part of the interval."""

import numpy as np
import pandas as pd
import pytest

from models.stack.combination import Residuals
from models.stack.encoding import Encoded
from models.stack.levels import LevelDoubt, level_doubts, level_variance, shared_variance
from models.uplift import UpliftModel

LEVELS, ROWS_EACH, SPREAD = 600, 8, 0.7


def residuals_of(by_level: np.ndarray, level: np.ndarray, seed: int, group: np.ndarray | None = None) -> Residuals:
    """Return what nuisances leave of a coin's outcome whose effect is ``by_level``."""
    rng = np.random.default_rng(seed)
    step = rng.integers(0, 2, len(level)) - 0.5
    y = (step * by_level[level] + rng.normal(size=len(level))).astype(np.float64)
    return Residuals(y, step, np.ones(len(level)), np.arange(len(level)) if group is None else group)


def test_the_variance_between_levels_is_found_by_pairs_of_rows() -> None:
    level = np.repeat(np.arange(LEVELS), ROWS_EACH)
    by_level = np.random.default_rng(1).normal(0, SPREAD, LEVELS)
    found = shared_variance(level, residuals_of(by_level, level, 2), np.zeros(len(level)))
    assert found == pytest.approx(SPREAD**2, rel=0.2)
    assert shared_variance(level, residuals_of(by_level, level, 2), by_level[level]) < 0.1 * found


def test_rows_of_one_person_are_no_pair() -> None:
    level = np.repeat(np.arange(LEVELS), ROWS_EACH)
    by_level = np.random.default_rng(1).normal(0, SPREAD, LEVELS)
    assert shared_variance(level, residuals_of(by_level, level, 2, group=level), np.zeros(len(level))) == 0


def test_where_levels_do_not_differ_nearly_nothing_is_believed() -> None:
    level = np.repeat(np.arange(LEVELS), ROWS_EACH)
    found = [shared_variance(level, residuals_of(np.zeros(LEVELS), level, seed), np.zeros(len(level))) for seed in range(10)]
    assert np.mean(found) < 0.1 * SPREAD**2


def test_a_level_never_seen_is_doubted_by_all_that_levels_differ_by() -> None:
    """Half of the difference is forecast: what is missed of levels seen is a quarter of the variance."""
    level = np.repeat(np.arange(LEVELS), ROWS_EACH)
    by_level = np.random.default_rng(1).normal(0, SPREAD, LEVELS)
    X = Encoded(np.empty((len(level), 0)), level[:, None].astype(float), (0,))
    (doubt,) = level_doubts(X, residuals_of(by_level, level, 2), by_level[level] / 2)
    assert doubt.missed == pytest.approx(SPREAD**2 / 4, rel=0.4)
    assert doubt.unseen == pytest.approx(SPREAD**2, rel=0.2)
    assert doubt.variance(np.array([0.0, np.nan])).tolist() == [doubt.missed, doubt.unseen]


def test_of_several_categories_the_largest_doubt_counts() -> None:
    X = Encoded(np.empty((2, 0)), np.array([[0.0, 0.0], [np.nan, 0.0]]), (0, 1))
    doubts = (LevelDoubt(0, 0.1, 0.9), LevelDoubt(1, 0.3, 0.3))
    assert level_variance(doubts, X).tolist() == [0.3, 0.9]
    assert level_variance((), X).tolist() == [0, 0]


def test_intervals_are_wider_for_a_level_never_seen() -> None:
    rng = np.random.default_rng(3)
    n = 600
    level = rng.integers(0, 3, n)
    X = pd.DataFrame({"a": rng.normal(size=n), "place": pd.Series(["p", "q", "r"])[level].to_numpy()})
    treatment = rng.integers(0, 2, n)
    y = X["a"] + treatment * np.array([-2.0, 0.0, 2.0])[level] + rng.normal(size=n)
    model = UpliftModel(n_trees=20, n_draws=20, smooth=False).fit(X, treatment, y)
    known, new = (model.effect_interval(X.head(50).assign(place=place)) for place in ("q", "elsewhere"))
    assert np.mean(new[1] - new[0]) > 1.5 * np.mean(known[1] - known[0])
    assert np.mean((new[0] < -1.5) & (new[1] > 1.5)) > 0.5
