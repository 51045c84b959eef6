"""JSON of the run in force, for programs of the city; no names in it, only employee ids."""

import hashlib
import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from publication.store import Store
from serving.on_demand import WAIT_SECONDS, explained

router = APIRouter()

Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
SearchText = Annotated[str, Query(max_length=100)]


@router.get("/positions")
def positions(request: Request, q: SearchText = "", limit: Limit = 50, offset: Offset = 0) -> Response:
    """Return positions whose id, title, unit or family contains ``q``, vacant ones first."""
    with _store(request).reading() as answers:
        return _answer(
            request, answers.run_id, {"positions": answers.positions(q, limit, offset), "limit": limit, "offset": offset}
        )


@router.get("/positions/{position_id:path}/shortlist")
def shortlist(request: Request, position_id: str, limit: Limit = 50) -> Response:
    """Return the shortlist of a position, by rank."""
    with _store(request).reading() as answers:
        position = answers.position(position_id)
        if position is None:
            raise HTTPException(404, "This position is not in the run in force.")
        return _answer(request, answers.run_id, {"position": position, "candidates": answers.shortlist(position_id, limit)})


@router.get("/positions/{position_id:path}/candidates/{employee_id:path}")
def candidate(request: Request, position_id: str, employee_id: str) -> Response:
    """Return one candidate of a position as its page explains it, with its reasons.

    Reasons not made in the run are made now. 503 with ``Retry-After`` while that is being got ready; null where it cannot be done.
    """
    with _store(request).reading() as answers:
        position, found = answers.position(position_id), answers.candidate(position_id, employee_id)
        if position is None or found is None:
            raise HTTPException(404, "This candidate of this position is not in the run in force.")
        told = explained(request.app.state.explainer, answers.run_id, found)
        if told.waiting:
            retry = {"Retry-After": str(WAIT_SECONDS)}
            return problem(503, "Getting ready", "The reasons are being made ready. Ask again in a moment.", retry)
        return _answer(request, answers.run_id, {"position": position, "candidate": told.row})


def problem(status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Return a problem document (RFC 9457)."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail})
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers)


def _store(request: Request) -> Store:
    store = request.app.state.store
    assert isinstance(store, Store)
    return store


def _answer(request: Request, run_id: str, payload: dict[str, Any]) -> Response:
    """Return ``payload`` with its run, or 304 where the asker holds these very bytes."""
    body = json.dumps({"run_id": run_id, **payload}, default=_iso, ensure_ascii=False, allow_nan=False).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    held = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
