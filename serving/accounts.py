"""Signing in and out: passwords, sessions, and the guards on every page."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Annotated

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from publication.accounts import Accounts
from serving.rendering import page

FIRST_USERNAME = "bkpsdm"
LONGEST_FIELD = 200
"""Longer names or passwords are refused before they are hashed."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex(16))
"""Verified against where the account does not exist, so that a wrong name takes as long as a wrong password."""


class NotSignedInError(Exception):
    """The request needs an account and carries none."""


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """The account made at first start; its password exists in clear only here."""

    username: str
    password: str


def first_account(accounts: Accounts) -> FirstAccount | None:
    """Make the first account with a random password (79 bits), or return None where there is one already."""
    if not accounts.is_empty():
        return None
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    made = accounts.add(FIRST_USERNAME, _HASHER.hash(password), time.time())
    return FirstAccount(FIRST_USERNAME, password) if made else None


def session_key(workspace_key: bytes) -> str:
    """Return the key that signs cookies: derived, so that it betrays nothing of the key that hashes employee ids."""
    return hmac.new(workspace_key, b"tepat session cookies", hashlib.sha256).hexdigest()


def signed_in(request: Request) -> str:
    """Return the account of the request.

    Raises
    ------
    NotSignedInError
        There is no live session.
    """
    token = request.session.get("token")
    username = _accounts(request).session(_fingerprint(token), time.time()) if isinstance(token, str) else None
    if username is None:
        raise NotSignedInError
    request.state.account = username
    return username


SignedIn = Annotated[str, Depends(signed_in)]

router = APIRouter()


@router.get("/login")
def ask(request: Request, next: str = "/") -> Response:
    """Show the form to sign in."""
    return _form(request, next)


@router.post("/login")
def sign_in(
    request: Request,
    username: Annotated[str, Form(max_length=LONGEST_FIELD)],
    password: Annotated[str, Form(max_length=LONGEST_FIELD)],
    csrf: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Sign in and go where the visitor wanted to go; every failure looks the same."""
    if not csrf_holds(request, csrf):
        return _form(request, next, problem="login_stale", status=403)
    accounts, now = _accounts(request), time.time()
    wait = accounts.admit_attempt(username, request.client.host if request.client else "", now)
    if wait > 0:
        return _form(request, next, problem="login_locked", status=429, headers={"Retry-After": str(int(wait) + 1)})
    if not _password_fits(accounts.password_hash(username), password):
        return _form(request, next, problem="login_wrong", status=401)
    token, language = secrets.token_urlsafe(32), request.session.get("lang")
    request.session.clear()
    request.session.update({"token": token} | ({"lang": language} if language else {}))
    accounts.open_session(username, _fingerprint(token), now, now + 3600 * request.app.state.settings.session_hours)
    return RedirectResponse(local(next), status_code=303)


@router.post("/logout")
def sign_out(request: Request, _: SignedIn, csrf: Annotated[str, Form()] = "") -> Response:
    """End the session, on the server too."""
    if csrf_holds(request, csrf):
        _accounts(request).close_session(_fingerprint(request.session["token"]))
        request.session.clear()
    return RedirectResponse("/login", status_code=303)


def _form(request: Request, wanted: str, problem: str = "", status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return page(request, "login.html", {"next": local(wanted), "problem": problem}, status=status, headers=headers)


def _accounts(request: Request) -> Accounts:
    accounts = request.app.state.accounts
    assert isinstance(accounts, Accounts)
    return accounts


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_holds(request: Request, given: str) -> bool:
    """Return whether a form carries the token of the session it is sent in."""
    return hmac.compare_digest(str(request.session.get("csrf", "")).encode(), given.encode()) and given != ""


def _password_fits(password_hash: str | None, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def local(path: str) -> str:
    """Return ``path`` if it stays on this server, else the overview: a link to the log-in page must not lead elsewhere."""
    stays = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if stays else "/"
