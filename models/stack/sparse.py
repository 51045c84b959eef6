"""Sparse regressions: effects hang on few columns, which a ridge would spread over all.

Forward selection takes as many columns as an information criterion bears. A sum of single effects has a few effects, each
of one column or of one hinge, its place uncertain: the posterior mean is smooth where places cannot be told apart.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.stack.encoding import Array, Encoded
from models.stack.regressors import Linear, by_owner

MOST_COLUMNS = 40
"""Most columns that a line is chosen along."""
JITTER = 1e-4
"""Added to the diagonal of the chosen columns' correlations: doubled columns must not break a fit."""
KNOTS = 8
"""Quantiles of a column at which it may bend."""
BEND_CLIP = 2.5
"""Columns (in SD) are clipped here before they are bent: one wild row must not steer a fit, nor get a wild forecast."""
MOST_HINGES = 100
"""Hinges that a fit looks at: those that go best with what lines leave."""
SINGLE_EFFECTS = 10
"""Most single effects in a sum."""
EFFECT_VARIANCES = (0.003, 0.01, 0.03, 0.1, 0.3)
"""Variances of a single effect that are averaged over, as shares of the variance of y."""
CHANCE_OF_NONE = 0.5
"""Probability, before any row is looked at, that a single effect is nought."""
SWEEPS, SETTLED = 40, 1e-3
"""Most rounds over the single effects; they end once no column's fit changes by so many SD of y."""
NEGLIGIBLE = 1e-8
"""A coefficient this much smaller than the largest of its effect does not enter its products."""


@dataclass(frozen=True, slots=True)
class PiecewiseLinear:
    """``linear``, and for every column (q) of the linear matrix a broken line through ``heights`` (q, k) at ``knots`` (q, k).

    Constant beyond the first and the last knot. Rows of ``heights`` that are all nought are columns that do not bend.
    """

    linear: Linear
    knots: Array
    heights: Array

    def predict(self, X: Encoded) -> Array:
        """Return one number per row."""
        return np.asarray(self.linear.predict(X) + self._bends(X).sum(axis=1))

    def contributions(self, X: Encoded) -> Array:
        """Return what each feature adds (n, p + 1): its line and its bends."""
        places, bends = self._places(), self._bends(X)
        return np.asarray(self.linear.contributions(X) + bends @ by_owner(X)[places])

    def _places(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.heights.any(axis=1))

    def _bends(self, X: Encoded) -> Array:
        """Return the broken lines of the columns that bend (n, columns)."""
        out = np.empty((len(X.linear), len(places := self._places())))
        for column, place in enumerate(places):
            out[:, column] = np.interp(X.linear[:, place], self.knots[place], self.heights[place])
        return out


@dataclass(frozen=True, slots=True)
class _Moments:
    """All that a fit needs of standardised columns (p): correlations ``among`` them (p, p) and ``along`` y (p,) in units of y.

    ``total`` is the variance of y, ``rows`` Kish's effective number, ``scale`` (p,) and ``means`` (p,) undo the standardising. A
    constant column has correlation nought with everything, itself included.
    """

    among: Array
    along: Array
    total: float
    rows: float
    means: Array
    scale: Array
    mean: float

    def linear(self, coefficients: Array) -> tuple[Array, float]:
        """Return coefficients (p,) of the columns as they were, and the intercept."""
        plain = coefficients / self.scale
        return plain, self.mean - float(self.means @ plain)

    def missed(self, coefficients: Array) -> float:
        """Return the variance that the fit leaves."""
        return float(self.total - 2 * self.along @ coefficients + coefficients @ self.among @ coefficients)


def fit_selection(X: Encoded, y: Array, weight: Array, seed: int = 0) -> Linear:
    """Return least squares on columns chosen by forward selection.

    As many as the extended Bayesian information criterion bears (Chen & Chen 2008, gamma one half): the more columns there are, the
    more likely the best of them is noise.
    """
    moments = _moments(X.linear, y, weight)
    return Linear(*moments.linear(_selected(moments)))


def fit_hinges(X: Encoded, y: Array, weight: Array, seed: int = 0) -> PiecewiseLinear:
    """Return lines and hinges as a sum of single effects (SuSiE; Wang et al. 2020): each one column, or one hinge of it.

    Only hinges are looked at that go best with what ``fit_selection`` leaves. A hinge (Friedman 1991) rises from its knot on.
    """
    columns = X.linear.shape[1]
    clipped, knots = np.clip(X.linear, -BEND_CLIP, BEND_CLIP), _knots(X.linear)
    left = y - fit_selection(X, y, weight).predict(X)
    place, at = _promising(clipped, knots, left, weight)
    hinges = np.maximum(clipped[:, place] - knots[place, at], 0.0)
    moments = _moments(np.hstack([X.linear, hinges]), y, weight)
    prior = np.r_[np.full(columns, 1 / max(columns, 1)), np.full(len(place), 1 / max(len(place), 1))]
    coefficients, intercept = moments.linear(_single_effects(moments, prior / prior.sum()))
    rises = np.zeros_like(knots)
    rises[place, at] = coefficients[columns:]
    return PiecewiseLinear(Linear(coefficients[:columns], intercept), *_broken_lines(knots, rises))


def _broken_lines(knots: Array, rises: Array) -> tuple[Array, Array]:
    """Return corners (q, k + 2) and heights there of lines that from each of the ``knots`` (q, k) on rise by ``rises`` more."""
    edge, flat = np.full((len(knots), 1), BEND_CLIP), np.zeros((len(knots), 1))
    corners = np.hstack([-edge, knots, edge])
    steps = np.diff(corners, axis=1) * np.hstack([flat, np.cumsum(rises, axis=1)])
    return corners, np.hstack([flat, np.cumsum(steps, axis=1)])


def _moments(columns: Array, y: Array, weight: Array) -> _Moments:
    share = weight / weight.sum()
    means, mean = share @ columns, float(share @ y)
    root = np.sqrt(share)
    design, target = (columns - means) * root[:, None], (y - mean) * root
    spread = np.sqrt((design**2).sum(axis=0))
    varies = spread > np.finfo(np.float32).eps
    scale = np.where(varies, spread, 1.0)
    design *= np.where(varies, 1 / scale, 0.0)
    total = float(target @ target)
    return _Moments(design.T @ design, design.T @ target, total, float(1 / (share @ share)), means, scale, mean)


def _selected(moments: _Moments) -> Array:
    """Return the coefficients (p,) of the step of forward selection that has the least criterion."""
    open_ = np.diag(moments.among) > 0
    found = best = np.zeros(len(moments.along))
    chosen: list[int] = []
    least = _criterion(moments, best, 0)
    for _ in range(min(MOST_COLUMNS, int(open_.sum()), int(moments.rows / 3))):
        gain = np.where(open_, np.abs(moments.along - moments.among @ found), -1.0)
        chosen.append(int(np.argmax(gain)))
        open_[chosen[-1]] = False
        among = moments.among[np.ix_(chosen, chosen)] + JITTER * np.eye(len(chosen))
        found = np.zeros(len(moments.along))
        found[chosen] = np.linalg.solve(among, moments.along[chosen])
        if (criterion := _criterion(moments, found, len(chosen))) < least:
            least, best = criterion, found
    return best


def _criterion(moments: _Moments, coefficients: Array, chosen: int) -> float:
    missed = max(moments.missed(coefficients), np.finfo(float).tiny)
    return float(moments.rows * np.log(missed) + chosen * np.log(moments.rows * max(len(coefficients), 1)))


def _knots(columns: Array) -> Array:
    """Return the quantiles (q, KNOTS) of each column, clipped."""
    return np.clip(np.quantile(columns, np.arange(1, KNOTS + 1) / (KNOTS + 1), axis=0).T, -BEND_CLIP, BEND_CLIP)


def _promising(clipped: Array, knots: Array, left: Array, weight: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return column and knot of the hinges that correlate most with what is ``left`` (n,); none where a column has no inside."""
    inside = (knots > clipped.min(axis=0)[:, None]) & (knots < clipped.max(axis=0)[:, None])
    inside[:, 1:] &= np.diff(knots, axis=1) > 0
    strength = np.where(inside, 0.0, -1.0)
    for place in np.flatnonzero(inside.any(axis=1)):
        hinges = np.maximum(clipped[:, [place]] - knots[place, inside[place]], 0.0)
        strength[place, inside[place]] = np.abs(_moments(hinges, left, weight).along)
    best = np.sort(np.argsort(-strength, axis=None, kind="stable")[: min(MOST_HINGES, int(inside.sum()))])
    return np.divmod(best, KNOTS)


def _single_effects(moments: _Moments, prior: Array) -> Array:
    """Return the posterior mean (p,) of a sum of single effects, each on one column drawn from ``prior`` (p,) or on none.

    Iterative Bayesian stepwise selection: each effect in turn is fitted to what the others leave, with the noise that all leave;
    the effect's variance is averaged over.
    """
    variances = moments.total * np.array(EFFECT_VARIANCES)
    chances = np.log(np.r_[CHANCE_OF_NONE, np.full(len(variances), (1 - CHANCE_OF_NONE) / len(variances))])
    usable = np.diag(moments.among) > 0
    log_prior = np.where(usable, np.log(prior), -np.inf)
    effects = np.zeros((SINGLE_EFFECTS, len(prior)))
    explained, second = np.zeros_like(effects), np.zeros(SINGLE_EFFECTS)
    noise, together = moments.total, np.zeros(len(prior))
    if not usable.any() or not noise > 0:
        return together
    for _ in range(SWEEPS):
        before = together.copy()
        for one in range(SINGLE_EFFECTS):
            together -= explained[one]
            effects[one], second[one] = _single(moments.along - together, noise / moments.rows, variances, log_prior, chances)
            large = np.abs(effects[one]) > NEGLIGIBLE * np.abs(effects[one]).max()
            explained[one] = moments.among[:, large] @ effects[one, large]
            together += explained[one]
        unsure = float(second.sum() - (effects * explained).sum())
        noise = max(moments.missed(effects.sum(axis=0)) + unsure, JITTER * moments.total)
        if np.abs(together - before).max() < SETTLED * np.sqrt(moments.total):
            break
    return np.asarray(effects.sum(axis=0))


def _single(left: Array, error: float, variances: Array, log_prior: Array, chances: Array) -> tuple[Array, float]:
    """Return the posterior mean (p,) of one effect on correlations ``left`` (p,) of sampling variance ``error``; its mean square.

    Bayes factors of every column and variance (Wakefield 2009) against none; ``chances`` are the logarithms of the prior
    probabilities of none and of each of the ``variances``.
    """
    shrunk = (variances / (variances + error))[:, None]
    factors = (np.log1p(-shrunk) + left**2 / error * shrunk) / 2 + log_prior
    top = factors.max(axis=1, keepdims=True)
    by_column = np.exp(factors - top)
    total = by_column.sum(axis=1, keepdims=True)
    evidence = chances + np.r_[0.0, (top + np.log(total))[:, 0]]
    belief = np.exp(evidence - evidence.max())
    joint = (belief[1:] / belief.sum())[:, None] * by_column / total
    mean = left * (shrunk * joint).sum(axis=0)
    return mean, float((joint * ((shrunk * left) ** 2 + shrunk * error)).sum())
