"""The frontier: every point is the plan of its limits, and what is called efficient is beaten by nothing."""

from dataclasses import replace

import numpy as np
import pytest

from placement.wave.frontier import frontier, frontier_plot
from placement.wave.limits import Limits
from placement.wave.plan import make_plan
from placement.wave.search import SearchParams

EXACT = SearchParams(gap=0.0, seconds=30.0)
MOVES, SHARES = (1, 3), (None, 0.5)


def free(wave):
    """Return a wave without limits of its own, locks or forced moves."""
    nothing = wave.locked.iloc[:0]
    return replace(wave, limits=Limits(), locked=nothing, forbidden=nothing, forced_people=(), forced_posts=())


@pytest.mark.parametrize("seed", range(2))
def test_every_point_is_the_best_plan_of_its_limits(waves, seed: int) -> None:
    wave = free(waves(seed))
    found = frontier(wave, MOVES, SHARES, EXACT)
    assert len(found) == len(MOVES) * len(SHARES)
    for row in found.itertuples():
        limits = Limits(moves=row.most_moves, aspirations=row.least_wished or None)
        plan = make_plan(replace(wave, limits=limits), EXACT)
        assert row.value == pytest.approx(plan.value, abs=1e-6)
        assert row.moves == len(plan.moves) <= row.most_moves
        assert not row.moves or row.wished >= row.least_wished - 1e-9


@pytest.mark.parametrize("seed", range(2))
def test_efficient_points_are_those_no_other_beats(waves, seed: int) -> None:
    found = frontier(free(waves(seed)), MOVES, SHARES, EXACT)
    goals = [(row.value, 0.0 if np.isnan(row.wished) else row.wished, -row.moves) for row in found.itertuples()]
    for place, goal in enumerate(goals):
        beaten = any(
            all(a >= b - 1e-9 for a, b in zip(other, goal, strict=True))
            and any(a > b + 1e-9 for a, b in zip(other, goal, strict=True))
            for other in goals
        )
        assert found["efficient"].iloc[place] == (not beaten)
    assert found["efficient"].any()


def test_a_point_that_cannot_be_has_no_value_and_is_not_drawn(waves) -> None:
    wave = free(waves(0))
    wave = replace(wave, forced_people=tuple(wave.moves["employee_id"].unique()[:3]))
    found = frontier(wave, (1, 2), (None,), EXACT)
    assert found["status"].tolist() == ["infeasible"] * 2
    assert found["value"].isna().all()
    assert not found["efficient"].any()
    assert not [line for line in frontier_plot(found).axes[0].lines if len(line.get_xdata())]
