"""Who led each unit when: heads are a factor of the level model, because part of what people achieve is their head's doing.

Where the head also rates, the harmoniser has taken the head's leniency out, and with it what the head really adds: ratings alone
cannot tell the two apart. The factor then finds no variance and is left out. It speaks where others rate or results are counted.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.mixed.person_blocks import Codes

_SPAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Heads:
    """Spells at the head of a unit, sorted by unit and first day; ``people`` are all who ever led, in code order."""

    unit: Codes
    start: Codes
    end: Codes
    employee: Codes
    people: Codes

    def factor(self, employee: Codes, unit: Codes, day: Codes) -> Codes:
        """Return for each rating the number among ``people`` of who led ``unit`` on ``day``: -1 for none, or the rated person."""
        if not len(self.unit):
            return np.full(len(unit), -1, dtype=np.int64)
        at = np.searchsorted(self.unit * _SPAN + self.start, unit * _SPAN + day, side="right") - 1
        place = np.maximum(at, 0)
        led = (at >= 0) & (self.unit[place] == unit) & (self.end[place] >= day) & (self.employee[place] != employee)
        return np.where(led, np.searchsorted(self.people, self.employee[place]), -1)

    def number(self, employee: Codes) -> Codes:
        """Return the number of each person among ``people``, -1 for who never led."""
        return np.asarray(pd.Index(self.people).get_indexer(pd.Index(employee)), dtype=np.int64)


def heads_of(spells: pd.DataFrame, unit: Codes, span: tuple[Codes, Codes]) -> Heads:
    """Return the heads of ``spells`` (seam ``posts.definitive_spells``), whose units are ``unit`` and days ``span``."""
    led = leading(spells) & (unit >= 0)
    order = np.flatnonzero(led)[np.lexsort((span[0][led], unit[led]))]
    employee = spells["employee_id"].cat.codes.to_numpy(dtype=np.int64)[order]
    return Heads(unit[order], span[0][order], span[1][order], employee, np.unique(employee))


def leading(posts: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows are posts that lead their unit: supervisory, and none above them in it.

    ``posts``: unit_id, level, supervisory.
    """
    supervisory = posts["supervisory"].eq(True).fillna(False).astype(bool)  # a source without the column has no truth to fill
    level = posts["level"].astype("float64").where(supervisory)
    return np.asarray((supervisory & (level == level.groupby(posts["unit_id"]).transform("max"))).to_numpy(dtype=bool))
