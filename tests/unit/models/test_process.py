"""The Gaussian process told as waves, against what it must equal and what it must find."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from models.stack.encoding import Encoded
from models.stack.process import SMOOTHNESS, WAVES, Scales, _closeness, _inverse, _loss, _orthogonal, _Rows, _scales, fit_process
from models.stack.regressors import fit_ridge


def encoded(X: np.ndarray) -> Encoded:
    return Encoded(X, X, (), tuple(range(X.shape[1])))


def invented(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return X (rows, 4) and a wavy outcome of its first two columns, without noise."""
    X = np.random.default_rng(seed).normal(size=(rows, 4))
    return X, np.sin(2 * X[:, 0]) + X[:, 0] * X[:, 1]


def sampled(X: np.ndarray, y: np.ndarray, trust: np.ndarray, known: np.ndarray | None = None) -> _Rows:
    return _Rows(X, X @ X.T, np.zeros((len(y), len(y))) if known is None else known, y, trust)


def test_the_gradient_is_that_of_the_loss() -> None:
    rng = np.random.default_rng(1)
    X, y = invented(40)
    start, spread = np.zeros(8), np.full(8, 2.0)
    given = (sampled(X, y, rng.uniform(0.5, 2, 40), np.exp(-np.abs(X[:, :1] - X[:, 0]))), start, spread)
    at = 0.3 * rng.normal(size=8)
    measured = approx_fprime(at, lambda logs: _loss(logs, *given)[0], 1e-6)
    assert _loss(at, *given)[1] == pytest.approx(measured, abs=1e-3)


@pytest.mark.parametrize("rows", [1, 40, 50, 130, 400])
def test_an_inverse_put_together_from_blocks_is_the_inverse(rows: int) -> None:
    drawn = np.random.default_rng(rows).normal(size=(rows, rows + 5))
    matrix = drawn @ drawn.T + np.eye(rows)
    assert _inverse(np.asfortranarray(np.linalg.cholesky(matrix).T)) == pytest.approx(np.linalg.inv(matrix), abs=1e-9)


def test_columns_that_say_nothing_get_long_scales() -> None:
    X, y = invented(150)
    noisy = y + 0.2 * np.random.default_rng(2).normal(size=150)
    found = _scales(sampled(X, noisy, np.ones(150)), Scales(0.3, 0.1, 0.5, 0.5, np.full(4, 0.25)), 30)
    assert found.inverse[:2].min() > 5 * found.inverse[2:].max()


def test_waves_add_up_to_the_kernel() -> None:
    gaps = np.random.default_rng(6).normal(size=(30, 4))
    told = np.mean([np.cos(gaps @ _orthogonal(4, np.random.default_rng(seed)).T).mean(axis=1) for seed in range(20)], axis=0)
    from_here = _closeness(np.vstack([np.zeros(4), gaps]))[0, 1:]
    assert told == pytest.approx(from_here**SMOOTHNESS, abs=0.03)


def test_slopes_are_the_gradient_of_what_is_predicted() -> None:
    X, y = invented(120)
    fit = fit_process(encoded(X), y, np.ones(120), 0)
    at = X[3]
    measured = approx_fprime(at, lambda row: float(fit.predict(encoded(row[None]))[0]), 1e-6)
    assert fit.slopes(encoded(X[3:4]))[0] == pytest.approx(measured, abs=1e-3)


def test_a_mixture_of_columns_is_found() -> None:
    """A kink along the sum of six columns: no scale by column can say that the other five directions do not matter."""
    rng = np.random.default_rng(7)
    X, unseen = rng.normal(size=(2, 400, 8))
    kinked, truth = (2 * np.maximum(rows[:, :6].sum(axis=1) / np.sqrt(6), 0) for rows in (X, unseen))
    fit = fit_process(encoded(X), kinked + 0.5 * rng.normal(size=400), np.ones(400), 0)
    along = fit.directions[WAVES // 2 :]
    share = (along[:, :6].sum(axis=1) ** 2).sum() / 6 / (along**2).sum()
    assert share > 0.7
    assert np.mean((fit.predict(encoded(unseen)) - truth) ** 2) < 0.1 * truth.var()


def test_what_no_straight_line_tells_is_found_on_rows_unseen() -> None:
    X, y = invented(200)
    noisy = y + 0.3 * np.random.default_rng(3).normal(size=200)
    unseen, truth = invented(400, seed=4)
    misses = [
        np.mean((fit(encoded(X), noisy, np.ones(200), 0).predict(encoded(unseen)) - truth) ** 2) for fit in (fit_process, fit_ridge)
    ]
    assert misses[0] < 0.3 * misses[1]


def test_rows_of_little_weight_are_hardly_believed() -> None:
    X, y = invented(150)
    spoiled, weight = y.copy(), np.ones(150)
    spoiled[::3], weight[::3] = 9.0, 1e-4
    kept = np.arange(150) % 3 > 0
    weighted, dropped = (
        fit_process(encoded(X[rows]), spoiled[rows], weight[rows], 0).predict(encoded(X)) for rows in (slice(None), kept)
    )
    assert np.corrcoef(weighted, y)[0, 1] > 0.95
    assert np.mean((weighted - dropped) ** 2) < 0.1 * y.var()


def test_contributions_add_up_and_give_nothing_to_who_turns_no_wave() -> None:
    X, y = invented(150)
    X[:, 3] = 0.0
    fit = fit_process(encoded(X), y, np.ones(150), 0)
    rows = encoded(np.vstack([X[:20], np.zeros((1, 4))]))
    parts = fit.contributions(rows)
    assert np.abs(parts.sum(axis=1) - fit.predict(rows)).max() < 1e-9
    assert np.abs(parts[:, 3]).max() == 0
    assert parts[:, 0].std() > parts[:, 2].std()


def test_the_size_of_a_fit_does_not_grow_with_its_rows() -> None:
    for rows in (20, 60):
        X, y = invented(rows)
        fit = fit_process(encoded(X), y, np.ones(rows), 0)
        assert fit.directions.shape == (WAVES, 4)
        assert fit.factors.shape == (2, WAVES)


def test_without_columns_or_without_variation_it_is_the_mean() -> None:
    empty = encoded(np.empty((6, 0)))
    assert fit_process(empty, np.arange(6.0), np.ones(6), 0).predict(empty) == pytest.approx(np.full(6, 2.5))
    X = encoded(np.random.default_rng(0).normal(size=(30, 2)))
    assert fit_process(X, np.full(30, 7.0), np.ones(30), 0).predict(X) == pytest.approx(np.full(30, 7.0), abs=1e-6)
