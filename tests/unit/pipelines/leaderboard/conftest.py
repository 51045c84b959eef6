import pytest

from pipelines.leaderboard.world import Setting, World, open_world
from pipelines.settings import Params

SETTING = Setting(world="default", seed=3, people=600, years=6, posts=60)


@pytest.fixture(scope="session")
def setting() -> Setting:
    """Return a city small enough for every fast run."""
    return SETTING


@pytest.fixture(scope="session")
def world() -> World:
    """Return that city, open."""
    return open_world(SETTING, Params())
