"""Ranking and calibration figures on rows small enough to check by hand."""

import numpy as np
import pytest

from models.judgement.effect_scores import (
    EffectSample,
    Figure,
    autoc,
    calibration,
    group_draws,
    interval,
    loss_gain,
    mean_effect,
    qini,
    slope,
    toc,
)

EFFECT = np.array([3.0, 2.0, 1.0, 0.0])


def sample(gain: list[float], effect: np.ndarray = EFFECT, weight: list[float] | None = None) -> EffectSample:
    return EffectSample(effect, np.array(gain), np.ones(4) if weight is None else np.array(weight), np.arange(4))


def test_the_targeting_curve_is_the_top_shares_mean_above_the_average() -> None:
    q, height = toc(sample([4.0, 2.0, 1.0, 1.0]))
    assert q.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert height == pytest.approx([2.0, 1.0, 1 / 3, 0.0])


def test_autoc_and_qini_integrate_the_curve_plainly() -> None:
    rows = sample([4.0, 2.0, 1.0, 1.0])
    assert autoc(rows) == pytest.approx((2 + 1 + 1 / 3) / 4)
    assert qini(rows) == pytest.approx((2 * 0.25 + 1 * 0.5 + 0.75 / 3) / 4)


def test_a_reversed_ranking_has_a_negative_area() -> None:
    assert autoc(sample([1.0, 1.0, 2.0, 4.0])) < 0


def test_tied_forecasts_are_one_step_whatever_the_row_order() -> None:
    tied = np.array([1.0, 1.0, 0.0, 0.0])
    one, other = sample([4.0, 0.0, 1.0, 1.0], tied), sample([0.0, 4.0, 1.0, 1.0], tied)
    assert autoc(one) == pytest.approx(autoc(other))


def test_a_constant_forecast_has_no_slope_and_no_area() -> None:
    flat = sample([4.0, 2.0, 1.0, 1.0], np.ones(4))
    assert np.isnan(slope(flat))
    assert np.isnan(autoc(flat))


def test_the_slope_is_that_of_a_weighted_regression() -> None:
    rng = np.random.default_rng(0)
    effect, weight = rng.normal(size=50), rng.uniform(0.5, 2, 50)
    score = 0.3 + 0.7 * effect + rng.normal(size=50)
    expected = np.polyfit(effect, score, 1, w=np.sqrt(weight))[0]
    assert slope(EffectSample(effect, weight * score, weight, np.arange(50))) == pytest.approx(expected)


def test_untreated_corrections_enter_gains_but_not_weights() -> None:
    rows = EffectSample(EFFECT, np.array([1.0, 1.0, -0.5, 0.0]), np.array([1.0, 1.0, 0.0, 0.0]), np.arange(4))
    assert mean_effect(rows) == pytest.approx(0.75)


def test_loss_gain_of_the_truth_is_its_mean_square() -> None:
    assert loss_gain(sample(EFFECT.tolist())) == pytest.approx(np.mean(EFFECT**2))
    assert loss_gain(sample(EFFECT.tolist(), np.zeros(4))) == 0.0


def test_calibration_bins_hold_equal_weight_in_order_of_the_forecast() -> None:
    rows = sample([4.0, 2.0, 1.0, 1.0])
    low, high = calibration(rows, group_draws(rows.group, 0, 20), bins=2)
    assert (low.forecast, high.forecast) == (0.5, 2.5)
    assert (low.realised.value, high.realised.value) == (1.0, 3.0)


def test_groups_are_drawn_as_a_whole_and_by_the_seed() -> None:
    group = np.array([0, 0, 1, 1])
    first, again = group_draws(group, 3, 2), group_draws(group, 3, 2)
    assert np.array_equal(first, again)
    assert all(draw[0] == draw[1] and draw[2] == draw[3] for draw in first)


def test_an_interval_needs_finite_draws() -> None:
    assert interval(1.0, [0.9, 1.1, 1.0]).lower < 1.0
    assert np.isnan(interval(1.0, [float("nan")] * 10).lower)
    assert Figure(1.0, 0.1, 2.0).above_zero
    assert Figure(-1.0, -2.0, -0.1).below_zero


def test_the_p_value_of_a_figure_is_that_of_its_normal_interval() -> None:
    half = 1.2815515655
    assert Figure(1.96, 1.96 - half, 1.96 + half).p_value == pytest.approx(0.05, abs=1e-3)
    assert Figure(0.0, -half, half).p_value == pytest.approx(1.0)
    assert np.isnan(Figure(1.0).p_value)
