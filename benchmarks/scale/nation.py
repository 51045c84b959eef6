"""What the nation takes on so many machines: ``python -m benchmarks.scale.nation --source CITY [--machines 1 10 100]``.

Constants are measured here, on one city: what each stage costs in CPU seconds by what it grows with, and how many bytes a piece
takes to a worker and brings back (`pipelines.cluster`). The model then adds up: pieces of a kind run on as many cores as there
are, everything else on one. It does not guess at faster machines, nor at what is not cut into pieces yet.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeVar

import cloudpickle
import numpy as np
import pandas as pd

from benchmarks.proof.page import markdown
from features.as_of import default_as_of, default_effective_on, known_at
from features.checking.checks import check_source
from features.snapshot import load_tables, write_snapshot
from features.source.readers import read_source
from features.trials import learnable_dates, training_rows
from models.pair_uplift import fit_pair_uplift
from pipelines.city import open_city
from pipelines.history import _day, look_back
from pipelines.ingesting import Days
from pipelines.second_core import Here
from pipelines.settings import Params, load_params
from placement.lists import list_slab

Made = TypeVar("Made")
SEED = 1
NETWORK_BYTES_A_SECOND = 110e6
"""A gigabit network; measured between two workers of one machine it is several times that."""


@dataclass(frozen=True, slots=True)
class Constants:
    """CPU seconds of one core, and bytes, of one city of ``people`` and ``posts`` over ``days`` decision days.

    ``pairs``, ``slab``, ``listed_bytes`` are those of `MEASURED_POSTS` posts; ``people_bytes`` is what a slab brings back for each
    person, however few its posts. ``fixed_*`` are seconds whatever the size: a piece's way through Prefect and Dask, a worker's
    start, a run's own server. ``elsewhere``: the stages that are not measured here.
    """

    people: int
    posts: int
    days: int
    risk_rows: int
    ingest: float
    tables: float
    day: float
    rows: float
    fit: float
    open: float
    pairs: int
    slab: float
    tables_bytes: int
    day_bytes: int
    rows_bytes: int
    city_bytes: int
    people_bytes: int
    listed_bytes: int
    fixed_piece: float = 0.15
    fixed_worker: float = 5.0
    fixed_run: float = 15.0
    elsewhere: float = 0.0


@dataclass(frozen=True, slots=True)
class Country:
    """What is asked for: ``people`` and ``posts``, each post open to ``reach`` people at most."""

    people: int
    posts: int
    reach: int


NATION = Country(4_800_000, 300_000, 4_800_000)
"""One market of posts: everybody against every post."""
MODELS, PIECES_A_CORE, MEASURED_POSTS = 4, 4, 128


def timed(act: Callable[[], Made]) -> tuple[Made, float]:
    """Return what ``act`` makes and its CPU seconds."""
    started = time.process_time()
    made = act()
    return made, time.process_time() - started


def size(value: object) -> int:
    """Return how many bytes a value takes to another process."""
    return len(cloudpickle.dumps(value))


def measure(source: str, params: Params) -> Constants:
    """Return the constants of a city, each stage done once on one core."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot, ingest = timed(lambda: write_snapshot(check_source(read_source(source)), Path(folder), b"benchmark"))
        tables, loaded = timed(lambda: load_tables(Path(folder), snapshot))
    as_of = default_as_of(tables)
    known, pack = known_at(tables, as_of), params.rules.pack()
    dates = learnable_dates(known, as_of, params.trials)
    a_day, day = timed(lambda: _day(tables, as_of, dates[-1], params.trials))
    past = look_back(tables, as_of, params.trials, pack, Here())
    rows, harvest = timed(lambda: training_rows(tables, as_of, params.trials, past.may, SEED, past.on))
    model, fit = timed(lambda: fit_pair_uplift(rows, params.uplift, SEED))
    days = Days(as_of, default_effective_on(as_of))
    city, opened = timed(lambda: open_city(tables, model, days, params, supported=True))
    posts = np.arange(MEASURED_POSTS)
    slab, listed = timed(lambda: list_slab(city.case, city.score, params.lists, posts))
    people, of_people = len(city.case.encoded.employee_ids), size((slab.best, slab.candidates["employee_id"].cat.categories))
    return Constants(
        people=people, posts=len(city.case.encoded.position_ids), days=len(dates), risk_rows=len(rows.risk), ingest=ingest,
        tables=loaded, day=day, rows=harvest, fit=fit, open=opened, pairs=people * len(posts), slab=listed,
        tables_bytes=size(tables), day_bytes=size(a_day), rows_bytes=size(rows), city_bytes=size(city), people_bytes=of_people,
        listed_bytes=size(slab) - of_people,
    )  # fmt: skip


def cost(known: Constants, country: Country, machines: int, cores: int) -> pd.DataFrame:
    """Return one row per stage: ``seconds`` on so many machines, and ``gigabytes`` moved.

    Pieces of a kind fill the cores that there are, a last round is waited for whole; days and models are as many as there are of
    them, not as there are cores. Stages that are one piece, and what comes back to whoever puts it together, take one core.
    """
    times, workers = country.people / known.people, machines * cores
    pieces = PIECES_A_CORE * workers
    pairs = country.posts * float(min(country.reach, country.people))
    slab = known.slab / known.pairs * pairs / pieces
    read = known.tables_bytes * times * min(machines, known.days)
    back = known.people_bytes * times * pieces + known.listed_bytes * country.posts / MEASURED_POSTS
    stages = [
        ("ingest, checks, snapshot", known.ingest * times, 0.0),
        ("tables read on every machine that makes days", known.tables * times, read),
        ("decision days", known.day * times * -(-known.days // workers), known.day_bytes * times * known.days),
        ("training rows, put together", known.rows * times, 0.0),
        ("models", known.fit * times * -(-MODELS // workers), known.rows_bytes * times * (MODELS - 1)),
        ("city opened, and taken to every machine", known.open * times, known.city_bytes * times * (machines - 1)),
        ("lists", PIECES_A_CORE * (slab + known.fixed_piece), back),
        ("past moves, plan, documents, publication", known.elsewhere * times, 0.0),
        ("starts", known.fixed_worker + known.fixed_run, 0.0),
    ]
    frame = pd.DataFrame(stages, columns=["stage", "cpu_seconds", "bytes"])
    return pd.DataFrame(
        {
            "stage": frame["stage"],
            "seconds": frame["cpu_seconds"] + frame["bytes"] / NETWORK_BYTES_A_SECOND,
            "gigabytes": frame["bytes"] / 1e9,
        }
    )


def in_cities(whole_run: float, city: int, country: Country, machines: int) -> float:
    """Return the seconds of the nation as cities of ``city`` people that do not share posts, one run a machine at a time."""
    return whole_run * -(-country.people // city) / machines


def page(known: Constants, machines: list[int], cores: int, run: tuple[float, int]) -> str:
    """Return the constants and the estimates as Markdown; ``run``: seconds of the whole run of a city, and its people."""
    rows = []
    for many in machines:
        market = cost(known, NATION, many, cores)
        own = cost(known, replace(NATION, reach=int(run[1])), many, cores)
        rows.append({
            "machines": many,
            "one market, hours": market["seconds"].sum() / 3600,
            "of these lists": market.set_index("stage")["seconds"]["lists"] / 3600,
            "posts open to one's own city, hours": own["seconds"].sum() / 3600,
            "moved, TB": own["gigabytes"].sum() / 1e3,
            "as cities of their own, hours": in_cities(*run, NATION, many) / 3600,
        })  # fmt: skip
    constants = pd.DataFrame({"constant": asdict(known).keys(), "measured": [f"{value:,.6g}" for value in asdict(known).values()]})
    return f"{markdown(constants)}\n\n{markdown(pd.DataFrame(rows).round(2))}"


def main() -> None:
    """Measure the constants, or read them, and print what the nation takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", help="folder of a city's tables")
    parser.add_argument("--constants", type=Path, help="JSON of constants measured before, instead")
    parser.add_argument(
        "--elsewhere", type=float, default=0.0, help="CPU seconds of the stages not measured here, of the city's run"
    )
    parser.add_argument("--run", type=float, nargs=2, default=(124.0, 8_000), help="seconds of a whole run on one machine; people")
    parser.add_argument("--machines", type=int, nargs="+", default=[1, 4, 16, 64])
    parser.add_argument("--cores", type=int, default=2)
    given = parser.parse_args()
    known = Constants(**json.loads(given.constants.read_text())) if given.constants else measure(given.source, load_params())
    known = replace(known, elsewhere=given.elsewhere or known.elsewhere)
    print(json.dumps(asdict(known)))
    print(page(known, given.machines, given.cores, (given.run[0], int(given.run[1]))))


if __name__ == "__main__":
    main()
