"""What a predicate answers with, and the steps predicates share.

Every predicate has the same shape: ``predicate(view, *, parameters) -> Finding``; its keyword parameters are the ones the rule
pack must give. Arrays broadcast to the shape of the view, so a predicate that reads the person alone costs once per person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.codes import JOB_KINDS
from rules.encoding import Array, Codes, View
from rules.months import TOLERANCE

PASS, UNKNOWN, FAIL, NOT_ASSESSED = 1, 0, -1, 2

Truth = NDArray[np.bool_]
ByLevel = dict[str, dict[int, int]]
"""Job kind to {lowest level: value}; level 0 stands for every level."""

EXECUTIVE, ADMINISTRATOR, SUPERVISOR, STAFF, EXPERT, SKILLED = range(len(JOB_KINDS))
ONE_DAY = 1 / 31
"""The least difference of two dates as months (`rules.months`)."""
_NEVER = np.array(np.nan)


@dataclass(frozen=True)
class Finding:
    """What one predicate found.

    Attributes
    ----------
    verdict
        int8: 1 pass, 0 unknown, -1 fail; broadcasts to the shape of the view.
    values
        Returns, by name, the figures the verdict rests on, likewise; bits alone do not pay for them.
    passes_on
        Returns the month number from which a failing pair would pass by waiting alone; NaN where waiting does not help.
    """

    verdict: NDArray[np.int8]
    values: Callable[[], Mapping[str, NDArray[Any]]] = dict
    passes_on: Callable[[], Array] = lambda: _NEVER


Predicate = Callable[..., Finding]


def judged(passes: Truth, unknown: Truth) -> NDArray[np.int8]:
    """Return verdicts: unknown where unknown, else pass or fail."""
    return np.where(unknown, np.int8(UNKNOWN), np.where(passes, np.int8(PASS), np.int8(FAIL)))


def at_least(months: Array | float, needed: Array | int) -> Truth:
    """Return where full months have passed."""
    return np.asarray(months >= needed - TOLERANCE)


def by_level(table: Mapping[str, Mapping[int, int]], kind: Codes, level: Array) -> Array:
    """Return the table's value for each kind and level; NaN where it has none or the level that decides is unknown."""
    out = np.full(np.broadcast_shapes(kind.shape, level.shape), np.nan)
    for name, values in table.items():
        for lowest, value in sorted(values.items()):
            out = np.where((kind == JOB_KINDS.index(name)) & ((lowest == 0) | (level >= lowest)), float(value), out)
    return out


def among(kind: Codes, names: list[str]) -> Truth:
    """Return where the kind of job is one of ``names``; an unknown kind is not."""
    table = np.array([*(name in names for name in JOB_KINDS), False])
    return np.asarray(table[kind])


def step_of(level: Array) -> Codes:
    """Return the level step, 1 to 4; -1 for an unknown level."""
    return np.where(np.isnan(level), -1, np.clip(np.nan_to_num(level) // 10, 0, 4)).astype(np.int64)


def entering(view: View) -> tuple[Truth, Truth]:
    """Return where the move enters another kind of post (or another functional family), and where that is unknown."""
    target, present = view.post("job_kind"), view.person("job_kind")
    families = view.post("job_family"), view.person("job_family")
    functional = (target >= EXPERT) & (present == target)
    other = functional & (families[0] != families[1])
    unsure = (target < 0) | (present < 0) | (functional & ((families[0] < 0) | (families[1] < 0)))
    return ~unsure & ((target != present) | other), unsure
