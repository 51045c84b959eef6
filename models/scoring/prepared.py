"""Trees made ready: which splits belong to the person, the position and the pair, their masks, and how columns become codes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.errors import UsageError
from models.scoring.flat_trees import NAN, FlatTree, Floats, Ints, Split
from models.scoring.kernels import MOST_LEAVES, number_codes

Unsigned = NDArray[np.unsignedinteger[Any]]
PERSON, POST, PAIR = range(3)
"""Whose a column is."""


@dataclass(frozen=True, slots=True)
class Coding:
    """How a column becomes codes: numbers by the sorted ``thresholds`` below them, categories by their place in ``levels``.

    Missing numbers, and categories that no split sends left, have the largest code.
    """

    thresholds: Floats
    levels: Ints | None = None

    def encode(self, values: Floats, codes: Unsigned) -> None:
        """Write the codes of ``values`` (n,) to ``codes`` (n,)."""
        if self.levels is None:
            number_codes(np.ascontiguousarray(values, dtype=np.float64), self.thresholds, codes)
            return
        whole = np.trunc(np.where(np.abs(values) < 2.0**31, values, -1.0))
        place = np.minimum(np.searchsorted(self.levels, whole), len(self.levels) - 1)
        codes[:] = np.where(self.levels[place] == whole, place, np.iinfo(codes.dtype).max)


@dataclass(frozen=True, slots=True)
class SideSplits:
    """The splits of one side, tree by tree.

    ``columns``: places in the trees of the columns they ask. ``table`` (splits, 5): tree, place in ``columns``, largest code that
    goes left, 1 where missing values go left, row of the table of categories (-1: a number). ``left``, ``right``: the leaves each
    answer keeps. ``bounds`` (trees + 1): where each tree's splits begin.
    """

    columns: tuple[int, ...]
    table: NDArray[np.int32]
    left: Unsigned
    right: Unsigned
    bounds: Ints


@dataclass(frozen=True, slots=True)
class PreparedTrees:
    """Trees for the kernels: ``start`` has each tree's mask of all leaves; ``leaf_of`` (trees,) is its first among ``values``.

    ``whole`` is False for a piece of a tree that has more leaves than a mask holds bits.
    """

    start: Unsigned
    sides: tuple[SideSplits, SideSplits, SideSplits]
    codings: Mapping[int, Coding]
    tables: NDArray[np.bool_]
    leaf_of: Ints
    values: Floats
    whole: NDArray[np.bool_]
    code_type: type[np.unsignedinteger[Any]]


def prepare(trees: Sequence[FlatTree], side_of: Mapping[int, int]) -> PreparedTrees:
    """Return ``trees`` made ready; ``side_of`` says whose each column is (``PERSON``, ``POST``, ``PAIR``).

    Raises
    ------
    UsageError
        A split asks a column that is nobody's, or takes one column for a number and for a category.
    """
    pieces = [piece for tree in trees for piece in (_pieces(tree) if len(tree.leaves) > MOST_LEAVES else [_whole(tree)])]
    by_column: dict[int, list[Split]] = {}
    for split in (split for piece in pieces for split in piece.splits):
        by_column.setdefault(split.column, []).append(split)
    lost = [column for column in sorted(by_column) if column not in side_of]
    if lost:
        raise UsageError(
            f"The trees ask {len(lost)} columns that belong to no person, position or pair, first column {lost[0]}.",
            f"Pohon menanyakan {len(lost)} kolom yang bukan milik pegawai, jabatan, atau pasangan; yang pertama kolom {lost[0]}.",
        )
    codings = {column: _coding(by_column[column]) for column in sorted(by_column)}
    widest = max((len(c.thresholds if c.levels is None else c.levels) for c in codings.values()), default=0)
    code_type: type[np.unsignedinteger[Any]] = np.uint8 if widest < np.iinfo(np.uint8).max else np.uint16
    word = _word(max(len(piece.values) for piece in pieces))
    tables = _Tables()
    sides = tuple(_side(pieces, side, side_of, codings, tables, word) for side in (PERSON, POST, PAIR))
    lengths = np.array([len(piece.values) for piece in pieces], dtype=np.int64)
    return PreparedTrees(
        start=np.array([(1 << int(n)) - 1 for n in lengths], dtype=word),
        sides=sides,  # type: ignore[arg-type]
        codings=codings,
        tables=tables.array(np.iinfo(code_type).max + 1),
        leaf_of=np.cumsum(lengths) - lengths,
        values=np.concatenate([piece.values for piece in pieces]),
        whole=np.array([piece.whole for piece in pieces]),
        code_type=code_type,
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A whole tree, or at most ``MOST_LEAVES`` leaves of one and the splits that tell them apart or lead to them.

    Where the tree has more, the last leaf stands for all that lie in other pieces: its bit is never ruled out, its value is zero,
    and it counts only where no other is left.
    """

    values: Floats
    splits: tuple[Split, ...]
    whole: bool = True


def _whole(tree: FlatTree) -> _Piece:
    return _Piece(np.array(tree.leaves), tree.splits)


def _pieces(tree: FlatTree) -> Iterable[_Piece]:
    """Return pieces that add up to ``tree``: all but the one that holds the person's leaf add zero, which changes no sum."""
    for start in range(0, len(tree.leaves), MOST_LEAVES - 1):
        end = min(start + MOST_LEAVES - 1, len(tree.leaves))

        def inside(leaf: int, start: int = start, end: int = end) -> int:
            return min(max(leaf, start), end) - start

        splits = tuple(
            Split(s.column, s.threshold, s.categories, s.missing, s.default_left, inside(s.first), inside(s.middle), inside(s.end))
            for s in tree.splits
            if inside(s.first) < inside(s.end)
        )
        yield _Piece(np.r_[tree.leaves[start:end], 0.0], splits, whole=False)


def _coding(splits: Sequence[Split]) -> Coding:
    """Return the coding that tells apart what ``splits``, all of one column, tell apart."""
    kinds = {split.categories is None for split in splits}
    if len(kinds) > 1:
        raise UsageError(
            f"The trees take column {splits[0].column} for a number in one split and for a category in another.",
            f"Pohon memakai kolom {splits[0].column} sebagai angka di satu percabangan dan kategori di percabangan lain.",
        )
    if kinds == {True}:
        return Coding(np.unique([split.threshold for split in splits]))
    levels = sorted({category for split in splits for category in split.categories or ()})
    return Coding(np.empty(0), np.array(levels or [-1], dtype=np.int64))


def _word(leaves: int) -> type[np.unsignedinteger[Any]]:
    return np.uint16 if leaves <= 16 else np.uint32 if leaves <= 32 else np.uint64


@dataclass(slots=True)
class _Tables:
    """The category splits' answers by code, collected as they are met."""

    rows: list[Ints] = field(default_factory=list)

    def add(self, places: Ints) -> int:
        self.rows.append(places)
        return len(self.rows) - 1

    def array(self, width: int) -> NDArray[np.bool_]:
        out = np.zeros((max(len(self.rows), 1), width if self.rows else 1), dtype=bool)
        for row, places in zip(out, self.rows, strict=False):
            row[places] = True
        return out


def _side(
    pieces: Sequence[_Piece], side: int, side_of: Mapping[int, int], codings: Mapping[int, Coding], tables: _Tables, word: type
) -> SideSplits:
    columns = tuple(column for column in codings if side_of[column] == side)
    place = {column: at for at, column in enumerate(columns)}
    rows, left, right, bounds = [], [], [], [0]
    every = (1 << (8 * np.dtype(word).itemsize)) - 1
    for number, piece in enumerate(pieces):
        for split in piece.splits:
            if split.column in place:
                rows.append((number, place[split.column], *_answer(split, codings[split.column], tables)))
                left.append(every & ~_bits(split.middle, split.end))
                right.append(every & ~_bits(split.first, split.middle))
        bounds.append(len(rows))
    table = np.array(rows, dtype=np.int32).reshape(-1, 5)
    return SideSplits(columns, table, np.array(left, dtype=word), np.array(right, dtype=word), np.array(bounds, dtype=np.int64))


def _answer(split: Split, coding: Coding, tables: _Tables) -> tuple[int, int, int]:
    """Return the largest code that goes left, 1 where missing goes left, and the table (-1: none)."""
    if split.categories is not None:
        assert coding.levels is not None
        return 0, 0, tables.add(np.searchsorted(coding.levels, sorted(split.categories)))
    missing_left = split.default_left if split.missing == NAN else split.threshold >= 0.0
    return int(np.searchsorted(coding.thresholds, split.threshold)), int(missing_left), -1


def _bits(first: int, end: int) -> int:
    return (1 << end) - (1 << first)
