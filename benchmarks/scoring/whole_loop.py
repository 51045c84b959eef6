"""Scoring one post after the other against everybody, beside LightGBM: ``python -m benchmarks.scoring.whole_loop --write``.

The loop makes the pair columns, scores and keeps the best fifty of each post, from a prepared context of features; the yardstick
is ``Booster.predict`` alone on one post's matrix that lies ready. Both in one process, one after the other, on one thread, in CPU
seconds; then both on two threads, in wall seconds, which mean something on an idle machine only. At last the same people are
scored many times over, as if they were a million, and the memory that takes is measured.
"""

import argparse
import os
import platform
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.proof.page import markdown
from benchmarks.proof.sizes import invented
from features.frames import FeatureFrames, feature_frames, pair_matrix
from features.ratings import RatingParams, harmonise
from models.pairs.pair_trees import pair_columns
from models.pairs.tree_stage import Columns, columns_of
from models.scoring.tree_scorer import ByKind, Grid, PairColumns, TreeScorer, tree_scorer

PAGE = Path("docs/benchmarks-scoring.md")
MARK = "<!-- measured -->"
TOP = 50
SHAPES = ((300, 31), (200, 15), (60, 8))
"""Trees x leaves; the last is the size of the stage that forecasts the level."""


@dataclass(frozen=True, slots=True)
class Size:
    """People of the invented city, posts scored, rows learned from; people and posts scored as a stream."""

    people: int
    posts: int
    rows: int
    streams: tuple[int, ...]
    streamed_posts: int


SIZES = {
    "full": Size(50_000, 200, 60_000, (100_000, 300_000, 1_000_000), 20),
    "medium": Size(20_000, 60, 20_000, (100_000, 300_000), 10),
    "small": Size(1_200, 12, 2_000, (3_000, 10_000), 3),
}


def prepared(size: Size, seed: int) -> FeatureFrames:
    """Return the features of an invented city on its last day."""
    _, tables = invented((size.people, 8), seed)
    return feature_frames(tables, harmonise(tables, RatingParams()), tables.extracted_on.normalize())


def pairs_of(frames: FeatureFrames, place: np.ndarray, spot: np.ndarray) -> pd.DataFrame:
    """Return the pair matrix of people at ``place`` and posts at ``spot``."""
    ids = {"employee_id": frames.employees.index.take(place), "position_id": frames.positions.index.take(spot)}
    return pair_matrix(frames, pd.DataFrame(ids))


def learned(matrix: np.ndarray, columns: Columns, shape: tuple[int, int], seed: int) -> lgb.Booster:
    """Return trees grown on a made-up outcome that needs every kind of column."""
    rng = np.random.default_rng(seed)
    filled = np.nan_to_num((matrix - np.nanmean(matrix, axis=0)) / (np.nanstd(matrix, axis=0) + 1e-9))
    weight = rng.normal(size=(2, filled.shape[1])) * (rng.random((2, filled.shape[1])) < 0.5)
    outcome = filled @ weight[0] + np.tanh(filled @ weight[1]) * filled[:, -3] + rng.normal(size=len(filled))
    params = {
        "num_leaves": shape[1], "learning_rate": 0.05, "feature_fraction": 0.7, "num_threads": 1, "verbosity": -1, "seed": seed,
        "deterministic": True, "force_row_wise": True,
    }  # fmt: skip
    data = lgb.Dataset(matrix, outcome, categorical_feature=columns.categorical(), params={"verbosity": -1})
    return lgb.train(params, data, shape[0])


def grid_of(frames: FeatureFrames, columns: Columns) -> Grid:
    """Return the features as the trees' columns."""
    place = {name: at for at, name in enumerate(columns.names)}
    people, posts = (
        {place[str(name)]: columns.one(of) for name, of in side.items()} for side in (frames.employees, frames.positions)
    )
    parts = [pair_columns(part, frames.pair_columns, place) for part in frames.parts]
    return Grid(len(frames.employees), len(frames.positions), people, posts, tuple(part for part in parts if part.columns))


def repeated(grid: Grid, n_people: int) -> Grid:
    """Return the grid with its people over and over, ``n_people`` in all; their own columns are held, as a run holds them."""
    n = grid.n_people

    def columns(part: PairColumns) -> PairColumns:
        def among(people: slice) -> Callable[[int], ByKind]:
            cuts = [people.start, *range((people.start // n + 1) * n, people.stop, n), people.stop]
            runs = [slice(start % n, start % n + end - start) for start, end in pairwise(cuts)]
            known = [part.among(run) for run in runs]

            def against(post: int) -> ByKind:
                found = [one(post) for one in known]
                before = np.cumsum([0, *(len(one.values[0]) for one in found)])[:-1]
                of = [_own(one) + np.int32(first) for one, first in zip(found, before, strict=True)]
                return ByKind(
                    [np.concatenate(values) for values in zip(*(one.values for one in found), strict=True)], np.concatenate(of)
                )

            return against

        return PairColumns(part.columns, part.target, among)

    people = {column: np.resize(values, n_people) for column, values in grid.people.items()}
    return Grid(n_people, grid.n_posts, people, grid.posts, tuple(columns(part) for part in grid.parts))


def _own(found: ByKind) -> NDArray[np.int32]:
    return np.arange(len(found.values[0]), dtype=np.int32) if found.of is None else found.of


def measure(size: Size, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what was compared, one row per shape of trees, and what streams of people took, one row per number of them.

    The first: pairs a second of both, their ratios and whether they agree. The second, of the first shape: pairs a second and the
    memory allocated meanwhile, beyond the people's own columns, at its peak.
    """
    frames = prepared(size, seed)
    people, posts = len(frames.employees), len(frames.positions)
    rng = np.random.default_rng(seed)
    sample = pairs_of(frames, rng.integers(0, people, size.rows), rng.integers(0, posts, size.rows))
    columns = columns_of(sample)
    asked = np.sort(rng.permutation(posts)[: size.posts])
    grid = grid_of(frames, columns)
    one = columns.encode(pairs_of(frames, np.arange(people), np.full(people, asked[0])))
    ready = np.ascontiguousarray(one)
    matrix = columns.encode(sample)
    boosters = [learned(matrix, columns, shape, seed) for shape in SHAPES]
    compared = [_compared(one, shape, (grid, asked, ready)) for one, shape in zip(boosters, SHAPES, strict=True)]
    streams = [_streamed(boosters[0], repeated(grid, n), asked[: size.streamed_posts]) for n in size.streams]
    return pd.DataFrame(compared), pd.DataFrame(streams)


def _streamed(booster: lgb.Booster, grid: Grid, asked: np.ndarray) -> dict[str, object]:
    own = sum(column.nbytes for column in grid.people.values())
    started = time.process_time()
    tree_scorer(booster, grid).best(asked, TOP)
    seconds = time.process_time() - started
    tracemalloc.start()
    tree_scorer(booster, grid).best(asked, TOP)  # again: being traced takes time
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {
        "people": f"{grid.n_people:,}", "posts": len(asked), "loop, M pairs / CPU s": len(asked) * grid.n_people / seconds / 1e6,
        "peak while scoring, MB": peak / 1e6, "the people's own columns, MB": own / 1e6,
    }  # fmt: skip


def _compared(booster: lgb.Booster, shape: tuple[int, int], given: tuple[Grid, np.ndarray, np.ndarray]) -> dict[str, object]:
    grid, asked, ready = given
    tree_scorer(booster, grid).best(asked[:1], TOP)  # compiled, or read from the cache, before anything is timed
    started = time.process_time()
    scorer = tree_scorer(booster, grid)
    who, best = scorer.best(asked, TOP)
    ours = time.process_time() - started
    started = time.process_time()
    theirs = np.asarray(booster.predict(ready, raw_score=True, num_threads=1))
    predict = time.process_time() - started
    walls = {threads: _wall(partial(tree_scorer(booster, grid).best, asked, TOP, threads)) for threads in (1, 2)}
    predict_walls = {threads: _wall(partial(booster.predict, ready, raw_score=True, num_threads=threads)) for threads in (1, 2)}
    order = np.lexsort((np.arange(len(theirs)), -theirs))[: who.shape[1]]
    exact = (
        np.array_equal(scorer.scores(asked[:1])[0], theirs)
        and np.array_equal(who[0], order)
        and np.array_equal(best[0], theirs[order])
    )
    pairs, rows = len(asked) * grid.n_people, len(ready)
    return {
        "trees x leaves": f"{shape[0]} x {shape[1]}", "splits on pair columns": f"{_pair_share(scorer):.0%}",
        "loop, M pairs / CPU s": pairs / ours / 1e6, "predict, M pairs / CPU s": rows / predict / 1e6,
        "ratio, one thread": (pairs / ours) / (rows / predict),
        "two threads, loop against itself": walls[1] / walls[2],
        "two threads, ratio to predict on two": (pairs / walls[2]) / (rows / predict_walls[2]),
        "equal to the last bit": exact,
    }  # fmt: skip


def _pair_share(scorer: TreeScorer) -> float:
    sizes = [len(side.table) for side in scorer.trees.sides]
    return sizes[2] / max(sum(sizes), 1)


def _wall(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def main() -> None:
    """Measure, print, and with ``--write`` put the table into its page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="full")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--date", default="")
    given = parser.parse_args()
    size = SIZES[given.size]
    compared, streams = measure(size, given.seed)
    machine = f"{platform.machine()}, Python {platform.python_version()}, load {os.getloadavg()[1]:.1f}"
    made = f"{size.people:,} people, {size.posts} posts, top {TOP}; {machine} {given.date}"
    shape = " x ".join(map(str, SHAPES[0]))
    text = f"{markdown(compared.round(2))}\n\n{made}\n\n**Streams of people**, {shape}\n\n{markdown(streams.round(2))}"
    print(text)
    if given.write:
        head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
        PAGE.write_text(f"{head}{MARK}\n\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
