"""Somebody erased by law is gone from what the application keeps in memory too, within a second or soon after an outage."""

import asyncio
import logging
from collections.abc import Callable

from publication.ledger.ledger import Ledger

_LOG = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Between two looks for an erasure, which another program does (`tepat forget`)."""


async def follow(ledger: Ledger, let_go: Callable[[], None]) -> None:
    """Look for erasures for ever, those after the last entry of now; let go of what is kept after each.

    Whatever keeps it from looking is told in the log, and it looks again.
    """
    seen, _ = await asyncio.to_thread(_news, ledger, 0)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        seen, erased = await asyncio.to_thread(_news, ledger, seen)
        if erased:
            let_go()


def _news(ledger: Ledger, after: int) -> tuple[int, bool]:
    try:
        return ledger.news(after)
    except Exception as error:  # of any kind: nobody would see that the looking had ended
        _LOG.warning("no look for erasures: %s", type(error).__name__)
        return after, False
