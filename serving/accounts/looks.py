"""The access log as the application keeps it: looks are gathered and written every second, deeds at once."""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread

from fastapi import Request

from publication.accounts.access import AccessLog, Seen
from publication.database.engine import UNREACHABLE
from publication.intake.entries import stamped
from serving.accounts.signing import address_of
from serving.settings import API_PREFIX

_LOG = logging.getLogger(__name__)

FLUSH_SECONDS = 1.0
"""A crash loses at most this much of who looked at what; deeds (reveal, export, sign) are written before they are answered."""
UNLOGGED = ("/static/", "/paper.css", "/health", "/login", "/join")


class Looks:
    """Looks waiting to be written to the access log."""

    def __init__(self, log: AccessLog) -> None:
        self._log = log
        self._waiting: deque[Seen] = deque()
        self._stop = Event()

    def note(self, seen: Seen) -> None:
        """Take down a look; it is written within a second."""
        self._waiting.append(seen)

    def flush(self) -> None:
        """Write what waits; what cannot be written goes on waiting, in its order."""
        batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            self._log.write(batch)
        except BaseException:
            self._waiting.extendleft(reversed(batch))
            raise

    @contextmanager
    def running(self) -> Iterator[None]:
        """Write what waits every second, and what is left at the end."""
        thread = Thread(target=self._write_on, name="access-log", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()
            self.flush()

    def _write_on(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            try:
                self.flush()
            except UNREACHABLE as error:
                _LOG.warning("the access log waits for its database: %s", type(error).__name__)


def look_of(request: Request, status: int) -> Seen | None:
    """Return the look a request was: its route and what was looked at; None for what nobody need account for."""
    account = getattr(request.state, "visitor", None)
    if account is None or request.url.path.startswith(UNLOGGED):
        return None
    route = request.scope.get("route")
    prefix = API_PREFIX if request.url.path.startswith(API_PREFIX) else ""
    action = f"{request.method} {prefix}{getattr(route, 'path', '').removeprefix(prefix)}"
    subject = " ".join(str(value) for value in request.path_params.values()).replace("\0", "\N{REPLACEMENT CHARACTER}")
    return Seen(_now(), account.username, str(account.role), action, subject, address_of(request), status)


def record_deed(request: Request, action: str, subject: str) -> None:
    """Write a deed of the signed-in account (a reveal, an export) to the access log before it is answered."""
    account = request.state.visitor
    request.app.state.records.access.write(
        [Seen(_now(), account.username, str(account.role), action, subject, address_of(request))]
    )


def _now() -> str:
    return stamped(datetime.now().astimezone())
