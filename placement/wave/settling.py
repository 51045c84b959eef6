"""What the office settles, row by row, as changes to a plan: the same for pages, terminal and records."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from placement.wave.limits import Changes, Limits

LIMITS = ("moves", "out_of_unit", "into_unit")
"""Limits the office may set otherwise in a scenario as whole numbers of moves."""
PERCENT = "aspirations"
"""The limit it may set in percent of the moves."""
SHARE = "share:"
"""How the name of a limit begins that asks for a share (in percent) of the moves for a group, whose name follows."""


def changes_of(wishes: Iterable[Mapping[str, Any]], limits: Limits) -> Changes:
    """Return what the wishes of one scenario ask of the plan.

    Parameters
    ----------
    wishes
        Rows of the form ``scenarios``, oldest first: wish (*lock*, *forbid*, *force_person*, *force_post*, *limit*; others ask
        nothing of the plan), employee_id, position_id, limit_name, value.
    limits
        Those of the run: what is not set otherwise stays.
    """
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
