"""Alarms of the sentinels on invented cities in which nothing was planted, and whether each planted pattern is found.

python -m benchmarks.monitoring.sentinels --cities 20 --people 2000 --years 10 --kept FOLDER
"""

import argparse
from pathlib import Path

import pandas as pd

from benchmarks.monitoring.alarms import NONE, tables_of
from evaluation.sentinels.watch import SentinelParams, watch
from features.as_of import default_as_of, known_at
from features.ratings import RatingParams, harmonise
from simulation.city import City, invent_city
from simulation.knobs import Knobs
from simulation.patterns import KINDS, planted


def look(city: City, params: SentinelParams, seed: int) -> pd.DataFrame:
    """Return every subject the sentinels look at in a city."""
    tables = tables_of(city)
    as_of = default_as_of(tables)
    known = known_at(tables, as_of)
    return watch(known, harmonise(known, RatingParams()).scores, as_of, params, seed)


def looked(knobs: Knobs, seed: int, plant: bool) -> pd.DataFrame:
    """Return what is found in one city as it is, and where ``plant`` in the same city with each pattern: one row per subject."""
    city, params = invent_city(knobs, seed), SentinelParams()
    found = [look(city, params, seed).assign(planted=NONE, named="")]
    for kind in KINDS if plant else ():
        there, subject = planted(city, kind, seed)
        found.append(look(there, params, seed).assign(planted=kind, named=subject))
    return pd.concat(found, ignore_index=True).assign(city=seed)


def main() -> None:
    """Print alarms by signal where nothing was planted, and in how many cities each pattern was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=20)
    parser.add_argument("--planted", type=int, default=5, help="of these cities, how many are looked at with each pattern as well")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--seed", type=int, default=9600)
    parser.add_argument("--kept", type=Path, required=True, help="folder of the cities already looked at")
    asked = parser.parse_args()
    asked.kept.mkdir(parents=True, exist_ok=True)
    frames = []
    for number in range(asked.cities):
        path = asked.kept / f"{asked.people}-{asked.years}-{asked.seed + number}.parquet"
        if not path.exists():
            knobs = Knobs(employees=asked.people, years=asked.years)
            looked(knobs, asked.seed + number, number < asked.planted).to_parquet(path)
            print(f"city {number + 1} of {asked.cities}", flush=True)
        frames.append(pd.read_parquet(path))
    table = pd.concat(frames, ignore_index=True)
    clean = table[table["planted"] == NONE]
    tested = clean[clean["p_value"].notna()]
    print(tested.groupby("signal").agg(tests=("alarm", "size"), alarms=("alarm", "sum")).to_string())
    looks = tested.groupby("city")["alarm"].sum()
    print(f"alarms of tests per look {looks.mean():.2f}, budget {SentinelParams().budget:g}")
    print(f"steps down without a punishment on record {int(clean['p_value'].isna().sum())}")
    there = table[table["planted"] != NONE]
    hit = there["alarm"] & (there["signal"] == there["planted"]) & (there["subject"] == there["named"])
    print(there.assign(hit=hit).groupby(["planted", "city"])["hit"].any().groupby(level=0).agg(["sum", "size"]).to_string())


if __name__ == "__main__":
    main()
