"""How peers and superiors see people: means of at least five answers."""

import numpy as np

from features.families.context import Columns, Context, Floats

MIN_ANSWERS = 5
"""A mean of fewer answers would show single answers."""
LOOK_BACK_MONTHS = 36

NEEDS: tuple[str, ...] = ("peer_reviews",)


def employee_columns(context: Context) -> Columns:
    """Return mean views of everybody in service."""
    return {"view_peer": _mean_of(context, "peer"), "view_superior": _mean_of(context, "superior")}


def _mean_of(context: Context, kind: str) -> Floats:
    rows = context.known.get("peer_reviews")
    person = context.place(rows["employee_id"])
    recent = context.months_since(rows["date"]) <= LOOK_BACK_MONTHS
    wanted = (person >= 0) & recent & (rows["reviewer_kind"].fillna("peer") == kind).to_numpy()
    size = len(context.people)
    n = np.bincount(person[wanted], minlength=size)
    total = np.bincount(person[wanted], rows["answer"].to_numpy(dtype=float)[wanted], size)
    return np.where(n >= MIN_ANSWERS, total / np.maximum(n, 1), np.nan)
