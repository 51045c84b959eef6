"""How far two groups are apart and how sure that is: intervals, and how often chance alone makes as much of a difference.

Koopman (1984), "Confidence intervals for the ratio of two binomial proportions", Biometrics 40; DeLong, DeLong and Clarke-Pearson
(1988), "Comparing the areas under two or more correlated receiver operating characteristic curves", Biometrics 44. Chance
is told by tests that hold far out in small groups too, where these intervals are too narrow: Fisher's exact one for shares, Mann
and Whitney's for scores, Welch's for means.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import chi2, hypergeom, mannwhitneyu, norm, rankdata, t

Array = NDArray[np.float64]
WIDEST = 30.0
"""Log of the largest ratio looked for; beyond it there is no upper limit."""
HALVINGS = 80


def ratio_interval(hits: Array, people: Array, other_hits: Array, others: Array, level: float) -> tuple[Array, Array]:
    """Return Koopman's score interval of ``(hits / people) / (other_hits / others)``.

    Parameters
    ----------
    hits, people, other_hits, others : ndarray, shape (n,)
        Counts; ``people`` and ``others`` are above zero.
    level : float
        Of the interval.

    Returns
    -------
    lower, upper : ndarray, shape (n,)
        Zero hits have lower limit 0, zero hits of the others no upper limit (inf); none on either side says nothing (NaN).
    """
    limit = float(chi2.ppf(level, 1))
    counts = (hits, people, other_hits, others)
    said = (hits + other_hits) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.log(hits / people) - np.log(other_hits / others)
    start = np.clip(np.nan_to_num(middle), -WIDEST, WIDEST)
    lower = np.where(hits > 0, np.exp(_crossing(counts, np.full_like(start, -WIDEST), start, limit)), 0.0)
    upper = np.where(other_hits > 0, np.exp(_crossing(counts, np.full_like(start, WIDEST), start, limit)), np.inf)
    return np.where(said, lower, np.nan), np.where(said, upper, np.nan)


def _crossing(counts: tuple[Array, Array, Array, Array], outside: Array, inside: Array, limit: float) -> Array:
    """Return the log ratio between ``outside`` (refused) and ``inside`` (held) at which the score statistic meets ``limit``."""
    for _ in range(HALVINGS):
        halfway = (outside + inside) / 2
        refused = _score(counts, np.exp(halfway)) > limit
        outside, inside = np.where(refused, halfway, outside), np.where(refused, inside, halfway)
    return inside


def _score(counts: tuple[Array, Array, Array, Array], ratio: Array) -> Array:
    """Return the score statistic of ``ratio``: chi-squared on one degree of freedom where it is the true one."""
    hits, people, other_hits, others = counts
    square, total = (people + others) * ratio, hits + other_hits
    linear = people * ratio + hits + others + other_hits * ratio
    base = 2 * total / (linear + np.sqrt(np.maximum(linear**2 - 4 * square * total, 0.0)))
    rate = np.minimum(base * ratio, 1.0)
    variance = rate * (1 - rate) / people + ratio**2 * base * (1 - base) / others
    gap = hits / people - ratio * other_hits / others
    return np.where(gap == 0.0, 0.0, gap**2 / np.maximum(variance, np.finfo(np.float64).tiny))


def chance_of_shares(hits: Array, people: Array, other_hits: Array, others: Array) -> Array:
    """Return Fisher's exact p values (n,) of equal shares: twice the smaller tail; NaN where nobody at all got there."""
    drawn = (people + others, hits + other_hits, people)
    tail = np.minimum(hypergeom.cdf(hits, *drawn), hypergeom.sf(hits - 1, *drawn))
    return np.where(hits + other_hits > 0, np.minimum(2 * tail, 1.0), np.nan)


def chance_of_scores(scores: Array, others: Array) -> float:
    """Return Mann and Whitney's p value of two groups whose scores do not differ."""
    return float(mannwhitneyu(scores, others).pvalue)


def chance_above(scores: Array, others: Array, level: float) -> tuple[float, float, float]:
    """Return the chance that one of ``scores`` lies above one of ``others`` (AUC; ties count half), with DeLong's interval.

    The interval is taken on the logit scale. It is NaN where the groups do not overlap at all.
    """
    n, m = len(scores), len(others)
    ranks = rankdata(np.concatenate([scores, others]))
    above = (ranks[:n] - rankdata(scores)) / m
    below = 1.0 - (ranks[n:] - rankdata(others)) / n
    area = float(above.mean())
    if area in (0.0, 1.0):
        return area, float("nan"), float("nan")
    error = float(np.sqrt(above.var(ddof=1) / n + below.var(ddof=1) / m))
    reach = float(norm.ppf((1 + level) / 2)) * error / (area * (1 - area))
    return area, float(expit(logit(area) - reach)), float(expit(logit(area) + reach))


def mean_and_error(total: Array, weight: Array) -> tuple[float, float]:
    """Return the mean of people whose values sum to ``total`` (n,) under ``weight`` (n,), and its standard error over people."""
    whole = float(weight.sum())
    mean = float(total.sum()) / whole
    left = total - mean * weight
    return mean, float(np.sqrt((left**2).sum() * len(total) / max(len(total) - 1, 1))) / whole


def difference_interval(one: tuple[float, float], other: tuple[float, float], level: float) -> tuple[float, float]:
    """Return the interval of the difference of two independent means, each with its standard error."""
    half = float(norm.ppf(0.5 + level / 2)) * float(np.hypot(one[1], other[1]))
    return one[0] - other[0] - half, one[0] - other[0] + half


def chance_of_means(one: tuple[float, float], other: tuple[float, float], people: tuple[int, int]) -> float:
    """Return Welch's p value of two equal means, each with its standard error over so many ``people``."""
    square, squares = one[1] ** 2 + other[1] ** 2, (one[1] ** 4, other[1] ** 4)
    if not square > 0:
        return float("nan")
    freedom = square**2 / sum(part / max(count - 1, 1) for part, count in zip(squares, people, strict=True))
    return float(2 * t.sf(abs(one[0] - other[0]) / np.sqrt(square), freedom))


def root_ratio_interval(one: tuple[float, float], other: tuple[float, float], level: float) -> tuple[float, float, float]:
    """Return the ratio of the roots of two means above zero, with its interval on the scale of logarithms."""
    if not (one[0] > 0 and other[0] > 0):
        return float("nan"), float("nan"), float("nan")
    half = float(norm.ppf(0.5 + level / 2)) * float(np.hypot(one[1] / one[0], other[1] / other[0])) / 2
    ratio = float(np.sqrt(one[0] / other[0]))
    return ratio, ratio * float(np.exp(-half)), ratio * float(np.exp(half))
