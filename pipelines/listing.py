"""The lists of a run, made by whoever works: posts are cut into slabs, each judged and scored against everybody."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from features.tables import Tables
from models.pair_uplift import PairUplift
from models.plain_outlook import PlainOutlook
from pipelines.city import City, open_city
from pipelines.ingesting import Days
from pipelines.settings import Params
from pipelines.workers import Promise, Workers
from placement.lists import ListParams, Lists, Slab, list_slab, lists_of

POSTS_AT_ONCE = 16
"""Posts scored in one block; slabs end where blocks do, so that every pair is scored in the same company wherever it is."""


def list_everybody(city: City, there: City | Promise[City], beside: Workers, params: ListParams) -> Lists:
    """Return the lists of every position and employee; ``there`` is what stands for ``city`` where ``beside`` works."""
    cuts = cut(len(city.case.encoded.position_ids), beside.pieces)
    slabs = [beside.submit(_slab, there, params, posts) for posts in cuts]
    return lists_of(city.case, [slab.result() for slab in slabs], city.score, params)


def opened_again(
    again: Callable[[], Tables], model: PairUplift | PlainOutlook, days: Days, params: Params, supported: bool
) -> City:  # fmt: skip
    """Return the city as it is opened here, on another machine; ``again`` makes its tables."""
    return open_city(again(), model, days, params, supported=supported)


def cut(posts: int, pieces: int) -> list[NDArray[np.int64]]:
    """Return the codes of all posts in at most so many unbroken parts, as even as whole blocks allow."""
    blocks = -(-posts // POSTS_AT_ONCE)
    edges = np.unique(np.linspace(0, blocks, min(pieces, max(blocks, 1)) + 1).round().astype(np.int64)) * POSTS_AT_ONCE
    return [np.arange(first, min(last, posts)) for first, last in pairwise(edges)]


def _slab(city: City, params: ListParams, posts: NDArray[np.int64]) -> Slab:
    return list_slab(city.case, city.score, params, posts, posts_at_once=POSTS_AT_ONCE)
