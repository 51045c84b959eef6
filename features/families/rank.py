"""Rank (golongan) against what the post demands."""

import numpy as np

from features.codes import RANKS
from features.families.context import Columns, Context, remembered
from features.families.pair_parts import PairPart, step

RANK_STEP: dict[str, int] = {rank: step for step, rank in enumerate(RANKS, start=1)}

NEEDS: tuple[str, ...] = ("ranks",)


@remembered
def employee_columns(context: Context) -> Columns:
    """Return the rank columns of everybody in service: the latest rank begun."""
    rows = context.known.get("ranks")
    person = context.place(rows["employee_id"])
    begun = rows.assign(person=person)[(person >= 0) & (rows["from_on"] <= context.as_of)]
    last = begun.sort_values(["person", "from_on", "value"]).drop_duplicates("person", keep="last").set_index("person")
    last = last.reindex(range(len(context.people)))
    return {
        "rank_step": last["value"].map(RANK_STEP).to_numpy(dtype=float),
        "rank_months": context.months_since(last["from_on"]),
    }


def pair_parts(context: Context) -> tuple[PairPart, ...]:
    """Return what computes rank against the post's demand."""
    reached = np.asarray(employee_columns(context)["rank_step"], dtype=float)
    return (step("pair_rank_step", reached, context.positions["min_rank"].map(RANK_STEP).to_numpy(dtype=float)),)
