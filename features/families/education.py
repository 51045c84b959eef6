"""Education level and field, against what the post demands."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.codes import EDUCATION_STEP
from features.context import Columns, Context, Floats, Ints

NEEDS: tuple[str, ...] = ("educations",)


@dataclass(frozen=True, slots=True)
class EducationPairs:
    """Education steps and a table of which field sets meet which demands (NaN: no demand or no field known)."""

    step: Floats
    demanded_step: Floats
    fields: Ints
    demand: Ints
    match: NDArray[np.float64]

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return the level distance and the field match."""
        return {
            "pair_education_step": self.step[employee] - self.demanded_step[position],
            "pair_field_match": self.match[self.fields[employee], self.demand[position]],
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
    held = rows.assign(field=rows["field"].str.strip().str.lower()).groupby("person")["field"]
    sets = held.agg(lambda fields: ";".join(sorted(set(fields)))).reindex(range(len(context.people)), fill_value="")
    field_code, field_sets = pd.factorize(sets, sort=True)
    demand_code, demands = pd.factorize(context.positions["education_fields"].fillna("").str.lower(), sort=True)
    return EducationPairs(
        employee_columns(context)["edu_step"],  # type: ignore[arg-type]
        context.positions["min_education"].map(EDUCATION_STEP).to_numpy(dtype=float),
        field_code.astype(np.int64),
        demand_code.astype(np.int64),
        np.array([[_matches(held_set, demand) for demand in demands] for held_set in field_sets]).reshape(
            len(field_sets), len(demands)
        ),
    )


def _matches(held: str, demand: str) -> float:
    admitted = {field.strip() for field in demand.split(";") if field.strip()}
    if not admitted or not held:
        return np.nan
    return float(bool(admitted & set(held.split(";"))))


def _known(context: Context) -> pd.DataFrame:
    rows = context.known.get("educations")
    person = context.place(rows["employee_id"])
    return rows.assign(person=person, step=rows["value"].map(EDUCATION_STEP).astype("float64"))[person >= 0]
