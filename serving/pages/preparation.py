"""What a wave must be prepared for: units whose demand surges and who could help there, and the training of all agencies."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from publication.answers import Answers
from serving import blind
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.pages.plan import SCOPE, told_moves
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_PLAN))])


@router.get("/plan/preparation")
def preparation(request: Request) -> Response:
    """Show surges with the people who could help there, and the calendar of courses with seats and agencies."""
    hidden = blind.is_blind(request, SCOPE)
    with store_of(request).reading() as answers:
        surges, helpers = answers.rows("surges"), answers.rows("reinforcements")
        seated = _seated(answers.rows("support"))
        courses = [{**row, "agencies": _ids(row["agencies"]), "after_start": seated["after_start"][_offering(row)],
                    "before_start": seated["before_start"][_offering(row)]}
                   for row in sorted(answers.rows("training_calendar"), key=_by_day)]  # fmt: skip
        units = {row["unit_id"] for row in [*surges, *courses]} | {row["from_unit"] for row in helpers}
        context = {
            "run": answers.run(), "scope": SCOPE, "blind": hidden, "surges": surges, "courses": courses,
            "helpers": _told(request, answers, helpers, hidden=hidden),
            "units": answers.unit_names(units.union(*(row["agencies"] for row in courses)) - {""}),
        }  # fmt: skip
        return page(request, "preparation.html", context)


def _told(request: Request, answers: Answers, rows: list[dict[str, Any]], *, hidden: bool) -> dict[str, list[dict[str, Any]]]:
    """Return who could help, by the unit that surges, the first to be asked first."""
    ordered = sorted(rows, key=lambda row: (row["unit_id"], row["rank"]))
    moves = [{**row, "from_position": None, "to_position": row["position_id"]} for row in ordered]
    told = told_moves(request, answers, moves, hidden=hidden)
    return {unit: [row for row in told if row["unit_id"] == unit] for unit in {row["unit_id"] for row in told}}


def _seated(support: list[dict[str, Any]]) -> dict[str, Counter[tuple[str, str, str]]]:
    """Return how many people with a seat end each offering before, and how many after, the day their own move starts."""
    seats: dict[str, set[tuple[str, tuple[str, str, str]]]] = {"before_start": set(), "after_start": set()}
    for row in support:
        for course in json.loads(row["trainings"] or "[]"):
            if course["seat"]:
                seats["before_start" if course["before_start"] else "after_start"].add((row["employee_id"], _offering(course)))
    return {name: Counter(offering for _, offering in found) for name, found in seats.items()}


def _offering(course: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return what tells an offering from others, as the calendar and the support of one mover name it."""
    return str(course["start_on"])[:10], course["course"], course["unit_id"] or ""


def _by_day(course: Mapping[str, Any]) -> tuple[str, str]:
    return str(course["start_on"]), course["course"]


def _ids(listed: str) -> list[str]:
    return [unit for unit in listed.split("; ") if unit]
