"""A small invented city, study choices that make it quick, and one Prefect server for all flow tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.process import prepare


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source folder of an invented city of 400 people over six years."""
    from simulation.city import invent_city, write_city
    from simulation.knobs import Knobs

    folder = tmp_path_factory.mktemp("city")
    write_city(invent_city(Knobs(employees=400, years=6), seed=3), folder)
    return folder


@pytest.fixture(scope="session")
def moving_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source folder of an invented city whose few people move often and differ much in what suits them."""
    from simulation.city import invent_city, write_city
    from simulation.knobs import Knobs

    folder = tmp_path_factory.mktemp("moving")
    knobs = Knobs(employees=500, years=9, move_rate=0.15, match_sd=1.2, match_visible=0.8, noise_sd=0.3, quota=0.0)
    write_city(invent_city(knobs, seed=3), folder)
    return folder


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run flows against one temporary server for the whole session."""
    prepare(tmp_path_factory.mktemp("prefect"))
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
