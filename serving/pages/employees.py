"""One employee: what is held about them, how to correct it, which posts are open to them."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from publication.answers import Answers
from serving.accounts import guard
from serving.accounts.guard import store_of
from serving.dossiers import NOTHING, dossiers
from serving.masking import require_reach, shown_people, units_in_reach
from serving.rendering import page

router = APIRouter()

MOST_FOUND = 50
HELD = (
    "status", "legal_status", "hired_on", "since", "arrival", "rank", "rank_since", "education", "education_field",
    "retires_on", "training_hours", "assessed_on", "discipline", "discipline_until",
)  # fmt: skip
"""Facts told one by one, in this order; long tables have a part of their own."""


@router.get("/employees", dependencies=[Depends(guard.needs(Permission.READ_PEOPLE))])
def employees(request: Request, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Find employees by NIP or name, within the account's scope."""
    with store_of(request).reading() as answers:
        found = answers.find_people(q, MOST_FOUND, units_in_reach(request, answers)) if q.strip() else []
        return page(request, "employees.html", {"run": answers.run(), "found": found, "q": q, "most": MOST_FOUND})


@router.get("/employees/{employee_id:path}", dependencies=[Depends(guard.needs(Permission.READ_PEOPLE, Permission.READ_OWN))])
def employee(request: Request, employee_id: str) -> Response:
    """Show everything a run holds about one employee, and the posts that fit them best."""
    with store_of(request).reading() as answers:
        person = shown_people(request, answers, [employee_id], blind=False).get(employee_id)
        if person is None:
            raise HTTPException(404)
        require_reach(request, answers, person, Permission.READ_PEOPLE)
        run, row = answers.run(), answers.facts("facts_employees", employee_id)
        facts = row["facts"] if row else {}
        context = {
            "run": run, "person": person, "employee_id": employee_id, "facts": facts, "held": HELD,
            "dossier": dossiers(answers, [employee_id], run.get("effective_on")).get(employee_id, NOTHING),
            "tables": {name: _long(facts, name) for name in ("educations", "experience", "certificates")},
            "best": best_posts(answers, employee_id), "planned": answers.many("plan", "employee_id", [employee_id]),
            "recent": answers.many("recent_moves", "employee_id", [employee_id]),
        }  # fmt: skip
        return page(request, "employee.html", context)


def best_posts(answers: Answers, employee_id: str) -> list[dict[str, Any]]:
    """Return the employee's best positions, each with the position's own columns under ``position``."""
    best = answers.best_positions(employee_id)
    posts = {post["position_id"]: post for post in answers.many("positions", "position_id", (row["position_id"] for row in best))}
    return [{**row, "position": posts.get(row["position_id"])} for row in best]


def _long(facts: Mapping[str, Any], name: str) -> list[list[Any]]:
    written = facts.get(name)
    return list(json.loads(written)) if written else []
