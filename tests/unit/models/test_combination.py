"""Weights, slope and variance of the combination against what they must be."""

from dataclasses import replace

import numpy as np
import pytest

from models.judgement.effect_scores import Figure
from models.stack.combination import (
    SLOPE_SD,
    UNFOUND,
    Belief,
    Combination,
    Prior,
    Residuals,
    _tempered,
    believed_slope,
    combine,
    equal_weights,
)

FOLDS = np.arange(900) % 3


def residuals(effect: np.ndarray, noise: float, seed: int = 0) -> Residuals:
    rng = np.random.default_rng(seed)
    treated = rng.integers(0, 2, len(effect)) - 0.5
    return Residuals(treated * effect + rng.normal(0, noise, len(effect)), treated, np.ones(len(effect)), np.arange(len(effect)))


def test_the_slope_believed_is_the_posterior_of_spike_and_slab() -> None:
    """Against the sum over a fine grid of slopes; the mass at zero apart."""
    measured, error = 0.6, 0.3
    grid = np.linspace(-2, 4, 60_001)
    slab = np.exp(-((grid - 1) ** 2) / 2 / SLOPE_SD**2 - (measured - grid) ** 2 / 2 / error**2)
    slab = slab / (SLOPE_SD * np.sqrt(2 * np.pi))
    spike = np.exp(-(measured**2) / 2 / error**2)
    step = grid[1] - grid[0]
    total = slab.sum() * step + spike
    mean = (grid * slab).sum() * step / total
    belief = believed_slope(measured, error)
    assert belief.mean == pytest.approx(mean, abs=1e-6)
    assert belief.variance == pytest.approx((grid**2 * slab).sum() * step / total - mean**2, abs=1e-6)


def test_what_is_measured_well_is_believed_and_what_is_noise_is_not() -> None:
    assert believed_slope(0.8, 0.01).mean == pytest.approx(0.8, abs=0.01)
    assert believed_slope(0.02, 0.05).mean < 0.02
    assert believed_slope(1.7, 0.01).mean == 1.0
    assert believed_slope(0.4, 0.0) == Belief(0.4, 0.0)
    assert 0.2 < believed_slope(0.5, 5.0).mean < 0.6


def test_weights_go_to_who_is_right_and_negligible_ones_to_nobody() -> None:
    rng = np.random.default_rng(1)
    effect = rng.normal(size=900)
    estimates = np.column_stack([effect, rng.normal(size=900), -effect])
    found = combine(estimates, residuals(effect, 0.3), FOLDS, equal_weights(3))
    assert found.weights[0] == pytest.approx(1.0, abs=0.15)
    assert found.weights[2] == 0
    assert found.slope.mean > 0.95


def test_a_firm_prior_is_kept_whatever_the_data_say() -> None:
    rng = np.random.default_rng(2)
    effect = rng.normal(size=900)
    estimates = np.column_stack([effect, rng.normal(size=900)])
    found = combine(estimates, residuals(effect, 1.0), FOLDS, Prior(np.array([0.2, 0.8]), 1e-4))
    assert found.weights == pytest.approx([0.2, 0.8], abs=0.01)


def test_candidates_that_err_much_lose_the_prior_and_those_alike_keep_it() -> None:
    rng = np.random.default_rng(3)
    effect = rng.normal(size=900)
    left = residuals(effect, 1.0)
    missed = left.y[:, None] - left.treated[:, None] * np.column_stack([effect, -effect, effect + 1e-3 * rng.normal(size=900)])
    prior = replace(equal_weights(3), temper=0.1)
    found = _tempered(prior, missed, left.treated)
    assert found.sum() == pytest.approx(1)
    assert found[1] < 1e-3
    assert found[0] == pytest.approx(found[2], abs=0.01)
    assert _tempered(replace(prior, temper=0.0), missed, left.treated) is prior.weights


def test_what_a_slope_silences_stays_in_the_interval() -> None:
    silent = Combination(np.array([1.0]), 0.0, 1.0, Belief(0.0, 0.0), believed(), 0.01, np.empty(0))
    assert silent.variance(np.zeros((2, 3, 1))) == pytest.approx([0.01 * (1 + UNFOUND)] * 3)


def test_disagreement_folds_and_doubt_about_the_slope_widen_the_interval() -> None:
    sure = Combination(np.array([0.5, 0.5]), 0.0, 1.0, Belief(1.0, 0.0), believed(), 0.01, np.empty(0))
    agreed = np.repeat(np.array([-1.0, 0.0, 1.0])[None, :, None], 2, axis=0).repeat(2, axis=2)
    assert sure.variance(agreed) == pytest.approx([0.01] * 3)
    apart = agreed + np.array([0.0, 0.0, 1.0])[None, :, None] * np.array([-1.0, 1.0])
    assert sure.variance(apart)[2] > sure.variance(agreed)[2]
    folds = agreed + np.array([-0.1, 0.1])[:, None, None]
    assert (sure.variance(folds) > sure.variance(agreed)).all()
    doubtful = Combination(np.array([0.5, 0.5]), 0.0, 1.0, Belief(1.0, 0.2), believed(), 0.01, np.empty(0))
    assert doubtful.variance(agreed) == pytest.approx([0.21, 0.01, 0.21])
    assert doubtful.flat().apply(agreed).tolist() == [[1.0] * 3] * 2
    assert doubtful.flat().variance(agreed)[0] == pytest.approx(0.21 + 0.01 * UNFOUND)


def believed() -> Figure:
    return Figure(1.0, 0.9, 1.1)
