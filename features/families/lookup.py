"""A sparse person x code table that answers millions of look-ups: sorted keys and a binary search."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Values by (person, code); ``missing`` elsewhere."""

    keys: Ints
    values: Floats
    width: int
    missing: float = 0.0

    @classmethod
    def of_sums(cls, person: Ints, code: Ints, value: Floats, width: int) -> "Lookup":
        """Return the sum of ``value`` by (person, code); codes lie in [0, width)."""
        keys, inverse = np.unique(person.astype(np.int64) * max(width, 1) + code, return_inverse=True)
        return cls(keys, np.bincount(inverse, value, len(keys)).astype(float), max(width, 1))

    def with_values(self, values: Floats, missing: float) -> "Lookup":
        """Return the same keys with other values."""
        return replace(self, values=values, missing=missing)

    def __call__(self, person: Ints, code: Ints) -> Floats:
        """Return the value of every (person, code); NaN where the code is unknown (-1)."""
        if not len(self.keys):
            return np.where(np.broadcast_to(code, np.broadcast_shapes(person.shape, code.shape)) < 0, np.nan, self.missing)
        wanted = person * self.width + code
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(code < 0, np.nan, np.where(self.keys[at] == wanted, self.values[at], self.missing))
