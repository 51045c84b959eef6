"""Features and ingest as the number of people grows: ``python -m benchmarks.scale.measure --people 10000 30000 100000 --write``.

Each size in a process of its own, on one thread, in CPU seconds, with the process's peak memory. A size is so many copies of an
invented city of 2,000 over ten years (`benchmarks.scale.copies`). Yardsticks, in the same process, one thread too: a bare DuckDB
query that makes as many columns from the same files (features), a bare DuckDB copy of the same CSV files to Parquet (ingest).
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.proof.page import markdown
from benchmarks.scale import yardstick
from benchmarks.scale.copies import copied, write_country
from features.checking.checks import check_source, require_usable
from features.in_parts import write_features, write_ratings
from features.ratings import RatingParams
from features.snapshot import open_snapshot, write_snapshot
from features.source.readers import read_source
from simulation.city import City, invent_city
from simulation.knobs import Knobs

PAGE, MARK = Path("docs/scale.md"), "<!-- measured -->"
CITY, YEARS = 2_000, 10
KILOBYTES_A_GB = 1024**2
_T = TypeVar("_T")


def features(city: City, copies: int, seed: int, scratch: Path) -> dict[str, float]:
    """Return CPU seconds of features and of the ratings they rest on, part after part, and of the bare query of the same files.

    Both sides read Parquet files and write Parquet files. Ours cuts every table back to the day first.
    """
    snapshot, out, bare_out = (scratch / name for name in ("snapshot", "out", "bare"))
    for folder in (snapshot, out, bare_out):
        folder.mkdir()
    made = [sys.executable, "-m", "benchmarks.scale.measure", "--country", str(copies), str(snapshot), "--seed", str(seed)]
    subprocess.run(made, check=True)  # noqa: S603 - in a process of its own, so that its memory is not counted
    as_of = pd.Timestamp(city.knobs.extracted_on)
    kept = open_snapshot(scratch, snapshot.name)
    ratings, harmonised = _timed(lambda: write_ratings(kept, as_of, RatingParams(), out))
    with_ratings = _peak()
    _, seconds = _timed(lambda: write_features(kept, ratings, as_of, out))
    peak = _peak()
    database = yardstick.ready(snapshot)
    _, bare = _timed(lambda: yardstick.query(database, bare_out))
    made_columns = (
        len(pq.read_schema(out / "positions.parquet").names) + len(pq.read_schema(out / "employees-000.parquet").names) - 2
    )
    return {
        "parts": kept.parts, "columns": made_columns, "columns_of_query": yardstick.columns(bare_out), "ratings_s": harmonised,
        "features_s": seconds, "query_s": bare, "ratio": seconds / bare, "peak_gb_ratings": with_ratings, "peak_gb": peak,
    }  # fmt: skip


def country(city: City, copies: int, seed: int, folder: Path) -> None:
    """Write the snapshot of so many copies of the city."""
    write_country(dict(city.tables), copies, seed, pd.Timestamp(city.knobs.extracted_on), folder)


def ingest(city: City, copies: int, seed: int, scratch: Path) -> dict[str, float]:
    """Return CPU seconds of reading, checking and the snapshot, and of a bare copy of the same files."""
    source, out = scratch / "source", scratch / "bare"
    source.mkdir()
    out.mkdir()
    for table, frame in copied(dict(city.tables), range(copies), seed).items():
        frame.to_csv(source / f"{table}.csv", index=False)
    size = sum(path.stat().st_size for path in source.iterdir())
    _, bare = _timed(lambda: _bare_copy(source, out))
    raw, read = _timed(lambda: read_source(str(source)))
    checked, check = _timed(lambda: check_source(raw))
    require_usable(checked)
    _, snapshot = _timed(lambda: write_snapshot(checked, scratch / "snapshots", b"benchmark"))
    return {
        "csv_mb": size / 1e6, "read_s": read, "check_s": check, "snapshot_s": snapshot, "bare_copy_s": bare,
        "ratio": (read + check + snapshot) / bare, "peak_gb": _peak(),
    }  # fmt: skip


PARTS: dict[str, Callable[[City, int, int, Path], dict[str, float]]] = {"features": features, "ingest": ingest}
COST = {"features": ("features_s",), "ingest": ("read_s", "check_s", "snapshot_s")}


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
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_GB


def exponent(people: list[int], seconds: list[float]) -> float:
    """Return the slope of log cost on log size: 1 is linear."""
    return float(np.polyfit(np.log(people), np.log(seconds), 1)[0]) if len(people) > 1 else float("nan")


def main() -> None:
    """Measure every size in a process of its own; with ``--write`` put the tables into their page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    parser.add_argument("--parts", nargs="+", choices=sorted(PARTS), default=sorted(PARTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", action="store_true", help="measure the first size and part here and print JSON")
    parser.add_argument("--country", nargs=2, metavar=("COPIES", "FOLDER"), help="write the snapshot of so many copies and end")
    given = parser.parse_args()
    if given.one or given.country:
        city = invent_city(Knobs.from_scale(employees=CITY, years=YEARS), given.seed)
        if given.country:
            country(city, int(given.country[0]), given.seed, Path(given.country[1]))
            return
        with tempfile.TemporaryDirectory() as scratch:
            print(json.dumps(PARTS[given.parts[0]](city, max(1, given.people[0] // CITY), given.seed, Path(scratch))))
        return
    text = "\n\n".join(_part(part, given.people, given.seed) for part in given.parts)
    print(text)
    if given.write:
        head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
        PAGE.write_text(f"{head}{MARK}\n\n{text}\n", encoding="utf-8")


def _part(part: str, sizes: list[int], seed: int) -> str:
    rows = []
    for people in sizes:
        one = ["--one", "--parts", part, "--people", str(people), "--seed", str(seed)]
        command = [sys.executable, "-m", "benchmarks.scale.measure", *one]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        rows.append({"people": people, **json.loads(done.stdout)})
        print(part, rows[-1], file=sys.stderr, flush=True)
    table = pd.DataFrame(rows).round(2)
    costs = [sum(row[name] for name in COST[part]) for row in rows]
    return f"**{part}** (cost grows as people to the power of {exponent(sizes, costs):.2f})\n\n{markdown(table)}"


if __name__ == "__main__":
    main()
