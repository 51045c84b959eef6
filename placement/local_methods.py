"""Hand-weighted local methods: how cities order candidates today, as plain scores shown beside the estimate and judged with it.

Each gives an order, not an effect: higher is preferred, the unit means nothing. They are handed the harmonised rating where a
city would use the raw grade, which flatters them. A criterion whose table a source lacks is left out and the others' weights
are scaled up; a single missing value counts as the middle of the reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

LOCAL_METHODS: tuple[str, ...] = ("saw", "topsis", "nine_box", "talent_formula", "seniority")
"""Names of the methods, the columns of ``local_scores``."""
OUTER, THIRDS = (0.05, 0.95), (1 / 3, 2 / 3)
"""Quantiles of the reference: the ends of a criterion's scale, and the borders of low, middle and high."""

CRITERIA: Mapping[str, float] = {
    "perf_last": 0.30, "comp_mean": 0.15, "pair_gap_sum": -0.10, "edu_step": 0.10, "pair_field_match": 0.05,
    "rank_step": 0.10, "ten_service_months": 0.10, "train_hours_2y": 0.10,
}  # fmt: skip
"""Criteria of SAW and TOPSIS with weights, negative where less is better: performance, competence and its gap to the standard,
education and its field, rank, service, training. The list follows published decision-support systems for promotion in Indonesian
offices (performance, education, rank, service, competence; attendance is in no register here); the weights are ours, each city
has its own."""
PERFORMANCE_AXIS: Mapping[str, float] = {"perf_last": 0.60, "view_superior": 0.20, "view_peer": 0.20}
"""BKN's performance axis (Kepka 411/2025): 60 % rating, 40 % reinforcing; of that only 360-degree feedback is on record."""
POTENTIAL_AXIS: Mapping[str, float] = {
    "comp_mean": 0.20, "train_hours_2y": 0.10, "exp_families": 0.10, "edu_step": 0.10, "pair_field_match": 0.10,
}  # fmt: skip
"""BKN's potential axis: 40 % competency (assessment, development, experience), 20 % qualification; the potential test (25 %) and
integrity (15 %) are not on record."""
SENIORITY: tuple[str, ...] = ("rank_step", "exp_level", "ten_service_months", "lead_training", "edu_step")
"""Order of the Daftar Urut Kepangkatan (PP 15/1979): rank, post, service, training, education; age, its last word, is left out."""
BOXES = np.array([[1, 3, 6], [2, 5, 8], [4, 7, 9]], dtype=np.float64)
"""BKN's numbers of the nine boxes, by third of performance (rows) and of potential (columns)."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What scores are measured against, taken from one reference frame, so that who else is on a list changes nobody's score.

    ``ends``: lower, middle and upper value of each criterion (index: feature). ``performance``, ``potential``: the two borders
    between low, middle and high on each axis.
    """

    ends: pd.DataFrame
    performance: tuple[float, float]
    potential: tuple[float, float]


def yardstick(reference: pd.DataFrame) -> Yardstick:
    """Return the yardstick of ``reference``: rows of ``features.frames.pair_matrix``, for instance everybody in their own post."""
    names = {*CRITERIA, *PERFORMANCE_AXIS, *POTENTIAL_AXIS, *SENIORITY}
    values = reference[sorted(names & set(reference.columns))].astype("float64")
    ends = values.quantile([OUTER[0], 0.5, OUTER[1]]).T.set_axis(["lower", "middle", "upper"], axis=1).dropna()
    return Yardstick(ends, *(_thirds(_weighted(values, axis, ends)) for axis in (PERFORMANCE_AXIS, POTENTIAL_AXIS)))


def local_scores(matrix: pd.DataFrame, measure: Yardstick) -> pd.DataFrame:
    """Return the score of every method for each candidate row; higher is preferred.

    Parameters
    ----------
    matrix : DataFrame
        One row per (employee, position): columns of ``features.frames.pair_matrix``.
    measure : Yardstick

    Returns
    -------
    DataFrame
        On the index of ``matrix``: ``saw`` and ``topsis`` (0-1), ``nine_box`` (1-9), ``talent_formula`` (0-1), ``seniority``.

    References
    ----------
    Hwang & Yoon (1981) for simple additive weighting and TOPSIS, both on linearly scaled criteria with fixed ideal points (the
    usual scaling by the list at hand lets a newcomer swap two others); BKN Kepka 411/2025 for axes, formula and boxes.
    """
    performance, potential = (_weighted(matrix, axis, measure.ends) for axis in (PERFORMANCE_AXIS, POTENTIAL_AXIS))
    boxes = BOXES[np.digitize(performance, measure.performance), np.digitize(potential, measure.potential)]
    scores = {
        "saw": _weighted(matrix, CRITERIA, measure.ends), "topsis": _closeness(matrix, measure.ends), "nine_box": boxes,
        "talent_formula": 0.5 * performance + 0.5 * potential, "seniority": _seniority(matrix, measure.ends),
    }  # fmt: skip
    return pd.DataFrame(scores, index=matrix.index)[list(LOCAL_METHODS)]


def _scaled(matrix: pd.DataFrame, names: list[str], ends: pd.DataFrame) -> Array:
    """Return the criteria (n, k) between 0 and 1 on the scale of the reference."""
    known = ends.loc[names]
    values = matrix[names].astype("float64").fillna(known["middle"])
    span = (known["upper"] - known["lower"]).where(lambda width: width > 0, 1.0)
    return np.asarray(((values - known["lower"]) / span).clip(0.0, 1.0), dtype=np.float64)


def _criteria(matrix: pd.DataFrame, weights: Mapping[str, float], ends: pd.DataFrame) -> tuple[Array, Array]:
    """Return the criteria at hand, all turned so that more is better (n, k), and their weights adding up to one (k,)."""
    names = [name for name in weights if name in ends.index and name in matrix.columns]
    signed = np.array([weights[name] for name in names])
    scaled = _scaled(matrix, names, ends)
    return np.where(signed < 0, 1.0 - scaled, scaled), np.abs(signed) / max(np.abs(signed).sum(), 1e-12)


def _weighted(matrix: pd.DataFrame, weights: Mapping[str, float], ends: pd.DataFrame) -> Array:
    values, share = _criteria(matrix, weights, ends)
    return np.asarray(values @ share) if len(share) else np.full(len(matrix), 0.5)


def _closeness(matrix: pd.DataFrame, ends: pd.DataFrame) -> Array:
    """Return TOPSIS's closeness: distance from the worst point over the distances from the worst and the best."""
    values, share = _criteria(matrix, CRITERIA, ends)
    worst, best = np.sqrt((values * share) ** 2 @ np.ones(len(share))), np.sqrt(((1 - values) * share) ** 2 @ np.ones(len(share)))
    return np.asarray(worst / np.maximum(worst + best, 1e-12)) if len(share) else np.full(len(matrix), 0.5)


def _seniority(matrix: pd.DataFrame, ends: pd.DataFrame) -> Array:
    """Return one number that orders by the first criterion, then the second, and so on, each in hundredths of its scale."""
    names = [name for name in SENIORITY if name in ends.index and name in matrix.columns]
    steps = np.round(_scaled(matrix, names, ends) * 99.0)
    return np.asarray(steps @ 100.0 ** -np.arange(1, len(names) + 1)) if names else np.full(len(matrix), 0.5)


def _thirds(values: Array) -> tuple[float, float]:
    low, high = np.quantile(values, THIRDS) if len(values) else (0.5, 0.5)
    return float(low), float(high)
