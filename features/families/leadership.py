"""Leadership: time at the head, acting posts, leadership courses."""

import numpy as np

from features.families.context import Columns, Context
from features.posts import DAYS_PER_MONTH

LEADERSHIP_COURSE = r"\b(?:PKN|PKA|PKP|PIM|diklatpim|kepemimpinan|leadership)\b"
"""Names of leadership courses: PKN, PKA, PKP, the older Diklatpim."""

NEEDS: tuple[str, ...] = ()


def employee_columns(context: Context) -> Columns:
    """Return the leadership columns of everybody in service."""
    size = len(context.people)
    spells = context.spells[context.spells["supervisory"].fillna(False).astype(bool)]
    person = context.place(spells["employee_id"])
    declared, nothing = context.positions["supervisory"].notna().any(), np.full(size, np.nan)
    acting = context.known["assignments"]
    acting = acting[acting["kind"].isin(["plt", "plh"]) & (acting["start_on"] <= context.as_of)]
    deputy = context.place(acting["employee_id"])
    ends = acting["end_on"].fillna(context.as_of).clip(upper=context.as_of)
    months = (((ends - acting["start_on"]).dt.days + 1).clip(lower=0) / DAYS_PER_MONTH).to_numpy()
    courses = context.known.get("trainings")
    leading = courses[courses["course"].str.contains(LEADERSHIP_COURSE, case=False, regex=True, na=False)]
    trained = context.place(leading["employee_id"])
    return {
        "lead_months": np.bincount(person[person >= 0], spells["months"].to_numpy()[person >= 0], size) if declared else nothing,
        "lead_acting_months": np.bincount(deputy[deputy >= 0], months[deputy >= 0], size),
        "lead_training": np.bincount(trained[trained >= 0], minlength=size).astype(float),
    }
