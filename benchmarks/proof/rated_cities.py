"""Harmonised ratings of invented cities beside the true performance they measure."""

from collections.abc import Mapping
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from benchmarks.proof.sizes import invented
from features.as_of import default_as_of, known_at
from features.ratings import HarmonisedRatings, RatingParams, harmonise
from simulation.city import City
from simulation.ratings import GRADES

HEALTH_FIGURES = ("persistent_correlation", "persistent_z", "pairs_across_raters", "connected_sets", "share_in_largest_set")


def harmonised(scale: tuple[int, int], seed: int, dials: Mapping[str, float]) -> tuple[City, HarmonisedRatings]:
    """Return an invented city and its ratings, harmonised as of its extraction."""
    city, tables = invented(scale, seed, dials)
    return city, harmonise(known_at(tables, default_as_of(tables)), RatingParams())


def rated(scale: tuple[int, int], seed: int, dials: Mapping[str, float]) -> pd.DataFrame:
    """Return one row per rating of a city, beside the truth; ``dials`` over the default knobs.

    person, year, unit_id, regime, raw, standard, score, leniency, reliability; latent (true performance of the year), neutral
    (without what the unit and its head really add, which ratings cannot tell from leniency), grade (0-2: of the body, the quota).
    """
    return beside_truth(*harmonised(scale, seed, dials))


def beside_truth(city: City, ratings: HarmonisedRatings) -> pd.DataFrame:
    """Return what ``rated`` promises, for a city at hand."""
    latent = city.truth["latent"].drop_duplicates(["employee_id", "year"]).astype({"employee_id": str})
    latent = latent.assign(neutral=latent["latent"] - latent["unit_effect"] - latent["leader_effect"])
    scores = ratings.scores.assign(employee_id=ratings.scores["employee_id"].astype(str), year=ratings.scores["period_end"].dt.year)
    grades = city.truth["unit_years"].assign(grade=lambda frame: frame["grade"].map(dict(zip(GRADES, range(3), strict=True))))
    both = scores.merge(latent[["employee_id", "year", "latent", "neutral"]], on=["employee_id", "year"])
    both = both.merge(grades[["unit_id", "year", "grade"]].astype({"unit_id": str}), on=["unit_id", "year"], how="left")
    person = pd.factorize(both["employee_id"], sort=True)[0]
    columns = ["year", "unit_id", "regime", "raw", "standard", "score", "leniency", "reliability", "latent", "neutral", "grade"]
    return both[columns].assign(person=person)


def components(scale: tuple[int, int], seed: int) -> pd.DataFrame:
    """Return variance components by leave-out moments and by plugging in unshrunk effects, and the connected sets."""
    _, ratings = harmonised(scale, seed, {})
    found, health = ratings.variances, ratings.health.figures
    frame = pd.DataFrame({"leave-out": dict(found.components), "plug-in": dict(found.plug_in)}).rename_axis("component")
    sets = {"connected_sets": health["connected_sets"], "outside_largest_set": 1.0 - health["share_in_largest_set"]}
    return frame.reset_index().assign(**sets)


def verdict(scale: tuple[int, int], seed: int, dials: Mapping[str, float], expected: str) -> pd.DataFrame:
    """Return the verdict on the ratings of a city and the figures it rests on, in one row."""
    health = harmonised(scale, seed, dials)[1].health
    return pd.DataFrame([{"seed": seed, "expected": expected, "verdict": health.verdict, **health.figures}])


def fit_time(scale: tuple[int, int], seed: int) -> dict[str, float]:
    """Return how many ratings a city has and how long harmonising them takes: processor and wall seconds."""
    _, tables = invented(scale, seed)
    known = known_at(tables, default_as_of(tables))
    wall, used = perf_counter(), process_time()
    scores = harmonise(known, RatingParams()).scores
    return {"ratings": len(scores), "processor s": process_time() - used, "wall s": perf_counter() - wall}


def moves(rows: pd.DataFrame, regime: str, *, adjoining: bool) -> pd.DataFrame:
    """Return what changes with a change of unit under ``regime``: raw, standard, score, latent, grade (of the quota), weight.

    Means over all years in the new unit less those in the old, ``weight`` their precision in years; ``adjoining``: the first
    rating there less the last one here.
    """
    rows = rows[(rows["regime"] == regime) & rows["grade"].notna()].sort_values(["person", "year"])
    last = rows.groupby("person")["unit_id"].shift(1)
    spell = (rows["unit_id"] != last).groupby(rows["person"]).cumsum().rename("spell")
    grouped = rows.groupby([rows["person"], spell])[["raw", "standard", "score", "latent", "grade"]]
    new, old = (grouped.first(), grouped.last()) if adjoining else (grouped.mean(), grouped.mean())
    years = pd.Series(1.0, index=new.index) if adjoining else grouped.size()
    change = new - old.groupby(level=0).shift(1)
    return change.assign(weight=1.0 / (1.0 / years + 1.0 / years.groupby(level=0).shift(1))).dropna().reset_index(drop=True)


def slope(y: np.ndarray, x: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Return the slope of ``y`` on ``x`` with an intercept, and its standard error (robust to unequal noise)."""
    design = np.column_stack([np.ones(len(x)), x])
    inverse = np.linalg.inv(design.T @ (design * weight[:, None]))
    coefficients = inverse @ (design.T @ (weight * y))
    errors = (weight * (y - design @ coefficients)) ** 2
    covariance = inverse @ (design.T * errors) @ design @ inverse
    return float(coefficients[1]), float(np.sqrt(covariance[1, 1]))
