"""Signing in with the office's own accounts by OpenID Connect, where the settings name a provider.

The provider says who somebody is; whether they have an account here, and in which role, is decided here. Authlib checks state,
nonce, signature, issuer and audience; it is loaded only where the settings name a provider.
"""

import logging
import warnings
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from serving.accounts.guard import records_of
from serving.accounts.signing import address_of, enter, local
from serving.settings import ServingSettings

_LOG = logging.getLogger(__name__)
_WELL_KNOWN = "/.well-known/openid-configuration"

router = APIRouter()


def client_of(settings: ServingSettings, **client: object) -> Any:  # noqa: ANN401 - Authlib is untyped
    """Return the client of the provider in the settings, None where they name none; ``client``: arguments of httpx's."""
    if not settings.oidc_issuer:
        return None
    with warnings.catch_warnings(record=True):  # authlib asks for a successor of httpx: nothing that whoever starts can mend
        from authlib.integrations.starlette_client import OAuth
    secret = settings.oidc_client_secret
    registered = OAuth()
    registered.register(
        "office",
        server_metadata_url=settings.oidc_issuer.rstrip("/") + _WELL_KNOWN,
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", **client},
    )
    return registered.office


def _faults() -> tuple[type[Exception], ...]:
    """Return what a provider that is away, answers nonsense or signs with another key comes out as."""
    from authlib.common.errors import AuthlibBaseError
    from httpx import HTTPError
    from joserfc.errors import JoseError

    return HTTPError, AuthlibBaseError, JoseError, ValueError, RuntimeError


@router.get("/login/provider")
async def to_provider(request: Request, next: str = "/") -> Response:
    """Send the visitor to the office's provider."""
    request.app.state.limiter.admit_address(address_of(request))
    client = _client(request)
    request.session["next"] = local(next)
    try:
        answer = await client.authorize_redirect(request, str(request.url_for("from_provider")))
    except _faults() as error:
        return _failed(error)
    assert isinstance(answer, Response)
    return answer


@router.get("/login/provider/back")
async def from_provider(request: Request) -> Response:
    """Take the provider's answer: sign in the account it names, where there is one."""
    request.app.state.limiter.admit_address(address_of(request))
    client = _client(request)
    try:
        told = await client.authorize_access_token(request)
    except _faults() as error:
        return _failed(error)
    name = (told.get("userinfo") or {}).get(request.app.state.settings.oidc_claim)
    accounts = records_of(request).accounts
    if not isinstance(name, str) or accounts.account(name) is None:
        return RedirectResponse("/login?problem=login_provider", status_code=303)
    return enter(request, accounts, name, request.session.get("next", "/"))


def _client(request: Request) -> Any:  # noqa: ANN401 - Authlib is untyped
    client = request.app.state.provider
    if client is None:
        raise HTTPException(404)
    return client


def _failed(error: Exception) -> Response:
    _LOG.warning("the provider's sign-in failed: %s", type(error).__name__)
    return RedirectResponse("/login?problem=login_provider", status_code=303)
