"""The equation of true performance: what a person yields in a post, in SD of latent performance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.catalogue import FIT
from simulation.knobs import Knobs

VISIBLE_SHARES = {"education": 0.4, "experience": 0.25, "competence": 0.35}
"""Parts of the visible match variance."""

FAMILY_SHARE = 0.6
"""Part of the invisible match variance that belongs to the job family (the rest to the single position)."""

FIT_MEAN, FIT_SD = 0.19, 0.34
EXPERIENCE_MEAN, EXPERIENCE_SD = 0.10, 0.40
"""Centre and scale of education fit and of log experience over random pairs: constants, so that knobs stay comparable."""

EXPERIENCE_FULL_YEARS = 10.0
STALE_AFTER_YEARS = 4.0
STALE_UNTIL_YEARS = 12.0
ADAPTATION_DAYS = 182
TRAINED_DIP = 0.5
"""Part of the transition dip that remains for people trained for the new post."""

TRAINING_LASTS_DAYS = 3 * 365


@dataclass(frozen=True)
class Pairs:
    """Person and post sides of pairs, row by row: what ``match`` needs.

    fit (0..1), experience (years in the post's family), talents and demand (pairs x competencies), own_hidden and hidden
    (pairs x HIDDEN), family (the person's hidden suit for the post's family, SD units).
    """

    fit: NDArray[np.float64]
    experience: NDArray[np.float64]
    talents: NDArray[np.float64]
    demand: NDArray[np.float64]
    own_hidden: NDArray[np.float64]
    hidden: NDArray[np.float64]
    family: NDArray[np.float64]


def match(knobs: Knobs, pairs: Pairs) -> NDArray[np.float64]:
    """Return how well the person suits the post (SD), person, unit and position effects apart."""
    visible = np.sqrt(knobs.match_visible)
    return np.asarray(knobs.match_sd * (visible * visible_fit(pairs) + np.sqrt(1 - knobs.match_visible) * hidden_fit(pairs)))


def visible_fit(pairs: Pairs) -> NDArray[np.float64]:
    """Return the part of the match that tables can show (SD units over random pairs)."""
    years = np.log1p(np.minimum(pairs.experience, EXPERIENCE_FULL_YEARS)) / np.log1p(EXPERIENCE_FULL_YEARS)
    return np.asarray(
        np.sqrt(VISIBLE_SHARES["education"]) * (pairs.fit - FIT_MEAN) / FIT_SD
        + np.sqrt(VISIBLE_SHARES["experience"]) * (years - EXPERIENCE_MEAN) / EXPERIENCE_SD
        + np.sqrt(VISIBLE_SHARES["competence"]) * np.einsum("...k,...k", pairs.talents, pairs.demand)
    )


def hidden_fit(pairs: Pairs) -> NDArray[np.float64]:
    """Return the part of the match that no table shows (SD units over random pairs)."""
    single = np.einsum("...k,...k", pairs.own_hidden, pairs.hidden)
    return np.asarray(np.sqrt(FAMILY_SHARE) * pairs.family + np.sqrt(1 - FAMILY_SHARE) * single)


def education_fit(education_field: NDArray[np.int64], family: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the fit (0, 0.5, 1) of education fields to job families, elementwise."""
    return np.asarray(FIT[education_field, family])


def staleness(knobs: Knobs, years_in_post: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what a long time in one post costs (SD, negative)."""
    beyond = np.clip(years_in_post, 0, STALE_UNTIL_YEARS) - STALE_AFTER_YEARS
    return np.asarray(-knobs.staleness * np.maximum(beyond, 0))


def dip(knobs: Knobs, moved_in: NDArray[np.datetime64], year: int, trained: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return what adaptation to a new post costs the average of calendar ``year`` (SD, negative); NaT: never moved."""
    first, last = np.datetime64(f"{year}-01-01", "D"), np.datetime64(f"{year}-12-31", "D")
    start, end = np.maximum(moved_in, first), np.minimum(moved_in + ADAPTATION_DAYS, last)
    days = np.where(np.isnat(moved_in), 0, np.maximum((end - start).astype(float), 0))
    return np.asarray(-knobs.transition_dip * np.where(trained, TRAINED_DIP, 1.0) * days / 365.0)
