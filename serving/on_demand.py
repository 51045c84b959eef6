"""What was not worked out in the run, made when a page asks: reasons of a pair, or everything of a pair that no list holds."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pkgutil import resolve_name
from threading import Thread
from typing import Any

from features.bilingual import Bilingual
from features.errors import StalePublicationError, TepatError

_LOG = logging.getLogger(__name__)

Explainer = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
"""Run id and a pair to its ``reasons_for`` and ``reasons_against``; None while it is still getting ready.

A pair is a published row, or ``position_id`` and ``employee_id`` alone: then its estimates are among the answer too.
Raises ``StalePublicationError`` where the run cannot be opened as it was made.
"""

WAIT_SECONDS = 3
"""After which a page that waits for reasons loads itself again."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A pair with its reasons, or why it has none: they are being made ready, or cannot be made."""

    row: dict[str, Any]
    waiting: bool = False
    problem: Bilingual | None = None


class Coming:
    """The explainer that the function ``name`` (``module:function``) makes, in the background: no page waits for its room to load.

    The room that can explain is named, not imported: pages and pipelines meet at what is published.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._made: Future[Explainer] = Future()

    def begin(self, then: Callable[[], None]) -> None:
        """Start making it, and call ``then`` when that has ended."""
        Thread(target=self._make, args=(then,), name="explainer", daemon=True).start()

    def __call__(self, run_id: str, pair: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Explain; None while it is being made."""
        return self._made.result()(run_id, pair) if self._made.done() else None

    def _make(self, then: Callable[[], None]) -> None:
        try:
            self._made.set_result(resolve_name(self._name)())
        except TepatError as error:
            _LOG.warning("no reasons on demand: %s", error)
            self._made.set_exception(StalePublicationError(error.message))
        except Exception as error:
            self._made.set_exception(error)
            raise
        finally:
            then()


def explained(explainer: Explainer | None, run_id: str, row: dict[str, Any]) -> Explained:
    """Return ``row`` with its reasons: those of the run, else made now."""
    if row.get("reasons_for") is not None or explainer is None:
        return Explained(row)
    try:
        made = explainer(run_id, row)
    except StalePublicationError as error:
        return Explained(row, problem=error.message)
    return Explained(row, waiting=True) if made is None else Explained(row | dict(made))
