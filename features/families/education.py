"""Education level and field, against what the post demands."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.codes import EDUCATION_STEP
from features.families.context import Columns, Context, Floats, Ints

NEEDS: tuple[str, ...] = ("educations",)


@dataclass(frozen=True, slots=True)
class EducationPairs:
    """Education steps, and whether each person's fields meet each distinct demand (NaN: no demand or no field known)."""

    step: Floats
    demanded_step: Floats
    match: Floats
    demand: Ints

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return the level distance and the field match."""
        return {
            "pair_education_step": self.step[employee] - self.demanded_step[position],
            "pair_field_match": self.match[employee, self.demand[position]],
        }


def employee_columns(context: Context) -> Columns:
    """Return education columns of everybody in service."""
    rows = _known(context)
    people = range(len(context.people))
    return {
        "edu_step": rows.groupby("person")["step"].max().reindex(people).to_numpy(dtype=float),
        "edu_recent_months": context.months_since(rows.groupby("person")["from_on"].max().reindex(people)),
    }


def pair_part(context: Context) -> EducationPairs:
    """Return what computes education against the post's demands."""
    rows = _known(context).dropna(subset=["field"])
    field, fields = pd.factorize(rows["field"].str.strip().str.lower(), sort=True)
    held = np.zeros((len(context.people), len(fields)))
    held[rows["person"].to_numpy(), field] = 1.0
    demand, demands = pd.factorize(context.positions["education_fields"].fillna("").str.lower(), sort=True)
    admitted = [{part.strip() for part in text.split(";") if part.strip()} for text in demands]
    admits = np.array([[float(name in names) for names in admitted] for name in fields]).reshape(len(fields), len(demands))
    match = (held @ admits > 0).astype(float)
    match[held.sum(axis=1) == 0] = np.nan
    match[:, [not names for names in admitted]] = np.nan
    step = np.asarray(employee_columns(context)["edu_step"], dtype=float)
    demanded_step = context.positions["min_education"].map(EDUCATION_STEP).to_numpy(dtype=float)
    return EducationPairs(step, demanded_step, match, demand.astype(np.int64))


def _known(context: Context) -> pd.DataFrame:
    rows = context.known.get("educations")
    person = context.place(rows["employee_id"])
    return rows.assign(person=person, step=rows["value"].map(EDUCATION_STEP).astype("float64"))[person >= 0]
