"""Showing the names of a blind list: one deed per list, and on record."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from publication.accounts.roles import Permission
from serving import blind
from serving.accounts import guard, looks
from serving.accounts.signing import local

router = APIRouter(dependencies=[Depends(guard.needs(Permission.REVEAL))])


@router.post("/reveal")
def reveal(
    request: Request,
    scope: Annotated[str, Form(max_length=200)],
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Show the names of list ``scope`` for the rest of the session, and go back to it."""
    looks.record_deed(request, "reveal", scope)
    blind.show(request, scope)
    return RedirectResponse(local(next), status_code=303)
