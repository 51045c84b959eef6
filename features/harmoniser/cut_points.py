"""Cut-points between grades as each body draws them in a year: a quota moves one boundary and leaves the others.

Leniency shifts all boundaries of a unit alike. What a quota does beyond that (a body that may give *Sangat Baik* to half of its
people) is a deviation of single boundaries per body and year, shrunk to zero. The body is the unit right below the top of the
tree: quotas are given to it, and its boundaries stand on many more ratings than those of a single unit.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from features.harmoniser.scales import Floats, Ints, Measured, interval_probability, pair_codes

PRIOR_DEVIATION = 0.1
"""Variance of deviations before any is fitted (latent units)."""
LARGEST_STEP = 0.5
"""A Newton step of a boundary stops here: far-out boundaries have hardly any curvature."""
LEAST_PROBABILITY = 1e-3
"""A grade counts as at least so likely: no single rating may push a boundary without limit."""


@dataclass(frozen=True, slots=True)
class CutPoints:
    """Boundaries between the grades that a body gave in a year; ``below`` and ``above`` say which bound every row.

    A boundary lies at ``common`` (where all bodies together draw it) plus its deviation in ``values``. A grade that a body never
    gave leaves one boundary between its neighbours. Both arrays end with a place for rows that have no boundary (numeric
    scores, the lowest and the highest grade, no body): its deviation is zero.
    """

    below: Ints
    above: Ints
    common: Floats
    values: Floats
    variance: float

    def bounds(self, measured: Measured) -> tuple[Floats, Floats]:
        """Return every row's lower and upper bound."""
        lower, upper = ((self.common + self.values)[code] for code in (self.below, self.above))
        none = len(self.common) - 1
        return np.where(self.below == none, measured.lower, lower), np.where(self.above == none, measured.upper, upper)


def no_deviations(measured: Measured) -> CutPoints:
    """Return the boundaries of every body and year without any deviation yet."""
    body = np.asarray(pd.factorize(measured.rows["body_id"], sort=True)[0], dtype=np.int64)
    drawn_by = np.where(measured.ordinal, pair_codes(body, measured.cell), -1)
    level = pair_codes(drawn_by, np.asarray(pd.factorize(measured.lower, sort=True)[0], dtype=np.int64))
    row = np.flatnonzero(level >= 0)[np.unique(level[level >= 0], return_index=True)[1]]  # one of every level, lowest first
    owner, lower, upper = drawn_by[row], measured.lower[row], measured.upper[row]
    first = np.diff(owner, prepend=-1) != 0
    next_lower = np.where(np.roll(first, -1), upper, np.roll(lower, -1))
    common = np.append((upper + next_lower) / 2, lower)  # above every level; below the lowest
    place = np.arange(len(row))
    code = np.append(np.where(first, len(row) + place, place - 1), place)
    real = np.isfinite(common[code])
    kept, dense = np.unique(code[real], return_inverse=True)
    codes = np.full(2 * len(row), len(kept))
    codes[real] = dense
    below, above = (np.append(part, len(kept))[level] for part in np.split(codes, 2))
    return CutPoints(below, above, np.append(common[kept], 0.0), np.zeros(len(kept) + 1), PRIOR_DEVIATION)


def moved(cuts: CutPoints, measured: Measured, predicted: Floats, noise: Floats) -> CutPoints:
    """Return the deviations after one Newton step at ``predicted``, and their variance after one step of EM."""
    if len(cuts.values) == 1:
        return cuts
    below, above = _gradients(cuts, measured, predicted, noise)
    information = _information(cuts, below, above)
    push = np.bincount(cuts.below, below, len(cuts.values)) + np.bincount(cuts.above, above, len(cuts.values))
    step = np.clip((push - cuts.values / cuts.variance) / information, -LARGEST_STEP, LARGEST_STEP)
    values = np.append((cuts.values + step)[:-1], 0.0)
    variance = float(np.mean((values**2 + 1.0 / information)[:-1]))
    return replace(cuts, values=values, variance=variance)


def own_left_out(cuts: CutPoints, measured: Measured, predicted: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return every row's lower and upper bound as the body's other ratings draw them (one Newton step from the optimum)."""
    below, above = _gradients(cuts, measured, predicted, noise)
    information = _information(cuts, below, above)
    lower, upper = cuts.bounds(measured)
    return lower - below / (information[cuts.below] - below**2), upper - above / (information[cuts.above] - above**2)


def _information(cuts: CutPoints, below: Floats, above: Floats) -> Floats:
    squares = np.bincount(cuts.below, below**2, len(cuts.values)) + np.bincount(cuts.above, above**2, len(cuts.values))
    return np.asarray(squares + 1.0 / cuts.variance)


def _gradients(cuts: CutPoints, measured: Measured, predicted: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return the derivatives of every row's log-likelihood by its lower and its upper bound, zero where there is none."""
    none = len(cuts.values) - 1
    bounded = np.flatnonzero((cuts.below != none) | (cuts.above != none))  # numeric scores have no boundary
    spread = np.sqrt(noise[bounded])
    lower, upper = ((bound[bounded] - predicted[bounded]) / spread for bound in cuts.bounds(measured))
    scale = np.sqrt(2 * np.pi) * spread * np.maximum(interval_probability(lower, upper), LEAST_PROBABILITY)
    below, above = np.zeros(len(noise)), np.zeros(len(noise))
    below[bounded] = np.where(cuts.below[bounded] == none, 0.0, -np.exp(-0.5 * lower**2) / scale)
    above[bounded] = np.where(cuts.above[bounded] == none, 0.0, np.exp(-0.5 * upper**2) / scale)
    return below, above
