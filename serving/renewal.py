"""A new run is taken up once the answers asked for most are made of it; until then the application reads the run before.

A publication makes every answer new at once, and a full office would wait in a queue for half a minute. The work is done in the
event loop, one answer at a time with a rest after each: on a thread it would hold the interpreter's lock against every request for
up to 5 ms a time, in a process of its own it would need the program twice in memory.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from fastapi import HTTPException

from features.errors import StalePublicationError
from features.heap import give_back
from publication.database.engine import UNREACHABLE
from publication.store import Store
from serving.kept import KeptBodies

_LOG = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Between two looks which run is in force."""
ENOUGH, LONGEST_SECONDS = 200, 120.0
"""Answers kept from which on a new run is waited for, and how long at most."""
MOST_RENEWED = 4_000
"""Answers made again of a new run; the others when they are asked for."""
REST = 3.0
"""Rest after each answer, in times of what it took: a quarter of one core at most."""
LATE_SECONDS, BUSY_REST = 0.005, 0.1
"""Where the rest ends so much too late, requests are waiting: they come first."""


class Turn:
    """Which run is read (`Store.choose`): that in force, but for the time in which a new one is made ready.

    Everybody reads the same run at any time. A run is waited for only where at least ``ENOUGH`` answers are kept that would all
    have to be made at once, ``LONGEST_SECONDS`` at most, and only while the run before is still in the database.
    """

    def __init__(self, bodies: KeptBodies) -> None:
        self._bodies = bodies
        self._until: float | None = None
        self.read: str | None = None
        """The run that is read; None until somebody asks."""

    def __call__(self, in_force: str, holds: Callable[[str], bool]) -> str:
        """Return the run to be read; ``holds`` says whether a run is in the database."""
        read = self.read
        if read is None or read == in_force or not (self._waits(read) and holds(read)):
            self.take_up(in_force)
            return in_force
        return read

    def take_up(self, run_id: str) -> None:
        """Read run ``run_id`` from now on."""
        self.read, self._until = run_id, None

    def _waits(self, read: str) -> bool:
        now = time.monotonic()
        if self._until is None:
            self._until = now + LONGEST_SECONDS if self._bodies.count(read) >= ENOUGH else now
        return now < self._until


async def keep_up(store: Store, bodies: KeptBodies, turn: Turn) -> None:
    """Look for a new run for ever; make ready what was asked for most, and take it up."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = await asyncio.to_thread(_in_force, store)
        if now is None or not bodies.runs() - {now}:
            continue
        await renew(bodies, now)
        turn.take_up(now)
        bodies.keep_only(now)
        await asyncio.to_thread(give_back)  # no run comes again, but for another publication


async def renew(bodies: KeptBodies, run_id: str) -> None:
    """Make the answers asked for most again, of run ``run_id``."""
    for again in bodies.renewals(run_id, MOST_RENEWED):
        began = time.perf_counter()
        with suppress(HTTPException, StalePublicationError, *UNREACHABLE):  # no longer there: whoever asks is told
            again()
        await _rest(REST * (time.perf_counter() - began))


async def _rest(seconds: float) -> None:
    due = time.perf_counter() + seconds
    await asyncio.sleep(seconds)
    if time.perf_counter() - due > LATE_SECONDS:
        await asyncio.sleep(BUSY_REST)


def _in_force(store: Store) -> str | None:
    try:
        return store.in_force()
    except UNREACHABLE as error:
        _LOG.warning("no look for a new run: %s", type(error).__name__)
        return None
