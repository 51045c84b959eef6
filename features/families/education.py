"""Education level and field, against what the post demands."""

import numpy as np
import pandas as pd

from features.codes import EDUCATION_STEP
from features.families.context import Columns, Context, Floats, Ints, remembered
from features.families.pair_parts import PairPart, Tabled, step

NEEDS: tuple[str, ...] = ("educations",)

_PRIOR_PEOPLE = 20.0
"""People of the city's usual mix that each family's mix is shrunk towards."""


@remembered
def employee_columns(context: Context) -> Columns:
    """Return education columns of everybody in service."""
    rows = _known(context)
    people = range(len(context.people))
    return {
        "edu_step": rows.groupby("person")["step"].max().reindex(people).to_numpy(dtype=float),
        "edu_recent_months": context.months_since(rows.groupby("person")["from_on"].max().reindex(people)),
    }


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes education against the post's demands, and what other posts of the family say of the field.

    Each person's fields meet each distinct demand and suit each job family; NaN where nothing is demanded or no field known.
    """
    rows = _known(context).dropna(subset=["field"])
    field, fields = pd.factorize(rows["field"].str.strip().str.lower(), sort=True)
    held = np.zeros((len(context.people), len(fields)))
    held[rows["person"].to_numpy(), field] = 1.0
    demand, demands = pd.factorize(context.positions["education_fields"].fillna("").str.lower(), sort=True)
    family, families = pd.factorize(context.positions["job_family"], sort=True)
    admitted = [{part.strip() for part in text.split(";") if part.strip()} for text in demands]
    admits = np.array([[float(name in names) for names in admitted] for name in fields]).reshape(len(fields), len(demands))
    stated = np.array([len(names) > 0 for names in admitted], dtype=bool)
    match = _best(held, admits)
    match[:, :-1][:, ~stated] = np.nan
    reached = np.asarray(employee_columns(context)["edu_step"], dtype=float)
    demanded_step = context.positions["min_education"].map(EDUCATION_STEP).to_numpy(dtype=float)
    asking = _counted(demand, family, (len(demands), len(families))) * stated[:, None]
    now = np.where(context.post >= 0, family[context.post], -1)
    shares = _best(held, _shares(admits @ asking, asking.sum(axis=0)))
    return (
        step("pair_education_step", reached, demanded_step),
        Tabled({"pair_field_match": match}, demand.astype(np.int64)),
        Tabled(
            {"pair_field_family": shares, "pair_field_usual": _usual(held, now, len(families))},
            family.astype(np.int64),
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


def _usual(held: Floats, now: Ints, families: int) -> Floats:
    """Return how much more usual a person's field is among the others now in each family than in the city (log, shrunk).

    The best of several fields counts. The person is left out of the count of the own family, or everybody would look usual
    where they are.
    """
    inside = np.where(now >= 0, now, families)
    joined = np.zeros((families + 1, held.shape[1]))
    np.add.at(joined, inside, held)
    people, common = np.bincount(inside, minlength=families + 1)[:families], held.mean(axis=0)
    out = np.full((len(held), families + 1), np.nan)
    for field in np.flatnonzero(common > 0):
        has = np.flatnonzero(held[:, field] > 0)
        expected, count = _PRIOR_PEOPLE * common[field], joined[:families, field]
        lift = np.log((count + expected) / ((people + _PRIOR_PEOPLE) * common[field]))
        mine = np.tile(np.r_[lift, np.nan], (len(has), 1))
        at = now[has]
        others = (count[at] - 1 + expected) / ((people[at] - 1 + _PRIOR_PEOPLE) * common[field])
        mine[at >= 0, at[at >= 0]] = np.log(others[at >= 0])
        out[has] = np.fmax(out[has], mine)
    return out


@remembered
def _known(context: Context) -> pd.DataFrame:
    rows = context.known.get("educations")
    person = context.place(rows["employee_id"])
    return rows.assign(person=person, step=rows["value"].map(EDUCATION_STEP).astype("float64"))[person >= 0]
