"""Distance of the target from home and from the present unit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from features.families.context import Context, Floats, Ints
from features.families.pair_parts import Kinds, PairPart, Same, kinds_of
from features.sorting import found_at

EARTH_KM = 6371.0

NEEDS: tuple[str, ...] = ("units",)


@dataclass(frozen=True, slots=True)
class Distances:
    """Unit vectors of the present unit (people, 3) and of each position's (positions, 3) on the globe; NaN: unknown."""

    present: Floats
    theirs: Floats
    target: Ints
    names: ClassVar[tuple[str, ...]] = ("dist_km",)

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return the great-circle distance from the present unit."""
        cosine = sum(self.present[employee, axis] * self.theirs[position, axis] for axis in range(3))
        return {"dist_km": EARTH_KM * np.arccos(np.clip(cosine, -1.0, 1.0))}

    def among(self, people: slice) -> Callable[[int], Kinds]:
        """Return people by where their present unit lies."""
        return kinds_of(list(self.present.T), people)


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes whether the target lies in the home district, and how far from the present unit."""
    person, employees = context.rows("employees", "home_district")
    district, districts = context.chart.codes("unit_district")
    home = np.full(len(context.people), -1, dtype=np.int64)
    home[person] = found_at(employees["home_district"], districts)
    theirs = _vectors(context.positions["unit_latitude"], context.positions["unit_longitude"])
    present = np.where((context.post >= 0)[:, None], theirs[np.maximum(context.post, 0)], np.nan)
    return (
        Same("dist_home", home, district),
        Distances(present, theirs, context.chart.codes("unit_id")[0]),
    )


def _vectors(latitude: pd.Series, longitude: pd.Series) -> Floats:
    north, east = np.radians(latitude.to_numpy(dtype=float)), np.radians(longitude.to_numpy(dtype=float))
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
