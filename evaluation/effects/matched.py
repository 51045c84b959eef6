"""The effect of a move on those who moved: their outcome against what people with the same history did who stayed.

Outcome of the stayers by regression on the rating history within each year's risk set, drawn to the regression over all years;
the stayers reweighted by the odds of moving take out what the regression misses (AIPW for the effect on the treated).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr, ndtri, stdtr, stdtrit

from evaluation.effects.panel import Array, Codes

POOLING = 20.0
"""Rows the regression over all years counts for in a single year's."""
LOGIT_RIDGE = 1.0
LOGIT_STEPS = 12
LOGIT_SETTLED = 1e-3
MAX_ODDS = 9.0
"""Odds of moving beyond which nobody stayed who is like the mover."""
MANY_CLUSTERS = 60
POWER = 0.8
FEWEST_STAYERS = 30


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean effect (SD unless told otherwise) with its standard error; ``freedom`` of Student's t (inf: normal)."""

    estimate: float
    error: float
    movers: int
    stayers: int
    freedom: float = np.inf

    def interval(self, level: float) -> tuple[float, float]:
        """Return the interval that holds the truth with probability ``level``."""
        tail = 0.5 + level / 2
        times = float(ndtri(tail)) if np.isinf(self.freedom) else float(stdtrit(self.freedom, tail))
        return self.estimate - times * self.error, self.estimate + times * self.error

    def p_value(self, *, above: bool = False) -> float:
        """Return the p-value of zero: two-sided, or one-sided against an effect ``above`` it."""
        if not self.error > 0:
            return float("nan")
        z = self.estimate / self.error
        at = -z if above else -abs(z)
        tail = float(ndtr(at)) if np.isinf(self.freedom) else float(stdtr(self.freedom, at))
        return tail if above else 2 * tail

    def power(self, size: float, level: float) -> float:
        """Return the chance that an effect of ``size`` would be told from zero."""
        return float(ndtr(size / self.error - ndtri(0.5 + level / 2))) if self.error > 0 else float("nan")

    def detectable(self, level: float) -> float:
        """Return the smallest effect that would be told from zero four times in five (MDE)."""
        return float(ndtri(0.5 + level / 2) + ndtri(POWER)) * self.error


NOTHING = Effect(float("nan"), float("nan"), 0, 0)


@dataclass(frozen=True, slots=True)
class Matched:
    """Everything a matched comparison leaves: per row (m) what it adds to the effect.

    ``gain``: outcome less what was expected of staying (m,), NaN where there is no outcome. ``odds``: weight of a stayer, summing
    to one over all stayers (0 for movers). ``weight``: how many people a row stands for. ``moved``, ``person`` and ``unit`` as in
    the risk sets; people and units are clusters.
    """

    gain: Array
    odds: Array
    weight: Array
    moved: Array
    person: Codes
    unit: Codes

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Rows with an outcome."""
        return np.isfinite(self.gain)

    def effect(self, among: NDArray[np.bool_] | None = None) -> Effect:
        """Return the mean effect on the movers, on those ``among`` (m,) them where given."""
        chosen = self.usable & (self.moved > 0) & (True if among is None else among)
        share = chosen * self.weight / max(float((chosen * self.weight).sum()), 1e-12)
        return self.contrast(share - self.odds, int(chosen.sum()))

    def contrast(self, weight: Array, movers: int) -> Effect:
        """Return the sum of ``weight`` x gain, its error clustered by person and by unit.

        ``weight`` (m,): positive weights sum to one over a group of movers, negative ones to minus one over those compared.
        """
        rows = self.usable & (weight != 0)
        stayers = int((rows & (self.moved == 0)).sum())
        if movers < 2:
            return Effect(float("nan"), float("nan"), movers, stayers)
        gain, weight = self.gain[rows], weight[rows]
        estimate = float(weight @ gain)
        groups = np.where(self.moved[rows] > 0, 1, 0) + 2 * (weight < 0)
        left = weight * (gain - _group_means(groups, np.abs(weight), gain))
        error, clusters = two_way_error(left, self.person[rows], self.unit[rows])
        return Effect(estimate, error, movers, stayers, np.inf if clusters >= MANY_CLUSTERS else max(clusters - 1.0, 1.0))


def two_way_error(part: Array, first: Codes, second: Codes) -> tuple[float, int]:
    """Return the standard error of a sum of ``part`` under two-way clustering, and the number of clusters of the second kind.

    Rows without a second cluster (-1) are clusters of their own. Cameron, Gelbach & Miller (2011); never below one-way.
    """
    second = np.where(second >= 0, second, second.max(initial=0) + 1 + first)
    both = np.unique(first.astype(np.int64) * (int(second.max(initial=0)) + 1) + second, return_inverse=True)[1]
    one, other, cross = (_clustered(part, code) for code in (first, second, both))
    clusters = len(np.unique(second[part > 0])) if (part > 0).any() else 0
    return float(np.sqrt(max(one + other - cross, one, other))), clusters


def _clustered(part: Array, code: Codes) -> float:
    sums = np.bincount(np.unique(code, return_inverse=True)[1], part)
    count = int((sums != 0).sum())
    return float(sums @ sums) * count / max(count - 1, 1)


def _group_means(groups: Codes, weight: Array, value: Array) -> Array:
    total = np.bincount(groups, weight, 4)
    return (np.bincount(groups, weight * value, 4) / np.where(total > 0, total, 1.0))[groups]


def match(
    outcome: Array, moved: Array, code: Codes, columns: Array, person: Codes, unit: Codes, weight: Array | None = None
) -> Matched:  # fmt: skip
    """Return movers matched with stayers.

    Parameters
    ----------
    outcome, moved : ndarray (m,)
        NaN where there is no outcome.
    code : ndarray (m,)
        Risk set of each row; movers are compared within it.
    columns : ndarray (m, k)
        What is matched on.
    person, unit : ndarray (m,)
        Clusters.
    weight : ndarray (m,), optional
        How many people each row stands for (non-response); default one.

    References
    ----------
    Angrist & Pischke (2009), section 5.4, for lagged outcomes in place of differences where past outcomes decide;
    Robins, Rotnitzky & Zhao (1994) and Sant'Anna & Zhao (2020) for the doubly robust effect on the treated.
    """
    seen = np.isfinite(outcome)
    weight = np.ones(len(outcome)) if weight is None else weight
    staying, odds = np.full(len(outcome), np.nan), np.zeros(len(outcome))
    stayers = seen & (moved == 0)
    if stayers.sum() < FEWEST_STAYERS or not (seen & (moved > 0)).any():
        return Matched(staying, odds, weight, moved, person, unit)
    scaled = _scaled(columns, seen)[seen]
    staying[seen] = _staying(outcome[seen], moved[seen], code[seen], scaled, weight[seen])
    odds[stayers] = (odds_of(moved[seen], code[seen], scaled) * weight[seen])[moved[seen] == 0]
    return Matched(outcome - staying, odds / odds.sum(), weight, moved, person, unit)


def _scaled(columns: Array, seen: NDArray[np.bool_]) -> Array:
    spread = columns[seen].std(axis=0)
    return np.asarray((columns - columns[seen].mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0))


def _staying(outcome: Array, moved: Array, code: Codes, columns: Array, weight: Array) -> Array:
    """Return what each row would have scored staying: a regression per risk set, drawn to the one over all."""
    code = np.unique(code, return_inverse=True)[1]
    stay = moved == 0
    total = np.bincount(code[stay], weight[stay], code.max() + 1)
    means = np.bincount(code[stay], (weight * outcome)[stay], code.max() + 1) / np.maximum(total, 1e-12)
    pooled = _ridge(columns[stay], (outcome - means[code])[stay], weight[stay], np.zeros(columns.shape[1]), 1.0)
    expected = np.empty(len(outcome))
    with_one = np.column_stack([columns, np.ones(len(columns))])
    order = np.argsort(code, kind="stable")
    for number, rows in enumerate(np.split(order, np.flatnonzero(np.diff(code[order])) + 1)):
        learn = rows[stay[rows]]
        fitted = _ridge(with_one[learn], outcome[learn], weight[learn], np.append(pooled, means[number]), POOLING)
        expected[rows] = with_one[rows] @ fitted
    return expected


def _ridge(columns: Array, target: Array, weight: Array, towards: Array, pull: float) -> Array:
    """Return coefficients by least squares, drawn to ``towards`` with the weight of ``pull`` rows of unit columns."""
    left = target - columns @ towards
    moments = (columns.T * weight) @ columns + pull * np.eye(columns.shape[1])
    return np.asarray(towards + np.linalg.solve(moments, columns.T @ (weight * left)))


def odds_of(moved: Array, group: Codes, columns: Array) -> Array:
    """Return every row's odds of ``moved`` by a ridge logit with an intercept for every group."""
    years, code = np.unique(group, return_inverse=True)
    yearly = (code[:, None] == np.arange(len(years))[None, :]).astype(np.float64)
    share = np.bincount(code, moved, len(years)) / np.bincount(code, minlength=len(years))
    x = np.column_stack([columns, yearly])
    penalty = np.append(np.full(columns.shape[1], LOGIT_RIDGE), np.full(len(years), 1e-3))
    beta = np.append(np.zeros(columns.shape[1]), np.log(np.clip(share, 1e-4, 0.5) / (1 - np.clip(share, 1e-4, 0.5))))
    for _ in range(LOGIT_STEPS):
        chance = expit(x @ beta)
        weight = np.maximum(chance * (1 - chance), 1e-9)
        step = np.linalg.solve((x.T * weight) @ x + np.diag(penalty), x.T @ (moved - chance) - penalty * beta)
        beta = beta + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < LOGIT_SETTLED:
            break
    return np.asarray(np.minimum(np.exp(x @ beta), MAX_ODDS))
