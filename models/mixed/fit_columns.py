"""How well a person's record fits a post: the linear pair terms of the level model (education, competencies, training, rank).

They are read at the post held for every rated person-period, so that the level model learns them from everybody and not from
movers alone. Fixed tables by education x family or origin x destination are left out on purpose: they learn who was let in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.mixed.person_blocks import Codes, Floats

FIT_COLUMNS: tuple[str, ...] = (
    "pair_education_step", "pair_field_match", "pair_field_family", "pair_field_usual", "pair_gap_sum",
    "pair_profile", "pair_rank_step", "pair_train_hours", "pair_train_unit_hours", "dist_home",
)  # fmt: skip
"""Pair columns that compare a record with a post and hardly change between ratings."""
KNOWN_SIGNS: Mapping[str, int] = MappingProxyType({
    "pair_field_match": 1, "pair_field_family": 1, "pair_field_usual": 1, "pair_gap_sum": -1, "pair_profile": 1,
    "pair_train_hours": 1, "pair_train_unit_hours": 1,
})  # fmt: skip
"""Which way a column can speak at all: nobody does better for falling short of the post's standard, or for a field that does not
fit. Where few people tell of a column its estimate can come out the other way; that is noise, and would be told as a reason."""
_LOGGED = ("pair_train_hours", "pair_train_unit_hours")
_CLIP_SD = 4.0
_SPAN = 1_000_000


@dataclass(frozen=True, slots=True)
class FitColumns:
    """The fit columns a source has, with the mean and spread that standardise them; missing values count as the mean."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def encode(self, matrix: pd.DataFrame) -> Floats:
        """Return the columns standardised (n, k), from any frame that has the pair columns."""
        if not self.names:
            return np.zeros((len(matrix), 0))
        return np.column_stack([self.column(name, matrix[name].to_numpy(dtype=np.float64, na_value=np.nan)) for name in self.names])

    def column(self, name: str, values: Floats) -> Floats:
        """Return the values of column ``name`` (n,) standardised."""
        place = self.names.index(name)
        return _standard(_logged(name, values), self.means[place], self.scales[place])

    def encode_filled(self, matrix: pd.DataFrame, group: Codes, day: Codes) -> Floats:
        """Return the columns standardised, gaps filled from the same group's nearest later row, else its nearest earlier one.

        A competency assessed late says as much about the years before: people and posts change slowly.
        """
        if not self.names:
            return np.zeros((len(matrix), 0))
        order = np.lexsort((day, group))
        raw = pd.DataFrame(np.column_stack([_raw(matrix[name]) for name in self.names])[order])
        groups = raw.groupby(group[order], sort=False)
        out = np.empty(raw.shape)
        out[order] = groups.bfill().fillna(groups.ffill()).to_numpy()
        return self.standardise(out)

    def standardise(self, raw: Floats) -> Floats:
        """Return raw values (n, k) less the means over the scales, clipped; missing ones zero."""
        return _standard(raw, np.array(self.means), np.array(self.scales))


def fit_columns_of(matrix: pd.DataFrame) -> FitColumns:
    """Return the fit columns of ``matrix`` that vary in it, with their means and spreads."""
    names, means, scales = [], [], []
    for name in FIT_COLUMNS:
        values = _raw(matrix[name]) if name in matrix.columns else np.zeros(0)
        seen = values[~np.isnan(values)]
        if len(seen) and seen.std() > 0:
            names.append(name)
            means.append(float(seen.mean()))
            scales.append(float(seen.std()))
    return FitColumns(tuple(names), tuple(means), tuple(scales))


def against_reason(names: tuple[str, ...], effects: Floats) -> NDArray[np.bool_]:
    """Return which effects (k,) of the columns ``names`` have the sign they cannot have."""
    signs = np.array([KNOWN_SIGNS.get(name, 0) for name in names], dtype=np.float64)
    return np.asarray(signs * effects < 0)


def nearest(keys: tuple[Codes, Codes], wanted: tuple[Codes, Codes]) -> tuple[Codes, NDArray[np.bool_]]:
    """Return for each wanted (group, day) the row of ``keys`` with the same group and the nearest day, and whether there is one.

    Groups are codes, days whole numbers; of two equally near days the earlier counts.
    """
    group, day = keys
    order = np.lexsort((day, group))
    sorted_keys = group[order] * _SPAN + day[order]
    ask, at_day = wanted
    after = np.searchsorted(sorted_keys, ask * _SPAN + at_day, side="right")
    last = len(order) - 1
    before, after = np.clip(after - 1, 0, max(last, 0)), np.clip(after, 0, max(last, 0))
    if last < 0:
        return np.zeros(len(ask), dtype=np.int64), np.zeros(len(ask), dtype=bool)
    gaps = [np.where(group[order[at]] == ask, np.abs(day[order[at]] - at_day), _SPAN) for at in (before, after)]
    chosen = np.where(gaps[0] <= gaps[1], before, after)
    return order[chosen], np.minimum(gaps[0], gaps[1]) < _SPAN


def _standard(raw: Floats, mean: Floats | float, scale: Floats | float) -> Floats:
    standard = (raw - mean) / scale
    return np.asarray(np.clip(np.where(np.isnan(standard), 0.0, standard), -_CLIP_SD, _CLIP_SD))


def _raw(column: pd.Series) -> Floats:
    return _logged(str(column.name), column.to_numpy(dtype=np.float64, na_value=np.nan))


def _logged(name: str, values: Floats) -> Floats:
    return np.asarray(np.log1p(np.maximum(values, 0.0)) if name in _LOGGED else values)
