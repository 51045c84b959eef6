"""All routes of the JSON, and what the asker needs to know of themselves and of the description."""

from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from serving.accounts.guard import Visitor, token_to_write
from serving.api import decisions, entries, exports, lists, plans, swaps, trail, wishes
from serving.api.answering import ALWAYS, answer
from serving.settings import API_PREFIX

ABOUT = {"title": "Tepat", "version": "1", "description": "The run in force, decisions and entries, for programs of the city."}

router = APIRouter(responses=ALWAYS, dependencies=[Depends(token_to_write)])


@router.get("/me", tags=["account"])
async def me(request: Request, account: Visitor) -> Response:
    """Return the account that asks: its name, role, permissions, scope and what is hidden from it."""
    grant = account.grant
    told = {"username": account.username, "role": str(account.role), "scope": str(grant.scope), "employee_id": account.employee_id}
    lists_ = {"units": list(account.units), "permissions": sorted(grant.permissions), "hidden": sorted(grant.hidden)}
    return answer(request, "", {**told, **lists_})


@router.get("/ping", status_code=204, tags=["account"])
async def ping(account: Visitor) -> Response:
    """Answer a signed-in account with nothing: the yardstick of every other answer's speed."""
    return Response(status_code=204)


@router.get("/openapi.json", tags=["account"])
async def description(request: Request) -> Response:
    """Return the description of this interface (OpenAPI 3.1)."""
    return JSONResponse(described(request.app))


for part in (lists, decisions, entries, plans, swaps, wishes, exports, trail):
    router.include_router(part.router)


def described(application: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description of the JSON alone, made once."""
    kept = application.state.kept_description
    if kept is None:
        every = application.openapi()
        paths = {path: methods for path, methods in every["paths"].items() if path.startswith(API_PREFIX)}
        components = {**every["components"], "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
        kept = {**every, "info": ABOUT, "paths": paths, "components": components, "security": [{"token": []}]}
        application.state.kept_description = kept
    return dict(kept)
