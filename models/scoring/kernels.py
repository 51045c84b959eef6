"""The compiled loops of tree scoring (numba). Arrays in, arrays out; `models.scoring.tree_scorer` says what they mean.

A leaf that a split rules out loses its bit. Of two leaves the split where their paths part rules one out, so that after all splits
of a tree one bit is left (QuickScorer; Lucchese et al. 2015). Sums run over the trees in their order, in float64: equal to
LightGBM's raw score to the last bit.
"""
# mypy: disable-error-code="no-untyped-def,no-any-return,no-untyped-call"
# ruff: noqa: ANN001, ANN201, ANN202

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba.core.compiler import CompilerBase, DefaultPassBuilder

BLOCK = 768
"""People whose masks of all trees stay in the second-level cache together."""
MOST_LEAVES = 64
"""Leaves a mask can hold."""
NEAR_ZERO = float(np.float32(1e-35))
"""LightGBM reads numbers at most this far from zero as zero."""


class _Apart(CompilerBase):
    """Compiles a function whose arrays share no memory: without that promise look-ups are not vectorised."""

    def define_pipelines(self):
        self.state.flags.noalias = True
        return [DefaultPassBuilder.define_nopython_pipeline(self.state)]


def compiled(function: Callable[..., Any], *, apart: bool = False) -> Callable[..., Any]:
    """Return ``function`` compiled on its first call, without the interpreter's lock; kept on disk where there is room for it.

    numba keeps it beside the file, or under the user's cache folder where the installation is read-only (NUMBA_CACHE_DIR names
    another). Where neither can be written it is compiled anew by every process. ``apart``: no two of its arrays overlap.
    """
    pipeline = _Apart if apart else None
    try:
        return numba.njit(nogil=True, cache=True, error_model="numpy", pipeline_class=pipeline)(function)
    except RuntimeError:  # numba: "no locator available"
        return numba.njit(nogil=True, error_model="numpy", pipeline_class=pipeline)(function)


def compiled_apart(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``function``, no two of whose arrays overlap, compiled as `compiled` does."""
    return compiled(function, apart=True)


@compiled
def number_codes(values, thresholds, codes):
    """Write to ``codes`` (n,) how many of the sorted ``thresholds`` lie below each value, the largest code where it is missing."""
    missing = np.iinfo(codes.dtype).max
    for i in range(len(values)):
        value = values[i]
        if abs(value) <= NEAR_ZERO:
            value = 0.0
        first, size = 0, len(thresholds)
        while size > 1:
            half = size // 2
            first += half if thresholds[first + half - 1] < value else 0
            size -= half
        codes[i] = missing if np.isnan(value) else first + (thresholds[first] < value)


@compiled
def spread(codes, of, out):
    """Write to ``out`` (n,) the one of ``codes`` (kinds,) that ``of`` (n,) names."""
    for i in range(len(out)):
        out[i] = codes[np.uint32(of[i])]


@compiled
def rule_out(codes, splits, left, right, tables, masks):
    """Clear in ``masks`` (trees, n) the leaves that ``splits`` rule out for ``codes`` (columns, n)."""
    n = codes.shape[1]
    for split in range(len(splits)):
        tree, column, cut, shift, table = splits[split]
        code, out = codes[column], masks[tree]
        keeps_left, keeps_right = left[split], right[split]
        if table >= 0:
            for i in range(n):
                out[i] &= keeps_left if tables[table, code[i]] else keeps_right
        else:
            by, last = code.dtype.type(shift), code.dtype.type(cut + shift)
            for i in range(n):
                out[i] &= keeps_left if code.dtype.type(code[i] + by) <= last else keeps_right


@compiled
def block_unions(masks, unions):
    """Write to ``unions`` (blocks, trees) which leaves anybody of each block of ``masks`` (trees, n) may still reach."""
    for block in range(len(unions)):
        start, end = block * BLOCK, min((block + 1) * BLOCK, masks.shape[1])
        for tree in range(len(masks)):
            reach = masks[tree, start]
            for i in range(start + 1, end):
                reach |= masks[tree, i]
            unions[block, tree] = reach


@compiled
def block_ranges(codes, low, high):
    """Write the least and the largest code of each block of ``codes`` (n,) to ``low`` and ``high`` (blocks,)."""
    for block in range(len(low)):
        start, end = block * BLOCK, min((block + 1) * BLOCK, len(codes))
        least = largest = codes[start]
        for i in range(start + 1, end):
            least, largest = min(least, codes[i]), max(largest, codes[i])
        low[block], high[block] = least, largest


@compiled_apart
def add_leaves(bits, fraction, bias, leaves, total):
    """Add to each of ``total`` (n,) the leaf that the exponent of a power of two names, its ``bits`` (n,) read as an integer."""
    for i in range(len(total)):
        total[i] += leaves[np.uint32((bits[i] >> fraction) - bias)]


@compiled
def add_up(people, unions, posts, pairs, model, scratch, out):
    """Write the raw score of every post and person to ``out`` (posts, n).

    Parameters
    ----------
    people, unions, posts
        Masks (trees, n), (blocks, trees), (posts, trees): what splits on employee and on position columns leave.
    pairs
        Codes of pair columns (rows, n), their ranges by block (rows, blocks) twice, and which row is a post's (posts, columns).
    model
        Bounds of each tree's pair splits (trees + 1), those splits (tree, column, cut, shift, table), their left and right masks,
        tables of categories, the first leaf of each tree, the leaves' values, whether a tree is whole (not a piece of one).
    scratch
        A float array (BLOCK,) that holds any one bit of a mask exactly, the same memory as integers, the bits of its fraction, and
        the bias of its exponent.
    """
    rows, low, high, row_of = pairs
    bounds, splits, left, right, tables, starts, values, whole = model
    as_float, as_bits, fraction, bias = scratch
    n_trees, n = people.shape
    word = people.dtype.type
    nothing, all_leaves = word(0), word(~np.uint64(0))
    missing = np.iinfo(rows.dtype).max
    current, waiting = np.empty(BLOCK, people.dtype), np.empty(len(splits), np.int64)
    for block in range(len(unions)):
        start, end = block * BLOCK, min((block + 1) * BLOCK, n)
        size = end - start
        for post in range(len(posts)):
            total = out[post, start:end]
            total[:] = 0.0
            for tree in range(n_trees):
                reach = word(posts[post, tree] & unions[block, tree])
                undecided = 0
                for split in range(bounds[tree], bounds[tree + 1]):
                    row, cut, table = row_of[post, splits[split, 1]], splits[split, 2], splits[split, 4]
                    least, largest = low[row, block], high[row, block]
                    goes_left = (table < 0) & (largest <= cut)
                    goes_right = (table < 0) & (least > cut) & ((splits[split, 3] == 0) | (largest < missing))
                    reach &= left[split] if goes_left else (right[split] if goes_right else all_leaves)
                    waiting[undecided] = split
                    undecided += not (goes_left | goes_right)
                leaves = values[starts[tree] :]
                if (reach & word(reach - word(1))) == nothing:
                    leaf = 0
                    while (reach >> word(leaf)) != 1:
                        leaf += 1
                    value = leaves[leaf]
                    for i in range(size):
                        total[i] += value
                    continue
                mine = people[tree, start:end]
                for i in range(size):
                    current[i] = mine[i] & reach
                for place in range(undecided):
                    split = waiting[place]
                    keeps_left, keeps_right = left[split], right[split]
                    left_idle, right_idle = (reach & keeps_left) == reach, (reach & keeps_right) == reach
                    if (left_idle & right_idle) | (whole[tree] & (left_idle | right_idle)):
                        continue  # no leaf is left below this split, or (of a whole tree) on one side of it
                    code = rows[row_of[post, splits[split, 1]], start:end]
                    table = splits[split, 4]
                    if table >= 0:
                        answer = tables[table]
                        for i in range(size):
                            current[i] &= keeps_left if answer[code[i]] else keeps_right
                    else:
                        by, last = code.dtype.type(splits[split, 3]), code.dtype.type(splits[split, 2] + splits[split, 3])
                        for i in range(size):
                            current[i] &= keeps_left if code.dtype.type(code[i] + by) <= last else keeps_right
                for i in range(size):
                    as_float[i] = current[i] & word(nothing - current[i])
                add_leaves(as_bits[:size], fraction, bias, leaves, total)


@compiled
def merge_top(scores, first, best, who):
    """Merge ``scores`` (n,) of people ``first`` and on into the list ``best`` (k,), falling, and its people ``who`` (k,).

    Of equal scores the earlier person stands first; people come in rising order. -1 in ``who``: no entry yet.
    """
    last = len(best) - 1
    for i in range(len(scores)):
        score = scores[i]
        if who[last] >= 0 and not score > best[last]:
            continue
        place = last
        while place > 0 and (who[place - 1] < 0 or best[place - 1] < score):
            best[place], who[place] = best[place - 1], who[place - 1]
            place -= 1
        best[place], who[place] = score, first + i
