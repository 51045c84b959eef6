"""Rank (golongan) against what the post demands."""

import numpy as np

from features.codes import RANKS
from features.families.context import Columns, Context, remembered
from features.families.pair_parts import PairPart, step
from features.sorting import day_numbers, last_of, ordered, ranks

RANK_STEP: dict[str, int] = {rank: step for step, rank in enumerate(RANKS, start=1)}

NEEDS: tuple[str, ...] = ("ranks",)


@remembered
def employee_columns(context: Context) -> Columns:
    """Return the rank columns of everybody in service: the latest rank begun."""
    person, rows = context.rows("ranks", "from_on", "value")
    begun = np.flatnonzero(rows["from_on"] <= context.as_of)
    order = begun[ordered(person[begun], day_numbers(rows["from_on"])[begun], ranks(rows["value"])[begun])]
    last = order[last_of(person[order])]
    reached, months = (np.full(len(context.people), np.nan) for _ in range(2))
    reached[person[last]] = rows["value"].iloc[last].map(RANK_STEP).to_numpy(dtype=float)
    months[person[last]] = context.months_since(rows["from_on"].iloc[last])
    return {"rank_step": reached, "rank_months": months}


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes rank against the post's demand."""
    reached = np.asarray(employee_columns(context)["rank_step"], dtype=float)
    return (step("pair_rank_step", reached, context.positions["min_rank"].map(RANK_STEP).to_numpy(dtype=float)),)
