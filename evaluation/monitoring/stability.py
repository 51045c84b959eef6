"""The population stability index between two samples, and whether it is larger than what may be.

PSI = sum over bins of (p - q) ln(p / q). For samples of n and m from one population PSI / (1/n + 1/m) is close to chi-square with
bins - 1 degrees of freedom (Yurdakul & Naranjo 2020); where the populations differ by a true index d it is close to the
noncentral chi-square with noncentrality d / (1/n + 1/m), as both are Pearson's distance to second order. So a limit above zero
can be tested, and it can be told beforehand whether the samples are large enough to find a change worth finding.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import ncx2

Floats = NDArray[np.float64]
BINS = 10
MISSING = "\0missing"
HALF = 0.5
"""Added to every count, so that an empty bin does not make the index infinite."""
POWER = 0.8
"""Chance of finding a change worth finding, below which a silence says nothing."""


@dataclass(frozen=True, slots=True)
class Index:
    """A population stability index: its value, degrees of freedom, and 1/n + 1/m of the two samples."""

    value: float
    freedom: int
    spread: float

    def p_value(self, limit: float) -> float:
        """Return the chance of an index this large where the true one is ``limit``."""
        if not np.isfinite(self.value) or self.freedom < 1:
            return float("nan")
        return float(ncx2.sf(self.value / self.spread, self.freedom, limit / self.spread))

    def would_find(self, worth: float, limit: float, alpha: float) -> bool:
        """Return whether a true index of ``worth`` would be found above ``limit`` in at least `POWER` of cases."""
        if self.freedom < 1 or not np.isfinite(self.spread):
            return False
        critical = ncx2.isf(alpha, self.freedom, limit / self.spread)
        return bool(ncx2.sf(critical, self.freedom, worth / self.spread) >= POWER)


def index_between(before: pd.Series, now: pd.Series) -> Index:
    """Return the index between two samples of one column; numbers in tenths of ``before``, gaps as a bin of their own."""
    first, second = _binned(before, now)
    names = np.union1d(first.unique(), second.unique())
    counts = [part.value_counts().reindex(names, fill_value=0).to_numpy(dtype=np.float64) for part in (first, second)]
    return index_of_counts(counts[0], counts[1])


def index_of_counts(before: Floats, now: Floats) -> Index:
    """Return the index between two rows of counts over the same bins."""
    n, m, bins = before.sum(), now.sum(), len(before)
    if not (n > 0 and m > 0):
        return Index(float("nan"), bins - 1, float("nan"))
    p, q = ((counts + HALF) / (counts.sum() + HALF * bins) for counts in (before, now))
    return Index(float(((p - q) * np.log(p / q)).sum()), bins - 1, float(1 / n + 1 / m))


def _binned(before: pd.Series, now: pd.Series) -> tuple[pd.Series, pd.Series]:
    if not pd.api.types.is_numeric_dtype(before):
        texts = [part.astype("object").where(part.notna(), MISSING).astype("str") for part in (before, now)]
        return texts[0], texts[1]
    first, second = (part.to_numpy(dtype=np.float64, na_value=np.nan) for part in (before, now))
    told = first[np.isfinite(first)]
    edges = np.unique(np.quantile(told, np.linspace(0, 1, BINS + 1)[1:-1])) if len(told) else np.empty(0)
    codes = [np.where(np.isnan(part), -1, np.searchsorted(edges, part, side="right")) for part in (first, second)]
    return pd.Series(codes[0]), pd.Series(codes[1])
