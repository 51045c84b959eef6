"""The inbox: questions, objections and requests for correction within the account's reach, with owner, last day and answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission, Role
from publication.answers import Answers
from publication.intake.choices import OBJECTION_GROUNDS, OUTCOMES
from publication.intake.duties import Duty, duties, terms
from serving.accounts import guard
from serving.accounts.guard import records_of, store_of
from serving.masking import shown_people, visitor_of
from serving.rendering import page

router = APIRouter(dependencies=[Depends(guard.needs(Permission.REPLY))])

MOST = 500
"""Entries of each form looked at, the newest first."""
MOST_ANSWERED = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many entries within reach are without an answer, and how many of them past their last day."""

    open: int
    overdue: int


@router.get("/inbox")
def inbox(request: Request) -> Response:
    """Show what is to be answered, the most urgent first, and what was answered last."""
    today: date = request.app.state.today()
    with store_of(request).reading() as answers:
        found, people = _within_reach(request, answers)
        heads = _heads(request, answers)
        told = [{"duty": duty, "person": people[duty.row["employee_id"]], "state": duty.state(today),
                 "owners": _owners(duty, people, heads)} for duty in found]  # fmt: skip
        context = {
            "run": answers.run(), "open": [one for one in told if one["state"] != "answered"],
            "answered": [one for one in told if one["state"] == "answered"][-MOST_ANSWERED:][::-1],
            "outcomes": OUTCOMES, "grounds": OBJECTION_GROUNDS,
        }  # fmt: skip
        return page(request, "inbox.html", context)


def waiting(request: Request, answers: Answers, today: date) -> Waiting:
    """Return how much waits for an answer within the account's reach."""
    states = [duty.state(today) for duty in _within_reach(request, answers)[0]]
    return Waiting(len(states) - states.count("answered"), states.count("overdue"))


def duties_of(request: Request, employee_id: str | None = None) -> list[Duty]:
    """Return what entries (of one employee, or of all) ask for, the one due first comes first."""
    intake, settings = records_of(request).intake, request.app.state.settings
    found: list[Duty] = []
    for form, term in terms(settings.objection_days, settings.question_days).items():
        rows = intake.rows(form, limit=MOST) if employee_id is None else intake.rows(form, limit=MOST, employee_id=employee_id)
        found += duties(form, rows, intake.replies(form, [row["entry_id"] for row in rows]), term)
    return sorted(found, key=lambda duty: (duty.due_on, duty.form, duty.row["entry_id"]))


def _within_reach(request: Request, answers: Answers) -> tuple[list[Duty], dict[str, dict[str, Any]]]:
    account, found = visitor_of(request), duties_of(request)
    people = shown_people(request, answers, {duty.row["employee_id"] for duty in found}, blind=False)
    below = answers.units_below(account.units) if account.units else frozenset()
    reached = {who: person for who, person in people.items() if account.reaches(who, person["unit_id"], below)}
    return [duty for duty in found if duty.row["employee_id"] in reached], reached


def _heads(request: Request, answers: Answers) -> dict[str, frozenset[str]]:
    """Return the heads of units who may sign in, with every unit they head."""
    rows = records_of(request).accounts.all()
    heads = [row for row in rows if row["role"] == Role.HEAD_OF_UNIT and row["active"]]
    return {row["username"]: answers.units_below(tuple(row["units"])) for row in heads}


def _owners(duty: Duty, people: Mapping[str, Mapping[str, Any]], heads: Mapping[str, frozenset[str]]) -> list[str]:
    """Return who answers: a question the person's superior with an account; the rest, and any other, the HR agency (empty)."""
    unit = people[duty.row["employee_id"]]["unit_id"]
    return [name for name, units in heads.items() if unit in units] if duty.form == "questions" else []
