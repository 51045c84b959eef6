"""Pair columns: what a person brings against what a position is. Every part reads the position through one ``target`` only.

Positions with the same target (the same family, unit, demand, ...) have the same columns, so whoever needs a position against
everybody computes them once per target.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from features.families.context import Floats, Ints
from features.families.lookup import Lookup


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
