import numpy as np
import pytest

from pipelines.leaderboard.world import Setting, World
from simulation.knobs import Knobs
from simulation.worlds import EMPTY, WORLDS

YEARLY_DIP = Knobs().transition_dip / 2
"""SD x years of latent performance that adapting costs: half a year."""


def test_the_judged_pairs_are_distinct_of_drawn_posts_and_never_somebodys_own(world: World, setting: Setting) -> None:
    pairs = world.pairs
    assert not pairs.duplicated(["employee_id", "position_id"]).any()
    assert 1 < pairs["position_id"].nunique() <= setting.posts
    held = world.view.posts.set_index("employee_id")["position_id"].reindex(pairs["employee_id"])
    assert held.notna().all()
    assert (held.astype(str).to_numpy() != pairs["position_id"].astype(str).to_numpy()).all()


def test_truth_is_known_for_every_pair_and_varies_within_people_and_within_posts(world: World) -> None:
    assert np.isfinite(world.pairs["true"]).all()
    for group in ("employee_id", "position_id"):
        assert world.pairs.groupby(group, observed=True)["true"].std().mean() > 0.2


def test_adapting_costs_half_a_year_of_the_dip_in_published_units(world: World) -> None:
    assert world.dip == pytest.approx(YEARLY_DIP, rel=0.5)


def test_a_setting_is_the_default_city_with_the_dials_of_its_world(setting: Setting) -> None:
    assert setting.knobs() == Knobs(employees=setting.people, years=setting.years)
    empty = Setting(EMPTY, setting.seed, setting.people, setting.years, setting.posts)
    assert {name: getattr(empty.knobs(), name) for name in WORLDS[EMPTY]} == WORLDS[EMPTY]
    assert empty.key() != setting.key()
