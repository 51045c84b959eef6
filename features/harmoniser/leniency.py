"""Leniency of raters and units, and the persistent part of people: a shrunk mixed model of ratings.

Latent rating = person + spell (person in unit) + unit + unit-year + rater + noise, within regime and year. Variances come from
products of *different* ratings only (Haseman-Elston moments: a rating's own noise never enters, so nothing is overstated);
effects are posterior modes by block Gauss-Seidel, in which a grade enters by Newton steps of the ordered probit likelihood, so
that a unit's shift moves its cut-points.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from features.harmoniser.cut_points import CutPoints, moved, no_deviations, own_left_out
from features.harmoniser.scales import Floats, Ints, Measured, hermite_means, pair_codes, score_and_curvature

LENIENCY_FACTORS: tuple[str, ...] = ("unit", "unit_year", "rater")
PERSON_FACTORS: tuple[str, ...] = ("person", "spell")
MIN_NOISE = 0.1
"""Smallest share of latent variance left to the noise of a single rating: no rating system is nearly free of it."""
PRIOR_VARIANCE: Mapping[str, float] = {"person": 0.3, "spell": 0.05, "unit": 0.05, "unit_year": 0.05, "rater": 0.05}
"""Components assumed where ratings cannot tell yet (a single rated year has no second rating of anybody)."""
PRIOR_PAIRS = 30.0
"""Weight of that assumption, in pairs of ratings."""
HERMITE_ORDER = 8
MIN_EXPOSED = 200
"""Numeric ratings of people rated twice below which exposure is not looked at."""
PROVEN_SLOPE = 3.0
"""Standard errors by which noise must fall with exposure before exposure counts."""
PLUG_IN_SWEEPS = 30
"""Sweeps of the two-way means that the plug-in variance, a mere comparison, is taken from."""
CLOSE_ENOUGH = 1e-3
"""Sweeps stop when no row's prediction moves by more than this (SD)."""


@dataclass(frozen=True, slots=True)
class Variances:
    """Variance components of one rating on the latent scale of variance 1, and how noise falls with exposure.

    ``components`` come from products of different ratings only; ``plug_in`` is, for comparison, the variance of each
    factor's plain effects beside people's, which their own noise overstates.
    """

    components: Mapping[str, float]
    noise: float
    exposure_noise: float
    plug_in: Mapping[str, float] = field(default_factory=dict)

    @property
    def signal(self) -> float:
        """Variance of what belongs to the person (persistent, and in the unit)."""
        return sum(self.components.get(name, 0.0) for name in PERSON_FACTORS)

    @property
    def leniency(self) -> float:
        """Variance of what belongs to raters and units."""
        return sum(self.components.get(name, 0.0) for name in LENIENCY_FACTORS)


@dataclass(frozen=True, slots=True)
class Effects:
    """Fitted effects per factor level, their standard errors and numbers of ratings; and what is taken out of every row.

    ``leniency`` of a row is fitted without the row's own person, ``doubt`` its variance by factor; ``bounds`` are the lower and
    upper bound of a grade on the latent scale as its body drew them in the year, the row's own pull left out; ``cuts`` the same
    boundaries with every rating in.
    """

    values: Mapping[str, Floats]
    errors: Mapping[str, Floats]
    counts: Mapping[str, Ints]
    leniency: Floats
    doubt: Mapping[str, Floats]
    bounds: tuple[Floats, Floats]
    cuts: CutPoints


def factor_codes(rows: pd.DataFrame) -> dict[str, Ints]:
    """Return integer codes per row of every factor the ratings can tell apart (-1: unknown), people first."""
    person = rows["employee_id"].cat.codes.to_numpy(dtype=np.int64)
    codes = {"person": pd.factorize(person, sort=True)[0].astype(np.int64)}
    if rows["unit_id"].notna().any():
        unit = _codes(rows["unit_id"])
        codes["spell"] = pair_codes(codes["person"], unit)
        codes["unit"] = unit
        codes["unit_year"] = pair_codes(unit, rows["year"].to_numpy())
    if rows["rater_id"].notna().any():
        codes["rater"] = _codes(rows["rater_id"])
    return codes


def fit_variances(measured: Measured, codes: Mapping[str, Ints]) -> Variances:
    """Return the variance components by moments of products of different ratings that share a factor.

    References
    ----------
    Haseman & Elston (1972); Rao's MINQUE(0). Weighted here by the exposure's precision, each group by its size.
    """
    total, by_exposure = _noise_curve(measured, codes["person"])
    weight = 1.0 / np.maximum(total + by_exposure / _relative_exposure(measured), 1e-6)
    names = list(codes)
    products = np.array([_shared(codes[name], codes[name], weight, measured.linear) for name in names])
    counts = np.array([[_shared(codes[name], codes[other], weight, None) for other in names] for name in names])
    moments = np.diag(counts) * _latent_correlation(measured, products / np.maximum(np.diag(counts), 1e-12))
    scale = np.sqrt(np.maximum(np.diag(counts), 1e-12))
    prior = np.array([PRIOR_VARIANCE[name] for name in names])
    pull = np.sqrt(PRIOR_PAIRS)
    matrix = np.vstack([counts / scale[:, None], pull * np.eye(len(names))])
    solution = nnls(matrix, np.concatenate([moments / scale, pull * prior]))[0]
    solution *= min(1.0, (1.0 - MIN_NOISE) / max(solution.sum(), 1e-12))
    explained = float(solution.sum())
    return Variances(
        components=dict(zip(names, solution.tolist(), strict=True)),
        noise=max(total - explained, MIN_NOISE) if by_exposure > 0 else max(1.0 - explained, MIN_NOISE),
        exposure_noise=by_exposure,
    )


def row_noise(measured: Measured, variances: Variances) -> Floats:
    """Return the latent noise variance of every rating: falls with exposure where scores are numeric."""
    noise = variances.noise + variances.exposure_noise / _relative_exposure(measured)
    return np.where(measured.ordinal, max(1.0 - variances.signal - variances.leniency, MIN_NOISE), noise)


def fit_effects(measured: Measured, codes: Mapping[str, Ints], variances: Variances, sweeps: int) -> Effects:
    """Return shrunk effects of every factor, and each row's leniency fitted without the row's own person."""
    noise = row_noise(measured, variances)
    active = {name: code for name, code in codes.items() if variances.components.get(name, 0.0) > 0}
    values = {name: np.zeros(code.max(initial=-1) + 2) for name, code in codes.items()}
    predicted = np.zeros(len(measured.linear))
    response, weight = measured.linear, 1.0 / noise
    cuts = no_deviations(measured)
    for _ in range(sweeps):
        before = predicted.copy()
        response, weight = _working(measured, cuts.bounds(measured), predicted, noise)
        predicted = predicted + _weighted_mean(measured.cell, response - predicted, weight)
        for name, code in active.items():
            rest = predicted - values[name][code]
            values[name] = _shrunk(code, (response - rest) * weight, weight, variances.components[name])
            predicted = rest + values[name][code]
        cuts = moved(cuts, measured, predicted, noise)
        if np.abs(predicted - before).max(initial=0.0) < CLOSE_ENOUGH:
            break
    leniency = np.zeros(len(response))
    lenient = [name for name in LENIENCY_FACTORS if name in active]
    for name in lenient:
        partial = (response - predicted + values[name][active[name]]) * weight
        leniency += _without_person(active[name], codes["person"], partial, weight, variances.components[name])
    leniency -= _weighted_mean(measured.cell, leniency, np.ones(len(leniency)))  # neutral: the mean rating of the regime-year
    doubts = {name: _doubt(active[name], codes["person"], weight, variances, name) for name in lenient}
    return Effects(
        values={name: value[:-1] for name, value in values.items()},
        errors={name: np.sqrt(level) for name, (level, _) in doubts.items()},
        counts={name: np.bincount(code + 1, minlength=len(values[name]))[1:] for name, code in codes.items()},
        leniency=leniency,
        doubt={name: row for name, (_, row) in doubts.items()},
        bounds=own_left_out(cuts, measured, predicted, noise),
        cuts=cuts,
    )


def _working(measured: Measured, bounds: tuple[Floats, Floats], predicted: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Return working responses and weights: a score and its precision, or a grade's Newton step at the prediction."""
    grade = measured.ordinal
    response, weight = measured.linear.copy(), 1.0 / noise
    if grade.any():
        spread, centre = np.sqrt(noise[grade]), predicted[grade]
        lower, upper = ((bound[grade] - centre) / spread for bound in bounds)
        score, curvature = score_and_curvature(lower, upper)
        response[grade] = centre + spread * score / curvature
        weight[grade] = curvature / noise[grade]
    return response, weight


def _shrunk(code: Ints, weighted: Floats, weight: Floats, variance: float) -> Floats:
    """Return the shrunk mean per level; the last place stands for code -1 (unknown) and is zero."""
    levels = code.max(initial=-1) + 2
    sums = np.bincount(code + 1, weighted, levels)
    weights = np.bincount(code + 1, weight, levels)
    shrunk = sums / (weights + 1.0 / variance)
    return np.append(shrunk[1:], 0.0)


def _weighted_mean(code: Ints, value: Floats, weight: Floats) -> Floats:
    return (np.bincount(code, weight * value) / np.bincount(code, weight))[code]


def _without_person(code: Ints, person: Ints, weighted: Floats, weight: Floats, variance: float) -> Floats:
    both = pair_codes(person, code)
    levels, pairs = code.max(initial=-1) + 2, both.max(initial=-1) + 2
    sums = np.bincount(code + 1, weighted, levels)[code + 1] - np.bincount(both + 1, weighted, pairs)[both + 1]
    weights = np.bincount(code + 1, weight, levels)[code + 1] - np.bincount(both + 1, weight, pairs)[both + 1]
    return np.where(code < 0, 0.0, sums / (np.maximum(weights, 0.0) + 1.0 / variance))


def plug_in_variances(measured: Measured, codes: Mapping[str, Ints]) -> dict[str, float]:
    """Return per leniency factor the variance over ratings of its effects in plain two-way means of people and levels."""
    return {name: _plug_in(codes[name], codes["person"], measured.linear) for name in LENIENCY_FACTORS if name in codes}


def _plug_in(code: Ints, person: Ints, score: Floats) -> float:
    known = code >= 0
    if not known.any():
        return 0.0
    code, score, person = code[known], score[known], np.unique(person[known], return_inverse=True)[1]
    effect, ones = np.zeros(len(score)), np.ones(len(score))
    for _ in range(PLUG_IN_SWEEPS):
        effect = _weighted_mean(code, score - _weighted_mean(person, score - effect, ones), ones)
    return float(effect.var())


def _doubt(code: Ints, person: Ints, weight: Floats, variances: Variances, name: str) -> tuple[Floats, Floats]:
    """Return the posterior variance of a factor's levels, and of the level of every row without the row's own person.

    A person's many ratings under one level tell its leniency no better than the person is known: each person counts with
    mass / (1 + mass x variance of the person). Unknown levels keep the whole variance of the factor.
    """
    both, variance = pair_codes(person, code), variances.components[name]
    mass = np.bincount(both + 1, weight)
    told = (mass / (1.0 + mass * variances.signal))[both + 1]
    level = np.bincount(code + 1, told / np.bincount(both + 1)[both + 1], code.max(initial=-1) + 2)
    without = np.where(code < 0, 0.0, np.maximum(level[code + 1] - told, 0.0))
    return np.asarray(1.0 / (level[1:] + 1.0 / variance)), np.asarray(1.0 / (without + 1.0 / variance))


def _latent_correlation(measured: Measured, product: Floats) -> Floats:
    """Return the latent correlations behind mean products of two linear measurements (inverts the Hermite series)."""
    grid = np.linspace(-0.99, 0.99, 397)
    means = hermite_means(measured, HERMITE_ORDER)
    series = sum(grid ** (k + 1) * means[k] ** 2 / math.factorial(k + 1) for k in range(HERMITE_ORDER))
    rising = np.maximum.accumulate(np.asarray(series))
    return np.interp(product, rising, grid)


def _noise_curve(measured: Measured, person: Ints) -> tuple[float, float]:
    """Return (constant, part per inverse relative exposure) of the variance of numeric scores; (1, 0) where none is proven.

    From squared deviations of a score from the mean of the same person's others: its own noise enters whole, the others' by
    their share. What drifts between years lands in the constant.
    """
    inverse = 1.0 / _relative_exposure(measured)
    n = np.bincount(person, ~measured.ordinal)[person]
    rated = ~measured.ordinal & (n >= 2)
    if rated.sum() < MIN_EXPOSED or inverse[rated].std() < 1e-9:
        return 1.0, 0.0
    person, n, inverse, score = person[rated], n[rated], inverse[rated], measured.linear[rated]
    others = n - 1.0
    deviation = score - (np.bincount(person, score)[person] - score) / others
    carried = inverse + (np.bincount(person, inverse)[person] - inverse) / others**2
    design = np.column_stack([np.ones_like(others), 1.0 / others, carried])
    gram = np.linalg.pinv(design.T @ design)
    coefficients = gram @ design.T @ deviation**2
    residual = deviation**2 - design @ coefficients
    error = np.sqrt((gram @ (design.T * residual**2) @ design @ gram)[2, 2])
    if coefficients[2] < PROVEN_SLOPE * error:
        return 1.0, 0.0
    slope = min(float(coefficients[2]), (1.0 - MIN_NOISE) / float(inverse.mean()))
    return 1.0 - slope * float(inverse.mean()), slope


def _relative_exposure(measured: Measured) -> Floats:
    """Return exposure over its median within the regime-year (1 where unknown), at least 0.05."""
    exposure = measured.rows["exposure"]
    median = exposure.groupby(measured.cell).transform("median")
    relative = (exposure / median.where(median > 0)).fillna(1.0).to_numpy(dtype=float)
    return np.asarray(np.maximum(relative, 0.05))


def _shared(code: Ints, other: Ints, weight: Floats, value: Floats | None) -> float:
    """Return the weighted sum over pairs of different rows within groups of ``code`` (that share ``other`` too) of 1 or y y'."""
    known = (code >= 0) & (other >= 0)
    group, both, w = code[known], pair_codes(code, other)[known], weight[known]
    if not len(group):
        return 0.0
    mass = np.bincount(group, w)
    term = w if value is None else w * value[known]
    pairs = np.square(np.bincount(both, term)) - np.bincount(both, np.square(term))
    first = np.zeros(both.max() + 1, dtype=np.int64)
    first[both] = group
    return float((pairs / np.maximum(mass, 1e-12)[first]).sum())


def _codes(column: pd.Series) -> Ints:
    return np.asarray(pd.factorize(column, sort=True)[0], dtype=np.int64)
