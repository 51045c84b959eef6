"""Promise against outcome: an over-promise is drawn back, what noise alone can do draws nothing back."""

from dataclasses import replace

import numpy as np
import pytest

from models.judgement.account import NOTHING, UNTOUCHED, Account, AccountParams, Correction, account_of, correction_of
from models.judgement.effect_scores import EffectSample, Figure

PARAMS = AccountParams()
MOVES = 800


def account(said: float = 0.0, steeper: float = 1.0, *, moves: int = MOVES, seed: int = 1, noise: float = 0.8) -> Account:
    """Return the account of a model that adds ``said`` to the true mean effect and makes differences ``steeper``."""
    rng = np.random.default_rng(seed)
    true = 0.1 + 0.4 * rng.standard_normal(moves)
    day = rng.integers(0, 8, moves)
    gain = true + noise * rng.standard_normal(moves)
    promise = 0.1 + said + steeper * (true - 0.1)
    grade = np.where(np.arange(moves) % 2, "B", "D")
    return account_of(EffectSample(promise, gain, np.ones(moves), np.arange(moves)), grade, day, PARAMS, seed)


def test_kept_promises_draw_nothing_back() -> None:
    found = [correction_of(account(seed=seed), PARAMS) for seed in range(20)]
    assert sum(one != UNTOUCHED for one in found) <= 2


def test_noise_in_few_outcomes_draws_nothing_back() -> None:
    found = [correction_of(account(said=0.05, moves=70, noise=1.5, seed=seed), PARAMS) for seed in range(20)]
    assert sum(one != UNTOUCHED for one in found) <= 2
    assert account(said=2.0, moves=59) == NOTHING
    assert correction_of(NOTHING, PARAMS) == UNTOUCHED


def test_a_level_promised_too_high_is_taken_off_less_what_is_not_known() -> None:
    found = correction_of(account(said=0.4), PARAMS)
    assert -0.4 < found.shift < -0.25
    assert PARAMS.design_doubt < found.doubt < 2 * PARAMS.design_doubt


def test_what_all_grades_missed_alike_is_taken_off_once() -> None:
    """The level is drawn back; no grade then says less of its moves than of others."""
    found = correction_of(account(said=0.4), PARAMS)
    assert found.shift < 0
    assert found.worse == ()


def test_differences_promised_too_large_are_drawn_together_about_the_usual_promise() -> None:
    found = correction_of(account(steeper=2.0), PARAMS)
    assert 0.5 < found.share < 0.7
    assert found.shift == 0.0
    assert found.of(np.array([found.usual]))[0] == pytest.approx(found.usual)


def test_what_was_promised_too_low_is_never_raised() -> None:
    assert correction_of(account(said=-0.5), PARAMS) == UNTOUCHED
    assert correction_of(account(steeper=0.4), PARAMS) == UNTOUCHED


def test_drawn_back_the_promise_is_what_comes() -> None:
    """The next promise of a model that said 0.4 too much lies within a tenth of the truth of 0.1."""
    correction = correction_of(account(said=0.4), PARAMS)
    assert correction.of(np.array([0.5]))[0] == pytest.approx(0.1, abs=0.1)


def told(**gaps: tuple[float, float]) -> Account:
    """Return an account whose level and slope are kept, and whose grades missed by (gap, half an interval)."""
    by_grade = {name: Figure(gap, gap - half, gap + half) for name, (gap, half) in gaps.items()}
    return Account(900, 0.2, Figure(0.0, -0.1, 0.1), Figure(1.0, 0.8, 1.2), by_grade)


def test_only_the_grade_that_missed_is_worth_less() -> None:
    assert correction_of(told(B=(-0.5, 0.05), D=(-0.5, 0.9)), PARAMS) == Correction(worse=("B",))


def test_a_miss_that_movers_and_stayers_could_differ_by_anyway_takes_no_grade_down() -> None:
    """However many moves there are: in cities whose truth is known comparisons err by as much."""
    assert correction_of(told(C=(-0.2, 0.001)), PARAMS) == UNTOUCHED
    assert correction_of(told(C=(-0.2, 0.001)), replace(PARAMS, design_doubt=0.0)) == Correction(worse=("C",))


def test_the_worst_of_several_grades_must_miss_by_more_than_one_alone() -> None:
    """Three grades are three chances to be unlucky."""
    missed, kept = (-0.38, 0.12), (0.0, 0.12)
    assert correction_of(told(C=missed), PARAMS).worse == ("C",)
    assert correction_of(told(B=kept, C=missed, D=kept), PARAMS).worse == ()
    assert correction_of(told(B=(-0.9, 0.1), C=missed, D=(-0.9, 0.1)), PARAMS).worse == ("B", "C", "D")


def test_a_year_bad_for_all_is_not_taken_for_a_broken_promise() -> None:
    """Whole days differ by more than people do: then few days prove nothing."""
    rng = np.random.default_rng(4)
    day = np.arange(MOVES) % 4
    gain = np.array([-0.9, 0.3, 0.4, -0.3])[day] + 0.3 * rng.standard_normal(MOVES)
    sample = EffectSample(np.full(MOVES, 0.05), gain, np.ones(MOVES), np.arange(MOVES))
    assert correction_of(account_of(sample, np.full(MOVES, "C"), day, PARAMS, 0), PARAMS) == UNTOUCHED


def test_an_account_survives_json() -> None:
    for one in (account(), NOTHING):
        assert Account.from_dict(one.to_dict()).to_dict() == one.to_dict()
