"""Effects by fifth of the forecast, and what tells the ends apart."""

import numpy as np
import pandas as pd
import pytest

from models.judgement.effect_scores import EffectSample, areas, autoc, group_draws, loss_gain, qini, rescaled
from models.judgement.groups import contrasts, gates

N = 1000
FORECAST = np.arange(N) / N


def sample(gain: np.ndarray) -> EffectSample:
    return EffectSample(FORECAST, gain, np.ones(N), np.arange(N))


def draws(given: EffectSample) -> list[np.ndarray]:
    return group_draws(given.group, 0, 40)


def test_fifths_hold_their_mean_effects_and_steps_their_differences() -> None:
    given = sample(np.floor(FORECAST * 5))
    found = gates(given, draws(given))
    assert [group.realised.value for group in found.groups] == pytest.approx([0, 1, 2, 3, 4])
    assert [step.value for step in found.steps] == pytest.approx([1, 1, 1, 1])
    assert found.ends.value == pytest.approx(4)


def test_a_reversed_ranking_has_steps_below_zero() -> None:
    rng = np.random.default_rng(0)
    given = sample(-5 * FORECAST + rng.normal(0, 0.1, N))
    found = gates(given, draws(given))
    assert all(step.below_zero for step in found.steps)
    assert found.ends.below_zero


def test_a_constant_forecast_has_no_ends() -> None:
    flat = EffectSample(np.zeros(4), np.ones(4), np.zeros(4), np.arange(4))
    assert np.isnan(gates(flat, [np.ones(4)]).ends.value)


def test_the_feature_that_makes_the_forecast_tells_the_ends_apart() -> None:
    rng = np.random.default_rng(1)
    matrix = pd.DataFrame({"perf_last": FORECAST, "ten_post_months": rng.normal(size=N), "height_cm": FORECAST})
    found = contrasts(sample(np.zeros(N)), matrix, draws(sample(np.zeros(N))))
    assert found[0].feature == "perf_last"
    assert (found[0].top, found[0].bottom) == pytest.approx((0.9, 0.1), abs=0.01)
    assert found[0].difference.value == pytest.approx(0.8 / np.std(FORECAST), abs=0.05)
    assert abs(found[1].difference.value) < 0.4


def test_columns_a_source_brings_along_are_not_told() -> None:
    matrix = pd.DataFrame({"height_cm": FORECAST})
    assert contrasts(sample(np.zeros(N)), matrix, draws(sample(np.zeros(N)))) == ()


def test_a_feature_known_of_fewer_than_ten_in_either_end_is_not_told() -> None:
    known = np.where(np.arange(N) < N - 191, FORECAST, np.nan)
    matrix = pd.DataFrame({"perf_last": known})
    assert contrasts(sample(np.zeros(N)), matrix, draws(sample(np.zeros(N)))) == ()


def test_areas_sorted_once_are_those_sorted_each_time() -> None:
    rng = np.random.default_rng(2)
    given = EffectSample(np.round(rng.normal(size=200), 1), rng.normal(size=200), rng.random(200), np.arange(200))
    found = areas(given, group_draws(given.group, 0, 5))
    assert (found[0].value, found[1].value) == pytest.approx((autoc(given), qini(given)))


def test_an_order_in_units_of_its_own_is_read_as_the_line_of_the_other_folds() -> None:
    """A rank from 0 to 1000 of effects from 0 to 1, even turned round, is worth as much as the effects themselves."""
    folds = np.arange(N) % 5
    truth = sample(FORECAST)
    turned = truth.forecasting(-1000 * FORECAST)
    assert loss_gain(turned) < 0
    assert loss_gain(rescaled(turned, folds)) == pytest.approx(loss_gain(truth), rel=0.01)
