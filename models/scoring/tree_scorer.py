"""Raw scores of LightGBM trees for every position against every person, without ever building the matrix of pairs.

A column of the trees is the person's, the position's, or the pair's. Splits of the first two kinds are decided once per person and
once per position; what is left of a tree are its pair splits. A pair column depends on the position through a ``target`` only (its
family, its unit, ...), so that it is computed and coded once per target. Design and measurements: docs/scoring.md.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from models.scoring.flat_trees import Floats, Ints, flat_trees
from models.scoring.kernels import BLOCK, add_up, block_ranges, block_unions, merge_top, rule_out, spread
from models.scoring.prepared import PAIR, PERSON, POST, PreparedTrees, SideSplits, Unsigned, prepare

_T = TypeVar("_T")
CHUNK = 128 * BLOCK
"""People whose masks and codes are held at a time."""
POSTS_AT_ONCE = 16
"""Posts scored per pass over a block of people, so that its masks stay in cache."""
KEPT = 32_000_000
"""Codes of pair columns held at a time, for each chunk of people."""


@dataclass(frozen=True, slots=True)
class ByKind:
    """Columns of a run of people: ``values`` of each column, each (kinds,), and the kind ``of`` every person (people,).

    ``of`` None: everybody is a kind of their own.
    """

    values: Sequence[Floats]
    of: NDArray[np.int32] | None = None


@dataclass(frozen=True, slots=True)
class PairColumns:
    """Pair columns that depend on the position through ``target`` (positions,) alone: equal targets, equal columns.

    ``columns`` are places among the trees' columns; ``among(people)`` returns what knows them for a run of people and one position.
    """

    columns: tuple[int, ...]
    target: Ints
    among: Callable[[slice], Callable[[int], ByKind]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Everything the trees read of people x positions, columns by their place in the trees.

    ``people`` columns are (n_people,), ``posts`` columns (n_posts,). A column that nobody has is asked by no tree.
    """

    n_people: int
    n_posts: int
    people: Mapping[int, Floats]
    posts: Mapping[int, Floats]
    parts: tuple[PairColumns, ...]

    def side_of(self) -> dict[int, int]:
        """Return whose each column is."""
        pairs = chain.from_iterable(part.columns for part in self.parts)
        return {**dict.fromkeys(self.people, PERSON), **dict.fromkeys(self.posts, POST), **dict.fromkeys(pairs, PAIR)}


def tree_scorer(booster: lgb.Booster, grid: Grid, used: int | None = None) -> "TreeScorer":
    """Return the first ``used`` trees of ``booster`` (default: all) ready to score ``grid``.

    Raises
    ------
    UsageError
        The booster holds what cannot be scored split by split (`flat_trees`), or asks a column the grid does not have.
    """
    return TreeScorer(prepare(flat_trees(booster, used), grid.side_of()), grid)


@dataclass(frozen=True)
class TreeScorer:
    """Trees and the grid they score. What is worked out of a chunk of people is kept for the next question, unless streamed."""

    trees: PreparedTrees
    grid: Grid
    _chunks: "dict[int, _Chunk]" = field(default_factory=dict, repr=False)

    def scores(self, posts: Ints, threads: int = 1) -> Floats:
        """Return the raw score of each of ``posts`` (k,) for everybody (k, n): equal to ``Booster.predict(raw_score=True)``."""
        out = np.empty((len(posts), self.grid.n_people))

        def one(people: slice) -> None:
            if people.start not in self._chunks:
                self._chunks[people.start] = _Chunk(self.trees, self.grid, people)
            for run in _runs(len(posts), POSTS_AT_ONCE):
                out[run, people] = self._chunks[people.start].scores(posts[run], self._post_masks[posts[run]])

        _each(one, self._people(threads), threads)
        return out

    def best(self, posts: Ints, top: int, threads: int = 1) -> tuple[Ints, Floats]:
        """Return the places of the ``top`` people of each of ``posts`` (k, top), best first, ties by place, and their scores.

        Chunk by chunk of people: memory does not grow with their number, but for their own columns.
        """
        top = min(top, self.grid.n_people)
        people = self._people(threads)
        found = [(np.full((len(posts), top), -np.inf), np.full((len(posts), top), -1, dtype=np.int64)) for _ in people]

        def one(number: int) -> None:
            chunk, (best, who) = _Chunk(self.trees, self.grid, people[number]), found[number]
            for run in _runs(len(posts), POSTS_AT_ONCE):
                scores = chunk.scores(posts[run], self._post_masks[posts[run]])
                for place, row in zip(range(run.start, run.stop), scores, strict=True):
                    merge_top(row, people[number].start, best[place], who[place])

        _each(one, list(range(len(people))), threads)
        best, who = (np.concatenate(side, axis=1) for side in zip(*found, strict=True))
        order = np.argsort(-best, axis=1, kind="stable")[:, :top]  # chunks stand in the order of people
        return np.take_along_axis(who, order, axis=1), np.take_along_axis(best, order, axis=1)

    def _people(self, threads: int) -> list[slice]:
        """Return runs of people: whole blocks, a run for every thread, none longer than ``CHUNK``."""
        share = -(-self.grid.n_people // max(threads, 1))
        return _runs(self.grid.n_people, min(CHUNK, -(-share // BLOCK) * BLOCK))

    @cached_property
    def _post_masks(self) -> Unsigned:
        return np.ascontiguousarray(_side_masks(self.trees, POST, self.grid.posts, slice(0, self.grid.n_posts)).T)


class _Chunk:
    """A run of people: the masks their own splits leave, and the coded pair columns met so far."""

    def __init__(self, trees: PreparedTrees, grid: Grid, people: slice) -> None:
        self.trees, self.people = trees, people
        self.masks = _side_masks(trees, PERSON, grid.people, people)
        self.unions = np.empty((-(-self.masks.shape[1] // BLOCK), len(self.masks)), self.masks.dtype)
        block_unions(self.masks, self.unions)
        place = {column: at for at, column in enumerate(trees.sides[PAIR].columns)}
        self.parts = [(part, [place.get(column, -1) for column in part.columns]) for part in grid.parts]
        self.parts = [(part, where) for part, where in self.parts if max(where) >= 0]
        self.known = [part.among(people) for part, _ in self.parts]
        self.most = max(KEPT // self.masks.shape[1], POSTS_AT_ONCE * len(place))
        self.codes = np.empty((self.most, self.masks.shape[1]), trees.code_type)
        self.low, self.high = (np.empty((self.most, len(self.unions)), trees.code_type) for _ in range(2))
        self.rows: dict[tuple[int, int], int] = {}
        self.used = 0

    def scores(self, posts: Ints, from_posts: Unsigned) -> Floats:
        """Return the raw scores (posts, people of the chunk); ``from_posts`` (posts, trees) are the posts' masks."""
        pair = self.trees.sides[PAIR]
        leaves = (self.trees.leaf_of, self.trees.values, self.trees.whole)
        model = (pair.bounds, pair.table, pair.left, pair.right, self.trees.tables, *leaves)
        out = np.empty((len(posts), self.masks.shape[1]))
        pairs = (self.codes, self.low, self.high, self._rows_of(posts))
        add_up(self.masks, self.unions, from_posts, pairs, model, _scratch(self.masks.dtype), out)
        return out

    def _rows_of(self, posts: Ints) -> NDArray[np.int32]:
        """Return which coded row each post reads for each pair column (posts, columns), making those that are not there."""
        width = len(self.trees.sides[PAIR].columns)
        if self.used + len(posts) * width > self.most:
            self.rows, self.used = {}, 0
        out = np.zeros((len(posts), width), dtype=np.int32)
        for number, (part, where) in enumerate(self.parts):
            kept = [at for at in where if at >= 0]
            for row, post in zip(out, posts, strict=True):
                key = (number, int(part.target[post]))
                if key not in self.rows:
                    self.rows[key] = self._code(part.columns, where, self.known[number](int(post)))
                row[kept] = self.rows[key] + np.arange(len(kept))
        return out

    def _code(self, columns: Sequence[int], where: list[int], found: ByKind) -> int:
        """Code ``columns`` as ``found`` into the next free rows; return the first of them."""
        first = self.used
        for at, column, values in zip(where, columns, found.values, strict=True):
            if at >= 0:
                row = self.codes[self.used]
                codes = row if found.of is None else np.empty(len(values), row.dtype)
                self.trees.codings[column].encode(values, codes)
                if found.of is not None:
                    spread(codes, found.of, row)
                block_ranges(row, self.low[self.used], self.high[self.used])
                self.used += 1
        return first


def _side_masks(trees: PreparedTrees, side: int, columns: Mapping[int, Floats], part: slice) -> Unsigned:
    """Return the masks (trees, n) that the splits of ``side`` leave of rows ``part`` of ``columns``."""
    splits: SideSplits = trees.sides[side]
    masks = np.repeat(trees.start[:, None], part.stop - part.start, axis=1)
    codes = np.empty((len(splits.columns), masks.shape[1]), trees.code_type)
    for row, column in zip(codes, splits.columns, strict=True):
        trees.codings[column].encode(columns[column][part], row)
    rule_out(codes, splits.table, splits.left, splits.right, trees.tables, masks)
    return masks


def _scratch(word: np.dtype[Any]) -> tuple[NDArray[Any], NDArray[Any], int, int]:
    """Return floats that hold one bit of a ``word`` exactly: their exponent tells which."""
    wide = word.itemsize > 4
    floats = np.empty(BLOCK, np.float64 if wide else np.float32)
    return floats, floats.view(np.int64 if wide else np.int32), 52 if wide else 23, 1023 if wide else 127


def _runs(n: int, length: int) -> list[slice]:
    return [slice(first, min(first + length, n)) for first in range(0, n, max(length, 1))]


def _each(act: Callable[[_T], None], items: Sequence[_T], threads: int) -> None:
    if threads <= 1 or len(items) <= 1:
        for item in items:
            act(item)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(act, items))
