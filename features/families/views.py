"""How peers and superiors see people: means of at least five answers."""

import numpy as np

from features.families.context import Columns, Context, Floats

MIN_ANSWERS = 5
"""A mean of fewer answers would show single answers."""
LOOK_BACK_MONTHS = 36

NEEDS: tuple[str, ...] = ("peer_reviews",)


def employee_columns(context: Context) -> Columns:
    """Return mean views of everybody in service."""
    person, rows = context.rows("peer_reviews", "date", "answer", "reviewer_kind")
    recent = context.months_since(rows["date"]) <= LOOK_BACK_MONTHS
    answer, by = rows["answer"].to_numpy(dtype=float), rows["reviewer_kind"].fillna("peer")
    size = len(context.people)

    def mean_of(kind: str) -> Floats:
        wanted = recent & (by == kind).to_numpy()
        n = np.bincount(person[wanted], minlength=size)
        total = np.bincount(person[wanted], answer[wanted], size)
        return np.where(n >= MIN_ANSWERS, total / np.maximum(n, 1), np.nan)

    return {"view_peer": mean_of("peer"), "view_superior": mean_of("superior")}
