"""The order of a list: bands first, then eligibility, strong evidence, value; the zero of the scale does not matter."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placement.net_value import ValueParams, net_value, post_weights
from placement.ranking import bands, order, rank


def numbers(*values):
    return np.array(values, dtype=float)


def test_net_value_is_the_gain_above_an_empty_post_less_what_is_given_up():
    estimates = {"stay_outlook": [0.5], "expected_in_post": [0.8], "uplift": [0.3], "lower": [0.1], "upper": [0.4]}
    value = net_value(estimates, [1.5], [1.0], ValueParams(empty=-2.0))
    assert value.value_in_post == pytest.approx([1.5 * 2.8])
    assert value.value_given_up == pytest.approx([2.5])
    assert value.net_value == pytest.approx([1.7])
    assert value.net_lower == pytest.approx([1.7 - 1.5 * 0.2])
    assert value.net_upper == pytest.approx([1.7 + 1.5 * 0.1])


def test_backfill_softens_what_is_given_up():
    estimates = {"stay_outlook": [0.5], "expected_in_post": [0.8], "uplift": [0.3], "lower": [0.3], "upper": [0.3]}
    value = net_value(estimates, [1.0], [1.0], ValueParams(empty=-2.0, backfill=0.0))
    assert value.value_given_up == pytest.approx([0.5])


def test_who_holds_no_post_gives_nothing_up():
    estimates = {"stay_outlook": [0.5], "expected_in_post": [0.8], "uplift": [0.3], "lower": [0.3], "upper": [0.3]}
    assert net_value(estimates, [1.0], [0.0], ValueParams()).value_given_up == pytest.approx([0.0])


def test_posts_weigh_more_when_strategic_supervisory_or_in_a_surging_unit():
    posts = pd.DataFrame({"strategic": [False, True, None, True], "supervisory": [False, False, True, True]}).astype("boolean")
    weights = post_weights(posts, ValueParams(strategic=0.5, supervisory=0.25, surge=0.1), [False, False, False, True])
    assert weights.tolist() == pytest.approx([1.0, 1.5, 1.25, 1.85])


def test_a_band_is_everyone_overlapping_its_leader():
    lower, upper = numbers(0.8, 0.6, 0.1, 0.0, -0.5), numbers(1.2, 1.0, 0.7, 0.05, 0.1)
    assert bands(lower, upper).tolist() == [1, 1, 2, 3, 3]


def test_touching_intervals_overlap():
    assert bands(numbers(1.0, 0.0), numbers(2.0, 1.0)).tolist() == [1, 1]


def test_an_empty_list_has_no_bands():
    assert bands(numbers(), numbers()).tolist() == []


def placed(value, half, tier=None, grade=None, top=10):
    value, half = np.array(value, dtype=float), np.array(half, dtype=float)
    tier = np.ones(len(value), dtype=int) if tier is None else np.array(tier)
    grade = np.zeros(len(value), dtype=int) if grade is None else np.array(grade)
    places, band = order(value, (value - half, value + half), tier, grade, top)
    return places.tolist(), band.tolist()


def test_within_a_band_eligible_goes_before_unknown():
    assert placed([1.0, 0.9], [0.2, 0.2], tier=[0, 1]) == ([1, 0], [1, 1])


def test_a_better_band_goes_before_eligibility():
    assert placed([1.0, 0.1], [0.2, 0.2], tier=[0, 1]) == ([0, 1], [1, 2])


def test_within_a_band_strong_evidence_goes_before_weak_whatever_the_value():
    assert placed([1.0, 0.9], [0.2, 0.2], grade=[2, 1])[0] == [1, 0]


def test_among_equally_strong_evidence_value_decides_not_the_grade():
    assert placed([1.0, 0.9, 0.8, 0.7], [0.2] * 4, grade=[1, 0, 3, 2])[0] == [0, 1, 2, 3]


def test_equal_people_stand_in_the_order_given():
    assert placed([0.5, 0.5, 0.5], [0.1, 0.1, 0.1])[0] == [0, 1, 2]


def test_the_head_of_a_list_is_the_head_of_the_whole_list():
    rng = np.random.default_rng(3)
    value, half = rng.normal(size=300), rng.uniform(0.01, 0.3, 300)
    tier, grade = rng.integers(0, 2, 300), rng.integers(0, 4, 300)
    whole, head = placed(value, half, tier, grade, top=300), placed(value, half, tier, grade, top=20)
    assert head == (whole[0][:20], whole[1][:20])


def scored(seed, people=30):
    rng = np.random.default_rng(seed)
    stay, uplift, half = rng.normal(size=people), rng.normal(0, 0.3, people), rng.uniform(0.02, 0.3, people)
    return pd.DataFrame(
        {
            "position_id": rng.choice(["P-1", "P-2"], people), "employee_id": [f"E-{n:03d}" for n in range(people)],
            "eligible": rng.choice(["yes", "unknown"], people), "grade": rng.choice(list("ABCD"), people),
            "stay_outlook": stay, "expected_in_post": stay + uplift, "uplift": uplift, "lower": uplift - half,
            "upper": uplift + half,
        }
    )  # fmt: skip


def listed(frame, params, supported=True):
    rng = np.random.default_rng(0)
    value = net_value(frame, rng.choice([1.0, 1.5], len(frame)), rng.choice([0.0, 1.0, 1.25], len(frame)), params)
    parts = {name: getattr(value, name) for name in ("net_value", "net_lower", "net_upper")}
    return rank(frame.assign(**parts), supported=supported)[["position_id", "employee_id", "rank", "band"]]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), constant=st.floats(-50, 50))
def test_adding_a_constant_to_all_scores_and_v0_changes_no_order(seed, constant):
    frame = scored(seed)
    moved = frame.assign(stay_outlook=frame["stay_outlook"] + constant, expected_in_post=frame["expected_in_post"] + constant)
    pd.testing.assert_frame_equal(listed(frame, ValueParams(empty=-2.0)), listed(moved, ValueParams(empty=-2.0 + constant)))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter_and_ranks_have_no_gaps(seed):
    frame = scored(seed).assign(
        net_value=lambda f: f["uplift"].round(1), net_lower=lambda f: f["lower"], net_upper=lambda f: f["upper"]
    )
    ranked = rank(frame)
    pd.testing.assert_frame_equal(ranked, rank(frame.sample(frac=1, random_state=seed)))
    for _, part in ranked.groupby("position_id"):
        assert part["rank"].tolist() == list(range(1, len(part) + 1))
        assert part["band"].is_monotonic_increasing


def test_without_support_eligible_people_stand_by_expected_performance_in_one_band():
    ranked = rank(scored(1).assign(position_id="P-1", net_value=0.0, net_lower=0.0, net_upper=0.0), supported=False)
    assert set(ranked["band"]) == {1}
    assert ranked["eligible"].is_monotonic_decreasing
    for _, part in ranked.groupby("eligible"):
        assert part["expected_in_post"].is_monotonic_decreasing


@given(st.integers(1, 60), st.integers(1, 12), st.integers(0, 2**31), st.sampled_from([0.05, 0.5, 3.0]))
@settings(max_examples=200, deadline=None)
def test_a_list_is_the_same_whether_or_not_its_first_band_is_long_enough(n, top, seed, width):
    """The head of a list, taken from an unsorted first band, is that of the whole order."""
    rng = np.random.default_rng(seed)
    value = np.round(rng.normal(size=n), 1)  # many equal ones
    half = width * rng.random(n)
    tier, grade = rng.integers(0, 2, n), rng.integers(0, 4, n)
    places, band = order(value, (value - half, value + half), tier, grade, top)
    falling = np.argsort(-value, kind="stable")
    of = np.empty(n, dtype=np.int64)
    of[falling] = bands(np.round((value - half)[falling], 9), np.round((value + half)[falling], 9))
    whole = np.lexsort((np.arange(n), -value, grade >= 2, -tier, of))[:top]
    np.testing.assert_array_equal(places, whole)
    np.testing.assert_array_equal(band, of[whole])
