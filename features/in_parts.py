"""Columns of people and posts for more people than fit into memory: part after part, each kept in a file of its own."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pandas as pd

from features.as_of import known_at
from features.definitions import FEATURES
from features.families.context import Chart, Counts, build_chart, build_context, summed
from features.frames import people_and_counts, position_frame
from features.parts import ABOUT_PEOPLE, part_numbers
from features.ratings import HarmonisedRatings, RatingParams, harmonise
from features.tables import Tables, conform

RATING_TABLES: tuple[str, ...] = ("employees", "units", "positions", "assignments", "appraisals")
"""What `ratings.harmonise` reads."""
FEATURE_TABLES: tuple[str, ...] = tuple(
    dict.fromkeys(
        (*RATING_TABLES, *(source for feature in FEATURES for source in feature.sources), "trainings_catalogue", "surveys")
    )
)
"""What the features read."""
PEOPLE_TABLES: tuple[str, ...] = tuple(name for name in FEATURE_TABLES if name in ABOUT_PEOPLE and name != "appraisals")
SHARED_TABLES: tuple[str, ...] = tuple(name for name in FEATURE_TABLES if name not in ABOUT_PEOPLE)
SCORE_COLUMNS: tuple[str, ...] = (
    "employee_id", "period_start", "period_end", "position_id", "unit_id", "exposure", "score", "leniency", "reliability",
)  # fmt: skip
"""What the features read of harmonised scores."""

EMPLOYEES_FILE, POSITIONS_FILE, SCORES_FILE = "employees-{:03d}.parquet", "positions.parquet", "scores-{:03d}.parquet"


class InParts(Protocol):
    """Source tables of which a part of the people can be read alone (`snapshot.KeptSnapshot`)."""

    @property
    def parts(self) -> int:
        """Into how many parts people fall."""
        ...

    def tables(self, names: Iterable[str]) -> Tables:
        """Return tables whole."""
        ...

    def part(self, number: int, names: Iterable[str]) -> Tables:
        """Return tables, those about people with the rows of one part."""
        ...


def write_ratings(kept: InParts, as_of: pd.Timestamp, params: RatingParams, folder: Path) -> HarmonisedRatings:
    """Return everybody's harmonised ratings without their scores, which are written to ``folder``, a file a part.

    The ratings of all people are harmonised together (raters and units join them), from the tables they need and no other.
    """
    ratings = harmonise(known_at(kept.tables(RATING_TABLES), as_of), params)
    scores = ratings.scores[list(SCORE_COLUMNS)]
    code = scores["employee_id"].cat.codes
    number = part_numbers(scores["employee_id"].cat.categories, kept.parts)[code]
    scores = scores.assign(employee_id=code)
    for part in range(kept.parts):
        scores[number == part].to_parquet(folder / SCORES_FILE.format(part), index=False)
    return replace(ratings, scores=ratings.scores.iloc[:0])


def read_ratings(ratings: HarmonisedRatings, number: int, folder: Path) -> HarmonisedRatings:
    """Return ``ratings`` with the scores of one part, `SCORE_COLUMNS` only."""
    scores = pd.read_parquet(folder / SCORES_FILE.format(number))
    scores["employee_id"] = pd.Categorical.from_codes(scores["employee_id"], dtype=ratings.scores["employee_id"].dtype)
    return replace(ratings, scores=scores)


def write_features(kept: InParts, ratings: HarmonisedRatings, as_of: pd.Timestamp, folder: Path) -> None:
    """Write the employee columns of every part and the position columns of ``as_of`` to ``folder``, one part in memory at a time.

    ``ratings`` are those of `write_ratings`, which wrote their scores to ``folder``.
    """
    shared = known_at(kept.tables(SHARED_TABLES), as_of)
    chart, totals, known = build_chart(shared), Counts(), shared
    for number in range(kept.parts):
        known = beside(shared, known_at(kept.part(number, PEOPLE_TABLES), as_of))
        target = folder / EMPLOYEES_FILE.format(number)
        totals = summed([totals, write_part(known, read_ratings(ratings, number, folder), as_of, chart, target)])
    nobody = replace(
        known, frames={name: frame.iloc[:0] if name in ABOUT_PEOPLE else frame for name, frame in known.frames.items()}
    )
    context = build_context(nobody, ratings, as_of, chart)
    position_frame(replace(context, totals=totals)).to_parquet(folder / POSITIONS_FILE)


def write_part(known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp, chart: Chart, path: Path) -> Counts:
    """Write the employee columns of one part's tables and scores to ``path``; return what its people add up to."""
    employees, counts = people_and_counts(known, ratings, as_of, chart)
    employees.reset_index().astype({"employee_id": "str"}).to_parquet(path, index=False)
    return counts


def beside(shared: Tables, people: Tables) -> Tables:
    """Return the tables of a part of the people with those everybody shares; its appraisals are empty: scores stand for them."""
    appraisals = conform("appraisals", pd.DataFrame(), people.employee_ids)
    return replace(people, frames={**shared.frames, **people.frames, "appraisals": appraisals})
