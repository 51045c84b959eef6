"""The plan of the run in force: its moves and how good it can at most be."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from publication.accounts.roles import Permission
from publication.answers import Answers
from serving.accounts.guard import needs
from serving.api.answering import published

router = APIRouter(tags=["plans"], dependencies=[Depends(needs(Permission.READ_PLAN))])


@router.get("/plan")
async def plan(request: Request) -> Response:
    """Return the wave of the run in force, in steps of its chains, with its certificate and the prices of its limits."""

    def ask(answers: Answers) -> dict[str, Any]:
        return {"moves": answers.plan(), "certificate": answers.run().get("plan", {})}

    return published(request, ask)
