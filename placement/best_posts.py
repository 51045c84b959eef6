"""The best posts of everybody, kept while posts go by in any order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placement.ranking import Array, Codes

_WAITING = 20
"""Posts that may wait per person until they are sorted in: one sorting costs as much as many comparisons."""


@dataclass(frozen=True)
class BestPosts:
    """The best posts per person: values, falling, and position codes, people x kept; -inf and -1 where there is none.

    Of equal values the earlier position stands first.
    """

    value: Array
    post: Codes

    def joined(self, other: "BestPosts") -> "BestPosts":
        """Return the best of both, as many as are kept here."""
        return _best([self.value, other.value], [self.post, other.post], self.value.shape[1])


class BestSoFar:
    """The best posts of ``people`` people among those offered so far."""

    def __init__(self, people: int, kept: int) -> None:
        self.best = BestPosts(np.full((people, kept), -np.inf), np.full((people, kept), -1, dtype=np.int64))
        self.least, self.last = np.full(people, -np.inf), np.full(people, -1, dtype=np.int64)
        self.value, self.post = np.full((people, _WAITING), -np.inf), np.full((people, _WAITING), -1, dtype=np.int64)
        self.waiting = np.zeros(people, dtype=np.int64)

    def offer(self, people: Codes, post: int, value: Array) -> None:
        """Consider ``post`` for ``people``, to whom it is worth ``value`` (-inf: nothing)."""
        least = self.least[people]
        gains = (value > least) | ((value == least) & (post < self.last[people]))
        who = people[gains]
        at = self.waiting[who]
        self.value[who, at], self.post[who, at] = value[gains], post
        self.waiting[who] = at + 1
        self._sort_in(who[at + 1 == _WAITING])

    def result(self) -> BestPosts:
        """Return the best posts of everybody."""
        self._sort_in(np.flatnonzero(self.waiting))
        return self.best

    def _sort_in(self, who: Codes) -> None:
        if not len(who):
            return
        kept = self.best.value.shape[1]
        best = _best([self.best.value[who], self.value[who]], [self.best.post[who], self.post[who]], kept)
        self.best.value[who], self.best.post[who] = best.value, best.post
        self.least[who], self.last[who] = best.value[:, -1], best.post[:, -1]
        self.value[who], self.post[who], self.waiting[who] = -np.inf, -1, 0


def _best(values: list[Array], posts: list[Codes], kept: int) -> BestPosts:
    value, post = np.concatenate(values, axis=1), np.concatenate(posts, axis=1)
    order: NDArray[np.int64] = np.lexsort((post, -value), axis=1)[:, :kept]
    return BestPosts(np.take_along_axis(value, order, axis=1), np.take_along_axis(post, order, axis=1))
