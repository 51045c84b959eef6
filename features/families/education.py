"""Education level and field, against what the post demands."""

import numpy as np
import pandas as pd

from features.codes import EDUCATION_STEP
from features.families.context import Columns, Context, Counts, Floats, Ints, remembered
from features.families.pair_parts import PairPart, Tabled, step

NEEDS: tuple[str, ...] = ("educations",)

_PRIOR_PEOPLE = 20.0
"""People of the city's usual mix that each family's mix is shrunk towards."""


@remembered
def employee_columns(context: Context) -> Columns:
    """Return education columns of everybody in service."""
    person, rows = context.rows("educations", "from_on", "value")
    reached, recent = (np.full(len(context.people), np.nan) for _ in range(2))
    np.fmax.at(reached, person, rows["value"].map(EDUCATION_STEP).to_numpy(dtype=float))
    np.fmin.at(recent, person, context.months_since(rows["from_on"]))
    return {"edu_step": reached, "edu_recent_months": recent}


def counts(context: Context) -> Counts:
    """Return how many people hold each education field by the job family of their post (last: none), and all of these."""
    held, fields = _held(context)
    families = len(context.chart.codes("job_family")[1])
    now = context.chart.code_at(context.post, "job_family")
    inside = np.where(now >= 0, now, families)
    joined = np.zeros((families + 1, len(fields)))
    np.add.at(joined, inside, held)
    people = np.bincount(inside, minlength=families + 1).astype(float)
    return {"fields": pd.DataFrame(joined.T, index=fields), "families": pd.DataFrame({"people": people})}


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes education against the post's demands, and what other posts of the family say of the field.

    Each person's fields meet each distinct demand and suit each job family; NaN where nothing is demanded or no field known.
    """
    held, fields = _held(context)
    demand, demands = pd.factorize(context.positions["education_fields"].fillna("").str.lower(), sort=True)
    family, families = context.chart.codes("job_family")
    admitted = [{part.strip() for part in text.split(";") if part.strip()} for text in demands]
    admits = np.array([[float(name in names) for names in admitted] for name in fields]).reshape(len(fields), len(demands))
    stated = np.array([len(names) > 0 for names in admitted], dtype=bool)
    match = _best(held, admits)
    match[:, :-1][:, ~stated] = np.nan
    reached = np.asarray(employee_columns(context)["edu_step"], dtype=float)
    demanded_step = context.positions["min_education"].map(EDUCATION_STEP).to_numpy(dtype=float)
    asking = _counted(demand, family, (len(demands), len(families))) * stated[:, None]
    shares = _best(held, _shares(admits @ asking, asking.sum(axis=0)))
    return (
        step("pair_education_step", reached, demanded_step),
        Tabled({"pair_field_match": match}, demand.astype(np.int64)),
        Tabled(
            {"pair_field_family": shares, "pair_field_usual": _usual(context, held, fields)},
            family,
        ),
    )


def _best(held: Floats, worth: Floats) -> Floats:
    """Return the largest ``worth`` (fields, columns) among the fields ``held`` (people, fields), NaN where none is known."""
    out = np.full((len(held), worth.shape[1] + 1), np.nan)
    for field in range(held.shape[1]):
        has = held[:, field] > 0
        out[has, :-1] = np.fmax(out[has, :-1], worth[field])
    return out


def _counted(row: Ints, column: Ints, shape: tuple[int, int]) -> Floats:
    """Return how often each (row, column) occurs, columns -1 left out."""
    counts = np.zeros(shape)
    np.add.at(counts, (row[column >= 0], column[column >= 0]), 1.0)
    return counts


def _shares(part: Floats, whole: Floats) -> Floats:
    """Return ``part`` over ``whole``, NaN where there is nothing."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)


def _usual(context: Context, held: Floats, fields: pd.Index) -> Floats:
    """Return how much more usual a person's field is among the others now in each family than in the city (log, shrunk).

    The best of several fields counts. The person is left out of the count of the own family, or everybody would look usual
    where they are.
    """
    everybody = context.totals["families"]["people"].to_numpy()
    joined = context.totals["fields"].reindex(fields).to_numpy()
    people, families = everybody[:-1], len(everybody) - 1
    now = context.chart.code_at(context.post, "job_family")
    common = joined.sum(axis=1) / max(everybody.sum(), 1.0)
    out = np.full((len(held), families + 1), np.nan)
    for field in np.flatnonzero(common > 0):
        has = np.flatnonzero(held[:, field] > 0)
        expected, count = _PRIOR_PEOPLE * common[field], joined[field, :families]
        lift = np.log((count + expected) / ((people + _PRIOR_PEOPLE) * common[field]))
        mine = np.tile(np.r_[lift, np.nan], (len(has), 1))
        at = now[has]
        others = (count[at] - 1 + expected) / ((people[at] - 1 + _PRIOR_PEOPLE) * common[field])
        mine[at >= 0, at[at >= 0]] = np.log(others[at >= 0])
        out[has] = np.fmax(out[has], mine)
    return out


@remembered
def _held(context: Context) -> tuple[Floats, pd.Index]:
    """Return who holds which education field (people, fields; 0/1), and the fields, sorted."""
    person, rows = context.rows("educations", "field")
    written, spellings = pd.factorize(rows["field"])
    field_of, fields = pd.factorize(pd.Series(spellings, dtype="str").str.strip().str.lower(), sort=True)
    known = written >= 0
    held = np.zeros((len(context.people), len(fields)))
    held[person[known], field_of[written[known]]] = 1.0
    return held, pd.Index(fields)
