"""What one city tells the others: fitted statistics, as plain values of a fixed format. What it can betray: docs/pooling.md."""

import hashlib
from dataclasses import dataclass

import numpy as np

from models.mixed.fit_columns import FIT_COLUMNS
from models.mixed.level_panel import FIXED
from models.mixed.person_blocks import Floats
from models.pooling.cells import FEWEST
from models.pooling.information import Information

FORMAT = 2
COLUMNS: tuple[str, ...] = (*FIXED[1:], *FIT_COLUMNS)
"""What cities tell one another of. Job families' own means stay a city's own: what families are is not said alike everywhere."""
OTHER_FAMILIES = "lainnya"

Matrix = tuple[tuple[float, ...], ...]


def columns_digest() -> str:
    """Return a hash of what the columns are: contributions that differ in it cannot be added up."""
    return hashlib.sha256("\n".join(COLUMNS).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Products:
    """Cross-products of the city's columns over at least ``FEWEST`` people (a count in tens): precision X'WX, potential X'Wy."""

    people: int
    precision: Matrix
    potential: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """The cross-products of the people of one job family, all of their rated years."""

    family: str
    products: Products


@dataclass(frozen=True, slots=True)
class Line:
    """The city's calibration: slope of realised on forecast effects of people left out, its standard error, movers (in tens)."""

    slope: float | None
    error: float | None
    multiplier: float
    movers: int


@dataclass(frozen=True, slots=True)
class Contribution:
    """One city's fitted statistics.

    ``origin`` tells the city's own file from the others without naming the city; ``columns`` is ``columns_digest()``, ``pack`` the
    name of the rule pack. ``names`` are those of ``COLUMNS`` the city has, ``spreads`` their SD in common units. ``cells`` and
    ``between`` (what posts, units and raters, drawn to their means, add) make up the cross-products of the whole city.
    ``model``: its estimates as text.
    """

    format: int
    columns: str
    pack: str
    origin: str
    people: int
    years: int
    names: tuple[str, ...]
    spreads: tuple[float, ...]
    cells: tuple[Cell, ...]
    between: Products
    line: Line
    model: tuple[str, ...]

    def information(self) -> Information:
        """Return what the city tells of its columns, SD per common unit."""
        parts = [*(cell.products for cell in self.cells), self.between]
        precision = np.sum([np.array(part.precision) for part in parts], axis=0)
        potential = np.sum([np.array(part.potential) for part in parts], axis=0)
        return Information(self.names, precision, potential).sound(rounding(parts))

    def faults(self) -> list[str]:
        """Return what is wrong with the numbers, as names of fields; empty for a file that `tepat contribute` wrote."""
        size, parts = len(self.names), [*(cell.products for cell in self.cells), self.between]
        wrong = {
            "names": not set(self.names) <= set(COLUMNS) or len(set(self.names)) != size,
            "spreads": len(self.spreads) != size or not all(0 < spread < np.inf for spread in self.spreads),
            "cells": any(part.people < FEWEST or not _square(part.precision, part.potential, size) for part in parts),
        }
        return [name for name, found in wrong.items() if found]


def rounding(parts: list[Products]) -> float:
    """Return what rounding may have done to the city's precision, as a share of its own."""
    total = sum(part.people for part in parts)
    return float(np.sqrt(sum((part.people / total) ** 2 / part.people**2 for part in parts)))


def estimates(told: Information) -> tuple[Floats, Floats]:
    """Return estimates and standard errors of what ``told`` speaks of; missing where nothing is known."""
    known = np.diag(told.precision) > 0
    covariance = np.linalg.pinv(told.precision, hermitian=True)
    error = np.sqrt(np.where(known, np.diag(covariance), np.nan))
    return np.where(known, covariance @ told.potential, np.nan), error


def _square(matrix: Matrix, vector: tuple[float, ...], size: int) -> bool:
    """Return whether the numbers are finite, of the size, and symmetric."""
    if len(matrix) != size or len(vector) != size or any(len(row) != size for row in matrix):
        return False
    values = np.array(matrix)
    return bool(np.isfinite(values).all() and np.isfinite(vector).all() and np.allclose(values, values.T))
