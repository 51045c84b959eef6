"""A smooth regression: a Gaussian process whose length scales are learned, told as a finite sum of waves.

Scales and variances maximise the marginal likelihood on a sample of rows (automatic relevance determination; Rasmussen & Williams
2006, 5.1). Prediction is by orthogonal random features (Rahimi & Recht 2007; Yu et al. 2016): linear in waves, so that no row of a
fit is kept and contributions have a closed form.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve, lapack
from scipy.optimize import minimize

from models.stack.encoding import Array, Encoded
from models.stack.regressors import Linear

SAMPLED_ROWS = 400
"""Rows that scales and variances are learned on: the time of a step grows with the cube."""
STEPS = 30
"""Most steps of the search; it begins where every column matters alike."""
WAVES = 400
"""Directions of the waves, each with a cosine and a sine."""
START_NOISE, START_LINEAR, START_SMOOTH = 0.3, 0.3, 0.5
"""Shares of the variance of y that noise, all columns' straight lines together, and the smooth part begin with."""
SCALE_SD, VARIANCE_SD = 2.0, 3.0
"""Prior standard deviations of the logarithms: of a column's inverse squared length scale, and of a variance."""
LOG_BOUNDS = (-9.0, 5.0)
JITTER = 1e-6
SMALLEST_ANGLE = 1e-6


@dataclass(frozen=True, slots=True)
class Waves:
    """``linear``, and for every direction (m, q) of the linear matrix a cosine and a sine, times their ``factors`` (2, m)."""

    linear: Linear
    directions: Array
    factors: Array

    def predict(self, X: Encoded) -> Array:
        """Return one number per row."""
        angle = X.linear @ self.directions.T
        return np.asarray(self.linear.predict(X) + np.cos(angle) @ self.factors[0] + np.sin(angle) @ self.factors[1])

    def contributions(self, X: Encoded) -> Array:
        """Return what each feature adds (n, p + 1) on the straight way from the mean (integrated gradients; Sundararajan 2017).

        A wave's change is shared in the proportion in which features turn its angle.
        """
        out = self.linear.contributions(X)
        angle = X.linear @ self.directions.T
        safe = np.where(np.abs(angle) < SMALLEST_ANGLE, SMALLEST_ANGLE, angle)
        pull = ((np.cos(safe) - 1) * self.factors[0] + np.sin(safe) * self.factors[1]) / safe
        shares = X.linear * (pull @ self.directions)
        by_feature = np.zeros((len(X.owners), out.shape[1]))
        by_feature[np.arange(len(X.owners)), list(X.owners)] = 1.0
        out = out + shares @ by_feature
        out[:, -1] += self.factors[0].sum()
        return np.asarray(out)


@dataclass(frozen=True, slots=True)
class Scales:
    """Variances of noise, of straight lines (each column) and of the smooth part; inverse squared length scales (q,)."""

    noise: float
    line: float
    smooth: float
    inverse: Array


def fit_process(X: Encoded, y: Array, weight: Array, seed: int = 0) -> Waves:
    """Return the posterior mean of a Gaussian process: straight lines and one smooth function of all columns together."""
    share = weight / weight.sum()
    mean = float(share @ y)
    lines = X.linear.shape[1]
    if not lines:
        return Waves(Linear(np.empty(0), mean), np.empty((0, 0)), np.empty((2, 0)))
    unit = float(np.sqrt(share @ (y - mean) ** 2)) or 1.0
    target, trust = (y - mean) / unit, weight / weight.mean()
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(y))[:SAMPLED_ROWS]
    scales = _scales(X.linear[rows], target[rows], trust[rows])
    directions = _orthogonal(lines, rng) * np.sqrt(scales.inverse)
    angle = X.linear @ directions.T
    basis = np.hstack([X.linear, np.cos(angle), np.sin(angle)])
    means = share @ basis
    centred = basis - means
    prior = np.r_[np.full(lines, scales.line), np.full(2 * WAVES, scales.smooth / WAVES)]
    normal = centred.T @ (trust[:, None] * centred)
    normal[np.diag_indices_from(normal)] += scales.noise / prior
    found = unit * cho_solve(cho_factor(normal, lower=True), centred.T @ (trust * target))
    return Waves(Linear(found[:lines], mean - float(means @ found)), directions, found[lines:].reshape(2, WAVES))


def _orthogonal(columns: int, rng: np.random.Generator) -> Array:
    """Return directions (WAVES, columns) of normal length, orthogonal in blocks."""
    blocks = [np.linalg.qr(rng.normal(size=(columns, columns)))[0] for _ in range(-(-WAVES // columns))]
    lengths = np.sqrt(rng.chisquare(columns, WAVES))
    return np.asarray(np.vstack(blocks)[:WAVES] * lengths[:, None])


def _scales(X: Array, y: Array, trust: Array) -> Scales:
    columns = X.shape[1]
    start = np.log(np.r_[START_NOISE, START_LINEAR / columns, START_SMOOTH, np.full(columns, 1 / columns)])
    spread = np.r_[np.full(3, VARIANCE_SD), np.full(columns, SCALE_SD)]
    found = minimize(
        _loss, start, args=(X, X @ X.T, y, trust, start, spread), jac=True, method="L-BFGS-B",
        bounds=[LOG_BOUNDS] * len(start), options={"maxiter": STEPS},
    ).x  # fmt: skip
    noise, line, smooth, *inverse = np.exp(found)
    return Scales(float(noise), float(line), float(smooth), np.array(inverse))


def _loss(logs: Array, X: Array, products: Array, y: Array, trust: Array, start: Array, spread: Array) -> tuple[float, Array]:
    """Return minus the log posterior of the logarithms (3 + q,), and its gradient; ``products`` (n, n) are X X'."""
    noise, line, smooth, *rest = np.exp(logs)
    inverse = np.array(rest)
    kernel = _smooth(X * np.sqrt(inverse), smooth)
    covariance = line * products
    covariance += kernel
    covariance += 1.0
    covariance[np.diag_indices_from(covariance)] += noise / trust + JITTER
    factor = np.linalg.cholesky(covariance)
    explained = cho_solve((factor, True), y, check_finite=False)
    lower = lapack.dpotri(factor, lower=1)[0]
    push = lower + lower.T
    push[np.diag_indices_from(push)] /= 2
    push -= np.outer(explained, explained)
    apart = (logs - start) / spread
    value = y @ explained / 2 + np.log(np.diag(factor)).sum() + apart @ apart / 2
    of_noise, of_line = noise * (np.diag(push) / trust).sum(), line * np.vdot(push, products)
    push *= kernel
    by_column = (X**2).T @ push.sum(axis=1) - (X * (push @ X)).sum(axis=0)
    gradient = np.r_[of_noise, of_line, push.sum(), -inverse * by_column] / 2
    return float(value), gradient + apart / spread


def _smooth(scaled: Array, variance: float) -> Array:
    """Return the squared exponential kernel (n, n) of rows in units of their length scales."""
    squares = (scaled**2).sum(axis=1) / 2
    kernel = scaled @ scaled.T
    kernel -= squares[:, None]
    kernel -= squares
    np.exp(kernel, out=kernel)
    kernel *= variance
    return np.asarray(kernel)
