"""Assessed competencies against the standard of the post."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.families.context import Chart, Columns, Context, Floats, Ints, remembered
from features.families.pair_parts import Kinds, PairPart, kinds_of
from features.sorting import day_numbers, found_at, last_of, ordered, ranks

NEEDS: tuple[str, ...] = ("competencies",)
Bits = NDArray[np.uint64]
_WORD = 64
"""Bits of a word."""


@dataclass(frozen=True, slots=True)
class CompetencePairs:
    """Levels by competency (rows) and person or distinct standard (columns).

    Not assessed: level ``inf``; not demanded: standard ``-inf``, so that neither leaves a gap. ``own`` and ``wanted`` are levels
    and standards less their person's or standard's mean, 0 where unknown; ``known`` and ``asked`` tell, a bit a competency, which
    of them are assessed and which demanded; ``target`` is the standard of each position.
    """

    levels: Floats
    standards: Floats
    own: Floats
    wanted: Floats
    known: Bits
    asked: Bits
    target: Ints
    names: ClassVar[tuple[str, ...]] = ("pair_gap_sum", "pair_gap_max", "pair_gap_missing", "pair_profile")

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return sum and maximum of the gaps, how many competencies demanded were never assessed, how alike the profiles are."""
        standard = self.target[position]
        shape = np.broadcast_shapes(employee.shape, position.shape)
        total, largest, profile, one_of = (np.zeros(shape) for _ in range(4))
        for one in np.flatnonzero((self.standards[:, np.unique(standard)] > -np.inf).any(axis=1)):
            np.subtract(self.standards[one][standard], self.levels[one][employee], out=one_of)
            np.maximum(one_of, 0.0, out=one_of)
            total += one_of
            np.maximum(largest, one_of, out=largest)
            np.multiply(self.own[one][employee], self.wanted[one][standard], out=one_of)
            profile += one_of
        asked = [word[standard] for word in self.asked]
        demanded = _count(asked)
        shared = _count([both & word[employee] for both, word in zip(asked, self.known, strict=True)])
        judged = shared > 0
        return {
            "pair_gap_sum": np.where(judged, total, np.nan),
            "pair_gap_max": np.where(judged, largest, np.nan),
            "pair_gap_missing": np.where(demanded > 0, demanded - shared, np.nan),
            "pair_profile": np.where(judged, profile / np.maximum(shared, 1), np.nan),
        }

    def among(self, people: slice) -> Callable[[int], Kinds]:
        """Return people by the levels of all their competencies."""
        return kinds_of(list(self.levels), people)


def _count(words: Sequence[NDArray[np.uint64]]) -> Floats:
    """Return how many bits are set, word by word together."""
    return np.asarray(sum(np.bitwise_count(word).astype(np.float64) for word in words))


def _bits(flags: NDArray[np.bool_]) -> Bits:
    """Return which of ``flags`` (n, k) are set as bits, (words, n)."""
    words = [flags[:, first : first + _WORD] for first in range(0, max(flags.shape[1], 1), _WORD)]
    return np.stack(
        [(word * (np.uint64(1) << np.arange(word.shape[1], dtype=np.uint64))).sum(axis=1, dtype=np.uint64) for word in words]
    )


def _row_means(values: Floats) -> Floats:
    """Return the mean of the known values of each row, as a column; zero where none is known."""
    known = ~np.isnan(values)
    return np.asarray(np.nansum(values, axis=1) / np.maximum(known.sum(axis=1), 1))[:, None]


def employee_columns(context: Context) -> Columns:
    """Return the competency columns of everybody in service."""
    rows, size = _known(context), len(context.people)
    person = rows["person"].to_numpy()
    age = np.full(size, np.nan)
    np.fmin.at(age, person, context.months_since(rows["assessed_on"]))
    last = last_of(person, rows["competency"].to_numpy())
    n = np.bincount(person[last], minlength=size)
    total = np.bincount(person[last], rows["level"].to_numpy(dtype=float)[last], size)
    return {"comp_mean": np.where(n > 0, total / np.maximum(n, 1), np.nan), "comp_age_months": age}


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes competency gaps."""
    names, standards, standard_of = standards_by_position(context.chart)
    rows = _known(context)
    levels = np.full((len(context.people), len(names)), np.nan)
    column = names.get_indexer(_competencies(context))[rows["competency"].to_numpy()]
    held = column >= 0
    levels[rows["person"].to_numpy()[held], column[held]] = rows["level"].to_numpy()[held]
    return (competence_pairs(levels, standards, standard_of),)


def competence_pairs(levels: Floats, standards: Floats, standard_of: Ints) -> CompetencePairs:
    """Return what compares ``levels`` (people, competencies) with ``standards`` (standards, competencies); NaN: unknown."""
    known, demanded = np.nan_to_num(levels, nan=np.inf), np.nan_to_num(standards, nan=-np.inf)
    own, wanted = (np.nan_to_num(side - _row_means(side)) for side in (levels, standards))
    held, asked, mine, theirs = (np.ascontiguousarray(side.T) for side in (known, demanded, own, wanted))
    return CompetencePairs(held, asked, mine, theirs, _bits(~np.isnan(levels)), _bits(~np.isnan(standards)), standard_of)


@remembered
def standards_by_position(chart: Chart) -> tuple[pd.Index, Floats, Ints]:
    """Return the competencies, the distinct standards (rows; NaN: not demanded) and each position's standard.

    A standard of the position itself goes before one of its job kind and level, that before one of its job kind alone.
    """
    positions, rows = chart.positions, chart.known.get("competency_standards")
    names = pd.Index(sorted(rows["competency"].dropna().unique()), dtype=object)
    required = np.full((len(positions), len(names)), np.nan)
    wanted = positions.reset_index()[["position_id", "job_kind", "level"]].assign(place=np.arange(len(positions)))
    of_kind = rows[rows["position_id"].isna()]
    for keys, part in (
        (["job_kind"], of_kind[of_kind["level"].isna()]),
        (["job_kind", "level"], of_kind[of_kind["level"].notna()]),
        (["position_id"], rows[rows["position_id"].notna()]),
    ):
        found = wanted.merge(part[[*keys, "competency", "required_level"]], on=keys, how="inner")
        column = names.get_indexer(found["competency"].astype(object))
        required[found["place"].to_numpy(), column] = found["required_level"].to_numpy(dtype=float)
    distinct, standard_of = np.unique(np.nan_to_num(required, nan=-1.0), axis=0, return_inverse=True)
    return names, np.where(distinct < 0, np.nan, distinct), standard_of.reshape(-1).astype(np.int64)


@remembered
def _known(context: Context) -> pd.DataFrame:
    """Return what was assessed of people in service, oldest first: person, competency (code), assessed_on, level."""
    person, rows = context.rows("competencies", "competency", "assessed_on", "level")
    code = found_at(rows["competency"], _competencies(context))
    order = ordered(person, code, day_numbers(rows["assessed_on"]), ranks(rows["level"]))
    return rows.assign(person=person, competency=code).iloc[order]


@remembered
def _competencies(context: Context) -> pd.Index:
    """Return the names of the competencies assessed, sorted."""
    return pd.Index(sorted(context.known.get("competencies")["competency"].dropna().unique()), dtype=object)
