"""LightGBM's trees read from their text into flat arrays, thresholds to the last bit."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from features.errors import UsageError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CATEGORICAL, DEFAULT_LEFT = 1, 2
"""Bits of LightGBM's decision type; the two above them name how missing values are taken."""
NONE, ZERO, NAN = 0, 1, 2
"""Missing types: NaN counts as zero; zero counts as missing (refused); NaN goes the default way."""
_TREE = re.compile(r"^Tree=\d+$(.*?)(?=^Tree=\d+$|^end of trees)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Split:
    """One question of a tree: which column, which values go left, and the leaves on either side (numbered left to right).

    ``threshold``: numbers up to it go left; ``categories``: whole numbers that go left, None for a number column. ``missing`` is
    one of ``NONE`` and ``NAN``, ``default_left`` where NaN goes under ``NAN``. Leaves ``first`` to ``middle`` lie left,
    ``middle`` to ``end`` right.
    """

    column: int
    threshold: float
    categories: frozenset[int] | None
    missing: int
    default_left: bool
    first: int
    middle: int
    end: int


@dataclass(frozen=True, slots=True)
class FlatTree:
    """One tree: its leaves' values from left to right, and its splits."""

    leaves: tuple[float, ...]
    splits: tuple[Split, ...]


def flat_trees(booster: lgb.Booster, used: int | None = None) -> tuple[FlatTree, ...]:
    """Return the first ``used`` trees of ``booster`` (default: all).

    Raises
    ------
    UsageError
        The booster holds what cannot be scored split by split: linear leaves, ``zero_as_missing``, several classes, an average
        of trees.
    """
    text = booster.model_to_string(num_iteration=-1 if used is None else used)
    head = text[: text.find("\nTree=")]
    if "\nnum_tree_per_iteration=1\n" not in f"{head}\n":
        raise _refused("several trees per round (multiclass)", "beberapa pohon per putaran (multikelas)")
    if "\naverage_output" in head:
        raise _refused("an average of its trees (random forest)", "rata-rata pohon (random forest)")
    return tuple(_tree(_fields(found.group(1))) for found in _TREE.finditer(text))


def objective(booster: lgb.Booster) -> str:
    """Return the name of the booster's objective: only the raw score of a regression is its forecast."""
    text = booster.model_to_string(num_iteration=1)
    return text.partition("\nobjective=")[2].partition("\n")[0].partition(" ")[0]


def _fields(block: str) -> Mapping[str, str]:
    pairs = (line.partition("=") for line in block.splitlines() if "=" in line)
    return {name: value for name, _, value in pairs}


def _tree(fields: Mapping[str, str]) -> FlatTree:
    if fields.get("is_linear", "0") != "0":
        raise _refused("linear models in its leaves (linear_tree)", "model linear di daunnya (linear_tree)")
    values = np.array(fields["leaf_value"].split(), dtype=np.float64)
    if int(fields["num_leaves"]) == 1:
        return FlatTree((float(values[0]),), ())
    left, right = (np.array(fields[f"{side}_child"].split(), dtype=np.int64) for side in ("left", "right"))
    order, spans = _laid_out(left, right)
    splits = tuple(_splits(fields, spans))
    return FlatTree(tuple(values[order].tolist()), splits)


def _laid_out(left: Ints, right: Ints) -> tuple[Ints, list[tuple[int, int, int]]]:
    """Return the leaves from left to right, and per split the (first, middle, end) of the leaves on its two sides."""
    order: list[int] = []
    spans = [(0, 0, 0)] * len(left)
    pending: list[tuple[int, int]] = [(0, 0)]  # (node, what has been seen of it: nothing, its left side, both)
    first, middle = [0] * len(left), [0] * len(left)
    while pending:
        node, seen = pending.pop()
        if node < 0:
            order.append(~node)
        elif seen == 0:
            first[node] = len(order)
            pending += [(node, 1), (int(left[node]), 0)]
        elif seen == 1:
            middle[node] = len(order)
            pending += [(node, 2), (int(right[node]), 0)]
        else:
            spans[node] = (first[node], middle[node], len(order))
    return np.array(order, dtype=np.int64), spans


def _splits(fields: Mapping[str, str], spans: list[tuple[int, int, int]]) -> Iterator[Split]:
    columns, kinds = (np.array(fields[name].split(), dtype=np.int64) for name in ("split_feature", "decision_type"))
    thresholds = np.array(fields["threshold"].split(), dtype=np.float64)
    categories = _category_sets(fields)
    for column, threshold, kind, span in zip(columns, thresholds, kinds, spans, strict=True):
        missing = int(kind) >> 2 & 3
        if kind & CATEGORICAL:
            yield Split(int(column), np.nan, categories[int(threshold)], NAN, False, *span)
        elif missing == ZERO:
            raise _refused("zeros taken for missing (zero_as_missing)", "nol dianggap kosong (zero_as_missing)")
        else:
            yield Split(int(column), float(threshold), None, missing, bool(kind & DEFAULT_LEFT), *span)


def _category_sets(fields: Mapping[str, str]) -> list[frozenset[int]]:
    """Return the categories that go left at each categorical split, from LightGBM's bit sets of 32-bit words."""
    if int(fields.get("num_cat", "0")) == 0:
        return []
    bounds, words = (np.array(fields[name].split(), dtype=np.int64) for name in ("cat_boundaries", "cat_threshold"))
    sets = []
    for start, end in pairwise(bounds):
        bits = (words[start:end, None] >> np.arange(32)) & 1
        sets.append(frozenset(np.flatnonzero(bits.ravel()).tolist()))
    return sets


def _refused(what: str, apa: str) -> UsageError:
    return UsageError(
        f"This model has {what}; its pairs cannot be scored split by split. Train it without, or use Booster.predict.",
        f"Model ini memakai {apa}; pasangannya tidak dapat dinilai per percabangan. Latih tanpa itu, atau pakai Booster.predict.",
    )
