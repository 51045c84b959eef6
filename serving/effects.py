"""What past moves did and programmes reached, as pages and papers tell it: every figure in a unit people know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from evaluation.effects.wording import GOAL_UNITS, in_percent
from evaluation.promise_wording import ORDER, cell_name
from features.bilingual import Bilingual

Row = Mapping[str, Any]
NO_UNIT = Bilingual("", "")
UNITS: dict[str, Bilingual] = {
    "sd": Bilingual("SD", "SB"), "points": Bilingual("points (1–5)", "poin (1–5)"), "index": Bilingual("index points", "poin IKM"),
    "percent": Bilingual("%", "%"),
}  # fmt: skip
"""What the figures of an effect are in, by its ``measure``."""


def plainly(row: Row) -> dict[str, Any]:
    """Return an effect with its ``unit``; one on a logarithm (visitors served) as a change in per cent."""
    told = in_percent(row)
    return {**told, "unit": UNITS.get(told["measure"], NO_UNIT)}


def promises(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return promise against outcome, everybody first, then wave by wave, grade and group; small cells are left out.

    Each has its ``name``; ``estimate``, ``lower`` and ``upper`` are those of the gap.
    """
    shown = [
        {**row, "name": cell_name(row["dimension"], row["cell"]), "measure": "sd",
         "estimate": row["gap"], "lower": row["gap_lower"], "upper": row["gap_upper"]}
        for row in rows if not row["suppressed"]
    ]  # fmt: skip
    return sorted(shown, key=lambda row: (ORDER.index(row["dimension"]), row["cell"]))


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: its unit, target, what was reached with its interval, what the wave is expected to bring; None: not there.

    ``reached``: yes, no, not shown, not measured.
    """

    goal: str
    indicator: str
    unit: Bilingual
    target: float | None
    estimate: float | None
    lower: float | None
    upper: float | None
    reached: str
    expected: float | None


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme: its period (``to_on`` None: open), whether it runs and whether the wave belongs to it, its goals."""

    from_on: date
    to_on: date | None
    in_force: bool
    of_this_wave: bool
    goals: tuple[Goal, ...]


def programmes(rows: Iterable[Row], evaluation: Iterable[Row]) -> list[Programme]:
    """Return the programmes, the newest first, from the published tables ``programmes`` and ``evaluation``."""
    measured = {row["cell"]: row for row in evaluation if row["design"] == "goal"}
    periods: dict[str, list[Row]] = {}
    for row in rows:
        periods.setdefault(row["programme_id"], []).append(row)
    return [_programme(periods[name], measured) for name in sorted(periods, reverse=True)]


def _programme(rows: list[Row], measured: Mapping[str, Row]) -> Programme:
    first = rows[0]
    ends = None if any(row["to_on"] is None for row in rows) else max(row["to_on"] for row in rows)
    goals = tuple(_goal(row, measured.get(f"{row['goal']} ({row['from_on']:%Y})", {})) for row in rows)
    return Programme(first["from_on"], ends, any(row["in_force"] for row in rows), first["of_this_wave"], goals)


def _goal(row: Row, found: Row) -> Goal:
    return Goal(
        row["goal"], row["indicator"], GOAL_UNITS.get(found.get("measure", ""), NO_UNIT), row["target"], found.get("estimate"),
        found.get("lower"), found.get("upper"), found.get("reached") or "not measured", row["expected"],
    )  # fmt: skip
