"""The rule, on effects written down."""

import pytest

from evaluation.effects.matched import Effect
from evaluation.effects.verdict import HARMS, UNPROVEN, WORKS, VerdictParams, harmed, judge

PARAMS = VerdictParams()
QUIET = Effect(0.0, 0.1, 300, 3000)


def effect(estimate: float, error: float = 0.05, movers: int = 400) -> Effect:
    return Effect(estimate, error, movers, 4000)


@pytest.mark.parametrize(
    ("main", "code", "reason"),
    [
        (effect(0.3), WORKS, "effect_above_zero"), (effect(0.05), UNPROVEN, "effect_may_be_zero"),
        (effect(-0.3), HARMS, "effect_below_zero"), (effect(0.3, movers=12), UNPROVEN, "too_few_moves"),
        (Effect(float("nan"), float("nan"), 0, 0), UNPROVEN, "too_few_moves"),
    ],
)  # fmt: skip
def test_the_interval_decides(main: Effect, code: str, reason: str) -> None:
    found = judge(main, QUIET, {}, PARAMS)
    assert (found.code, found.reasons[0].code) == (code, reason)


def test_a_placebo_that_speaks_takes_the_success_away() -> None:
    for sign in (1, -1):
        found = judge(effect(0.3 * sign), effect(0.3 * sign, 0.1), {}, PARAMS)
        assert (found.code, found.reasons[0].code) == (UNPROVEN, "placebo_speaks")


def test_a_placebo_of_the_opposite_sign_only_makes_the_effect_look_small() -> None:
    assert judge(effect(0.3), effect(-0.3, 0.1), {}, PARAMS).code == WORKS
    assert judge(effect(-0.3), effect(0.3, 0.1), {}, PARAMS).code == HARMS


def test_harm_to_another_outcome_is_harm() -> None:
    found = judge(effect(0.3), QUIET, {"satisfaction": effect(-0.4), "motivation": effect(0.1)}, PARAMS)
    assert (found.code, found.reasons[0].code) == (HARMS, "worse:satisfaction")


def test_one_of_many_outcomes_may_look_worse_by_chance() -> None:
    slightly = {"satisfaction": effect(-0.1)}
    others = {f"other {n}": effect(0.0) for n in range(9)}
    assert harmed(slightly, PARAMS) == ["satisfaction"]
    assert harmed(slightly | others, PARAMS) == []


def test_little_power_is_said_and_enough_is_not() -> None:
    assert [r.code for r in judge(effect(0.05, 0.12), QUIET, {}, PARAMS).reasons] == ["effect_may_be_zero", "little_power"]
    assert [r.code for r in judge(effect(0.05, 0.05), QUIET, {}, PARAMS).reasons] == ["effect_may_be_zero"]


def test_every_reason_is_in_both_languages() -> None:
    for found in (judge(effect(size), QUIET, {"network": effect(-0.9)}, PARAMS) for size in (0.3, -0.3, 0.01)):
        assert all(reason.text.indonesian and reason.text.indonesian != str(reason.text) for reason in found.reasons)
