"""A sparse person x code table that answers millions of look-ups: sorted keys and a binary search."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.sorting import last_of, ordered

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lookup:
    """Values by (person, code); ``missing`` elsewhere."""

    keys: Ints
    values: Floats
    width: int
    missing: float = 0.0

    @classmethod
    def of_sums(cls, person: Ints, code: Ints, value: Floats, width: int) -> "Lookup":
        """Return the sum of ``value`` by (person, code); codes lie in [0, width)."""
        key = person.astype(np.int64) * max(width, 1) + code
        order = ordered(key)
        key = key[order]
        last = last_of(key)
        return cls(key[last], np.bincount(np.cumsum(last) - last, value[order], int(last.sum())).astype(float), max(width, 1))

    def with_values(self, values: Floats, missing: float) -> "Lookup":
        """Return the same keys with other values."""
        return replace(self, values=values, missing=missing)

    def __call__(self, person: Ints, code: Ints) -> Floats:
        """Return the value of every (person, code); NaN where the code is unknown (-1)."""
        if not len(self.keys):
            return np.where(np.broadcast_to(code, np.broadcast_shapes(person.shape, code.shape)) < 0, np.nan, self.missing)
        if code.size == 1 and person.size > 1:
            return self._of_one(person, int(code.reshape(-1)[0]))
        wanted = person * self.width + code
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(code < 0, np.nan, np.where(self.keys[at] == wanted, self.values[at], self.missing))

    def _of_one(self, person: Ints, code: int) -> Floats:
        """Return the values of people under one code: a search among those who have it, a hundredth of all."""
        if code < 0:
            return np.full(person.shape, np.nan)
        holders = self.people_under(code)
        if not len(holders):
            return np.full(person.shape, self.missing)
        at = np.minimum(np.searchsorted(holders, person), len(holders) - 1)
        values = self.values[self._under(code)]
        return np.where(holders[at] == person, values[at], self.missing)

    def people_under(self, code: int) -> Ints:
        """Return the people, rising, that have a value of their own under ``code``: nobody where it is unknown (-1)."""
        return self.keys[self._under(code)] // self.width

    def _under(self, code: int) -> Ints:
        return self._by_code[self._first[code] : self._first[code + 1]] if code >= 0 else self._by_code[:0]

    @cached_property
    def _by_code(self) -> Ints:
        """Places of the keys by code, people rising."""
        return np.asarray(np.argsort(self.keys % self.width, kind="stable"))

    @cached_property
    def _first(self) -> Ints:
        """Where each code's places begin."""
        return np.asarray(np.r_[0, np.cumsum(np.bincount(self.keys % self.width, minlength=self.width))])
