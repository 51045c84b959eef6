"""One employee: what is held about them, how to correct it, which posts are open to them."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import Response

from features.codes import CLEARANCE_KINDS
from publication.accounts.roles import Permission
from publication.answers import Answers
from publication.intake.forms import FORMS
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.dossiers import NOTHING, dossiers
from serving.masking import require_reach, shown_people, units_in_reach, visitor_of
from serving.punishments import told_punishment
from serving.rendering import language, page
from serving.supported import NOTHING as NOBODY_DID
from serving.supported import supported

router = APIRouter()

MOST_FOUND = 50
HELD = (
    "status", "legal_status", "hired_on", "since", "arrival", "rank", "rank_since", "education", "education_field",
    "retires_on", "post_ends_on", "training_hours", "assessed_on", "discipline", "sanction",
)  # fmt: skip
"""Facts told one by one, in this order; long tables have a part of their own."""
HELD_BY_ONESELF = ("birth_date", *HELD)
"""What one reads of oneself: the day of birth too, which requirements of age rest on and no other page shows."""
PUNISHED = ("discipline", "sanction")
"""Facts told with their days."""
VOICED = ("corrections", "aspirations", "questions", "objections")
"""Forms by which an employee is heard."""
CLEARED = tuple(kind for kind in CLEARANCE_KINDS if kind != "certificate")
"""Clearances on record; certificates are told with the courses."""


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
        run, row, account = answers.run(), answers.facts("facts_employees", employee_id), visitor_of(request)
        own = account.employee_id == employee_id
        facts = row["facts"] if row else {}
        context = {
            "run": run, "person": person, "employee_id": employee_id, "facts": facts, "cleared": told_clearances(facts, run),
            "punished": {name: told_punishment(facts, name, language(request)) for name in PUNISHED},
            "held": HELD_BY_ONESELF if own else HELD,
            "dossier": dossiers(answers, [employee_id], run.get("effective_on")).get(employee_id, NOTHING),
            "tables": {name: _long(facts, name) for name in ("educations", "experience", "certificates")},
            "best": best_posts(answers, employee_id), "planned": _planned(request, answers, employee_id),
            "own": own, "may_enter": account.may(Permission.ENTER_FOR_OTHERS),
            "voiced": [FORMS[name] for name in VOICED], "sees_notes": own or account.may(Permission.HANDLE_CASES),
            "done": supported(records_of(request).intake, employee_id).get(employee_id, NOBODY_DID),
        }  # fmt: skip
        return page(request, "employee.html", context)


def told_clearances(facts: Mapping[str, Any], run: Mapping[str, Any]) -> list[tuple[str, str | None, str | None, bool]]:
    """Return kind, value and last day of each clearance, None where there is none, and whether it was over when the data end."""
    told = [(kind, facts.get(f"clearance_{kind}"), facts.get(f"clearance_{kind}_until")) for kind in CLEARED]
    return [(kind, value, until, bool(until) and str(until)[:10] < str(run["as_of"])[:10]) for kind, value, until in told]


def _planned(request: Request, answers: Answers, employee_id: str) -> list[dict[str, Any]]:
    """Return the employee's move in the plan, for whoever reads plans: nobody learns from a draft that they might move."""
    return answers.many("plan", "employee_id", [employee_id]) if visitor_of(request).may(Permission.READ_PLAN) else []


def best_posts(answers: Answers, employee_id: str) -> list[dict[str, Any]]:
    """Return the employee's best positions, each with the position's own columns under ``position``."""
    best = answers.best_positions(employee_id)
    posts = {post["position_id"]: post for post in answers.many("positions", "position_id", (row["position_id"] for row in best))}
    return [{**row, "position": posts.get(row["position_id"])} for row in best]


def _long(facts: Mapping[str, Any], name: str) -> list[list[Any]]:
    written = facts.get(name)
    return list(json.loads(written)) if written else []
