"""What every feature family reads: the known tables, the harmonised ratings and who stands where on a day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.posts import DAYS_PER_MONTH, definitive_spells, holders, in_service
from features.ratings import HarmonisedRatings
from features.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = dict[str, NDArray[np.generic] | pd.Categorical]
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Context:
    """One day's standing. ``people`` (employee_id codes, sorted) and ``positions`` are the two axes of every feature.

    ``post`` is each person's current position as a place in ``positions`` (-1: none). ``person_of`` maps an employee_id code
    to its place in ``people`` (-1: not in service). ``memory`` keeps what `remembered` functions made of it.
    """

    known: Tables
    ratings: HarmonisedRatings
    as_of: pd.Timestamp
    people: pd.CategoricalIndex
    person_of: Ints
    positions: pd.DataFrame
    posts: pd.DataFrame
    post: Ints
    spells: pd.DataFrame
    memory: dict[Callable[["Context"], Any], Any] = field(default_factory=dict)

    def place(self, employee_id: pd.Series) -> Ints:
        """Return each row's place in ``people``, -1 where the person is not in service."""
        codes = employee_id.cat.codes.to_numpy(dtype=np.int64)
        return np.asarray(self.person_of[codes])

    def spot(self, position_id: pd.Series) -> Ints:
        """Return each row's place in ``positions``, -1 where unknown."""
        return np.asarray(self.positions.index.get_indexer(position_id), dtype=np.int64)

    def months_since(self, days: pd.Series) -> Floats:
        """Return months from ``days`` to ``as_of``, NaN where empty."""
        return np.asarray((self.as_of - days).dt.days / DAYS_PER_MONTH, dtype=float)

    def of_post(self, column: str) -> pd.Series:
        """Return a position column as seen from each person's current post, missing without a post."""
        values = self.positions[column].iloc[np.maximum(self.post, 0)].reset_index(drop=True)
        return values.where(self.post >= 0)


def remembered(of: Callable[[Context], _Found]) -> Callable[[Context], _Found]:
    """Return ``of``, worked out once per context: columns and pair parts rest on the same rows. Nobody changes what it returns."""

    @wraps(of)
    def once(context: Context) -> _Found:
        if of not in context.memory:
            context.memory[of] = of(context)
        found: _Found = context.memory[of]
        return found

    return once


def build_context(known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp) -> Context:
    """Return the context of ``as_of`` from tables and ratings known by then."""
    people = in_service(known)
    codes = people.cat.codes.to_numpy(dtype=np.int64)
    person_of = np.full(len(people.cat.categories) + 1, -1, dtype=np.int64)
    person_of[codes] = np.arange(len(codes))
    positions = _positions(known)
    spells = definitive_spells(known, as_of)
    posts = holders(spells, known)
    post = np.full(len(people), -1, dtype=np.int64)
    post[person_of[posts["employee_id"].cat.codes.to_numpy()]] = positions.index.get_indexer(posts["position_id"])
    index = pd.CategoricalIndex(people, name="employee_id")
    return Context(known, ratings, as_of, index, person_of, positions, posts, post, spells)


def _positions(known: Tables) -> pd.DataFrame:
    units = known["units"].drop_duplicates("unit_id")
    units = units.drop(columns=["valid_from", "valid_to", "name"]).rename(
        columns=lambda name: f"unit_{name}" if name != "unit_id" else name
    )
    merged = known["positions"].drop_duplicates("position_id").merge(units, on="unit_id", how="left")
    return merged.sort_values("position_id").set_index("position_id")
