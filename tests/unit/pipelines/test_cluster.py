"""Where pieces of a stage go: nothing here starts a cluster (tests/flows/test_cluster.py does)."""

import os

import numpy as np
import pytest

from features.errors import UsageError
from pipelines.cluster import OnCluster, of_flow, runner_at
from pipelines.listing import cut
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


@pytest.mark.parametrize(("posts", "pieces"), [(1, 4), (15, 1), (16, 8), (17, 8), (1000, 8), (1000, 1), (33, 2), (0, 3)])
def test_posts_are_cut_evenly_kind_by_kind_and_all_are_there_once(posts, pieces):
    kinds = np.arange(posts) % 7
    parts = cut(kinds, pieces)
    assert len(parts) <= pieces
    assert all((np.diff(part) > 0).all() for part in parts)
    assert max(map(len, parts), default=0) - min(map(len, parts), default=0) <= 1
    assert sum(len(np.unique(kinds[part])) for part in parts) < 7 + pieces
    np.testing.assert_array_equal(np.sort(np.concatenate([np.zeros(0, dtype=int), *parts])), np.arange(posts))
