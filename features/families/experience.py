"""What people have done: months by job family, unit, kind of unit and level, and how the target compares with the present post."""

import numpy as np
import pandas as pd

from features.families.context import Columns, Context, Floats, Ints
from features.families.lookup import Lookup
from features.families.pair_parts import LookedUp, PairPart, Same, step

MATTERS_MONTHS = 6
"""A job family counts as held from this many months on."""

NEEDS: tuple[str, ...] = ()


def employee_columns(context: Context) -> Columns:
    """Return experience columns of everybody in service."""
    by_family, by_unit = _months(context, "job_family"), _months(context, "unit_id")
    known = by_family.values >= MATTERS_MONTHS
    size = len(context.people)
    level = np.append(_numbers(context.positions["level"]), np.nan)
    person = context.place(context.spells["employee_id"])
    top = np.full(size, np.nan)
    np.fmax.at(top, person[person >= 0], level[context.spot[person >= 0]])
    return {
        "exp_families": np.bincount(by_family.keys[known] // by_family.width, minlength=size).astype(float),
        "exp_units": np.bincount(by_unit.keys // by_unit.width, minlength=size).astype(float),
        "exp_level": level[context.post],
        "exp_top_level": top,
        "exp_job_family": _family_now(context),
    }


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes experience in the target and likeness to the present post."""
    chart, positions = context.chart, context.positions
    months = {"pair_family_months": "job_family", "pair_unit_months": "unit_id", "pair_kind_months": "unit_kind"}
    same = {
        "pair_same_family": "job_family",
        "pair_same_unit": "unit_id",
        "pair_same_parent": "unit_parent_id",
        "pair_same_district": "unit_district",
    }
    levels = np.unique(positions["level"].dropna())
    steps = {"pair_level_step": "level", "pair_class_step": "job_class"}
    return (
        *(LookedUp(name, _months(context, column), chart.codes(column)[0]) for name, column in months.items()),
        LookedUp("pair_level_months", _months_at_least(context, levels), _level_codes(positions["level"], levels)),
        Same("pair_same_post", context.post, np.arange(len(positions))),
        *(Same(name, chart.code_at(context.post, column), chart.codes(column)[0]) for name, column in same.items()),
        *(
            step(name, np.append(_numbers(positions[column]), np.nan)[context.post], _numbers(positions[column]), upwards=True)
            for name, column in steps.items()
        ),
    )


def _months(context: Context, column: str) -> Lookup:
    """Return months by (person, code of the position column)."""
    code = context.chart.code_at(context.spot, column)
    person = context.place(context.spells["employee_id"])
    known = (person >= 0) & (code >= 0)
    months = context.spells["months"].to_numpy()[known]
    return Lookup.of_sums(person[known], code[known], months, len(context.chart.codes(column)[1]))


def _months_at_least(context: Context, levels: Floats) -> Lookup:
    """Return months spent at each level or above."""
    spell_level = np.append(_level_codes(context.positions["level"], levels), -1)[context.spot]
    person = context.place(context.spells["employee_id"])
    known = (person >= 0) & (spell_level >= 0)
    counts = np.where(known, spell_level + 1, 0)
    row = np.repeat(np.arange(len(counts)), counts)
    code = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return Lookup.of_sums(person[row], code, context.spells["months"].to_numpy()[row], len(levels))


def _level_codes(level: pd.Series, levels: Floats) -> Ints:
    values = level.to_numpy(dtype=float)
    return np.where(np.isnan(values), -1, np.searchsorted(levels, values)).astype(np.int64)


def _family_now(context: Context) -> pd.Categorical:
    """Return the job family of each person's current post, over all families of positions."""
    families = context.chart.codes("job_family")[1]
    order = np.argsort(families.to_numpy())
    rank = np.append(np.argsort(order), -1)
    return pd.Categorical.from_codes(rank[context.chart.code_at(context.post, "job_family")], families[order].tolist())


def _numbers(column: pd.Series) -> Floats:
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))
