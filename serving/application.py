"""The application: pages and JSON over the run in force, for people with an account, on the loopback interface by default."""

import logging
import sys
from collections.abc import Awaitable, Callable
from datetime import date

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from features.errors import StalePublicationError
from publication.accounts import Accounts
from publication.store import Store
from serving import accounts, api
from serving.documents import routes as documents
from serving.kept import Kept
from serving.on_demand import load_explainer
from serving.pages import routes
from serving.rendering import STATIC, page
from serving.settings import ServingSettings

_LOG = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Sent with every answer: no script runs, nothing is framed, nothing is fetched from elsewhere."""


def create(settings: ServingSettings | None = None) -> FastAPI:
    """Return the application for ``settings``, read from the environment where none are given.

    At the first start one account is made; its password goes to the terminal once and is nowhere in clear afterwards.
    """
    settings = settings or ServingSettings()
    key = settings.folder.key()
    application = FastAPI(title="Tepat", docs_url=None, redoc_url=None, openapi_url=None)
    application.state.settings = settings
    application.state.store = Store(settings.store_url())
    application.state.accounts = Accounts(settings.store_url())
    application.state.kept = Kept()
    application.state.today = date.today
    application.state.explainer = load_explainer(settings.explainer)
    _announce(accounts.first_account(application.state.accounts))
    _guard(application, settings, accounts.session_key(key))
    application.mount("/static", StaticFiles(directory=STATIC), name="static")
    application.add_api_route("/health", health, methods=["GET"])
    application.include_router(accounts.router)
    application.include_router(api.router, prefix="/api/v1", dependencies=[Depends(accounts.signed_in)])
    for router in (*routes.ROUTERS, documents.router):
        application.include_router(router, dependencies=[Depends(accounts.signed_in)])
    return application


def health() -> dict[str, str]:
    """Say that the application answers; nothing about what it holds."""
    return {"status": "ok"}


def _announce(first: accounts.FirstAccount | None) -> None:
    if first is not None:
        sys.stderr.write(
            f"\n  Akun pertama / first account\n    nama akun: {first.username}\n    kata sandi: {first.password}\n"
            "  Ditampilkan sekali ini saja. / Shown this once only.\n\n"
        )


def _guard(application: FastAPI, settings: ServingSettings, session_key: str) -> None:
    """Add sessions, host check, security headers and error pages."""
    application.middleware("http")(_add_headers)
    application.add_middleware(
        SessionMiddleware,
        secret_key=session_key,
        session_cookie="tepat_session",
        max_age=int(settings.session_hours * 3600),
        same_site="lax",
        https_only=settings.https,
    )
    hosts = [host.strip() for host in settings.allowed_hosts.split(",")]
    application.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    application.add_exception_handler(accounts.NotSignedInError, _ask_to_sign_in)
    application.add_exception_handler(StalePublicationError, _nothing_published)
    application.add_exception_handler(HTTPException, _refuse)
    application.add_exception_handler(RequestValidationError, _reject)
    application.add_exception_handler(Exception, _fail)


async def _add_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _ask_to_sign_in(request: Request, _: Exception) -> Response:
    if _is_api(request):
        return api.problem(401, "Not signed in", "Sign in at /login; the answer's cookie opens this address.")
    return RedirectResponse(request.url_for("ask").include_query_params(next=request.url.path).replace(netloc="", scheme=""), 303)


def _nothing_published(request: Request, error: Exception) -> Response:
    if _is_api(request):
        return api.problem(503, "Nothing published", str(error))
    return page(request, "notice.html", {"heading": "positions", "detail": "nothing_published"}, status=503)


def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _is_api(request):
        return api.problem(error.status_code, "Refused", str(error.detail))
    key = "not_found" if error.status_code == 404 else "fault"
    return page(request, "notice.html", {"heading": key, "detail": f"{key}_detail"}, status=error.status_code)


def _reject(request: Request, error: Exception) -> Response:
    """Answer a malformed request; what was sent is not repeated, it may hold a password."""
    if _is_api(request):
        assert isinstance(error, RequestValidationError)
        places = sorted({".".join(str(part) for part in fault["loc"]) for fault in error.errors()})
        return api.problem(422, "Malformed request", f"Not as expected: {', '.join(places)}.")
    return page(request, "notice.html", {"heading": "not_found", "detail": "not_found_detail"}, status=422)


def _fail(request: Request, error: Exception) -> Response:
    """Answer a fault of the program; Starlette logs the traceback after this."""
    _LOG.error("fault while answering %s: %s", request.method, type(error).__name__)
    if _is_api(request):
        return api.problem(500, "Fault", "The fault was logged. Try again.")
    return page(request, "notice.html", {"heading": "fault", "detail": "fault_detail"}, status=500)
