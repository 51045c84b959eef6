"""What shakes a plan: a pair's own error, errors a person's or a post's moves have in common, and what knowing them is worth."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from placement.wave.city import LEAST_DRAWS, WaveParams, draws_of
from placement.wave.limits import Limits, Wave
from placement.wave.plan import Planning
from placement.wave.search import SearchParams
from placement.wave.stability import SHARED, Firmness, firmness

EXACT = SearchParams(gap=0.0, seconds=30.0)
NAMES = ["stability", "stability_person", "stability_post"]


def wave_of(pairs: list[tuple[str, str, float]], spread: float, caution: float = 0.0) -> Wave:
    """Return a wave of people who hold no post, or one of their own, and posts with one vacant seat each, every post in a unit."""
    moves = pd.DataFrame(pairs, columns=["employee_id", "position_id", "value"])
    moves = moves.assign(spread=spread, distance=0.0, cost=1.0, aspired=False)
    posts = sorted(set(moves["position_id"]))
    frame = {"unit_id": [f"U-{post}" for post in posts], "job_family": "J", "district": "D", "vacant": 1}
    people = pd.DataFrame({"position_id": None}, index=sorted(set(moves["employee_id"])), dtype=object)
    floors = pd.DataFrame({"unit_id": [], "job_family": [], "staff": [], "floor": []})
    return Wave(moves, people, pd.DataFrame(frame, index=posts), floors, Limits(caution=caution))


def shaken(wave: Wave, draws: int = 200, **common: float) -> Firmness:
    planning = Planning(wave, EXACT)
    shared = pd.DataFrame({name: common.get(name, 0.0) for name in SHARED}, index=wave.moves.index) if common else None
    return firmness(planning, planning.plan(), shared, draws=draws, seed=0)


ONE_PERSON = [("E", "P1", 0.5), ("E", "P2", 0.2)]
ONE_POST = [("E1", "P", 0.5), ("E2", "P", 0.2)]


def test_what_nothing_shakes_stands_whole_and_nothing_is_lost(waves) -> None:
    wave = replace(waves(11), limits=Limits(), forced_people=(), forced_posts=(), locked=waves(11).locked.iloc[:0])
    found = shaken(replace(wave, moves=wave.moves.assign(spread=0.0)), draws=5)
    assert len(found.moves)
    assert (found.moves[NAMES] > 1 - 1e-6).all().all()
    assert found.perfect_information == pytest.approx(found.expected)


def test_an_error_a_persons_moves_share_shakes_whether_they_move_and_never_where() -> None:
    common = shaken(wave_of(ONE_PERSON, 1.0), person=1.0).moves.iloc[0]
    assert common["stability"] == common["stability_person"] == common["stability_post"]
    assert 0.5 < common["stability"] < 0.9
    apart = shaken(wave_of(ONE_PERSON, 1.0)).moves.iloc[0]
    assert apart["stability"] < apart["stability_person"] - 0.1


def test_an_error_a_posts_moves_share_shakes_whether_it_is_filled_and_never_by_whom() -> None:
    common = shaken(wave_of(ONE_POST, 1.0), position=1.0).moves.iloc[0]
    assert common["stability"] == common["stability_post"] < 0.9
    apart = shaken(wave_of(ONE_POST, 1.0)).moves.iloc[0]
    assert apart["stability"] < apart["stability_post"] - 0.1


def test_what_a_unit_adds_is_gained_by_who_enters_and_lost_by_who_leaves() -> None:
    """The best of one move into a unit and one out of it: E max(0, z2, z1 - z2), which the other sign would make 0.69."""
    wave = wave_of([("E1", "P2", 0.0), ("E2", "P1", 0.0)], 1.0)
    moves = wave.moves.assign(spread=[1.0, 2**0.5], value=1e-6)
    people = wave.people.assign(position_id=[None, "P3"]).astype(object)
    posts = pd.concat([wave.posts, wave.posts.loc[["P2"]].set_axis(["P3"])]).assign(unit_id=["U1", "U2", "U2"])
    wave = replace(wave, moves=moves, people=people, posts=posts, limits=Limits(moves=1))
    z1, z2 = np.random.default_rng(1).standard_normal((2, 100_000))
    assert shaken(wave, draws=3_000, unit=1.0).perfect_information == pytest.approx(
        np.maximum(0, np.maximum(z2, z1 - z2)).mean(), abs=0.05
    )


def test_knowing_the_effect_is_worth_what_theory_says_and_caution_is_no_part_of_it() -> None:
    """One move of value v with error s: E max(0, N(v, s)) (the unit normal loss integral; Raiffa & Schlaifer 1961)."""
    found = shaken(wave_of([("E", "P", 0.3)], 1.0, caution=0.2), draws=3_000)
    density, above = np.exp(-0.045) / np.sqrt(2 * np.pi), 0.6179114221889526
    assert found.expected == pytest.approx(0.3)
    assert found.perfect_information == pytest.approx(0.3 * above + density, abs=0.03)


def test_the_draws_leave_no_trace_and_the_same_seed_the_same_shares(waves) -> None:
    wave = replace(waves(11), limits=Limits(), forced_people=(), forced_posts=(), locked=waves(11).locked.iloc[:0])
    planning = Planning(wave, EXACT)
    plan = planning.plan()
    one, other = (firmness(planning, plan, None, draws=3, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(one.moves, other.moves)
    assert planning.plan().value == pytest.approx(plan.value)


def test_a_large_wave_draws_fewer_plans_and_never_too_few() -> None:
    params = WaveParams()
    assert draws_of(params, 8_000) == params.draws
    assert draws_of(params, 150_000) == LEAST_DRAWS
    assert draws_of(params, 50_000) == params.drawn_moves // 50_000
    assert draws_of(params, 0) == params.draws
