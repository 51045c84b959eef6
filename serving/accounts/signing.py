"""Signing in with a password, signing out, and one's own password, sessions and tokens."""

import secrets
import time
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from features.errors import EntryError
from publication.accounts.accounts import BROWSER, TOKEN, Accounts
from publication.accounts.passwords import LONGEST, fits, hashed, require_strong
from publication.accounts.roles import Account
from serving.accounts.guard import Visitor, csrf_holds, fingerprint, own_form, records_of
from serving.rendering import page

TOKEN_DAYS = 90
"""A token for programs ends after this many days."""
PROBLEMS = ("login_provider", "login_expired")
"""What an address may say went wrong when it leads to the log-in page."""

router = APIRouter()


@router.get("/login")
def ask(request: Request, next: str = "/", problem: str = "") -> Response:
    """Show the form to sign in."""
    request.app.state.limiter.admit_address(address_of(request))
    return _form(request, next, problem if problem in PROBLEMS else "")


@router.post("/login")
def sign_in(
    request: Request,
    username: Annotated[str, Form(max_length=LONGEST)],
    password: Annotated[str, Form(max_length=LONGEST)],
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Sign in and go where the visitor wanted to go; every failure looks the same."""
    if not csrf_holds(request, csrf):
        return _form(request, next, problem="login_stale", status=403)
    accounts, now = records_of(request).accounts, time.time()
    wait = accounts.admit_attempt(username, address_of(request), now)
    if wait > 0:
        return _form(request, next, problem="login_locked", status=429, headers={"Retry-After": str(int(wait) + 1)})
    if not fits(accounts.password_hash(username), password):
        return _form(request, next, problem="login_wrong", status=401)
    return enter(request, accounts, username, next)


@router.post("/logout", dependencies=[Depends(own_form)])
def sign_out(request: Request, _: Visitor) -> Response:
    """End the session, on the server too."""
    records_of(request).accounts.close_session(fingerprint(request.session["token"]))
    request.session.clear()
    return RedirectResponse("/login", status_code=303)


@router.get("/account")
def own_account(request: Request, account: Visitor) -> Response:
    """Show one's own account: role, sessions, tokens, and the form for another password."""
    return _own(request, account)


@router.post("/account/password", dependencies=[Depends(own_form)])
def change_password(
    request: Request,
    account: Visitor,
    present: Annotated[str, Form(max_length=LONGEST)],
    wanted: Annotated[str, Form(max_length=LONGEST)],
) -> Response:
    """Change one's own password; every other session and token of the account ends."""
    accounts, now = records_of(request).accounts, time.time()
    if accounts.admit_attempt(account.username, address_of(request), now) > 0:
        return _own(request, account, problem="login_locked", status=429)
    if not fits(accounts.password_hash(account.username), present):
        return _own(request, account, problem="login_wrong", status=401)
    try:
        require_strong(account.username, wanted)
    except EntryError:
        return _own(request, account, problem="password_weak", status=422)
    records_of(request).administration.set_password(account.username, hashed(wanted), account.username, datetime.now().astimezone())
    return enter(request, accounts, account.username, "/account")


@router.post("/account/sessions/close", dependencies=[Depends(own_form)])
def close_all(request: Request, account: Visitor) -> Response:
    """End all of one's sessions and tokens, this one too."""
    records_of(request).accounts.close_all(account.username)
    request.session.clear()
    return RedirectResponse("/login", status_code=303)


@router.post("/account/tokens", dependencies=[Depends(own_form)])
def make_token(request: Request, account: Visitor, label: Annotated[str, Form(max_length=64)]) -> Response:
    """Make a token for a program; it is shown this once and stored as a hash."""
    token, now = secrets.token_urlsafe(32), time.time()
    records_of(request).accounts.open_session(
        account.username, fingerprint(token), now, now + TOKEN_DAYS * 86400, TOKEN, label.strip()
    )
    return _own(request, account, token=token)


@router.post("/account/tokens/close", dependencies=[Depends(own_form)])
def close_token(request: Request, account: Visitor, token_hash: Annotated[str, Form(max_length=64)]) -> Response:
    """End one of one's own tokens or sessions."""
    records_of(request).accounts.close_session(token_hash, account.username)
    return RedirectResponse("/account", status_code=303)


def enter(request: Request, accounts: Accounts, username: str, wanted: str) -> Response:
    """Open a session of ``username`` under a new cookie and go where the visitor wanted to go."""
    token, language, now = secrets.token_urlsafe(32), request.session.get("lang"), time.time()
    request.session.clear()
    request.session.update({"token": token} | ({"lang": language} if language else {}))
    accounts.open_session(username, fingerprint(token), now, now + 3600 * request.app.state.settings.session_hours)
    return RedirectResponse(local(wanted), status_code=303)


def local(path: str) -> str:
    """Return ``path`` if it stays on this server, else the overview: a link to the log-in page must not lead elsewhere."""
    stays = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if stays else "/"


def address_of(request: Request) -> str:
    """Return the address the request came from."""
    return request.client.host if request.client else ""


def _form(request: Request, wanted: str, problem: str = "", status: int = 200, headers: dict[str, str] | None = None) -> Response:
    provider = request.app.state.settings.oidc_issuer
    context = {"next": local(wanted), "problem": problem, "provider": bool(provider)}
    return page(request, "login.html", context, status=status, headers=headers)


def _own(request: Request, account: Account, *, problem: str = "", token: str = "", status: int = 200) -> Response:
    sessions = records_of(request).accounts.sessions(account.username, time.time())
    present = request.session.get("token")
    context = {
        "problem": problem, "token": token, "role": account.grant.title,
        "browsers": [one for one in sessions if one.kind == BROWSER], "tokens": [one for one in sessions if one.kind == TOKEN],
        "present": fingerprint(present) if isinstance(present, str) else "",
    }  # fmt: skip
    return page(request, "account.html", context, status=status)
