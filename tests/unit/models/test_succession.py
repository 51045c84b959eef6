"""New model beside champion: the same moves, the same draws, so that small differences are told apart and none is made up."""

import numpy as np

from models.judgement.effect_scores import EffectSample
from models.judgement.succession import Beside, beside

MOVES = 600


def scores(seed: int = 1) -> tuple[EffectSample, np.ndarray]:
    """Return what moves gained, under no forecast, and the true effects."""
    rng = np.random.default_rng(seed)
    true = 0.4 * rng.standard_normal(MOVES)
    return EffectSample(true, true + rng.standard_normal(MOVES), np.ones(MOVES), np.arange(MOVES)), true


def forecast(true: np.ndarray, error: float, seed: int) -> np.ndarray:
    return true + error * np.random.default_rng(seed).standard_normal(MOVES)


def compared(ours: float, theirs: float) -> Beside:
    sample, true = scores()
    return beside(sample.forecasting(forecast(true, ours, 2)), forecast(true, theirs, 3), 200, 0)


def test_the_same_forecast_differs_in_nothing() -> None:
    sample, true = scores()
    found = beside(sample, true, 50, 0)
    assert (found.order.value, found.order.lower, found.loss.value, found.loss.upper) == (0, 0, 0, 0)
    assert found.moves == MOVES


def test_a_forecast_that_differs_in_the_last_digit_only_loses_nothing() -> None:
    """A model trained again on the same data was refused for 1e-16 SD^2, shown as 0.00 (0.00 to 0.00)."""
    sample, true = scores()
    for ours in (true + 3e-16, true - 3e-16, true * (1 + 4e-16), true * (1 - 4e-16)):
        found = beside(sample.forecasting(ours), true, 50, 0)
        assert (found.loss.value, found.loss.lower, found.loss.upper) == (0.0, 0.0, 0.0)


def test_a_better_forecast_wins_and_a_worse_one_loses_in_both() -> None:
    better, worse = compared(0.1, 1.0), compared(1.0, 0.1)
    assert better.order.above_zero
    assert better.loss.above_zero
    assert worse.order.below_zero
    assert worse.loss.below_zero


def test_equally_good_forecasts_are_not_told_apart() -> None:
    found = compared(0.3, 0.3)
    assert found.order.lower < 0 < found.order.upper
    assert found.loss.lower < 0 < found.loss.upper


def test_who_promises_too_much_loses_though_the_order_is_the_same() -> None:
    sample, true = scores()
    found = beside(sample.forecasting(true + 0.8), true, 200, 0)
    assert found.order.value == 0
    assert found.loss.below_zero


def test_who_tells_nobody_apart_orders_nobody() -> None:
    sample, true = scores()
    found = beside(sample.forecasting(np.full(MOVES, 0.1)), true, 200, 0)
    assert found.order.below_zero
