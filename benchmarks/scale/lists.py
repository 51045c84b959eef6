"""What a post costs in lists as a city grows: ``python -m benchmarks.scale.lists --workspace CITY --copies 1 5 25``.

The city of a workspace in force so many times over (`benchmarks.scale.copies`), opened with its model: CPU seconds of opening it,
and of judging, forecasting and listing everybody against some of its posts, whole kinds of them. Each size in this one process, the
smallest first; on one thread. ``lists_s`` is what all posts would take at the price of those measured.
"""

import argparse
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from benchmarks.proof.page import markdown
from benchmarks.scale.copies import copied
from features.tables import Tables, conform, employee_dtype
from pipelines.analysing import Analysis, open_analysis
from pipelines.city import City, open_city
from pipelines.ingesting import Days
from placement.lists import list_slab
from rules.kinds import PostKinds

KILOBYTES_A_GIB = 1024**2
_T = TypeVar("_T")


def timed(act: Callable[[], _T]) -> tuple[_T, float]:
    """Return what ``act`` returns and the CPU seconds it takes."""
    started = time.process_time()
    return act(), time.process_time() - started


def times_over(tables: Tables, copies: int, seed: int) -> Tables:
    """Return the tables of so many copies of a city."""
    frames = {name: frame.astype({column: "str" for column in frame if frame[column].dtype == "category"})
              for name, frame in tables.frames.items()}  # fmt: skip
    more = copied(frames, range(copies), seed)
    employees = employee_dtype(sorted(more["employees"]["employee_id"]))
    return Tables({name: conform(name, frame, employees) for name, frame in more.items()}, extracted_on=tables.extracted_on)


def some_posts(city: City, least: int, seed: int) -> np.ndarray:
    """Return the posts (codes, rising) of so many kinds, drawn, that there are ``least``."""
    kinds = PostKinds(city.case.pack, city.case.encoded, city.case.facts.effective_on)
    runs = kinds.runs(np.arange(len(kinds.of)))
    drawn = [runs[at] for at in np.random.default_rng(seed).permutation(len(runs))]
    enough = int(np.searchsorted(np.cumsum([len(run) for run in drawn]), least)) + 1
    return np.sort(np.concatenate(drawn[:enough]))


def measure(of: Analysis, copies: int, posts: int, seed: int) -> dict[str, float]:
    """Return the row of one size."""
    days = Days(of.as_of, pd.Timestamp(of.document["effective_on"]))
    tables = times_over(of.tables, copies, seed)
    city, opened = timed(lambda: open_city(tables, of.published, days, of.params, supported=True))
    people, every = len(city.case.encoded.employee_ids), len(city.case.encoded.position_ids)
    asked = some_posts(city, posts, seed)
    slab, listed = timed(lambda: list_slab(city.case, city.score, of.params.lists, asked))
    scored = float(slab.counts[["candidates", "unknown"]].to_numpy().sum())
    return {
        "people": people, "posts": every, "asked": len(asked), "open_s": opened, "ms_a_post": 1e3 * listed / len(asked),
        "ns_a_pair": 1e9 * listed / (len(asked) * people), "ns_a_pair_forecast": 1e9 * listed / scored,
        "lists_s": listed * every / len(asked),
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_GIB,
    }  # fmt: skip


def main() -> None:
    """Print one row per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", required=True, type=Path)
    parser.add_argument("--copies", nargs="+", type=int, default=[1, 5])
    parser.add_argument("--posts", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    of = open_analysis(given.workspace)
    print(markdown(pd.DataFrame([measure(of, copies, given.posts, given.seed) for copies in sorted(given.copies)]).round(2)))


if __name__ == "__main__":
    main()
