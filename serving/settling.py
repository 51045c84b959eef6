"""What the office settles in a scenario, as changes to the plan; and the answer beside the published plan, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from features.bilingual import Bilingual
from features.errors import UsageError
from placement.wave.limits import Limits
from placement.wave.plan import Plan
from placement.wave.scenario import Changes, Solved, differences, told_of
from placement.wave.wording import Names
from serving.scenarios import Replanner

LIMITS = ("moves", "out_of_unit", "into_unit")
"""Limits the office may set otherwise in a scenario as whole numbers of moves."""
PERCENT = "aspirations"
"""The limit it may set in percent of the moves."""
SHARE = "share:"
"""How the name of a limit begins that asks for a share (in percent) of the moves for a group, whose name follows."""


@dataclass(frozen=True)
class Answer:
    """A scenario solved beside the published plan ``before``; ``refused``: what cannot be asked at all, in words.

    Kept for every reader: people are named only when it is told.
    """

    before: Plan
    changes: Changes
    solved: Solved | None
    refused: Bilingual | None = None

    @property
    def plan(self) -> Plan | None:
        """The plan; None: it cannot be met."""
        return None if self.solved is None or self.solved.plan.status == "infeasible" else self.solved.plan

    def told(self, names: Names) -> list[Bilingual]:
        """Return what is to be said of it: what clashes, what limits and shares cost."""
        return told_of(self.solved, names) if self.solved is not None else [self.refused] if self.refused is not None else []

    def changed(self, names: Names) -> list[dict[str, Any]]:
        """Return who moves otherwise than published, and why, in words."""
        if self.plan is None:
            return []
        rows = differences(self.before, self.plan, names, self.changes)
        changed = rows[rows["change"] != "same"].to_dict("records")
        return [{str(name): value for name, value in row.items()} for row in changed]


def answered(replanner: Replanner, changes: Changes, before: Plan) -> Answer:
    """Return the plan under ``changes`` beside the plan ``before``; what cannot be is said instead."""
    try:
        return Answer(before, changes, replanner.solve(changes, priced=True))
    except UsageError as error:
        return Answer(before, changes, None, error.message)


def changes_of(wishes: Iterable[Mapping[str, Any]], limits: Limits) -> Changes:
    """Return what the wishes of one scenario (rows of the form ``scenarios``, oldest first) ask of the plan."""
    rows = list(wishes)

    def pairs(wish: str) -> tuple[tuple[str, str], ...]:
        return tuple(dict.fromkeys((row["employee_id"], row["position_id"]) for row in rows if row["wish"] == wish))

    def named(wish: str, column: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row[column] for row in rows if row["wish"] == wish))

    limited = {str(row["limit_name"]): float(row["value"]) for row in rows if row["wish"] == "limit" and row["value"] is not None}
    set_limits: dict[str, Any] = {name: int(limited[name]) for name in LIMITS if name in limited}
    set_limits |= {PERCENT: limited[PERCENT] / 100} if PERCENT in limited else {}
    shares = {name.removeprefix(SHARE): value / 100 for name, value in limited.items() if name.startswith(SHARE)}
    set_limits |= {"shares": {**limits.shares, **shares}} if shares else {}
    return Changes(
        locked=pairs("lock"), forbidden=pairs("forbid"), forced_people=named("force_person", "employee_id"),
        forced_posts=named("force_post", "position_id"), limits=replace(limits, **set_limits) if set_limits else None,
    )  # fmt: skip
