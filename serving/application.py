"""The application: pages and JSON over the run in force, for people with an account, on the loopback interface by default."""

import asyncio
import errno
import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from features.errors import EntryError, StalePublicationError
from publication.accounts.accounts import Accounts
from publication.accounts.passwords import DEMO_PASSWORD
from publication.database.engine import UNFIT, UNREACHABLE
from publication.records import open_records
from publication.store import Store
from publication.uploads.uploads import clear_unfinished
from serving import erasures
from serving.accounts import beginning, guard, joining, looks, provider, signing
from serving.api import refusals
from serving.api import routes as interface
from serving.api.answering import problem
from serving.bodies import Bodies
from serving.checks import Checks
from serving.documents import routes as documents
from serving.kept import Kept, KeptBodies
from serving.on_demand import WAIT_SECONDS, Coming
from serving.pages import routes
from serving.rendering import STATIC, language, page
from serving.renewal import Turn, keep_up
from serving.settings import API_PREFIX, ServingSettings

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

_DISK_AWAY = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)

MOST_KEPT = 224 * 2**20
"""Bytes of published answers and of written pages of a run kept in memory: those of some 2,000 positions each."""


def create(settings: ServingSettings | None = None) -> FastAPI:
    """Return the application for ``settings``, read from the environment where none are given.

    At the first start one account is made; its password goes to the terminal once and is nowhere in clear afterwards.

    Raises
    ------
    UsageError
        A secret is one that everybody knows, and this is no demonstration.
    """
    settings = settings or ServingSettings()
    key = settings.folder.key()
    application = FastAPI(title="Tepat", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_living)
    state = application.state
    state.settings = settings
    state.bodies = KeptBodies(MOST_KEPT)
    state.turn = Turn(state.bodies)
    state.store = Store(settings.store_url(), choose=state.turn)
    state.records = open_records(settings.store_url(), settings.folder.root)
    clear_unfinished(settings.folder.uploads)
    state.kept = Kept()
    state.kept_description = None
    state.today = date.today
    state.explainer = Coming(settings.explainer) if settings.explainer else None
    state.limiter = guard.Limiter(settings.rate_per_minute, settings.address_per_minute)
    state.looks = looks.Looks(state.records.access)
    state.checks = Checks()
    state.provider = provider.client_of(settings)
    beginning.refuse_known_secrets(settings, state.records.accounts)
    _announce(settings, state.records.accounts, state.store)
    _guard(application, settings, guard.session_key(key))
    for router in routes.MOST_ASKED:
        application.include_router(router, dependencies=[Depends(guard.own_form)])
    application.include_router(interface.router, prefix=API_PREFIX)
    application.mount("/static", StaticFiles(directory=STATIC), name="static")
    application.add_api_route("/health", health, methods=["GET"])
    for router in (signing.router, provider.router, joining.router):
        application.include_router(router)
    for router in (*routes.OTHERS, documents.router):
        application.include_router(router, dependencies=[Depends(guard.own_form)])
    return application


@asynccontextmanager
async def _living(application: FastAPI) -> AsyncIterator[None]:
    state = application.state
    set_aside()
    if isinstance(state.explainer, Coming):
        state.explainer.begin(set_aside)
    with state.looks.running():
        tasks = [
            asyncio.create_task(keep_up(state.store, state.bodies, state.turn)),
            asyncio.create_task(erasures.follow(state.records.ledger, lambda: _forget(state.bodies, state.kept))),
        ]
        yield
        for task in tasks:
            task.cancel()
        state.checks.close()


def _forget(bodies: KeptBodies, kept: Kept) -> None:
    bodies.keep_only("")
    kept.forget()


def set_aside() -> None:
    """Let the garbage collector never again look at what is there to stay.

    A full look at a quarter of a million objects holds up every answer for a quarter of a second, and the first answers kept
    after a start call for several. Not preceded by such a look either: what a start leaves as garbage is small.
    """
    gc.freeze()


def health() -> dict[str, str]:
    """Say that the application answers; nothing about what it holds."""
    return {"status": "ok"}


def _announce(settings: ServingSettings, accounts: Accounts, store: Store) -> None:
    """Make the accounts of a first start or of the demonstration, and say on the terminal how to sign in."""
    if settings.demo:
        names = beginning.demo_accounts(accounts, store)
        sys.stderr.write(
            "\n  Contoh dengan data rekaan; jangan dipakai untuk data pegawai. / A demonstration; not for real data.\n"
            f"    kata sandi / password: {DEMO_PASSWORD}\n    akun / accounts: {', '.join(names)}\n\n"
        )
        return
    first = beginning.first_account(accounts)
    if first is not None:
        sys.stderr.write(
            f"\n  Akun pertama / first account\n    nama akun: {first.username}\n    kata sandi: {first.password}\n"
            "  Ditampilkan sekali ini saja. / Shown this once only.\n\n"
        )


def _guard(application: FastAPI, settings: ServingSettings, session_key: str) -> None:
    """Add sessions, host check, security headers, the access log and error pages."""
    application.add_middleware(Bodies, larger={"/uploads": settings.upload_megabytes * 1_000_000})
    application.add_middleware(Outside)
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
    for kind, answer in (
        (guard.NotSignedInError, _ask_to_sign_in), (guard.NotAllowedError, _not_allowed), (guard.TooManyError, _too_many),
        (guard.ForeignFormError, _foreign_form), (EntryError, _entry_refused), (StalePublicationError, _nothing_published),
        (HTTPException, _refuse), (RequestValidationError, _reject), (UNFIT, _no_text),
        *((kind, _away) for kind in UNREACHABLE), (Exception, _fail),
    ):  # fmt: skip
        application.add_exception_handler(kind, answer)


class Outside:
    """What surrounds every answer: the security headers put on, and the look taken down for the access log.

    Plain ASGI: a wrapper of requests and responses would cost a task and two queues per request.
    """

    def __init__(self, inside: ASGIApp) -> None:
        self._inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._inside(scope, receive, send)
            return
        kept = scope["path"].startswith("/static/")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not kept:
                    headers.setdefault("Cache-Control", "no-store")
                seen = looks.look_of(Request(scope), message["status"])
                if seen is not None:
                    scope["app"].state.looks.note(seen)
            await send(message)

        await self._inside(scope, receive, sending)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _ask_to_sign_in(request: Request, _: Exception) -> Response:
    if _is_api(request):
        return problem(request, 401, *refusals.NOT_SIGNED_IN)
    return RedirectResponse(request.url_for("ask").include_query_params(next=request.url.path).replace(netloc="", scheme=""), 303)


def _not_allowed(request: Request, _: Exception) -> Response:
    if _is_api(request):
        return problem(request, 403, *refusals.NOT_ALLOWED)
    return page(request, "notice.html", {"heading": "not_allowed", "detail": "not_allowed_detail"}, status=403)


def _too_many(request: Request, error: Exception) -> Response:
    assert isinstance(error, guard.TooManyError)
    wait = {"Retry-After": str(error.seconds)}
    if _is_api(request):
        return problem(request, 429, *refusals.TOO_MANY, wait)
    return page(request, "notice.html", {"heading": "too_many", "detail": "too_many_detail"}, status=429, headers=wait)


def _foreign_form(request: Request, _: Exception) -> Response:
    if _is_api(request):
        return problem(request, 403, *refusals.TOKEN_NEEDED)
    return page(request, "notice.html", {"heading": "foreign_form", "detail": "foreign_form_detail"}, status=403)


def _entry_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, EntryError)
    if _is_api(request):
        return problem(request, 422, refusals.NOT_ACCEPTED, error.message)
    context = {
        "heading": "entry_refused",
        "detail": "entry_refused",
        "said": error.into(language(request)),
        "back": _came_from(request),
    }
    return page(request, "notice.html", context, status=422)


def _came_from(request: Request) -> str:
    """Return the page of ours that a form was sent from; empty where it is not told."""
    sent_from, ours = request.headers.get("referer", ""), str(request.base_url)
    return "/" + sent_from.removeprefix(ours) if sent_from.startswith(ours) else ""


def _nothing_published(request: Request, error: Exception) -> Response:
    assert isinstance(error, StalePublicationError)
    if _is_api(request):
        return problem(request, 503, refusals.NOTHING_PUBLISHED, error.message)
    return page(request, "notice.html", {"heading": "positions", "detail": "nothing_published"}, status=503)


def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _is_api(request):
        return problem(request, error.status_code, *refusals.refused(error.status_code, error.detail))
    said = {404: ("not_found", "not_found_detail"), 413: ("too_large", "too_large_detail")}
    heading, detail = said.get(error.status_code, ("fault", "fault_detail"))
    return page(request, "notice.html", {"heading": heading, "detail": detail}, status=error.status_code)


def _reject(request: Request, error: Exception) -> Response:
    """Answer a malformed request; what was sent is not repeated, it may hold a password."""
    if _is_api(request):
        assert isinstance(error, RequestValidationError)
        return problem(request, 422, *refusals.malformed(error.errors()))
    return page(request, "notice.html", {"heading": "not_found", "detail": "not_found_detail"}, status=422)


def _no_text(request: Request, _: Exception) -> Response:
    """Answer a request with a text that the database cannot hold: a NUL, for PostgreSQL."""
    if _is_api(request):
        return problem(request, 422, *refusals.NO_TEXT)
    return page(request, "notice.html", {"heading": "not_found", "detail": "not_found_detail"}, status=422)


def _away(request: Request, error: Exception) -> Response:
    """Answer while the database or the disk does not: it may be back in a moment. Any other fault of a file is the program's."""
    if isinstance(error, OSError) and error.errno not in _DISK_AWAY:
        raise error
    _LOG.warning("not answered, %s %s", request.method, type(error).__name__)
    wait = {"Retry-After": str(WAIT_SECONDS)}
    if _is_api(request):
        return problem(request, 503, *refusals.AWAY, wait)
    return page(request, "notice.html", {"heading": "away", "detail": "away_detail"}, status=503, headers=wait)


def _fail(request: Request, error: Exception) -> Response:
    """Answer a fault of the program; Starlette logs the traceback after this."""
    _LOG.error("fault while answering %s: %s", request.method, type(error).__name__)
    if _is_api(request):
        return problem(request, 500, *refusals.FAULT)
    return page(request, "notice.html", {"heading": "fault", "detail": "fault_detail"}, status=500)
