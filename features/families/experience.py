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
    spells, place = context.spells, context.place(context.spells["employee_id"])
    known = spells.assign(person=place)[place >= 0]
    by_family = known.groupby(["person", "job_family"])["months"].sum()
    families = (by_family >= MATTERS_MONTHS).groupby("person").sum()
    people = range(len(context.people))
    family_now = context.of_post("job_family")
    return {
        "exp_families": families.reindex(people, fill_value=0).to_numpy(dtype=float),
        "exp_units": known.groupby("person")["unit_id"].nunique().reindex(people, fill_value=0).to_numpy(dtype=float),
        "exp_level": context.of_post("level").to_numpy(dtype=float),
        "exp_top_level": known.groupby("person")["level"].max().reindex(people).to_numpy(dtype=float),
        "exp_job_family": pd.Categorical(family_now, categories=_texts(context.positions["job_family"])),
    }


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes experience in the target and likeness to the present post."""
    positions, spells = context.positions, context.spells
    months = {
        "pair_family_months": ("job_family", "job_family"),
        "pair_unit_months": ("unit_id", "unit_id"),
        "pair_kind_months": ("kind", "unit_kind"),
    }
    same = {
        "pair_same_family": "job_family",
        "pair_same_unit": "unit_id",
        "pair_same_parent": "unit_parent_id",
        "pair_same_district": "unit_district",
    }
    levels = np.unique(positions["level"].dropna())
    steps = {"pair_level_step": "level", "pair_class_step": "job_class"}
    return (
        *(LookedUp(name, *_months(context, spells[mine], positions[theirs])) for name, (mine, theirs) in months.items()),
        LookedUp("pair_level_months", _months_at_least(context, levels), _level_codes(positions["level"], levels)),
        Same("pair_same_post", context.post, np.arange(len(positions))),
        *(Same(name, *_same(context, column)) for name, column in same.items()),
        *(
            step(name, _numbers(context.of_post(column)), _numbers(positions[column]), upwards=True)
            for name, column in steps.items()
        ),
    )


def _months(context: Context, of_spell: pd.Series, of_position: pd.Series) -> tuple[Lookup, Ints]:
    """Return months by (person, value of the position column), and each position's code."""
    codes, values = pd.factorize(of_position)
    spell_code = values.get_indexer(of_spell.astype(object)) if len(values) else np.full(len(of_spell), -1)
    person = context.place(context.spells["employee_id"])
    known = (person >= 0) & (spell_code >= 0)
    months = context.spells["months"].to_numpy()[known]
    return Lookup.of_sums(person[known], spell_code[known], months, len(values)), codes.astype(np.int64)


def _months_at_least(context: Context, levels: Floats) -> Lookup:
    """Return months spent at each level or above."""
    spell_level = _level_codes(context.spells["level"], levels)
    person = context.place(context.spells["employee_id"])
    known = (person >= 0) & (spell_level >= 0)
    counts = np.where(known, spell_level + 1, 0)
    row = np.repeat(np.arange(len(counts)), counts)
    code = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return Lookup.of_sums(person[row], code, context.spells["months"].to_numpy()[row], len(levels))


def _level_codes(level: pd.Series, levels: Floats) -> Ints:
    values = level.to_numpy(dtype=float)
    return np.where(np.isnan(values), -1, np.searchsorted(levels, values)).astype(np.int64)


def _same(context: Context, column: str) -> tuple[Ints, Ints]:
    codes = pd.factorize(context.positions[column])[0].astype(np.int64)
    return np.where(context.post >= 0, codes[np.maximum(context.post, 0)], -1), codes


def _numbers(column: pd.Series) -> Floats:
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))


def _texts(column: pd.Series) -> list[str]:
    return sorted(column.dropna().unique())
