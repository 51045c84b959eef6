"""The guards before every route: who asks, whether their role may, whether a form is ours, and how often they ask.

A route names what it needs as ``Depends(needs(Permission.X))``; a route under no guard but `signed_in` is open to every role. The
test of roles and routes reads these declarations from the application itself.
"""

import hashlib
import hmac
import time
from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from publication.accounts.accounts import BROWSER, TOKEN
from publication.accounts.roles import Account, Permission, Scope
from publication.records import Records
from publication.store import Store

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
BEARER = "Bearer "


class NotSignedInError(Exception):
    """The request needs an account and carries none."""


class NotAllowedError(Exception):
    """The account's role may not do this."""


class ForeignFormError(Exception):
    """A form came without the token of the session it claims to come from, or after the session had ended."""


class TooManyError(Exception):
    """An account or an address asks too often; ``seconds`` until it may again."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Needs:
    """A guard that lets through accounts with one of ``permissions``, and answers with the account."""

    permissions: tuple[Permission, ...] = ()

    async def __call__(self, request: Request) -> Account:
        """Return the account of the request.

        Raises
        ------
        NotSignedInError
            There is no live session or token.
        NotAllowedError
            The role has none of the permissions.
        TooManyError
            The account asks too often.
        """
        account = getattr(request.state, "visitor", None) or _account(request)
        if self.permissions and not any(account.may(permission) for permission in self.permissions):
            raise NotAllowedError
        if account.grant.scope is not Scope.CITY:
            _require_in_scope(request, account)
        return account


def needs(*permissions: Permission) -> Needs:
    """Return the guard that lets through accounts with any one of ``permissions``; with none named, every account."""
    return Needs(permissions)


signed_in = Needs()
"""The guard that lets through every account."""

Visitor = Annotated[Account, Depends(signed_in)]
"""The account of the request, as an argument of a route."""


def _account(request: Request) -> Account:
    records, now = records_of(request), time.time()
    given = request.headers.get("authorization", "")
    if given.startswith(BEARER):
        found = records.accounts.session(fingerprint(given.removeprefix(BEARER).strip()), now, TOKEN)
        request.state.by_token = True
    else:
        token = request.session.get("token")
        found = records.accounts.session(fingerprint(token), now, BROWSER) if isinstance(token, str) else None
        request.state.by_token = False
    if found is None:
        raise NotSignedInError
    request.app.state.limiter.admit(found.username)
    request.state.visitor, request.state.account = found, found.username
    return found


def _require_in_scope(request: Request, account: Account) -> None:
    """Refuse a path about a person or a position outside the account's scope; about oneself any position may be asked of."""
    employee_id, position_id = (request.path_params.get(name) for name in ("employee_id", "position_id"))
    if employee_id is None and position_id is None:
        return
    if employee_id is not None and employee_id == account.employee_id:
        return
    with request.app.state.store.reading() as answers:
        below = answers.units_below(account.units)
        person = answers.people([employee_id]).get(employee_id, {}) if employee_id is not None else {}
        position = (answers.position(position_id) or {}) if position_id is not None else {}
    if employee_id is not None and not account.reaches(employee_id, person.get("unit_id"), below):
        raise NotAllowedError
    if position_id is not None and not account.reaches(None, position.get("unit_id"), below):
        raise NotAllowedError


def store_of(request: Request) -> Store:
    """Return the application database's published rows, as the account of the request may see them."""
    store = request.app.state.store
    assert isinstance(store, Store)
    return store.seen_by(request.state.visitor)


async def own_form(request: Request) -> None:
    """Let in who is signed in, and a form only with the token of its session: for every page.

    Raises
    ------
    NotSignedInError
        There is no live session or token.
    ForeignFormError
        The token is missing or another's.
    """
    await signed_in(request)
    if request.method in SAFE_METHODS:
        return
    form = await request.form()
    if not csrf_holds(request, str(form.get("csrf", ""))):
        raise ForeignFormError


async def token_to_write(request: Request, _: Visitor) -> None:
    """Let a write through the JSON only with a bearer token: a cookie travels with forms of other sites, a token does not.

    Raises
    ------
    ForeignFormError
        The request carries a cookie only.
    """
    if request.method not in SAFE_METHODS and not request.state.by_token:
        raise ForeignFormError


def csrf_holds(request: Request, given: str) -> bool:
    """Return whether ``given`` is the token of the session's forms."""
    return hmac.compare_digest(str(request.session.get("csrf", "")).encode(), given.encode()) and given != ""


def fingerprint(token: str) -> str:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_key(workspace_key: bytes) -> str:
    """Return the key that signs cookies: derived, so that it betrays nothing of the key that hashes employee ids."""
    return hmac.new(workspace_key, b"tepat session cookies", hashlib.sha256).hexdigest()


def records_of(request: Request) -> Records:
    """Return what people write to."""
    records = request.app.state.records
    assert isinstance(records, Records)
    return records


class Limiter:
    """How often an account, or an address without one, may ask in a minute; counted in this process.

    Requests are handed to the library's count in lots of a twentieth of the limit: each call starts a timer's thread there, which
    costs as much as the rest of an empty answer.
    """

    def __init__(self, per_account: int, per_address: int) -> None:
        self._window = FixedWindowRateLimiter(MemoryStorage())
        self._account, self._address = RateLimitItemPerMinute(per_account), RateLimitItemPerMinute(per_address)
        self._uncounted: Counter[str] = Counter()

    def admit(self, username: str) -> None:
        """Count a request of an account; `TooManyError` where there were too many in this minute."""
        self._count(self._account, f"account:{username}")

    def admit_address(self, address: str) -> None:
        """Count a request without an account; `TooManyError` where there were too many in this minute."""
        self._count(self._address, f"address:{address}")

    def _count(self, limit: RateLimitItemPerMinute, key: str) -> None:
        lot = max(1, min(20, limit.amount // 20))
        self._uncounted[key] += 1
        if self._uncounted[key] < lot:
            return
        self._uncounted[key] = 0
        if not self._window.hit(limit, key, cost=lot):
            resets = self._window.get_window_stats(limit, key).reset_time
            raise TooManyError(max(1, int(resets - time.time()) + 1))
