"""Showing the names of a blind list: one deed per list, and on record."""

import logging
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from serving import blind
from serving.accounts.signing import local

router = APIRouter()

_LOG = logging.getLogger(__name__)


@router.post("/reveal")
def reveal(
    request: Request,
    scope: Annotated[str, Form(max_length=200)],
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Show the names of list ``scope`` for the rest of the session, and go back to it."""
    _LOG.info("names shown: list %s by %s", scope, request.state.account)
    blind.show(request, scope)
    return RedirectResponse(local(next), status_code=303)
