"""Fixtures shared by every test room."""

import gc
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy
import yaml

from benchmarks.kills.quick import QUICK
from features.contract import REQUIRED_TABLES, TABLES, Known
from features.tables import Tables, conform, employee_dtype
from pipelines import unneeded  # noqa: F401  # imported for what it does, before any test imports Prefect
from simulation.city import City, invent_city
from simulation.knobs import Knobs

EMPTIED = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'test' AND pid <> pg_backend_pid()",
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
)
"""Statements that leave nothing in a database, nor anybody connected to it."""


def pytest_collection_finish() -> None:
    """Take what importing and collecting made out of the sight of the garbage collector: it stays to the end in any case."""
    gc.collect()
    gc.freeze()


_CONNECTED: list[sqlalchemy.Engine] = []
"""Engines that were asked for a connection in the test under way."""


@sqlalchemy.event.listens_for(sqlalchemy.Engine, "engine_connect")
def _note_engine(connection: sqlalchemy.Connection) -> None:
    _CONNECTED.append(connection.engine)


@pytest.fixture(autouse=True)
def _connections_let_go() -> Iterator[None]:
    """Close, after each test, the connections that wait in pools: an ordinary user may have no more than 1,024 files open."""
    yield
    engines = set(_CONNECTED)
    _CONNECTED.clear()
    for engine in engines:
        if isinstance(engine.pool, sqlalchemy.QueuePool) and not engine.dialect.is_async:
            engine.dispose()


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
        create = [str(bin_folder / "createdb"), "-h", str(folder), "-U", "app", "test"]
        subprocess.run(_as_postgres(create, folder), check=True, capture_output=True)
        yield str(folder)
        subprocess.run(_as_postgres([*control, "-m", "immediate", "stop"], folder), check=True, capture_output=True)


@pytest.fixture
def postgres(postgres_server: str) -> str:
    """Return the URL of an empty PostgreSQL database, the same one for every test.

    A database of its own is four hundred files: to remove those of a hundred tests at the end took most of a minute.
    """
    url = f"postgresql+psycopg://app@/test?host={postgres_server}"
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        for statement in EMPTIED:
            connection.exec_driver_sql(statement)
    return url


@pytest.fixture(scope="session")
def small_city() -> City:
    """Return an invented city of about 800 people and seven rated years, with its truth."""
    return invent_city(Knobs.from_scale(employees=800, years=7), seed=7)


@pytest.fixture(scope="session")
def small_tables(small_city: City) -> Tables:
    """Return the small city as typed tables, as extracted on 31 March after the last rated year."""
    return tables_of(small_city)


def tables_of(city: City) -> Tables:
    """Return the tables of an invented city, typed."""
    employees = employee_dtype(city.tables["employees"]["employee_id"])
    frames = {name: conform(name, frame, employees) for name, frame in city.tables.items()}
    return Tables(frames, extracted_on=pd.Timestamp(city.knobs.extracted_on))


@pytest.fixture(scope="session")
def rewrite_later() -> Callable[[Tables, pd.Timestamp, int], Tables]:
    """Return a function that rewrites everything known only after a day: whatever stands at the day must not notice."""
    return _rewrite_later


def _rewrite_later(tables: Tables, as_of: pd.Timestamp, seed: int) -> Tables:
    """Drop, scramble and invent rows known after ``as_of``; move later closing dates; shuffle today's-value columns; hire."""
    rng = np.random.default_rng(seed)
    hired = [f"{name}+new" for name in tables.employee_ids.categories[::40]]
    everybody = employee_dtype(sorted([*tables.employee_ids.categories, *hired]))
    frames = {}
    for name, frame in tables.frames.items():
        frame = frame.assign(**{c: frame[c].astype(everybody) for c in frame.columns if frame[c].dtype == tables.employee_ids})
        day = "known_on" if "known_on" in frame else TABLES[name].dated_by
        if day:
            frame = _rewrite_rows(frame, day, as_of, rng)
        frames[name] = _rewrite_closings(name, frame, as_of, rng) if day else frame
    newcomers = (
        frames["employees"]
        .sample(len(hired), random_state=seed, replace=True)
        .assign(employee_id=pd.Categorical(hired, dtype=everybody), hired_on=as_of + pd.Timedelta(days=9))
    )
    frames["employees"] = pd.concat([frames["employees"], newcomers], ignore_index=True)
    return Tables(frames, tables.extracted_on)


def _rewrite_rows(frame: pd.DataFrame, day: str, as_of: pd.Timestamp, rng: np.random.Generator) -> pd.DataFrame:
    known = frame[(frame[day] <= as_of) | frame[day].isna()]
    later = frame[frame[day] > as_of]
    kept = later.iloc[rng.random(len(later)) < 0.5]
    others = [column for column in kept.columns if column != day]
    scrambled = kept.assign(**{column: kept[column].sample(frac=1.0, random_state=7).to_numpy() for column in others})
    invented = known.sample(min(len(known), 200), random_state=3)
    invented = invented.assign(**{day: as_of + pd.to_timedelta(rng.integers(1, 400, len(invented)), unit="D")})
    if "employee_id" in frame and day == "known_on":
        invented = invented.assign(employee_id=invented["employee_id"].sample(frac=1.0, random_state=5).to_numpy())
    new = invented if day == "known_on" else invented.iloc[:0]
    typed = [part.astype(frame.dtypes.to_dict()) for part in (known, scrambled, new)]
    return pd.concat(typed).sample(frac=1.0, random_state=1).sort_index(kind="stable").reset_index(drop=True)


def _rewrite_closings(name: str, frame: pd.DataFrame, as_of: pd.Timestamp, rng: np.random.Generator) -> pd.DataFrame:
    for column in TABLES[name].columns:
        if column.known is Known.CLOSING:
            later = frame[column.name].isna() | (frame[column.name] > as_of)
            other = as_of + pd.to_timedelta(rng.integers(1, 900, len(frame)), unit="D")
            drawn = pd.Series(other, index=frame.index).where(rng.random(len(frame)) < 0.5).astype(frame[column.name].dtype)
            frame = frame.assign(**{column.name: frame[column.name].where(~later, drawn)})
        elif column.known is Known.CURRENT:
            frame = frame.assign(**{column.name: frame[column.name].sample(frac=1.0, random_state=2).to_numpy()})
    return frame


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a city's own study choices that keep a run short."""
    path = tmp_path_factory.mktemp("params") / "quick.yaml"
    path.write_text(yaml.safe_dump(QUICK), encoding="utf-8")
    return path
