"""All routes of the JSON, and what the asker needs to know of themselves and of the description."""

from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response

from serving.accounts.guard import Visitor, token_to_write
from serving.api import decisions, entries, exports, lists, plans
from serving.api.answering import ALWAYS, answer

PREFIX = "/api/v1"

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


for part in (lists, decisions, entries, plans, exports):
    router.include_router(part.router)


def described(application: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description of the JSON alone, made once."""
    kept = application.state.kept_description
    if kept is None:
        routes = [route for route in application.routes if getattr(route, "path", "").startswith(PREFIX)]
        kept = get_openapi(
            title="Tepat", version="1", routes=routes, description="JSON of the run in force, decisions and entries."
        )
        kept["components"].setdefault("securitySchemes", {})["token"] = {"type": "http", "scheme": "bearer"}
        kept["security"] = [{"token": []}]
        application.state.kept_description = kept
    return dict(kept)
