"""Distance of the target from home and from the present unit."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.families.context import Context, Floats, Ints

EARTH_KM = 6371.0

NEEDS: tuple[str, ...] = ("units",)


@dataclass(frozen=True, slots=True)
class DistancePairs:
    """Home district, and unit vectors of the present and the target unit on the globe (NaN: unknown)."""

    home: Ints
    district: Ints
    present: Floats
    target: Floats

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return whether the target lies in the home district, and the great-circle distance from the present unit."""
        home, district = self.home[employee], self.district[position]
        cosine = sum(self.present[employee, axis] * self.target[position, axis] for axis in range(3))
        return {
            "dist_home": np.where((home < 0) | (district < 0), np.nan, home == district),
            "dist_km": EARTH_KM * np.arccos(np.clip(cosine, -1.0, 1.0)),
        }


def pair_part(context: Context) -> DistancePairs:
    """Return what computes distances."""
    employees = context.known["employees"].drop_duplicates("employee_id").set_index("employee_id")
    home = employees["home_district"].reindex(context.people)
    district, districts = pd.factorize(context.positions["unit_district"])
    target = _vectors(context.positions["unit_latitude"], context.positions["unit_longitude"])
    present = np.where((context.post >= 0)[:, None], target[np.maximum(context.post, 0)], np.nan)
    return DistancePairs(districts.get_indexer(home.astype(object)).astype(np.int64), district.astype(np.int64), present, target)


def _vectors(latitude: pd.Series, longitude: pd.Series) -> Floats:
    north, east = np.radians(latitude.to_numpy(dtype=float)), np.radians(longitude.to_numpy(dtype=float))
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
