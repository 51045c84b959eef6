"""Distance of the target from home and from the present unit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from features.families.context import Context, Floats, Ints
from features.families.pair_parts import Kinds, PairPart, Same, kinds_of

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
    employees = context.known["employees"].drop_duplicates("employee_id").set_index("employee_id")
    home = employees["home_district"].reindex(context.people)
    district, districts = pd.factorize(context.positions["unit_district"])
    theirs = _vectors(context.positions["unit_latitude"], context.positions["unit_longitude"])
    present = np.where((context.post >= 0)[:, None], theirs[np.maximum(context.post, 0)], np.nan)
    return (
        Same("dist_home", districts.get_indexer(home.astype(object)).astype(np.int64), district.astype(np.int64)),
        Distances(present, theirs, pd.factorize(context.positions["unit_id"])[0].astype(np.int64)),
    )


def _vectors(latitude: pd.Series, longitude: pd.Series) -> Floats:
    north, east = np.radians(latitude.to_numpy(dtype=float)), np.radians(longitude.to_numpy(dtype=float))
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
