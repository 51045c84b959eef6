"""Features and ingest as the number of people grows: ``python -m benchmarks.scale.measure --people 10000 30000 100000 --write``.

Each size in a process of its own, on one thread, in CPU seconds, with the process's peak memory. A size is so many copies of an
invented city of 2,000 over ten years (`benchmarks.scale.copies`). Yardsticks, in the same process, one thread too: a bare DuckDB
query that makes as many columns from the same files (features), a bare DuckDB copy of the same CSV files to Parquet (ingest).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import matplotlib
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from matplotlib.figure import Figure

from benchmarks.proof.page import markdown, put
from benchmarks.scale import yardstick
from benchmarks.scale.copies import write_country, write_source
from features.checking.checks import Parting, check_source, require_usable
from features.checking.shelf import Shelf
from features.drawing import MARKS, canvas
from features.heap import kept_heap
from features.in_parts import EMPLOYEES_FILE, POSITIONS_FILE, write_features, write_ratings
from features.ratings import RatingParams
from features.snapshot import open_snapshot, write_snapshot
from features.source.readers import read_source
from simulation.city import City, invent_city
from simulation.knobs import Knobs

PAGE, PLOT, RESULTS = Path("docs/scale.md"), Path("docs/scale.svg"), "benchmarks/scale/{}.csv"
STYLE: Any = {"svg.hashsalt": "tepat", "svg.fonttype": "none", "font.size": 8}
CITY, YEARS = 2_000, 10
KILOBYTES_A_GIB = 1024**2
_T = TypeVar("_T")


def features(city: City, copies: int, seed: int, scratch: Path) -> dict[str, float]:
    """Return CPU seconds of features and of the ratings they rest on, part after part, and of the bare query of the same files.

    Both sides read Parquet files and write Parquet files. Ours cuts every table back to the day first. What a process pays once
    (loading of libraries) is paid on a city of 2,000 before the clock starts, on both sides.
    """
    _features(city, 1, seed, scratch / "first")
    return _features(city, copies, seed, scratch / "country")


def _features(city: City, copies: int, seed: int, scratch: Path) -> dict[str, float]:
    snapshot, out, bare_out = (scratch / name for name in ("snapshot", "out", "bare"))
    for folder in (snapshot, out, bare_out):
        folder.mkdir(parents=True)
    _made("country", copies, snapshot, seed)
    as_of = pd.Timestamp(city.knobs.extracted_on)
    kept = open_snapshot(scratch, snapshot.name)
    ratings, harmonised = _timed(lambda: write_ratings(kept, as_of, RatingParams(), out))
    with_ratings = _peak()
    _, seconds = _timed(lambda: write_features(kept, ratings, as_of, out))
    peak = _peak()
    database = yardstick.ready(snapshot)
    _, bare = _timed(lambda: yardstick.query(database, bare_out))
    columns = [len(pq.read_schema(out / name).names) - 1 for name in (EMPLOYEES_FILE.format(0), POSITIONS_FILE)]
    return {
        "parts": kept.parts, "columns": sum(columns), "columns_of_query": yardstick.columns(bare_out), "ratings_s": harmonised,
        "features_s": seconds, "query_s": bare, "ratio": seconds / bare, "ratings_gib": with_ratings, "peak_gib": peak,
    }  # fmt: skip


def country(city: City, copies: int, seed: int, folder: Path) -> None:
    """Write the snapshot of so many copies of the city."""
    write_country(dict(city.tables), copies, seed, pd.Timestamp(city.knobs.extracted_on), folder)


def source(city: City, copies: int, seed: int, folder: Path) -> None:
    """Write the CSV files of so many copies of the city."""
    write_source(dict(city.tables), copies, seed, folder)


def ingest(city: City, copies: int, seed: int, scratch: Path) -> dict[str, float]:
    """Return CPU seconds of reading, checking and the snapshot, as `tepat run` does it, and of a bare copy of the same files.

    What a process pays once (loading of libraries) is paid on a city of 2,000 before the clock starts, on both sides; the files are
    read once before it too, so that the second to read them is not spared what the first pays for the disk; and each side begins
    with nothing left to write of what was made before it.
    """
    _ingest(city, 1, seed, scratch / "first")
    return _ingest(city, copies, seed, scratch / "country")


def _ingest(city: City, copies: int, seed: int, scratch: Path) -> dict[str, float]:
    files, aside, out, snapshots = (scratch / name for name in ("source", "aside", "bare", "snapshots"))
    for folder in (files, aside, out):
        folder.mkdir(parents=True)
    _made("source", copies, files, seed)
    _read_once(files)
    os.sync()
    key = b"benchmark"
    with kept_heap():
        raw, read = _timed(lambda: read_source(str(files), None, aside))
        checked, check = _timed(lambda: check_source(raw, Parting(aside, key)))
        require_usable(checked)
        _, snapshot = _timed(lambda: write_snapshot(checked, snapshots, key))
        peak = _peak()
    spilled = sum(path.stat().st_size for path in aside.rglob("*") if path.is_file())
    os.sync()
    _, bare = _timed(lambda: _bare_copy(files, out))
    return {
        "parts": checked.tables.parts if isinstance(checked.tables, Shelf) else 1,
        "csv_mb": sum(path.stat().st_size for path in files.iterdir()) / 1e6, "spilled_mb": spilled / 1e6, "read_s": read,
        "check_s": check, "snapshot_s": snapshot, "bare_copy_s": bare, "ratio": (read + check + snapshot) / bare, "peak_gib": peak,
    }  # fmt: skip


def _read_once(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb", buffering=0) as file:
            while file.read(2**20):
                pass


def _made(what: str, copies: int, folder: Path, seed: int) -> None:
    """Write a snapshot or source in a process of its own, so that its memory is not counted."""
    made = [sys.executable, "-m", "benchmarks.scale.measure", f"--{what}", str(copies), str(folder), "--seed", str(seed)]
    subprocess.run(made, check=True)  # noqa: S603


PARTS: dict[str, Callable[[City, int, int, Path], dict[str, float]]] = {"features": features, "ingest": ingest}
MADE: dict[str, Callable[[City, int, int, Path], None]] = {"country": country, "source": source}
COST = {"features": ("features_s",), "ingest": ("read_s", "check_s", "snapshot_s")}
LINES: dict[str, dict[str, tuple[str, ...]]] = {
    "features": {"features": ("features_s",), "query": ("query_s",), "ratings": ("ratings_s",)},
    "ingest": {"ingest": ("read_s", "check_s", "snapshot_s"), "bare copy": ("bare_copy_s",)},
}
"""What is drawn of every part: name of the line to the columns that add up to it."""


def _bare_copy(source: Path, out: Path) -> None:
    database = duckdb.connect()
    database.execute("SET threads = 1")
    for path in sorted(source.iterdir()):
        database.read_csv(str(path)).write_parquet(str(out / f"{path.stem}.parquet"))


def _timed(act: Callable[[], _T]) -> tuple[_T, float]:
    started = time.process_time()
    found = act()
    return found, time.process_time() - started


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_GIB


def exponent(people: list[int], seconds: list[float]) -> float:
    """Return the slope of log cost on log size: 1 is linear."""
    return float(np.polyfit(np.log(people), np.log(seconds), 1)[0]) if len(people) > 1 else float("nan")


def main() -> None:
    """Measure every size in a process of its own; ``--write`` keeps the rows beside those of other sizes, in tables and a plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--people", type=int, nargs="*", default=[10_000, 30_000, 100_000], help="none: only write again what was kept"
    )
    parser.add_argument("--parts", nargs="+", choices=sorted(PARTS), default=sorted(PARTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", action="store_true", help="measure the first size and part here and print JSON")
    for what, make in MADE.items():
        parser.add_argument(f"--{what}", nargs=2, metavar=("COPIES", "FOLDER"), help=f"{make.__doc__} Ends then.")
    given = parser.parse_args()
    asked = {what: getattr(given, what) for what in MADE if getattr(given, what)}
    if given.one or asked:
        city = invent_city(Knobs.from_scale(employees=CITY, years=YEARS), given.seed)
        for what, (copies, folder) in asked.items():
            MADE[what](city, int(copies), given.seed, Path(folder))
            return
        with tempfile.TemporaryDirectory() as scratch:
            print(json.dumps(PARTS[given.parts[0]](city, max(1, given.people[0] // CITY), given.seed, Path(scratch))))
        return
    for part in given.parts:
        kept = _with(_kept(part), _measured(part, given.people, given.seed))
        print(_told(part, kept))
        if given.write:
            kept.to_csv(RESULTS.format(part), index=False)
            put(PAGE, part, _told(part, kept))
    if given.write:
        _plot().savefig(PLOT, format="svg", metadata={"Date": None})


def _measured(part: str, sizes: list[int], seed: int) -> pd.DataFrame:
    rows = []
    for people in sizes:
        one = ["--one", "--parts", part, "--people", str(people), "--seed", str(seed)]
        command = [sys.executable, "-m", "benchmarks.scale.measure", *one]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        rows.append({"people": people, **json.loads(done.stdout)})
        print(part, rows[-1], file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def _kept(part: str) -> pd.DataFrame:
    path = Path(RESULTS.format(part))
    return pd.read_csv(path) if path.exists() else pd.DataFrame()


def _with(kept: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Return what was kept with what is measured now in its place."""
    both = pd.concat([kept, measured], ignore_index=True)
    return both.drop_duplicates("people", keep="last").sort_values("people", ignore_index=True) if len(both) else both


def _told(part: str, table: pd.DataFrame) -> str:
    cost = table[list(COST[part])].sum(axis=1)
    slope = exponent(table["people"].tolist(), cost.tolist())
    return f"**{part}** (cost grows as people to the power of {slope:.2f})\n\n{markdown(table.round(2))}"


def _plot() -> Figure:
    """Return the cost of every part against people, both axes logarithmic."""
    matplotlib.rcParams.update(STYLE)
    plot, axes = canvas("Cost of a snapshot and of features", "people", "CPU seconds, one thread")
    marks = iter(MARKS)
    for part, lines in LINES.items():
        table = _kept(part)
        for name, columns in lines.items() if len(table) else []:
            axes.loglog(table["people"], table[list(columns)].sum(axis=1), marker=next(marks), color="black", label=name,
                        linestyle="-" if name in PARTS else ":", markerfacecolor="black" if name in PARTS else "white")  # fmt: skip
    axes.legend(frameon=False)
    return plot


if __name__ == "__main__":
    main()
