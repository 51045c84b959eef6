"""The ratings of one person as one block of covariance: batches of equal size, kernels, likelihood and its gradient."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

NEVER = -9
"""Code of a unit, family or spell that no row of the history shares."""

PARTS: tuple[str, ...] = ("level", "trend", "family", "unit", "spell", "drift")
"""The person's own effects, in the order of every parts axis."""

_ELEMENTS_PER_BATCH = 1_000_000
_DOUBTED = ("family", "unit", "spell")
"""Components that only people who have moved tell apart, some hundred: by chance one of them may take all."""
UNCONSTRAINED: tuple[str, ...] = (*PARTS, "noise", "persistence")
"""What is searched for, in the order of every unconstrained axis: logarithms of variances, the logit of the persistence."""
_LOG_FLOOR, _LOG_CEILING = np.log(1e-6), np.log(1e2)
_PERSISTENCE_RANGE = (0.02, 0.98)
_MOST_LENIENCY = 0.5
"""Most of what the ratings of a spell share that is taken for leniency: its variance is an estimate, too."""


@dataclass(frozen=True, slots=True)
class Components:
    """Variances of a person's effects (squared SD of the score) and the yearly persistence of the AR(1) disturbance.

    ``noise`` is the variance of a rating of precision weight one. ``trend`` is per squared unit of ``Rows.career``. ``leniency``
    is the part of ``spell`` (and, beyond it, of ``unit``) that is no performance: the error of the leniency taken out of the
    ratings, which all ratings of a spell share. It explains ratings; nobody gains by leaving it behind.
    """

    level: float = 0.25
    trend: float = 0.05
    family: float = 0.05
    unit: float = 0.03
    spell: float = 0.03
    drift: float = 0.15
    noise: float = 0.4
    persistence: float = 0.5
    leniency: float = 0.0

    def variances(self) -> Floats:
        """Return the six variances in the order of ``PARTS``."""
        return np.array([getattr(self, name) for name in PARTS])

    def neutral(self) -> Floats:
        """Return the six variances of performance itself: those of ratings less what leniency adds to them."""
        spell = min(self.leniency, self.spell * _MOST_LENIENCY)
        unit = min(self.leniency - spell, self.unit * _MOST_LENIENCY)
        return replace(self, spell=self.spell - spell, unit=self.unit - unit).variances()


@dataclass(frozen=True, slots=True)
class Rows:
    """What the covariance of a person's ratings reads; every array has the same shape.

    ``time`` in years, ``career`` in decades since the person's first rating, the rest integer codes; equal codes share an
    effect.
    """

    time: Floats
    career: Floats
    family: Codes
    unit: Codes
    spell: Codes

    def take(self, index: Codes) -> "Rows":
        """Return the rows at ``index`` (any shape)."""
        return Rows(*(getattr(self, field.name)[index] for field in fields(self)))


def batches(groups: Codes) -> Iterator[Codes]:
    """Yield row indices, shape (blocks, size), of blocks of equal size; ``groups`` is sorted, one code per row.

    Sizes come in rising order and a batch holds at most a few million covariance elements, so that memory stays flat.
    """
    if not len(groups):
        return
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    for _, rows in batches_of(starts, np.diff(np.r_[starts, len(groups)])):
        yield rows


def batches_of(starts: Codes, sizes: Codes) -> Iterator[tuple[Codes, Codes]]:
    """Yield (numbers of the runs, their row indices) grouped by size; runs of size zero come as empty rows."""
    for size in np.unique(sizes):
        runs = np.flatnonzero(sizes == size)
        step = max(1, _ELEMENTS_PER_BATCH // max(1, int(size) ** 2))
        for first in range(0, len(runs), step):
            part = runs[first : first + step]
            yield part, starts[part][:, None] + np.arange(size)


def kernels(left: Rows, right: Rows, persistence: float) -> Floats:
    """Return the six unit-variance covariances between rows (b, S) and rows (b, T): shape (6, b, S, T)."""

    def same(name: str) -> NDArray[np.bool_]:
        return np.asarray(getattr(left, name)[:, :, None] == getattr(right, name)[:, None, :])

    trend = left.career[:, :, None] * right.career[:, None, :]
    lag = np.abs(left.time[:, :, None] - right.time[:, None, :])
    return np.stack([np.ones_like(trend), trend, same("family"), same("unit"), same("spell"), persistence**lag])


def covariance(rows: Rows, weight: Floats, components: Components) -> Floats:
    """Return the covariance (b, T, T) of the ratings in ``rows`` (b, T), precision weights (b, T) included."""
    own = np.tensordot(components.variances(), kernels(rows, rows, components.persistence), axes=1)
    size = rows.time.shape[1]
    own[:, np.arange(size), np.arange(size)] += components.noise / weight
    return np.asarray(own)


def fit_components(
    rows: Rows,
    weight: Floats,
    moments: list[tuple[Codes, Floats]],
    start: Components,
    steps: int = 60,
    expected: tuple[Components, Floats] | None = None,
) -> Components:
    """Return the components that maximise the Gaussian likelihood of the residual second moments, times a weak prior.

    Parameters
    ----------
    rows, weight
        All rows, shape (n,).
    moments
        Per batch its row indices (b, T) and the expected outer products of the residuals (b, T, T): residual times residual
        plus the posterior covariance of everything that was subtracted (the E step of an EM algorithm), so that the result is
        REML-like and not biased by fitted effects.
    start
        Where the search starts.
    steps
        Most steps of the search.
    expected
        Components expected before any rating is seen, and the prior standard deviation about them of each of ``UNCONSTRAINED``.
        Default: nothing is expected.
    """
    prepared = _prepared(rows, weight, moments)
    prior, spread = expected or (start, doubts(np.inf))
    first, middle = unconstrained(start), unconstrained(prior)
    bounds = [(_LOG_FLOOR, _LOG_CEILING)] * (len(UNCONSTRAINED) - 1) + [tuple(logit(_PERSISTENCE_RANGE))]
    found = minimize(
        _objective,
        first,
        args=(prepared, (middle, spread)),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": steps},
    )
    assert np.isfinite(found.fun), "the likelihood of finite scores is finite"
    return constrained(found.x, start)


def doubts(of_few: float) -> Floats:
    """Return the prior SD of each of ``UNCONSTRAINED``: ``of_few`` for what only people who moved tell apart, else infinite."""
    return np.array([of_few if name in _DOUBTED else np.inf for name in UNCONSTRAINED])


def unconstrained(components: Components) -> Floats:
    """Return the components (8,) in the order of ``UNCONSTRAINED``."""
    variances = [max(getattr(components, name), 1e-5) for name in UNCONSTRAINED[:-1]]
    return np.asarray(np.r_[np.log(variances), logit(components.persistence)])


def constrained(theta: Floats, base: Components) -> Components:
    """Return the components whose ``unconstrained`` is ``theta``, what else there is as in ``base``."""
    values = dict(zip(UNCONSTRAINED[:-1], np.exp(theta[:-1]), strict=True))
    return replace(base, **values, persistence=float(expit(theta[-1])))


def _prepared(rows: Rows, weight: Floats, moments: list[tuple[Codes, Floats]]) -> list["_Batch"]:
    return [_Batch(rows.take(index), weight[index], moment) for index, moment in moments]


class _Batch:
    """One batch with the kernels that do not depend on the persistence computed once."""

    def __init__(self, rows: Rows, weight: Floats, moment: Floats) -> None:
        self.kernels = kernels(rows, rows, 1.0)
        self.lag = np.abs(rows.time[:, :, None] - rows.time[:, None, :])
        self.noise = np.eye(rows.time.shape[1]) / weight[:, :, None]
        self.moment = moment


def _objective(theta: Floats, prepared: list[_Batch], prior: tuple[Floats, Floats]) -> tuple[float, Floats]:
    """Return minus the log posterior (up to a constant, per block) and its gradient in the unconstrained parameters."""
    variances, rho = np.exp(theta[:-1]), expit(theta[-1])
    total, gradient, blocks = 0.0, np.zeros_like(theta), 0
    for batch in prepared:
        batch.kernels[5] = rho**batch.lag
        matrix = np.tensordot(variances[:6], batch.kernels, axes=1) + variances[6] * batch.noise
        inverse = np.linalg.inv(matrix)
        logdet = np.linalg.slogdet(matrix)[1].sum()
        score = inverse - inverse @ batch.moment @ inverse
        total += 0.5 * (logdet + np.einsum("bij,bij->", inverse, batch.moment))
        gradient[:6] += 0.5 * variances[:6] * np.einsum("kbij,bij->k", batch.kernels, score)
        gradient[6] += 0.5 * variances[6] * np.einsum("bij,bij->", batch.noise, score)
        gradient[7] += 0.5 * variances[5] * (1 - rho) * np.einsum("bij,bij,bij->", batch.lag, batch.kernels[5], score)
        blocks += len(matrix)
    expected, spread = prior
    away = (theta - expected) / spread
    return float(total + 0.5 * away @ away) / blocks, (gradient + away / spread) / blocks
