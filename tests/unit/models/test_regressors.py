"""Ridge, blends and folds against what they must equal."""

import numpy as np
import pytest

from models.stack.encoding import CLIP_SD, Encoded
from models.stack.regressors import (
    RIDGE_PENALTIES,
    CrossFit,
    TreeParams,
    Trees,
    blend,
    cross_fit,
    fit_by_fold,
    fit_logit,
    fit_quadratic,
    fit_ridge,
    fit_trees,
    group_folds,
)


def encoded(X: np.ndarray) -> Encoded:
    return Encoded(X, X, ())


def invented(rows: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 4))
    return X, X @ [1.0, -0.5, 0.0, 0.2] + 3 + rng.normal(0, 0.3, rows), rng.uniform(0.5, 2, rows)


def test_ridge_is_the_textbook_formula_at_one_of_its_penalties() -> None:
    X, y, weight = invented()
    fit = fit_ridge(encoded(X), y, weight)
    share = weight / weight.sum()
    Xc, yc = X - share @ X, y - share @ y
    gram, moment = Xc.T @ (share[:, None] * Xc), Xc.T @ (share * yc)
    solutions = [np.linalg.solve(gram + penalty * np.eye(4), moment) for penalty in RIDGE_PENALTIES]
    assert min(np.abs(solution - fit.coefficients).max() for solution in solutions) < 1e-9
    assert np.average(fit.predict(encoded(X)), weights=weight) == pytest.approx(np.average(y, weights=weight))


def test_ridge_survives_more_columns_than_rows_and_shrinks_noise_to_the_mean() -> None:
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(30, 60)), rng.normal(size=30)
    fit = fit_ridge(encoded(X), y, np.ones(30))
    assert np.std(fit.predict(encoded(X))) < 0.7 * np.std(y)


def test_logit_without_columns_is_the_rate() -> None:
    fit = fit_logit(encoded(np.empty((4, 0))), np.array([0.0, 0.0, 0.0, 1.0]), np.ones(4))
    assert fit.predict(encoded(np.empty((2, 0)))) == pytest.approx([0.25, 0.25])


def test_cross_fitting_never_predicts_a_row_by_a_model_that_saw_it() -> None:
    """With one column naming each row, trees that saw a row would know its outcome."""
    X = np.arange(100.0)[:, None]
    y = np.random.default_rng(2).normal(size=100)
    folds = np.arange(100) % 4
    params = TreeParams(trees=200, learning_rate=0.2, min_leaf_rows=1, leaves=60, row_share=1.0, column_share=1.0, leaf_penalty=0.0)
    fit = cross_fit(lambda A, b, w, seed: fit_trees(A, b, w, seed, params), encoded(X), y, np.ones(100), folds, 0)
    assert abs(np.corrcoef(fit.held_out, y)[0, 1]) < 0.3
    assert np.corrcoef(fit.predict(encoded(X)), y)[0, 1] > abs(np.corrcoef(fit.held_out, y)[0, 1]) + 0.2


def test_rows_of_no_weight_are_forecast_but_not_learned_from() -> None:
    X, y, _ = invented()
    half = (np.arange(200) < 100).astype(float)
    folds = np.arange(200) % 5
    spoiled = np.where(half > 0, y, 1e6)
    clean, other = (cross_fit(fit_ridge, encoded(X), target, half, folds, 0).held_out for target in (y, spoiled))
    assert np.array_equal(clean, other)


def test_a_blend_takes_the_better_part_and_never_leaves_the_segment() -> None:
    y = np.array([0.0, 1.0, 2.0, 3.0])
    good, bad = CrossFit(y, ()), CrossFit(-y, ())
    for parts, shares in (((bad, good), (0, 1)), ((good, bad), (1, 0)), ((good, bad, bad), (1, 0, 0))):
        assert blend(parts, y, np.ones(4)).shares == pytest.approx(shares, abs=1e-6)
    middle = CrossFit(y + 1, ()), CrossFit(y - 1, ())
    assert blend(middle, y, np.ones(4)).shares == pytest.approx((0.5, 0.5), abs=1e-3)


def test_folds_keep_groups_together_and_spread_strata_evenly() -> None:
    rng = np.random.default_rng(3)
    groups = rng.permutation(np.repeat(np.arange(100), 3))
    strata = (groups < 20).astype(int)
    folds = group_folds(groups, strata, 5, seed=0)
    assert all(len(set(folds[groups == group])) == 1 for group in range(100))
    treated = [len(set(groups[(folds == fold) & (strata == 1)])) for fold in range(5)]
    assert treated == [4] * 5
    assert np.array_equal(folds, group_folds(groups, strata, 5, seed=0))
    assert not np.array_equal(folds, group_folds(groups, strata, 5, seed=1))


def test_a_quadratic_finds_products_and_its_contributions_add_up() -> None:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(600, 5))
    y = X[:, 0] * X[:, 1] + X[:, 2] ** 2 + rng.normal(0, 0.3, 600)
    columns = Encoded(X, X, (), tuple(range(5)))
    fit = fit_quadratic(columns, y, np.ones(600))
    assert np.corrcoef(fit.predict(columns), y)[0, 1] > 0.9
    assert np.corrcoef(fit_ridge(columns, y, np.ones(600)).predict(columns), y)[0, 1] < 0.5
    parts = fit.contributions(columns)
    assert parts.shape == (600, 6)
    assert np.abs(parts.sum(axis=1) - fit.predict(columns)).max() < 1e-9
    assert np.abs(parts[:, 0] - parts[:, 1]).std() < parts[:, 2].std()


def test_one_wild_row_gets_no_wild_forecast_from_a_quadratic() -> None:
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(300, 3)), rng.normal(size=300)
    fit = fit_quadratic(encoded(X), y, np.ones(300))
    wild = np.full((1, 3), CLIP_SD)
    assert abs(fit.predict(encoded(wild))[0]) < 3 * np.std(y)


def test_noise_gets_few_trees_and_a_pattern_all() -> None:
    rng = np.random.default_rng(6)
    X, folds = rng.uniform(-1, 1, (400, 2)), np.arange(400) % 4
    params = TreeParams(trees=64)

    def used(y: np.ndarray) -> int:
        fitted = fit_by_fold(lambda A, b, w, seed: fit_trees(A, b, w, seed, params), encoded(X), y, np.ones(400), folds, 0)
        return max(model.used for model in fitted if isinstance(model, Trees))

    assert used(rng.normal(size=400)) <= 8
    assert used(np.sin(4 * X[:, 0]) + X[:, 1]) >= 32
