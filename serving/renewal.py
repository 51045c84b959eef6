"""After a publication the answers asked for most are made again of the new run, in the background, before anybody asks.

The work is done in the event loop, one answer at a time with a rest after each: on a thread it would hold the interpreter's lock
against every request for up to 5 ms a time, in a process of its own it would need the program twice in memory.
"""

import asyncio
import logging
import time
from contextlib import suppress

from fastapi import HTTPException

from features.errors import StalePublicationError
from publication.database.engine import UNREACHABLE
from publication.store import Store
from serving.kept import KeptBodies

_LOG = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Between two looks which run is in force."""
MOST_RENEWED = 4_000
"""Answers made again of a new run; the others when they are asked for."""
REST = 3.0
"""Rest after each answer, in times of what it took: a quarter of one core at most."""
LATE_SECONDS, BUSY_REST = 0.005, 0.1
"""Where the rest ends so much too late, requests are waiting: they come first."""


async def keep_up(store: Store, bodies: KeptBodies) -> None:
    """Look for a new run for ever, and renew what was asked for most."""
    known = await asyncio.to_thread(_in_force, store)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = await asyncio.to_thread(_in_force, store)
        if now in (None, known):
            continue
        known = now
        await renew(bodies, now)


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
