"""What every feature family reads: the known tables, the harmonised ratings and who stands where on a day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce, wraps
from typing import Any, Protocol, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.posts import DAYS_PER_MONTH, definitive_spells, holders, in_service, position_places
from features.ratings import HarmonisedRatings
from features.sorting import found_at
from features.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = dict[str, NDArray[np.generic] | pd.Categorical]
Counts = dict[str, pd.DataFrame]
"""What people add up to, by name: frames that are summed over disjoint groups of people, missing cells as zero."""


class _Remembering(Protocol):
    @property
    def memory(self) -> dict[Callable[..., Any], Any]: ...


_Of = TypeVar("_Of", bound=_Remembering)
_Found = TypeVar("_Found")


def remembered(of: Callable[[_Of], _Found]) -> Callable[[_Of], _Found]:
    """Return ``of``, worked out once per chart or context: columns and pair parts rest on the same rows. Never change it."""

    @wraps(of)
    def once(about: _Of) -> _Found:
        if of not in about.memory:
            about.memory[of] = of(about)
        found: _Found = about.memory[of]
        return found

    return once


@dataclass(frozen=True, slots=True)
class Chart:
    """Every position with its unit, and the tables about posts and units: the same beside whatever part of the people.

    ``positions`` is one axis of every feature, sorted by position_id; a unit's own columns are named ``unit_*`` in it. ``places``
    are `posts.position_places`. ``known`` may hold anybody: only tables without people are read of it.
    """

    known: Tables
    positions: pd.DataFrame
    places: pd.DataFrame
    memory: dict[Callable[..., Any], Any] = field(default_factory=dict)
    _codes: dict[str, tuple[Ints, pd.Index]] = field(default_factory=dict)

    def codes(self, column: str) -> tuple[Ints, pd.Index]:
        """Return the code of every position's ``column`` (-1: empty), and what the codes stand for."""
        if column not in self._codes:
            codes, values = pd.factorize(self.positions[column])
            self._codes[column] = codes.astype(np.int64), pd.Index(values)
        return self._codes[column]

    def spot(self, position_id: pd.Series) -> Ints:
        """Return each row's place in ``positions``, -1 where unknown."""
        return found_at(position_id, self.positions.index)

    def code_at(self, spot: Ints, column: str) -> Ints:
        """Return the code of ``column`` at places in ``positions``, -1 where the place is."""
        return np.append(self.codes(column)[0], -1)[spot]

    def unit(self, unit_id: pd.Series) -> Ints:
        """Return each row's unit as a code of ``unit_id``, -1 where no position is in it."""
        return found_at(unit_id, self.codes("unit_id")[1])


@dataclass(frozen=True, slots=True)
class Context:
    """One day's standing. ``people`` (employee_id codes, sorted) and ``positions`` are the two axes of every feature.

    ``post`` is each person's current position as a place in ``positions`` (-1: none). ``person_of`` maps an employee_id code
    to its place in ``people`` (-1: not in service). ``spot`` are the places of ``spells`` in ``positions``. ``totals`` are the
    counts of everybody, these people and all others (empty until they are counted); ``memory`` is kept by `remembered`.
    """

    known: Tables
    ratings: HarmonisedRatings
    as_of: pd.Timestamp
    chart: Chart
    people: pd.CategoricalIndex
    person_of: Ints
    posts: pd.DataFrame
    post: Ints
    spells: pd.DataFrame
    spot: Ints
    totals: Counts = field(default_factory=dict)
    memory: dict[Callable[..., Any], Any] = field(default_factory=dict)

    @property
    def positions(self) -> pd.DataFrame:
        """Every position with its unit."""
        return self.chart.positions

    def place(self, employee_id: pd.Series) -> Ints:
        """Return each row's place in ``people``, -1 where the person is not in service."""
        return np.asarray(self.person_of[employee_id.cat.codes.to_numpy()])

    def rows(self, table: str, *columns: str) -> tuple[Ints, pd.DataFrame]:
        """Return the rows of a table about people in service: their places in ``people``, and ``columns``."""
        rows = self.known.get(table)
        person = self.place(rows["employee_id"])
        serving = person >= 0
        if serving.all():
            return person, rows[list(columns)].reset_index(drop=True)
        return person[serving], rows[list(columns)][serving].reset_index(drop=True)

    def months_since(self, days: pd.Series) -> Floats:
        """Return months from ``days`` to ``as_of``, NaN where empty."""
        return np.asarray((self.as_of - days).dt.days / DAYS_PER_MONTH, dtype=float)

    def of_post(self, column: str) -> pd.Series:
        """Return a position column as seen from each person's current post, missing without a post."""
        values = self.positions[column].iloc[np.maximum(self.post, 0)].reset_index(drop=True)
        return values.where(self.post >= 0)


def build_chart(known: Tables) -> Chart:
    """Return the positions and units of ``known``."""
    units = known["units"].drop_duplicates("unit_id")
    units = units.drop(columns=["valid_from", "valid_to", "name"]).rename(
        columns=lambda name: f"unit_{name}" if name != "unit_id" else name
    )
    merged = known["positions"].drop_duplicates("position_id").merge(units, on="unit_id", how="left")
    return Chart(known, merged.sort_values("position_id").set_index("position_id"), position_places(known))


def build_context(known: Tables, ratings: HarmonisedRatings, as_of: pd.Timestamp, chart: Chart | None = None) -> Context:
    """Return the context of ``as_of`` from tables and ratings known by then."""
    chart = build_chart(known) if chart is None else chart
    people = in_service(known)
    codes = people.cat.codes.to_numpy(dtype=np.int64)
    person_of = np.full(len(people.cat.categories) + 1, -1, dtype=np.int64)
    person_of[codes] = np.arange(len(codes))
    spells = definitive_spells(known, as_of, chart.places)
    posts = holders(spells, known)
    post = np.full(len(people), -1, dtype=np.int64)
    post[person_of[posts["employee_id"].cat.codes.to_numpy()]] = chart.spot(posts["position_id"])
    index = pd.CategoricalIndex(people, name="employee_id")
    return Context(known, ratings, as_of, chart, index, person_of, posts, post, spells, chart.spot(spells["position_id"]))


def summed(parts: Iterable[Mapping[str, pd.DataFrame]]) -> Counts:
    """Return what disjoint groups of people add up to together."""
    return reduce(_added, parts, {})


def _added(total: Counts, part: Mapping[str, pd.DataFrame]) -> Counts:
    return {name: total[name].add(frame, fill_value=0.0) if name in total else frame for name, frame in part.items()}
