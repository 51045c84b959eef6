"""The value of a plan on vacancies whose candidates' true gains are known."""

import numpy as np
import pytest

from models.judgement.effect_scores import group_draws
from models.judgement.plan_value import Vacancies, plan_value, top_choices


def test_the_highest_of_each_vacancy_are_chosen_as_many_as_were_moved() -> None:
    vacancy = np.array([0, 0, 0, 1, 1, 1])
    moved = np.array([True, False, False, True, True, False])
    order = np.array([1.0, 3.0, 2.0, 5.0, 6.0, 7.0])
    assert top_choices(vacancy, moved, order).tolist() == [False, True, False, False, True, True]


def test_ties_go_to_the_first_row() -> None:
    assert top_choices(np.zeros(3, int), np.array([False, False, True]), np.ones(3)).tolist() == [True, False, False]


def invent(seed: int, regression: float, *, posts: int = 600, each: int = 8) -> tuple[Vacancies, np.ndarray, np.ndarray]:
    """Return vacancies filled at random, what a move would bring each candidate, and the gain of a perfect plan.

    ``regression``: share of the truth the outcome regression knows.
    """
    rng = np.random.default_rng(seed)
    vacancy = np.repeat(np.arange(posts), each)
    moved = np.tile(np.arange(each) == 0, posts)
    fit = rng.normal(size=len(vacancy))
    effect = 0.2 + 0.4 * fit
    gain = np.where(moved, effect, 0.0) + rng.normal(0, 0.5, len(vacancy))
    found = Vacancies(
        vacancy=vacancy, moved=moved, gain=gain, regression=0.2 + regression * 0.4 * fit, likeness=fit[:, None],
        weight=np.ones(len(vacancy)), alike=np.where(moved, 0.0, 1.0), fold=rng.integers(0, 3, len(vacancy)),
        day=vacancy % 4,
    )  # fmt: skip
    best = np.array([effect[vacancy == post].max() - effect[vacancy == post][0] for post in range(posts)])
    return found, effect, best


@pytest.mark.parametrize("regression", [0.0, 0.5, 1.0])
def test_a_perfect_plan_is_worth_its_gain_whatever_the_regression_knows(regression: float) -> None:
    """Doubly robust: the weights mend what the regression lacks, up to movers as good as the best of eight, who are few."""
    vacancies, effect, best = invent(1, regression)
    draws = group_draws(np.arange(len(effect)), 0, 60)
    found = plan_value(vacancies, effect, effect, draws)
    assert found.gain.value == pytest.approx(best.mean(), abs=0.2)
    assert found.gain.above_zero
    assert found.promised.value == pytest.approx(best.mean(), abs=0.05)
    assert 0 < found.likeness < 1


def test_a_plan_of_noise_is_worth_nothing_however_much_it_promises() -> None:
    """An 80 % interval misses zero in one case of five: hence the wider band of three half-widths (one in ten thousand)."""
    vacancies, effect, _ = invent(2, 0.0)
    noise = np.random.default_rng(5).normal(size=len(effect))
    found = plan_value(vacancies, noise, noise, group_draws(np.arange(len(effect)), 0, 60))
    half = (found.gain.upper - found.gain.lower) / 2
    assert abs(found.gain.value) < 3 * half
    assert found.promised.value > 1.0


def test_choosing_the_worst_costs() -> None:
    vacancies, effect, _ = invent(3, 1.0)
    assert plan_value(vacancies, -effect, -effect, group_draws(np.arange(len(effect)), 0, 40)).gain.below_zero


def test_an_order_that_tells_nobody_apart_and_too_few_vacancies_are_not_judged() -> None:
    vacancies, effect, _ = invent(4, 1.0, posts=10)
    draws = group_draws(np.arange(len(effect)), 0, 10)
    assert np.isnan(plan_value(vacancies, effect, effect, draws).gain.value)
    many, effect, _ = invent(4, 1.0)
    assert np.isnan(plan_value(many, np.ones(len(effect)), effect, group_draws(np.arange(len(effect)), 0, 10)).gain.value)
