"""Rank (golongan) against what the post demands."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.codes import RANKS
from features.families.context import Columns, Context, Floats, Ints

RANK_STEP: dict[str, int] = {rank: step for step, rank in enumerate(RANKS, start=1)}

NEEDS: tuple[str, ...] = ("ranks",)


@dataclass(frozen=True, slots=True)
class RankPairs:
    """Rank steps of people and the lowest admitted by positions."""

    step: Floats
    demanded: Floats

    def __call__(self, employee: Ints, position: Ints) -> Mapping[str, Floats]:
        """Return how far the person's rank lies above the demand."""
        return {"pair_rank_step": self.step[employee] - self.demanded[position]}


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


def pair_part(context: Context) -> RankPairs:
    """Return what computes rank against the post's demand."""
    step = np.asarray(employee_columns(context)["rank_step"], dtype=float)
    return RankPairs(step, context.positions["min_rank"].map(RANK_STEP).to_numpy(dtype=float))
