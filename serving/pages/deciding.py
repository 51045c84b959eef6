"""Decisions: choose, reserve, reject or postpone a candidate; the life of a move step by step; the page that is signed."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from publication.accounts.roles import Permission
from publication.answers import Answers
from publication.decisions.choices import ACTIONS, STATES
from publication.decisions.life import APPROVED, STEPS, UNDER_WAY, Asked, Move, departs, listed_as, open_steps
from serving.accounts import guard, looks
from serving.accounts.guard import records_of, store_of
from serving.accounts.signing import local
from serving.api.decisions import take_step
from serving.followed import planned_support
from serving.masking import GONE, require_reach, shown_people, visitor_of
from serving.rendering import page, tell
from serving.supported import NOTHING, supported

router = APIRouter()

DECIDED_FIRST = ("choose", "reserve", "reject", "postpone")
SIGNING = {"proposed": "check", "checked": "approve"}
"""What waits for a signature, and the step that gives it."""
MOST = 200
MOST_WAITING = 5000
PER_PAGE, SHEETS = 50, 20
"""Moves on a page of decisions, and on a page to be signed."""
NO_POST = {"title": None, "unit_name": None, "vacant": None}
"""Stands for a post that is not in the run in force."""
Page = Annotated[int, Query(alias="page", ge=1, le=100_000)]
SIGNERS = (Permission.PREPARE, Permission.CHECK, Permission.APPROVE)


@router.get("/moves", dependencies=[Depends(guard.needs(Permission.READ_PLAN))])
def moves(request: Request, state: Annotated[str, Query(max_length=40)] = "", number: Page = 1) -> Response:
    """Show every decided move, or those in one state, newest change first, page by page."""
    wanted, first = (state,) if state in STATES else (), (number - 1) * PER_PAGE
    with store_of(request).reading() as answers:
        found = records_of(request).moves.moves(states=wanted, limit=PER_PAGE + 1, offset=first)
        context = {
            "run": answers.run(), "moves": told(request, answers, found[:PER_PAGE]), "states": STATES, "number": number,
            "first": first + 1, "more": len(found) > PER_PAGE, "asked": {"state": state} if wanted else {},
        }  # fmt: skip
        return page(request, "moves.html", context)


@router.get("/sign", dependencies=[Depends(guard.needs(*SIGNERS))])
def to_sign(request: Request, number: Page = 1) -> Response:
    """Show what waits for a signature, the account's own first, so many sheets a page."""
    account, first = visitor_of(request), (number - 1) * SHEETS
    with store_of(request).reading() as answers:
        waiting = records_of(request).moves.moves(states=tuple(SIGNING), limit=MOST_WAITING)
        waiting.sort(key=lambda move: not account.may(STEPS[SIGNING[move.state]].permission))
        rows = told(request, answers, waiting[first : first + SHEETS])
        for row in rows:
            step = SIGNING[row["move"].state]
            row["step"] = step if step in row["open"] else None
            row["back"] = "send_back" in row["open"]
            row["rivals"] = _under_way(request, row["move"])
        context = {
            "run": answers.run(), "moves": rows, "actions": ACTIONS, "states": STATES, "account_role": account.grant.title,
            "number": number, "first": first + 1, "more": len(waiting) > first + SHEETS, "total": len(waiting), "asked": {},
        }  # fmt: skip
        return page(request, "sign.html", context)


def waiting_for(request: Request) -> int:
    """Return how many moves wait for a step that the account's role may take."""
    account = visitor_of(request)
    states = tuple(state for state, step in SIGNING.items() if account.may(STEPS[step].permission))
    return len(records_of(request).moves.moves(states=states, limit=MOST_WAITING)) if states else 0


@router.get("/moves/{move_id}", dependencies=[Depends(guard.needs(Permission.READ_PLAN, Permission.READ_OWN))])
def one_move(request: Request, move_id: int) -> Response:
    """Show the life of one move: its steps, what was said, what is open."""
    with store_of(request).reading() as answers:
        move = _known(request, move_id)
        person = answers.people([move.employee_id]).get(move.employee_id)
        if person is None:
            raise HTTPException(404)
        require_reach(request, answers, person, Permission.READ_PLAN)
        records = records_of(request)
        asked, account = records.intake.rows("questions", move_id=move_id, newest_first=False), visitor_of(request)
        own, history = move.employee_id == account.employee_id, records.moves.history(move_id)
        context = {
            "run": answers.run(), "row": told(request, answers, [move])[0], "history": history,
            "steps": STEPS, "states": STATES, "actions": ACTIONS, "own": own, "signed": move.state in APPROVED,
            "briefings": records.intake.rows("acknowledgements", move_id=move_id), "questions": asked,
            "replies": records.intake.replies("questions", [row["entry_id"] for row in asked]),
            "supported": bool(answers.rows("support", employee_id=move.employee_id, to_position=move.position_id)),
            "path": (*UNDER_WAY, "matched"), "today": request.app.state.today().isoformat(),
            "sees_notes": own or account.may(Permission.HANDLE_CASES), **_support(request, answers, move, str(history[0]["at"])),
        }  # fmt: skip
        return page(request, "move.html", context)


@router.post("/decide", dependencies=[Depends(guard.needs(*SIGNERS, Permission.COMMENT, Permission.ENTER_OWN))])
def decide(
    request: Request,
    position_id: Annotated[str, Form(max_length=200)],
    employee_id: Annotated[str, Form(max_length=200)],
    action: Annotated[str, Form(max_length=40)],
    reason_code: Annotated[str, Form(max_length=60)] = "",
    text: Annotated[str, Form(max_length=4000)] = "",
    document_number: Annotated[str, Form(max_length=100)] = "",
    document_on: Annotated[str, Form(max_length=10)] = "",
    next: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Take one step on a pair; what it must carry, and who may take it, is the state machine's to say."""
    account = visitor_of(request)
    asked = Asked(
        action, account.username, account.grant.permissions, account.employee_id, reason_code, text, document_number, document_on
    )
    move = take_step(request, account, position_id, employee_id, asked)
    looks.record_deed(request, action, f"{position_id} {employee_id}")
    tell(request, "step_on_record")
    return RedirectResponse(local(next) if next else f"/moves/{move.move_id}", status_code=303)


def decision_of(request: Request, answers: Answers, position_id: str, employee_id: str) -> dict[str, Any]:
    """Return what a candidate's page shows of decisions: the move as it stands, the steps open to the account, what departs."""
    account, moves = visitor_of(request), records_of(request).moves
    move = moves.of_pair(position_id, employee_id)
    row = answers.candidate(position_id, employee_id)
    listed = listed_as(answers.run_id, row, answers.shortlist(position_id))
    open_now = open_steps(move, account.grant.permissions, account.employee_id, account.username)
    return {
        "move": move, "first_steps": [name for name in DECIDED_FIRST if name in open_now], "actions": ACTIONS, "states": STATES,
        "reasons": {name: STEPS[name].reasons or {} for name in DECIDED_FIRST},
        "departing": [name for name in DECIDED_FIRST if departs(name, listed)],
    }  # fmt: skip


def _under_way(request: Request, move: Move) -> int:
    """Return how many others are on the way to the same position."""
    others = records_of(request).moves.of_position(move.position_id, MOST)
    return sum(other.state in UNDER_WAY and other.employee_id != move.employee_id for other in others)


def states_of(request: Request, position_id: str) -> dict[str, Move]:
    """Return the moves decided for a position, by employee."""
    return {move.employee_id: move for move in records_of(request).moves.of_position(position_id, MOST)}


def told(request: Request, answers: Answers, found: list[Move]) -> list[dict[str, Any]]:
    """Return moves with their person, post, published pair, and the steps open to the account."""
    account = visitor_of(request)
    people = shown_people(request, answers, (move.employee_id for move in found), blind=False)
    posts = {post["position_id"]: post for post in answers.many("positions", "position_id", (move.position_id for move in found))}
    return [
        {"move": move, "person": people.get(move.employee_id, GONE), "post": posts.get(move.position_id, NO_POST),
         "pair": answers.candidate(move.position_id, move.employee_id),
         "address": f"/positions/{quote(move.position_id)}/candidates/{quote(move.employee_id)}",
         "open": open_steps(move, account.grant.permissions, account.employee_id, account.username)}
        for move in found
    ]  # fmt: skip


def _support(request: Request, answers: Answers, move: Move, since: str) -> dict[str, Any]:
    """Return the training and mentor planned for a move, None where the run plans none for it, and what was done ``since`` then."""
    done = supported(records_of(request).intake, move.employee_id).get(move.employee_id, NOTHING)
    rows = answers.rows("support", employee_id=move.employee_id, to_position=move.position_id)
    planned = planned_support(rows[0], done, request.app.state.today()) if rows else None
    mentor = str(planned["mentor_employee_id"] or "") if planned else ""
    mentors = shown_people(request, answers, [mentor], blind=False) if mentor else {}
    return {"planned": planned, "mentor": mentors.get(mentor, {}), "done": done.since(since[:10])}


def _known(request: Request, move_id: int) -> Move:
    move = records_of(request).moves.move(move_id) if move_id < 2**53 else None
    if move is None:
        raise HTTPException(404)
    return move
