"""Leadership: time at the head, acting posts, leadership courses."""

import numpy as np
import pandas as pd

from features.families.context import Columns, Context, Ints
from features.posts import DAYS_PER_MONTH

LEADERSHIP_COURSE = r"\b(?:PKN|PKA|PKP|PIM|diklatpim|kepemimpinan|leadership)\b"
"""Names of leadership courses: PKN, PKA, PKP, the older Diklatpim."""

NEEDS: tuple[str, ...] = ()


def employee_columns(context: Context) -> Columns:
    """Return the leadership columns of everybody in service."""
    size = len(context.people)
    leads = np.append(context.positions["supervisory"].fillna(False).to_numpy(dtype=bool), False)[context.spot]
    spells = context.spells.loc[leads, ["employee_id", "months"]]
    person = context.place(spells["employee_id"])
    declared, nothing = context.positions["supervisory"].notna().any(), np.full(size, np.nan)
    acting = context.known["assignments"][["employee_id", "kind", "start_on", "end_on"]]
    acting = acting[acting["kind"].isin(["plt", "plh"]) & (acting["start_on"] <= context.as_of)]
    deputy = context.place(acting["employee_id"])
    ends = acting["end_on"].fillna(context.as_of).clip(upper=context.as_of)
    months = (((ends - acting["start_on"]).dt.days + 1).clip(lower=0) / DAYS_PER_MONTH).to_numpy()
    trained = _led(context)
    return {
        "lead_months": np.bincount(person[person >= 0], spells["months"].to_numpy()[person >= 0], size) if declared else nothing,
        "lead_acting_months": np.bincount(deputy[deputy >= 0], months[deputy >= 0], size),
        "lead_training": np.bincount(trained, minlength=size).astype(float),
    }


def _led(context: Context) -> Ints:
    """Return the people of every leadership course finished."""
    person, rows = context.rows("trainings", "course")
    course, courses = pd.factorize(rows["course"])
    leading = pd.Series(courses, dtype="str").str.contains(LEADERSHIP_COURSE, case=False, regex=True, na=False)
    return np.asarray(person[np.append(leading.to_numpy(dtype=bool), False)[course]])
