"""Pair columns: what a person brings against what a position is. Every part reads the position through one ``target`` only.

Positions with the same target (the same family, unit, demand, ...) have the same columns, so whoever needs a position against
everybody computes them once per target; and once per kind of person, where people have the same columns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.families.context import Floats, Ints
from features.families.lookup import Lookup


@dataclass(frozen=True, slots=True)
class Kinds:
    """A run of people sorted into kinds that have the same columns: ``of`` (people of the run,), ``first`` a person of each kind.

    ``first`` (kinds,) are places among all people.
    """

    of: NDArray[np.int32]
    first: Ints

    def only(self, people: Ints) -> "Kinds":
        """Return the kinds of some people of the run (places in it)."""
        of = self.of[people]
        met = np.zeros(len(self.first), dtype=bool)
        met[of] = True
        return Kinds((np.cumsum(met, dtype=np.int32) - np.int32(1))[of], self.first[met])


class PairPart(Protocol):
    """What computes one or more pair columns."""

    @property
    def target(self) -> Ints:
        """What the columns depend on of each position (positions,): equal numbers, equal columns."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        ...

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return the columns for places of people and positions, arrays that broadcast to one shape."""
        ...

    def among(self, people: slice) -> Callable[[int], Kinds]:
        """Return what sorts a run of people into kinds against the position at a place."""
        ...


def kinds_of(columns: Sequence[NDArray[np.generic]], people: slice) -> Callable[[int], Kinds]:
    """Return the kinds of a run of people, the same against every position: equal in all ``columns`` (each of everybody)."""
    of = np.zeros(people.stop - people.start, dtype=np.int64)
    for column in columns:
        codes, levels = pd.factorize(column[people], use_na_sentinel=False)
        of = pd.factorize(of * len(levels) + codes)[0].astype(np.int64)
    first = np.empty(of.max(initial=-1) + 1, dtype=np.int64)
    first[of[::-1]] = np.arange(people.stop - 1, people.start - 1, -1)
    kinds = Kinds(of.astype(np.int32), first)
    return lambda position: kinds


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A sum by (person, target)."""

    name: str
    lookup: Lookup
    target: Ints

    @property
    def names(self) -> tuple[str, ...]:
        """Name of the column."""
        return (self.name,)

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return what is known of each person and target."""
        return {self.name: self.lookup(employee, self.target[position])}

    def among(self, people: slice) -> Callable[[int], Kinds]:
        """Return what tells those of whom the table knows something about a position's target from all others."""

        def against(position: int) -> Kinds:
            of, known = np.zeros(people.stop - people.start, dtype=np.int32), self.lookup.people_under(int(self.target[position]))
            known = known[slice(*np.searchsorted(known, (people.start, people.stop)))]
            of[known - people.start] = np.arange(1, len(known) + 1)
            return Kinds(of, np.r_[people.start + int(np.argmin(of)), known])

        return against


@dataclass(frozen=True, slots=True)
class Same:
    """Whether the person's code is the position's; NaN where either is unknown (-1)."""

    name: str
    mine: Ints
    target: Ints

    @property
    def names(self) -> tuple[str, ...]:
        """Name of the column."""
        return (self.name,)

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return 1.0 for the same code, 0.0 for another."""
        mine, theirs = self.mine[employee], self.target[position]
        return {self.name: np.where((mine == -1) | (theirs == -1), np.nan, mine == theirs)}

    def among(self, people: slice) -> Callable[[int], Kinds]:
        """Return people by their code."""
        return kinds_of([self.mine], people)


@dataclass(frozen=True, slots=True)
class Step:
    """How far the person's number lies above the position's, or (``upwards``) the position's above the person's."""

    name: str
    mine: Floats
    theirs: Floats
    target: Ints
    upwards: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Name of the column."""
        return (self.name,)

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return the difference, NaN where either is unknown."""
        mine, theirs = self.mine[employee], self.theirs[position]
        return {self.name: theirs - mine if self.upwards else mine - theirs}

    def among(self, people: slice) -> Callable[[int], Kinds]:
        """Return people by their number."""
        return kinds_of([self.mine], people)


def step(name: str, mine: Floats, theirs: Floats, *, upwards: bool = False) -> Step:
    """Return the part that compares ``mine`` (people,) with ``theirs`` (positions,)."""
    return Step(name, mine, theirs, pd.factorize(theirs)[0].astype(np.int64), upwards)


@dataclass(frozen=True, slots=True)
class Tabled:
    """Values by (person, target), dense: ``tables`` (people, targets and one more for a target unknown, -1)."""

    tables: Mapping[str, Floats]
    target: Ints

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.tables)

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return each table's value."""
        return {name: table[employee, self.target[position]] for name, table in self.tables.items()}

    def among(self, people: slice) -> Callable[[int], Kinds]:
        """Return everybody as a kind of their own: targets are few."""
        everybody = np.arange(people.start, people.stop)
        kinds = Kinds(np.arange(len(everybody), dtype=np.int32), everybody)
        return lambda position: kinds
