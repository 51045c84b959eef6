"""The lists of a run, made by whoever works: posts are cut into slabs by kind, each judged and scored against everybody."""

from collections.abc import Callable

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
from rules.kinds import PostKinds


def list_everybody(city: City, there: City | Promise[City], beside: Workers, params: ListParams) -> Lists:
    """Return the lists of every position and employee; ``there`` is what stands for ``city`` where ``beside`` works."""
    kinds = PostKinds(city.case.pack, city.case.encoded, city.case.facts.effective_on)
    cuts = cut(kinds.of, beside.pieces)
    slabs = [beside.submit(_slab, there, params, posts) for posts in cuts]
    return lists_of(city.case, [slab.result() for slab in slabs], city.score, params)


def opened_again(
    again: Callable[[], Tables], model: PairUplift | PlainOutlook, days: Days, params: Params, supported: bool
) -> City:  # fmt: skip
    """Return the city as it is opened here, on another machine; ``again`` makes its tables."""
    return open_city(again(), model, days, params, supported=supported)


def cut(kinds: NDArray[np.int64], pieces: int) -> list[NDArray[np.int64]]:
    """Return the codes of all posts in at most so many even parts, rising in each; posts of one kind stand together."""
    together = np.argsort(kinds, kind="stable")
    return [np.sort(part) for part in np.array_split(together, max(pieces, 1)) if len(part)]


def _slab(city: City, params: ListParams, posts: NDArray[np.int64]) -> Slab:
    return list_slab(city.case, city.score, params, posts)
