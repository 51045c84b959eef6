"""Evidence grades A to D: how wide the interval is, how many comparable cases stand behind it, how new the case is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

GRADES: tuple[str, ...] = ("A", "B", "C", "D")
WEAK: tuple[str, ...] = GRADES[2:]
"""Grades of weak evidence: shown grey, never above strong evidence for an estimate alone."""
_WORST = len(GRADES) - 1
HALF_SUPPORT = 10.0
"""Comparable cases at which support is one half."""
USUAL = (0.01, 0.99)
"""Quantiles between which a value is usual."""


@dataclass(frozen=True, slots=True)
class GradeParams:
    """Evidence grades: widest half interval (SD) of A, B and C, and what costs one grade more.

    ``little_overlap`` is the share of support below which, ``much_novelty`` the share of unseen feature values above which an
    estimate loses a grade. ``few_cases``, the effective number of cases held out of the fit, and ``weak_labels``, the correlation
    of two neutral ratings of one person, are those below which every estimate of a model loses one.
    """

    half_widths: tuple[float, float, float] = (0.3, 0.5, 0.8)
    little_overlap: float = 0.5
    much_novelty: float = 0.1
    few_cases: float = 150.0
    weak_labels: float = 0.16


def grades(half: Floats, overlap: Floats, novelty: Floats, params: GradeParams) -> Codes:
    """Return the evidence grade of each estimate, as a place in ``GRADES``, from its half width, its overlap and its novelty.

    Arrays that broadcast to one shape.
    """
    wider = sum((~(half <= widest)).astype(np.int8) for widest in params.half_widths)
    step = wider + (overlap < params.little_overlap) + (novelty > params.much_novelty)
    return np.minimum(step, _WORST).astype(np.int8)


def worsened(grade: Codes, steps: int) -> Codes:
    """Return ``grade`` lower by so many steps, never below D."""
    return np.minimum(grade + steps, _WORST).astype(np.int8)


def one_worse(grade: Codes, which: Collection[str]) -> Codes:
    """Return ``grade`` with one step less for those of ``which``, never below D."""
    after = np.minimum(np.arange(len(GRADES)) + np.isin(np.array(GRADES), list(which)), _WORST).astype(np.int8)
    return np.asarray(after[grade]) if which else grade


def lowered(grade: Codes, worst: NDArray[np.bool_] | bool) -> Codes:
    """Return ``grade`` with D where ``worst``."""
    return np.where(worst, np.int8(_WORST), grade)


def named(grade: Codes) -> pd.Categorical:
    """Return grades (n,) by name, in their order."""
    return pd.Categorical.from_codes(grade, categories=list(GRADES), ordered=True)


def support_share(cases: Floats) -> Floats:
    """Return n / (n + 10) for ``cases`` n: none is 0, ten is one half, many is 1."""
    return np.asarray(cases / (cases + HALF_SUPPORT))


@dataclass(frozen=True, slots=True)
class Ranges:
    """The usual range of every number column."""

    columns: tuple[str, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]

    def novelty(self, frame: pd.DataFrame) -> Floats:
        """Return the share of number columns outside the range that 98 % of the cases span; missing values are not novel."""
        outside = np.zeros(len(frame))
        for place, name in enumerate(self.columns):
            outside += self.outside(place, frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
        return outside / max(len(self.columns), 1)

    def outside(self, place: int, values: Floats) -> NDArray[np.bool_]:
        """Return which values of the number column at ``place`` lie outside its range."""
        return np.asarray((values < self.lower[place]) | (values > self.upper[place]))


def ranges_of(frame: pd.DataFrame) -> Ranges:
    """Return the usual ranges of the number columns of ``frame`` that hold any value."""
    numbers = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name]) and frame[name].notna().any()]
    values = frame[numbers].to_numpy(dtype=np.float64, na_value=np.nan)
    bounds = np.nanquantile(values, USUAL, axis=0) if values.size else np.zeros((2, len(numbers)))
    return Ranges(tuple(numbers), *(tuple(float(v) for v in bound) for bound in bounds))


def ranges_from(plain: Mapping[str, Any]) -> Ranges:
    """Return the ranges whose fields, as lists, are ``plain``."""
    return Ranges(*(tuple(plain[name]) for name in ("columns", "lower", "upper")))
