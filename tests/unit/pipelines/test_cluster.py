"""Where pieces of a stage go: nothing here starts a cluster (tests/flows/test_cluster.py does)."""

import os

import numpy as np
import pytest

from features.errors import UsageError
from pipelines.cluster import OnCluster, of_flow, runner_at
from pipelines.listing import POSTS_AT_ONCE, cut
from pipelines.second_core import Here, SecondCore
from pipelines.workers import workers

FAR, OWN = "tcp://10.0.0.5:8786", "http://127.0.0.1:4200/api"


def test_workers_elsewhere_need_a_prefect_server_they_can_reach():
    with pytest.raises(UsageError, match="PREFECT_API_URL"):
        runner_at(FAR, OWN)
    with pytest.raises(UsageError, match="PREFECT_API_URL"):
        runner_at("scheduler.city:8786", "http://localhost:4200/api")


@pytest.mark.parametrize(
    ("scheduler", "prefect"), [(FAR, "http://10.0.0.9:4200/api"), ("127.0.0.1:8786", OWN), ("tcp://localhost:8786", OWN)]
)
def test_a_runner_is_made_without_asking_the_scheduler(scheduler, prefect):
    assert runner_at(scheduler, prefect).address == scheduler


def test_outside_a_flow_of_a_cluster_this_machine_works():
    assert of_flow() is None
    with workers(worth_it=False) as beside:
        assert isinstance(beside, Here)
        assert beside.submit(os.getpid).result() == os.getpid()
        assert beside.kept("value", lambda: pytest.fail("made again")) == "value"


def test_a_cluster_takes_every_piece_and_a_second_core_half():
    days = list(range(7))
    assert days[OnCluster(8).every - 1 :: OnCluster.every] == days
    assert days[SecondCore.every - 1 :: SecondCore.every] == [1, 3, 5]
    assert OnCluster(8).pieces == 8


@pytest.mark.parametrize(("posts", "pieces"), [(1, 4), (15, 1), (16, 8), (17, 8), (1000, 8), (1000, 1), (33, 2)])
def test_posts_are_cut_at_blocks_and_all_are_there_once(posts, pieces):
    parts = cut(posts, pieces)
    assert len(parts) <= pieces
    assert all(len(part) and part[0] % POSTS_AT_ONCE == 0 for part in parts)
    np.testing.assert_array_equal(np.concatenate(parts), np.arange(posts))
