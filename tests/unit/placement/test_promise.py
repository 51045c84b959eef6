"""The promise of a list: what selection adds is taken off, as far as held-out moves say so."""

from math import nan

import numpy as np
import pandas as pd
import pytest

from models.judgement.effect_scores import Figure
from placement.promise import PromiseParams, borne_out, promised

PARAMS = PromiseParams()


def test_a_slope_not_measured_takes_nothing_off() -> None:
    assert borne_out(Figure(nan), PARAMS) == 1.0


def test_a_sure_slope_is_believed_and_an_unsure_one_hardly() -> None:
    assert borne_out(Figure(0.6, 0.59, 0.61), PARAMS) == pytest.approx(0.6, abs=0.01)
    assert borne_out(Figure(0.6, -3.0, 4.2), PARAMS) > 0.98


def test_evidence_never_raises_a_promise_nor_turns_it_round() -> None:
    assert borne_out(Figure(1.8, 1.7, 1.9), PARAMS) == 1.0
    assert borne_out(Figure(-0.8, -0.81, -0.79), PARAMS) == 0.0


def test_the_best_promise_less_than_they_look_and_sums_stay_whole() -> None:
    listed = pd.DataFrame({"uplift": [0.8, 0.2, -0.1], "expected_in_post": [1.0, 0.7, 0.2], "net_value": [1.1, 0.3, 0.0]})
    told = promised(listed, 0.1, 1.5, 0.75)
    less = listed["uplift"] - told["promised_uplift"]
    assert told["promised_uplift"].tolist() == pytest.approx([0.625, 0.175, -0.05])
    assert (listed["expected_in_post"] - told["promised_in_post"]).tolist() == pytest.approx(less.tolist())
    assert (listed["net_value"] - told["promised_net_value"]).tolist() == pytest.approx((1.5 * less).tolist())


def test_where_estimates_are_spread_too_far_the_corrected_promise_is_what_comes() -> None:
    """A list of 50 with honest mean and a spread a third too wide: the first three deliver what is promised, not what shows."""
    rng = np.random.default_rng(5)
    seen = rng.normal(0.1, 0.3, (4000, 50))
    true = 0.1 + 0.75 * (seen - 0.1) + rng.normal(0, 0.2, seen.shape)
    top = np.argsort(-seen, axis=1)[:, :3]
    first = pd.DataFrame({"uplift": np.take_along_axis(seen, top, 1).ravel()}).assign(expected_in_post=0.0, net_value=0.0)
    came = np.take_along_axis(true, top, 1).mean()
    told = promised(first, 0.1, 1.0, borne_out(Figure(0.75, 0.72, 0.78), PARAMS))["promised_uplift"].mean()
    assert first["uplift"].mean() - came > 0.1
    assert told == pytest.approx(came, abs=0.015)
