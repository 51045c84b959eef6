"""The matched effect against numbers worked out by hand or planted."""

import numpy as np
import pytest

from evaluation.effects.matched import Effect, match, two_way_error
from evaluation.many_tests import holm


def chosen_after_bad_years(effect: float, seed: int, n: int = 6000) -> dict[str, np.ndarray]:
    """Return people of whom those with a bad last score move more often; a move adds ``effect``."""
    rng = np.random.default_rng(seed)
    ability = rng.normal(size=n)
    last, outcome = (ability + rng.normal(size=n) for _ in range(2))
    moved = (rng.random(n) < 1 / (1 + np.exp(2.2 + 1.2 * last))).astype(float)
    return {
        "outcome": outcome + effect * moved, "moved": moved, "code": rng.integers(0, 4, n), "columns": last[:, None],
        "person": np.arange(n), "unit": rng.integers(0, 200, n), "last": last,
    }  # fmt: skip


def of(world: dict[str, np.ndarray]) -> Effect:
    return match(*(world[name] for name in ("outcome", "moved", "code", "columns", "person", "unit"))).effect()


@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_the_effect_is_found_where_a_difference_would_show_the_return_to_the_mean(effect: float) -> None:
    world = chosen_after_bad_years(effect, 1)
    movers = world["moved"] > 0
    change = (world["outcome"] - world["last"])[movers].mean() - (world["outcome"] - world["last"])[~movers].mean()
    assert change > effect + 0.3
    assert abs(of(world).estimate - effect) < 2.5 * of(world).error


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = [
        lower <= 0.2 <= upper for lower, upper in (of(chosen_after_bad_years(0.2, seed, 1500)).interval(0.95) for seed in range(60))
    ]
    assert np.mean(held) >= 0.88


def test_adding_a_constant_to_everybody_changes_nothing() -> None:
    world = chosen_after_bad_years(0.2, 3)
    moved_up = {**world, "outcome": world["outcome"] + 7.0}
    assert of(moved_up).estimate == pytest.approx(of(world).estimate, abs=1e-9)


def test_a_row_of_double_weight_counts_as_two_people() -> None:
    world = chosen_after_bad_years(0.2, 4, 1200)
    names = ("outcome", "moved", "code", "columns", "person", "unit")
    twice = {name: np.concatenate([world[name], world[name][:300]]) for name in names}
    weight = np.where(np.arange(1200) < 300, 2.0, 1.0)
    doubled = match(*(twice[name] for name in names)).effect()
    weighted = match(*(world[name] for name in names), weight=weight).effect()
    assert weighted.estimate == pytest.approx(doubled.estimate, abs=0.02)


def test_movers_without_anybody_to_be_compared_with_have_no_effect() -> None:
    world = chosen_after_bad_years(0.2, 5, 200)
    alone = {**world, "moved": np.ones(200)}
    assert np.isnan(of(alone).estimate)


def test_errors_of_people_in_one_unit_that_move_together_add_up() -> None:
    part = np.ones(40)
    alone = two_way_error(part, np.arange(40), np.arange(40))[0]
    together = two_way_error(part, np.arange(40), np.repeat(np.arange(4), 10))[0]
    assert together > 2.5 * alone


def test_power_is_a_half_where_the_effect_is_as_large_as_its_interval_reaches() -> None:
    effect = Effect(0.0, 0.1, 400, 4000)
    assert effect.power(1.959964 * 0.1, 0.95) == pytest.approx(0.5, abs=1e-6)
    assert effect.power(effect.detectable(0.95), 0.95) == pytest.approx(0.8, abs=1e-6)


def test_holm_multiplies_the_smallest_by_the_number_of_tests() -> None:
    np.testing.assert_allclose(holm(np.array([0.04, 0.01, 0.5])), [0.08, 0.03, 0.5])
