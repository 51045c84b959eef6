"""Support before the start, move by move: training, mentor, time to settle, hand-over of both units, likely objections."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from placement.support.readiness import OBJECTIONS, told_code
from publication.accounts.roles import Permission
from publication.answers import Answers
from serving.accounts import guard
from serving.accounts.guard import NotAllowedError, records_of, store_of
from serving.followed import courses_of
from serving.masking import shown_people, visitor_of
from serving.rendering import page
from serving.supported import NOTHING, supported

router = APIRouter(dependencies=[Depends(guard.needs(Permission.READ_CASES))])


@router.get("/plan/support/{employee_id}")
def support(request: Request, employee_id: str) -> Response:
    """Show how one planned move is supported; readiness and objections are for those who support people alone."""
    account, intake = visitor_of(request), records_of(request).intake
    with store_of(request).reading() as answers:
        found = answers.rows("support", employee_id=employee_id)
        if not found:
            raise HTTPException(404)
        row = found[0]
        ids = [employee_id, *([row["mentor_employee_id"]] if row["mentor_employee_id"] else [])]
        people = shown_people(request, answers, ids, blind=False)
        below = answers.units_below(account.units) if account.units else frozenset()
        if not account.reaches(employee_id, people[employee_id]["unit_id"], below):
            raise NotAllowedError
        done = supported(intake, employee_id).get(employee_id, NOTHING)
        context = {
            "run": answers.run(), "row": row, "person": people[employee_id], "mentor": people.get(row["mentor_employee_id"] or ""),
            "posts": _posts(answers, row, people[employee_id]), "gaps": json.loads(row["gaps"] or "[]"),
            "courses": courses_of(row["trainings"], done), "done": done,
            "lists": [(name, json.loads(row[name] or "[]")) for name in ("hand_over_left", "hand_over_entered")],
            "newcomers": _newcomers(answers, row["mentor_employee_id"]),
            "may_settle": account.may(Permission.MAKE_SCENARIOS),
            "may_handle": account.may(Permission.HANDLE_CASES),
            **_expected(answers, row, intake.rows("offers", employee_id=employee_id, response="refused")),
        }  # fmt: skip
        return page(request, "support.html", context)


def _newcomers(answers: Answers, mentor: str | None) -> int:
    """Return how many newcomers of the wave have this mentor."""
    return len(answers.rows("support", mentor_employee_id=mentor)) if mentor else 0


def _posts(answers: Answers, row: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the post left (``left``, where there is one) and the one entered (``entered``)."""
    found = {"left": answers.position(person["position_id"]) if person["position_id"] else None}
    found["entered"] = answers.position(row["to_position"])
    return {name: post for name, post in found.items() if post}


def _expected(answers: Answers, row: Mapping[str, Any], refused: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what to expect when the move is offered: ``readiness``, ``refusals``, ``objections`` (those entered here first)."""
    known = answers.rows("readiness", employee_id=row["employee_id"], to_position=row["to_position"])
    before = json.loads(known[0]["objections"]) if known else []
    fresh = [told_code(one["reason_code"] or "", one["reason"]) for one in refused]
    told = [{"code": code, **OBJECTIONS[code]} for code in dict.fromkeys(fresh)]
    return {
        "readiness": "hesitant" if refused else known[0]["readiness"] if known else "unknown",
        "objections": [*told, *(one for one in before if one["code"] not in fresh)],
        "refusals": len(refused) + (known[0]["refusals"] if known else 0),
    }
