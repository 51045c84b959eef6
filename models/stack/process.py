"""A smooth regression: a Gaussian process that learns which columns, and which mixtures of them, matter; told as a sum of waves.

Scales and variances maximise the marginal likelihood on a sample of rows (automatic relevance determination; Rasmussen & Williams
2006, 5.1). Surfaces often turn along a few mixtures of columns (indices), which no scale by column can say: the axes of the first
fit's average gradient outer product (Radhakrishnan et al. 2024) become columns of a second smooth part, with scales of its own.
Prediction is by orthogonal random features (Rahimi & Recht 2007; Yu et al. 2016): linear in waves, so that no row of a fit is kept
and contributions have a closed form.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cho_factor, cho_solve, lapack
from scipy.optimize import minimize

from models.stack.encoding import Array, Encoded
from models.stack.regressors import Linear, by_owner

SAMPLED_ROWS = 400
"""Rows that scales and variances are learned on: the time of a step grows with the cube."""
STEPS = 20
"""Most steps of the search by column; it begins where every column matters alike."""
TURNED_STEPS = 15
"""Most steps of the search along the gradient's axes; it begins at what the first found."""
WAVES = 400
"""Directions of the waves, each with a cosine and a sine; half of them by column, half along the gradient's axes."""
SMOOTHNESS = 2.0
"""Shape of the rational quadratic kernel (a gamma mixture of squared exponentials; Rasmussen & Williams 2006, 4.2.1): surfaces with
kinks want short scales beside long ones."""
SMALLEST_AXIS = 1e-3
"""Axes along which the squared gradient is a smaller share than this of the largest are left out."""
START_NOISE, START_LINEAR, START_SMOOTH = 0.3, 0.3, 0.5
"""Shares of the variance of y that noise, all columns' straight lines together, and the smooth part begin with."""
SCALE_SD, VARIANCE_SD = 2.0, 3.0
"""Prior standard deviations of the logarithms: of a column's inverse squared length scale, and of a variance."""
LOG_BOUNDS = (-9.0, 5.0)
JITTER = 1e-6
BLOCK = 50
"""Rows of a triangle that LAPACK inverts at once; larger ones are put together from such."""
SMALLEST_ANGLE = 1e-6


@dataclass(frozen=True, slots=True)
class Waves:
    """``linear``, and for every direction (m, q) of the linear matrix a cosine and a sine, times their ``factors`` (2, m)."""

    linear: Linear
    directions: Array
    factors: Array

    def predict(self, X: Encoded) -> Array:
        """Return one number per row: cosine and sine of a direction are one wave of some height, later by some phase."""
        height, phase = self._waves()
        angle = X.linear @ self.directions.T
        angle -= phase
        return np.asarray(self.linear.predict(X) + np.cos(angle, out=angle) @ height)

    def slopes(self, X: Encoded) -> Array:
        """Return the gradient (n, q) with regard to the columns of the linear matrix."""
        height, phase = self._waves()
        angle = X.linear @ self.directions.T
        angle -= phase
        return np.asarray(np.sin(angle, out=angle) @ (-height[:, None] * self.directions) + self.linear.coefficients)

    def contributions(self, X: Encoded) -> Array:
        """Return what each feature adds (n, p + 1) on the straight way from the mean (integrated gradients; Sundararajan 2017).

        A wave's change is shared in the proportion in which features turn its angle.
        """
        out = self.linear.contributions(X)
        angle = X.linear @ self.directions.T
        safe = np.where(np.abs(angle) < SMALLEST_ANGLE, SMALLEST_ANGLE, angle)
        pull = ((np.cos(safe) - 1) * self.factors[0] + np.sin(safe) * self.factors[1]) / safe
        shares = X.linear * (pull @ self.directions)
        out = out + shares @ by_owner(X)
        out[:, -1] += self.factors[0].sum()
        return np.asarray(out)

    def _waves(self) -> tuple[Array, Array]:
        """Return height and phase (m,): a cos(t) + b sin(t) = height cos(t - phase)."""
        return np.hypot(*self.factors), np.arctan2(self.factors[1], self.factors[0])


@dataclass(frozen=True, slots=True)
class Scales:
    """Variances of noise, of straight lines (each column), of a kernel known before and of the smooth part.

    ``inverse`` (r,) are the smooth part's inverse squared length scales along its axes.
    """

    noise: float
    line: float
    known: float
    smooth: float
    inverse: Array


@dataclass(frozen=True, slots=True)
class _Rows:
    """What scales are learned from: places along axes (n, r); products of all columns, a known kernel (n, n); y, trust (n,)."""

    places: Array
    products: Array
    known: Array
    y: Array
    trust: Array


def fit_process(X: Encoded, y: Array, weight: Array, seed: int = 0, sampled_rows: int = SAMPLED_ROWS) -> Waves:
    """Return the posterior mean of a Gaussian process: straight lines, and smooth functions by column and along mixtures.

    Scales and variances are learned on ``sampled_rows`` of the rows.
    """
    share = weight / weight.sum()
    mean = float(share @ y)
    columns = X.linear.shape[1]
    if not columns:
        return Waves(Linear(np.empty(0), mean), np.empty((0, 0)), np.empty((2, 0)))
    unit = float(np.sqrt(share @ (y - mean) ** 2)) or 1.0
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(y))[:sampled_rows]
    sampled, trust = X.linear[chosen], weight / weight.mean()
    nothing = np.zeros((len(chosen), len(chosen)))
    rows = _Rows(sampled, sampled @ sampled.T, nothing, (y[chosen] - mean) / unit, trust[chosen])
    flat = Scales(START_NOISE, START_LINEAR / columns, START_SMOOTH, START_SMOOTH, np.full(columns, 1 / columns))
    scales = _scales(rows, flat, STEPS)
    by_column = _orthogonal(columns, rng) * np.sqrt(scales.inverse)
    first = _solved(X, y, trust, by_column, scales, np.full(len(by_column), scales.smooth))
    axes, strength = _axes(first.slopes(X), share)
    known = _closeness(sampled * np.sqrt(scales.inverse)) ** SMOOTHNESS
    inverse, half = strength * (scales.inverse @ axes**2), scales.smooth / 2
    started = replace(scales, known=half, smooth=half, inverse=inverse)
    turned = _scales(replace(rows, places=sampled @ axes, known=known), started, TURNED_STEPS)
    along = (_orthogonal(axes.shape[1], rng) * np.sqrt(turned.inverse)) @ axes.T
    variances = np.repeat([turned.known, turned.smooth], [len(by_column), len(along)])
    return _solved(X, y, trust, np.vstack([by_column, along]), turned, variances)


def _solved(X: Encoded, y: Array, trust: Array, directions: Array, scales: Scales, variances: Array) -> Waves:
    """Return ridge on columns and waves: ``variances`` (m,) are those of the smooth part that each direction belongs to."""
    share, columns = trust / trust.sum(), X.linear.shape[1]
    mean, root = float(share @ y), np.sqrt(trust)
    angle = (X.linear @ directions.T).astype(np.float32)  # single waves, a tenth of the time: off by 1e-6
    basis = np.hstack([X.linear, np.cos(angle), np.sin(angle)])
    means = share @ basis
    basis -= means
    basis *= root[:, None]
    prior = np.r_[np.full(columns, scales.line), np.tile(variances / (WAVES // 2), 2)]
    normal = basis.T @ basis
    normal.flat[:: len(normal) + 1] += scales.noise / prior
    found = cho_solve(cho_factor(normal, lower=True, overwrite_a=True), basis.T @ (root * (y - mean)))
    return Waves(Linear(found[:columns], mean - float(means @ found)), directions, found[columns:].reshape(2, len(directions)))


def _axes(slopes: Array, share: Array) -> tuple[Array, Array]:
    """Return the axes (q, r) along which the gradient (n, q) is large, and its size along each as a share of the largest (r,)."""
    squared, axes = np.linalg.eigh((share[:, None] * slopes).T @ slopes)
    size = np.clip(squared / max(squared[-1], np.finfo(float).tiny), 0, 1)
    kept = size >= SMALLEST_AXIS
    kept[-1] = True
    return axes[:, kept], np.sqrt(size[kept])


def _orthogonal(columns: int, rng: np.random.Generator) -> Array:
    """Return directions (WAVES / 2, columns), orthogonal in blocks, of lengths that the rational quadratic kernel asks for."""
    count = WAVES // 2
    blocks = [np.linalg.qr(rng.normal(size=(columns, columns)))[0] for _ in range(-(-count // columns))]
    lengths = np.sqrt(rng.chisquare(columns, count) * rng.gamma(SMOOTHNESS, 1 / SMOOTHNESS, count))
    return np.asarray(np.vstack(blocks)[:count] * lengths[:, None])


def _scales(rows: _Rows, started: Scales, steps: int) -> Scales:
    """Return the scales that the rows make most likely, searched from ``started``, which is also what they are shrunk to."""
    start = np.clip(_logs(started), *LOG_BOUNDS)
    spread = np.r_[np.full(4, VARIANCE_SD), np.full(len(started.inverse), SCALE_SD)]
    found = minimize(
        _loss, start, args=(rows, start, spread), jac=True, method="L-BFGS-B",
        bounds=[LOG_BOUNDS] * len(start), options={"maxiter": steps},
    ).x  # fmt: skip
    noise, line, known, smooth, *inverse = np.exp(found)
    return Scales(float(noise), float(line), float(known), float(smooth), np.array(inverse))


def _logs(scales: Scales) -> Array:
    values = np.r_[scales.noise, scales.line, scales.known, scales.smooth, scales.inverse]
    return np.asarray(np.log(np.maximum(values, np.finfo(float).tiny)))


def _loss(logs: Array, rows: _Rows, start: Array, spread: Array) -> tuple[float, Array]:
    """Return minus the log posterior of the logarithms (4 + r,), and its gradient."""
    noise, line, known, smooth, *rest = np.exp(logs)
    X, inverse = rows.places, np.array(rest)
    closeness = _closeness(X * np.sqrt(inverse))
    kernel = closeness**SMOOTHNESS
    kernel *= smooth
    covariance = line * rows.products
    covariance += known * rows.known
    covariance += kernel
    covariance += 1.0
    covariance.flat[:: len(X) + 1] += noise / rows.trust + JITTER
    factor, failed = lapack.dpotrf(covariance.T, overwrite_a=1)  # its columns lie as LAPACK wants them: nothing is copied
    if failed:
        raise np.linalg.LinAlgError("the covariance of the rows is not positive definite")
    explained = lapack.dpotrs(factor, rows.y)[0]
    apart = (logs - start) / spread
    value = rows.y @ explained / 2 + np.log(np.diag(factor)).sum() + apart @ apart / 2
    push = _inverse(factor)
    push -= np.outer(explained, explained)
    of_noise = noise * (np.diag(push) / rows.trust).sum()
    of_line, of_known = line * np.vdot(push, rows.products), known * np.vdot(push, rows.known)
    push *= kernel
    of_smooth = push.sum()
    push *= closeness
    by_axis = (X**2).T @ push.sum(axis=1) - (X * (push @ X)).sum(axis=0)
    gradient = np.r_[of_noise, of_line, of_known, of_smooth, -inverse * by_axis] / 2
    return float(value), gradient + apart / spread


def _inverse(upper: Array) -> Array:
    """Return the inverse (n, n) of the matrix whose Cholesky factor is ``upper``, which is overwritten.

    As LAPACK's potri, but blocks of the factor's inverse are put together two by two: mostly products, which are quick.
    """
    size, n = BLOCK, len(upper)
    for first in range(0, n, size):
        block = slice(first, first + size)
        upper[block, block] = lapack.dtrtri(upper[block, block])[0]
    while size < n:
        for first in range(0, n - size, 2 * size):
            left, right = slice(first, first + size), slice(first + size, first + 2 * size)
            upper[left, right] = -upper[left, left] @ upper[left, right] @ upper[right, right]
        size *= 2
    half = lapack.dlauum(upper, overwrite_c=1)[0]
    whole = half + half.T
    whole.flat[:: n + 1] /= 2
    return np.asarray(whole)


def _closeness(scaled: Array) -> Array:
    """Return 1 / (1 + half the squared distance / shape) (n, n) of rows in units of their length scales.

    The rational quadratic kernel of variance one is its power ``SMOOTHNESS``.
    """
    squares = (scaled**2).sum(axis=1) / 2
    apart = scaled @ scaled.T
    np.subtract(squares[:, None], apart, out=apart)
    apart += squares
    np.maximum(apart, 0, out=apart)
    apart /= SMOOTHNESS
    apart += 1.0
    return np.asarray(np.reciprocal(apart, out=apart))
