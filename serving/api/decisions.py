"""Decisions: moves as they stand, their history, the steps open to the asker, and taking one."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field, JsonValue

from features.errors import EntryError
from publication.accounts.roles import Account, Permission, Scope
from publication.answers import Answers
from publication.decisions.choices import STATES
from publication.decisions.life import STEPS, Asked, Listed, Move, departs, listed_as, open_steps
from serving.accounts.guard import NotAllowedError, Visitor, needs, records_of
from serving.api.answering import Limit, Offset, answer
from serving.api.refusals import NO_MOVE, NO_PAIR

DECIDING = (Permission.PREPARE, Permission.CHECK, Permission.APPROVE, Permission.READ_LEDGER)
LISTED = 200
"""Candidates looked at for the best band."""

router = APIRouter(tags=["decisions"])

MoveId = Annotated[int, Path(ge=1, le=2**53)]
Id = Annotated[str, Query(max_length=200)]
State = Annotated[str, Query(json_schema_extra={"enum": list(STATES)}, max_length=30)]
ACTIONS: list[JsonValue] = [name for name in STEPS if name != "match"]
"""Steps an account may take; the match with the service record is a run's."""


class Step(BaseModel):
    """A step asked for on a pair."""

    position_id: str = Field(min_length=1, max_length=200)
    employee_id: str = Field(min_length=1, max_length=200)
    action: str = Field(max_length=40, json_schema_extra={"enum": ACTIONS})
    reason_code: str = Field("", max_length=50)
    text: str = Field("", max_length=4000)
    document_number: str = Field("", max_length=100)
    document_on: str = Field("", max_length=10)


@router.get("/moves", dependencies=[Depends(needs(*DECIDING))])
def moves(
    request: Request, state: State | None = None, position_id: Id | None = None, employee_id: Id | None = None, limit: Limit = 50,
    offset: Offset = 0,
) -> Response:  # fmt: skip
    """Return decided pairs, the last changed first."""
    equal = {name: value for name, value in (("position_id", position_id), ("employee_id", employee_id)) if value is not None}
    states = (state,) if state else ()
    found = records_of(request).moves.moves(states=states, limit=limit + 1, offset=offset, **equal)
    page = {"moves": [asdict(move) for move in found[:limit]], "limit": limit, "offset": offset}
    return answer(request, "", page | {"next_offset": offset + limit if len(found) > limit else None})


@router.get("/moves/{move_id}")
def move(request: Request, account: Visitor, move_id: MoveId) -> Response:
    """Return one move, its history, and the steps open to the asker."""
    found = records_of(request).moves.move(move_id)
    if found is None:
        raise HTTPException(404, NO_MOVE)
    if not any(account.may(right) for right in DECIDING) and found.employee_id != account.employee_id:
        raise NotAllowedError
    steps = open_steps(found, account.grant.permissions, account.employee_id, account.username)
    history = records_of(request).moves.history(move_id)
    return answer(request, "", {"move": asdict(found), "history": history, "open_steps": steps})


@router.get("/decisions/open", dependencies=[Depends(needs(*DECIDING))])
def open_to_me(request: Request, account: Visitor, position_id: Id, employee_id: Id) -> Response:
    """Return how the run lists a pair, which steps are open to the asker, and which of them would depart from the list."""
    found = records_of(request).moves.of_pair(position_id, employee_id)
    listed = listing(request, position_id, employee_id)
    steps = open_steps(found, account.grant.permissions, account.employee_id, account.username)
    told = {"move": asdict(found) if found else None, "listed": asdict(listed), "open_steps": steps}
    return answer(request, listed.run_id, told | {"departing": [step for step in steps if departs(step, listed)]})


@router.post("/decisions")
def decide(request: Request, account: Visitor, given: Annotated[Step, Body()]) -> Response:
    """Take a step on a pair; nothing but this decides anything."""
    taken = take_step(request, account, given.position_id, given.employee_id, asked_by(account, given))
    return answer(request, taken.run_id, {"move": asdict(taken)})


def asked_by(account: Account, given: Step) -> Asked:
    """Return a step as ``account`` asks for it."""
    return Asked(
        given.action, account.username, account.grant.permissions, account.employee_id, given.reason_code, given.text,
        given.document_number, given.document_on,
    )  # fmt: skip


def take_step(request: Request, account: Account, position_id: str, employee_id: str, asked: Asked) -> Move:
    """Take a step on a pair that the run in force knows; for pages and the JSON alike.

    Raises
    ------
    NotAllowedError
        The person is out of the account's reach.
    HTTPException
        404: the run in force knows no such pair.
    EntryError
        The step cannot be taken.
    """
    _require_reach(request, account, employee_id)
    if asked.action not in ACTIONS:
        raise EntryError("There is no such step.", "Langkah itu tidak ada.")
    listed = listing(request, position_id, employee_id)
    with request.app.state.store.reading() as answers:
        seats = answers.seats(position_id)
    return records_of(request).moves.take(position_id, employee_id, asked, listed, datetime.now().astimezone(), seats)


def listing(request: Request, position_id: str, employee_id: str) -> Listed:
    """Return how the run in force lists a pair; 404 where it knows no such position or employee."""
    with request.app.state.store.reading() as answers:
        _require_pair(answers, position_id, employee_id)
        row = answers.candidate(position_id, employee_id)
        return listed_as(answers.run_id, row, list[Any](answers.shortlist(position_id, LISTED)))


def _require_reach(request: Request, account: Account, employee_id: str) -> None:
    """Refuse a person out of the account's reach, known or not, before anything is said of them."""
    if account.grant.scope is Scope.CITY:
        return
    with request.app.state.store.reading() as answers:
        unit = answers.people([employee_id]).get(employee_id, {}).get("unit_id")
        if not account.reaches(employee_id, unit, answers.units_below(account.units)):
            raise NotAllowedError


def _require_pair(answers: Answers, position_id: str, employee_id: str) -> None:
    if answers.position(position_id) is None or not answers.people([employee_id]):
        raise HTTPException(404, NO_PAIR)
