"""Columns of people and posts for more people than fit into memory: part after part, each kept in a file of its own."""

from collections.abc import Iterable, Mapping
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
from features.tables import Tables

RATING_TABLES: tuple[str, ...] = ("employees", "units", "positions", "assignments", "appraisals")
"""What `ratings.harmonise` reads."""
FEATURE_TABLES: tuple[str, ...] = tuple(
    dict.fromkeys(
        (*RATING_TABLES, *(source for feature in FEATURES for source in feature.sources), "trainings_catalogue", "surveys")
    )
)
"""What the features read."""
PEOPLE_TABLES: tuple[str, ...] = tuple(name for name in FEATURE_TABLES if name in ABOUT_PEOPLE)
SHARED_TABLES: tuple[str, ...] = tuple(name for name in FEATURE_TABLES if name not in ABOUT_PEOPLE)

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
    scores = ratings.scores
    number = part_numbers(scores["employee_id"].cat.categories, kept.parts)[scores["employee_id"].cat.codes]
    for part in range(kept.parts):
        mine = scores[number == part]
        coded = mine.assign(**{name: mine[name].cat.codes for name in ("employee_id", "rater_id")})
        coded.to_parquet(folder / SCORES_FILE.format(part), index=False)
    return replace(ratings, scores=scores.iloc[:0])


def read_ratings(ratings: HarmonisedRatings, number: int, folder: Path) -> HarmonisedRatings:
    """Return ``ratings`` with the scores of one part."""
    scores = pd.read_parquet(folder / SCORES_FILE.format(number))
    for name in ("employee_id", "rater_id"):
        scores[name] = pd.Categorical.from_codes(scores[name], dtype=ratings.scores[name].dtype)
    return replace(ratings, scores=scores)


def write_features(kept: InParts, ratings: HarmonisedRatings, as_of: pd.Timestamp, folder: Path) -> None:
    """Write the employee columns of every part and the position columns of ``as_of`` to ``folder``, one part in memory at a time.

    ``ratings`` are those of `write_ratings`, which wrote their scores to ``folder``.
    """
    shared = known_at(kept.tables(SHARED_TABLES), as_of)
    chart = build_chart(shared)
    totals = summed(write_part(kept, number, shared, chart, ratings, as_of, folder) for number in range(kept.parts))
    nobody = {name: frame.iloc[:0] for name, frame in kept.part(0, PEOPLE_TABLES).frames.items()}
    context = build_context(_beside(shared, nobody), ratings, as_of, chart)
    position_frame(replace(context, totals=totals)).to_parquet(folder / POSITIONS_FILE)


def write_part(
    kept: InParts, number: int, shared: Tables, chart: Chart, ratings: HarmonisedRatings, as_of: pd.Timestamp, folder: Path
) -> Counts:
    """Write the employee columns of one part to ``folder`` and return what its people add up to (`frames.people_and_counts`).

    ``shared`` are the tables that are not about people, known at ``as_of``.
    """
    people = known_at(kept.part(number, PEOPLE_TABLES), as_of)
    employees, counts = people_and_counts(_beside(shared, people.frames), read_ratings(ratings, number, folder), as_of, chart)
    employees.reset_index().astype({"employee_id": "str"}).to_parquet(folder / EMPLOYEES_FILE.format(number), index=False)
    return counts


def _beside(shared: Tables, people: Mapping[str, pd.DataFrame]) -> Tables:
    return Tables({**shared.frames, **people}, shared.extracted_on, shared.set_aside)
