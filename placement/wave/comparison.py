"""Two plans side by side, move by move, and why each person's move is another."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from placement.wave.limits import NO_CHANGE, Changes
from placement.wave.plan import Plan


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for a change: its ``code`` (`placement/wave/wording.yaml`, ``reasons``), the post it is about, and whose move."""

    code: str
    post: str = ""
    by: str = ""


def compare(one: Plan, other: Plan, settled: Changes = NO_CHANGE) -> pd.DataFrame:
    """Return one row per person who moves in either plan.

    ``settled`` is what ``other`` was told to keep to. Columns: employee_id, from_position, ``position_one`` and
    ``position_other`` (missing: stays), ``value_one``,
    ``value_other`` (0: stays), ``change``: *same*, *elsewhere*, *only one*, *only other*, ``why`` (list of `Why`, empty where
    nothing changes). Sorted by change and person.
    """
    sides = [
        plan.moves.set_index("employee_id")[["from_position", "to_position", "value"]].set_axis(
            ["from_position", f"position_{name}", f"value_{name}"], axis=1
        )
        for plan, name in ((one, "one"), (other, "other"))
    ]
    both = sides[0].join(sides[1].drop(columns="from_position"), how="outer")
    both["from_position"] = sides[0]["from_position"].reindex(both.index).fillna(sides[1]["from_position"].reindex(both.index))
    first, second = both["position_one"], both["position_other"]
    both["change"] = np.select(
        [first.isna(), second.isna(), first == second], ["only other", "only one", "same"], default="elsewhere"
    )
    values = both[["value_one", "value_other"]].fillna(0.0)
    listed = both.assign(**values).reset_index().sort_values(["change", "employee_id"], kind="stable", ignore_index=True)
    columns = ["employee_id", "from_position", "position_one", "position_other", "value_one", "value_other", "change"]
    return listed[columns].assign(why=_reasons(listed, one, other, settled))


def _reasons(rows: pd.DataFrame, one: Plan, other: Plan, settled: Changes) -> pd.Series:
    """Return why each row changes: what was settled, who takes or leaves the posts concerned, else the plan as a whole."""
    seats = _Seats.of(one), _Seats.of(other)
    sides = (rows[name].astype(object).where(rows[name].notna(), "") for name in ("position_one", "position_other"))
    last = [Why("sum" if settled.limits is None else "limits")]
    told = [
        [] if before == after else [*_of_settled(who, before, after, settled), *_of_seats(who, before, after, *seats)] or last
        for who, before, after in zip(rows["employee_id"], *sides, strict=True)
    ]
    return pd.Series(told, index=rows.index, dtype=object)


@dataclass(frozen=True)
class _Seats:
    """Who enters and who leaves each post in a plan."""

    entering: dict[str, set[str]]
    leaving: dict[str, set[str]]

    @staticmethod
    def of(plan: Plan) -> "_Seats":
        entering, leaving = (
            {str(post): set(who) for post, who in plan.moves.groupby(side)["employee_id"]}
            for side in ("to_position", "from_position")
        )
        return _Seats(entering, leaving)


def _of_settled(who: str, before: str, after: str, settled: Changes) -> Iterator[Why]:
    if (who, after) in settled.locked:
        yield Why("locked")
    if (who, before) in settled.forbidden:
        yield Why("forbidden")
    if who in settled.forced_people:
        yield Why("forced_person")
    if after in settled.forced_posts:
        yield Why("forced_post", after)


def _of_seats(who: str, before: str, after: str, one: _Seats, other: _Seats) -> Iterator[Why]:
    """Yield what became of the post given up, and what made the new one free; nothing of a post named with an empty text."""
    turns = (
        (before, (("taken", other.entering, one.entering), ("not_vacated", one.leaving, other.leaving))),
        (after, (("freed", one.entering, other.entering), ("vacated", other.leaving, one.leaving))),
    )
    for post, sides in turns:
        found = [(code, sorted(there.get(post, set()) - elsewhere.get(post, set()) - {who})) for code, there, elsewhere in sides]
        yield from [Why(code, post, by[0]) for code, by in found if by][:1]
