"""Taking up an invitation: the account's owner chooses the first password, with a code that was shown once."""

import time
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from features.errors import EntryError
from publication.accounts.passwords import LONGEST
from serving.accounts.guard import csrf_holds, records_of
from serving.accounts.signing import address_of, enter
from serving.rendering import page

router = APIRouter()


@router.get("/join")
def ask_to_join(request: Request) -> Response:
    """Show the form to choose a first password."""
    request.app.state.limiter.admit_address(address_of(request))
    return _form(request)


@router.post("/join")
def join(
    request: Request,
    username: Annotated[str, Form(max_length=LONGEST)],
    code: Annotated[str, Form(max_length=LONGEST)],
    wanted: Annotated[str, Form(max_length=LONGEST)],
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Take up an invitation and sign in; guesses count like vain attempts to sign in."""
    if not csrf_holds(request, csrf):
        return _form(request, "login_stale", 403)
    records = records_of(request)
    wait = records.accounts.admit_attempt(username, address_of(request), time.time())
    if wait > 0:
        return _form(request, "login_locked", 429, {"Retry-After": str(int(wait) + 1)})
    try:
        joined = records.administration.accept(username, code, wanted, datetime.now().astimezone())
    except EntryError:
        return _form(request, "password_weak", 422)
    return enter(request, records.accounts, username, "/") if joined else _form(request, "join_wrong", 401)


def _form(request: Request, problem: str = "", status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return page(request, "join.html", {"problem": problem}, status=status, headers=headers)
