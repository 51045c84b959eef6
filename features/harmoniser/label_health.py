"""Can these ratings support learning at all? A verdict with its reasons and figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from features.harmoniser.scales import Floats, Ints, Measured


@dataclass(frozen=True, slots=True)
class HealthParams:
    """When ratings are fit to learn from.

    Attributes
    ----------
    min_pairs : int
        Pairs of ratings of one person by different raters (or units) that must exist.
    min_identical_free : float
        Smallest share of ratings outside the most common value of their regime and year.
    min_correlation : float
        Smallest correlation of two harmonised ratings of one person by different raters.
    min_z : float
        Smallest distance of that correlation from zero, in standard errors under no signal.
    """

    min_pairs: int = 200
    min_identical_free: float = 0.02
    min_correlation: float = 0.08
    min_z: float = 3.0


@dataclass(frozen=True, slots=True)
class LabelHealth:
    """Verdict on the ratings, reason codes with their values where it is negative, and the figures it rests on."""

    verdict: Literal["layak", "tidak layak"]
    reasons: tuple[tuple[str, float], ...]
    figures: Mapping[str, float]


def judge_labels(measured: Measured, codes: Mapping[str, Ints], score: Floats, params: HealthParams) -> LabelHealth:
    """Return whether harmonised scores carry a persistent signal of the person across raters and units."""
    bridge, n_pairs = _bridging(measured, codes)
    correlation, z = _persistence(codes["person"], bridge, score, measured.cell) if n_pairs else (0.0, 0.0)
    sets, largest = connected_sets(codes)
    figures = {
        "ratings": float(len(score)),
        "people": float(len(np.unique(codes["person"]))),
        "people_rated_twice": float((np.bincount(codes["person"]) >= 2).sum()) if len(score) else 0.0,
        "pairs_across_raters": float(n_pairs),
        "outside_modal_value": 1.0 - _share_identical(measured),
        "persistent_correlation": correlation,
        "persistent_z": z,
        "connected_sets": float(sets),
        "share_in_largest_set": largest,
        "unusable_rows": float(measured.unusable),
    }
    asked = demands(figures, params)
    reasons = tuple(asked.loc[~asked["holds"], ["reason", "value"]].itertuples(index=False, name=None))
    return LabelHealth("tidak layak" if reasons else "layak", reasons, figures)


def demands(figures: Mapping[str, float], params: HealthParams) -> pd.DataFrame:
    """Return what ratings must show to be learned from, one row a demand: figure, reason (its code), value, least, holds."""
    asked = pd.DataFrame(
        [
            ("pairs_across_raters", "too_few_pairs_across_raters", float(params.min_pairs)),
            ("outside_modal_value", "ratings_nearly_identical", params.min_identical_free),
            ("persistent_correlation", "no_persistent_person_signal", params.min_correlation),
            ("persistent_z", "signal_within_chance", params.min_z),
        ],
        columns=["figure", "reason", "least"],
    )
    asked.insert(2, "value", [float(figures[name]) for name in asked["figure"]])
    return asked.assign(holds=asked["value"] >= asked["least"])


def connected_sets(codes: Mapping[str, Ints]) -> tuple[int, float]:
    """Return the number of sets of people and raters (or units) linked by ratings, and the share of ratings in the largest."""
    other = codes.get("rater", codes.get("unit"))
    if other is None or not (other >= 0).any():
        return 0, 0.0
    known = other >= 0
    person, rater = codes["person"][known], other[known]
    people = person.max() + 1
    size = people + rater.max() + 1
    graph = coo_matrix((np.ones(len(person)), (person, people + rater)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    ratings = np.bincount(label[person])
    return int((ratings > 0).sum()), float(ratings.max() / len(person))


def _bridging(measured: Measured, codes: Mapping[str, Ints]) -> tuple[Ints, int]:
    """Return codes of (person, rater; else unit-year; else rating), which must differ within a pair, and how many pairs do."""
    row = np.arange(len(measured.cell), dtype=np.int64)
    other = codes.get("rater", codes.get("unit_year", row))
    other = np.where(other < 0, other.max(initial=0) + 1 + row, other)
    other = np.asarray(pd.factorize(codes["person"] * (other.max(initial=0) + 1) + other)[0], dtype=np.int64)
    return other, int(_cross_pairs(codes["person"], other, np.ones(len(row))) / 2)


def _persistence(person: Ints, other: Ints, score: Floats, cell: Ints) -> tuple[float, float]:
    """Return the correlation of one person's scores across raters, and its distance from zero in standard errors.

    Under no signal the products of different ratings are uncorrelated, so that the variance of their sum over ordered pairs
    is twice the sum of the products of the ratings' variances.
    """
    cells = pd.Series(score).groupby(cell)
    centred, variance = score - cells.transform("mean").to_numpy(), cells.transform("var", ddof=0).to_numpy()
    product, pairs = _cross_pairs(person, other, centred), _cross_pairs(person, other, np.ones(len(score)))
    error = np.sqrt(2.0 * max(_cross_pairs(person, other, variance), 1e-12))
    return product / (pairs * max(float(variance.mean()), 1e-12)), float(product / error)


def _cross_pairs(person: Ints, other: Ints, value: Floats) -> float:
    """Return the sum of products over ordered pairs of ratings of one person whose (person, rater) codes differ."""
    return float(np.square(np.bincount(person, value)).sum() - np.square(np.bincount(other, value)).sum())


def _share_identical(measured: Measured) -> float:
    """Return the mean share of ratings that equal the most common value of their regime and year."""
    if measured.rows.empty:
        return 1.0
    counts = pd.DataFrame({"cell": measured.cell, "low": measured.lower}).value_counts(sort=False)
    return float(counts.groupby("cell").max().sum() / len(measured.cell))
