"""Plans solved again as the office settles some moves: wishes of one scenario become changes, and each answer is kept per run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import pandas as pd

from features.bilingual import Bilingual
from features.errors import UsageError
from placement.wave.limits import Limits
from placement.wave.plan import Plan
from placement.wave.scenario import Changes, Scenarios, differences, limits_of, open_scenarios, published_wave
from placement.wave.search import SearchParams
from publication.read import PublishedRun

TABLES = ("wave_moves", "wave_posts", "wave_floors", "wave_couples", "facts_employees")
LIMITS = ("moves", "out_of_unit", "into_unit")
"""Limits the office may set otherwise in a scenario; all are whole numbers of moves."""


@dataclass
class Planner:
    """The wave of one run held by the solver, one question at a time, and the published plan to compare with."""

    scenarios: Scenarios
    limits: Limits
    _lock: Lock = field(default_factory=Lock)

    def published(self) -> Plan:
        """Return the plan with nothing changed: the published one."""
        with self._lock:
            return self.scenarios.solve().plan

    def solve(self, changes: Changes, before: Plan, names: Mapping[str, str]) -> "Answer":
        """Return the plan under ``changes`` beside the plan ``before``, in words; what cannot be is said instead."""
        with self._lock:
            try:
                solved = self.scenarios.solve(changes, priced=True, names=dict(names))
            except UsageError as error:
                return Answer(None, [error.message], [])
        if solved.plan.status == "infeasible":
            return Answer(None, solved.told, [])
        rows = differences(before, solved.plan, dict(names))
        return Answer(solved.plan, solved.told, _records(rows))

    def why_not(self, employee_id: str, position_id: str, changes: Changes, names: Mapping[str, str]) -> Bilingual:
        """Return why a move is not in the plan and what it would cost."""
        with self._lock:
            try:
                return self.scenarios.why_not(employee_id, position_id, changes, dict(names))
            except UsageError as error:
                return error.message


@dataclass(frozen=True)
class Answer:
    """A scenario solved: its plan (None: it cannot be met), what is to be said of it, and who moves otherwise than published."""

    plan: Plan | None
    told: list[Bilingual]
    changes: list[dict[str, Any]]


def open_planner(run: PublishedRun, params: SearchParams) -> Planner:
    """Return the planner of a published run.

    Raises
    ------
    StalePublicationError
        The run was published without its wave.
    """
    limits = limits_of(run.run()["plan"]["limits"])
    return Planner(open_scenarios(published_wave({name: run.table(name) for name in TABLES}, limits), params), limits)


def changes_of(wishes: Iterable[Mapping[str, Any]], limits: Limits) -> Changes:
    """Return what the wishes of one scenario (rows of the form ``scenarios``, oldest first) ask of the plan."""
    rows = list(wishes)

    def pairs(wish: str) -> tuple[tuple[str, str], ...]:
        return tuple(dict.fromkeys((row["employee_id"], row["position_id"]) for row in rows if row["wish"] == wish))

    def named(wish: str, column: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row[column] for row in rows if row["wish"] == wish))

    set_limits: dict[str, Any] = {
        row["limit_name"]: int(row["value"]) for row in rows if row["wish"] == "limit" and row["limit_name"] in LIMITS
    }
    return Changes(
        locked=pairs("lock"), forbidden=pairs("forbid"), forced_people=named("force_person", "employee_id"),
        forced_posts=named("force_post", "position_id"), limits=replace(limits, **set_limits) if set_limits else None,
    )  # fmt: skip


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    changed = rows[rows["change"].astype("str") != "same"] if "change" in rows else rows
    return [{str(name): value for name, value in row.items()} for row in changed.to_dict("records")]
