"""Other designs of the mean effect, and hidden selection, on histories whose truth is known."""

import numpy as np
import pytest

from models.judgement.bracket import ESTIMATES, Histories, bracket, outside, robustness_value
from models.judgement.effect_scores import Figure, group_draws, wider_by_day

EFFECT = 0.2
NEAR = 0.06
"""Three standard errors of an estimate on 6,000 people, a quarter of them moved."""


def histories(seed: int, selection: str, n: int = 6000) -> Histories:
    """Return people of lasting ability; who moves depends on the last score, or on the ability nobody sees."""
    rng = np.random.default_rng(seed)
    ability = rng.normal(0, 0.7, n)
    last, earlier = (ability + rng.normal(0, 0.6, n) for _ in range(2))
    drawn = {"last score": last, "ability": ability, "nothing": np.zeros(n)}[selection]
    moved = rng.random(n) < 1 / (1 + np.exp(1.0 + drawn))
    outcome = ability + EFFECT * moved + rng.normal(0, 0.6, n)
    return Histories(moved.astype(float), outcome, last, earlier, np.ones(n), rng.integers(0, 4, n))


def estimates(given: Histories) -> dict[str, Figure]:
    return bracket(given, group_draws(np.arange(len(given.moved)), 0, 40))


def test_after_a_bad_year_regression_on_the_record_is_right_and_differences_flatter() -> None:
    found = estimates(histories(1, "last score"))
    assert found["lagged_outcome"].value == pytest.approx(EFFECT, abs=NEAR)
    assert found["did_last"].value > EFFECT + 0.15
    assert found["did_earlier"].value < found["did_last"].value - 0.1


def test_selection_on_what_lasts_makes_differences_right_and_regression_shy() -> None:
    found = estimates(histories(2, "ability"))
    assert found["did_last"].value == pytest.approx(EFFECT, abs=NEAR)
    assert found["did_earlier"].value == pytest.approx(EFFECT, abs=NEAR)
    assert found["lagged_outcome"].value < EFFECT - 0.05


def test_without_selection_all_designs_agree() -> None:
    found = estimates(histories(3, "nothing"))
    for name in ESTIMATES:
        assert found[name].value == pytest.approx(EFFECT, abs=NEAR)


def test_bias_of_a_hidden_cause_like_the_last_score_is_the_bias_of_leaving_it_out() -> None:
    """The bound of Cinelli & Hazlett must hold what really happens when the last score is withheld and nothing else tells of it."""
    given = histories(4, "last score")
    blind = Histories(given.moved, given.outcome, given.earlier * 0, given.earlier, given.weight, given.day)
    shift = abs(estimates(blind)["lagged_outcome"].value - estimates(given)["lagged_outcome"].value)
    assert estimates(given)["bias_like_last"].value > 0.8 * shift
    assert 0.05 < estimates(given)["robustness_value"].value < 0.4


def test_the_robustness_value_is_that_of_the_papers_formula() -> None:
    f = 0.5
    assert robustness_value(f**2 / (1 + f**2)) == pytest.approx((np.sqrt(f**4 + 4 * f**2) - f**2) / 2)
    assert robustness_value(0.0) == 0.0
    assert np.isnan(robustness_value(1.0))


@pytest.mark.parametrize(("mean", "gap"), [(0.3, 0.1), (0.15, 0.0), (-0.1, -0.2)])
def test_distance_from_the_bracket_is_signed_and_zero_inside(mean: float, gap: float) -> None:
    assert outside(mean, [0.1, 0.2]) == pytest.approx(gap)


def test_days_that_differ_widen_an_interval_and_equal_ones_do_not() -> None:
    day = np.repeat(np.arange(4), 50)
    narrow = Figure(1.0, 0.9, 1.1)
    for shock, wider in ((0.0, False), (1.0, True)):
        y = 1.0 + shock * np.array([-1.0, 1.0, -1.0, 1.0])[day]
        found = wider_by_day(narrow, lambda factor, y=y: float(np.average(y, weights=factor)), day)
        assert (found.upper > narrow.upper) == wider


def test_two_days_tell_nothing_of_days() -> None:
    narrow = Figure(1.0, 0.9, 1.1)
    assert wider_by_day(narrow, lambda factor: float(factor[0]), np.array([0, 1])) == narrow
