"""What one SD of performance is on the scale of the ratings: what two neutral scores of one person share.

Between two years of one person the noise of ratings is not shared; what they share falls with the years between them. The
shared part, carried back to no years between, is the variance of performance itself. The regimes need not show it equally
well: each has its own loading.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.optimize import least_squares
from scipy.sparse import coo_matrix

from features.harmoniser.scales import Floats, Ints, Measured, pair_codes

PRIOR_LOADING, LOADING_DOUBT = 0.7, 0.2
"""Loading assumed where a scale is met in no two ratings of one person, and its standard deviation."""
PRIOR_PASSING, PASSING_DOUBT = 0.25, 0.15
"""Share of performance that belongs to a good or bad year, and its standard deviation: one rating a year tells little of it."""
PRIOR_MEMORY, MEMORY_DOUBT = 0.5, 0.15
"""Correlation of a good or bad year with the next, and its standard deviation. At 0 such years could not be told from noise."""
LEAST_LOADING = 0.2
"""Where ratings hold no person at all the published scale stops here; label health says that they do not."""
MOST_RELIABLE = 0.9
"""No single rating is more reliable than this: no rating system is nearly free of noise."""


@dataclass(frozen=True, slots=True)
class Signal:
    """Performance as ratings show it: variance 1 between people and years, ``1 - passing`` of it lasting.

    ``loading``: latent SD per SD of performance, by scale (regime and kind of rating). ``passing``: share of good and bad years,
    ``memory``: their correlation with the next year. ``error``: standard error of the mean log loading.
    """

    loading: Mapping[str, float]
    passing: float
    memory: float
    error: float

    def of(self, rows: pd.DataFrame) -> Floats:
        """Return the loading of every row."""
        return np.asarray(rows["scale"].map(self.loading), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Mean products of two ratings of one person: one entry per pair of scales and years, with weights as of single ratings."""

    first: Ints
    second: Ints
    lag: Floats
    mean: Floats
    weight: Floats


def fit_signal(measured: Measured, codes: Mapping[str, Ints], neutral: Floats, doubt: Mapping[str, Floats]) -> Signal:
    """Return the signal in ``neutral`` scores (latent, leniency taken out).

    A person's scores i, j of scales r, s with d years between them have covariance
    ``loading_r loading_s (1 - passing + passing memory^d)``. Weighted least squares with normal priors; the pairs weigh
    together as much as the ratings they come from, because the pairs of a person are not independent. Two ratings under the same
    unit or rater also share the error of its leniency (``doubt``, variance by factor and row), which is taken off their product.
    """
    code, names = pd.factorize(measured.rows["scale"], sort=True)
    if not len(names):
        return Signal({}, PRIOR_PASSING, PRIOR_MEMORY, np.inf)
    shared = _shared_products(codes, code.astype(np.int64), measured.rows["year"].to_numpy(), neutral, doubt)
    start = np.append(np.full(len(names), PRIOR_LOADING), [PRIOR_PASSING, PRIOR_MEMORY])
    spread = np.append(np.full(len(names), LOADING_DOUBT), [PASSING_DOUBT, MEMORY_DOUBT])
    bounds = (np.append(np.full(len(names), LEAST_LOADING), [0.0, 0.05]), np.append(np.ones(len(names)), [0.9, 0.95]))
    found = least_squares(partial(_residuals, shared=shared, prior=start, spread=spread), start, bounds=bounds, x_scale=spread)
    covariance = np.linalg.inv(found.jac.T @ found.jac)
    gradient = np.append(1.0 / found.x[:-2] / len(names), [0.0, 0.0])
    error = float(np.sqrt(gradient @ covariance @ gradient))
    *loading, passing, memory = found.x.tolist()
    return Signal(dict(zip(names, loading, strict=True)), passing, memory, error)


def reliability(measured: Measured, signal: Signal, neutral: Floats, noise: Floats, doubt: Mapping[str, Floats]) -> Floats:
    """Return the share of every neutral score's variance that is performance.

    The mean is what the spread of neutral scores on the row's scale leaves beside performance; rows differ by their relative
    ``noise`` and by the ``doubt`` about their leniency.
    """
    loading, scale = signal.of(measured.rows), measured.rows["scale"].to_numpy()
    error = np.zeros(len(neutral))
    for part in doubt.values():
        error += part
    means = pd.DataFrame({"square": neutral**2, "noise": noise, "error": error}).groupby(scale).transform("mean").to_numpy()
    left = np.maximum(means[:, 0] - loading**2 - means[:, 2], (1 / MOST_RELIABLE - 1) * loading**2)
    return np.asarray(loading**2 / (loading**2 + left * noise / means[:, 1] + error))


def _shared_products(codes: Mapping[str, Ints], scale: Ints, year: Ints, score: Floats, doubt: Mapping[str, Floats]) -> _Shared:
    """Return the mean products by cells (scale, year) of two different ratings of one person, errors of leniency taken off."""
    person, (cell, cells) = codes["person"], pd.factorize(pd.MultiIndex.from_arrays([scale, year]), sort=True)
    pairs = _cross(person, cell, np.ones(len(score)))
    products = _cross(person, cell, score)
    for name, error in doubt.items():
        products = products - _cross(pair_codes(person, codes[name]), cell, np.sqrt(error))
    first, second = np.nonzero(np.triu(pairs > 0))
    n = pairs[first, second] / np.where(first == second, 2, 1)
    of_scale, of_year = (np.array([place[part] for place in cells]) for part in (0, 1))
    variance = np.maximum(pd.Series(score).groupby(scale).var(ddof=0).to_numpy(), 1e-6)
    spread = variance[of_scale[first]] * variance[of_scale[second]]
    weight = np.minimum(n / spread * len(score) / max(n.sum(), 1.0), n)
    mean = products[first, second] / pairs[first, second]
    return _Shared(of_scale[first], of_scale[second], np.abs(of_year[first] - of_year[second]).astype(float), mean, weight)


def _cross(group: Ints, cell: Ints, value: Floats) -> Floats:
    """Return the sums of products of two different rows of a group, by the cells of the two; rows of group -1 have none."""
    known = group >= 0
    group, cell_known, value = group[known], cell[known], value[known]
    shape = (int(group.max(initial=-1)) + 1, int(cell.max(initial=-1)) + 1)
    sums = coo_matrix((value, (group, cell_known)), shape=shape).tocsr()
    return np.asarray((sums.T @ sums).toarray() - np.diag(np.bincount(cell_known, value**2, shape[1])))


def _residuals(theta: Floats, shared: _Shared, prior: Floats, spread: Floats) -> Floats:
    *_, passing, memory = theta
    expected = theta[shared.first] * theta[shared.second] * (1 - passing + passing * memory**shared.lag)
    return np.append(np.sqrt(shared.weight) * (shared.mean - expected), (theta - prior) / spread)
