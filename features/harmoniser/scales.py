"""Ratings of any regime on one latent scale: numeric scores standardised, grades as cut-points of a normal variable."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.polynomial import hermite_e
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from features import codes
from features.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEW_LEVELS = 7
"""A numeric scale with at most this many distinct values is read as grades."""
SMALL_CELL = 10
"""A regime-year with fewer ratings borrows the mean, spread and cut-points of its whole regime."""
MIN_CURVATURE = 0.02
"""Newton steps treat no grade as less informative than this: keeps a step finite where a grade is nearly certain."""
TREE_LEVELS = 10
"""Levels of a tree of units that are climbed: no city's is deeper."""
WINSOR = 4.0
"""Standardised numeric scores are clipped here: a damaged score must not move a unit."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Ratings as measurements of a latent performance with variance 1 within a regime and year.

    ``rows`` is one row per usable rating in canonical order (person, period, position), ``scale`` its regime and kind. Numeric
    rows have ``linear`` = standardised score; ordinal rows have cut-points ``lower`` and ``upper`` on the latent scale, and
    ``linear`` their normal score divided by ``spread`` (the variance of the normal scores of their regime-year), so that a
    covariance of two ratings
    estimates the latent covariance (first Hermite term).
    """

    rows: pd.DataFrame
    ordinal: NDArray[np.bool_]
    lower: Floats
    upper: Floats
    linear: Floats
    spread: Floats
    cell: Ints
    unusable: int


def measure(known: Tables) -> Measured:
    """Return every usable appraisal of ``known`` as a measurement; rows with neither score nor rating are counted."""
    rows, unusable = _canonical_rows(known)
    if rows.empty:
        nothing, rows = np.zeros(0), rows.assign(scale=pd.Series(dtype="str"))
        return Measured(rows, nothing.astype(bool), nothing, nothing, nothing, nothing, nothing.astype(np.int64), unusable)
    ordinal, value = _values(rows)
    scale = rows["regime"].astype(str) + np.where(ordinal, "|grade", "|score")
    cell = _cells(scale, rows["year"].to_numpy())
    rows["scale"] = scale.astype("str")
    rows["raw"] = np.where(rows["score"].notna(), rows["score"], rows["rating"].astype("float64"))
    rows["standard"] = _standardise(rows["raw"].to_numpy(dtype=float), cell)
    lower, upper = _cut_points(value, cell)
    linear = np.clip(rows["standard"].to_numpy(), -WINSOR, WINSOR)
    spread = np.ones(len(rows))
    normal = normal_score(lower, upper)
    within = pd.Series(np.square(normal)[ordinal]).groupby(cell[ordinal]).transform("mean").to_numpy()
    spread[ordinal] = np.maximum(within, 1e-3)
    linear[ordinal] = normal[ordinal] / spread[ordinal]
    return Measured(rows, ordinal, lower, upper, linear, spread, cell, unusable)


def normal_score(lower: Floats, upper: Floats) -> Floats:
    """Return E[Z | lower < Z <= upper] of a standard normal Z, elementwise; the nearer bound where the interval is empty."""
    return score_and_curvature(lower, upper)[0]


def interval_curvature(lower: Floats, upper: Floats) -> Floats:
    """Return 1 - Var[Z | lower < Z <= upper]: minus the second derivative of the interval's log-probability by its shift."""
    return score_and_curvature(lower, upper)[1]


def score_and_curvature(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Return `normal_score` and `interval_curvature` of the same intervals."""
    probability = interval_probability(lower, upper)
    likely = np.maximum(probability, 1e-10)
    at_lower, at_upper = np.exp(-0.5 * lower**2), np.exp(-0.5 * upper**2)
    nearest = np.where(np.abs(lower) < np.abs(upper), lower, upper)
    score = np.where(probability > 1e-10, (at_lower - at_upper) / np.sqrt(2 * np.pi) / likely, nearest)
    ends = np.where(np.isfinite(lower), lower, 0.0) * at_lower - np.where(np.isfinite(upper), upper, 0.0) * at_upper
    return score, np.clip(score**2 - ends / (np.sqrt(2 * np.pi) * likely), MIN_CURVATURE, 1.0)


def pair_codes(first: Ints, second: Ints) -> Ints:
    """Return one dense code for the pair of codes, -1 where either is unknown."""
    key = np.where((first < 0) | (second < 0), -1, first * (second.max(initial=0) + 1) + second)
    codes = np.asarray(pd.factorize(key, sort=True)[0], dtype=np.int64)
    return codes - 1 if (key < 0).any() else codes


def hermite_means(measured: Measured, order: int) -> Floats:
    """Return the mean coefficients of ``linear`` on the Hermite polynomials 1..order (first: 1; a numeric score has no other)."""
    lower, upper = measured.lower[measured.ordinal], measured.upper[measured.ordinal]
    share = measured.linear[measured.ordinal] / np.maximum(interval_probability(lower, upper), 1e-10)
    means = np.zeros(order)
    means[0] = 1.0
    for k in range(2, order + 1):
        within = _hermite_density(lower, k - 1) - _hermite_density(upper, k - 1)
        means[k - 1] = (share * within).sum() / max(len(measured.linear), 1)
    return means


def _hermite_density(bound: Floats, degree: int) -> Floats:
    """Return He_degree(bound) times the normal density, zero at infinity."""
    finite = np.where(np.isfinite(bound), bound, 0.0)
    polynomial = hermite_e.hermeval(finite, np.eye(degree + 1)[degree])
    return np.asarray(polynomial * np.exp(-0.5 * bound**2) / np.sqrt(2 * np.pi))


def interval_probability(lower: Floats, upper: Floats) -> Floats:
    """Return P(lower < Z <= upper) of a standard normal Z, elementwise."""
    mirrored = lower > 0  # the upper tail keeps its precision only when mirrored
    return np.asarray(ndtr(np.where(mirrored, -lower, upper)) - ndtr(np.where(mirrored, -upper, lower)), dtype=float)


def _canonical_rows(known: Tables) -> tuple[pd.DataFrame, int]:
    appraisals = known["appraisals"]
    usable = appraisals["score"].notna() | appraisals["rating"].notna() | _derived_rating(appraisals).notna()
    rows = appraisals[usable & appraisals["employee_id"].notna()].copy()
    rows["rating"] = rows["rating"].fillna(_derived_rating(rows))
    detected = pd.Series(np.where(rows["score"].notna(), "score", "rating"), index=rows.index)
    rows["regime"] = rows["regime"].fillna(detected)
    middle = rows["period_start"] + (rows["period_end"] - rows["period_start"]) / 2
    rows["year"] = middle.dt.year
    rows = _placed(rows, middle, known)
    keys = ["employee_id", "period_start", "period_end", "position_id", "unit_id", "rater_id", "score", "rating", "exposure"]
    return rows.sort_values(keys, ignore_index=True), len(appraisals) - len(rows)


def _placed(rows: pd.DataFrame, middle: pd.Series, known: Tables) -> pd.DataFrame:
    """Return ``rows`` with missing posts filled from the definitive post held in mid-period, missing units from the post."""
    position = rows["position_id"]
    if position.isna().any():
        assignments = known["assignments"]
        held = assignments[assignments["kind"].fillna("definitive") == "definitive"]
        held = held.assign(person=held["employee_id"].cat.codes).sort_values(["start_on", "known_on", "position_id"])
        asked = pd.DataFrame({"person": rows["employee_id"].cat.codes, "middle": middle}, index=rows.index)
        asked = asked[position.isna()].sort_values("middle", kind="stable").reset_index(names="row")
        spells = held[["person", "position_id", "start_on", "end_on"]]
        found = pd.merge_asof(asked, spells, left_on="middle", right_on="start_on", by="person").set_index("row")
        still = found["end_on"].isna() | (found["end_on"] >= found["middle"])
        position = position.fillna(found["position_id"].where(still))
    if rows["unit_id"].isna().any():
        unit_of = known["positions"].drop_duplicates("position_id").set_index("position_id")["unit_id"]
        rows = rows.assign(unit_id=rows["unit_id"].fillna(position.map(unit_of)))
    return rows.assign(position_id=position, body_id=rows["unit_id"].map(bodies(known["units"])))


def bodies(units: pd.DataFrame) -> pd.Series:
    """Return for every unit the body it belongs to: its ancestor right below the top of the tree, itself if it is the top."""
    above = units.drop_duplicates("unit_id").set_index("unit_id")["parent_id"]
    above = above.where(above.isin(above.index))
    body = pd.Series(above.index, index=above.index)
    for _ in range(TREE_LEVELS):
        parent = body.map(above)
        body = body.where(parent.isna() | parent.map(above).isna(), parent)
    return body


def _derived_rating(appraisals: pd.DataFrame) -> pd.Series:
    quadrant = 10 * appraisals["work_result"] + appraisals["behaviour"]
    table = {10 * result + behaviour: rating for (result, behaviour), rating in codes.RATING_OF_QUADRANT.items()}
    return quadrant.map(table).astype("Int64")


def _values(rows: pd.DataFrame) -> tuple[NDArray[np.bool_], Floats]:
    """Return which rows are grades, and the ordered value of each row (grades refined by result and behaviour)."""
    score = rows["score"].to_numpy(dtype=float)
    levels = rows.groupby("regime")["score"].transform("nunique").to_numpy()
    ordinal = np.isnan(score) | (levels <= FEW_LEVELS)
    rating = rows["rating"].to_numpy(dtype=float, na_value=np.nan)
    result = rows["work_result"].to_numpy(dtype=float, na_value=np.nan)
    behaviour = rows["behaviour"].to_numpy(dtype=float, na_value=np.nan)
    quadrant = np.where(np.isnan(result + behaviour), 4.0, result + behaviour)  # neither ranks above the other in the regulation
    grade = np.where(np.isnan(score), rating * 100 + quadrant, score)
    return ordinal, np.where(ordinal, grade, score)


def _cells(scale: pd.Series, year: Ints) -> Ints:
    """Return the regime-year of every row as a code; small regime-years fall back to one code for their regime."""
    frame = pd.DataFrame({"scale": scale.to_numpy(), "year": year})
    small = frame.groupby(["scale", "year"])["year"].transform("size") < SMALL_CELL
    frame.loc[small, "year"] = -1
    return np.asarray(frame.groupby(["scale", "year"], sort=True).ngroup(), dtype=np.int64)


def _standardise(raw: Floats, cell: Ints) -> Floats:
    groups = pd.Series(raw).groupby(cell)
    spread = groups.transform("std", ddof=0).to_numpy()
    return np.where(spread > 0, (raw - groups.transform("mean").to_numpy()) / np.where(spread > 0, spread, 1.0), 0.0)


def _cut_points(value: Floats, cell: Ints) -> tuple[Floats, Floats]:
    """Return the latent interval of every row's value within its cell, from the cell's cumulative shares."""
    table = pd.DataFrame({"cell": cell, "value": value})
    ranks = table.groupby("cell")["value"]
    below = (ranks.rank(method="min") - 1).to_numpy()
    upto = ranks.rank(method="max").to_numpy()
    size = ranks.transform("size").to_numpy()
    return ndtri(below / size), ndtri(upto / size)
