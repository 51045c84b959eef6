"""Positions, shortlists, candidates, who was ruled out, need and units of the run in force."""

from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from publication.answers import Answers
from publication.model_in_force import latest
from serving.accounts.guard import needs, store_of
from serving.api.answering import Limit, Offset, SearchText, answer, problem, published
from serving.api.refusals import GETTING_READY, NO_CANDIDATE, NO_POSITION, NOT_LISTED
from serving.models_told import models_of
from serving.on_demand import WAIT_SECONDS, explained

router = APIRouter(tags=["lists"], dependencies=[Depends(needs(Permission.READ_LISTS))])


@router.get("/run")
def run(request: Request) -> Response:
    """Return the run in force (dates, hashes, label health, release, validation, funnel) and which model is in force now."""
    with store_of(request).reading() as answers:
        found = answers.run()
        told = models_of(latest(request.app.state.settings.folder), found)
        return answer(request, answers.run_id, {"run": found, "models": told})


@router.get("/positions")
async def positions(request: Request, q: SearchText = "", limit: Limit = 50, offset: Offset = 0) -> Response:
    """Return positions whose id, title, unit or family contains ``q``, vacant ones first."""
    return published(request, lambda answers: _page(answers.positions(q, limit + 1, offset), "positions", limit, offset))


@router.get("/positions/{position_id:path}/shortlist")
async def shortlist(request: Request, position_id: str, limit: Limit = 50) -> Response:
    """Return the shortlist of a position, by rank; candidates of one band are equals."""

    def ask(answers: Answers) -> dict[str, Any]:
        return {"position": _position(answers, position_id), "candidates": answers.shortlist(position_id, limit)}

    return published(request, ask)


@router.get("/positions/{position_id:path}/candidates/{employee_id:path}")
def candidate(request: Request, position_id: str, employee_id: str) -> Response:
    """Return one candidate of a position as its page explains it, with its reasons.

    Reasons not made in the run are made now. 503 with ``Retry-After`` while that is being got ready; null where it cannot be done.
    """
    with store_of(request).reading() as answers:
        position, found = answers.position(position_id), answers.candidate(position_id, employee_id)
        if position is None or found is None:
            known = position is not None and bool(answers.people([employee_id]))
            raise HTTPException(404, NOT_LISTED if known else NO_CANDIDATE)
        told = explained(request.app.state.explainer, answers.run_id, found)
        if told.waiting:
            retry = {"Retry-After": str(WAIT_SECONDS)}
            return problem(request, 503, *GETTING_READY, retry)
        return answer(request, answers.run_id, {"position": position, "candidate": told.row})


@router.get("/positions/{position_id:path}/exclusions")
async def exclusions(request: Request, position_id: str) -> Response:
    """Return who came nearest to a position's list and was ruled out, by which rule, and the cure."""

    def ask(answers: Answers) -> dict[str, Any]:
        position = _position(answers, position_id)
        counts = answers.exclusion_counts(position_id)
        return {"position": position, "exclusions": answers.exclusions(position_id), "counts": counts}

    return published(request, ask)


@router.get("/employees/{employee_id:path}/positions")
async def best_positions(request: Request, employee_id: str) -> Response:
    """Return the positions that fit an employee best, by rank."""
    return published(request, lambda answers: {"positions": answers.best_positions(employee_id)})


@router.get("/needs")
async def every_need(request: Request, limit: Limit = 200, offset: Offset = 0) -> Response:
    """Return need against staff of each unit and job family."""
    return published(request, lambda answers: _page(answers.rows("needs", limit=limit + 1, offset=offset), "needs", limit, offset))


@router.get("/units")
async def units(request: Request, limit: Limit = 200, offset: Offset = 0) -> Response:
    """Return the units: where each hangs and where it lies."""
    return published(request, lambda answers: _page(answers.rows("units", limit=limit + 1, offset=offset), "units", limit, offset))


def _page(found: list[dict[str, Any]], name: str, limit: int, offset: int) -> dict[str, Any]:
    """Return one page of rows; ``next_offset`` is null on the last."""
    return {name: found[:limit], "limit": limit, "offset": offset, "next_offset": offset + limit if len(found) > limit else None}


def _position(answers: Answers, position_id: str) -> dict[str, Any]:
    position = answers.position(position_id)
    if position is None:
        raise HTTPException(404, NO_POSITION)
    return position
