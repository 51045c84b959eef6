"""What the office settles in a scenario, as changes to the plan; and the answer beside the published plan, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from features.bilingual import Bilingual
from features.errors import UsageError
from placement.wave.limits import Limits
from placement.wave.plan import Plan
from placement.wave.scenario import Changes, differences
from serving.scenarios import Replanner

LIMITS = ("moves", "out_of_unit", "into_unit")
"""Limits the office may set otherwise in a scenario; all are whole numbers of moves."""


@dataclass(frozen=True)
class Answer:
    """A scenario solved: its plan (None: it cannot be met), what is to be said of it, and who moves otherwise than published."""

    plan: Plan | None
    told: list[Bilingual]
    changes: list[dict[str, Any]]


def answered(replanner: Replanner, changes: Changes, before: Plan, names: Mapping[str, str]) -> Answer:
    """Return the plan under ``changes`` beside the plan ``before``, in words; what cannot be is said instead."""
    try:
        solved = replanner.solve(changes, priced=True, names=dict(names))
    except UsageError as error:
        return Answer(None, [error.message], [])
    if solved.plan.status == "infeasible":
        return Answer(None, solved.told, [])
    rows = differences(before, solved.plan, dict(names))
    changed = rows[rows["change"] != "same"].to_dict("records")
    return Answer(solved.plan, solved.told, [{str(name): value for name, value in row.items()} for row in changed])


def changes_of(wishes: Iterable[Mapping[str, Any]], limits: Limits) -> Changes:
    """Return what the wishes of one scenario (rows of the form ``scenarios``, oldest first) ask of the plan."""
    rows = list(wishes)

    def pairs(wish: str) -> tuple[tuple[str, str], ...]:
        return tuple(dict.fromkeys((row["employee_id"], row["position_id"]) for row in rows if row["wish"] == wish))

    def named(wish: str, column: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row[column] for row in rows if row["wish"] == wish))

    limited = [row for row in rows if row["wish"] == "limit" and row["limit_name"] in LIMITS]
    set_limits: dict[str, Any] = {row["limit_name"]: int(row["value"]) for row in limited}
    return Changes(
        locked=pairs("lock"), forbidden=pairs("forbid"), forced_people=named("force_person", "employee_id"),
        forced_posts=named("force_post", "position_id"), limits=replace(limits, **set_limits) if set_limits else None,
    )  # fmt: skip
