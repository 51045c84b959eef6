"""Forward selection and sums of single effects against what they must find, and what they must leave alone."""

import numpy as np
import pytest

from models.stack.encoding import CLIP_SD, Encoded
from models.stack.regressors import Fitter
from models.stack.sparse import MOST_HINGES, fit_hinges, fit_selection

ROWS = 500


def encoded(X: np.ndarray) -> Encoded:
    return Encoded(X, X, (), tuple(range(X.shape[1])))


def invented(columns: int = 20, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(ROWS, columns)), rng.normal(size=ROWS)


def test_selection_is_least_squares_on_the_few_columns_that_matter() -> None:
    X, noise = invented()
    weight = np.random.default_rng(1).uniform(0.5, 2, ROWS)
    y = 3 + X[:, 4] - 0.7 * X[:, 9] + noise
    fit = fit_selection(encoded(X), y, weight)
    assert np.flatnonzero(fit.coefficients).tolist() == [4, 9]
    root = np.sqrt(weight)
    design = np.column_stack([X[:, [4, 9]], np.ones(ROWS)]) * root[:, None]
    least_squares = np.linalg.lstsq(design, y * root, rcond=None)[0]
    assert np.r_[fit.coefficients[[4, 9]], fit.intercept] == pytest.approx(least_squares, abs=1e-3)


@pytest.mark.parametrize("fit", [fit_selection, fit_hinges])
def test_noise_is_left_alone(fit: Fitter) -> None:
    X, noise = invented(seed=2)
    found = fit(encoded(X), 5 + noise, np.ones(ROWS)).predict(encoded(X))
    assert np.std(found) < 0.05
    assert np.mean(found) == pytest.approx(5 + noise.mean(), abs=0.01)


def test_doubled_constant_and_collinear_columns_do_no_harm() -> None:
    X, noise = invented(4)
    X = np.column_stack([X, X[:, 0], np.full(ROWS, 7.0), X[:, 1] + X[:, 2]])
    y = X[:, 0] + np.abs(X[:, 1]) + 0.3 * noise
    unseen = invented(4, seed=3)[0]
    unseen = np.column_stack([unseen, unseen[:, 0], np.full(ROWS, 7.0), unseen[:, 1] + unseen[:, 2]])
    for fit, most in ((fit_selection, 0.8), (fit_hinges, 0.2)):
        missed = fit(encoded(X), y, np.ones(ROWS)).predict(encoded(unseen)) - unseen[:, 0] - np.abs(unseen[:, 1])
        assert np.sqrt(np.mean(missed**2)) < most


def test_hinges_find_a_bend_and_a_step_among_many_columns() -> None:
    X, noise = invented(40)
    assert MOST_HINGES < 40 * 8
    unseen = invented(40, seed=4)[0]

    def truth(rows: np.ndarray) -> np.ndarray:
        return np.abs(rows[:, 3]) + (rows[:, 7] > 0)

    fit = fit_hinges(encoded(X), truth(X) + 0.5 * noise, np.ones(ROWS))
    by_line = fit_selection(encoded(X), truth(X) + 0.5 * noise, np.ones(ROWS))
    missed, by_line_missed = (np.sqrt(np.mean((one.predict(encoded(unseen)) - truth(unseen)) ** 2)) for one in (fit, by_line))
    assert missed < 0.25 < 0.5 < by_line_missed
    parts = fit.contributions(encoded(unseen))
    assert parts.shape == (ROWS, 41)
    assert np.abs(parts.sum(axis=1) - fit.predict(encoded(unseen))).max() < 1e-9
    assert np.corrcoef(parts[:, 3], np.abs(unseen[:, 3]))[0, 1] > 0.95
    assert parts[:, :-1].std(axis=0)[[3, 7]].min() > 5 * np.delete(parts[:, :-1].std(axis=0), [3, 7]).max()


def test_flags_do_not_bend_and_a_table_without_columns_has_a_mean() -> None:
    rng = np.random.default_rng(5)
    flags = (rng.random((ROWS, 3)) < 0.3).astype(float)
    y = 2 * flags[:, 0] + rng.normal(size=ROWS)
    fit = fit_hinges(encoded(flags), y, np.ones(ROWS))
    assert not fit.heights.any()
    assert fit.linear.coefficients[0] == pytest.approx(2, abs=0.3)
    for empty in (fit_selection, fit_hinges):
        found = empty(encoded(np.empty((4, 0))), np.array([1.0, 2.0, 3.0, 6.0]), np.ones(4))
        assert found.predict(encoded(np.empty((2, 0)))) == pytest.approx([3.0, 3.0])


def test_an_outcome_that_never_changes_is_its_own_forecast() -> None:
    X, _ = invented(3)
    for fit in (fit_selection, fit_hinges):
        assert fit(encoded(X), np.full(ROWS, 4.0), np.ones(ROWS)).predict(encoded(X)) == pytest.approx(np.full(ROWS, 4.0))


def test_one_wild_row_gets_no_wild_forecast() -> None:
    X, noise = invented(3)
    wild = np.full((1, 3), CLIP_SD)
    for fit in (fit_selection, fit_hinges):
        assert abs(fit(encoded(X), noise, np.ones(ROWS)).predict(encoded(wild))[0]) < 3 * np.std(noise)
