"""How well each person knows every unit and family: the own effects a candidate would bring to any post."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.mixed.level_panel import Seat
from models.mixed.person_blocks import NEVER, PARTS, Codes, Floats
from models.pairs.core import Core

_FAMILY, _UNIT = PARTS.index("family"), PARTS.index("unit")


@dataclass(frozen=True)
class Acquaintance:
    """What each person's history says of every unit and family it touches: one row per person x (unit or none) x (family or none).

    ``key`` is sorted; ``match`` (rows, 2) holds the family and the unit part of the person's outlook there, ``spread`` the
    posterior variance of (there, new spell) minus (the present post).
    """

    key: Codes
    match: Floats
    spread: Floats
    units: int
    families: int

    def find(self, employee: Codes, unit: Codes, family: Codes) -> Codes:
        """Return the row of each person x unit x family, units and families unknown to the person read as none."""
        unit = np.where(self._has(employee, unit, np.full_like(family, NEVER)), unit, NEVER)
        family = np.where(self._has(employee, np.full_like(unit, NEVER), family), family, NEVER)
        return np.searchsorted(self.key, self._key(employee, unit, family))

    def knowing(self, unit: int) -> Codes:
        """Return the people, rising, whose history touches ``unit``; nobody where it is none."""
        by_unit, first, people = self._by_unit
        return people[by_unit[first[unit] : first[unit + 1]]] if unit >= 0 else people[:0]

    @cached_property
    def _by_unit(self) -> tuple[Codes, Codes, Codes]:
        """Return the rows that know a unit and no family in the order of units, where each unit's begin, and all rows' people."""
        place, family = np.divmod(self.key, self.families + 1)
        person, unit = np.divmod(place, self.units + 1)
        rows = np.flatnonzero((family == 0) & (unit > 0))
        counts = np.bincount(unit[rows] - 1, minlength=self.units)
        return rows[np.argsort(unit[rows], kind="stable")], np.r_[0, np.cumsum(counts)], person

    def _has(self, employee: Codes, unit: Codes, family: Codes) -> NDArray[np.bool_]:
        key = self._key(employee, unit, family)
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.asarray(self.key[at] == key)

    def _key(self, employee: Codes, unit: Codes, family: Codes) -> Codes:
        return acquaintance_key(employee, unit, family, (self.units, self.families))


def acquaintance_key(employee: Codes, unit: Codes, family: Codes, sizes: tuple[int, int]) -> Codes:
    """Return one sortable number per person x unit x family; -1 and NEVER share the place of none."""
    units, families = sizes
    return np.asarray((employee * (units + 1) + np.maximum(unit, -1) + 1) * (families + 1) + np.maximum(family, -1) + 1)


def acquaint(core: Core, stay: Seat, day: int) -> Acquaintance:
    """Return what the histories known on ``day`` say of every unit and family they touch, present post included."""
    rows = core.panel.rows
    employee = np.r_[core.panel.employee, stay.employee]
    units = _touched(employee, np.r_[rows.unit, stay.unit], stay.employee, "unit")
    families = _touched(employee, np.r_[rows.family, stay.family], stay.employee, "family")
    grid = units.merge(families, on="employee")
    sizes = (len(core.posts.units), len(core.posts.families))
    grid["key"] = acquaintance_key(grid["employee"].to_numpy(), grid["unit"].to_numpy(), grid["family"].to_numpy(), sizes)
    grid = grid.sort_values("key", ignore_index=True)
    return _answered(core, grid, stay, day)


def _touched(employee: Codes, code: Codes, people: Codes, name: str) -> pd.DataFrame:
    """Return one row per person of ``people`` and code touched, and one per person for none."""
    touched = pd.DataFrame({"employee": employee, name: code})[(code >= 0) & np.isin(employee, people)]
    return pd.concat([touched, pd.DataFrame({"employee": people, name: NEVER})]).drop_duplicates()


def _answered(core: Core, grid: pd.DataFrame, stay: Seat, day: int) -> Acquaintance:
    own = stay.take(np.searchsorted(stay.employee, grid["employee"].to_numpy()))
    unit, family = grid["unit"].to_numpy(), grid["family"].to_numpy()
    there = replace(own, unit=unit, family=family, spell=np.full(len(grid), NEVER, dtype=np.int64))
    found = core.outlook(own.employee, np.full(len(grid), day), [there, own])
    spread = found.covariance[:, 0, 0] + found.covariance[:, 1, 1] - 2 * found.covariance[:, 0, 1]
    match = found.parts[:, 0, [_FAMILY, _UNIT]]
    return Acquaintance(grid["key"].to_numpy(), match, spread, len(core.posts.units), len(core.posts.families))
