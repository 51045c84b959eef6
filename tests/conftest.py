"""Fixtures shared by every test room."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy

from features.contract import REQUIRED_TABLES
from features.tables import Tables, conform, employee_dtype
from simulation.city import City, invent_city
from simulation.knobs import Knobs


@pytest.fixture(scope="session")
def panels() -> Path:
    """Return the folder of the real panels, or skip with the reason."""
    folder = os.environ.get("TEPAT_PANELS", "")
    if not folder:
        pytest.skip("TEPAT_PANELS is unset: the real panels are not on this machine")
    return Path(folder)


def read_panel(folder: Path) -> Tables:
    """Return one real panel as typed tables with its own identifiers."""
    raw = {name: pd.read_csv(folder / f"{name}.csv") for name in REQUIRED_TABLES}
    employees = employee_dtype(sorted(raw["employees"]["employee_id"]))
    frames = {name: conform(name, frame, employees) for name, frame in raw.items()}
    return Tables(frames, extracted_on=frames["appraisals"]["known_on"].max())


@pytest.fixture(scope="session")
def players(panels: Path) -> Tables:
    """Return the players' panel."""
    return read_panel(panels / "players")


@pytest.fixture(scope="session")
def managers(panels: Path) -> Tables:
    """Return the managers' panel."""
    return read_panel(panels / "managers")


def _as_postgres(command: list[str], folder: Path) -> list[str]:
    """Return ``command`` to be run by a user the server accepts: it refuses root."""
    if os.geteuid() != 0:
        return command
    shutil.chown(folder, "postgres", "postgres")
    return ["runuser", "-u", "postgres", "--", *command]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a real PostgreSQL server on a socket of its own; yield its socket's folder. Skip where there is none."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        pytest.skip("the PostgreSQL server binaries are not on this machine (apt: postgresql)")
    bin_folder = binaries[-1].parent
    with tempfile.TemporaryDirectory(prefix="tepat-pg-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        data = str(folder / "data")
        initdb = [str(bin_folder / "initdb"), "-D", data, "-A", "trust", "-U", "app", "--no-sync", "-E", "UTF8", "--locale=C"]
        subprocess.run(_as_postgres(initdb, folder), check=True, capture_output=True)
        options = f"-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses='' -k {folder}"
        control = [str(bin_folder / "pg_ctl"), "-D", data]
        start = [*control, "-w", "-l", str(folder / "log"), "-o", options, "start"]
        subprocess.run(_as_postgres(start, folder), check=True, capture_output=True)
        yield str(folder)
        subprocess.run(_as_postgres([*control, "-m", "immediate", "stop"], folder), check=True, capture_output=True)


@pytest.fixture
def postgres(postgres_server: str) -> str:
    """Return the URL of a new, empty PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex}"
    url = f"postgresql+psycopg://app@/postgres?host={postgres_server}"
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    return f"postgresql+psycopg://app@/{name}?host={postgres_server}"


@pytest.fixture(scope="session")
def small_city() -> City:
    """Return an invented city of about 800 people and seven rated years, with its truth."""
    return invent_city(Knobs.from_scale(employees=800, years=7), seed=7)


@pytest.fixture(scope="session")
def small_tables(small_city: City) -> Tables:
    """Return the small city as typed tables, extracted when its last ratings became known."""
    return tables_of(small_city)


def tables_of(city: City) -> Tables:
    """Return the tables of an invented city, typed."""
    employees = employee_dtype(city.tables["employees"]["employee_id"])
    frames = {name: conform(name, frame, employees) for name, frame in city.tables.items()}
    return Tables(frames, extracted_on=frames["appraisals"]["known_on"].max())
